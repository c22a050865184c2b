//! For tests: the shipped lists, read once, and texts as articles.

use huntsmith_sdk::extractor::{Article, Content};
use std::sync::Once;

/// Runs the plugin's `init` on the repository's own data.
pub fn load_lists() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY of the process: set before any list is read, and only here.
        unsafe { std::env::set_var("HUNTSMITH_DATA", concat!(env!("CARGO_MANIFEST_DIR"), "/../../data")) };
        <crate::IocCore as huntsmith_sdk::extractor::Extractor>::init().expect("the shipped lists are complete");
    });
}

/// A text without structure, as an article.
pub fn article(text: &str) -> Article {
    let content = Content {
        title: None,
        published: None,
        language: None,
        text: text.to_string(),
        blocks: Vec::new(),
        links: Vec::new(),
        properties: Vec::new(),
    };
    Article {
        id: String::new(),
        source: String::new(),
        url: String::new(),
        content,
        facts: Vec::new(),
        properties: Vec::new(),
    }
}
