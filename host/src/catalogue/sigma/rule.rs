//! A rule as one search: its log source, its predicate, and the filters that go with it.

use super::detection;
use super::document::{About, Body, Document};
use super::error::{Code, Place, SigmaError};
use super::yaml::{Node as YamlNode, Yaml};
use crate::catalogue::predicate::Arena;
use crate::model::{EventClass, Search};

/// Words of `level` and `status`, as the specification lists them.
const LEVELS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];
const STATUSES: [&str; 5] = ["stable", "test", "experimental", "deprecated", "unsupported"];

/// A filter: what it goes with, and its detections.
#[derive(Debug)]
pub struct Filter<'a> {
    class: EventClass,
    /// Ids and names of rules; none: every rule of the log source.
    rules: Option<Vec<String>>,
    body: Yaml,
    document: &'a Document,
}

impl<'a> Filter<'a> {
    /// Reads a filter; none: the document is another thing.
    ///
    /// # Errors
    /// Its log source or its `rules` have another form.
    pub fn of(document: &'a Document) -> Result<Option<Self>, SigmaError> {
        let Body::Filter { source, filter } = &document.body else { return Ok(None) };
        let top = Place::top(document.line);
        let class = class(source, &top)?;
        let place = top.key("filter", filter.line);
        let rules = filter.get("rules").ok_or_else(|| place.error(Code::MissingKey, "a filter names its `rules`"))?;
        let names: Vec<String> = rules.items().iter().filter_map(Yaml::text).collect();
        if names.is_empty() {
            return Err(place.key("rules", rules.line).error(Code::EmptySet, "the filter names no rule"));
        }
        let mut body = filter.clone();
        if let YamlNode::Map(entries) = &mut body.node {
            entries.retain(|(key, _)| key != "rules");
        }
        let any = names == ["any"];
        let filter = Self { class, rules: (!any).then_some(names), body, document };
        detection::predicate(&filter.body, &top, "filter")?;
        Ok(Some(filter))
    }

    /// Rules that it names.
    pub fn names(&self) -> &[String] {
        self.rules.as_deref().unwrap_or_default()
    }

    fn goes_with(&self, about: &About, class: &EventClass) -> bool {
        let within = |mine: &Option<String>, theirs: &Option<String>| mine.is_none() || mine == theirs;
        let named = |names: &Vec<String>| names.iter().any(|name| *name == about.id || *name == about.name);
        self.rules.as_ref().is_none_or(named)
            && within(&self.class.category, &class.category)
            && within(&self.class.product, &class.product)
            && within(&self.class.service, &class.service)
    }
}

/// The search of a rule, with the filters that go with it.
///
/// # Errors
/// The first thing in it that cannot be said, with its place.
pub fn search(document: &Document, filters: &[Filter<'_>], name: String) -> Result<Search, SigmaError> {
    let top = Place::top(document.line);
    words(document, &top)?;
    let Body::Rule { source, detection } = &document.body else {
        return Err(top.error(Code::NotARule, "it is a filter: it goes with the rules that it names"));
    };
    let class = class(source, &top)?;
    let mut arena = Arena::default();
    let place = top.key("detection", detection.line);
    let mut roots = vec![detection::read(&mut arena, detection, &place)?];
    for filter in filters.iter().filter(|filter| filter.goes_with(&document.about, &class)) {
        let place = Place::top(filter.document.line);
        roots.push(detection::read(&mut arena, &filter.body, &place.key("filter", filter.body.line))?);
    }
    let root = arena.all(roots);
    let predicate = detection::finish(arena, root, &place)?;
    Ok(Search { name, class, predicate, fields: document.about.fields.clone(), properties: Vec::new() })
}

/// `level` and `status` are words of the specification, which dialects sort by.
///
/// # Errors
/// One is another word.
pub fn words(document: &Document, top: &Place<'_>) -> Result<(), SigmaError> {
    known_words(&document.about, document.line, top)
}

/// As [`words`], of what a document says of itself.
///
/// # Errors
/// One is another word.
pub fn known_words(about: &About, line: u32, top: &Place<'_>) -> Result<(), SigmaError> {
    for (key, value, known) in [("level", &about.level, LEVELS), ("status", &about.status, STATUSES)] {
        if let Some(word) = value.as_deref().filter(|word| !known.contains(word)) {
            let reason = format!("`{word}` is none of {}", known.join(", "));
            return Err(top.key(key, line).error(Code::InvalidKey, reason));
        }
    }
    Ok(())
}

/// The log source as the plan's event class.
///
/// # Errors
/// It is no mapping of texts, or says nothing.
pub fn class(source: &Yaml, top: &Place<'_>) -> Result<EventClass, SigmaError> {
    let place = top.key("logsource", source.line);
    let part = |key: &str| match source.get(key) {
        None => Ok(None),
        Some(value) => match &value.node {
            YamlNode::Null => Ok(None),
            YamlNode::Text(text) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
            _ => {
                let reason = format!("it must be a word, and is {}", value.kind());
                Err(place.key(key, value.line).error(Code::InvalidKey, reason))
            }
        },
    };
    let class = EventClass { category: part("category")?, product: part("product")?, service: part("service")? };
    if class == EventClass::default() {
        let reason = "a rule needs a `logsource` with a `category`, a `product` or a `service`";
        return Err(place.error(Code::MissingKey, reason));
    }
    Ok(class)
}
