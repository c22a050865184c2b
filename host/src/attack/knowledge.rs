//! ATT&CK Enterprise as the host knows it: techniques, tactics, analytics, mitigations, groups, software, revocations,
//! parsed from the compact files (`data/attack/`, or what `huntsmith attack update` made of a bundle).

use super::{AttackError, TechniqueId, compact};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// A technique or sub-technique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    pub id: TechniqueId,
    /// Its own name; [`Knowledge::display_name`] puts the parent's before it.
    pub name: String,
    /// Codes of tactics, in the matrix's order.
    pub tactics: Vec<String>,
    pub platforms: Vec<String>,
    /// Plain text, one paragraph.
    pub description: String,
    /// Names of mitigations.
    pub mitigations: Vec<String>,
    pub analytics: Vec<Analytic>,
}

/// How ATT&CK says that a technique is detected on some platforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analytic {
    pub platforms: Vec<String>,
    pub text: String,
    pub logs: Vec<LogSource>,
}

/// A log source of an analytic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSource {
    /// The data component: `Process Creation`.
    pub component: String,
    pub name: String,
    /// What of it: event ids, calls, files; none where ATT&CK names none.
    pub channel: Option<String>,
}

/// A column of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tactic {
    /// `TA0011`; none where the data gives none.
    pub id: Option<String>,
    /// As techniques name it: `command-and-control`.
    pub code: String,
    /// `Command and Control`.
    pub name: String,
}

/// Whether a named thing is people, what they did together, or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamedKind {
    Group,
    Campaign,
    Software,
}

impl NamedKind {
    /// As an actor of the model has it.
    pub fn as_str(self) -> &'static str {
        match self {
            NamedKind::Group => "group",
            NamedKind::Campaign => "campaign",
            NamedKind::Software => "software",
        }
    }
}

/// A group, a campaign or a piece of software.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub kind: NamedKind,
    /// `G0016`, `C0024`, `S0154`.
    pub id: String,
    pub name: String,
    /// With its own name.
    pub aliases: Vec<String>,
}

/// What an id stands for today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    pub id: TechniqueId,
    /// The id that was asked for, where it was revoked or merged since.
    pub was: Option<TechniqueId>,
}

/// The compact files' bytes.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    pub techniques: &'a [u8],
    pub revoked: &'a [u8],
    pub groups: &'a [u8],
    /// Version, tactics in order; without it tactics come in the order of the alphabet.
    pub matrix: Option<&'a [u8]>,
    /// Sentences of how a technique was used.
    pub procedures: Option<&'a [u8]>,
}

/// The knowledge base. Lookups borrow from it; it never changes once parsed.
#[derive(Debug, Clone)]
pub struct Knowledge {
    pub(super) version: String,
    pub(super) techniques: BTreeMap<TechniqueId, Technique>,
    pub(super) tactics: Vec<Tactic>,
    pub(super) revoked: BTreeMap<TechniqueId, TechniqueId>,
    pub(super) named: Vec<Named>,
    pub(super) procedures: BTreeMap<TechniqueId, Vec<String>>,
    by_alias: OnceLock<HashMap<String, Vec<usize>>>,
}

impl Knowledge {
    /// Parses the three files that every version has; tactics come in the order of the alphabet.
    ///
    /// # Errors
    /// [`AttackError::BadData`] with the file and the line.
    pub fn parse(techniques: &[u8], revoked: &[u8], groups: &[u8]) -> Result<Self, AttackError> {
        Self::from_files(&Files { techniques, revoked, groups, matrix: None, procedures: None })
    }

    /// Parses all that there is.
    ///
    /// # Errors
    /// [`AttackError::BadData`] with the file and the line.
    pub fn from_files(files: &Files<'_>) -> Result<Self, AttackError> {
        let (version, order) = match files.matrix {
            Some(bytes) => compact::matrix(bytes)?,
            None => ("of an unknown version".into(), Vec::new()),
        };
        let mut techniques = compact::techniques(files.techniques)?;
        let tactics = tactics(&techniques, order);
        let place = |code: &String| tactics.iter().position(|tactic| tactic.code == *code);
        for technique in techniques.values_mut() {
            technique.tactics.sort_by_key(place);
        }
        let (revoked, named) = (compact::revoked(files.revoked)?, compact::named(files.groups)?);
        let procedures = compact::procedures(files.procedures.unwrap_or_default())?;
        Ok(Self::new(version, techniques, tactics, revoked, named, procedures))
    }

    pub(super) fn new(
        version: String,
        techniques: BTreeMap<TechniqueId, Technique>,
        tactics: Vec<Tactic>,
        revoked: BTreeMap<TechniqueId, TechniqueId>,
        named: Vec<Named>,
        procedures: BTreeMap<TechniqueId, Vec<String>>,
    ) -> Self {
        Self { version, techniques, tactics, revoked, named, procedures, by_alias: OnceLock::new() }
    }

    /// What ships with huntsmith, parsed at the first call.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Knowledge> = OnceLock::new();
        SHIPPED.get_or_init(|| Self::from_files(&super::shipped_files()).expect("the shipped files are tested"))
    }

    /// ATT&CK's version: `18.1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The technique with this id, if this version has it.
    pub fn technique(&self, id: TechniqueId) -> Option<&Technique> {
        self.techniques.get(&id)
    }

    /// Every technique and sub-technique, by id.
    pub fn techniques(&self) -> impl Iterator<Item = &Technique> {
        self.techniques.values()
    }

    /// The sub-techniques of a technique, by id.
    pub fn subtechniques(&self, id: TechniqueId) -> impl Iterator<Item = &Technique> {
        self.techniques.values().filter(move |technique| technique.id.parent() == Some(id))
    }

    /// `Parent: Sub` for a sub-technique, else the name.
    pub fn display_name(&self, id: TechniqueId) -> Option<String> {
        let technique = self.technique(id)?;
        Some(match id.parent().and_then(|parent| self.technique(parent)) {
            Some(parent) => format!("{}: {}", parent.name, technique.name),
            None => technique.name.clone(),
        })
    }

    /// What an id stands for today, following revocations.
    ///
    /// # Errors
    /// [`AttackError::BadId`], or [`AttackError::UnknownTechnique`] where neither the id nor a successor is known.
    pub fn resolve(&self, text: &str) -> Result<Resolved, AttackError> {
        let asked: TechniqueId = text.parse()?;
        let mut id = asked;
        // A chain of revocations is shorter than the table; a loop in bad data ends here.
        for _ in 0..=self.revoked.len() {
            if self.techniques.contains_key(&id) {
                return Ok(Resolved { id, was: (id != asked).then_some(asked) });
            }
            match self.revoked.get(&id) {
                Some(&next) => id = next,
                None => break,
            }
        }
        Err(AttackError::UnknownTechnique { id: asked.to_string(), version: self.version.clone() })
    }

    /// Every tactic that a technique names, in the matrix's order.
    pub fn tactics(&self) -> &[Tactic] {
        &self.tactics
    }

    /// The tactic with this code.
    pub fn tactic(&self, code: &str) -> Option<&Tactic> {
        self.tactics.iter().find(|tactic| tactic.code == code)
    }

    /// A tactic's name for people; the code itself where it is unknown.
    pub fn tactic_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.tactic(code).map_or(code, |tactic| &tactic.name)
    }

    /// Revoked ids and their direct successors.
    pub fn revoked(&self) -> impl Iterator<Item = (TechniqueId, TechniqueId)> + '_ {
        self.revoked.iter().map(|(&old, &new)| (old, new))
    }

    /// Groups, campaigns and software, in this order, as the data has them.
    pub fn named(&self) -> &[Named] {
        &self.named
    }

    /// Groups, campaigns and software by name or alias, in any case. One name may stand for several.
    pub fn by_name(&self, name: &str) -> Vec<&Named> {
        let index = self.by_alias.get_or_init(|| {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, named) in self.named.iter().enumerate() {
                let mut keys: Vec<String> = named.aliases.iter().map(|alias| alias.to_lowercase()).collect();
                keys.push(named.name.to_lowercase());
                keys.sort();
                keys.dedup();
                for key in keys {
                    index.entry(key).or_default().push(at);
                }
            }
            index
        });
        index.get(&name.to_lowercase()).into_iter().flatten().map(|&at| &self.named[at]).collect()
    }

    /// Sentences of how a technique was used, as ATT&CK quotes them; empty where there are none.
    pub fn procedures(&self, id: TechniqueId) -> &[String] {
        self.procedures.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// The tactics that techniques name: those of the matrix in its order, then the rest by code.
fn tactics(techniques: &BTreeMap<TechniqueId, Technique>, order: Vec<Tactic>) -> Vec<Tactic> {
    let used: std::collections::BTreeSet<&String> = techniques.values().flat_map(|t| &t.tactics).collect();
    let mut tactics: Vec<Tactic> = order.into_iter().filter(|tactic| used.contains(&tactic.code)).collect();
    for code in used {
        if !tactics.iter().any(|tactic| tactic.code == *code) {
            tactics.push(Tactic { id: None, code: code.clone(), name: compact::title_case(code) });
        }
    }
    tactics
}
