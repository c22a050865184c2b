//! What an article adds to a playbook: the sentences that show the technique, and the hunts that look for it.

use super::compose::Cell;
use super::{EVIDENCE_ROW, Origin, QUERIES_ROW, Row};
use crate::attack::TechniqueId;
use crate::model::{Brief, Span};
use crate::report;
use serde::Serialize;
use std::collections::BTreeSet;

/// At most this many characters of a sentence are shown.
const SENTENCE: usize = 320;

/// An article's evidence and queries for one technique.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleContext {
    pub title: String,
    pub url: String,
    /// Sentences of the article, in reading order.
    pub evidence: Vec<String>,
    pub queries: Vec<Query>,
}

/// One query of a hunt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Query {
    pub hunt: String,
    pub title: String,
    pub dialect: String,
    /// For highlighting.
    pub language: String,
    pub text: String,
}

impl ArticleContext {
    /// What a brief says of a technique: evidence of the technique itself, stated or inferred, hunts that name it, its
    /// parent or one of its sub-techniques; where no hunt names it, all hunts made of the article itself.
    pub fn of(brief: &Brief, id: TechniqueId) -> Self {
        let of_id = brief
            .techniques
            .iter()
            .filter(|found| found.technique.id.parse::<TechniqueId>().is_ok_and(|found| found == id));
        let spans: BTreeSet<Span> = of_id.flat_map(|found| found.technique.evidence.iter().copied()).collect();
        let inside = |span: &Span| spans.iter().any(|o| o != span && o.start <= span.start && span.end <= o.end);
        let mut evidence: Vec<String> = spans
            .iter()
            .copied()
            .filter(|span| !inside(span))
            .map(|span| report::shortened(&report::plain(report::sentence(&brief.text, span)), SENTENCE))
            .collect();
        evidence.dedup();
        let related = |named: &String| {
            let named = named.parse::<TechniqueId>();
            named.is_ok_and(|named| named == id || named.parent() == Some(id) || id.parent() == Some(named))
        };
        let mut hunts: Vec<_> =
            brief.hunts.iter().filter(|hunt| hunt.traced.hunt.techniques.iter().any(related)).collect();
        if hunts.is_empty() {
            hunts = brief.hunts.iter().filter(|hunt| hunt.traced.hunt.techniques.is_empty()).collect();
        }
        let queries = hunts.into_iter().flat_map(|hunt| {
            let plan = &hunt.traced.hunt;
            hunt.emissions.iter().flat_map(move |emission| {
                emission.artifacts.iter().map(move |artifact| Query {
                    hunt: plan.id.clone(),
                    title: plan.title.clone(),
                    dialect: emission.dialect.clone(),
                    language: artifact.language.clone(),
                    text: artifact.text.clone(),
                })
            })
        });
        Self { title: brief.title.clone(), url: brief.url.clone(), evidence, queries: queries.collect() }
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let mut evidence = Cell::default();
        if !self.evidence.is_empty() {
            let article = [self.title.as_str(), &self.url].map(report::plain);
            evidence.push(Origin::Article, article.join(" ").trim());
        }
        for sentence in &self.evidence {
            evidence.line().push(Origin::Article, &format!("“{sentence}”"));
        }
        let mut hunts = Cell::default();
        let mut named: Vec<&str> = Vec::new();
        for query in self.queries.iter() {
            if !named.contains(&query.hunt.as_str()) {
                named.push(&query.hunt);
                hunts.line().push(Origin::Article, &format!("{} – {}", query.hunt, query.title));
            }
        }
        let rows = [(EVIDENCE_ROW, evidence), (QUERIES_ROW, hunts)];
        let rows = rows.into_iter().map(|(name, cell)| cell.row(name));
        rows.filter(|row| !row.text.is_empty()).collect()
    }
}
