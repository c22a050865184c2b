//! The plugin on plain texts, prepared with the repository's own data.

use huntsmith_sdk::extractor::{Article, Extraction, Extractor};
use huntsmith_sdk::testing::article;
use std::sync::Once;

/// Everything that the plugin finds in a text.
#[allow(dead_code, reason = "each test crate uses its part")]
pub fn extract(text: &str) -> Extraction {
    extract_article(&article(text))
}

/// Everything that the plugin finds in an article.
pub fn extract_article(article: &Article) -> Extraction {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: before anything reads the environment, and once.
        unsafe { std::env::set_var("HUNTSMITH_DATA", concat!(env!("CARGO_MANIFEST_DIR"), "/../../data")) };
        ioc_core::IocCore::init().expect("the shipped lists are complete");
    });
    ioc_core::extract(article)
}

/// Kinds and values only, in order.
#[allow(dead_code, reason = "each test crate uses its part")]
pub fn values(text: &str) -> Vec<(String, String)> {
    extract(text).indicators.into_iter().map(|one| (one.kind, one.value)).collect()
}
