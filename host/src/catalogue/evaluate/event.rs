//! An event as the evaluator reads it: a JSON object, its class, its fields by any of their names, its time.

use crate::catalogue::classes::{EventTable, parse_class};
use crate::model::EventClass;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The key under which an event says its class.
pub const CLASS: &str = "class";

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// None where the event does not say it: its fields then show the classes that it can be of.
    pub class: Option<EventClass>,
    fields: Map<String, Value>,
}

impl Event {
    /// Takes an event's object; `class` of it is its class (`process_creation`, `windows/security`).
    pub fn new(mut fields: Map<String, Value>) -> Self {
        let class = fields.remove(CLASS).and_then(|class| class.as_str().and_then(parse_class));
        Self { class, fields }
    }

    /// Its fields as they came.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// Seconds since 1970, where the event says its time.
    pub fn time(&self, table: &EventTable) -> Option<f64> {
        table.time.iter().find_map(|name| seconds(self.fields.get(name)?))
    }
}

/// Named values that a predicate is held against: an event's fields, or a row's.
pub trait Fields {
    /// The value of a field by its own name, without other names for it.
    fn own(&self, name: &str) -> Option<&Value>;
    /// Every value.
    fn all(&self) -> Box<dyn Iterator<Item = &Value> + '_>;
}

impl Fields for Event {
    fn own(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).or_else(|| nested(&self.fields, name))
    }

    fn all(&self) -> Box<dyn Iterator<Item = &Value> + '_> {
        Box::new(self.fields.values())
    }
}

/// `userIdentity.arn` as a path into objects, where no key is called so.
pub fn nested<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let (head, rest) = name.split_once('.')?;
    let below = fields.get(head)?.as_object()?;
    below.get(rest).or_else(|| nested(below, rest))
}

/// The value of a field by any of its names; `null` is no value.
pub fn field<'a>(fields: &'a dyn Fields, table: &EventTable, name: &str) -> Option<&'a Value> {
    let there = |name: &str| fields.own(name).filter(|value| !value.is_null());
    there(name).or_else(|| table.other_names(name).iter().find_map(|other| there(other)))
}

/// The single values in a value: the elements of lists and objects, all the way down.
pub fn scalars<'a>(value: &'a Value, see: &mut dyn FnMut(&'a Value) -> bool) -> bool {
    match value {
        Value::Array(values) => values.iter().any(|value| scalars(value, see)),
        Value::Object(values) => values.values().any(|value| scalars(value, see)),
        Value::Null => false,
        single => see(single),
    }
}

/// A single value as text.
pub fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

/// A single value as a number.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// From here on a number of seconds would lie beyond the year 5000: it is milliseconds.
const MILLISECONDS: f64 = 1e11;

/// A time as seconds since 1970.
pub fn seconds(value: &Value) -> Option<f64> {
    if let Some(number) = number(value) {
        return Some(if number.abs() >= MILLISECONDS { number / 1e3 } else { number });
    }
    let text = value.as_str()?.trim();
    let stamp = match text.parse::<jiff::Timestamp>() {
        Ok(stamp) => stamp,
        Err(_) => text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp(),
    };
    Some(stamp.as_nanosecond() as f64 / 1e9)
}

/// A time for people and JSON.
pub fn timestamp(seconds: f64) -> String {
    let stamp = jiff::Timestamp::from_microsecond((seconds * 1e6).round() as i64);
    stamp.map_or_else(|_| seconds.to_string(), |stamp| stamp.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(value: Value) -> Event {
        let Value::Object(fields) = value else { panic!("an event is an object") };
        Event::new(fields)
    }

    #[test]
    fn fields_are_found_by_their_other_names_and_in_objects() {
        let table = EventTable::shipped();
        let event = event(json!({"class": "dns_query", "query": "a.test", "userIdentity": {"arn": "x"}, "User": null}));
        assert_eq!(event.class, parse_class("dns_query"));
        assert_eq!(field(&event, &table, "QueryName"), Some(&json!("a.test")));
        assert_eq!(field(&event, &table, "userIdentity.arn"), Some(&json!("x")));
        assert_eq!(field(&event, &table, "User"), None);
    }

    #[test]
    fn times_are_read_in_the_forms_that_logs_have() {
        for time in [
            json!("2026-03-01T10:00:00Z"),
            json!("2026-03-01T12:00:00+02:00"),
            json!("2026-03-01 10:00:00.000"),
            json!(1_772_359_200),
            json!("1772359200000"),
        ] {
            assert_eq!(seconds(&time), Some(1_772_359_200.0), "{time}");
        }
        assert_eq!(seconds(&json!("yesterday")), None);
        assert_eq!(timestamp(1_772_359_200.5), "2026-03-01T10:00:00.5Z");
    }
}
