//! Correlations as rules over several events: what they have in common within a span of time, and what is counted of them.
//!
//! Source: Google, "YARA-L 2.0 language syntax", sections on match, outcome and condition.

use crate::{FORM, Udm, head};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::stepped;
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::refusal::Code;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::Shapes;
use huntsmith_sdk::query::steps::{Condition, Correlate, Events, Function, Step};
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::in_units;

/// The longest window of a match, in seconds: 48 hours.
const LONGEST: u32 = 172_800;

/// Says a hunt with a correlation.
///
/// # Errors
/// What a rule cannot say.
pub fn emit(
    hunt: &Hunt,
    name: Name<'_>,
    resolved: Vec<Resolved<'_>>,
    log_types: &[&str],
    notes: Vec<String>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    stepped(&FORM, hunt, resolved, Native::text("time"), notes, |query, pipeline| {
        head(query, name, hunt)?;
        for (at, step) in &pipeline.steps {
            let Step::Correlate(correlated) = step else {
                let reason = "a rule relates events; it cannot work on what it found";
                return Err(at.refuse(Code::UnsupportedStage, "stages", reason));
            };
            correlate(query, correlated, &pipeline.events, log_types)?;
        }
        Ok(())
    })
}

fn correlate(
    query: &mut Query,
    correlated: &Correlate<'_>,
    part: &[Events<'_>],
    log_types: &[&str],
) -> Result<(), Refusal> {
    let (count, unit) = in_units(correlated.span);
    if correlated.keys.is_empty() || unit == "s" || correlated.span > LONGEST {
        return Err(correlated.refuse("a match needs a key, and a span of whole minutes up to 48 hours"));
    }
    if let Condition::Value(function, field, formula) = &correlated.condition {
        group(query, part, Udm::OR, Udm::GROUP, &mut |query, events| Udm::Event.is_of(query, events.one, log_types))?;
        for (index, key) in correlated.keys.iter().enumerate() {
            same(query, Udm::Event, *key, field_of(correlated, part, index)?);
        }
        matched(query, correlated, count, unit);
        query.word("\n  outcome:\n    $").name(correlated.value).word(match function {
            Function::Count => " = count(",
            Function::Distinct => " = count_distinct(",
            Function::Sum => " = sum(",
            Function::Average => " = avg(",
            _ => return Err(correlated.refuse("a rule has no such function over events")),
        });
        let counted = match field {
            Some(_) => field_of(correlated, part, correlated.keys.len())?,
            None => Native::text("metadata.id"),
        };
        Udm::Event.column(query, counted);
        say(&Udm::Outcome, query.word(")\n  condition:\n    $e and "), formula)?;
    } else {
        for (index, Events { one, fields }) in part.iter().enumerate() {
            let event = Udm::Numbered(index + 1);
            event.is_of(query.word(if index == 0 { "" } else { "\n    " }), one, log_types)?;
            for (key, (_, native)) in correlated.keys.iter().zip(fields) {
                same(query, event, *key, *native);
            }
        }
        let ordered = matches!(correlated.condition, Condition::InOrder);
        for index in (1..part.len()).filter(|_| ordered) {
            const TIME: Native<'static> = Native::integer("metadata.event_timestamp.seconds");
            Udm::Numbered(index).column(query.word("\n    "), TIME);
            Udm::Numbered(index + 1).column(query.word(" <= "), TIME);
        }
        matched(query, correlated, count, unit);
        query.word("\n  condition:\n    ");
        for index in 1..=part.len() {
            query.word(if index == 1 { "$e" } else { " and $e" }).count(index as u64, "");
        }
    }
    query.word("\n}");
    Ok(())
}

/// The one field that all searches carry a key, or what is counted, in.
fn field_of<'a>(correlated: &Correlate<'_>, part: &[Events<'a>], index: usize) -> Result<Native<'a>, Refusal> {
    let fields: Vec<Native<'a>> = part.iter().map(|events| events.fields[index].1).collect();
    let reason = "the searches carry a key in different fields, which one event of a rule cannot say";
    fields
        .first()
        .filter(|first| fields.iter().all(|field| field == *first))
        .copied()
        .ok_or_else(|| correlated.refuse(reason))
}

/// What events of a match have in common.
fn same(query: &mut Query, event: Udm, key: Name<'_>, native: Native<'_>) {
    query.word("\n    $").name(key).word(" = ");
    event.column(query, native);
}

fn matched(query: &mut Query, correlated: &Correlate<'_>, count: u64, unit: &'static str) {
    query.word("\n  match:\n    ").list(&correlated.keys, |query, key| {
        query.word("$").name(*key);
    });
    query.word(" over ").count(count, unit);
}
