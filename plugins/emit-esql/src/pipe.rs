//! Stages and correlations in ES|QL: rows under the plan's names, then one command a step.
//!
//! Source: Elastic, "ES|QL commands" and "ES|QL functions and operators". There is no command that sees the row before
//! another.

use crate::{Esql, LOCATED, STRING, is_of};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::pipes::{Functions, Measures, Named, Pipes, Sort, Steps, measured_field, steps};
use huntsmith_sdk::query::quote::Quoting;
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::shape::Shapes;
use huntsmith_sdk::query::steps::{Events, Function, Measured, Only, Pipeline, SEARCH};
use huntsmith_sdk::query::text::Query;

pub const TIMESTAMP: Native<'static> = Native::text("Timestamp");

/// Appends what follows the events of the searches.
///
/// # Errors
/// What ES|QL cannot say.
pub fn say(query: &mut Query, pipeline: &Pipeline<'_>) -> Result<(), Refusal> {
    named(query, &pipeline.events)?;
    steps(&Esql, query, &pipeline.steps)?;
    // Without a limit of its own a query ends at 1,000 rows.
    query.word(if pipeline.is_limited() { "" } else { "\n| LIMIT 10000" });
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

const MEASURES: Measures = Measures {
    count: "COUNT(",
    distinct: "COUNT_DISTINCT(",
    sum: "SUM(",
    minimum: "MIN(",
    maximum: "MAX(",
    average: "AVG(",
    // That of a whole population.
    deviation: "STD_DEV(",
    median: "",
    percentile: "PERCENTILE(",
    values: "VALUES(",
    first: "",
    last: "",
};

impl Pipes for Esql {
    const STEPS: Steps = Steps {
        derive: "\n| EVAL ",
        derived: Named::Before(" = "),
        functions: Functions {
            length: ["LENGTH(TO_STRING(", "", "))"],
            hour: ["DATE_EXTRACT(\"hour_of_day\", ", "", ")"],
            lower: ["TO_LOWER(TO_STRING(", "", "))"],
            ratio: ["TO_DOUBLE(", ") / TO_DOUBLE(", ")"],
            difference: ["TO_DOUBLE(", ") - TO_DOUBLE(", ")"],
        },
        keep: "\n| WHERE ",
        equals: " == ",
        in_order: ["\n| WHERE ", " <= ", ""],
        sort: Sort { open: "\n| SORT ", ascending: ["", " ASC"], descending: ["", " DESC"] },
        limit: ["\n| LIMIT ", ""],
        group: ["\n| STATS ", " BY "],
        named: Named::Before(" = "),
    };
    const STRING: &'static Quoting = &STRING;
    const NO_INTERVAL: &'static str = "ES|QL has no command that sees the row before another";

    fn bucket(&self, query: &mut Query, seconds: u32) {
        query.word("Timestamp = DATE_TRUNC(").count(u64::from(seconds), " seconds, Timestamp)");
    }

    fn measure(&self, query: &mut Query, _: usize, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
        operand(query.word(MEASURES.word(measured.function, at)?), measured)?;
        match measured.function {
            Function::Percentile(share) => {
                query.word(", ").count(share.round() as u64, ")");
            }
            // From the population's to the sample's.
            Function::Deviation => {
                operand(query.word(") * SQRT(TO_DOUBLE(COUNT("), measured)?;
                operand(query.word(")) / (COUNT("), measured)?;
                query.word(") - 1))");
            }
            _ => {
                query.word(")");
            }
        }
        Ok(())
    }
}

/// What is measured: a field, or what a condition leaves of it.
fn operand(query: &mut Query, measured: &Measured<'_>) -> Result<(), Refusal> {
    let all = matches!(measured.only, Only::All);
    query.word(if all { "" } else { "CASE(" });
    Esql.only(query, &measured.only)?;
    query.word(if all { "" } else { ", " });
    measured_field(query, measured, ["TO_DOUBLE(", ")"], if all { "*" } else { "1" });
    query.word(if all { "" } else { ")" });
    Ok(())
}
