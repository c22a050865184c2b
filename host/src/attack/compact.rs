//! The compact form on disk: reading and writing the five files of `data/attack/`.

use super::{Analytic, AttackError, Knowledge, LogSource, Named, NamedKind, Tactic, Technique, TechniqueId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Names of the files, in a folder of their own.
pub const TECHNIQUES: &str = "techniques.jsonl";
pub const REVOKED: &str = "revoked.json";
pub const GROUPS: &str = "groups_software.json";
pub const MATRIX: &str = "matrix.json";
pub const PROCEDURES: &str = "procedures.jsonl";

/// How the data says that an analytic's log source has no channel.
const NO_CHANNEL: &str = "None";

#[derive(Deserialize, Serialize)]
struct TechniqueLine<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    name: String,
    tactics: Vec<String>,
    platforms: Vec<String>,
    description: String,
    mitigations: Vec<String>,
    #[serde(borrow)]
    analytics: Vec<AnalyticLine<'a>>,
}

#[derive(Deserialize, Serialize)]
struct AnalyticLine<'a> {
    platforms: Vec<String>,
    text: String,
    #[serde(borrow)]
    logs: Vec<(String, String, Cow<'a, str>)>,
}

#[derive(Deserialize, Serialize)]
struct NamedFile {
    software: Vec<(String, String, Vec<String>)>,
    groups: Vec<(String, String, Vec<String>)>,
    /// The data that ships has none; a bundle does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    campaigns: Vec<(String, String, Vec<String>)>,
}

#[derive(Deserialize, Serialize)]
struct MatrixFile {
    version: String,
    tactics: Vec<TacticEntry>,
}

#[derive(Deserialize, Serialize)]
struct TacticEntry {
    id: Option<String>,
    code: String,
    name: String,
}

#[derive(Deserialize, Serialize)]
struct ProcedureLine {
    id: TechniqueId,
    procedures: Vec<String>,
}

fn bad(file: &'static str, line: usize, message: impl ToString) -> AttackError {
    AttackError::BadData { file, line, message: message.to_string() }
}

/// Calls `read` with every line that is not empty, and its number from 1.
fn lines<'a>(
    file: &'static str,
    bytes: &'a [u8],
    mut read: impl FnMut(usize, &'a str) -> Result<(), AttackError>,
) -> Result<(), AttackError> {
    let text = std::str::from_utf8(bytes).map_err(|error| bad(file, 0, error))?;
    for (at, line) in text.lines().enumerate() {
        if !line.trim().is_empty() {
            read(at + 1, line)?;
        }
    }
    Ok(())
}

pub(super) fn techniques(bytes: &[u8]) -> Result<BTreeMap<TechniqueId, Technique>, AttackError> {
    let mut found = BTreeMap::new();
    lines(TECHNIQUES, bytes, |number, line| {
        let raw: TechniqueLine = serde_json::from_str(line).map_err(|error| bad(TECHNIQUES, number, error))?;
        let id: TechniqueId = raw.id.parse().map_err(|error| bad(TECHNIQUES, number, error))?;
        let technique = Technique {
            id,
            name: raw.name,
            tactics: raw.tactics,
            platforms: raw.platforms,
            description: raw.description,
            mitigations: raw.mitigations,
            analytics: raw.analytics.into_iter().map(analytic).collect(),
        };
        match found.insert(id, technique) {
            None => Ok(()),
            Some(_) => Err(bad(TECHNIQUES, number, format!("{id} stands here twice"))),
        }
    })?;
    if found.is_empty() {
        return Err(bad(TECHNIQUES, 1, "no technique"));
    }
    for id in found.keys() {
        if let Some(parent) = id.parent().filter(|parent| !found.contains_key(parent)) {
            return Err(bad(TECHNIQUES, 0, format!("{id} is here without {parent}")));
        }
    }
    Ok(found)
}

fn analytic(line: AnalyticLine<'_>) -> Analytic {
    let logs = line.logs.into_iter().map(|(component, name, channel)| LogSource {
        component,
        name: name.trim().to_owned(),
        channel: Some(channel.trim()).filter(|c| !c.is_empty() && *c != NO_CHANNEL).map(str::to_owned),
    });
    Analytic { platforms: line.platforms, text: line.text, logs: logs.collect() }
}

pub(super) fn revoked(bytes: &[u8]) -> Result<BTreeMap<TechniqueId, TechniqueId>, AttackError> {
    serde_json::from_slice(bytes).map_err(|error| bad(REVOKED, error.line(), error))
}

pub(super) fn named(bytes: &[u8]) -> Result<Vec<Named>, AttackError> {
    let file: NamedFile = serde_json::from_slice(bytes).map_err(|error| bad(GROUPS, error.line(), error))?;
    let of = |kind| move |(id, name, aliases)| Named { kind, id, name, aliases };
    let lists =
        [(NamedKind::Group, file.groups), (NamedKind::Campaign, file.campaigns), (NamedKind::Software, file.software)];
    Ok(lists.into_iter().flat_map(|(kind, list)| list.into_iter().map(of(kind))).collect())
}

pub(super) fn matrix(bytes: &[u8]) -> Result<(String, Vec<Tactic>), AttackError> {
    let file: MatrixFile = serde_json::from_slice(bytes).map_err(|error| bad(MATRIX, error.line(), error))?;
    let tactics = file.tactics.into_iter().map(|t| Tactic { id: t.id, code: t.code, name: t.name });
    Ok((file.version, tactics.collect()))
}

pub(super) fn procedures(bytes: &[u8]) -> Result<BTreeMap<TechniqueId, Vec<String>>, AttackError> {
    let mut found = BTreeMap::new();
    lines(PROCEDURES, bytes, |number, line| {
        let raw: ProcedureLine = serde_json::from_str(line).map_err(|error| bad(PROCEDURES, number, error))?;
        found.insert(raw.id, raw.procedures);
        Ok(())
    })?;
    Ok(found)
}

/// A tactic's name from its code: `command-and-control` is `Command and Control`.
pub(super) fn title_case(code: &str) -> String {
    let word = |word: &str| match word {
        "and" | "of" | "the" | "for" => word.to_owned(),
        _ => {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    };
    code.split('-').map(word).collect::<Vec<String>>().join(" ")
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("strings and lists are always JSON")
}

fn jsonl<T: Serialize>(values: impl Iterator<Item = T>) -> Vec<u8> {
    values.flat_map(|value| json(&value).into_iter().chain([b'\n'])).collect()
}

/// The compact files of a knowledge base, by name: parsing them gives the same knowledge.
pub(super) fn write(knowledge: &Knowledge) -> Vec<(&'static str, Vec<u8>)> {
    let techniques = knowledge.techniques().map(|t| TechniqueLine {
        id: t.id.to_string().into(),
        name: t.name.clone(),
        tactics: t.tactics.clone(),
        platforms: t.platforms.clone(),
        description: t.description.clone(),
        mitigations: t.mitigations.clone(),
        analytics: t.analytics.iter().map(analytic_line).collect(),
    });
    let of = |kind: NamedKind| -> Vec<(String, String, Vec<String>)> {
        let chosen = knowledge.named().iter().filter(|named| named.kind == kind);
        chosen.map(|named| (named.id.clone(), named.name.clone(), named.aliases.clone())).collect()
    };
    let tactics = knowledge.tactics().iter();
    let tactics = tactics.map(|t| TacticEntry { id: t.id.clone(), code: t.code.clone(), name: t.name.clone() });
    let procedures = knowledge.procedures.iter();
    let procedures = procedures.map(|(&id, sentences)| ProcedureLine { id, procedures: sentences.clone() });
    vec![
        (TECHNIQUES, jsonl(techniques)),
        (REVOKED, json(&knowledge.revoked)),
        (
            GROUPS,
            json(&NamedFile {
                software: of(NamedKind::Software),
                groups: of(NamedKind::Group),
                campaigns: of(NamedKind::Campaign),
            }),
        ),
        (MATRIX, json(&MatrixFile { version: knowledge.version().to_owned(), tactics: tactics.collect() })),
        (PROCEDURES, jsonl(procedures)),
    ]
}

fn analytic_line(analytic: &Analytic) -> AnalyticLine<'_> {
    let logs = analytic.logs.iter().map(|log| {
        let channel = log.channel.as_deref().unwrap_or(NO_CHANNEL);
        (log.component.clone(), log.name.clone(), Cow::Borrowed(channel))
    });
    AnalyticLine { platforms: analytic.platforms.clone(), text: analytic.text.clone(), logs: logs.collect() }
}
