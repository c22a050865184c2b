//! Stages and correlations in LogScale: the events of all searches, then one function a step.
//!
//! Source: CrowdStrike, "LogScale: query functions" and "Case statements". An event is in the first branch of a case that
//! takes it, so that searches over events of one kind are refused. Functions over sequences of events see 20,000 of them
//! at most and are not used.

use crate::{FORM, LogScale, STRING, is_of};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::steps::{Derived, Events, Function, Group, Measured, Only, SEARCH, Step, bare, derived};
use huntsmith_sdk::query::text::Query;

/// Milliseconds.
const TIMESTAMP: Native<'static> = Native { kind: Kind::Real, ..Native::text("Timestamp") };

/// Says a hunt with stages or a correlation.
///
/// # Errors
/// What LogScale cannot say.
pub fn emit(hunt: &Hunt, resolved: Vec<Resolved<'_>>, mut notes: Vec<String>) -> Result<Vec<Artifact>, Vec<Refusal>> {
    notes.extend(bucketed(hunt));
    stepped(&FORM, hunt, resolved, TIMESTAMP, notes, |query, pipeline| {
        events(query, &pipeline.events)?;
        pipeline.steps.iter().try_for_each(|(at, next)| step(query, *at, next))
    })
}

/// The events of the searches under the plan's names.
fn events(query: &mut Query, part: &[Events<'_>]) -> Result<(), Refusal> {
    let named = |query: &mut Query, Events { one, fields }: &Events<'_>| {
        query.word(" | Timestamp := @timestamp | SearchName := ");
        query.constant(&STRING, &one.search.name, At::search(one.index))?;
        for (name, native) in fields {
            query.word(" | ").name(*name).word(" := ").name(native.name);
        }
        Ok::<(), Refusal>(())
    };
    if let [one] = part {
        is_of(query, one.one)?;
        return named(query.word("\n"), one);
    }
    let mut kinds: Vec<&str> = part.iter().map(|events| events.one.source.only).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() < part.len() {
        let reason = "an event that two of the searches find would count for the first alone";
        return Err(At::HUNT.refuse(Code::UnsupportedCorrelation, "searches", reason));
    }
    query.word("case {");
    for (index, events) in part.iter().enumerate() {
        is_of(query.word(if index == 0 { "\n  " } else { ";\n  " }), events.one)?;
        named(query, events)?;
    }
    query.word("\n}");
    Ok(())
}

fn step(query: &mut Query, at: At, step: &Step<'_>) -> Result<(), Refusal> {
    match step {
        Step::Correlate(correlated) => {
            for next in &correlated.in_buckets()? {
                self::step(query, at, next)?;
            }
        }
        Step::Group(group) => return group_by(query, group, at),
        Step::Interval { .. } => {
            let reason = "LogScale's functions over sequences leave events beyond 20,000 out";
            return Err(at.refuse(Code::UnsupportedStage, "interval", reason));
        }
        Step::Derive { name, function, inputs } => {
            let assigned = |query: &mut Query, words| {
                derived(query.word("\n| ").name(*name).word(" := "), words, inputs, bare);
            };
            match function {
                Derived::Length => assigned(query, ["length(", "", ")"]),
                Derived::Hour => assigned(query, ["math:mod(math:floor(", "", "/3600000), 24)"]),
                Derived::Lower => assigned(query, ["lower(", "", ")"]),
                Derived::Ratio => assigned(query, ["", " / ", ""]),
                Derived::Difference => assigned(query, ["", " - ", ""]),
            }
        }
        Step::Keep(formula) => return say(&LogScale, query.word("\n| "), formula),
        Step::Reached { value, count } => {
            query.word("\n| ").name(*value).word(" = ").count(*count, "");
        }
        Step::InOrder { earlier, later } => {
            query.word("\n| test(").name(*earlier).word(" <= ").name(*later).word(")");
        }
        Step::Sort(keys) => {
            query.word("\n| sort([").list(keys, |query, (key, _)| {
                query.name(key.name);
            });
            query.word("], order=[").list(keys, |query, (_, descending)| {
                query.word(if *descending { "desc" } else { "asc" });
            });
            query.word("], limit=20000)");
        }
        Step::Limit(rows) => {
            query.word("\n| head(").count(*rows, ")");
        }
    }
    Ok(())
}

fn group_by(query: &mut Query, group: &Group<'_>, at: At) -> Result<(), Refusal> {
    if let Some(seconds) = group.bucket {
        query.word("\n| Bucket := Timestamp - Timestamp % ").count(u64::from(seconds) * 1_000, "");
    }
    for (index, measured) in group.measures.iter().enumerate() {
        only(query, index, measured)?;
    }
    let bucket = group.bucket.map(|_| Native::text("Bucket"));
    let keys: Vec<Native<'_>> = group.by.iter().copied().chain(bucket).collect();
    query.word("\n| groupBy([").names(&keys).word("], function=[");
    query.try_list(group.measures.iter().enumerate(), |query, (index, measured)| {
        let (open, close) = match measured.function {
            Function::Count => ("count(", ", as="),
            Function::Distinct => ("count(", ", distinct=true, as="),
            Function::Sum => ("sum(", ", as="),
            Function::Minimum => ("min(", ", as="),
            Function::Maximum => ("max(", ", as="),
            Function::Average => ("avg(", ", as="),
            Function::Deviation => ("stdDev(", ", as="),
            other => return Err(other.refuse(at)),
        };
        query.word(open);
        match (&measured.only, measured.field) {
            (Only::All, field) => query.name(field.unwrap_or(TIMESTAMP).name),
            _ => query.word("Only").count(index as u64, ""),
        };
        query.word(close).name(measured.name).word(")");
        Ok(())
    })?;
    query.word("], limit=max)").word(if bucket.is_some() { "\n| Timestamp := Bucket" } else { "" });
    Ok(())
}

/// What is measured of some events only, as a field of its own.
fn only(query: &mut Query, index: usize, measured: &Measured<'_>) -> Result<(), Refusal> {
    if matches!(measured.only, Only::All) {
        return Ok(());
    }
    query.word("\n| case { ");
    match &measured.only {
        Only::All => {}
        Only::Where(formula) => say(&LogScale, query, formula)?,
        Only::Search(name) => {
            query.name(SEARCH).word(" = ").constant(&STRING, name, At::HUNT)?;
        }
    }
    query.word(" | Only").count(index as u64, " := ").name(measured.field.unwrap_or(TIMESTAMP).name).word("; * }");
    Ok(())
}
