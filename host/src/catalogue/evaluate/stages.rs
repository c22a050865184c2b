//! The stages of a hunt over rows: group and measure, intervals, derived fields, conditions, order, limit.

use super::error::{At, EvaluateError};
use super::event::{number, text};
use super::measure::Measuring;
use super::predicate::{Compiled, Known};
use super::row::{Row, TIME, by_time, in_sort_order};
use crate::model::{Aggregate, Derive, Interval, SortKey, Stage};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A checked stage.
#[derive(Debug, Clone)]
pub(super) enum CompiledStage {
    Aggregate(Aggregate, Vec<Measuring>),
    Interval(Interval),
    Derive(Derive, Function),
    Keep(Compiled),
    Sort(Vec<SortKey>),
    Limit(usize),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Function {
    Length,
    Hour,
    Ratio,
    Lower,
    Difference,
}

impl CompiledStage {
    pub(super) fn new(stage: &Stage, at: At, known: Known<'_>) -> Result<Self, EvaluateError> {
        Ok(match stage {
            Stage::Aggregate(aggregate) => {
                let measures = aggregate.measures.iter().map(|measure| Measuring::new(measure, at, known.kinds));
                Self::Aggregate(aggregate.clone(), measures.collect::<Result<_, _>>()?)
            }
            Stage::Interval(interval) => Self::Interval(interval.clone()),
            Stage::Derive(derive) => {
                let (function, fields) = match derive.function.as_str() {
                    "length" => (Function::Length, 1),
                    "hour" => (Function::Hour, 1),
                    "lower" => (Function::Lower, 1),
                    "ratio" => (Function::Ratio, 2),
                    "difference" => (Function::Difference, 2),
                    other => return Err(at.stage_function(other, "no such function makes a field")),
                };
                if derive.fields.len() < fields {
                    return Err(at.invalid(&derive.function, "the function needs another field"));
                }
                Self::Derive(derive.clone(), function)
            }
            Stage::Keep(predicate) => Self::Keep(Compiled::new(predicate, at, known.kinds)?),
            Stage::Sort(keys) => Self::Sort(keys.clone()),
            Stage::Limit(rows) => Self::Limit(*rows as usize),
        })
    }

    /// The fields that it reads of what comes in, and whether these rows go on after it.
    pub(super) fn reads(&self) -> (Vec<String>, bool) {
        match self {
            Self::Aggregate(aggregate, measures) => {
                let mut names = aggregate.by.clone();
                measures.iter().for_each(|measure| names.extend(measure.fields()));
                (names, false)
            }
            Self::Interval(interval) => (interval.by.clone(), true),
            Self::Derive(derive, _) => (derive.fields.clone(), true),
            Self::Keep(predicate) => (predicate.fields().map(str::to_owned).collect(), true),
            Self::Sort(keys) => (keys.iter().map(|key| key.field.clone()).collect(), true),
            Self::Limit(_) => (Vec::new(), true),
        }
    }

    pub(super) fn run(&self, mut rows: Vec<Row>, known: Known<'_>) -> Vec<Row> {
        match self {
            Self::Aggregate(aggregate, measures) => return group(rows, aggregate, measures, known),
            Self::Interval(interval) => intervals(&mut rows, interval),
            Self::Derive(derive, function) => {
                for row in &mut rows {
                    if let Some(value) = function.of(row, &derive.fields) {
                        row.fields.insert(derive.name.clone(), value);
                    }
                }
            }
            Self::Keep(predicate) => rows.retain(|row| predicate.holds(row, known.events)),
            Self::Sort(keys) => rows.sort_by(|left, right| {
                let each =
                    keys.iter().map(|key| in_sort_order(left.get(&key.field), right.get(&key.field), key.descending));
                each.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
            }),
            Self::Limit(most) => rows.truncate(*most),
        }
        rows
    }
}

/// The values of the fields by which rows are grouped, and the start of their bucket in seconds.
type GroupKey = (Vec<Option<String>>, Option<u64>);

fn group(mut rows: Vec<Row>, aggregate: &Aggregate, measures: &[Measuring], known: Known<'_>) -> Vec<Row> {
    rows.sort_by(by_time);
    let bucket = aggregate.bucket_seconds.filter(|seconds| *seconds > 0).map(f64::from);
    let start = |row: &Row| bucket.and_then(|bucket| Some((row.time? / bucket).floor() * bucket));
    let mut groups: BTreeMap<GroupKey, Vec<Row>> = BTreeMap::new();
    for row in rows {
        // Seconds of a bucket's start are whole: as an integer they are ordered and equal.
        let key = (row.group(&aggregate.by), start(&row).map(|start| start as u64));
        groups.entry(key).or_default().push(row);
    }
    let row = |members: Vec<Row>| {
        let mut made = Row { time: members.first().and_then(start), ..Row::default() };
        for member in &members {
            made.searches.extend(
                member.searches.iter().filter(|name| !made.searches.contains(name)).cloned().collect::<Vec<_>>(),
            );
        }
        for key in &aggregate.by {
            if let Some(value) = members.first().and_then(|member| member.get(key)) {
                made.fields.insert(key.clone(), value);
            }
        }
        for measure in measures {
            if let Some(value) = measure.of(&members, known.events) {
                made.fields.insert(measure.name().to_owned(), value);
            }
        }
        made
    };
    groups.into_values().map(row).collect()
}

/// Seconds since the event before, in the same group; what has no time has no interval.
fn intervals(rows: &mut [Row], interval: &Interval) {
    rows.sort_by(|left, right| left.group(&interval.by).cmp(&right.group(&interval.by)).then(by_time(left, right)));
    let mut before: Option<(Vec<Option<String>>, f64)> = None;
    for row in rows {
        let Some(time) = row.time else { continue };
        let group = row.group(&interval.by);
        if let Some((_, earlier)) = before.as_ref().filter(|(known, _)| *known == group) {
            row.fields.insert(interval.name.clone(), json!(time - earlier));
        }
        before = Some((group, time));
    }
}

impl Function {
    fn of(self, row: &Row, fields: &[String]) -> Option<Value> {
        let value = |at: usize| row.get(fields.get(at)?);
        match self {
            Function::Length => Some(json!(text(&value(0)?).chars().count())),
            Function::Lower => Some(json!(text(&value(0)?).to_lowercase())),
            Function::Hour => {
                let time = if fields[0] == TIME { row.time } else { super::event::seconds(&value(0)?) };
                Some(json!((time? / 3600.0).floor().rem_euclid(24.0) as u8))
            }
            Function::Ratio => match (number(&value(0)?)?, number(&value(1)?)?) {
                (_, 0.0) => None,
                (first, second) => Some(json!(first / second)),
            },
            Function::Difference => Some(json!(number(&value(0)?)? - number(&value(1)?)?)),
        }
    }
}
