//! Correlations: what comes together within a span of time, in sliding windows, as Sigma's specification has it.

use super::error::{At, EvaluateError};
use super::event::{number, text};
use super::measure::{average, percentile};
use super::predicate::{Compiled, Known};
use super::row::{Row, by_time};
use crate::model::{Correlation, CorrelationInput, property};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    EventCount,
    ValueCount,
    Sum,
    Average,
    Percentile(f64),
    Temporal,
    TemporalOrdered,
}

/// A checked correlation.
#[derive(Debug, Clone)]
pub(super) struct Correlating {
    kind: Kind,
    pub(super) inputs: Vec<CorrelationInput>,
    by: Vec<(String, Vec<String>)>,
    field: Option<String>,
    span: f64,
    condition: Option<Compiled>,
}

impl Correlating {
    pub(super) fn new(
        correlation: &Correlation,
        index: usize,
        searches: usize,
        known: Known<'_>,
    ) -> Result<Self, EvaluateError> {
        let at = At::correlation(index);
        let kind = match correlation.kind.as_str() {
            "event_count" => Kind::EventCount,
            "value_count" => Kind::ValueCount,
            "value_sum" => Kind::Sum,
            "value_avg" => Kind::Average,
            "value_median" => Kind::Percentile(50.0),
            "value_percentile" => {
                let share = property(&correlation.properties, "percentile").and_then(|share| share.parse().ok());
                let share = share.filter(|share| (0.0..=100.0).contains(share));
                Kind::Percentile(share.ok_or_else(|| {
                    at.invalid("value_percentile", "the property `percentile` says a share from 0 to 100")
                })?)
            }
            "temporal" => Kind::Temporal,
            "temporal_ordered" => Kind::TemporalOrdered,
            other => return Err(at.correlation_kind(other, "no such correlation is known")),
        };
        let there = |input: &CorrelationInput| match input {
            CorrelationInput::Search(search) => (*search as usize) < searches,
            CorrelationInput::Correlation(earlier) => (*earlier as usize) < index,
        };
        if correlation.inputs.is_empty() || !correlation.inputs.iter().all(there) {
            return Err(at.invalid("input", "the correlation reads what is not there before it"));
        }
        if correlation.by.iter().any(|key| key.fields.len() != correlation.inputs.len())
            || correlation.span_seconds == 0
        {
            let reason = "a correlation needs a span, and a field of each input for every key";
            return Err(at.invalid(&correlation.name, reason));
        }
        let temporal = matches!(kind, Kind::Temporal | Kind::TemporalOrdered);
        let field = correlation.fields.first().cloned();
        if field.is_none() && !temporal && kind != Kind::EventCount {
            return Err(at.invalid(&correlation.kind, "the correlation needs a field"));
        }
        if correlation.condition.is_none() && !temporal {
            return Err(at.invalid(&correlation.kind, "the correlation needs a condition"));
        }
        let condition = correlation.condition.as_ref().map(|condition| Compiled::new(condition, at, known.kinds));
        Ok(Self {
            kind,
            inputs: correlation.inputs.clone(),
            by: correlation.by.iter().map(|key| (key.name.clone(), key.fields.clone())).collect(),
            field,
            span: f64::from(correlation.span_seconds),
            condition: condition.transpose()?,
        })
    }

    /// The fields that it reads of an input.
    pub(super) fn reads(&self, input: usize) -> impl Iterator<Item = &str> {
        self.by.iter().map(move |(_, fields)| fields[input].as_str()).chain(self.field.as_deref())
    }

    /// Windows in which the condition holds, for each group those that do not overlap. `inputs` are the rows of each
    /// input, in order. Rows without a time are in no window, and rows without a key in no group.
    pub(super) fn run(&self, inputs: Vec<&[Row]>, known: Known<'_>) -> Vec<Row> {
        let mut groups: BTreeMap<Vec<String>, Vec<(usize, &Row)>> = BTreeMap::new();
        for (input, rows) in inputs.into_iter().enumerate() {
            let keys: Vec<String> = self.by.iter().map(|(_, fields)| fields[input].clone()).collect();
            for row in rows.iter().filter(|row| row.time.is_some()) {
                if let Some(group) = row.group(&keys).into_iter().collect::<Option<Vec<String>>>() {
                    groups.entry(group).or_default().push((input, row));
                }
            }
        }
        let mut found = Vec::new();
        for mut members in groups.into_values() {
            members.sort_by(|left, right| by_time(left.1, right.1).then(left.0.cmp(&right.0)));
            match self.kind {
                Kind::TemporalOrdered => self.ordered(&members, &mut found),
                _ => self.sliding(&members, known, &mut found),
            }
        }
        found.sort_by(by_time);
        found
    }

    fn sliding(&self, members: &[(usize, &Row)], known: Known<'_>, found: &mut Vec<Row>) {
        let mut window: VecDeque<(usize, &Row)> = VecDeque::new();
        for &(input, row) in members {
            window.push_back((input, row));
            while window.front().is_some_and(|(_, first)| seconds(row) - seconds(first) > self.span) {
                window.pop_front();
            }
            let value = self.value(&window);
            let holds = match (&self.condition, value) {
                (_, None) => false,
                (None, Some(value)) => value >= self.inputs.len() as f64,
                (Some(condition), Some(value)) => {
                    let fields = BTreeMap::from([("value".to_owned(), json!(value))]);
                    condition.holds(&Row { fields, ..Row::default() }, known.events)
                }
            };
            if holds {
                found.push(self.row(window.make_contiguous(), value));
                window.clear();
            }
        }
    }

    /// What the window amounts to; none where nothing in it can be counted.
    fn value(&self, window: &VecDeque<(usize, &Row)>) -> Option<f64> {
        let values = || window.iter().filter_map(|(_, row)| row.get(self.field.as_deref()?));
        let numbers = || values().filter_map(|value| number(&value)).collect::<Vec<f64>>();
        match self.kind {
            Kind::EventCount => Some(window.len() as f64),
            Kind::ValueCount => {
                Some(values().map(|value| text(&value).into_owned()).collect::<BTreeSet<_>>().len() as f64)
            }
            Kind::Sum => Some(numbers().iter().sum()),
            Kind::Average => average(&numbers()),
            Kind::Percentile(share) => percentile(numbers(), share),
            Kind::Temporal | Kind::TemporalOrdered => {
                Some(window.iter().map(|(input, _)| input).collect::<BTreeSet<_>>().len() as f64)
            }
        }
    }

    /// One event of each input in the inputs' order, all within the span.
    fn ordered(&self, members: &[(usize, &Row)], found: &mut Vec<Row>) {
        let mut from = 0;
        while from < members.len() {
            let mut chain: Vec<(usize, &Row)> = Vec::new();
            let mut end = from;
            for (place, &(input, row)) in members.iter().enumerate().skip(from) {
                if chain.first().is_some_and(|(_, first)| seconds(row) - seconds(first) > self.span) {
                    break;
                }
                // Before the chain has begun, only its first event may begin it.
                if input == chain.len() {
                    chain.push((input, row));
                    end = place;
                } else if chain.is_empty() {
                    break;
                }
                if chain.len() == self.inputs.len() {
                    break;
                }
            }
            if chain.len() == self.inputs.len() {
                found.push(self.row(&chain, None));
                from = end + 1;
            } else {
                from += 1;
            }
        }
    }

    fn row(&self, window: &[(usize, &Row)], value: Option<f64>) -> Row {
        let mut made = Row { time: window.last().and_then(|(_, row)| row.time), ..Row::default() };
        for (_, row) in window {
            for name in &row.searches {
                if !made.searches.contains(name) {
                    made.searches.push(name.clone());
                }
            }
        }
        if let Some((input, first)) = window.first() {
            for (name, fields) in &self.by {
                made.fields.extend(first.get(&fields[*input]).map(|value| (name.clone(), value)));
            }
        }
        made.fields.extend(value.map(|value| ("value".to_owned(), json!(value))));
        made
    }
}

/// Rows without a time are in no window.
fn seconds(row: &Row) -> f64 {
    row.time.unwrap_or_default()
}
