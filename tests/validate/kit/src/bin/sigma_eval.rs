//! Executes the rules of `say sigma tried`'s NDJSON on stdin with `rsigma-eval`: each must find what the host's evaluator
//! found among the same events. One line a failure, counts on stderr, exit code 1 if anything failed.

use rsigma_eval::event::JsonEvent;
use rsigma_eval::{CorrelationConfig, CorrelationEngine, LogSourceExtractor};
use rsigma_parser::ast::{ConditionOperator, CorrelationCondition, CorrelationType};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::io::stdin;
use std::process::ExitCode;
use validate_kit::sources::Fault;

fn main() -> Result<ExitCode, Fault> {
    let (mut executed, mut events, mut found, mut failed) = (0, 0, 0, 0);
    for line in stdin().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let Some(rows) = line["events"].as_array().filter(|rows| !rows.is_empty()) else { continue };
        if stops_at_lines(&line, rows) {
            continue;
        }
        let wanted = wanted(&line);
        executed += 1;
        events += rows.len();
        found += wanted.len();
        let got = run(&line, rows);
        if got.as_ref().ok() != Some(&wanted) {
            failed += 1;
            let wrong = got.map(|got| got.symmetric_difference(&wanted).cloned().collect::<Vec<_>>());
            println!("{}", json!({"hunt": line["hunt"], "why": format!("{wrong:?}"), "query": line["query"]}));
        }
    }
    eprintln!("{}", json!({"executed": executed, "events": events, "found": found, "failed": failed}));
    Ok(if failed == 0 && executed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether a pattern meets a text of several lines: the engine's wildcards stop at a line's end.
fn stops_at_lines(line: &Value, rows: &[Value]) -> bool {
    let mut literals = line["literals"].as_array().into_iter().flatten();
    literals.any(|literal| literal["operator"] == "like") && rows.iter().any(|row| row.to_string().contains("\\n"))
}

/// Events that are found, by their places; or groups with the windows of time in which they are found.
fn wanted(line: &Value) -> BTreeSet<String> {
    if let Some(hits) = line["hits"].as_array() {
        let found = hits.iter().enumerate().filter(|(_, hit)| **hit == json!(true));
        return found.map(|(place, _)| place.to_string()).collect();
    }
    let keys: Vec<&str> = line["keys"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let rows = line["windows"].as_array().into_iter().flatten();
    rows.map(|row| {
        let key = keys.iter().map(|key| named(&row[key]));
        let time = row["Timestamp"].as_str().and_then(|time| time.parse::<jiff::Timestamp>().ok());
        group(key.collect(), window(line, time.map_or(0, jiff::Timestamp::as_second)))
    })
    .collect()
}

fn run(line: &Value, rows: &[Value]) -> Result<BTreeSet<String>, Fault> {
    let mut collection = rsigma_parser::parse_sigma_yaml(line["query"].as_str().unwrap_or_default())?;
    for correlation in &mut collection.correlations {
        // Where a rule names no condition, the reader's own says that every rule must match, and asks for one.
        if let (CorrelationType::Temporal, CorrelationCondition::Threshold { predicates, .. }) =
            (correlation.correlation_type, &mut correlation.condition)
        {
            *predicates = vec![(ConditionOperator::Gte, correlation.rules.len() as u64)];
        }
    }
    let mut engine = CorrelationEngine::new(CorrelationConfig::default());
    // A keyword would be found in the words of a log source.
    let keywords = line["literals"].as_array().into_iter().flatten().any(|literal| literal["operator"] == "keywords");
    let classified = !keywords || rows.iter().any(|row| row["class"] != rows[0]["class"]);
    engine.set_logsource_extractor(
        classified.then(|| LogSourceExtractor::new().with_field_names("@product", "@service", "@category")),
    );
    engine.add_collection(&collection)?;
    let mut found = BTreeSet::new();
    for (place, row) in rows.iter().enumerate() {
        let time = row["@time"].as_i64().unwrap_or_default();
        let event = JsonEvent::owned(Value::Object(logged(row, classified)));
        for result in engine.process_event_at(&event, time) {
            match (result.as_correlation(), line.get("windows")) {
                (Some(correlated), Some(_)) => {
                    let key = correlated.group_key.iter().map(|(_, value)| value.clone()).collect();
                    found.insert(group(key, window(line, time)));
                }
                (None, None) => drop(found.insert(place.to_string())),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// The event, with its class in the words of a log source where it is asked for.
fn logged(row: &Value, classified: bool) -> Map<String, Value> {
    let mut event = row.as_object().cloned().unwrap_or_default();
    let class = event.remove("class").and_then(|class| class.as_str().map(str::to_owned)).unwrap_or_default();
    if !classified {
        return event;
    }
    match class.split_once('/') {
        Some((product, service)) => {
            event.insert("@product".into(), product.into());
            event.insert("@service".into(), service.into());
        }
        None => drop(event.insert("@category".into(), class.into())),
    }
    event
}

fn named(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn group(key: Vec<String>, window: i64) -> String {
    format!("{key:?} from {window}")
}

/// The second in which a window begins, where windows follow one another.
fn window(line: &Value, second: i64) -> i64 {
    let span = line["span"].as_i64().unwrap_or(1).max(1);
    second.div_euclid(span) * span
}
