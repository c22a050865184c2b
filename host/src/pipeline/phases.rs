//! Kill-chain phases of a brief, from its techniques by a table of data and from the phases that its hunts carry, each
//! phase with what shows it.

use crate::model::{BriefHunt, BriefTechnique, Phase};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The phases in order, and what shows them (`data/phases.toml`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhaseTable {
    phase: Vec<NamedPhase>,
    tactics: BTreeMap<String, Vec<String>>,
    secondary: Secondary,
    #[serde(default)]
    techniques: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedPhase {
    code: String,
    name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Secondary {
    tactics: Vec<String>,
}

/// Why a table of phases cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PhaseError {
    #[error("the table of phases cannot be read: {0}\n\nhint: data/phases.toml shows the form")]
    Malformed(#[from] toml::de::Error),
    #[error("`{at}` names the phase `{phase}`, which is not declared\n\nhint: add a [[phase]] with this code")]
    UnknownPhase { at: String, phase: String },
}

impl PhaseTable {
    /// Reads a table.
    ///
    /// # Errors
    /// [`PhaseError`], where it has another form or names a phase that it does not declare.
    pub fn parse(text: &str) -> Result<Self, PhaseError> {
        let table: Self = toml::from_str(text)?;
        for (at, phases) in table.tactics.iter().chain(&table.techniques) {
            if let Some(phase) = phases.iter().find(|phase| table.name(phase).is_none()) {
                return Err(PhaseError::UnknownPhase { at: at.clone(), phase: phase.clone() });
            }
        }
        Ok(table)
    }

    /// The table that ships.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../../../data/phases.toml")).expect("the shipped table is tested")
    }

    /// A phase's name for people.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.phase.iter().find(|phase| phase.code == code).map(|phase| phase.name.as_str())
    }

    /// Codes of the phases that a technique with these tactics shows: by its own entry, by that of the technique above
    /// it, else by its tactics.
    pub fn of(&self, technique: &str, tactics: &[String]) -> Vec<&str> {
        let parent = technique.split('.').next().unwrap_or(technique);
        let own = self.techniques.get(technique).or_else(|| self.techniques.get(parent));
        if let Some(phases) = own {
            return phases.iter().map(String::as_str).collect();
        }
        let is_secondary = |tactic: &&String| self.secondary.tactics.contains(tactic);
        let mut counted: Vec<&String> = tactics.iter().filter(|tactic| !is_secondary(tactic)).collect();
        if counted.is_empty() {
            counted = tactics.iter().collect();
        }
        let phases = counted.iter().filter_map(|tactic| self.tactics.get(*tactic)).flatten();
        let mut phases: Vec<&str> = phases.map(String::as_str).collect();
        phases.sort_by_key(|code| self.place(code));
        phases.dedup();
        phases
    }

    /// A phase's place in the chain; phases that the table does not know come last.
    fn place(&self, code: &str) -> usize {
        self.phase.iter().position(|phase| phase.code == code).unwrap_or(self.phase.len())
    }
}

/// The phases that techniques and hunts show, in the chain's order. A hunt's own phase is always among them.
pub fn derive(techniques: &[BriefTechnique], hunts: &[BriefHunt], phases: &PhaseTable) -> Vec<Phase> {
    let mut shown: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    let mut add = |code: &str, because: &str| {
        let reasons = shown.entry((phases.place(code), code.to_owned())).or_default();
        if !reasons.iter().any(|reason| reason == because) {
            reasons.push(because.to_owned());
        }
    };
    for known in techniques {
        for code in phases.of(&known.technique.id, &known.tactics) {
            add(code, &known.technique.id);
        }
    }
    for hunt in hunts.iter().map(|hunt| &hunt.traced.hunt).filter(|hunt| !hunt.phase.is_empty()) {
        add(&hunt.phase, &hunt.id);
    }
    let phase = |((_, code), because): ((usize, String), Vec<String>)| Phase {
        name: phases.name(&code).unwrap_or(&code).to_owned(),
        code,
        because,
    };
    shown.into_iter().map(phase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::Knowledge;
    use crate::pipeline::fixtures::{hunt, technique};

    fn codes(phases: &[Phase]) -> Vec<&str> {
        phases.iter().map(|phase| phase.code.as_str()).collect()
    }

    #[test]
    fn every_technique_that_ships_shows_a_phase() {
        let table = PhaseTable::shipped();
        let knowledge = Knowledge::shipped();
        for known in knowledge.techniques() {
            let phases = table.of(&known.id.to_string(), &known.tactics);
            assert!(!phases.is_empty(), "{} shows no phase", known.id);
            assert!(phases.len() <= 2, "{} shows {phases:?}", known.id);
        }
        for tactic in knowledge.tactics() {
            assert!(table.tactics.contains_key(&tactic.code), "{} is not in the table", tactic.code);
        }
        for id in table.techniques.keys() {
            assert!(knowledge.resolve(id).is_ok_and(|resolved| resolved.was.is_none()), "{id} is not a technique");
        }
    }

    #[test]
    fn execution_exploits_and_moving_and_collecting_are_objectives() {
        let table = PhaseTable::shipped();
        let of = |id: &str| {
            let known = Knowledge::shipped().technique(id.parse().unwrap()).unwrap();
            table.of(id, &known.tactics)
        };
        assert_eq!(of("T1204.002"), ["exploit"]);
        assert_eq!(of("T1021.002"), ["objectives"]);
        assert_eq!(of("T1560.001"), ["objectives"]);
        assert_eq!(of("T1190"), ["delivery", "exploit"]);
        assert_eq!(of("T1547.001"), ["install"], "Privilege Escalation is secondary");
        assert_eq!(of("T1053.005"), ["install"]);
        assert_eq!(of("T1553.002"), ["weaponize"]);
        assert_eq!(of("T1553.005"), ["install"]);
        assert_eq!(of("T1071.001"), ["c2"]);
    }

    #[test]
    fn phases_name_what_shows_them_once_and_in_order() {
        let table = PhaseTable::shipped();
        let techniques = [technique("T1486", "impact", 90), technique("T1204.002", "execution", 80)];
        let hunts = [hunt("hunt_a", "c2", "indicator"), hunt("hunt_a", "c2", "indicator")];
        let phases = derive(&techniques, &hunts, &table);
        assert_eq!(codes(&phases), ["exploit", "c2", "objectives"]);
        assert_eq!(phases[0].because, ["T1204.002"]);
        assert_eq!(phases[1].because, ["hunt_a"]);
        assert_eq!(phases[1].name, "Command and Control");
        assert!(derive(&[], &[], &table).is_empty());
    }

    /// Every choice of hunts and techniques out of a set that spans all phases and words that no table knows.
    #[test]
    fn a_hunt_never_stands_without_its_phase() {
        let table = PhaseTable::shipped();
        let hunts: Vec<BriefHunt> =
            ["recon", "weaponize", "delivery", "exploit", "install", "c2", "objectives", "of-a-plugin"]
                .map(|phase| hunt(&format!("hunt_{phase}"), phase, "catalogue"))
                .to_vec();
        let techniques = [
            technique("T1486", "impact", 90),
            technique("T1071.001", "command-and-control", 30),
            technique("T9999", "of-a-later-version", 50),
        ];
        for choice in 0_u32..1 << (hunts.len() + techniques.len()) {
            let chosen = |at: usize| choice & (1 << at) != 0;
            let some: Vec<BriefHunt> = (0..hunts.len()).filter(|&at| chosen(at)).map(|at| hunts[at].clone()).collect();
            let others = (0..techniques.len()).filter(|&at| chosen(hunts.len() + at));
            let others: Vec<BriefTechnique> = others.map(|at| techniques[at].clone()).collect();
            let phases = derive(&others, &some, &table);
            for hunt in &some {
                let own = phases.iter().find(|phase| phase.code == hunt.traced.hunt.phase);
                assert!(
                    own.is_some_and(|phase| phase.because.contains(&hunt.traced.hunt.id)),
                    "{}",
                    hunt.traced.hunt.id
                );
            }
            assert!(phases.iter().all(|phase| !phase.because.is_empty()));
        }
    }

    #[test]
    fn a_table_that_names_an_unknown_phase_is_refused() {
        let text = "[[phase]]\ncode='a'\nname='A'\n[tactics]\nx=['b']\n[secondary]\ntactics=[]\n";
        assert!(matches!(PhaseTable::parse(text), Err(PhaseError::UnknownPhase { .. })));
        assert!(matches!(PhaseTable::parse("phase = 3"), Err(PhaseError::Malformed(_))));
    }
}
