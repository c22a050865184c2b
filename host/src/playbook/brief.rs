//! The playbooks of a brief: one for each technique that its article likely shows, with the article's evidence and
//! queries. What does not depend on the article is composed once.

use super::{ArticleContext, Overrides, Playbook, QUERIES_ROW, compose, markdown};
use crate::attack::{Knowledge, TechniqueId};
use crate::model::Brief;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Composes the playbooks of briefs.
pub struct Playbooks<'k> {
    knowledge: &'k Knowledge,
    overrides: Overrides,
    composed: Mutex<BTreeMap<TechniqueId, Arc<Composed>>>,
}

/// What no article changes.
#[derive(Debug)]
struct Composed {
    playbook: Playbook,
    /// Above an article's rows, as Markdown.
    above: String,
    /// Below them.
    below: String,
}

/// The playbooks of one brief.
#[derive(Debug)]
pub struct BriefPlaybooks<'b> {
    brief: &'b Brief,
    /// In the order in which the brief has the techniques.
    found: Vec<(Arc<Composed>, ArticleContext)>,
}

impl<'k> Playbooks<'k> {
    /// Rows of `overrides` take the place of ours in every playbook.
    pub fn new(knowledge: &'k Knowledge, overrides: Overrides) -> Self {
        Self { knowledge, overrides, composed: Mutex::default() }
    }

    /// One for each technique that the brief holds for likely and that this version of ATT&CK has.
    pub fn of<'b>(&self, brief: &'b Brief) -> BriefPlaybooks<'b> {
        let mut ids: Vec<TechniqueId> = Vec::new();
        for found in brief.techniques.iter().filter(|found| found.is_likely()) {
            if let Ok(resolved) = self.knowledge.resolve(&found.technique.id)
                && !ids.contains(&resolved.id)
            {
                ids.push(resolved.id);
            }
        }
        let found = ids.into_iter().filter_map(|id| Some((self.composed(id)?, ArticleContext::of(brief, id))));
        BriefPlaybooks { brief, found: found.collect() }
    }

    fn composed(&self, id: TechniqueId) -> Option<Arc<Composed>> {
        let mut composed = self.composed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = composed.get(&id) {
            return Some(known.clone());
        }
        let playbook = compose(self.knowledge, id, Some(&self.overrides), None).ok()?;
        let above = markdown::head(&playbook) + &markdown::rows(&playbook.rows);
        let below = markdown::foot(&playbook);
        Some(composed.entry(id).or_insert(Arc::new(Composed { playbook, above, below })).clone())
    }
}

impl BriefPlaybooks<'_> {
    /// No technique of the brief is likely.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Each by itself, with the article's rows and queries.
    pub fn each(&self) -> impl Iterator<Item = Playbook> {
        self.found.iter().map(|(composed, article)| {
            let mut playbook = composed.playbook.clone();
            playbook.add(article);
            playbook
        })
    }

    /// One document: a title and a table for each technique, then every query once, as most belong to several techniques.
    pub fn markdown(&self) -> String {
        if self.is_empty() {
            return "_No technique of the article is likely: there is no playbook._\n".into();
        }
        let table = |(composed, article): &(Arc<Composed>, ArticleContext)| {
            [&composed.above, &markdown::rows(&article.rows()), &composed.below].map(String::as_str).concat()
        };
        let tables = self.found.iter().map(table).collect::<Vec<_>>().join("\n");
        let mut seen = BTreeSet::new();
        let all = self.found.iter().flat_map(|(_, article)| &article.queries);
        let queries = markdown::queries(all.filter(|query| seen.insert(*query)));
        if queries.is_empty() { tables } else { format!("{tables}\n# {QUERIES_ROW}\n{queries}") }
    }

    /// One JSON object.
    ///
    /// # Errors
    /// A value that JSON cannot hold.
    pub fn json(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Object<'b> {
            /// SHA-256 of the article.
            article: &'b str,
            title: &'b str,
            url: &'b str,
            playbooks: Vec<Playbook>,
        }
        let Brief { article, title, url, .. } = self.brief;
        serde_json::to_string_pretty(&Object { article, title, url, playbooks: self.each().collect() })
    }
}
