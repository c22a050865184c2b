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
use huntsmith_sdk::query::steps::{Condition, Correlate, Events, Function, Group, Measured, Only, Pipeline, Step};
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
        opened(query, "sum", &by, "count_over_time(");
        range(query, streams, events, None, correlated.span)?;
        query.word(")");
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
    measure(query, streams, events, &group, measured, span, at)?;
    for condition in &kept {
        compared(query, condition, measured, at)?;
    }
    query.word(if order.is_empty() { "" } else { ")" });
    Ok(())
}

fn measure(
    query: &mut Query,
    streams: &Streams<'_>,
    events: &Events<'_>,
    group: &Group<'_>,
    measured: &Measured<'_>,
    span: u32,
    at: At,
) -> Result<(), Refusal> {
    // How numbers of a span become one, and those of a group.
    let (over_group, over_span) = match measured.function {
        Function::Count => ("sum", "count_over_time("),
        Function::Distinct => ("count", ""),
        Function::Sum => ("sum", "sum_over_time("),
        Function::Minimum => ("min", "min_over_time("),
        Function::Maximum => ("max", "max_over_time("),
        Function::Average => ("", "avg_over_time("),
        Function::Percentile(_) => ("", "quantile_over_time("),
        other => return Err(other.refuse(at)),
    };
    let field = measured.field;
    match (measured.function, field) {
        (Function::Distinct, Some(field)) => {
            // A group for each value, then how many.
            opened(query, over_group, &group.by, "");
            let each: Vec<_> = group.by.iter().copied().chain([field]).collect();
            opened(query, "sum", &each, "count_over_time(");
            range(query, streams, events, Some((field, false)), span)?;
            query.word("))");
        }
        (Function::Average | Function::Percentile(_), _) => {
            query.word(over_span);
            if let Function::Percentile(share) = measured.function {
                query.count(share.round() as u64, " / 100, ");
            }
            range(query, streams, events, field.map(|field| (field, true)), span)?;
            query.word(if group.by.is_empty() { "" } else { " by (" }).names(&group.by);
            query.word(if group.by.is_empty() { "" } else { ")" });
        }
        _ => {
            opened(query, over_group, &group.by, over_span);
            range(query, streams, events, field.map(|field| (field, true)), span)?;
            query.word(")");
        }
    }
    Ok(())
}

/// `sum by (key) (count_over_time(`
fn opened(query: &mut Query, over_group: &'static str, by: &[Native<'_>], over_span: &'static str) {
    query.word(over_group).word(if by.is_empty() { "" } else { " by (" }).names(by);
    query.word(if by.is_empty() { " (" } else { ") (" }).word(over_span);
}

/// The lines of a search over a span, with labels under the plan's names, and the closing parenthesis; a field that is
/// counted is there, and one that is measured is the number.
fn range(
    query: &mut Query,
    streams: &Streams<'_>,
    Events { one, fields }: &Events<'_>,
    field: Option<(Native<'_>, bool)>,
    span: u32,
) -> Result<(), Refusal> {
    stream(query, streams, one.formula.clone(), true)?;
    for (name, native) in fields {
        if name.to_string() != native.name.flat() {
            // A template copies: two names may stand for one label.
            query.word(" | label_format ").name(*name).word("=\"{{.").flat_name(native.name).word("}}\"");
        }
    }
    match field {
        Some((native, true)) => query.word(" | unwrap ").name(native.name).word(" | __error__=\"\""),
        Some((native, false)) => query.word(" | ").name(native.name).word("!=\"\""),
        None => query,
    };
    let (count, unit) = in_units(span);
    query.word(" [").count(count, unit).word("])");
    Ok(())
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
