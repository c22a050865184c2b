//! Documents of a file: rules, correlations and filters, with what is said about each; and the collection actions
//! `global`, `reset` and `repeat`.

use super::error::{Code, Place, SigmaError};
use super::yaml::{self, Node, Yaml};
use crate::attack::TechniqueId;
use crate::model::EventClass;
use std::sync::Arc;

/// Bytes that are read of one file.
pub const FILE_BYTES: usize = 16 << 20;

/// A rule, correlation or filter as it stands in its file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file, as it was given.
    pub path: Arc<str>,
    pub line: u32,
    pub about: About,
    pub body: Body,
}

/// What the document is.
#[derive(Debug, Clone)]
pub enum Body {
    /// `logsource` and `detection`.
    Rule { source: Yaml, detection: Yaml },
    /// `correlation`.
    Correlation(Yaml),
    /// `logsource` and `filter`.
    Filter { source: Yaml, filter: Yaml },
}

/// What a document says of itself; texts as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// `id`; empty where there is none.
    pub id: String,
    /// `name`: what correlations may call it.
    pub name: String,
    pub title: String,
    pub description: String,
    pub author: Option<String>,
    pub license: Option<String>,
    pub level: Option<String>,
    pub status: Option<String>,
    pub date: Option<String>,
    pub modified: Option<String>,
    pub references: Vec<String>,
    pub false_positives: Vec<String>,
    /// Fields to show.
    pub fields: Vec<String>,
    /// All tags: `attack.t1059.001`, `attack.execution`, `cve.2021-44228`.
    pub tags: Vec<String>,
}

impl About {
    /// ATT&CK techniques of the tags, in order.
    pub fn techniques(&self) -> Vec<TechniqueId> {
        let mut ids: Vec<TechniqueId> = self.attack_tags().filter_map(|tag| tag.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Tactics of the tags: `defense-evasion`.
    pub fn tactics(&self) -> Vec<String> {
        self.attack_tags().filter(|tag| tag.parse::<TechniqueId>().is_err()).map(|tag| tag.replace('_', "-")).collect()
    }

    fn attack_tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().filter_map(|tag| {
            let (space, tag) = tag.split_once('.')?;
            space.eq_ignore_ascii_case("attack").then_some(tag)
        })
    }
}

/// A document that could not be read, with what is known of it.
#[derive(Debug, Clone)]
pub struct Broken {
    pub path: Arc<str>,
    pub id: String,
    pub title: String,
    pub error: SigmaError,
}

impl Document {
    /// The name that answers carry: the rule's id, else its path, with the line where the file holds several.
    pub fn label(&self) -> String {
        label(&self.path, &self.about.id, self.line)
    }

    /// A rule's log source; none: it is a correlation, or has none.
    pub fn class(&self) -> Option<EventClass> {
        match &self.body {
            Body::Rule { source, .. } => super::rule::class(source, &Place::top(self.line)).ok(),
            Body::Correlation(_) | Body::Filter { .. } => None,
        }
    }
}

impl Broken {
    /// As [`Document::label`].
    pub fn label(&self) -> String {
        label(&self.path, &self.id, self.error.line)
    }
}

fn label(path: &str, id: &str, line: u32) -> String {
    match (id, line) {
        ("", 0 | 1) => path.to_owned(),
        ("", line) => format!("{path}:{line}"),
        (id, _) => id.to_owned(),
    }
}

/// Reads a file's documents, in order.
pub fn read(path: &str, bytes: &[u8]) -> Vec<Result<Document, Broken>> {
    let whole = |code, reason: String| {
        let error = Place::top(0).error(code, reason);
        vec![Err(Broken { path: path.into(), id: String::new(), title: String::new(), error })]
    };
    if bytes.len() > FILE_BYTES {
        return whole(Code::FileTooLarge, format!("it has more than {FILE_BYTES} bytes"));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}'),
        Err(error) => return whole(Code::UnreadableFile, format!("byte {} is not UTF-8", error.valid_up_to())),
    };
    of_yaml(path, yaml::documents(text))
}

/// The documents of a file whose YAML was read, in order.
pub fn of_yaml(path: &str, read: Vec<Result<Yaml, SigmaError>>) -> Vec<Result<Document, Broken>> {
    let path: Arc<str> = path.into();
    let broken = |error: SigmaError, id: String, title: String| Broken { path: path.clone(), id, title, error };
    let mut documents = Vec::new();
    let mut actions = Actions::default();
    for document in read {
        let document = document.and_then(|yaml| actions.apply(yaml));
        match document {
            Ok(None) => {}
            Ok(Some(yaml)) => {
                let known = |key| yaml.get(key).and_then(Yaml::text).unwrap_or_default();
                let (id, title) = (known("id"), known("title"));
                documents.push(parse(path.clone(), yaml).map_err(|error| broken(error, id, title)));
            }
            Err(error) => documents.push(Err(broken(error, String::new(), String::new()))),
        }
    }
    documents
}

/// What `action` documents keep for those that follow.
#[derive(Default)]
struct Actions {
    global: Option<Yaml>,
    previous: Option<Yaml>,
}

impl Actions {
    /// The document with what is global merged in; none: it was an action alone.
    fn apply(&mut self, mut yaml: Yaml) -> Result<Option<Yaml>, SigmaError> {
        let action = match &mut yaml.node {
            Node::Map(entries) => {
                entries.iter().position(|(key, _)| key == "action").map(|index| entries.remove(index).1)
            }
            _ => None,
        };
        let merged = match action.as_ref().and_then(Yaml::text).as_deref() {
            None => yaml,
            Some("global") => {
                self.global = Some(yaml);
                return Ok(None);
            }
            Some("reset") => {
                self.global = None;
                return Ok(None);
            }
            Some("repeat") => match &self.previous {
                Some(previous) => merge(previous.clone(), yaml),
                None => return Err(action_error(&yaml, "`repeat` follows no document")),
            },
            Some(other) => return Err(action_error(&yaml, format!("unknown action `{other}`"))),
        };
        let whole = match &self.global {
            Some(global) => merge(global.clone(), merged),
            None => merged,
        };
        self.previous = Some(whole.clone());
        Ok(Some(whole))
    }
}

fn action_error(yaml: &Yaml, reason: impl Into<String>) -> SigmaError {
    Place::top(yaml.line).key("action", yaml.line).error(Code::InvalidKey, reason)
}

/// `over` on top of `under`, mapping by mapping.
fn merge(under: Yaml, over: Yaml) -> Yaml {
    let line = over.line;
    match (under.node, over.node) {
        (Node::Map(mut entries), Node::Map(newer)) => {
            for (key, value) in newer {
                match entries.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, known)) => {
                        let below = std::mem::replace(known, Yaml { line, node: Node::Null });
                        *known = merge(below, value);
                    }
                    None => entries.push((key, value)),
                }
            }
            Yaml { line, node: Node::Map(entries) }
        }
        (_, node) => Yaml { line, node },
    }
}

fn parse(path: Arc<str>, yaml: Yaml) -> Result<Document, SigmaError> {
    let top = Place::top(yaml.line);
    if !matches!(yaml.node, Node::Map(_)) {
        let reason = format!("a rule is a mapping, and this is {}", yaml.kind());
        return Err(top.error(Code::NotARule, reason));
    }
    let source = || yaml.get("logsource").cloned().unwrap_or(Yaml { line: yaml.line, node: Node::Null });
    let body = if let Some(correlation) = yaml.get("correlation") {
        Body::Correlation(correlation.clone())
    } else if let Some(filter) = yaml.get("filter") {
        Body::Filter { source: source(), filter: filter.clone() }
    } else if let Some(detection) = yaml.get("detection") {
        Body::Rule { source: source(), detection: detection.clone() }
    } else {
        let reason = "there is no `detection`, no `correlation` and no `filter`";
        return Err(top.error(Code::NotARule, reason));
    };
    Ok(Document { path, line: yaml.line, about: about(&yaml, &top)?, body })
}

/// What a document says of itself.
///
/// # Errors
/// A key that matters is no text, or there is no title.
pub fn about(yaml: &Yaml, top: &Place<'_>) -> Result<About, SigmaError> {
    let text = |key: &str| -> Result<Option<String>, SigmaError> {
        let Some(value) = yaml.get(key) else { return Ok(None) };
        match (&value.node, value.text()) {
            (Node::Null, _) => Ok(None),
            (_, Some(text)) => Ok(Some(text)),
            (_, None) => {
                let reason = format!("it must be a text, and is {}", value.kind());
                Err(top.key(key, value.line).error(Code::InvalidKey, reason))
            }
        }
    };
    // What only informs is taken as far as it can be read: it changes nothing of what is hunted.
    let texts = |key: &str| -> Vec<String> {
        yaml.get(key).map(|list| list.items().iter().filter_map(Yaml::text).collect()).unwrap_or_default()
    };
    let lower = |text: Option<String>| text.map(|text| text.to_ascii_lowercase());
    Ok(About {
        id: text("id")?.unwrap_or_default(),
        name: text("name")?.unwrap_or_default(),
        title: text("title")?.ok_or_else(|| top.error(Code::MissingKey, "a rule needs a `title`"))?,
        description: text("description")?.unwrap_or_default(),
        author: text("author").or_else(|_| Ok(Some(texts("author").join(", "))))?,
        license: text("license")?,
        level: lower(text("level")?),
        status: lower(text("status")?),
        date: text("date")?,
        modified: text("modified")?,
        references: texts("references"),
        false_positives: texts("falsepositives"),
        fields: texts("fields"),
        tags: texts("tags"),
    })
}
