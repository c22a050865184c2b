//! Stages and correlations in XQL: the events of all searches, then one stage a step.
//!
//! Source: Palo Alto Networks, "Cortex XQL Language Reference": `alter`, `bin`, `comp`, `union`, `windowcomp`.

use crate::{Cortex, FORM, STRING, framed, is_of};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Formula, Native};
use huntsmith_sdk::query::pipes::{Functions, Measures, Named, Pipes, Sort, Steps, measured_column, steps};
use huntsmith_sdk::query::quote::Quoting;
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::steps::{Events, Group, Measured};
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
        steps(&Cortex, query, &pipeline.steps)
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

const MEASURES: Measures = Measures {
    count: "count(",
    distinct: "count_distinct(",
    sum: "sum(",
    minimum: "min(",
    maximum: "max(",
    average: "avg(",
    deviation: "stddev_sample(",
    median: "median(",
    percentile: "",
    values: "values(",
    first: "earliest(",
    last: "latest(",
};

impl Pipes for Cortex {
    const STEPS: Steps = Steps {
        derive: "\n| alter ",
        derived: Named::Before(" = "),
        functions: Functions {
            length: ["len(", "", ")"],
            hour: ["extract_time(", "", ", \"HOUR\")"],
            lower: ["lowercase(", "", ")"],
            ratio: ["divide(", ", ", ")"],
            difference: ["subtract(", ", ", ")"],
        },
        keep: "\n| filter ",
        equals: " = ",
        in_order: ["\n| filter ", " <= ", ""],
        sort: Sort { open: "\n| sort ", ascending: ["asc ", ""], descending: ["desc ", ""] },
        limit: ["\n| limit ", ""],
        group: ["\n| comp ", " by "],
        named: Named::After(" as ", ""),
    };
    const STRING: &'static Quoting = &STRING;
    const NO_INTERVAL: &'static str = "";

    fn condition(&self, query: &mut Query, condition: &Formula<'_>) -> Result<(), Refusal> {
        say(self, query, &condition.clone().guarded())
    }

    fn interval(&self, query: &mut Query, by: &[Native<'_>], name: Name<'_>) {
        query.word("\n| windowcomp lag(Timestamp)").word(if by.is_empty() { "" } else { " by " }).names(by);
        query.word(" sort asc Timestamp as previous_time\n| alter ").name(name);
        query.word(" = timestamp_diff(Timestamp, previous_time, \"SECOND\")");
    }

    fn before(&self, query: &mut Query, group: &Group<'_>) -> Result<(), Refusal> {
        if let Some(seconds) = group.bucket {
            let (count, unit) = in_units(seconds);
            // A bin lies in the column that it is made of: the time keeps its own.
            query.word("\n| alter Bucket = Timestamp\n| bin Bucket span = ").count(count, unit);
        }
        for (index, measured) in group.of_some() {
            self.only(query.word("\n| alter only_").count(index as u64, " = if("), &measured.only)?;
            query.word(", ").name(measured.field.unwrap_or(TIMESTAMP).name).word(", null)");
        }
        Ok(())
    }

    fn after(&self, query: &mut Query, group: &Group<'_>) {
        query.word(if group.bucket.is_some() { "\n| alter Timestamp = Bucket" } else { "" });
    }

    fn bucket(&self, query: &mut Query, _: u32) {
        query.word("Bucket");
    }

    fn measure(&self, query: &mut Query, index: usize, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
        query.word(MEASURES.word(measured.function, at)?);
        measured_column(query, index, measured, "only_", TIMESTAMP);
        query.word(")");
        Ok(())
    }
}
