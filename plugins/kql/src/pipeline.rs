//! Stages and correlations in KQL: rows under the plan's names, then one operator a step.

use crate::compare::Kql;
use crate::quote::STRING;
use crate::statement::{Reading, rows};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::steps::{
    Derived, Events, Function, Group, Measured, Only, SEARCH, Step, bare, derived, pipeline,
};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::in_units;

const TIMESTAMP: Native<'static> = Native::text("Timestamp");

/// Appends the hunt's searches and every step after them.
///
/// # Errors
/// What KQL cannot say.
pub fn steps<'a>(
    query: &mut Query,
    hunt: &'a Hunt,
    part: &'a [Resolved<'a>],
    reading: &Reading<'_>,
    names: &'a Names,
) -> Result<(), Refusal> {
    let pipeline = pipeline(hunt, part, names, 0, TIMESTAMP)?;
    events(query, &pipeline.events, reading)?;
    for (at, next) in &pipeline.steps {
        step(query, *at, next)?;
    }
    query.word("\n");
    Ok(())
}

/// The events of every search, under the plan's names.
fn events(query: &mut Query, part: &[Events<'_>], reading: &Reading<'_>) -> Result<(), Refusal> {
    let several = part.len() > 1;
    query.word(if several { "union\n" } else { "" });
    for (index, Events { one, fields }) in part.iter().enumerate() {
        let at = At::search(one.index);
        if one.source.time.is_empty() {
            let reason = "the rows of this table have no time, which a later step needs";
            return Err(at.refuse(Code::UnsupportedStage, one.source.table, reason));
        }
        query.word(if index == 0 { "" } else { ",\n" }).word(if several { "(\n    " } else { "" });
        let line = if several { "\n    | " } else { "\n| " };
        rows(query, one, reading, line)?;
        query.word(line).word("project Timestamp = ").word(one.source.time);
        query.word(", SearchName = ").constant(&STRING, &one.search.name, at)?;
        for (name, native) in fields {
            query.word(", ").name(*name).word(" = ").name(native.name);
        }
        query.word(if several { "\n)" } else { "" });
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
        Step::Group(group) => return summarize(query, group, at),
        Step::Interval { by, name } => {
            query.word("\n| sort by ");
            for field in by {
                query.name(field.name).word(" asc, ");
            }
            query.word("Timestamp asc\n| extend ").name(*name).word(" = iff(");
            for (index, Native { name, .. }) in by.iter().enumerate() {
                query.word(if index == 0 { "" } else { " and " }).name(*name).word(" == prev(").name(*name).word(")");
            }
            query.word(if by.is_empty() { "isnotnull(prev(Timestamp))" } else { "" });
            query.word(", (Timestamp - prev(Timestamp)) / 1s, real(null))");
        }
        Step::Derive { name, function, inputs } => {
            let words = match function {
                Derived::Length => ["strlen(tostring(", "", "))"],
                Derived::Hour => ["hourofday(", "", ")"],
                Derived::Lower => ["tolower(tostring(", "", "))"],
                Derived::Ratio => ["todouble(", ") / todouble(", ")"],
                Derived::Difference => ["todouble(", ") - todouble(", ")"],
            };
            derived(query.word("\n| extend ").name(*name).word(" = "), words, inputs, bare);
        }
        Step::Keep(formula) => return say(&Kql, query.word("\n| where "), formula),
        Step::Reached { value, count } => {
            query.word("\n| where ").name(*value).word(" == ").count(*count, "");
        }
        Step::InOrder { earlier, later } => {
            query.word("\n| where ").name(*earlier).word(" <= ").name(*later);
        }
        Step::Sort(keys) => {
            query.word("\n| sort by ").list(keys, |query, (key, descending)| {
                query.name(key.name).word(if *descending { " desc" } else { " asc" });
            });
        }
        Step::Limit(rows) => {
            query.word("\n| take ").count(*rows, "");
        }
    }
    Ok(())
}

fn summarize(query: &mut Query, group: &Group<'_>, at: At) -> Result<(), Refusal> {
    query
        .word("\n| summarize ")
        .try_list(&group.measures, |query, measured| function(query.name(measured.name).word(" = "), measured, at))?;
    query.word(if group.by.is_empty() { "" } else { " by " }).names(&group.by);
    if let Some(seconds) = group.bucket {
        let (count, unit) = in_units(seconds);
        query.word(if group.by.is_empty() { " by " } else { ", " });
        query.word("Timestamp = bin(Timestamp, ").count(count, unit).word(")");
    }
    Ok(())
}

fn function(query: &mut Query, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
    let conditional = !matches!(measured.only, Only::All);
    let (plain, with_condition) = match measured.function {
        Function::Count => ("count(", "countif("),
        Function::Distinct => ("count_distinct(", "count_distinctif("),
        Function::Sum => ("sum(", "sumif("),
        Function::Minimum => ("min(", "minif("),
        Function::Maximum => ("max(", "maxif("),
        Function::Average => ("avg(", "avgif("),
        Function::Deviation => ("stdev(", "stdevif("),
        Function::Values => ("make_set(", "make_set_if("),
        Function::Percentile(_) if !conditional => ("percentile(", ""),
        other => return Err(other.refuse(at)),
    };
    query.word(if conditional { with_condition } else { plain });
    if let Some(native) = measured.field {
        let cast = measured.function.is_numeric() && native.kind == Kind::Text;
        query.word(if cast { "toreal(" } else { "" }).name(native.name).word(if cast { ")" } else { "" });
    }
    if let Function::Percentile(share) = measured.function {
        query.word(", ").count(share.round() as u64, "");
    }
    query.word(if conditional && measured.field.is_some() { ", " } else { "" });
    match &measured.only {
        Only::All => {}
        Only::Where(formula) => say(&Kql, query, formula)?,
        Only::Search(name) => {
            query.name(SEARCH).word(" == ").constant(&STRING, name, at)?;
        }
    }
    query.word(")");
    Ok(())
}
