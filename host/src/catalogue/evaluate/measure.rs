//! What is measured of a group of rows.

use super::error::{At, EvaluateError};
use super::event::{number, text};
use super::predicate::Compiled;
use super::row::Row;
use crate::catalogue::classes::EventTable;
use crate::kinds::Kinds;
use crate::model::Measure;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Values that `values` keeps of a group.
const VALUES: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Function {
    Count,
    Distinct,
    Sum,
    Minimum,
    Maximum,
    Average,
    Deviation,
    Percentile(f64),
    Values,
    First,
    Last,
}

/// A checked measure.
#[derive(Debug, Clone)]
pub(super) struct Measuring {
    name: String,
    function: Function,
    field: Option<String>,
    filter: Option<Compiled>,
}

impl Measuring {
    pub(super) fn new(measure: &Measure, at: At, kinds: &Kinds) -> Result<Self, EvaluateError> {
        let function = match measure.function.as_str() {
            "count" => Function::Count,
            "distinct" => Function::Distinct,
            "sum" => Function::Sum,
            "minimum" => Function::Minimum,
            "maximum" => Function::Maximum,
            "average" => Function::Average,
            "deviation" => Function::Deviation,
            "values" => Function::Values,
            "first" => Function::First,
            "last" => Function::Last,
            "percentile" => match measure.argument.filter(|share| (0.0..=100.0).contains(share)) {
                Some(share) => Function::Percentile(share),
                None => return Err(at.invalid("percentile", "it needs a share from 0 to 100")),
            },
            other => return Err(at.stage_function(other, "no such function measures a group")),
        };
        if measure.field.is_none() && function != Function::Count {
            return Err(at.invalid(&measure.function, "the function needs a field"));
        }
        let filter = measure.filter.as_ref().map(|filter| Compiled::new(filter, at, kinds)).transpose()?;
        Ok(Self { name: measure.name.clone(), function, field: measure.field.clone(), filter })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The fields that it reads.
    pub(super) fn fields(&self) -> Vec<String> {
        let filtered = self.filter.iter().flat_map(|filter| filter.fields()).map(str::to_owned);
        self.field.iter().cloned().chain(filtered).collect()
    }

    /// The measure of rows in the order of time; none where there is nothing to measure.
    pub(super) fn of(&self, rows: &[Row], table: &EventTable) -> Option<Value> {
        let counted = rows.iter().filter(|row| self.filter.as_ref().is_none_or(|filter| filter.holds(*row, table)));
        let Some(field) = self.field.as_ref().filter(|_| self.function != Function::Count) else {
            return Some(json!(counted.count()));
        };
        let mut values = counted.filter_map(|row| row.get(field));
        match self.function {
            Function::Count => None,
            Function::First => values.next(),
            Function::Last => values.next_back(),
            Function::Distinct => Some(json!(distinct(values).len())),
            Function::Values => Some(distinct(values).into_values().take(VALUES).collect()),
            function => over_numbers(function, values.filter_map(|value| number(&value)).collect()),
        }
    }
}

/// Each different value once, in the order of their texts.
fn distinct(values: impl Iterator<Item = Value>) -> BTreeMap<String, Value> {
    values.map(|value| (text(&value).into_owned(), value)).collect()
}

fn over_numbers(function: Function, numbers: Vec<f64>) -> Option<Value> {
    Some(json!(match function {
        Function::Sum => numbers.iter().sum(),
        Function::Minimum => numbers.into_iter().reduce(f64::min)?,
        Function::Maximum => numbers.into_iter().reduce(f64::max)?,
        Function::Average => average(&numbers)?,
        Function::Deviation => deviation(&numbers)?,
        Function::Percentile(share) => percentile(numbers, share)?,
        _ => return None,
    }))
}

pub(super) fn average(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// Of the sample (divided by one less than the count), as the contract says; none of fewer than two.
fn deviation(numbers: &[f64]) -> Option<f64> {
    let mean = average(numbers).filter(|_| numbers.len() > 1)?;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    Some((squares / (numbers.len() - 1) as f64).sqrt())
}

/// The smallest value that at least `share` of a hundred are not above (nearest rank).
pub(super) fn percentile(mut numbers: Vec<f64>, share: f64) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let rank = (share / 100.0 * numbers.len() as f64).ceil().max(1.0) as usize;
    numbers.get(rank - 1).copied()
}
