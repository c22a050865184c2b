//! The playbooks of a brief: one for each technique that its article likely shows, with the article's evidence and
//! queries. What does not depend on the article is composed once.

use super::{ArticleContext, Overrides, Playbook, QUERIES_ROW, compose, markdown};
use crate::attack::{Knowledge, TechniqueId};
use crate::model::Brief;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// Composes the playbooks of briefs.
pub struct Playbooks<'k> {
    knowledge: &'k Knowledge,
    overrides: Overrides,
    composed: Mutex<BTreeMap<TechniqueId, Playbook>>,
}

/// The playbooks of one brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BriefPlaybooks {
    /// SHA-256 of the article.
    pub article: String,
    pub title: String,
    pub url: String,
    /// In the order in which the brief has the techniques.
    pub playbooks: Vec<Playbook>,
}

impl<'k> Playbooks<'k> {
    /// Rows of `overrides` take the place of ours in every playbook.
    pub fn new(knowledge: &'k Knowledge, overrides: Overrides) -> Self {
        Self { knowledge, overrides, composed: Mutex::default() }
    }

    /// One for each technique that the brief holds for likely and that this version of ATT&CK has.
    pub fn of(&self, brief: &Brief) -> BriefPlaybooks {
        let mut ids: Vec<TechniqueId> = Vec::new();
        for found in brief.techniques.iter().filter(|found| found.is_likely()) {
            if let Ok(resolved) = self.knowledge.resolve(&found.technique.id)
                && !ids.contains(&resolved.id)
            {
                ids.push(resolved.id);
            }
        }
        let playbooks = ids.into_iter().filter_map(|id| {
            let mut playbook = self.plain(id)?;
            playbook.add(&ArticleContext::of(brief, id));
            Some(playbook)
        });
        BriefPlaybooks {
            article: brief.article.clone(),
            title: brief.title.clone(),
            url: brief.url.clone(),
            playbooks: playbooks.collect(),
        }
    }

    /// The playbook without an article's rows.
    fn plain(&self, id: TechniqueId) -> Option<Playbook> {
        let mut composed = self.composed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = composed.get(&id) {
            return Some(known.clone());
        }
        let playbook = compose(self.knowledge, id, Some(&self.overrides), None).ok()?;
        Some(composed.entry(id).or_insert(playbook).clone())
    }
}

impl BriefPlaybooks {
    /// One document: a title and a table for each technique, then every query once, as most belong to several techniques.
    pub fn markdown(&self) -> String {
        if self.playbooks.is_empty() {
            return "_No technique of the article is likely: there is no playbook._\n".into();
        }
        let tables = self.playbooks.iter().map(markdown::table).collect::<Vec<_>>().join("\n");
        let mut seen = BTreeSet::new();
        let all = self.playbooks.iter().flat_map(|playbook| &playbook.queries);
        let queries = markdown::queries(all.filter(|query| seen.insert(*query)));
        if queries.is_empty() { tables } else { format!("{tables}\n# {QUERIES_ROW}\n{queries}") }
    }

    /// One JSON object.
    ///
    /// # Errors
    /// A value that JSON cannot hold.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}
