//! Plans that break the contract or go beyond limits: a typed refusal with its place, in every dialect, and soon.

use huntsmith_sdk::emitter::plan::*;
use validate_kit::dialects::{ALL, Dialect};
use validate_kit::generate;

fn with(nodes: Vec<Node>, root: u32) -> Hunt {
    let mut hunt = generate::hunt(1);
    (hunt.correlations, hunt.stages) = (vec![], vec![]);
    hunt.searches = vec![Search {
        name: "one".into(),
        class: EventClass { category: Some("process_creation".into()), product: None, service: None },
        predicate: Predicate { nodes, root },
        fields: vec![],
        properties: vec![],
    }];
    hunt
}

fn test(field: &str, operator: Operator, values: Vec<Value>) -> Node {
    Node::Test(Test { field: field.into(), operator, values, all: false, case_sensitive: false, properties: vec![] })
}

fn evil() -> Node {
    test("Image", Operator::Equals, vec![Value::Text("evil".into())])
}

fn refused(hunt: &Hunt, code: &str) {
    refused_by(hunt, code, |_| true);
}

fn refused_by(hunt: &Hunt, code: &str, which: fn(&Dialect) -> bool) {
    for dialect in ALL.iter().filter(|dialect| which(dialect)) {
        let refusals = dialect.emit(hunt).expect_err("refused");
        assert!(refusals.iter().all(|refusal| refusal.code == code), "{}: {refusals:?}", dialect.name);
    }
}

/// Not those that look into files.
fn has_command_lines(dialect: &Dialect) -> bool {
    dialect.emit(&with(vec![test("CommandLine", Operator::Equals, vec![Value::Text("x".into())])], 0)).is_ok()
}

/// Not those that look at the network alone.
fn has_processes(dialect: &Dialect) -> bool {
    let told = dialect.emit(&with(vec![evil()], 0));
    told.map_or_else(|refusals| refusals.iter().all(|refusal| refusal.code != "unsupported-class"), |_| true)
}

#[test]
fn broken_plans_are_refused() {
    refused(&with(vec![], 0), "invalid-plan");
    refused(&with(vec![Node::All(vec![])], 0), "invalid-plan");
    refused(&with(vec![Node::Negate(0)], 0), "invalid-plan");
    refused(&with(vec![evil(), Node::Any(vec![0, 2]), evil()], 1), "invalid-plan");
    refused(&with(vec![evil()], 7), "invalid-plan");
    refused(&with(vec![test("Image", Operator::Equals, vec![])], 0), "invalid-plan");
    refused(&with(vec![test("Image", Operator::Less, vec![Value::Text("x".into())])], 0), "invalid-plan");
    let closed = |dialect: &Dialect| !dialect.open;
    let known = |dialect: &Dialect| !dialect.open && has_processes(dialect);
    let unknown = with(vec![test("NoSuchField", Operator::Equals, vec![Value::Text("x".into())])], 0);
    refused_by(&unknown, "unsupported-field", known);
    let unwritable = with(vec![test("no field`|", Operator::Equals, vec![Value::Text("x".into())])], 0);
    refused_by(&unwritable, "unsupported-field", has_processes);
    refused_by(
        &with(vec![test("CommandLine", Operator::Equals, vec![Value::Placeholder("x".into())])], 0),
        "unsupported-value",
        has_command_lines,
    );
    let mut none = with(vec![evil()], 0);
    none.searches.clear();
    refused(&none, "invalid-plan");
    let mut elsewhere = with(vec![evil()], 0);
    elsewhere.searches[0].class.category = Some("toaster".into());
    refused_by(&elsewhere, "unsupported-class", closed);
}

#[test]
fn deep_and_shared_predicates_are_refused_soon() {
    let mut nodes = vec![evil()];
    (0..1_000).for_each(|id| nodes.push(Node::Negate(id)));
    refused(&with(nodes, 1_000), "too-large");
    // Each node holds the one before it twice: 2 to the power of 60, were it written out.
    let mut nodes = vec![evil()];
    (0..60).for_each(|id| nodes.push(Node::Any(vec![id, id])));
    refused(&with(nodes, 60), "too-large");
}

#[test]
fn long_lists_are_divided() {
    let values: Vec<Value> = (0..50_000).map(|index| Value::Text(format!("evil{index}.exe"))).collect();
    let hunt = with(vec![test("CommandLine", Operator::Equals, values)], 0);
    for dialect in ALL.iter().filter(|dialect| has_command_lines(dialect)) {
        let artifacts = dialect.emit(&hunt).expect("said");
        assert!(artifacts.len() > 1, "{}", dialect.name);
        assert_eq!(artifacts.iter().map(|artifact| artifact.literals.len()).sum::<usize>(), 50_000, "{}", dialect.name);
        let mut names: Vec<_> = artifacts.iter().map(|artifact| &artifact.name).collect();
        names.dedup();
        assert_eq!(names.len(), artifacts.len());
    }
}
