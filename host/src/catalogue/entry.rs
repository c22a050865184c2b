//! An entry of the catalogue: one YAML file with a Sigma rule or correlation, or with searches and stages where Sigma
//! cannot say it; what is known of it beside the plan; and its events.

use super::cases::{CaseError, Cases};
use super::classes::class_name;
use super::sigma::{Code, Collection, Frame, Place, SigmaError, Yaml, staged, yaml};
use crate::model::{Hunt, Property, Window};
use serde_json::Value;
use std::sync::Arc;

/// A hunt of the catalogue.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The file.
    pub path: Arc<str>,
    pub hunt: Hunt,
    /// Log sources that it needs, for people.
    pub telemetry: Vec<String>,
    pub cases: Cases,
    /// The text, where it is Sigma's alone.
    pub sigma: Option<String>,
}

/// Why a file is no entry.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EntryError {
    #[error("{path}: {error}")]
    Rule { path: Arc<str>, error: SigmaError },
    #[error("{path}: {error}\n\nhint: data/hunts/README.md has the form of `events`")]
    Cases { path: Arc<str>, error: CaseError },
}

impl EntryError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            EntryError::Rule { error, .. } => error.code.as_str(),
            EntryError::Cases { .. } => "invalid-events",
        }
    }
}

impl Entry {
    /// Reads one file: the first document is the hunt, those after it are what a correlation reads.
    ///
    /// # Errors
    /// It is no rule and no hunt, or its events are not of their form.
    pub fn read(path: &str, text: &str, frame: &Frame) -> Result<Self, EntryError> {
        let path: Arc<str> = path.into();
        let rule = |error| EntryError::Rule { path: path.clone(), error };
        let document = yaml::documents(text).into_iter().next();
        let document = document.ok_or_else(|| rule(Place::top(0).error(Code::NotARule, "the file is empty")))?;
        let document = document.map_err(rule)?;
        let top = Place::top(document.line);
        let is_sigma = document.get("searches").is_none();
        let mut hunt = match is_sigma {
            false => staged::hunt(&path, &document, frame).map_err(rule)?,
            true => {
                let read = Collection::of_text(&path, text);
                let first = read.hunts(frame).next();
                let first = first.ok_or_else(|| rule(top.error(Code::NotARule, "a filter is no hunt of its own")))?;
                first.map_err(|broken| rule(broken.error))?.hunt
            }
        };
        about(&mut hunt, &document, &top).map_err(rule)?;
        let telemetry = texts(document.get("telemetry"));
        hunt.properties.extend(telemetry.iter().map(|needs| Property::new("telemetry", needs)));
        let cases = match document.get("events") {
            None => Cases::default(),
            Some(events) => Cases::read(&json(events), only_class(&hunt).as_deref())
                .map_err(|error| EntryError::Cases { path: path.clone(), error })?,
        };
        Ok(Self { hunt, telemetry, cases, sigma: is_sigma.then(|| text.to_owned()), path })
    }

    /// A rule of somebody else's, which ships no events.
    pub fn of_rule(path: &Arc<str>, hunt: Hunt) -> Self {
        Self { path: path.clone(), hunt, telemetry: Vec::new(), cases: Cases::default(), sigma: None }
    }

    /// The file's name without folder and ending.
    pub fn name(&self) -> &str {
        let file = self.path.rsplit('/').next().unwrap_or(&self.path);
        file.split_once('.').map_or(file, |(name, _)| name)
    }

    /// The classes of events that it searches, each once.
    pub fn classes(&self) -> Vec<String> {
        classes(&self.hunt)
    }
}

/// The classes of events that a hunt searches, each once.
pub fn classes(hunt: &Hunt) -> Vec<String> {
    let mut names: Vec<String> = hunt.searches.iter().map(|search| class_name(&search.class)).collect();
    names.sort();
    names.dedup();
    names
}

/// The class that events are of where a hunt searches one alone.
fn only_class(hunt: &Hunt) -> Option<String> {
    let names = classes(hunt);
    if let [one] = names.as_slice() { Some(one.clone()) } else { None }
}

/// What a file may say beside what Sigma has words for.
fn about(hunt: &mut Hunt, document: &Yaml, top: &Place<'_>) -> Result<(), SigmaError> {
    let text = |key: &str| document.get(key).and_then(Yaml::text);
    if let Some(phase) = text("phase") {
        hunt.phase = phase;
    }
    if let Some(confidence) = document.get("confidence") {
        let known = ["Low", "Medium", "High"];
        let word = confidence.text().filter(|word| known.contains(&word.as_str()));
        let place = top.key("confidence", confidence.line);
        hunt.confidence = word.ok_or_else(|| place.error(Code::InvalidKey, "it is Low, Medium or High"))?;
    }
    if let Some(window) = document.get("window") {
        hunt.window = Window::LastSeconds(staged::span(window, &top.key("window", window.line))?);
    }
    Ok(())
}

pub(super) fn texts(list: Option<&Yaml>) -> Vec<String> {
    list.map(|list| list.items().iter().filter_map(Yaml::text).collect()).unwrap_or_default()
}

/// A node as JSON.
fn json(yaml: &Yaml) -> Value {
    use super::sigma::yaml::Node;
    match &yaml.node {
        Node::Null => Value::Null,
        Node::Boolean(truth) => (*truth).into(),
        Node::Integer(number) => (*number).into(),
        Node::Float(number) => (*number).into(),
        Node::Text(text) => text.as_str().into(),
        Node::List(items) => items.iter().map(json).collect(),
        Node::Map(entries) => Value::Object(entries.iter().map(|(key, value)| (key.clone(), json(value))).collect()),
    }
}
