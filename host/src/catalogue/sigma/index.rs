//! Rules by the ATT&CK techniques of their tags, the best first.

use super::collection::Collection;
use super::document::{About, Body, Document};
use crate::attack::TechniqueId;
use crate::model::EventClass;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Places of rules in a collection, by technique.
#[derive(Debug, Clone, Default)]
pub struct Index {
    techniques: BTreeMap<TechniqueId, Vec<Indexed>>,
}

#[derive(Debug, Clone)]
struct Indexed {
    document: usize,
    class: Option<EventClass>,
}

impl Index {
    /// Every rule and correlation of a collection that names a technique and is not given up by its authors.
    pub fn of(collection: &Collection) -> Self {
        let mut documents: Vec<(usize, &Document)> = collection
            .documents()
            .filter(|(_, document)| !matches!(document.body, Body::Filter { .. }))
            .filter(|(_, document)| !matches!(document.about.status.as_deref(), Some("deprecated" | "unsupported")))
            .collect();
        documents.sort_by_cached_key(|(_, document)| (Reverse(rank(&document.about)), document.label()));
        let mut techniques: BTreeMap<TechniqueId, Vec<Indexed>> = BTreeMap::new();
        for (index, document) in documents {
            for technique in document.about.techniques() {
                let indexed = Indexed { document: index, class: document.class() };
                techniques.entry(technique).or_default().push(indexed);
            }
        }
        Self { techniques }
    }

    /// The best rules of a technique, at most so many, of log sources that the user has; a correlation is of any. Of a
    /// technique without a rule, those of its sub-techniques.
    pub fn best(&self, technique: TechniqueId, most: usize, has: impl Fn(&EventClass) -> bool) -> Vec<usize> {
        let own = self.techniques.get(&technique).map(Vec::as_slice).unwrap_or_default();
        let below = self.techniques.iter().filter(|(id, _)| own.is_empty() && id.parent() == Some(technique));
        let fits = |rule: &&Indexed| rule.class.as_ref().is_none_or(&has);
        own.iter().chain(below.flat_map(|(_, rules)| rules)).filter(fits).map(|rule| rule.document).take(most).collect()
    }

    /// Techniques that have a rule, in order, and how many each has.
    pub fn techniques(&self) -> impl Iterator<Item = (TechniqueId, usize)> {
        self.techniques.iter().map(|(technique, rules)| (*technique, rules.len()))
    }
}

/// How much a rule is worth showing: what its authors say of its maturity first, then of its level.
fn rank(about: &About) -> (usize, usize) {
    let place = |words: &[&str], word: &Option<String>| {
        words.iter().position(|known| Some(*known) == word.as_deref()).map_or(0, |place| place + 1)
    };
    (
        place(&["experimental", "test", "stable"], &about.status),
        place(&["informational", "low", "medium", "high", "critical"], &about.level),
    )
}
