//! The store on real files: what moves together, what is found again, and what a kill leaves.

mod articles;
mod briefs;
mod file;
mod kill;
mod search;

use super::{Kept, Outcome, Page, Store, StoredArticle, Unread, fingerprint};
use crate::model::{
    Article, BRIEF_SCHEMA_VERSION, Brief, BriefTechnique, Content, Indicator, PluginId, Property, Span, Technique, Tlp,
};
use sha2::{Digest, Sha256};

/// An article whose id comes from its source, address and text.
fn article(source: &str, url: &str, title: &str, text: &str) -> Article {
    Article {
        id: super::hex(&Sha256::digest(format!("{source}\n{url}\n{title}\n{text}"))),
        source: source.into(),
        url: url.into(),
        content: Content { title: Some(title.into()), text: text.into(), ..Content::default() },
        ..Article::default()
    }
}

fn stored(key: &str, stamp: &str, article: &Article) -> StoredArticle {
    let kept = Kept { article: article.clone(), ..Kept::default() };
    StoredArticle { key: key.into(), stamp: stamp.into(), shared_url: false, kept }
}

/// Stores one article alone.
fn put(store: &Store, feed: &str, article: &Article) -> Outcome {
    let articles = [stored(&article.url, &article.id, article)];
    let page = Page { feed, articles: &articles, ..Page::default() };
    store.commit_page(&page).unwrap().remove(0)
}

/// A text of `words` words; texts of different seeds have nothing in common.
fn text(seed: usize, words: usize) -> String {
    let word = |n: usize| {
        // Not linear in the seed: shifted copies of each other would be the same text.
        let mixed = (n as u64 ^ ((seed as u64) << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40;
        let letter = |shift: u64| char::from(b'a' + ((hash >> shift) % 26) as u8);
        [0, 5, 10, 15].map(letter).iter().collect::<String>()
    };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

/// Kind, value, parts.
type Found<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

fn brief(article: &Article, indicators: &[Found<'_>], techniques: &[(&str, &str)]) -> Brief {
    let span = vec![Span { start: 0, end: 1 }];
    let indicator = |(kind, value, parts): &Found<'_>| Indicator {
        kind: (*kind).into(),
        value: (*value).into(),
        parts: parts.iter().map(|(name, value)| Property::new(*name, *value)).collect(),
        spans: span.clone(),
        defanged: false,
        role: "attacker".into(),
        confidence: 80,
        reasons: Vec::new(),
        properties: Vec::new(),
        plugin: None,
    };
    let technique = |(id, name): &(&str, &str)| BriefTechnique {
        technique: Technique {
            id: (*id).into(),
            source: "stated".into(),
            confidence: 90,
            evidence: span.clone(),
            reasons: Vec::new(),
            properties: Vec::new(),
            plugin: None,
        },
        name: (*name).into(),
        tactics: Vec::new(),
        was: None,
    };
    Brief {
        version: BRIEF_SCHEMA_VERSION,
        article: article.id.clone(),
        title: article.content.title.clone().unwrap_or_default(),
        source: article.source.clone(),
        url: article.url.clone(),
        tlp: article.tlp,
        text: article.content.text.clone(),
        indicators: indicators.iter().map(indicator).collect(),
        techniques: techniques.iter().map(technique).collect(),
        ..Brief::default()
    }
}
