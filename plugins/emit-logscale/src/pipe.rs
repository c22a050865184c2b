//! Stages and correlations in LogScale: the events of all searches, then one function a step.
//!
//! Source: CrowdStrike, "LogScale: query functions" and "Case statements". An event is in the first branch of a case that
//! takes it, so that searches over events of one kind are refused. Functions over sequences of events see 20,000 of them
//! at most and are not used.

use crate::{FORM, LogScale, STRING, from, is_of};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::pipes::{Functions, Measures, Named, Pipes, Sort, Steps, measured_column, steps};
use huntsmith_sdk::query::quote::Quoting;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::steps::{Events, Function, Group, Measured};
use huntsmith_sdk::query::text::Query;

/// Milliseconds.
const TIMESTAMP: Native<'static> = Native { kind: Kind::Real, ..Native::text("Timestamp") };

/// Says a hunt with stages or a correlation.
///
/// # Errors
/// What LogScale cannot say.
pub fn emit(
    hunt: &Hunt,
    resolved: Vec<Resolved<'_>>,
    repositories: &[&str],
    mut notes: Vec<String>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    notes.extend(bucketed(hunt));
    stepped(&FORM, hunt, resolved, TIMESTAMP, notes, |query, pipeline| {
        from(query, repositories)?;
        events(query, &pipeline.events)?;
        steps(&LogScale, query, &pipeline.steps)
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

const MEASURES: Measures = Measures {
    count: "count(",
    distinct: "count(",
    sum: "sum(",
    minimum: "min(",
    maximum: "max(",
    average: "avg(",
    deviation: "stdDev(",
    median: "",
    percentile: "",
    values: "",
    first: "",
    last: "",
};

impl Pipes for LogScale {
    const STEPS: Steps = Steps {
        derive: "\n| ",
        derived: Named::Before(" := "),
        functions: Functions {
            length: ["length(", "", ")"],
            hour: ["math:mod(math:floor(", "", "/3600000), 24)"],
            lower: ["lower(", "", ")"],
            ratio: ["", " / ", ""],
            difference: ["", " - ", ""],
        },
        keep: "\n| ",
        equals: " = ",
        in_order: ["\n| test(", " <= ", ")"],
        sort: Sort { open: "\n| sort([", ascending: ["", ""], descending: ["", ""] },
        limit: ["\n| head(", ")"],
        group: ["\n| groupBy([", "], function=["],
        named: Named::After(", as=", ")"),
    };
    const STRING: &'static Quoting = &STRING;
    const NO_INTERVAL: &'static str = "LogScale's functions over sequences leave events beyond 20,000 out";

    fn sort(&self, query: &mut Query, keys: &[(Native<'_>, bool)]) {
        query.word(Self::STEPS.sort.open).names(keys.iter().map(|(key, _)| key));
        query.word("], order=[").list(keys, |query, (_, descending)| {
            query.word(if *descending { "desc" } else { "asc" });
        });
        query.word("], limit=20000)");
    }

    /// The keys come first.
    fn group(&self, query: &mut Query, group: &Group<'_>, at: At) -> Result<(), Refusal> {
        let [open, between] = Self::STEPS.group;
        self.before(query, group)?;
        self.keys(query.word(open), group);
        self.measures(query.word(between), group, at)?;
        query.word("], limit=max)").word(if group.bucket.is_some() { "\n| Timestamp := Bucket" } else { "" });
        Ok(())
    }

    fn before(&self, query: &mut Query, group: &Group<'_>) -> Result<(), Refusal> {
        if let Some(seconds) = group.bucket {
            query.word("\n| Bucket := Timestamp - Timestamp % ").count(u64::from(seconds) * 1_000, "");
        }
        for (index, measured) in group.of_some() {
            self.only(query.word("\n| case { "), &measured.only)?;
            query.word(" | Only").count(index as u64, " := ").name(measured.field.unwrap_or(TIMESTAMP).name);
            query.word("; * }");
        }
        Ok(())
    }

    fn bucket(&self, query: &mut Query, _: u32) {
        query.word("Bucket");
    }

    fn measure(&self, query: &mut Query, index: usize, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
        query.word(MEASURES.word(measured.function, at)?);
        measured_column(query, index, measured, "Only", TIMESTAMP);
        query.word(if measured.function == Function::Distinct { ", distinct=true" } else { "" });
        Ok(())
    }
}
