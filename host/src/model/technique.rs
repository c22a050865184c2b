//! What classifiers find: ATT&CK techniques and named actors, with their evidence.

use super::{PluginId, Property, Rejection, Span};
use serde::{Deserialize, Serialize};

/// What one classifier made of one article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Classification {
    pub techniques: Vec<Technique>,
    pub actors: Vec<Actor>,
    pub rejections: Vec<Rejection>,
}

/// A technique that the article shows, with the sentences that carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Technique {
    /// For example `T1059.001`.
    pub id: String,
    /// `stated` or `inferred`.
    pub source: String,
    /// 0 to 100, calibrated.
    pub confidence: u8,
    pub evidence: Vec<Span>,
    pub reasons: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    pub plugin: Option<PluginId>,
}

/// A group, a piece of software, a campaign that the article names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Actor {
    /// `group`, `software` or `campaign`.
    pub kind: String,
    pub name: String,
    pub id: Option<String>,
    pub spans: Vec<Span>,
    pub confidence: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    pub plugin: Option<PluginId>,
}
