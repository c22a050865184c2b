//! What extractors find: indicators, observations, relations, and what they turned away.

use super::{PluginId, Property, Span};
use serde::{Deserialize, Serialize};

/// What one extractor made of one article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Extraction {
    pub indicators: Vec<Indicator>,
    pub observations: Vec<Observation>,
    pub relations: Vec<Relation>,
    pub rejections: Vec<Rejection>,
}

/// An indicator of compromise, refanged and canonical.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Indicator {
    pub kind: String,
    pub value: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Property>,
    pub spans: Vec<Span>,
    pub defanged: bool,
    /// `attacker`, `abused-service`, `victim`, `reference`, `tool`, `unknown`.
    pub role: String,
    /// 0 to 100.
    pub confidence: u8,
    pub reasons: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// Who found it; set by the host.
    pub plugin: Option<PluginId>,
}

/// One field of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ObservedField {
    pub name: String,
    pub value: String,
    pub span: Span,
}

/// Something that happened, as fields of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Observation {
    pub class: String,
    pub fields: Vec<ObservedField>,
    pub spans: Vec<Span>,
    pub confidence: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    pub plugin: Option<PluginId>,
}

/// Two indicators of the same extraction belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Relation {
    pub subject: u32,
    pub kind: String,
    pub object: u32,
    pub spans: Vec<Span>,
}

/// A candidate that was turned away, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Rejection {
    pub kind: String,
    pub value: String,
    pub span: Span,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    pub plugin: Option<PluginId>,
}
