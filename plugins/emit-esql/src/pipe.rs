//! Stages and correlations in ES|QL: rows under the plan's names, then one command a step.
//!
//! Source: Elastic, "ES|QL commands" and "ES|QL functions and operators". There is no command that sees the row before
//! another.

use crate::{Esql, LOCATED, STRING, is_of};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::query::boolean::say as formula;
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::shape::Shapes;
use huntsmith_sdk::query::steps::{
    Derived, Events, Function, Group, Measured, Only, Pipeline, SEARCH, Step, bare, derived,
};
use huntsmith_sdk::query::text::Query;

pub const TIMESTAMP: Native<'static> = Native::text("Timestamp");

/// Appends what follows the events of the searches.
///
/// # Errors
/// What ES|QL cannot say.
pub fn say(query: &mut Query, pipeline: &Pipeline<'_>) -> Result<(), Refusal> {
    named(query, &pipeline.events)?;
    for (at, next) in &pipeline.steps {
        step(query, *at, next)?;
    }
    // Without a limit of its own a query ends at 1,000 rows.
    let limited = pipeline.steps.iter().any(|(_, step)| matches!(step, Step::Limit(_)));
    query.word(if limited { "\n" } else { "\n| LIMIT 10000\n" });
    Ok(())
}

/// The search that found an event, an event for each, and its fields under the plan's names.
fn named(query: &mut Query, part: &[Events<'_>]) -> Result<(), Refusal> {
    let name = |query: &mut Query, events: &Events<'_>| {
        let at = At::search(events.one.index);
        query.constant(&STRING, &events.one.search.name, at).map(drop)
    };
    if let [one] = part {
        name(query.word("\n| EVAL SearchName = "), one)?;
    } else {
        query.word("\n| EVAL SearchName = SPLIT(CONCAT(").try_list(part, |query, events| {
            is_of(query.word("CASE("), events.one, LOCATED)?;
            name(query.word(", CONCAT("), events)?;
            query.word(", \",\"), \"\")");
            Ok(())
        })?;
        query.word("), \",\")\n| MV_EXPAND SearchName\n| WHERE SearchName != \"\"\n| EVAL ");
    }
    query.word(if part.len() == 1 { ", " } else { "" }).word("Timestamp = @timestamp");
    let Some(first) = part.first() else { return Ok(()) };
    for (index, (plan, native)) in first.fields.iter().enumerate() {
        query.word(", ").name(*plan).word(" = ");
        if part.iter().all(|events| events.fields[index].1 == *native) {
            Esql.column(query, *native);
            continue;
        }
        query.word("CASE(").try_list(part, |query, events| {
            name(query.name(SEARCH).word(" == "), events)?;
            Esql.column(query.word(", "), events.fields[index].1);
            Ok(())
        })?;
        query.word(")");
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
        Step::Group(group) => return stats(query, group, at),
        Step::Interval { .. } => {
            let reason = "ES|QL has no command that sees the row before another";
            return Err(at.refuse(Code::UnsupportedStage, "interval", reason));
        }
        Step::Derive { name, function, inputs } => {
            let words = match function {
                Derived::Length => ["LENGTH(TO_STRING(", "", "))"],
                Derived::Hour => ["DATE_EXTRACT(\"hour_of_day\", ", "", ")"],
                Derived::Lower => ["TO_LOWER(TO_STRING(", "", "))"],
                Derived::Ratio => ["TO_DOUBLE(", ") / TO_DOUBLE(", ")"],
                Derived::Difference => ["TO_DOUBLE(", ") - TO_DOUBLE(", ")"],
            };
            derived(query.word("\n| EVAL ").name(*name).word(" = "), words, inputs, bare);
        }
        Step::Keep(condition) => return formula(&Esql, query.word("\n| WHERE "), condition),
        Step::Reached { value, count } => {
            query.word("\n| WHERE ").name(*value).word(" == ").count(*count, "");
        }
        Step::InOrder { earlier, later } => {
            query.word("\n| WHERE ").name(*earlier).word(" <= ").name(*later);
        }
        Step::Sort(keys) => {
            query.word("\n| SORT ").list(keys, |query, (key, descending)| {
                query.name(key.name).word(if *descending { " DESC" } else { " ASC" });
            });
        }
        Step::Limit(rows) => {
            query.word("\n| LIMIT ").count(*rows, "");
        }
    }
    Ok(())
}

fn stats(query: &mut Query, group: &Group<'_>, at: At) -> Result<(), Refusal> {
    query
        .word("\n| STATS ")
        .try_list(&group.measures, |query, measured| function(query.name(measured.name).word(" = "), measured, at))?;
    query.word(if group.by.is_empty() { "" } else { " BY " }).names(&group.by);
    if let Some(seconds) = group.bucket {
        query.word(if group.by.is_empty() { " BY " } else { ", " });
        query.word("Timestamp = DATE_TRUNC(").count(u64::from(seconds), " seconds, Timestamp)");
    }
    Ok(())
}

fn function(query: &mut Query, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
    let (open, close) = match measured.function {
        Function::Count => ("COUNT(", ")"),
        Function::Distinct => ("COUNT_DISTINCT(", ")"),
        Function::Sum => ("SUM(", ")"),
        Function::Minimum => ("MIN(", ")"),
        Function::Maximum => ("MAX(", ")"),
        Function::Average => ("AVG(", ")"),
        // Its own is that of a whole population.
        Function::Deviation => ("STD_DEV(", ")"),
        Function::Percentile(_) => ("PERCENTILE(", ""),
        Function::Values => ("VALUES(", ")"),
        other => return Err(other.refuse(at)),
    };
    operand(query.word(open), measured)?;
    query.word(close);
    match measured.function {
        Function::Percentile(share) => {
            query.word(", ").count(share.round() as u64, ")");
        }
        Function::Deviation => {
            operand(query.word(" * SQRT(TO_DOUBLE(COUNT("), measured)?;
            operand(query.word(")) / (COUNT("), measured)?;
            query.word(") - 1))");
        }
        _ => {}
    }
    Ok(())
}

/// What is measured: a field, or what a condition leaves of it.
fn operand(query: &mut Query, measured: &Measured<'_>) -> Result<(), Refusal> {
    match &measured.only {
        Only::All => {}
        Only::Where(condition) => {
            formula(&Esql, query.word("CASE("), condition)?;
            query.word(", ");
        }
        Only::Search(name) => {
            query.word("CASE(").name(SEARCH).word(" == ").constant(&STRING, name, At::HUNT)?.word(", ");
        }
    }
    let all = matches!(measured.only, Only::All);
    match measured.field {
        Some(native) if measured.function.is_numeric() && native.kind == Kind::Text => {
            query.word("TO_DOUBLE(").name(native.name).word(")")
        }
        Some(native) => query.name(native.name),
        None => query.word(if all { "*" } else { "1" }),
    };
    query.word(if all { "" } else { ")" });
    Ok(())
}
