//! The events that a hunt ships with: cases that must match and cases that must not, each one event or a sequence.

use super::evaluate::{Event, seconds, timestamp};
use serde_json::{Map, Value};

/// Keys by which an event of a sequence stands for many: how many, and the seconds between them, over and over.
/// `{n}` in its texts is the number of the copy, from 0.
const TIMES: &str = "_times";
const EVERY: &str = "_every";

/// The time of an event in a case.
const TIME: &str = "Timestamp";

/// Events that one case may hold once written out.
const EVENTS: u64 = 100_000;

/// What is wrong with a hunt's events.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("events: {at}: {reason}")]
pub struct CaseError {
    /// `match[2]`.
    pub at: String,
    pub reason: String,
}

/// The cases of a hunt.
#[derive(Debug, Clone, Default)]
pub struct Cases {
    pub matching: Vec<Case>,
    pub other: Vec<Case>,
}

/// Events that a hunt sees together.
#[derive(Debug, Clone)]
pub struct Case {
    /// `match[2]`: where it stands.
    pub name: String,
    pub events: Vec<Event>,
    /// The same events, as JSON.
    pub json: Vec<Map<String, Value>>,
}

impl Cases {
    /// Reads `{"match": […], "other": […]}`. Events that name no class are of `class`.
    ///
    /// # Errors
    /// The first thing that is not of this form, with its place.
    pub fn read(value: &Value, class: Option<&str>) -> Result<Self, CaseError> {
        let error = |at: &str, reason: &str| CaseError { at: at.into(), reason: reason.into() };
        let lists = value.as_object().ok_or_else(|| error("", "they are two lists, `match` and `other`"))?;
        if let Some(unknown) = lists.keys().find(|key| !matches!(key.as_str(), "match" | "other")) {
            return Err(error(unknown, "events are under `match` or under `other`"));
        }
        let list = |key: &str| -> Result<Vec<Case>, CaseError> {
            let Some(list) = lists.get(key) else { return Ok(Vec::new()) };
            let list = list.as_array().ok_or_else(|| error(key, "it is no list"))?;
            list.iter().enumerate().map(|(at, case)| Case::read(case, class, format!("{key}[{at}]"))).collect()
        };
        Ok(Self { matching: list("match")?, other: list("other")? })
    }

    /// All cases, and whether they must match.
    pub fn all(&self) -> impl Iterator<Item = (&Case, bool)> {
        self.matching.iter().map(|case| (case, true)).chain(self.other.iter().map(|case| (case, false)))
    }
}

impl Case {
    fn read(value: &Value, class: Option<&str>, name: String) -> Result<Self, CaseError> {
        let error = |reason: &str| CaseError { at: name.clone(), reason: reason.into() };
        let items = match value {
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut json = Vec::new();
        for item in items {
            let mut event = item.as_object().ok_or_else(|| error("an event is an object"))?.clone();
            if let Some(class) = class {
                event.entry("class").or_insert_with(|| class.into());
            }
            write_out(event, &mut json).map_err(error)?;
        }
        if json.is_empty() {
            return Err(error("a case has at least one event"));
        }
        let events = json.iter().map(|event| Event::new(event.clone())).collect();
        Ok(Self { name, events, json })
    }
}

/// One event, or the copies that it stands for.
fn write_out(mut event: Map<String, Value>, into: &mut Vec<Map<String, Value>>) -> Result<(), &'static str> {
    let Some(times) = event.remove(TIMES) else {
        into.push(event);
        return Ok(());
    };
    let times = times.as_u64().filter(|times| (1..=EVENTS).contains(times)).ok_or("`_times` is a number from 1")?;
    let every = event.remove(EVERY).ok_or("`_times` needs `_every`, the seconds between events")?;
    let gaps: Option<Vec<f64>> = every.as_array().map(|gaps| gaps.iter().filter_map(Value::as_f64).collect());
    let gaps = gaps.filter(|gaps| !gaps.is_empty()).ok_or("`_every` is a list of seconds")?;
    let mut time = event.get(TIME).and_then(seconds).ok_or("`_times` needs the `Timestamp` of the first")?;
    for number in 0..times {
        let mut copy = event.clone();
        for text in copy.values_mut() {
            if let Value::String(text) = text {
                *text = text.replace("{n}", &number.to_string());
            }
        }
        copy.insert(TIME.into(), timestamp(time).into());
        into.push(copy);
        time += gaps[number as usize % gaps.len()];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_stands_for_many_at_the_gaps_that_it_names() {
        let case =
            json!({"match": [[{"a": "x{n}", "Timestamp": "2026-03-01T10:00:00Z", "_times": 3, "_every": [1, 10]}]]});
        let cases = Cases::read(&case, Some("dns_query")).unwrap();
        let event = |n: u32, second: u32| json!({"a": format!("x{n}"), "Timestamp": format!("2026-03-01T10:00:{second:02}Z"), "class": "dns_query"});
        let json: Vec<Value> = cases.matching[0].json.iter().cloned().map(Value::Object).collect();
        assert_eq!(json, [event(0, 0), event(1, 1), event(2, 11)]);
    }

    #[test]
    fn what_is_no_case_is_told_with_its_place() {
        for (value, told) in [
            (json!([]), "two lists"),
            (json!({"matches": []}), "matches"),
            (json!({"match": [1]}), "match[0]: an event is an object"),
            (json!({"other": [{}, []]}), "other[1]: a case has"),
            (json!({"other": [{"_times": 2}]}), "needs `_every`"),
        ] {
            let error = Cases::read(&value, None).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
