//! Techniques to parents, tactics and phases, by the project's own data.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The maps.
pub struct Space {
    pub revoked: BTreeMap<String, String>,
    tactics: BTreeMap<String, Vec<String>>,
    phases: Phases,
}

#[derive(Deserialize)]
struct Technique {
    id: String,
    tactics: Vec<String>,
}

#[derive(Deserialize)]
struct Phases {
    tactics: BTreeMap<String, Vec<String>>,
    secondary: Secondary,
    techniques: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Secondary {
    tactics: Vec<String>,
}

impl Space {
    /// From the repository's `data/`.
    pub fn read(data: &Path) -> Result<Space> {
        let techniques: Vec<Technique> = crate::data::read(&data.join("attack/techniques.jsonl"))?;
        let revoked = data.join("attack/revoked.json");
        let revoked = serde_json::from_slice(&std::fs::read(&revoked).with_context(|| revoked.display().to_string())?)?;
        let phases = data.join("phases.toml");
        let phases = toml::from_str(&std::fs::read_to_string(&phases).with_context(|| phases.display().to_string())?)?;
        Ok(Space { revoked, tactics: techniques.into_iter().map(|t| (t.id, t.tactics)).collect(), phases })
    }

    /// Current ids.
    pub fn current(&self, ids: &BTreeSet<String>) -> BTreeSet<String> {
        ids.iter().map(|id| crate::examples::current(&self.revoked, id).to_string()).collect()
    }

    pub fn parents(&self, ids: &BTreeSet<String>) -> BTreeSet<String> {
        ids.iter().map(|id| id.split('.').next().unwrap_or(id).to_string()).collect()
    }

    pub fn tactics(&self, ids: &BTreeSet<String>) -> BTreeSet<String> {
        ids.iter().filter_map(|id| self.tactics.get(id)).flatten().cloned().collect()
    }

    /// The nearest entry wins: sub-technique, technique, then its tactics, secondary ones only where there is no other.
    pub fn phases(&self, ids: &BTreeSet<String>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for id in ids {
            let parent = id.split('.').next().unwrap_or(id);
            let nearest = self.phases.techniques.get(id).or_else(|| self.phases.techniques.get(parent));
            if let Some(phases) = nearest {
                found.extend(phases.iter().cloned());
                continue;
            }
            let tactics = self.tactics.get(id).or_else(|| self.tactics.get(parent)).cloned().unwrap_or_default();
            let primary: Vec<&String> = tactics.iter().filter(|t| !self.phases.secondary.tactics.contains(t)).collect();
            let counted = if primary.is_empty() { tactics.iter().collect() } else { primary };
            found.extend(counted.into_iter().filter_map(|t| self.phases.tactics.get(t)).flatten().cloned());
        }
        found
    }
}
