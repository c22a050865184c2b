//! Rules to deploy: whatever stands in a title or a value, a rule has the same settings, and holds the query to the byte.

use huntsmith_sdk::emitter::plan::Hunt;
use serde_json::Value;
use validate_kit::dialects::Dialect;

/// Where a rule in JSON holds its query, and what Defender's custom detections add to it: columns that they must show.
const QUERIES: [&str; 4] = ["/queryCondition/queryText", "/properties/query", "/query", "/queries/0/query"];
const SHOWN: &str = ", DeviceId, ReportId";

/// Holds the rule of a hunt with any text against the same hunt's query, and against the rule of a harmless hunt.
pub fn holds(dialect: &Dialect, hunt: &Hunt, harmless: &Hunt) {
    let (Ok(rules), Ok(queries)) = (dialect.emit_as(hunt, "rule"), dialect.emit(hunt)) else { return };
    let other = dialect.emit_as(harmless, "rule").unwrap_or_default();
    for (index, (rule, query)) in rules.iter().zip(&queries).enumerate() {
        if rule.text == query.text {
            // The query is the rule.
            continue;
        }
        let (shape, held) = read(&rule.text);
        assert_eq!(held.replace(SHOWN, "").trim_end(), query.text.replace(SHOWN, "").trim_end());
        if let Some(other) = other.get(index) {
            assert_eq!(shape, read(&other.text).0, "{}", rule.text);
        }
    }
}

/// The settings of a rule by their places, and its query.
fn read(rule: &str) -> (Vec<String>, String) {
    if let Ok(json) = serde_json::from_str::<Value>(rule) {
        let query = QUERIES.iter().find_map(|place| json.pointer(place)).and_then(Value::as_str).expect("a query");
        let mut places = Vec::new();
        settings(&json, String::new(), &mut places);
        return (places, query.to_owned());
    }
    // A stanza of a file of settings: a backslash at the end takes the next line with it.
    let joined = rule.replace(" \\\n", "\u{0}");
    let mut lines = joined.lines();
    let stanza = lines.next().expect("a stanza");
    assert!(stanza.starts_with('[') && stanza.ends_with(']') && stanza.matches(['[', ']']).count() == 2, "{stanza}");
    let settings: Vec<_> = lines.map(|line| line.split_once(" = ").expect("a setting")).collect();
    let search = settings.iter().find(|(key, _)| *key == "search").expect("a search").1;
    let query = search.replace('\u{0}', "\n");
    (settings.into_iter().map(|(key, _)| key.to_owned()).collect(), query)
}

fn settings(json: &Value, at: String, places: &mut Vec<String>) {
    match json {
        Value::Object(values) => values.iter().for_each(|(key, value)| settings(value, format!("{at}/{key}"), places)),
        Value::Array(values) => values.iter().for_each(|value| settings(value, format!("{at}/-"), places)),
        _ => places.push(at),
    }
}
