//! Playbooks: what an analyst does about a technique, as a table of eleven rows, composed from ATT&CK (quoted) and from
//! texts of our own (`data/playbook/`), with a user's own rows in place of ours, and an article's evidence and queries.

mod article;
mod brief;
mod compose;
mod logs;
mod markdown;
mod overrides;
mod texts;

pub use article::{ArticleContext, Query};
pub use brief::{BriefPlaybooks, Playbooks};
pub use overrides::{OverrideError, Overrides};

use crate::attack::{AttackError, Knowledge, TechniqueId};
use serde::Serialize;

/// The rows, in the order in which readers of playbooks expect them.
pub const ROWS: [&str; 11] = [
    "MITRE Tactic",
    "MITRE TTP",
    "MITRE Sub-TTP",
    "Name",
    "Log Sources to Investigate",
    "Key Indicators",
    "Questions for Analysis",
    "Decision for Escalation",
    "Additional Analysis Steps for L1",
    "T2 Analyst Actions",
    "Containment and Further Analysis",
];

/// The row that an article adds.
pub const EVIDENCE_ROW: &str = "Evidence in This Article";
/// The other row that an article adds.
pub const QUERIES_ROW: &str = "Hunts of This Article";

/// Where a piece of a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Quoted from ATT&CK.
    Attack,
    /// huntsmith's own text.
    Huntsmith,
    /// The user's own file.
    User,
    /// The article that the playbook is for.
    Article,
}

/// A run of text from one origin; a newline is a line break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    pub origin: Origin,
    pub text: String,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub name: String,
    /// All pieces together; a newline is a line break.
    pub text: String,
    pub pieces: Vec<Piece>,
}

/// The playbook of one technique.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Playbook {
    pub technique: String,
    /// `Parent: Sub` for a sub-technique.
    pub name: String,
    /// ATT&CK's version.
    pub attack: String,
    /// The notice that goes with what is quoted.
    pub notice: String,
    /// The eleven rows of [`ROWS`], then those that an article adds.
    pub rows: Vec<Row>,
    /// The queries of the article's hunts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<Query>,
}

impl Playbook {
    /// Markdown in the form of the reference: a title, and a table with one line a row.
    pub fn markdown(&self) -> String {
        markdown::write(self)
    }

    /// Adds an article's rows and queries.
    fn add(&mut self, article: &ArticleContext) {
        self.rows.extend(article.rows());
        self.queries.clone_from(&article.queries);
    }

    /// One JSON object.
    ///
    /// # Errors
    /// A value that JSON cannot hold.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }

    /// A file name without an ending: `Compromise_Infrastructure_Serverless-T1584007`.
    pub fn file_stem(&self) -> String {
        let mut stem = String::new();
        for c in self.name.chars() {
            if c.is_ascii_alphanumeric() {
                stem.push(c);
            } else if !stem.ends_with('_') {
                stem.push('_');
            }
        }
        format!("{}-{}", stem.trim_matches('_'), self.technique.replace('.', ""))
    }
}

/// The playbook of a technique. Rows of `overrides` take the place of ours; `article` adds its rows and queries.
///
/// # Errors
/// [`AttackError::UnknownTechnique`], where this version of ATT&CK does not have the id.
pub fn compose(
    knowledge: &Knowledge,
    id: TechniqueId,
    overrides: Option<&Overrides>,
    article: Option<&ArticleContext>,
) -> Result<Playbook, AttackError> {
    let unknown = || AttackError::UnknownTechnique { id: id.to_string(), version: knowledge.version().to_owned() };
    let technique = knowledge.technique(id).ok_or_else(unknown)?;
    let mut rows = compose::rows(knowledge, technique, texts::Texts::shipped());
    if let Some(overrides) = overrides {
        overrides.apply(id, &mut rows);
    }
    let mut playbook = Playbook {
        technique: id.to_string(),
        name: knowledge.display_name(id).unwrap_or_default(),
        attack: knowledge.version().to_owned(),
        notice: crate::attack::NOTICE.to_owned(),
        rows,
        queries: Vec::new(),
    };
    if let Some(article) = article {
        playbook.add(article);
    }
    Ok(playbook)
}

#[cfg(test)]
mod tests;
