//! Stages and correlations in languages of one statement, which group once: the events of one search, what is measured of
//! each group, which groups are kept, their order and number.

use super::formula::{Formula, Native};
use super::refusal::{At, Code};
use super::steps::{Events, Group, Pipeline, Step};
use crate::emitter::Refusal;

/// A pipeline that groups once.
pub struct Grouped<'p, 'a> {
    pub events: &'p Events<'a>,
    pub at: At,
    pub group: Group<'a>,
    /// All of them hold of a group that is kept.
    pub kept: Vec<Formula<'a>>,
    pub order: &'p [(Native<'a>, bool)],
    pub limit: Option<u64>,
}

/// The one search whose events a language can work on that does not tell which of several found an event.
///
/// # Errors
/// `unsupported-correlation`, or `unsupported-stage`, where there are more.
pub fn alone<'p, 'a>(pipeline: &'p Pipeline<'a>) -> Result<&'p Events<'a>, Refusal> {
    if let [one] = pipeline.events.as_slice() {
        return Ok(one);
    }
    let reason = "the dialect does not tell which of several searches found an event";
    Err(match pipeline.steps.first() {
        Some((_, Step::Correlate(correlated))) => correlated.refuse(reason),
        _ => At::stage(0).refuse(Code::UnsupportedStage, "searches", reason),
    })
}

/// The pipeline as one statement.
///
/// # Errors
/// `unsupported-stage` and `unsupported-correlation` for what needs more than one, or more than one search.
pub fn grouped<'p, 'a>(pipeline: &'p Pipeline<'a>) -> Result<Grouped<'p, 'a>, Refusal> {
    let refuse = |at: At, what: &str| {
        Err(at.refuse(Code::UnsupportedStage, what, "the dialect has one statement, which groups events once"))
    };
    let events = alone(pipeline)?;
    let (at, group, kept, rest) = match pipeline.steps.split_first() {
        Some(((at, Step::Group(group)), rest)) => (*at, group.clone(), Vec::new(), rest),
        Some(((at, Step::Correlate(correlated)), rest)) => match correlated.in_buckets()? {
            [Step::Group(group), Step::Keep(kept)] => (*at, group, vec![kept], rest),
            _ => return Err(correlated.refuse("the dialect relates no events of several searches")),
        },
        Some(((at, first), _)) => return refuse(*at, named(first)),
        None => return refuse(At::HUNT, "stages"),
    };
    let mut grouped = Grouped { events, at, group, kept, order: &[], limit: None };
    for (at, step) in rest {
        match step {
            // A statement orders and keeps before it limits.
            _ if grouped.limit.is_some() => return refuse(*at, named(step)),
            Step::Keep(condition) => grouped.kept.push(condition.clone()),
            Step::Sort(keys) => grouped.order = keys,
            Step::Limit(rows) => grouped.limit = Some(*rows),
            other => return refuse(*at, named(other)),
        }
    }
    Ok(grouped)
}

/// A step as the contract calls it.
fn named(step: &Step<'_>) -> &'static str {
    match step {
        Step::Correlate(_) | Step::Reached { .. } | Step::InOrder { .. } => "correlation",
        Step::Group(_) => "aggregate",
        Step::Interval { .. } => "interval",
        Step::Derive { .. } => "derive",
        Step::Keep(_) => "keep",
        Step::Sort(_) => "sort",
        Step::Limit(_) => "limit",
    }
}
