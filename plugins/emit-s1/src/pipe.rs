//! Stages and correlations in PowerQuery: the events of all searches under the plan's names, then one command a step.
//!
//! Source: SentinelOne, "PowerQuery commands" and "PowerQuery functions". Of the deviation is written nowhere whether it is
//! a sample's; a distinct count is exact for few values and an estimate for many.

use crate::{FORM, STRING, SentinelOne, is_of};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Formula, Kind, Native};
use huntsmith_sdk::query::pipes::{Functions, Measures, Named, Pipes, Sort, Steps, measured_field, steps};
use huntsmith_sdk::query::quote::Quoting;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::steps::{Events, Function, Measured, Only};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::in_units;

/// Nanoseconds.
const TIMESTAMP: Native<'static> = Native { kind: Kind::Real, ..Native::text("timestamp") };

/// How many queries may be joined.
const MOST_JOINED: usize = 10;

/// Says a hunt with stages or a correlation.
///
/// # Errors
/// What PowerQuery cannot say.
pub fn emit(
    hunt: &Hunt,
    resolved: Vec<Resolved<'_>>,
    sources: &[&str],
    mut notes: Vec<String>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    notes.push("A PowerQuery; its counts of different values are exact for few values and estimates for many.".into());
    notes.extend(bucketed(hunt));
    stepped(&FORM, hunt, resolved, TIMESTAMP, notes, |query, pipeline| {
        match pipeline.events.as_slice() {
            [one] => events(query, one, sources)?,
            more if more.len() > MOST_JOINED => {
                let reason = "a PowerQuery joins ten queries at most";
                return Err(At::HUNT.refuse(Code::TooLarge, "searches", reason));
            }
            more => {
                query.word("| union\n  (").try_list(more.iter().enumerate(), |query, (index, one)| {
                    events(query.word(if index == 0 { "" } else { "(" }), one, sources)?;
                    query.word(")");
                    Ok(())
                })?;
            }
        }
        steps(&SentinelOne, query, &pipeline.steps)?;
        query.word(if pipeline.is_limited() { "" } else { "\n| limit 10000" });
        Ok(())
    })
}

/// The events of a search under the plan's names.
fn events(query: &mut Query, Events { one, fields }: &Events<'_>, sources: &[&str]) -> Result<(), Refusal> {
    is_of(query, one, sources)?;
    query.word("\n| columns timestamp, SearchName = ").constant(&STRING, &one.search.name, At::search(one.index))?;
    for (name, native) in fields {
        query.word(", ").name(*name).word(" = ").name(native.name);
    }
    Ok(())
}

const MEASURES: Measures = Measures {
    count: "count(",
    distinct: "estimate_distinct(",
    sum: "sum(",
    minimum: "min(",
    maximum: "max(",
    average: "avg(",
    deviation: "",
    median: "median(",
    percentile: "pct(",
    values: "array_agg_distinct(",
    first: "min_by(",
    last: "max_by(",
};

impl Pipes for SentinelOne {
    const STEPS: Steps = Steps {
        derive: "\n| let ",
        derived: Named::Before(" = "),
        functions: Functions {
            length: ["len(string(", "", "))"],
            hour: ["number(strftime(", "", ", \"%H\"))"],
            lower: ["lower(", "", ")"],
            ratio: ["", " / ", ""],
            difference: ["", " - ", ""],
        },
        keep: "\n| filter ",
        equals: " = ",
        // Each of them is there.
        in_order: ["\n| filter EarlierTime = * and LaterTime = * and ", " <= ", ""],
        sort: Sort { open: "\n| sort ", ascending: ["+", ""], descending: ["-", ""] },
        limit: ["\n| limit ", ""],
        group: ["\n| group ", " by "],
        named: Named::Before(" = "),
    };
    const STRING: &'static Quoting = &STRING;
    const NO_INTERVAL: &'static str = "PowerQuery has no command that sees the row before another";

    fn condition(&self, query: &mut Query, condition: &Formula<'_>) -> Result<(), Refusal> {
        say(self, query, &condition.clone().guarded())
    }

    fn bucket(&self, query: &mut Query, seconds: u32) {
        let (count, unit) = in_units(seconds);
        query.word("timestamp = timebucket(timestamp, \"").count(count, unit).word("\")");
    }

    fn measure(&self, query: &mut Query, _: usize, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
        query.word(MEASURES.word(measured.function, at)?);
        if let Function::Percentile(share) = measured.function
            && share != 50.0
        {
            query.count(share.round() as u64, ", ");
        }
        measured_field(query, measured, ["number(", ")"], "");
        query.word(if matches!(measured.function, Function::First | Function::Last) { ", timestamp" } else { "" });
        let unconditional = matches!(measured.only, Only::All) || measured.field.is_none();
        query.word(if unconditional { "" } else { " where " });
        self.only(query, &measured.only)?;
        query.word(")");
        Ok(())
    }
}
