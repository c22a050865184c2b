//! Runs `ioc-core` natively, without the sandbox: the same code, for measuring rules while they are written.

use crate::{Extracted, Reported, Sample};
use huntsmith_sdk::extractor::{Article, Content, Extractor};
use std::path::Path;

/// Prepares the plugin with the lists of a data folder.
///
/// # Errors
/// A list is missing.
pub fn prepare(data: &Path) -> Result<(), String> {
    // SAFETY: called once, before any thread is started and before anything reads the environment.
    unsafe { std::env::set_var("HUNTSMITH_DATA", data) };
    ioc_core::IocCore::init()
}

/// A text without structure, as an article.
pub fn article(text: &str) -> Article {
    Article {
        id: String::new(),
        source: String::new(),
        url: String::new(),
        content: Content {
            title: None,
            published: None,
            language: None,
            text: text.to_string(),
            blocks: Vec::new(),
            links: Vec::new(),
            properties: Vec::new(),
        },
        facts: Vec::new(),
        properties: Vec::new(),
    }
}

/// What the plugin reports for each text.
pub fn extract(samples: &[Sample]) -> Vec<Extracted> {
    samples
        .iter()
        .map(|sample| Extracted {
            id: sample.id.clone(),
            indicators: ioc_core::extract(&article(&sample.text))
                .indicators
                .into_iter()
                .map(|indicator| Reported { kind: indicator.kind, value: indicator.value })
                .collect(),
        })
        .collect()
}
