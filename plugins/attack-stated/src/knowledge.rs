//! What the plugin knows of ATT&CK: ids, names, revocations, groups and software, read in `init`.

use crate::dictionary::Dictionary;
use serde::Deserialize;
use std::collections::BTreeMap;

/// ATT&CK as this plugin needs it.
pub struct Knowledge {
    names: BTreeMap<String, String>,
    revoked: BTreeMap<String, String>,
    /// Names and `Parent: Sub-technique` forms, without case.
    pub(crate) technique_names: Dictionary<TechniqueName>,
    pub(crate) actor_names: Dictionary<ActorName>,
}

/// A name of a technique.
pub(crate) struct TechniqueName {
    pub name: String,
    /// More than one where techniques share the name.
    pub ids: Vec<String>,
    /// Written with its parent: `OS Credential Dumping: LSASS Memory`.
    pub qualified: bool,
}

/// A name or alias of a group, a campaign or a piece of software.
pub(crate) struct ActorName {
    pub alias: String,
    pub name: String,
    pub id: String,
    /// `group`, `campaign` or `software`.
    pub kind: &'static str,
}

/// What is known of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    Current,
    /// Revoked or merged; the id that took its place.
    RevokedBy(String),
    /// Of PRE-ATT&CK, which version 8 dissolved without naming successors.
    PreAttack,
    /// Of Enterprise, and deprecated without a successor.
    Deprecated,
    No,
}

/// Numbers that PRE-ATT&CK used and Enterprise never did.
const PRE_ATTACK: std::ops::RangeInclusive<u32> = 1226..=1397;
/// Numbers that Enterprise gave away one by one: what is neither in use nor revoked was deprecated (`T1064`, Scripting).
const EARLY_ENTERPRISE: std::ops::RangeInclusive<u32> = 1001..=1223;

#[derive(Deserialize)]
struct TechniqueLine {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct GroupsSoftware {
    groups: Vec<(String, String, Vec<String>)>,
    software: Vec<(String, String, Vec<String>)>,
    /// What ships has none; what `huntsmith attack update` writes does.
    #[serde(default)]
    campaigns: Vec<(String, String, Vec<String>)>,
}

impl Knowledge {
    /// From the data that the manifest names.
    ///
    /// # Errors
    /// Data is missing, or not in the form of `data/attack/SOURCE.md`.
    pub fn read() -> Result<Knowledge, String> {
        let mut techniques = huntsmith_sdk::data::read("attack-techniques")?;
        let mut revoked = huntsmith_sdk::data::read("attack-revoked")?;
        let mut actors = huntsmith_sdk::data::read("attack-groups-software")?;
        let knowledge = Self::parse(&techniques, &revoked, &actors);
        // The memory is snapshotted after `init`; pages of zeros cost nothing in it.
        for spent in [&mut techniques, &mut revoked, &mut actors] {
            spent.fill(0);
            std::hint::black_box(spent);
        }
        knowledge
    }

    /// From the bytes of the three files.
    ///
    /// # Errors
    /// They are not in the form of `data/attack/SOURCE.md`.
    pub fn parse(techniques: &[u8], revoked: &[u8], actors: &[u8]) -> Result<Knowledge, String> {
        let mut names = BTreeMap::new();
        for (index, line) in techniques.split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            let line: TechniqueLine =
                serde_json::from_slice(line).map_err(|e| format!("attack-techniques, line {}: {e}", index + 1))?;
            names.insert(line.id, line.name);
        }
        if names.is_empty() {
            return Err("attack-techniques holds no technique".into());
        }
        let revoked: BTreeMap<String, String> =
            serde_json::from_slice(revoked).map_err(|e| format!("attack-revoked: {e}"))?;
        let actors: GroupsSoftware =
            serde_json::from_slice(actors).map_err(|e| format!("attack-groups-software: {e}"))?;
        Ok(Knowledge { technique_names: technique_names(&names), actor_names: actor_names(actors), names, revoked })
    }

    /// A technique's own name.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// What is known of `id`, written `T1059` or `T1059.001`.
    pub(crate) fn known(&self, id: &str) -> Known {
        if self.names.contains_key(id) {
            Known::Current
        } else if let Some(successor) = self.revoked.get(id) {
            Known::RevokedBy(successor.clone())
        } else {
            let number = || id[1..].parse().ok().filter(|_| id.len() == 5);
            match number() {
                Some(number) if PRE_ATTACK.contains(&number) => Known::PreAttack,
                Some(number) if EARLY_ENTERPRISE.contains(&number) => Known::Deprecated,
                _ => Known::No,
            }
        }
    }

    /// Whether `line` is the name of a technique and nothing else.
    pub(crate) fn is_technique_name(&self, line: &str) -> bool {
        let line = line.trim();
        self.technique_names.find_iter(line).next().is_some_and(|(at, _)| at == (0..line.len()))
    }
}

fn technique_names(names: &BTreeMap<String, String>) -> Dictionary<TechniqueName> {
    let mut ids: BTreeMap<String, (Vec<String>, bool)> = BTreeMap::new();
    for (id, name) in names {
        ids.entry(name.clone()).or_default().0.push(id.clone());
        if let Some(parent) = id.split_once('.').and_then(|(parent, _)| names.get(parent)) {
            let entry = ids.entry(format!("{parent}: {name}")).or_default();
            entry.0.push(id.clone());
            entry.1 = true;
        }
    }
    let entries: Vec<TechniqueName> =
        ids.into_iter().map(|(name, (ids, qualified))| TechniqueName { name, ids, qualified }).collect();
    Dictionary::new(entries, |entry| &entry.name)
}

fn actor_names(actors: GroupsSoftware) -> Dictionary<ActorName> {
    let mut entries = Vec::new();
    for (kind, list) in [("group", actors.groups), ("campaign", actors.campaigns), ("software", actors.software)] {
        for (id, name, aliases) in list {
            let mut all = aliases;
            all.push(name.clone());
            all.sort();
            all.dedup();
            for alias in all.into_iter().filter(|alias| alias.len() > 1) {
                entries.push(ActorName { alias, name: name.clone(), id: id.clone(), kind });
            }
        }
    }
    // Groups, campaigns and software may share an alias: neighbours in this order, found by the first of them.
    entries.sort_by(|a, b| (a.alias.to_ascii_lowercase(), &a.id).cmp(&(b.alias.to_ascii_lowercase(), &b.id)));
    Dictionary::new(entries, |entry| &entry.alias)
}
