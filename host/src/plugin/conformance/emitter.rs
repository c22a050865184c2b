//! Emitters: everything that a plan can hold is said whole or refused with the right code, and nothing is said that is
//! no plan. What is said is the coverage table.

use super::coverage::{Coverage, Survey, Told, ask, name_of};
use super::injection;
use super::judge::judge;
use super::place::Place;
use super::plans;
use super::trial::{Check, Failure, grows_by, side_by_side};
use crate::model::{CallContext, EventClass, Hunt, Operator, Target, Value};
use crate::sandbox::Plugin;
use std::collections::BTreeMap;

pub(super) fn run(plugin: &Plugin) -> (Vec<Check>, Coverage) {
    let target = Target::default();
    let mut survey = Survey::new(plugin, &target);
    survey.run();
    let Survey { mut checks, coverage, said, hunts, .. } = survey;
    let Some(first) = said.first() else { return (checks, coverage) };
    let list = |count: usize| plans::hunt(&first.class, vec![first.list(count)]);
    let cost = |count: usize| {
        plugin.emit(&CallContext::default(), &[list(count)], &Target::default()).map(|called| called.fuel)
    };
    checks.extend(side_by_side(&[
        &|| meanings(plugin, first),
        &|| unheard_of(plugin, first),
        &|| broken_plans(plugin, first),
        &|| options(plugin, first),
        &|| determinism(plugin, &hunts),
        &|| injection::check(plugin, &said),
        &|| grows_by("values of a list", 200, &cost),
    ]));
    (checks, coverage)
}

/// Hunts that mean different things are different queries.
fn meanings(plugin: &Plugin, said: &Place) -> Check {
    let mut cases: Vec<(String, Hunt)> = plans::pairs("")
        .into_iter()
        .filter(|(_, kind, ..)| matches!(*kind, "text" | "integer" | "null"))
        .map(|(operator, kind, op, value)| (format!("{operator} {kind}"), plans::compare(said, op, value)))
        .collect();
    for there in [true, false] {
        let hunt = plans::compare(said, Operator::Exists, Value::Boolean(there));
        cases.push((format!("exists {there}"), hunt));
    }
    cases.extend(plans::shapes(said).into_iter().filter(|(name, _)| matches!(name.as_str(), "all" | "any" | "negate")));
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
        ("an unheard-of class", Place { class, ..said.clone() }, "class"),
        ("an unheard-of field", Place { field: "ConformanceUnheardOf".into(), ..said.clone() }, "field"),
    ];
    let mut failures = Vec::new();
    for (name, place, code) in cases {
        let hunt = place.hunt(0);
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
        for told in ask(plugin, &[said.hunt(0)], &target) {
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
