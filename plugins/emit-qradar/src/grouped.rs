//! Stages and correlations in AQL: one statement that groups the events of one search.
//!
//! Source: IBM, "AQL data aggregation functions" and "HAVING clause". No condition stands in a function over a group, and
//! which entry of a group is the first is not said.

use crate::{FORM, QRadar, from, is_of, last};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::grouped::{Grouped, grouped};
use huntsmith_sdk::query::pipes::Measures;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::Shapes;
use huntsmith_sdk::query::steps::{Measured, Only, Times};
use huntsmith_sdk::query::text::Query;

/// Milliseconds.
const TIMES: Times = Times {
    event: Native { kind: Kind::Integer, ..Native::text("starttime") },
    bucket: Native { kind: Kind::Integer, ..Native::text("Bucket") },
};

const MEASURES: Measures = Measures {
    count: "COUNT(",
    distinct: "UNIQUECOUNT(",
    sum: "SUM(",
    minimum: "MIN(",
    maximum: "MAX(",
    average: "AVG(",
    deviation: "STDEV(",
    median: "",
    percentile: "",
    values: "",
    first: "",
    last: "",
};

/// Says a hunt with stages or a correlation.
///
/// # Errors
/// What one statement cannot say.
pub fn emit(
    hunt: &Hunt,
    resolved: Vec<Resolved<'_>>,
    types: &[&str],
    seconds: u32,
    mut notes: Vec<String>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    notes.extend(bucketed(hunt));
    stepped(&FORM, hunt, resolved, TIMES, notes, |query, pipeline| {
        let Grouped { events, at, group: groups, kept, order, limit } = grouped(pipeline)?;
        let own =
            |key: &Native<'_>| events.fields.iter().find(|(name, _)| *name == key.name).map(|(_, native)| *native);
        query.word("SELECT ").list(&groups.by, |query, key| {
            QRadar.column(query, own(key).unwrap_or(*key));
            query.word(" AS ").name(key.name);
        });
        let bucket = groups.bucket.map(|_| TIMES.bucket);
        if let Some(seconds) = groups.bucket {
            query.word(if groups.by.is_empty() { "" } else { ", " }).word("starttime - starttime % ");
            query.count(u64::from(seconds) * 1_000, " AS ").name(TIMES.bucket.name);
        }
        let keys: Vec<Native<'_>> = groups.by.iter().copied().chain(bucket).collect();
        query.word(if keys.is_empty() { "" } else { ", " }).try_list(&groups.measures, |query, measured| {
            measure(query, measured, at, own)?;
            query.word(" AS ").name(measured.name);
            Ok(())
        })?;
        from(query, types)?;
        is_of(query, events.one)?;
        query.word(if keys.is_empty() { "" } else { "\nGROUP BY " }).names(&keys);
        if !kept.is_empty() {
            group(query.word("\nHAVING "), &kept, QRadar::AND, QRadar::GROUP, &mut |query, condition| {
                say(&QRadar, query, &condition.clone().guarded())
            })?;
        }
        query.word(if order.is_empty() { "" } else { "\nORDER BY " }).list(order, |query, (key, descending)| {
            query.name(key.name).word(if *descending { " DESC" } else { " ASC" });
        });
        query.word("\nLIMIT ").count(limit.unwrap_or(10_000), "");
        last(query, seconds);
        Ok(())
    })
}

fn measure<'a>(
    query: &mut Query,
    measured: &Measured<'a>,
    at: At,
    own: impl Fn(&Native<'_>) -> Option<Native<'a>>,
) -> Result<(), Refusal> {
    if !matches!(measured.only, Only::All) {
        let reason = "AQL measures all events of a group";
        return Err(at.refuse(Code::UnsupportedStage, measured.function.as_str(), reason));
    }
    query.word(MEASURES.word(measured.function, at)?);
    match measured.field {
        // The statement sees the event's own property, not yet the plan's name for it.
        Some(field) => {
            let native = own(&field).unwrap_or(field);
            let cast = measured.function.is_numeric() && native.kind == Kind::Text;
            query.word(if cast { "DOUBLE(" } else { "" });
            QRadar.column(query, native);
            query.word(if cast { ")" } else { "" });
        }
        None => {
            query.word("*");
        }
    }
    query.word(")");
    Ok(())
}
