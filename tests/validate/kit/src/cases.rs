//! Events for a hunt, in the words of the vocabulary: values that meet its comparisons, and values that just do not. Whether
//! the hunt finds them is for the host's evaluator to say, and for every engine that executes its queries.

use crate::generate::Numbers;
use crate::layout::class_name;
use huntsmith_sdk::emitter::plan::*;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// How many events are made for each search of a hunt that looks at events one by one, and how many where they count
/// together.
const APART: usize = 12;
const TOGETHER: usize = 40;

/// The first second of the events that count together, on the edge of every span up to a day.
const START: u64 = 1_772_323_200;

type Event = Map<String, Json>;

/// Events for a hunt: the same hunt, the same events.
pub fn events(hunt: &Hunt) -> Vec<Event> {
    let mut numbers =
        Numbers::new(hunt.id.bytes().fold(1, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))));
    if hunt.correlations.is_empty() && hunt.stages.is_empty() {
        let each = hunt.searches.iter().flat_map(|search| std::iter::repeat_n(search, APART));
        return each.enumerate().map(|(number, search)| at(event(&mut numbers, search), number as u64)).collect();
    }
    // Bursts that lie in one window each, however windows are laid, and so far apart that none holds parts of two.
    let span = hunt.correlations.iter().map(|one| u64::from(one.span_seconds)).max().unwrap_or(3_600);
    let first = START.next_multiple_of(span);
    let mut events: Vec<(u64, Event)> = Vec::new();
    for _ in 0..TOGETHER {
        let index = numbers.below(hunt.searches.len());
        let mut event = event(&mut numbers, &hunt.searches[index]);
        keep_together(&mut numbers, hunt, index as u32, &mut event);
        let burst = numbers.below(3) as u64;
        events.push((first + 3 * span * burst + numbers.below(span as usize) as u64, event));
    }
    events.sort_by_key(|(time, _)| *time);
    // No two at one time: which of them comes first is nobody's to say.
    events.dedup_by_key(|(time, _)| *time);
    events.into_iter().map(|(time, event)| at(event, time - START)).collect()
}

fn at(mut event: Event, second: u64) -> Event {
    event.insert("Timestamp".into(), json!(START + second));
    event
}

/// Gives fields by which events are grouped, and no condition tells apart, one of a few values.
fn keep_together(numbers: &mut Numbers, hunt: &Hunt, index: u32, event: &mut Event) {
    let mut names: Vec<&str> = Vec::new();
    for correlation in &hunt.correlations {
        for (input, _) in correlation.inputs.iter().enumerate().filter(|(_, source)| **source == Source::Search(index))
        {
            names.extend(correlation.by.iter().map(|key| key.fields[input].as_str()));
        }
        names.extend(correlation.fields.iter().map(String::as_str));
    }
    for stage in &hunt.stages {
        if let Stage::Aggregate(aggregate) = stage {
            names.extend(aggregate.by.iter().map(String::as_str));
            names.extend(aggregate.measures.iter().filter_map(|measure| measure.field.as_deref()));
            break;
        }
    }
    for name in names {
        if !event.contains_key(name) {
            event.insert(name.to_owned(), json!(format!("one of {}", numbers.below(3))));
        }
    }
}

/// An event of a search's class: each field with what meets its comparisons, what meets one of them, something close, or
/// nothing.
fn event(numbers: &mut Numbers, search: &Search) -> Event {
    let mut tests: BTreeMap<&str, Vec<&Test>> = BTreeMap::new();
    let mut event = Event::new();
    event.insert("class".into(), json!(class_name(&search.class)));
    for node in &search.predicate.nodes {
        match node {
            Node::Test(test) => tests.entry(&test.field).or_default().push(test),
            Node::Keywords(keywords) if numbers.below(2) == 0 => {
                let value = &keywords.values[numbers.below(keywords.values.len())];
                let text =
                    [Some("a "), sample(Operator::Equals, value).as_str(), Some(" b")].into_iter().flatten().collect();
                event.insert("Message".into(), Json::String(text));
            }
            _ => {}
        }
    }
    for (field, tests) in &tests {
        let one = tests[numbers.below(tests.len())];
        let made = match numbers.below(4) {
            0 | 1 if tests.len() > 1 || one.all => together(numbers, tests),
            _ => sample(one.operator, &one.values[numbers.below(one.values.len())]),
        };
        if let Some(value) = close(numbers, one, made) {
            event.insert((*field).to_owned(), value);
        }
    }
    // Fields that are compared with fields.
    for test in tests.values().flatten() {
        for value in &test.values {
            if let (Value::Field(other), true) = (value, numbers.below(2) == 0)
                && let Some(found) = event.get(other).cloned()
            {
                event.insert(test.field.clone(), found);
            }
        }
    }
    contents(&mut event);
    event
}

/// What is known of a file by its content alone.
fn contents(event: &mut Event) {
    if event["class"] != "file_content" {
        return;
    }
    let text = event.get("Content").and_then(Json::as_str).unwrap_or_default().to_owned();
    let digest: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    event.insert("sha256".into(), json!(digest));
    event.insert("FileSize".into(), json!(text.len()));
    event.insert("Content".into(), json!(text));
}

/// One value that may meet all of a field's comparisons.
fn together(numbers: &mut Numbers, tests: &[&Test]) -> Json {
    let (mut first, mut middle, mut last) = (String::new(), String::new(), String::new());
    for test in tests {
        let wanted = if test.all { test.values.len() } else { 1 };
        for index in 0..wanted {
            let value = &test.values[if test.all { index } else { numbers.below(test.values.len()) }];
            let Json::String(text) = sample(Operator::Equals, value) else { return sample(test.operator, value) };
            match test.operator {
                Operator::StartsWith | Operator::Equals if first.is_empty() => first = text,
                Operator::EndsWith if last.is_empty() => last = text,
                _ => middle = format!("{middle} {text} "),
            }
        }
    }
    json!(format!("{first}{middle}{last}"))
}

/// The value itself, most of the time.
fn close(numbers: &mut Numbers, test: &Test, made: Json) -> Option<Json> {
    let exact =
        test.values.iter().any(|value| matches!(value, Value::Address(_) | Value::Network(_) | Value::Digest(_)));
    Some(match (numbers.below(10), made) {
        (0, _) | (_, Json::Null) => return None,
        (1, Json::Number(number)) => json!(number.as_i64().unwrap_or_default().wrapping_add(1)),
        (2, Json::Number(number)) => json!(number.as_i64().unwrap_or_default().wrapping_sub(1)),
        (1..=3, Json::String(text)) if exact => Json::String(text.replacen(['1', 'a'], "2", 1)),
        (1, Json::String(text)) => Json::String(format!("{text}~")),
        (2, Json::String(text)) if numbers.below(2) == 0 => Json::String(text.replacen("\\", "~\\", 9)),
        (2, Json::String(text)) => Json::String(format!("~{text}")),
        (3, Json::String(text)) => Json::String(text.chars().map(|c| c.to_ascii_uppercase()).collect()),
        (_, made) => made,
    })
}

/// A value for which a comparison holds; null where that is a field's absence.
fn sample(operator: Operator, value: &Value) -> Json {
    let text = |text: &str| match operator {
        Operator::Contains | Operator::Word => format!("(a {text} b)"),
        Operator::StartsWith => format!("{text} b"),
        Operator::EndsWith => format!("a {text}"),
        _ => text.to_owned(),
    };
    match value {
        Value::Text(one) | Value::Regex(one) | Value::Address(one) => json!(text(one)),
        Value::Network(network) => json!(network.split('/').next()),
        Value::Integer(number) => json!(match operator {
            Operator::Less => number.wrapping_sub(1),
            Operator::Greater => number.wrapping_add(1),
            _ => *number,
        }),
        Value::Float(number) => json!(*number as i64),
        Value::Boolean(there) if operator == Operator::Exists => {
            if *there {
                json!("there")
            } else {
                Json::Null
            }
        }
        Value::Boolean(truth) => json!(truth.to_string()),
        Value::Pattern(parts) => {
            let each = parts.iter().map(|part| match part {
                Part::Literal(text) => text.as_str(),
                Part::AnyRun => "run",
                Part::AnyOne => "1",
            });
            json!(each.collect::<String>())
        }
        Value::Path(path) => match (&path.directory, path.full.find(['\\', '/'])) {
            (None, _) => json!(format!("C:\\Folder\\{}", path.name)),
            (_, Some(at)) if path.full.starts_with(['%', '$', '~', '<', '.']) => {
                json!(format!("C:\\Users\\ann{}", &path.full[at..]))
            }
            _ => json!(text(&path.full)),
        },
        Value::Registry(registry) => {
            let value = registry.value_name.as_deref().unwrap_or("Data");
            json!(format!("{}\\{}\\{value}", registry.hive, registry.key))
        }
        Value::Url(url) => json!(text(&url.full)),
        Value::Domain(domain) if domain.subdomains => json!(text(&format!("www.{}", domain.ascii))),
        Value::Domain(domain) => json!(text(&domain.ascii)),
        Value::Digest(digest) => json!(digest.hex),
        Value::Field(_) => json!("the same"),
        Value::Null | Value::ListReference(_) | Value::Placeholder(_) => Json::Null,
    }
}
