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
    /// What proves it, as the file has it; [`cases`](Self::cases) reads it.
    pub events: Option<Value>,
    /// The text, where it is Sigma's alone.
    pub sigma: Option<String>,
}

/// Why a file is no entry.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{path}: {error}")]
pub struct EntryError {
    pub path: Arc<str>,
    pub error: SigmaError,
}

impl Entry {
    /// Reads one file: the first document is the hunt, those after it are what a correlation reads.
    ///
    /// # Errors
    /// It is no rule and no hunt.
    pub fn read(path: &str, text: &str, frame: &Frame) -> Result<Self, EntryError> {
        let path: Arc<str> = path.into();
        let rule = |error| EntryError { path: path.clone(), error };
        let mut read = yaml::documents(text);
        let document = match read.first_mut() {
            Some(first) => first.as_mut().map_err(|error| rule(error.clone()))?,
            None => return Err(rule(Place::top(0).error(Code::NotARule, "the file is empty"))),
        };
        let events = take(document, "events").map(|events| json(&events));
        let document = document.clone();
        let top = Place::top(document.line);
        let is_sigma = document.get("searches").is_none();
        let mut hunt = match is_sigma {
            false => staged::hunt(&path, &document, frame).map_err(rule)?,
            true => {
                let first =
                    Collection::of_yaml(&path, read).hunts(frame).next().map(|first| first.map(|read| read.hunt));
                let first = first.ok_or_else(|| rule(top.error(Code::NotARule, "a filter is no hunt of its own")))?;
                first.map_err(|broken| rule(broken.error))?
            }
        };
        about(&mut hunt, &document, &top).map_err(rule)?;
        let telemetry = texts(document.get("telemetry"));
        hunt.properties.extend(telemetry.iter().map(|needs| Property::new("telemetry", needs)));
        Ok(Self { hunt, telemetry, events, sigma: is_sigma.then(|| text.to_owned()), path })
    }

    /// A rule of somebody else's, which ships no events.
    pub fn of_rule(path: &Arc<str>, hunt: Hunt) -> Self {
        Self { path: path.clone(), hunt, telemetry: Vec::new(), events: None, sigma: None }
    }

    /// Its cases, written out.
    ///
    /// # Errors
    /// The events are not of their form.
    pub fn cases(&self) -> Result<Cases, CaseError> {
        match &self.events {
            None => Ok(Cases::default()),
            Some(events) => Cases::read(events, only_class(&self.hunt).as_deref()),
        }
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

fn texts(list: Option<&Yaml>) -> Vec<String> {
    list.map(|list| list.items().iter().filter_map(Yaml::text).collect()).unwrap_or_default()
}

/// Takes a key out of a mapping.
fn take(yaml: &mut Yaml, key: &str) -> Option<Yaml> {
    let super::sigma::yaml::Node::Map(entries) = &mut yaml.node else { return None };
    let at = entries.iter().position(|(name, _)| name == key)?;
    Some(entries.remove(at).1)
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
