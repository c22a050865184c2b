//! Which hunts of the catalogue a brief shows: the best few for each technique that has enough evidence.

use super::{Catalogue, Entry};
use crate::model::BriefTechnique;
use crate::pipeline::PhaseTable;
use std::cmp::Reverse;

/// Hunts shown for one technique, and in one brief.
const FOR_ONE: usize = 2;
const IN_ALL: usize = 10;

/// What a choice goes by.
pub struct Choice<'c> {
    /// Classes of events that the operator has; empty: all.
    pub telemetry: &'c [String],
    pub phases: &'c PhaseTable,
    /// Whether a dialect that was asked for says the entry with this number.
    pub is_said: &'c dyn Fn(usize) -> bool,
}

/// A hunt of the catalogue and the article's techniques that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its number among the catalogue's entries.
    pub entry: usize,
    pub because: Vec<String>,
}

impl Catalogue {
    /// The best few hunts for techniques, each once, in the order of the techniques. A hunt is for a technique where its
    /// rule names it or the technique above it, and where its phase is one that the technique shows: no hunt brings a
    /// phase into a brief that its techniques do not.
    pub fn choose(&self, techniques: &[BriefTechnique], choice: &Choice<'_>) -> Vec<Chosen> {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for found in techniques {
            let id = found.technique.id.as_str();
            // Stated and inferred is one technique.
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let phases = choice.phases.of(id, &found.tactics);
            let mut candidates = self.candidates(id);
            candidates.retain(|&(_, entry)| {
                let entry = &self.entries[entry];
                phases.contains(&entry.hunt.phase.as_str()) && has_telemetry(entry, choice.telemetry)
            });
            candidates.sort_by_key(|&(distance, entry)| (distance, rank(&self.entries[entry]), entry));
            let mut taken = 0;
            for (_, entry) in candidates {
                if taken == FOR_ONE {
                    break;
                }
                if let Some(known) = chosen.iter_mut().find(|known| known.entry == entry) {
                    known.because.push(id.to_owned());
                    taken += 1;
                } else if chosen.len() < IN_ALL && (choice.is_said)(entry) {
                    chosen.push(Chosen { entry, because: vec![id.to_owned()] });
                    taken += 1;
                }
            }
        }
        chosen
    }

    /// Hunts that name the technique, then those that name the one above it.
    fn candidates(&self, id: &str) -> Vec<(u8, usize)> {
        let of = |id: &str, distance: u8| {
            let entries = self.by_technique.get(id).map(Vec::as_slice).unwrap_or_default();
            entries.iter().map(move |&entry| (distance, entry)).collect::<Vec<_>>()
        };
        let mut found = of(id, 0);
        if let Some((above, _)) = id.split_once('.') {
            found.extend(of(above, 1));
        }
        found
    }
}

/// Whether the operator has all that the hunt needs.
fn has_telemetry(entry: &Entry, telemetry: &[String]) -> bool {
    telemetry.is_empty() || entry.classes().iter().all(|class| telemetry.contains(class))
}

/// The best comes first: proved by events, by level, by status.
fn rank(entry: &Entry) -> (bool, Reverse<usize>, usize) {
    let place = |words: &[&str], word: &Option<String>| {
        word.as_deref().and_then(|word| words.iter().position(|known| *known == word)).unwrap_or(0)
    };
    let level = place(&["informational", "low", "medium", "high", "critical"], &entry.hunt.level);
    let status = place(&["stable", "test", "experimental", "deprecated", "unsupported"], &entry.hunt.status);
    (entry.cases.matching.is_empty(), Reverse(level), status)
}
