//! What emitters make of hunts: artifacts with the places of their literals, or typed refusals.

use super::{PluginId, Property};
use serde::{Deserialize, Serialize};

/// What form of text is asked of an emitter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Target {
    /// `query` or `rule`.
    pub form: String,
    /// A JSON object.
    pub mapping: String,
}

impl Default for Target {
    fn default() -> Self {
        Self { form: "query".into(), mapping: "{}".into() }
    }
}

/// A place in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Place {
    /// `hunt`, `search`, `stage` or `correlation`.
    pub part: String,
    pub index: u32,
    pub node: Option<u32>,
}

/// Where a literal of the plan stands in an artifact's text, quotes included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Literal {
    pub place: Place,
    pub value: u32,
    pub piece: Option<u32>,
    pub start: u32,
    pub end: u32,
}

/// One query or rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Artifact {
    pub name: String,
    pub media_type: String,
    /// `spl`, `kql`, …: for highlighting and file endings.
    pub language: String,
    pub text: String,
    pub notes: Vec<String>,
    pub literals: Vec<Literal>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// Why an emitter did not say a hunt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refusal {
    pub code: String,
    pub what: String,
    pub place: Place,
    pub reason: String,
}

/// One hunt in one dialect: its artifacts, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Emission {
    /// The dialect's name, as the plugin's manifest gives it.
    pub dialect: String,
    /// For people, as the manifest gives it.
    pub title: String,
    pub plugin: PluginId,
    #[serde(default)]
    pub artifacts: Vec<Artifact>,
    #[serde(default)]
    pub refusals: Vec<Refusal>,
}
