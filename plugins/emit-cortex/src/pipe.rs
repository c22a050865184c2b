//! Stages and correlations in XQL: the events of all searches, then one stage a step.
//!
//! Source: Palo Alto Networks, "Cortex XQL Language Reference": `alter`, `bin`, `comp`, `union`, `windowcomp`.

use crate::{Cortex, FORM, STRING, framed, is_of};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::steps::{Derived, Events, Function, Group, Measured, Only, SEARCH, Step, bare, derived};
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::in_units;

const TIMESTAMP: Native<'static> = Native::text("Timestamp");

/// Says a hunt with stages or a correlation.
///
/// # Errors
/// What XQL cannot say.
pub fn emit(
    hunt: &Hunt,
    resolved: Vec<Resolved<'_>>,
    set: Name<'_>,
    seconds: u32,
    mut notes: Vec<String>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    notes.extend(bucketed(hunt));
    stepped(&FORM, hunt, resolved, TIMESTAMP, notes, |query, pipeline| {
        framed(query, set, seconds);
        for (index, found) in pipeline.events.iter().enumerate() {
            if index > 0 {
                query.word("\n| union (dataset = ").name(set);
            }
            events(query, found)?;
            query.word(if index == 0 { "" } else { ")" });
        }
        pipeline.steps.iter().try_for_each(|(at, next)| step(query, *at, next))
    })
}

/// The events of a search under the plan's names.
fn events(query: &mut Query, Events { one, fields }: &Events<'_>) -> Result<(), Refusal> {
    is_of(query.word("\n| filter "), one)?;
    query.word("\n| alter Timestamp = _time, SearchName = ");
    query.constant(&STRING, &one.search.name, At::search(one.index))?;
    for (name, native) in fields {
        query.word(", ").name(*name).word(" = ").name(native.name);
    }
    Ok(())
}

fn step(query: &mut Query, at: At, step: &Step<'_>) -> Result<(), Refusal> {
    match step {
        Step::Correlate(correlated) => {
            for next in &correlated.in_buckets()? {
                self::step(query, at, next)?;
            }
        }
        Step::Group(group) => return comp(query, group, at),
        Step::Interval { by, name } => {
            query.word("\n| windowcomp lag(Timestamp)").word(if by.is_empty() { "" } else { " by " }).names(by);
            query.word(" sort asc Timestamp as previous_time\n| alter ").name(*name);
            query.word(" = timestamp_diff(Timestamp, previous_time, \"SECOND\")");
        }
        Step::Derive { name, function, inputs } => {
            let words = match function {
                Derived::Length => ["len(", "", ")"],
                Derived::Hour => ["extract_time(", "", ", \"HOUR\")"],
                Derived::Lower => ["lowercase(", "", ")"],
                Derived::Ratio => ["divide(", ", ", ")"],
                Derived::Difference => ["subtract(", ", ", ")"],
            };
            derived(query.word("\n| alter ").name(*name).word(" = "), words, inputs, bare);
        }
        Step::Keep(formula) => return say(&Cortex, query.word("\n| filter "), &formula.clone().guarded()),
        Step::Reached { value, count } => {
            query.word("\n| filter ").name(*value).word(" = ").count(*count, "");
        }
        Step::InOrder { earlier, later } => {
            query.word("\n| filter ").name(*earlier).word(" <= ").name(*later);
        }
        Step::Sort(keys) => {
            query.word("\n| sort ").list(keys, |query, (key, descending)| {
                query.word(if *descending { "desc " } else { "asc " }).name(key.name);
            });
        }
        Step::Limit(rows) => {
            query.word("\n| limit ").count(*rows, "");
        }
    }
    Ok(())
}

fn comp(query: &mut Query, group: &Group<'_>, at: At) -> Result<(), Refusal> {
    if let Some(seconds) = group.bucket {
        let (count, unit) = in_units(seconds);
        // A bin lies in the column that it is made of: the time keeps its own.
        query.word("\n| alter Bucket = Timestamp\n| bin Bucket span = ").count(count, unit);
    }
    for (index, measured) in group.measures.iter().enumerate() {
        only(query, index, measured)?;
    }
    query.word("\n| comp ").try_list(group.measures.iter().enumerate(), |query, (index, measured)| {
        query.word(match measured.function {
            Function::Count => "count(",
            Function::Distinct => "count_distinct(",
            Function::Sum => "sum(",
            Function::Minimum => "min(",
            Function::Maximum => "max(",
            Function::Average => "avg(",
            Function::Deviation => "stddev_sample(",
            Function::Percentile(50.0) => "median(",
            Function::Values => "values(",
            Function::First => "earliest(",
            Function::Last => "latest(",
            other => return Err(other.refuse(at)),
        });
        match measured.only {
            Only::All => query.name(measured.field.unwrap_or(TIMESTAMP).name),
            _ => query.word("only_").count(index as u64, ""),
        };
        query.word(") as ").name(measured.name);
        Ok(())
    })?;
    let bucket = group.bucket.map(|_| Native::text("Bucket"));
    let keys: Vec<Native<'_>> = group.by.iter().copied().chain(bucket).collect();
    query.word(if keys.is_empty() { "" } else { " by " }).names(&keys);
    query.word(if bucket.is_some() { "\n| alter Timestamp = Bucket" } else { "" });
    Ok(())
}

/// What is measured of some events only, as a column of its own.
fn only(query: &mut Query, index: usize, measured: &Measured<'_>) -> Result<(), Refusal> {
    if matches!(measured.only, Only::All) {
        return Ok(());
    }
    query.word("\n| alter only_").count(index as u64, " = if(");
    match &measured.only {
        Only::All => {}
        Only::Where(formula) => say(&Cortex, query, &formula.clone().guarded())?,
        Only::Search(name) => {
            query.name(SEARCH).word(" = ").constant(&STRING, name, At::HUNT)?;
        }
    }
    query.word(", ").name(measured.field.unwrap_or(TIMESTAMP).name).word(", null)");
    Ok(())
}
