//! Emitters: everything that a plan can hold is said whole or refused with the right code, and nothing is said that is
//! no plan. What is said is the coverage table.

use super::injection;
use super::judge::judge;
use super::plans::{self, MARK, Place};
use super::trial::{Check, Failure, grows_by};
use super::vocabulary::event_classes;
use crate::model::{Artifact, CallContext, EventClass, Hunt, Node, Operator, Refusal, Target, Value};
use crate::sandbox::{CallError, Plugin};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What an emitter can say.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// Event classes that it carries, each with the fields that it says.
    pub classes: Vec<(String, Vec<&'static str>)>,
    /// Classes of the vocabulary that it refuses.
    pub without: Vec<String>,
    /// Comparisons, conditions, windows, stages and correlations.
    pub rows: Vec<Row>,
}

/// One thing of a plan.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    pub part: &'static str,
    pub what: String,
    /// Of the fields (or plans) that were tried.
    pub said: usize,
    pub tried: usize,
    /// Codes of the refusals, with how many.
    pub refused: BTreeMap<String, usize>,
}

/// The answer to one hunt.
pub(super) type Told = Result<Result<Vec<Artifact>, Vec<Refusal>>, CallError>;

/// Hunts that one call is given: far below any limit.
const BATCH: usize = 100;
/// Fields that one comparison is tried with.
const FIELDS: usize = 48;

/// Asks about many hunts. Where a call fails, each of its hunts is asked about by itself.
pub(super) fn ask(plugin: &Plugin, hunts: &[Hunt], target: &Target) -> Vec<Told> {
    let ctx = CallContext::default();
    let mut told = Vec::with_capacity(hunts.len());
    for batch in hunts.chunks(BATCH) {
        match plugin.emit(&ctx, batch, target) {
            Ok(called) => told.extend(called.value.into_iter().map(Ok)),
            Err(error) if batch.len() == 1 => told.push(Err(error)),
            Err(_) => told.extend(batch.iter().map(|hunt| {
                let called = plugin.emit(&ctx, std::slice::from_ref(hunt), target)?;
                Ok(called.value.into_iter().next().unwrap_or_else(|| Err(Vec::new())))
            })),
        }
    }
    told
}

pub(super) fn run(plugin: &Plugin) -> (Vec<Check>, Coverage) {
    let mut suite = Suite { plugin, coverage: Coverage::default(), hunts: Vec::new() };
    let (fields, said) = suite.fields();
    let mut checks = vec![fields];
    if said.is_empty() {
        let message = "no field of any event class is said, compared for equality with a text";
        let hint = "a dialect carries at least one class of VOCABULARY.md, \"Event classes and fields\"";
        checks.push(failed("coverage", vec![Failure::new("says-nothing", "every class and field", message, hint)]));
        return (checks, suite.coverage);
    }
    checks.push(suite.comparisons(&said));
    checks.push(suite.conditions(&said));
    checks.push(suite.stages(&said));
    checks.push(suite.correlations(&said));
    checks.push(meanings(plugin, &said[0]));
    checks.push(unheard_of(plugin, &said[0]));
    checks.push(broken_plans(plugin, &said[0]));
    checks.push(options(plugin, &said[0]));
    checks.push(determinism(plugin, &suite.hunts));
    checks.push(injection::check(plugin, &said));
    let list = |count: usize| {
        let values = (0..count).map(|index| Value::Text(format!("{MARK}{index}"))).collect();
        plans::hunt(&said[0].class, vec![plans::test(&said[0].field, Operator::Equals, values)])
    };
    checks.push(grows_by("values of a list", 200, &|count| {
        plugin.emit(&CallContext::default(), &[list(count)], &Target::default()).map(|called| called.fuel)
    }));
    (checks, suite.coverage)
}

fn failed(name: &'static str, failures: Vec<Failure>) -> Check {
    Check { name, says: String::new(), failures }
}

struct Suite<'p> {
    plugin: &'p Plugin,
    coverage: Coverage,
    /// What was asked about, for asking again.
    hunts: Vec<Hunt>,
}

impl Suite<'_> {
    /// Every field of every class, compared with a text: which are said.
    fn fields(&mut self) -> (Check, Vec<Place>) {
        let classes = event_classes();
        let mut places = Vec::new();
        for (class, fields) in &classes {
            places.extend(fields.iter().map(|field| (Place { class: class.clone(), field: (*field).into() }, *field)));
        }
        let hunts: Vec<Hunt> = places.iter().map(|(place, _)| plans::equals(place, MARK)).collect();
        let answers = ask(self.plugin, &hunts, &Target::default());
        let mut failures = Vec::new();
        let mut said = Vec::new();
        let mut carried: BTreeMap<String, (Vec<&'static str>, bool)> = BTreeMap::new();
        for (((place, field), hunt), told) in places.into_iter().zip(&hunts).zip(&answers) {
            let name = format!("{} of {}", place.field, name_of(&place.class));
            let entry = carried.entry(name_of(&place.class)).or_default();
            failures.extend(judge(&name, hunt, told, &["class", "field", "value", "operator"]));
            match told {
                Ok(Ok(_)) => {
                    entry.0.push(field);
                    said.push(place);
                }
                Ok(Err(refusals)) => entry.1 |= refusals.iter().any(|it| it.code == "unsupported-class"),
                Err(_) => {}
            }
        }
        for (class, (fields, refused)) in carried {
            if refused && !fields.is_empty() {
                let message = "the class is refused as unsupported for one field and said for another";
                failures.push(Failure::new("wrong-code", &class, message, "refuse the field: `unsupported-field`"));
            }
            match fields.is_empty() {
                true => self.coverage.without.push(class),
                false => self.coverage.classes.push((class, fields)),
            }
        }
        let says = format!(
            "{} of {} fields said, in {} of {} classes; the others refused",
            said.len(),
            hunts.len(),
            self.coverage.classes.len(),
            classes.len()
        );
        self.hunts.extend(hunts.into_iter().take(FIELDS));
        (Check { name: "fields", says, failures }, said)
    }

    /// Every operator with every kind of value, on fields of every name that is said.
    fn comparisons(&mut self, said: &[Place]) -> Check {
        let mut names = BTreeSet::new();
        let places: Vec<&Place> = said.iter().filter(|place| names.insert(&place.field)).take(FIELDS).collect();
        let mut failures = Vec::new();
        let (mut pairs, mut can) = (0, 0);
        for (operator, kind, op, _) in plans::pairs("") {
            let ask_for = |place: &&Place| {
                let other = other_field(said, place);
                let value = plans::values(&other).into_iter().find(|(known, _)| *known == kind).map(|(_, value)| value);
                plans::compare(place, op, value.unwrap_or(Value::Null))
            };
            let hunts: Vec<Hunt> = places.iter().map(ask_for).collect();
            let row = self.row(
                "comparison",
                format!("{operator} {kind}"),
                &hunts,
                &["field", "operator", "value"],
                &mut failures,
            );
            pairs += 1;
            can += usize::from(row.said > 0);
            self.coverage.rows.push(row);
        }
        let says =
            format!("{can} of {pairs} pairs of operator and kind of value said on some field; the others refused");
        Check { name: "comparisons", says, failures }
    }

    fn conditions(&mut self, said: &[Place]) -> Check {
        let cases = plans::shapes(&said[0]).into_iter().map(|(name, hunt)| (name.to_owned(), hunt));
        self.cases("condition", "conditions", cases.collect(), &["operator", "value", "field"])
    }

    fn stages(&mut self, said: &[Place]) -> Check {
        let cases = plans::stages(&said[0], &other_field(said, &said[0]));
        self.cases("stage", "stages", cases, &["stage", "field", "value", "operator"])
    }

    fn correlations(&mut self, said: &[Place]) -> Check {
        let cases = plans::correlations(&said[0], &other_field(said, &said[0])).into_iter();
        let cases = cases.map(|(name, hunt)| (name.to_owned(), hunt)).collect();
        self.cases("correlation", "correlations", cases, &["correlation", "stage", "field", "value", "operator"])
    }

    fn cases(&mut self, part: &'static str, name: &'static str, cases: Vec<(String, Hunt)>, codes: &[&str]) -> Check {
        let mut failures = Vec::new();
        let (tried, mut can) = (cases.len(), 0);
        for (what, hunt) in cases {
            let row = self.row(part, what, &[hunt], codes, &mut failures);
            can += row.said;
            self.coverage.rows.push(row);
        }
        Check { name, says: format!("{can} of {tried} said, the others refused"), failures }
    }

    fn row(
        &mut self,
        part: &'static str,
        what: String,
        hunts: &[Hunt],
        codes: &[&str],
        failures: &mut Vec<Failure>,
    ) -> Row {
        let mut row = Row { part, what, said: 0, tried: hunts.len(), refused: BTreeMap::new() };
        for (hunt, told) in hunts.iter().zip(ask(self.plugin, hunts, &Target::default())) {
            failures.extend(judge(&row.what, hunt, &told, codes));
            match told {
                Ok(Ok(_)) => row.said += 1,
                Ok(Err(refusals)) => {
                    let codes: BTreeSet<String> = refusals.into_iter().map(|refusal| refusal.code).collect();
                    codes.into_iter().for_each(|code| *row.refused.entry(code).or_default() += 1);
                }
                Err(_) => {}
            }
        }
        self.hunts.extend(hunts.first().cloned());
        row
    }
}

/// Another field of the same class that is said, or the field itself.
fn other_field(said: &[Place], place: &Place) -> String {
    let other = said.iter().find(|it| it.class == place.class && it.field != place.field);
    other.unwrap_or(place).field.clone()
}

fn name_of(class: &EventClass) -> String {
    let parts = [&class.category, &class.product, &class.service];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("/")
}

/// Hunts that mean different things are different queries.
fn meanings(plugin: &Plugin, said: &Place) -> Check {
    let text = || Value::Text(MARK.into());
    let mut cases: Vec<(String, Hunt)> = plans::pairs("")
        .into_iter()
        .filter(|(_, kind, ..)| matches!(*kind, "text" | "integer" | "null"))
        .map(|(operator, kind, op, value)| (format!("{operator} {kind}"), plans::compare(said, op, value)))
        .collect();
    for there in [true, false] {
        let hunt = plans::compare(said, Operator::Exists, Value::Boolean(there));
        cases.push((format!("exists {there}"), hunt));
    }
    let negated = vec![plans::test(&said.field, Operator::Equals, vec![text()]), Node::Negate(0)];
    cases.push(("not equals text".into(), plans::hunt(&said.class, negated)));
    let shapes = plans::shapes(said).into_iter().filter(|(name, _)| matches!(*name, "all" | "any" | "negate"));
    cases.extend(shapes.map(|(name, hunt)| (name.to_owned(), hunt)));
    let hunts: Vec<Hunt> = cases.iter().map(|(_, hunt)| hunt.clone()).collect();
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut failures = Vec::new();
    for ((name, _), told) in cases.iter().zip(ask(plugin, &hunts, &Target::default())) {
        let Ok(Ok(artifacts)) = told else { continue };
        let query: String = artifacts.into_iter().map(|artifact| artifact.text).collect();
        if let Some(other) = known.get(query.as_str()) {
            // A field that is not there is compared with `null` by one operator and with `exists` by the other.
            if !matches!((*other, name.as_str()), ("equals null", "exists false")) {
                let message = format!("the same query as for `{other}`: {query}");
                failures.push(Failure::new("same-query", name, message, "say every condition, or refuse the hunt"));
            }
            continue;
        }
        known.insert(query, name);
    }
    let says = format!("{} hunts with different meanings are different queries", known.len());
    Check { name: "meanings", says, failures }
}

/// Classes and fields that nobody has heard of: refused as what they are, unless the dialect takes any.
fn unheard_of(plugin: &Plugin, said: &Place) -> Check {
    let class = EventClass { category: Some("conformance_unheard_of".into()), ..Default::default() };
    let cases = [
        ("an unheard-of class", Place { class, field: said.field.clone() }, "class"),
        ("an unheard-of field", Place { class: said.class.clone(), field: "ConformanceUnheardOf".into() }, "field"),
    ];
    let mut failures = Vec::new();
    for (name, place, code) in cases {
        let hunt = plans::equals(&place, MARK);
        for told in ask(plugin, std::slice::from_ref(&hunt), &Target::default()) {
            failures.extend(judge(name, &hunt, &told, &[code]));
        }
    }
    Check {
        name: "unheard-of",
        says: "an unknown class and field are refused as such, or taken by name".into(),
        failures,
    }
}

/// What is no plan is never said.
fn broken_plans(plugin: &Plugin, said: &Place) -> Check {
    let mut failures = Vec::new();
    let cases = plans::broken(said);
    for (name, hunt) in &cases {
        for told in ask(plugin, std::slice::from_ref(hunt), &Target::default()) {
            let hint = "refuse it as `invalid-plan`: the SDK's `Tree::of` checks a predicate";
            match told {
                Err(error) => failures.push(Failure::of(name, &error)),
                Ok(Ok(_)) => failures.push(Failure::new("broken-plan-said", name, "a query was made of it", hint)),
                Ok(Err(refusals)) if refusals.iter().any(|it| it.code == "invalid-plan") => {}
                Ok(Err(refusals)) => {
                    let codes: Vec<_> = refusals.iter().map(|it| it.code.as_str()).collect();
                    failures.push(Failure::new("wrong-code", name, format!("refused as {}", codes.join(", ")), hint));
                }
            }
        }
    }
    Check { name: "broken-plans", says: format!("{} plans that break the contract are refused", cases.len()), failures }
}

/// What the operator asks for and the dialect does not have.
fn options(plugin: &Plugin, said: &Place) -> Check {
    let cases = [
        (
            "an option that no dialect has",
            Target { form: "query".into(), mapping: "{\"conformance_unheard_of\":1}".into() },
        ),
        ("a form that no dialect has", Target { form: "conformance-unheard-of".into(), mapping: "{}".into() }),
    ];
    let hint = "refuse it as `invalid-options`: the SDK's `Options::parse` does for the mapping";
    let mut failures = Vec::new();
    for (name, target) in cases {
        for told in ask(plugin, &[plans::equals(said, MARK)], &target) {
            match told {
                Err(error) => failures.push(Failure::of(name, &error)),
                Ok(Err(refusals)) if refusals.iter().any(|it| it.code == "invalid-options") => {}
                Ok(Err(_)) => failures.push(Failure::new("wrong-code", name, "refused with another code", hint)),
                Ok(Ok(_)) => failures.push(Failure::new("option-ignored", name, "a query was made all the same", hint)),
            }
        }
    }
    Check { name: "options", says: "an unknown option and an unknown form are refused".into(), failures }
}

/// The same hunt gives the same answer alone, among others, and after others.
fn determinism(plugin: &Plugin, hunts: &[Hunt]) -> Check {
    let target = Target::default();
    let answer = |told: Told| told.map_err(|error| error.report_code());
    let first: Vec<_> = ask(plugin, hunts, &target).into_iter().map(answer).collect();
    let reversed: Vec<Hunt> = hunts.iter().rev().cloned().collect();
    let again: Vec<_> = ask(plugin, &reversed, &target).into_iter().rev().map(answer).collect();
    let mut failures = Vec::new();
    let hint = "use ordered maps, keep nothing between hunts";
    for (index, hunt) in hunts.iter().enumerate() {
        let alone = ask(plugin, std::slice::from_ref(hunt), &target).into_iter().map(answer).next();
        if first.get(index) != again.get(index) || first.get(index) != alone.as_ref() {
            let name = format!("hunt {index} over {}", name_of(&hunt.searches[0].class));
            failures.push(Failure::new("not-deterministic", &name, "the same hunt was said in two ways", hint));
        }
    }
    let says = format!("{} hunts were said the same among others, in reverse and alone", hunts.len());
    Check { name: "determinism", says, failures }
}
