//! From a hunt's stages and correlation to [`super::steps`]: names are spelled, fields found, conditions lowered, and what a
//! plan breaks the contract with is refused.

use super::formula::{Formula, Kind, Native};
use super::lower::lower;
use super::refusal::{At, Code};
use super::search::Resolved;
use super::stages::{Columns, Correlated, Names, TIME, carried, column, correlation};
use super::steps::{Condition, Correlate, Derived, Events, Function, Group, Measured, Only, Pipeline, Step, Times};
use crate::emitter::Refusal;
use crate::emitter::plan::{Aggregate, Hunt, Predicate, Stage};
use crate::tree::Tree;

/// Prepares a hunt's stages and correlation. `time` is what holds the time between the steps.
///
/// # Errors
/// What breaks the contract, and fields that the sources do not carry.
pub fn pipeline<'a>(
    hunt: &'a Hunt,
    resolved: &'a [Resolved<'a>],
    names: &'a Names,
    version: u32,
    time: impl Into<Times>,
) -> Result<Pipeline<'a>, Refusal> {
    let times = time.into();
    let mut columns = Columns::default();
    columns.add(TIME, times.event.name, times.event.kind);
    let mut steps = Vec::new();
    let correlated = correlation(hunt)?;
    let needed = if correlated.is_some() { Vec::new() } else { carried(hunt) };
    let mut events = Vec::with_capacity(resolved.len());
    for one in resolved {
        let mut fields = Vec::new();
        if let Some((correlation, at, inputs)) = &correlated {
            let Some(input) = inputs.iter().position(|index| *index == one.index) else { continue };
            let keys = correlation.by.iter().map(|key| (&key.name, &key.fields[input]));
            for (name, field) in keys.chain(correlation.fields.iter().map(|field| (field, field))) {
                fields.push((names.get(name, *at)?, column(one, field, version, *at)?));
            }
        }
        for (field, at) in &needed {
            let (name, native) = (names.get(field, *at)?, column(one, field, version, *at)?);
            if events.is_empty() {
                columns.add(field, name, native.kind);
            }
            fields.push((name, native));
        }
        events.push(Events { one, fields });
    }
    if let Some(correlated) = correlated {
        let (_, at, _) = correlated;
        let correlate = correlate(hunt, correlated, names, times, &mut columns)?;
        steps.push((at, Step::Correlate(Box::new(correlate))));
    }
    for (index, stage) in hunt.stages.iter().enumerate() {
        let at = At::stage(index);
        steps.push((at, step(stage, at, names, times, &mut columns)?));
    }
    Ok(Pipeline { events, steps })
}

fn correlate<'a>(
    hunt: &'a Hunt,
    (correlation, at, inputs): Correlated<'a>,
    names: &'a Names,
    times: Times,
    columns: &mut Columns<'a>,
) -> Result<Correlate<'a>, Refusal> {
    let kind = correlation.kind.as_str();
    let function = match kind {
        "event_count" => Some(Function::Count),
        "value_count" => Some(Function::Distinct),
        "value_sum" => Some(Function::Sum),
        "value_avg" => Some(Function::Average),
        "value_median" => Some(Function::Percentile(50.0)),
        "temporal" | "temporal_ordered" => None,
        other => return Err(at.refuse(Code::UnsupportedCorrelation, other, "this correlation cannot be said here")),
    };
    let value = names.get("value", at)?;
    let mut keys = Vec::with_capacity(correlation.by.len());
    for key in &correlation.by {
        let name = names.get(&key.name, at)?;
        columns.add(&key.name, name, Kind::Text);
        keys.push(name);
    }
    columns.add("value", value, Kind::Real);
    columns.add(TIME, times.bucket.name, times.bucket.kind);
    let condition = match function {
        Some(function) => {
            let missing = |what| at.refuse(Code::InvalidPlan, kind, format!("the correlation needs a {what}"));
            let field = match correlation.fields.first().filter(|_| function != Function::Count) {
                Some(field) => Some(Native { name: names.get(field, at)?, kind: Kind::Text }),
                None if function == Function::Count => None,
                None => return Err(missing("field")),
            };
            let condition = correlation.condition.as_ref().ok_or_else(|| missing("condition"))?;
            Condition::Value(function, field, lowered(condition, at, columns)?)
        }
        None if kind == "temporal" => Condition::Together,
        None => Condition::InOrder,
    };
    let searches = inputs.iter().map(|index| hunt.searches[*index].name.as_str()).collect();
    Ok(Correlate { at, keys, span: correlation.span_seconds, searches, value, condition, time: times.event, kind })
}

fn step<'a>(
    stage: &'a Stage,
    at: At,
    names: &'a Names,
    times: Times,
    columns: &mut Columns<'a>,
) -> Result<Step<'a>, Refusal> {
    let all = |fields: &'a [String], columns: &Columns<'a>| {
        fields.iter().map(|field| columns.get(field, at)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match stage {
        Stage::Aggregate(aggregate) => Step::Group(group(aggregate, at, names, times, columns)?),
        Stage::Interval(interval) => {
            columns.get(TIME, at)?;
            let (by, name) = (all(&interval.by, columns)?, names.get(&interval.name, at)?);
            columns.add(&interval.name, name, Kind::Real);
            Step::Interval { by, name }
        }
        Stage::Derive(derive) => {
            let name = names.get(&derive.name, at)?;
            let (function, kind, fields) = match derive.function.as_str() {
                "length" => (Derived::Length, Kind::Integer, 1),
                "hour" => (Derived::Hour, Kind::Integer, 1),
                "lower" => (Derived::Lower, Kind::Text, 1),
                "ratio" => (Derived::Ratio, Kind::Real, 2),
                "difference" => (Derived::Difference, Kind::Real, 2),
                other => return Err(at.refuse(Code::UnsupportedStage, other, "no such function is known")),
            };
            let inputs = all(&derive.fields, columns)?;
            if inputs.len() < fields {
                return Err(at.refuse(Code::InvalidPlan, &derive.function, "the function needs another field"));
            }
            columns.add(&derive.name, name, kind);
            Step::Derive { name, function, inputs }
        }
        Stage::Keep(predicate) => Step::Keep(lowered(predicate, at, columns)?),
        Stage::Sort(keys) => {
            let each = keys.iter().map(|key| Ok((columns.get(&key.field, at)?, key.descending)));
            Step::Sort(each.collect::<Result<_, Refusal>>()?)
        }
        Stage::Limit(rows) => Step::Limit(u64::from(*rows)),
    })
}

fn group<'a>(
    aggregate: &'a Aggregate,
    at: At,
    names: &'a Names,
    times: Times,
    columns: &mut Columns<'a>,
) -> Result<Group<'a>, Refusal> {
    let by = aggregate.by.iter().map(|field| columns.get(field, at)).collect::<Result<Vec<_>, _>>()?;
    let bucket = aggregate.bucket_seconds.filter(|seconds| *seconds > 0);
    let mut measures = Vec::with_capacity(aggregate.measures.len());
    for measure in &aggregate.measures {
        let function = Function::named(measure, at)?;
        let field = measure.field.as_ref().filter(|_| function != Function::Count);
        let field = field.map(|field| columns.get(field, at)).transpose()?;
        if field.is_none() && function != Function::Count {
            return Err(at.refuse(Code::InvalidPlan, function.as_str(), "the function needs a field"));
        }
        let only = match &measure.where_ {
            Some(predicate) => Only::Where(lowered(predicate, at, columns)?),
            None => Only::All,
        };
        measures.push(Measured { name: names.get(&measure.name, at)?, function, field, only });
    }
    let kept: Vec<&str> = aggregate.by.iter().map(String::as_str).collect();
    columns.keep(&kept);
    if bucket.is_some() {
        columns.add(TIME, times.bucket.name, times.bucket.kind);
    }
    for (measure, measured) in aggregate.measures.iter().zip(&measures) {
        columns.add(&measure.name, measured.name, measured.function.kind(measured.field));
    }
    Ok(Group { by, bucket, measures })
}

fn lowered<'a>(predicate: &'a Predicate, at: At, columns: &Columns<'a>) -> Result<Formula<'a>, Refusal> {
    let tree = Tree::of(predicate, at)?;
    lower(&tree, at, &|field| columns.lookup(field)).map_err(|mut refused| refused.remove(0))
}
