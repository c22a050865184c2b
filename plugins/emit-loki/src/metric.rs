//! Stages and correlations as metric queries: a number for each group of labels over a span before each moment, kept by
//! comparing it.
//!
//! Source: Grafana, "LogQL: Metric queries" and "Vector matching". One number is all that a group has, and events have no
//! order there.

use crate::{FORM, Streams, stream};
use huntsmith_sdk::emitter::plan::{Hunt, Window};
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::stepped;
use huntsmith_sdk::query::formula::{Formula, Kind, Native};
use huntsmith_sdk::query::grouped::{Grouped, grouped};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::{connective, unquoted};
use huntsmith_sdk::query::steps::{Condition, Correlate, Events, Function, Measured, Only, Pipeline, Step};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::in_units;

const TIME: Native<'static> = Native { kind: Kind::Real, ..Native::text("Timestamp") };

/// Says a hunt with stages or a correlation.
///
/// # Errors
/// What one number a group cannot say.
pub fn emit(
    hunt: &Hunt,
    resolved: Vec<Resolved<'_>>,
    streams: &Streams<'_>,
    mut notes: Vec<String>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let note =
        "A metric query: each number looks back over the span in brackets. Ask for a range with a step no longer.";
    notes.push(note.into());
    stepped(&FORM, hunt, resolved, TIME, notes, |query, pipeline| match pipeline.steps.as_slice() {
        [(_, Step::Correlate(correlated))] if matches!(correlated.condition, Condition::Together) => {
            together(query, streams, correlated, pipeline)
        }
        _ => number(query, streams, hunt, pipeline),
    })
}

/// Groups that have events of every search.
fn together(
    query: &mut Query,
    streams: &Streams<'_>,
    correlated: &Correlate<'_>,
    pipeline: &Pipeline<'_>,
) -> Result<(), Refusal> {
    let by: Vec<_> = correlated.keys.iter().map(|name| Native { name: *name, kind: Kind::Text }).collect();
    for (index, events) in pipeline.events.iter().enumerate() {
        query.word(if index == 0 { "" } else { "\nand\n" });
        Range { streams, events, span: correlated.span }.grouped(query, COUNTED, &by, Taken::Lines)?;
    }
    Ok(())
}

/// One number for each group, and what it is compared with.
fn number(query: &mut Query, streams: &Streams<'_>, hunt: &Hunt, pipeline: &Pipeline<'_>) -> Result<(), Refusal> {
    let Grouped { events, at, group, kept, order, limit } = grouped(pipeline)?;
    let refuse = |what: &str, reason: &str| Err(at.refuse(Code::UnsupportedStage, what, reason));
    // Of a correlation, the first and the last time are for the reader.
    let correlation = !hunt.correlations.is_empty();
    let measured = match group.measures.as_slice() {
        [one] => one,
        [one, ..] if correlation => one,
        _ => return refuse("measures", "a metric query has one number for each group"),
    };
    let timed = |native: &Native<'_>| native.name == TIME.name;
    if group.by.iter().chain(&measured.field).any(timed) {
        return refuse("Timestamp", "the time of an event is no label");
    }
    if !matches!(measured.only, Only::All) {
        return refuse(measured.function.as_str(), "a metric query measures all events of a group");
    }
    let span = match (group.bucket, &hunt.window) {
        (Some(seconds), _) => seconds,
        (None, Window::LastSeconds(seconds)) => *seconds,
        (None, Window::Between(_)) => return refuse("window", "a metric query looks back over a span"),
    };
    match (order, limit) {
        ([], None) => {}
        ([(key, true)], Some(rows)) if key.name == measured.name => {
            query.word("topk(").count(rows, ", ");
        }
        ([(key, descending)], None) if key.name == measured.name => {
            query.word(if *descending { "sort_desc(" } else { "sort(" });
        }
        _ => return refuse("sort", "a metric query orders by its number alone"),
    }
    measure(query, &Range { streams, events, span }, &group.by, measured, at)?;
    for condition in &kept {
        compared(query, condition, measured, at)?;
    }
    query.word(if order.is_empty() { "" } else { ")" });
    Ok(())
}

/// How many events a group has.
const COUNTED: [&str; 2] = ["sum", "count_over_time("];

fn measure(
    query: &mut Query,
    range: &Range<'_>,
    by: &[Native<'_>],
    measured: &Measured<'_>,
    at: At,
) -> Result<(), Refusal> {
    let number = measured.field.map_or(Taken::Lines, Taken::Number);
    // How numbers of a group become one, and those of a span.
    let words = match (measured.function, measured.field) {
        (Function::Count, _) => COUNTED,
        (Function::Sum, _) => ["sum", "sum_over_time("],
        (Function::Minimum, _) => ["min", "min_over_time("],
        (Function::Maximum, _) => ["max", "max_over_time("],
        (Function::Distinct, Some(field)) => {
            // A group for each value, then how many.
            let each: Vec<_> = by.iter().copied().chain([field]).collect();
            range.grouped(opened(query, "count", by), COUNTED, &each, Taken::There(field))?;
            query.word(")");
            return Ok(());
        }
        (Function::Average | Function::Percentile(_), _) => {
            match measured.function {
                Function::Percentile(share) => {
                    query.word("quantile_over_time(").count(share.round() as u64, " / 100, ")
                }
                _ => query.word("avg_over_time("),
            };
            range.say(query, number)?;
            query.word(if by.is_empty() { "" } else { " by (" }).names(by);
            query.word(if by.is_empty() { "" } else { ")" });
            return Ok(());
        }
        (other, _) => return Err(other.refuse(at)),
    };
    range.grouped(query, words, by, number)
}

/// `sum by (key) (`
fn opened<'q>(query: &'q mut Query, over_group: &'static str, by: &[Native<'_>]) -> &'q mut Query {
    query.word(over_group).word(if by.is_empty() { "" } else { " by (" }).names(by);
    query.word(if by.is_empty() { " (" } else { ") (" })
}

/// The lines of a search over a span.
struct Range<'r> {
    streams: &'r Streams<'r>,
    events: &'r Events<'r>,
    span: u32,
}

/// What is taken of lines.
enum Taken<'a> {
    Lines,
    /// Those that have the field.
    There(Native<'a>),
    /// The number in the field.
    Number(Native<'a>),
}

impl Range<'_> {
    /// `sum by (key) (count_over_time({…}[1h]))`
    fn grouped(
        &self,
        query: &mut Query,
        [over_group, over_span]: [&'static str; 2],
        by: &[Native<'_>],
        taken: Taken<'_>,
    ) -> Result<(), Refusal> {
        self.say(opened(query, over_group, by).word(over_span), taken)?;
        query.word(")");
        Ok(())
    }

    /// `{…}[1h])`: labels under the plan's names, and the parenthesis after the span.
    fn say(&self, query: &mut Query, taken: Taken<'_>) -> Result<(), Refusal> {
        let Events { one, fields } = self.events;
        stream(query, self.streams, one.formula.clone(), true)?;
        for (name, native) in fields {
            if name.to_string() != native.name.flat() {
                // A template copies: two names may stand for one label.
                query.word(" | label_format ").name(*name).word("=\"{{.").flat_name(native.name).word("}}\"");
            }
        }
        match taken {
            Taken::Lines => &mut *query,
            Taken::There(native) => query.word(" | ").name(native.name).word("!=\"\""),
            Taken::Number(native) => query.word(" | unwrap ").name(native.name).word(" | __error__=\"\""),
        };
        let (count, unit) = in_units(self.span);
        query.word(" [").count(count, unit).word("])");
        Ok(())
    }
}

/// What the number is compared with.
fn compared(query: &mut Query, condition: &Formula<'_>, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
    let refuse = || at.refuse(Code::UnsupportedStage, "keep", "a metric query compares its number with numbers");
    for (compare, operand) in condition.bounds(measured.name).ok_or_else(refuse)? {
        query.word(connective(compare, " == ").ok_or_else(refuse)?);
        unquoted(query, operand)?;
    }
    Ok(())
}
