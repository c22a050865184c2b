//! Stages and correlations in KQL: rows under the plan's names, then one operator a step.

use crate::compare::Kql;
use crate::quote::STRING;
use crate::statement::{Reading, rows};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::pipeline::pipeline;
use huntsmith_sdk::query::pipes::{Functions, Measures, Named, Pipes, Sort, Steps, measured_field, steps as say_steps};
use huntsmith_sdk::query::quote::Quoting;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::steps::{Events, Function, Measured, Only};
use huntsmith_sdk::query::text::{Name, Query};
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
    say_steps(&Kql, query, &pipeline.steps)
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

const MEASURES: Measures = Measures {
    count: "count(",
    distinct: "count_distinct(",
    sum: "sum(",
    minimum: "min(",
    maximum: "max(",
    average: "avg(",
    deviation: "stdev(",
    median: "",
    percentile: "percentile(",
    values: "make_set(",
    first: "",
    last: "",
};

/// Of those events alone for which a condition holds.
const MEASURES_IF: Measures = Measures {
    count: "countif(",
    distinct: "count_distinctif(",
    sum: "sumif(",
    minimum: "minif(",
    maximum: "maxif(",
    average: "avgif(",
    deviation: "stdevif(",
    percentile: "",
    values: "make_set_if(",
    ..MEASURES
};

impl Pipes for Kql {
    const STEPS: Steps = Steps {
        derive: "\n| extend ",
        derived: Named::Before(" = "),
        functions: Functions {
            length: ["strlen(tostring(", "", "))"],
            hour: ["hourofday(", "", ")"],
            lower: ["tolower(tostring(", "", "))"],
            ratio: ["todouble(", ") / todouble(", ")"],
            difference: ["todouble(", ") - todouble(", ")"],
        },
        keep: "\n| where ",
        equals: " == ",
        in_order: ["\n| where ", " <= ", ""],
        sort: Sort { open: "\n| sort by ", ascending: ["", " asc"], descending: ["", " desc"] },
        limit: ["\n| take ", ""],
        group: ["\n| summarize ", " by "],
        named: Named::Before(" = "),
    };
    const STRING: &'static Quoting = &STRING;
    const NO_INTERVAL: &'static str = "";

    fn interval(&self, query: &mut Query, by: &[Native<'_>], name: Name<'_>) {
        query.word("\n| sort by ");
        for field in by {
            query.name(field.name).word(" asc, ");
        }
        query.word("Timestamp asc\n| extend ").name(name).word(" = iff(");
        for (index, Native { name, .. }) in by.iter().enumerate() {
            query.word(if index == 0 { "" } else { " and " }).name(*name).word(" == prev(").name(*name).word(")");
        }
        query.word(if by.is_empty() { "isnotnull(prev(Timestamp))" } else { "" });
        query.word(", (Timestamp - prev(Timestamp)) / 1s, real(null))");
    }

    fn bucket(&self, query: &mut Query, seconds: u32) {
        let (count, unit) = in_units(seconds);
        query.word("Timestamp = bin(Timestamp, ").count(count, unit).word(")");
    }

    fn measure(&self, query: &mut Query, _: usize, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
        let all = matches!(measured.only, Only::All);
        query.word(if all { &MEASURES } else { &MEASURES_IF }.word(measured.function, at)?);
        measured_field(query, measured, ["toreal(", ")"], "");
        if let Function::Percentile(share) = measured.function {
            query.word(", ").count(share.round() as u64, "");
        }
        query.word(if !all && measured.field.is_some() { ", " } else { "" });
        self.only(query, &measured.only)?;
        query.word(")");
        Ok(())
    }
}
