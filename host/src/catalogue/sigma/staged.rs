//! Hunts that Sigma has no words for: searches in Sigma's own form, and stages that work on what they find.
//! `data/hunts/README.md` has the form, `data/schema/hunt-1.json` its schema.

use super::collection::Frame;
use super::detection;
use super::document::{self, About};
use super::error::{Code, Place, SigmaError};
use super::rule;
use super::yaml::{Node as YamlNode, Yaml};
use crate::model::{Aggregate, Derive, Hunt, Interval, Measure, Predicate, Search, SortKey, Stage, Tlp};
use crate::pipeline::hunt_id;
use rsigma_parser::Timespan;

/// Keys that such a file may have.
const KEYS: [&str; 19] = [
    "title",
    "id",
    "name",
    "status",
    "description",
    "references",
    "author",
    "license",
    "date",
    "modified",
    "tags",
    "level",
    "falsepositives",
    "phase",
    "confidence",
    "window",
    "telemetry",
    "searches",
    "stages",
];

/// Reads a file's document as a hunt.
///
/// # Errors
/// The first thing in it that is not of the form, with its place.
pub fn hunt(path: &str, yaml: &Yaml, frame: &Frame) -> Result<Hunt, SigmaError> {
    let top = Place::top(yaml.line);
    if let Some((key, value)) = yaml.entries().iter().find(|(key, _)| key != "events" && !KEYS.contains(&key.as_str()))
    {
        return Err(top.key(key, value.line).error(Code::InvalidKey, "a hunt with stages has no such key"));
    }
    let about = document::about(yaml, &top)?;
    rule::known_words(&about, yaml.line, &top)?;
    let mut searches = Vec::new();
    if let Some(list) = yaml.get("searches") {
        let place = top.key("searches", list.line);
        for (name, body) in list.entries() {
            let here = place.key(name, body.line);
            let missing = |key: &str| here.error(Code::MissingKey, format!("a search needs a `{key}`"));
            let source = body.get("logsource").ok_or_else(|| missing("logsource"))?;
            let conditions = body.get("detection").ok_or_else(|| missing("detection"))?;
            searches.push(Search {
                name: name.clone(),
                class: rule::class(source, &here)?,
                predicate: detection::predicate(conditions, &here, "detection")?,
                fields: about.fields.clone(),
                properties: Vec::new(),
            });
        }
        if searches.is_empty() {
            return Err(place.error(Code::EmptySet, "a hunt needs a search"));
        }
    }
    let mut stages = Vec::new();
    if let Some(list) = yaml.get("stages") {
        let place = top.key("stages", list.line);
        for (index, item) in list.items().iter().enumerate() {
            stages.push(stage(item, &place.item(index, item.line))?);
        }
    }
    Ok(plan(path, about, searches, stages, frame))
}

fn plan(path: &str, about: About, searches: Vec<Search>, stages: Vec<Stage>, frame: &Frame) -> Hunt {
    let techniques: Vec<String> = about.techniques().iter().map(ToString::to_string).collect();
    let shown = frame.phases.of(techniques.first().map_or("", String::as_str), &about.tactics());
    Hunt {
        id: hunt_id(if about.id.is_empty() { &about.title } else { &about.id }, "catalogue"),
        phase: shown.first().map(|phase| (*phase).to_owned()).unwrap_or_default(),
        title: about.title,
        description: about.description,
        author: about.author,
        license: about.license,
        level: about.level,
        status: about.status,
        source: Some(if about.id.is_empty() { path.to_owned() } else { about.id }),
        confidence: "Medium".into(),
        tlp: Tlp::Clear,
        techniques,
        searches,
        correlations: Vec::new(),
        stages,
        window: frame.window.clone(),
        false_positives: about.false_positives,
        references: about.references,
        properties: Vec::new(),
    }
}

fn stage(item: &Yaml, place: &Place<'_>) -> Result<Stage, SigmaError> {
    let [(kind, body)] = item.entries() else {
        return Err(place.error(Code::InvalidKey, "a stage is a mapping with one key: what it does"));
    };
    let here = place.key(kind, body.line);
    Ok(match kind.as_str() {
        "interval" => Stage::Interval(Interval { by: words(body, "by", &here)?, name: word(body, "name", &here)? }),
        "aggregate" => {
            let measures = body.get("measures").ok_or_else(|| here.error(Code::MissingKey, "it needs `measures`"))?;
            let place = here.key("measures", measures.line);
            let measures = measures.entries().iter().map(|(name, body)| measure(name, body, &place));
            let bucket = body.get("bucket").map(|bucket| span(bucket, &here.key("bucket", bucket.line)));
            Stage::Aggregate(Aggregate {
                by: words(body, "by", &here)?,
                bucket_seconds: bucket.transpose()?,
                measures: measures.collect::<Result<_, _>>()?,
            })
        }
        "derive" => Stage::Derive(Derive {
            name: word(body, "name", &here)?,
            function: word(body, "function", &here)?,
            fields: words(body, "fields", &here)?,
        }),
        "keep" => Stage::Keep(condition(body, &here)?),
        "sort" => Stage::Sort(body.items().iter().map(|key| sort_key(key, &here)).collect::<Result<_, _>>()?),
        "limit" => match body.node {
            YamlNode::Integer(rows) if (1..=1_000_000).contains(&rows) => Stage::Limit(rows as u32),
            _ => return Err(here.error(Code::InvalidValue, "it is a number from 1 to 1000000")),
        },
        other => {
            let reason = format!("`{other}` is no stage: interval, aggregate, derive, keep, sort, limit are");
            return Err(here.error(Code::InvalidKey, reason));
        }
    })
}

fn measure(name: &str, body: &Yaml, place: &Place<'_>) -> Result<Measure, SigmaError> {
    let here = place.key(name, body.line);
    let argument = match body.get("argument").map(|argument| &argument.node) {
        Some(YamlNode::Integer(number)) => Some(*number as f64),
        Some(YamlNode::Float(number)) => Some(*number),
        Some(_) => return Err(here.error(Code::InvalidValue, "`argument` is a number")),
        None => None,
    };
    Ok(Measure {
        name: name.to_owned(),
        function: word(body, "function", &here)?,
        field: body.get("field").and_then(Yaml::text),
        argument,
        filter: body.get("where").map(|filter| condition(filter, &here.key("where", filter.line))).transpose()?,
    })
}

/// A detection with its `condition`, or one selection alone.
fn condition(body: &Yaml, place: &Place<'_>) -> Result<Predicate, SigmaError> {
    if body.get("condition").is_some() {
        return detection::predicate(body, place, "condition");
    }
    let text = YamlNode::Text("selection".into());
    let entries =
        vec![("selection".to_owned(), body.clone()), ("condition".to_owned(), Yaml { line: body.line, node: text })];
    detection::predicate(&Yaml { line: body.line, node: YamlNode::Map(entries) }, place, "selection")
}

/// `-name`: the largest first.
fn sort_key(key: &Yaml, place: &Place<'_>) -> Result<SortKey, SigmaError> {
    let text = key
        .text()
        .ok_or_else(|| place.error(Code::InvalidValue, "a key is a field, with `-` before it for descending"))?;
    Ok(match text.strip_prefix('-') {
        Some(field) => SortKey { field: field.to_owned(), descending: true },
        None => SortKey { field: text, descending: false },
    })
}

/// A span of time such as `15m`, `1h`, `7d`, in seconds.
///
/// # Errors
/// It is none, or is no time at all.
pub fn span(value: &Yaml, place: &Place<'_>) -> Result<u32, SigmaError> {
    let seconds = value.text().and_then(|text| Timespan::parse(&text).ok()).map(|span| span.seconds);
    let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok()).filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| place.error(Code::InvalidValue, "it is no span such as `15m`, `1h`, `7d`"))
}

fn word(body: &Yaml, key: &str, place: &Place<'_>) -> Result<String, SigmaError> {
    let text = body.get(key).and_then(Yaml::text).filter(|text| !text.is_empty());
    text.ok_or_else(|| place.error(Code::MissingKey, format!("it needs a `{key}`")))
}

fn words(body: &Yaml, key: &str, place: &Place<'_>) -> Result<Vec<String>, SigmaError> {
    let list = body.get(key).ok_or_else(|| place.error(Code::MissingKey, format!("it needs a `{key}`")))?;
    let texts = list.items().iter().map(Yaml::text).collect::<Option<Vec<String>>>();
    texts.ok_or_else(|| place.key(key, list.line).error(Code::InvalidValue, "it is a list of fields"))
}
