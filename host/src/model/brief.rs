//! The brief of one article: everything that the report formats write.

use super::{
    Actor, Emission, Indicator, Note, Observation, PluginId, Rejection, Relation, Span, Technique, Tlp, TracedHunt,
};
use serde::{Deserialize, Serialize};

/// The version of the brief's JSON; its schema is `data/schema/brief-1.json`.
pub const BRIEF_SCHEMA_VERSION: u32 = 1;

/// How much an article matters to a defender.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    #[default]
    Low,
    Med,
    High,
    Crit,
}

impl Severity {
    /// As a brief's title has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Low => "LOW",
            Severity::Med => "MED",
            Severity::High => "HIGH",
            Severity::Crit => "CRIT",
        }
    }
}

/// One term of the severity's sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SeverityTerm {
    /// A stable code: `attacker-indicators`, `techniques`, …
    pub code: String,
    pub points: i32,
    /// For a person: what was counted.
    pub because: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Span>,
}

/// A kill-chain phase and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Phase {
    /// A word of VOCABULARY.md's "Phases".
    pub code: String,
    pub name: String,
    /// Technique ids and hunt ids that put the article into this phase.
    pub because: Vec<String>,
}

/// A technique as the brief shows it: what classifiers said, with the knowledge base's facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BriefTechnique {
    #[serde(flatten)]
    pub technique: Technique,
    /// `Parent: Sub` for a sub-technique.
    pub name: String,
    /// Tactic ids (`command-and-control`), from the knowledge base.
    pub tactics: Vec<String>,
    /// The id that the article had, where it was revoked or merged since.
    pub was: Option<String>,
}

impl BriefTechnique {
    /// Stated, or more likely than not. What is less is shown apart, and neither phases nor severity rest on it.
    pub fn is_likely(&self) -> bool {
        self.technique.source == "stated" || self.technique.confidence >= 50
    }
}

/// A hunt of the brief with its queries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BriefHunt {
    #[serde(flatten)]
    pub traced: TracedHunt,
    /// `behaviour`, `indicator`, `exposure` or `catalogue`.
    pub origin: String,
    /// Of a catalogue hunt: the article's techniques that it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// Literals of a catalogue hunt's queries are its rule's and are not listed.
    pub emissions: Vec<Emission>,
}

/// A plugin call that failed and what was lost by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CallFailure {
    pub plugin: PluginId,
    /// `read`, `extract`, `classify`, `emit` or `poll`.
    pub stage: String,
    pub code: String,
    pub message: String,
    pub hint: String,
}

/// Another place that prints the same report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BriefLink {
    pub source: String,
    pub title: String,
    pub url: String,
}

/// What a reader of the revision before and of this one would point at: lines that came and lines that went, each list
/// in its text's order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Changes {
    /// The title before, where it is another now.
    pub title_before: Option<String>,
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

/// Everything that huntsmith has to say of one article.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Brief {
    pub version: u32,
    /// SHA-256 of the article.
    pub article: String,
    pub title: String,
    pub source: String,
    pub url: String,
    /// RFC 3339 or a date, as the source stated it.
    pub published: Option<String>,
    /// BCP 47: the text's language, as declared or recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    pub tlp: Tlp,
    /// Other places that print the same report, in the order of their addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<BriefLink>,
    /// What changed since the revision before; none for the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    pub severity: Severity,
    pub severity_terms: Vec<SeverityTerm>,
    /// Sentences that say what the article is about, in reading order.
    #[serde(default)]
    pub profile: Vec<Span>,
    /// The text that all spans refer to.
    pub text: String,
    pub indicators: Vec<Indicator>,
    pub observations: Vec<Observation>,
    pub relations: Vec<Relation>,
    pub techniques: Vec<BriefTechnique>,
    pub actors: Vec<Actor>,
    pub phases: Vec<Phase>,
    pub hunts: Vec<BriefHunt>,
    /// Why there is nothing to hunt; empty where there is.
    pub nothing_to_hunt: Vec<String>,
    pub rejections: Vec<Rejection>,
    pub notes: Vec<Note>,
    pub failures: Vec<CallFailure>,
    /// Every plugin that was asked.
    pub plugins: Vec<PluginId>,
}
