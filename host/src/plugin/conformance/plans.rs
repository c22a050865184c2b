//! Hunts for emitters: every operator with every kind of value, every stage, correlation, window and shape of a
//! condition, and plans that break the contract.

use super::place::Place;
use crate::model::{
    Aggregate, Correlation, CorrelationInput, Derive, DigestValue, DomainValue, EventClass, GroupKey, Hunt, Interval,
    Keywords, Measure, Node, Operator, Part, PathValue, Predicate, RegistryValue, Search, SortKey, Stage, Test, Tlp,
    UrlValue, Value, Window,
};

/// Stands in every text, so that it can be found in a query; no dialect escapes letters and digits.
pub(super) const MARK: &str = "zq7mark";

/// A hunt of one search.
pub(super) fn hunt(class: &EventClass, nodes: Vec<Node>) -> Hunt {
    let root = nodes.len().saturating_sub(1) as u32;
    Hunt {
        id: "conformance".into(),
        title: "A hunt".into(),
        description: String::new(),
        author: None,
        license: None,
        level: None,
        status: None,
        source: None,
        phase: "exploit".into(),
        confidence: "Low".into(),
        tlp: Tlp::Clear,
        techniques: Vec::new(),
        searches: vec![search(class, Predicate { nodes, root }, 0)],
        correlations: Vec::new(),
        stages: Vec::new(),
        window: Window::LastSeconds(86_400),
        false_positives: Vec::new(),
        references: Vec::new(),
        properties: Vec::new(),
    }
}

fn search(class: &EventClass, predicate: Predicate, index: usize) -> Search {
    let name = format!("search_{index}");
    Search { name, class: class.clone(), predicate, fields: Vec::new(), properties: Vec::new() }
}

/// One field against values.
pub(super) fn test(field: &str, operator: Operator, values: Vec<Value>) -> Node {
    let field = field.to_owned();
    Node::Test(Test { field, operator, values, all: false, case_sensitive: false, properties: Vec::new() })
}

/// One field against one value.
pub(super) fn compare(place: &Place, operator: Operator, value: Value) -> Hunt {
    hunt(&place.class, vec![test(&place.field, operator, vec![value])])
}

/// Every operator with its kinds of value (VOCABULARY.md, "Operators and values"), by the names of the contract.
pub(super) fn pairs(other_field: &str) -> Vec<(&'static str, &'static str, Operator, Value)> {
    use Operator as O;
    let kinds = values(other_field);
    let table: [(&str, Operator, &[&str]); 13] = [
        (
            "equals",
            O::Equals,
            &[
                "text",
                "integer",
                "float",
                "boolean",
                "null",
                "address",
                "path",
                "registry",
                "url",
                "domain",
                "digest",
                "field",
                "list-reference",
                "placeholder",
            ],
        ),
        (
            "contains",
            O::Contains,
            &["text", "integer", "path", "registry", "url", "domain", "digest", "address", "field", "placeholder"],
        ),
        ("starts-with", O::StartsWith, &["text", "integer", "path", "url", "domain", "field", "placeholder"]),
        ("ends-with", O::EndsWith, &["text", "integer", "path", "url", "domain", "field", "placeholder"]),
        ("word", O::Word, &["text", "placeholder"]),
        ("like", O::Like, &["pattern", "placeholder"]),
        ("matches", O::Matches, &["regex", "placeholder"]),
        ("within", O::Within, &["network", "list-reference", "placeholder"]),
        ("less", O::Less, &["integer", "float", "field", "placeholder"]),
        ("less-or-equal", O::LessOrEqual, &["integer", "float", "field", "placeholder"]),
        ("greater", O::Greater, &["integer", "float", "field", "placeholder"]),
        ("greater-or-equal", O::GreaterOrEqual, &["integer", "float", "field", "placeholder"]),
        ("exists", O::Exists, &["boolean"]),
    ];
    let mut pairs = Vec::new();
    for (name, operator, legal) in table {
        for kind in legal {
            let value = kinds.iter().find(|(known, _)| known == kind).map(|(_, value)| value.clone());
            pairs.extend(value.map(|value| (name, *kind, operator, value)));
        }
    }
    pairs
}

/// One value of each kind, under its name in the contract.
pub(super) fn values(other_field: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("text", Value::Text(MARK.into())),
        ("integer", Value::Integer(-4_321)),
        ("float", Value::Float(0.5)),
        ("boolean", Value::Boolean(true)),
        ("null", Value::Null),
        (
            "pattern",
            Value::Pattern(vec![Part::Literal(MARK.into()), Part::AnyRun, Part::Literal("b".into()), Part::AnyOne]),
        ),
        ("regex", Value::Regex(format!("{MARK}[a-f]{{2,3}}\\.x"))),
        ("address", Value::Address("203.0.113.77".into())),
        ("network", Value::Network("203.0.113.0/24".into())),
        (
            "path",
            Value::Path(PathValue {
                full: format!("C:\\Dir\\{MARK}.exe"),
                directory: Some("C:\\Dir".into()),
                name: format!("{MARK}.exe"),
            }),
        ),
        (
            "registry",
            Value::Registry(RegistryValue {
                hive: "HKEY_LOCAL_MACHINE".into(),
                key: format!("SOFTWARE\\{MARK}"),
                value_name: None,
            }),
        ),
        (
            "url",
            Value::Url(UrlValue {
                full: format!("https://{MARK}.example/a?b=c"),
                scheme: "https".into(),
                host: format!("{MARK}.example"),
                port: None,
                path: "/a".into(),
                query: Some("b=c".into()),
            }),
        ),
        (
            "domain",
            Value::Domain(DomainValue {
                ascii: format!("{MARK}.example"),
                unicode: format!("{MARK}.example"),
                subdomains: true,
            }),
        ),
        ("digest", Value::Digest(DigestValue { algorithm: "sha256".into(), hex: "0123456789abcdef".repeat(4) })),
        ("field", Value::Field(other_field.into())),
        ("list-reference", Value::ListReference("watched".into())),
        ("placeholder", Value::Placeholder("tenant".into())),
    ]
}

/// Conditions of every shape over one field.
pub(super) fn shapes(place: &Place) -> Vec<(String, Hunt)> {
    let one = |number| place.node(number);
    let of = |nodes| hunt(&place.class, nodes);
    let with = |change: fn(&mut Test)| {
        let mut node = place.list(2);
        if let Node::Test(test) = &mut node {
            change(test);
        }
        of(vec![node])
    };
    let text = place.sample.is_text();
    let keywords = |all| {
        let values = [0, 1].map(|number| Value::Text(format!("{MARK}{number}"))).into();
        of(vec![Node::Keywords(Keywords { values, all, properties: Vec::new() })])
    };
    let mut deep = vec![one(0)];
    deep.extend((0..60).map(Node::Negate));
    let mut two = of(vec![one(0)]);
    two.searches.push(search(&place.class, Predicate { nodes: vec![one(1)], root: 0 }, 1));
    let between = Window::Between("2026-01-01T00:00:00Z".into(), "2026-02-01T00:00:00Z".into());
    let mut all = with(|test| test.all = true);
    if let (true, Some(Node::Test(test))) = (text, all.searches[0].predicate.nodes.first_mut()) {
        test.operator = Operator::Contains;
    }
    let cases = [
        ("all", of(vec![one(0), one(1), Node::All(vec![0, 1])])),
        ("any", of(vec![one(0), one(1), Node::Any(vec![0, 1])])),
        ("negate", of(vec![one(0), Node::Negate(0)])),
        ("any within all", of(vec![one(0), one(1), Node::Any(vec![0, 1]), one(2), Node::All(vec![2, 3])])),
        ("all within any", of(vec![one(0), one(1), Node::All(vec![0, 1]), one(2), Node::Any(vec![2, 3])])),
        ("shared node", of(vec![one(0), Node::Negate(0), Node::Any(vec![0, 1])])),
        ("60 deep", of(deep)),
        ("all of values", all),
        ("case-sensitive", with(|test| test.case_sensitive = true)),
        ("list of 10", of(vec![place.list(10)])),
        ("list of 1000", of(vec![place.list(1_000)])),
        ("any keyword", keywords(false)),
        ("all keywords", keywords(true)),
        ("two searches", two),
        ("a window between two times", Hunt { window: between, ..of(vec![one(0)]) }),
    ];
    cases.map(|(name, hunt)| (name.to_owned(), hunt)).into()
}

/// Every stage of the contract over a search on one field, with another field of the same class beside it.
pub(super) fn stages(place: &Place, other: &str) -> Vec<(String, Hunt)> {
    let field = || Some(place.field.clone());
    let measure = |function: &str| Measure {
        name: "measured".into(),
        function: function.into(),
        field: if function == "count" { None } else { field() },
        argument: (function == "percentile").then_some(95.0),
        filter: None,
    };
    let aggregate = |measure, bucket_seconds| {
        Stage::Aggregate(Aggregate { by: vec![other.to_owned()], bucket_seconds, measures: vec![measure] })
    };
    let derive = |function: &str| {
        let two = matches!(function, "ratio" | "difference");
        let fields = if two { vec![place.field.clone(), other.to_owned()] } else { vec![place.field.clone()] };
        let fields = if function == "hour" { vec!["Timestamp".to_owned()] } else { fields };
        Stage::Derive(Derive { name: "derived".into(), function: function.into(), fields })
    };
    let keep = |field: &str, operator, value| {
        Stage::Keep(Predicate { nodes: vec![test(field, operator, vec![value])], root: 0 })
    };
    let interval = || Stage::Interval(Interval { by: vec![other.to_owned()], name: "gap".into() });
    let mut cases: Vec<(String, Vec<Stage>)> = Vec::new();
    for function in [
        "count",
        "distinct",
        "sum",
        "minimum",
        "maximum",
        "average",
        "deviation",
        "percentile",
        "values",
        "first",
        "last",
    ] {
        cases.push((format!("aggregate {function}"), vec![aggregate(measure(function), None)]));
    }
    let filter = Predicate { nodes: vec![place.node(0)], root: 0 };
    let counted = Measure { filter: Some(filter), ..measure("count") };
    cases.push(("aggregate where".into(), vec![aggregate(counted, None)]));
    cases.push(("aggregate in buckets".into(), vec![aggregate(measure("count"), Some(3_600))]));
    for function in ["length", "hour", "ratio", "lower", "difference"] {
        cases.push((format!("derive {function}"), vec![derive(function)]));
    }
    cases.push(("interval".into(), vec![interval()]));
    cases.push((
        "keep".into(),
        vec![aggregate(measure("count"), None), keep("measured", Operator::Greater, Value::Integer(3))],
    ));
    cases.push(("sort".into(), vec![Stage::Sort(vec![SortKey { field: place.field.clone(), descending: true }])]));
    cases.push(("limit".into(), vec![Stage::Limit(10)]));
    let base = place.hunt(0);
    cases.into_iter().map(|(name, stages)| (name, Hunt { stages, ..base.clone() })).collect()
}

/// Every kind of correlation of two searches on one field.
pub(super) fn correlations(place: &Place, other: &str) -> Vec<(String, Hunt)> {
    const KINDS: [&str; 8] = [
        "event_count",
        "value_count",
        "temporal",
        "temporal_ordered",
        "value_sum",
        "value_avg",
        "value_percentile",
        "value_median",
    ];
    KINDS
        .into_iter()
        .map(|kind| {
            let temporal = kind.starts_with("temporal");
            let mut base = place.hunt(0);
            let mut inputs = vec![CorrelationInput::Search(0)];
            if temporal {
                base.searches.push(search(&place.class, Predicate { nodes: vec![place.node(1)], root: 0 }, 1));
                inputs.push(CorrelationInput::Search(1));
            }
            let over =
                Predicate { nodes: vec![test("value", Operator::GreaterOrEqual, vec![Value::Integer(3)])], root: 0 };
            base.correlations = vec![Correlation {
                name: "together".into(),
                kind: kind.into(),
                by: vec![GroupKey { name: "key".into(), fields: vec![other.to_owned(); inputs.len()] }],
                inputs,
                fields: if kind.starts_with("value") { vec![place.field.clone()] } else { Vec::new() },
                span_seconds: 3_600,
                condition: (!temporal).then_some(over),
                properties: Vec::new(),
            }];
            (kind.to_owned(), base)
        })
        .collect()
}

/// Plans that no host may send, and no emitter may say.
pub(super) fn broken(place: &Place) -> Vec<(&'static str, Hunt)> {
    let good = place.node(0);
    let of = |nodes, root| {
        let mut hunt = hunt(&place.class, Vec::new());
        hunt.searches[0].predicate = Predicate { nodes, root };
        hunt
    };
    vec![
        ("no node", of(vec![], 0)),
        ("a root that is not there", of(vec![good.clone()], 7)),
        ("a node that is its own child", of(vec![good.clone(), Node::All(vec![0, 1])], 1)),
        ("a child that comes later", of(vec![Node::Negate(1), good.clone()], 0)),
        ("an `all` of nothing", of(vec![Node::All(vec![])], 0)),
        ("a test without a value", of(vec![place.list(0)], 0)),
        ("a pair that is not legal", of(vec![test(&place.field, Operator::Matches, vec![Value::Boolean(true)])], 0)),
        ("no search", Hunt { searches: Vec::new(), ..of(vec![good], 0) }),
    ]
}
