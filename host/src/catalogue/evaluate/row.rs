//! A row: what a stage or correlation works on, and what a hunt's result is made of.

use super::event::{Fields, number, text, timestamp};
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The name of the time among a row's fields.
pub(super) const TIME: &str = "Timestamp";

/// Fields by their names, and the time. In a result, a matching event with the fields that were kept of it, or a group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Names of the searches that it comes from.
    pub searches: Vec<String>,
    /// Seconds since 1970.
    pub time: Option<f64>,
    pub fields: BTreeMap<String, Value>,
}

impl Row {
    /// As a JSON object, the time under its name.
    pub fn json(&self) -> Value {
        let mut object: Map<String, Value> = self.fields.clone().into_iter().collect();
        if let Some(time) = self.time {
            object.insert(TIME.into(), timestamp(time).into());
        }
        Value::Object(object)
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        match self.fields.get(name) {
            Some(value) => Some(value.clone()).filter(|value| !value.is_null()),
            None if name == TIME => self.time.map(Value::from),
            None => None,
        }
    }

    /// The values of the keys as texts, for grouping, letter by letter as every engine does; an absent one is its own group.
    pub(super) fn group(&self, keys: &[String]) -> Vec<Option<String>> {
        keys.iter().map(|key| self.get(key).map(|value| text(&value).into_owned())).collect()
    }
}

impl Fields for Row {
    fn own(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    fn all(&self) -> Box<dyn Iterator<Item = &Value> + '_> {
        Box::new(self.fields.values())
    }
}

/// By time; what has none comes last.
pub(super) fn by_time(left: &Row, right: &Row) -> Ordering {
    match (left.time, right.time) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

/// Numbers before texts, each in its order; what is not there comes last in either direction.
pub(super) fn in_sort_order(left: Option<Value>, right: Option<Value>, descending: bool) -> Ordering {
    let (Some(left), Some(right)) = (&left, &right) else { return right.is_some().cmp(&left.is_some()) };
    let order = match (number(left), number(right)) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        (left_number, right_number) => {
            right_number.is_some().cmp(&left_number.is_some()).then_with(|| text(left).cmp(&text(right)))
        }
    };
    if descending { order.reverse() } else { order }
}
