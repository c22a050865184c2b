//! Calling one function of a plugin by hand: the input as its author writes it, the answer as a person reads it.

use super::manifest::World;
use crate::model::{Article, Artifact, CallContext, Content, Document, Hunt, Refusal, Target};
use crate::sandbox::{CallError, LogLine, Plugin};
use serde::Serialize;
use std::path::Path;

/// What a function is given.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub context: CallContext,
    /// For emitters.
    pub target: Target,
    /// For feeds.
    pub cursor: Option<String>,
}

/// What it answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Queries as they are; everything else as JSON. Ends in a line break.
    pub text: String,
    pub log: Vec<LogLine>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallFault {
    #[error("{input}: {message}\n\nhint: {hint}")]
    Input { input: String, message: String, hint: &'static str },
    #[error("{error}")]
    Call { error: Box<CallError> },
}

impl CallFault {
    /// Stable code: the sandbox's, or the plugin's own.
    pub fn code(&self) -> String {
        match self {
            CallFault::Input { .. } => "input-unreadable".to_owned(),
            CallFault::Call { error } => error.report_code(),
        }
    }
}

/// The function that a plugin of a world has, beside `init`.
pub fn function(world: World) -> &'static str {
    match world {
        World::FeedSource => "poll",
        World::DocumentReader => "read",
        World::IocExtractor => "extract",
        World::TechniqueClassifier => "classify",
        World::QueryEmitter => "emit",
    }
}

/// Calls the plugin's function with a file: a document for feeds and readers, an article (its text, or JSON in a file
/// that ends in `.json`) for extractors and classifiers, one hunt or a list of them as JSON for emitters.
pub fn call(plugin: &Plugin, path: &Path, bytes: Vec<u8>, given: &Given) -> Result<Answer, CallFault> {
    let ctx = &given.context;
    let failed = |error| CallFault::Call { error: Box::new(error) };
    Ok(match plugin.manifest().world {
        World::FeedSource => {
            let document = document(path, bytes);
            let called = plugin.poll(ctx, Some(&document), given.cursor.as_deref(), None).map_err(failed)?;
            Answer { text: json(&called.value), log: called.log }
        }
        World::DocumentReader => {
            let called = plugin.read(ctx, &document(path, bytes)).map_err(failed)?;
            Answer { text: json(&called.value), log: called.log }
        }
        World::IocExtractor => {
            let called = plugin.extract(ctx, &article(path, bytes)?).map_err(failed)?;
            Answer { text: json(&called.value), log: called.log }
        }
        World::TechniqueClassifier => {
            let called = plugin.classify(ctx, &article(path, bytes)?, &[], &[]).map_err(failed)?;
            Answer { text: json(&called.value), log: called.log }
        }
        World::QueryEmitter => {
            let hunts = hunts(path, &bytes)?;
            let called = plugin.emit(ctx, &hunts, &given.target).map_err(failed)?;
            Answer { text: called.value.iter().map(said).collect(), log: called.log }
        }
    })
}

fn document(path: &Path, bytes: Vec<u8>) -> Document {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Document { name, media_type: String::new(), base_url: None, bytes }
}

fn unreadable(path: &Path, message: impl Into<String>, hint: &'static str) -> CallFault {
    CallFault::Input { input: path.display().to_string(), message: message.into(), hint }
}

fn article(path: &Path, bytes: Vec<u8>) -> Result<Article, CallFault> {
    if path.extension().is_some_and(|ending| ending == "json") {
        let hint = "an article as a brief's JSON has it: id, source, url, content, facts";
        return serde_json::from_slice(&bytes).map_err(|error| unreadable(path, error.to_string(), hint));
    }
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| unreadable(path, "not UTF-8", "a text, or an article as JSON in a file *.json"))?;
    let id = super::component::digest(text.as_bytes());
    Ok(Article { id, content: Content { text, ..Content::default() }, ..Article::default() })
}

fn hunts(path: &Path, bytes: &[u8]) -> Result<Vec<Hunt>, CallFault> {
    let hint = "one hunt or a list of them, as `hunts[].hunt` of a brief's JSON";
    let wrong = |error: serde_json::Error| unreadable(path, error.to_string(), hint);
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(wrong)?;
    let list = if value.is_array() { value } else { serde_json::Value::Array(vec![value]) };
    serde_json::from_value(list).map_err(wrong)
}

/// One hunt: its queries, or why there are none.
fn said(answer: &Result<Vec<Artifact>, Vec<Refusal>>) -> String {
    match answer {
        Ok(artifacts) => {
            artifacts.iter().map(|it| format!("== {} ({})\n{}\n", it.name, it.language, it.text.trim_end())).collect()
        }
        Err(refusals) => refusals
            .iter()
            .map(|it| {
                format!(
                    "== refused: {} `{}` at {} {}\n{}\n",
                    it.code, it.what, it.place.part, it.place.index, it.reason
                )
            })
            .collect(),
    }
}

/// As JSON for people, without the plugin's own id, which changes with every build.
fn json(value: &impl Serialize) -> String {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    without_plugin(&mut value);
    serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
}

fn without_plugin(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.remove("plugin");
            fields.values_mut().for_each(without_plugin);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_plugin),
        _ => {}
    }
}
