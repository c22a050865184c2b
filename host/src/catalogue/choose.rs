//! Which hunts of the catalogue a brief shows: the best few for each technique that has enough evidence.

use super::{Catalogue, Entry};
use crate::model::BriefTechnique;
use crate::pipeline::PhaseTable;
use std::cmp::Reverse;
use std::collections::BTreeSet;

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
    /// rule names it or one beside it in the matrix ([`candidates`](Self::candidates)), and where its phase is one that
    /// the technique shows: no hunt brings a phase into a brief that its techniques do not.
    pub fn choose(&self, techniques: &[BriefTechnique], choice: &Choice<'_>) -> Vec<Chosen> {
        // Each with its place among the hunts of the technique that brought it in.
        let mut found: Vec<(usize, Chosen)> = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for technique in techniques {
            let id = technique.technique.id.as_str();
            // Stated and inferred is one technique.
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let phases = choice.phases.of(id, &technique.tactics);
            let mut candidates = self.candidates(id);
            candidates.retain(|&(_, entry)| {
                let fits = &self.entries[entry];
                phases.contains(&fits.hunt.phase.as_str()) && has_telemetry(fits, choice.telemetry)
            });
            candidates.sort_by_key(|&(distance, entry)| (distance, rank(&self.entries[entry]), entry));
            let mut once = BTreeSet::new();
            candidates.retain(|&(_, entry)| once.insert(entry));
            let said = candidates.into_iter().map(|(_, entry)| entry).filter(|&entry| (choice.is_said)(entry));
            for (place, entry) in said.take(FOR_ONE).enumerate() {
                match found.iter_mut().find(|(_, known)| known.entry == entry) {
                    Some((_, known)) => known.because.push(id.to_owned()),
                    None => found.push((place, Chosen { entry, because: vec![id.to_owned()] })),
                }
            }
        }
        // Where there are too many: one of each technique before a second of any, and the better ones.
        let mut order: Vec<usize> = (0..found.len()).collect();
        order.sort_by_key(|&at| (found[at].0, rank(&self.entries[found[at].1.entry]), at));
        order.truncate(IN_ALL);
        order.sort_unstable();
        order.into_iter().map(|at| found[at].1.clone()).collect()
    }

    /// Hunts that name the technique, then those that name the one above it; of a technique without any, those of its
    /// sub-techniques.
    fn candidates(&self, id: &str) -> Vec<(u8, usize)> {
        let of = |id: &str, distance: u8| {
            let entries = self.by_technique.get(id).map(Vec::as_slice).unwrap_or_default();
            entries.iter().map(move |&entry| (distance, entry)).collect::<Vec<_>>()
        };
        let mut found = of(id, 0);
        if let Some((above, _)) = id.split_once('.') {
            found.extend(of(above, 1));
        }
        if found.is_empty() {
            let below = format!("{id}.");
            let subs = self.by_technique.range(below.clone()..).take_while(|(sub, _)| sub.starts_with(&below));
            found.extend(subs.flat_map(|(_, entries)| entries).map(|&entry| (2, entry)));
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
    (entry.events.is_none(), Reverse(level), status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sigma::Frame;
    use crate::data::Data;
    use crate::pipeline::fixtures::technique;

    fn names(
        techniques: &[(&str, &str)],
        telemetry: &[&str],
        is_said: &dyn Fn(usize) -> bool,
    ) -> Vec<(String, Vec<String>)> {
        let phases = PhaseTable::shipped();
        let frame = Frame { phases: phases.clone(), window: crate::model::Window::LastSeconds(86_400) };
        let (catalogue, _) = Catalogue::shipped(&Data::shipped(), &frame);
        let techniques: Vec<_> = techniques.iter().map(|(id, tactic)| technique(id, tactic, 90)).collect();
        let telemetry: Vec<String> = telemetry.iter().map(|class| (*class).to_owned()).collect();
        let choice = Choice { telemetry: &telemetry, phases: &phases, is_said };
        let chosen = catalogue.choose(&techniques, &choice).into_iter();
        chosen.map(|one| (catalogue.entries()[one.entry].name().to_owned(), one.because)).collect()
    }

    #[test]
    fn the_best_few_of_a_technique_are_shown_once() {
        let twice = [("T1490", "impact"), ("T1490", "impact")];
        assert_eq!(names(&twice, &[], &|_| true), [("recovery_destroyed".to_owned(), vec!["T1490".to_owned()])]);
        assert_eq!(names(&[("T1055.012", "defense-evasion")], &[], &|_| true)[0].0, "injection_from_user_folder");
        assert_eq!(names(&[("T1566", "initial-access")], &[], &|_| true)[0].0, "mail_container_attachment");
        assert!(names(&[("T9999", "impact")], &[], &|_| true).is_empty());
    }

    #[test]
    fn what_the_operator_has_not_and_what_no_dialect_says_is_not_shown() {
        let beacon = [("T1071.001", "command-and-control")];
        let seen =
            |telemetry: &[&str]| names(&beacon, telemetry, &|_| true).into_iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(seen(&[]), ["beaconing", "script_user_agent"]);
        assert_eq!(seen(&["proxy"]), ["script_user_agent"]);
        assert!(names(&beacon, &[], &|_| false).is_empty());
    }

    /// Execution alone shows `exploit`: a hunt of the same rule's other phase stays away.
    #[test]
    fn a_hunt_brings_no_phase_that_its_technique_does_not_show() {
        for (name, _) in names(&[("T1569.002", "execution")], &[], &|_| true) {
            assert_ne!(name, "remote_execution_pipe", "its phase is that of lateral movement");
        }
    }
}
