//! Compares what a classification says with what annotators said.

use crate::data::Report;
use crate::metrics::{Counts, Document, Figures, compare, figures};
use crate::space::Space;
use huntsmith_sdk::classifier::Classification;
use std::collections::{BTreeMap, BTreeSet};

/// The levels that are compared, in the order in which they are printed.
pub const LEVELS: [&str; 5] = ["document", "sentence", "parent", "tactic", "phase"];

/// The counts of documents, by level.
#[derive(Default)]
pub struct Judgement {
    counts: BTreeMap<&'static str, Vec<Document>>,
    /// Techniques found outside the annotated ones.
    pub outside: usize,
}

impl Judgement {
    /// Takes one document in. Only `annotated` techniques (current ids) count: of others nobody knows.
    pub fn add(&mut self, report: &Report, found: &Classification, annotated: &BTreeSet<String>, space: &Space) {
        let wanted = space.current(&report.labels.iter().cloned().collect());
        let all = space.current(&found.techniques.iter().map(|t| t.id.clone()).collect());
        self.outside += all.difference(annotated).count();
        let ids: BTreeSet<String> = all.intersection(annotated).cloned().collect();
        let mut push = |level, document| self.counts.entry(level).or_default().push(document);
        push("document", compare(&ids, &wanted));
        push("parent", compare(&space.parents(&ids), &space.parents(&wanted)));
        push("tactic", compare(&space.tactics(&ids), &space.tactics(&wanted)));
        push("phase", compare(&space.phases(&ids), &space.phases(&wanted)));
        push("sentence", sentences(report, found, annotated, space));
    }

    /// The figures of a level.
    pub fn figures(&self, level: &str) -> Figures {
        figures(self.counts.get(level).map_or(&[], Vec::as_slice))
    }
}

/// Whether two ranges share at least half of the shorter.
pub fn overlap(a: (usize, usize), b: (usize, usize)) -> bool {
    let shared = a.1.min(b.1).saturating_sub(a.0.max(b.0));
    2 * shared >= (a.1 - a.0).min(b.1 - b.0).max(1)
}

/// Annotated sentences: one is found where a technique's evidence shares at least half of the shorter of the two.
fn sentences(report: &Report, found: &Classification, annotated: &BTreeSet<String>, space: &Space) -> Document {
    let mut document = Document::new();
    let current = |id: &str| crate::examples::current(&space.revoked, id).to_string();
    let mut claims: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for technique in &found.techniques {
        let spans = technique.evidence.iter().map(|s| (s.start as usize, s.end as usize));
        claims.entry(current(&technique.id)).or_default().extend(spans);
    }
    for sentence in &report.sentences {
        let wanted: BTreeSet<String> = sentence.labels.iter().map(|id| current(id)).collect();
        for (id, spans) in claims.iter().filter(|(id, _)| annotated.contains(*id)) {
            let claimed = spans.iter().any(|span| overlap(*span, (sentence.s, sentence.e)));
            let entry = document.entry(id.clone()).or_default();
            add(entry, claimed, wanted.contains(id));
        }
        for id in wanted.iter().filter(|id| !claims.contains_key(*id)) {
            add(document.entry(id.clone()).or_default(), false, true);
        }
    }
    document
}

fn add(counts: &mut Counts, found: bool, wanted: bool) {
    match (found, wanted) {
        (true, true) => counts.right += 1,
        (true, false) => counts.wrong += 1,
        (false, true) => counts.missed += 1,
        (false, false) => {}
    }
}
