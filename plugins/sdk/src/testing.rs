//! For tests of plugins on the machine you sit at.

use crate::article::{Article, Content};

/// A text without title, structure or links, as a reader would give it.
pub fn content(text: impl Into<String>) -> Content {
    Content {
        title: None,
        published: None,
        language: None,
        text: text.into(),
        blocks: Vec::new(),
        links: Vec::new(),
        properties: Vec::new(),
    }
}

/// The same as an article that comes from nowhere.
pub fn article(text: impl Into<String>) -> Article {
    Article {
        id: String::new(),
        source: String::new(),
        url: String::new(),
        content: content(text),
        facts: Vec::new(),
        properties: Vec::new(),
    }
}
