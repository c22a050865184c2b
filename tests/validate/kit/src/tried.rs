//! What the host's evaluator found among a hunt's events, over the rows that a dialect's engine gets: a verdict for each
//! event, or the rows of the result.

use crate::dialects::{Dialect, Laid};
use crate::layout;
use crate::sources::Fault;
use huntsmith_sdk::emitter::Hunt;
use huntsmith_sdk::emitter::plan::{Correlation, GroupKey, Node, Source, Value as Planned};
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::stages::Names;
use serde_json::{Map, Value, json};

/// `{"events", "hits"}`, or `{"events", "rows"}` for a hunt whose events count together, or `{"events", "windows"}` where
/// all that can be compared is which groups are found in which window of time. Null: the engine cannot be asked.
///
/// # Errors
/// An answer is not the evaluator's.
pub fn of(dialect: &Dialect, hunt: &Hunt, case: &Value, answer: &Value) -> Result<Value, Fault> {
    let events = case["events"].as_array().ok_or("a case has events")?;
    let (Some(laid), Some(found)) = (dialect.laid(hunt), answer["found"].as_array()) else { return Ok(Value::Null) };
    let row = |event: &Value| -> Option<Map<String, Value>> {
        let event = event.as_object()?;
        let class = event.get("class")?.as_str()?;
        match &laid {
            Laid::AsItIs => Some(event.clone()),
            Laid::In(places) => {
                let (one, scope) = places.iter().find(|(one, _)| layout::class_name(&one.search.class) == class)?;
                let mut row = layout::row(one, scope, event)?;
                row.insert("@time".into(), time(event.get("Timestamp")));
                Some(row)
            }
        }
    };
    let rows: Vec<Option<Map<String, Value>>> = events.iter().map(row).collect();
    if has_digits_alone(hunt)
        || !folds(&case["events"])
        || !folds(&case["plan"]["searches"])
        || !folds(&case["plan"]["stages"])
    {
        return Ok(Value::Null);
    }
    if hunt.stages.is_empty() && hunt.correlations.is_empty() {
        let whole = rows.into_iter().zip(found).filter_map(|(row, found)| Some((row?, found)));
        let (rows, hits): (Vec<_>, Vec<_>) =
            whole.map(|(row, found)| (row, found.as_array().is_some_and(|names| !names.is_empty()))).unzip();
        return Ok(json!({"events": rows, "hits": hits}));
    }
    // Where one row is missing, so may be the result.
    let Some(rows) = rows.into_iter().collect::<Option<Vec<_>>>() else { return Ok(Value::Null) };
    let names = Names::of(hunt);
    let spelled = |row: &Value| -> Option<Map<String, Value>> {
        let each = row.as_object()?.iter().map(|(name, value)| {
            let spelling = names.get(name, At::HUNT).map_or_else(|_| name.clone(), |name| name.to_string());
            (spelling, value.clone())
        });
        Some(each.collect())
    };
    let results = answer["rows"].as_array().ok_or("a hunt with stages has rows")?;
    let results: Option<Vec<_>> = results.iter().map(spelled).collect();
    let results = results.ok_or("a row is an object")?;
    match hunt.correlations.as_slice() {
        [] => Ok(json!({"events": rows, "rows": results})),
        [one] if hunt.stages.is_empty() => {
            let spelling = |key: &GroupKey| names.get(&key.name, At::HUNT).map(|name| name.to_string());
            let keys: Vec<String> = one.by.iter().filter_map(|key| spelling(key).ok()).collect();
            let groups: Vec<Value> =
                events.iter().zip(found).map(|(event, found)| group(hunt, one, event, found)).collect();
            Ok(json!({
                "events": rows, "windows": results, "keys": keys, "groups": groups, "span": one.span_seconds,
            }))
        }
        // Windows that slide are others than windows that follow one another: what is made of them differs.
        _ => Ok(Value::Null),
    }
}

/// The values of an event by which a correlation groups it, as the first search has it that found it.
fn group(hunt: &Hunt, correlation: &Correlation, event: &Value, found: &Value) -> Value {
    let first = found.get(0).and_then(Value::as_str);
    let input = correlation.inputs.iter().position(|input| match input {
        Source::Search(index) => hunt.searches.get(*index as usize).map(|search| search.name.as_str()) == first,
        Source::Correlation(_) => false,
    });
    input.map(|input| correlation.by.iter().map(|key| event[&key.fields[input]].clone()).collect()).unwrap_or_default()
}

/// Seconds since 1970; 0 where an event has no time.
fn time(stamp: Option<&Value>) -> Value {
    let read = |text: &str| text.parse::<jiff::Timestamp>().ok().map(|time| json!(time.as_second()));
    match stamp {
        Some(Value::String(text)) => read(text).unwrap_or_default(),
        Some(number @ Value::Number(_)) => number.clone(),
        _ => json!(0),
    }
}

/// Whether a keyword is made of digits: to the evaluator it may stand in an event's time, which engines keep apart.
fn has_digits_alone(hunt: &Hunt) -> bool {
    let digits = |value: &Planned| match value {
        Planned::Integer(_) => true,
        Planned::Text(text) => text.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    let nodes = hunt.searches.iter().flat_map(|search| &search.predicate.nodes);
    nodes.into_iter().any(|node| matches!(node, Node::Keywords(keywords) if keywords.values.iter().any(digits)))
}

/// Whether every letter has one small form: engines differ in the others.
fn folds(json: &Value) -> bool {
    !json.to_string().chars().any(|c| c.to_lowercase().count() > 1)
}
