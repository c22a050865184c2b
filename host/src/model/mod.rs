//! Plain data that flows between the stages: serde, no I/O, no wasmtime types. The ground floor.
//!
//! The types mirror the contract in `wit/` (its comments have the full meaning and bounds); `bindings/` converts.

mod article;
mod brief;
mod http;
mod hunt;
mod indicator;
mod query;
mod technique;

pub use article::*;
pub use brief::*;
pub use http::*;
pub use hunt::*;
pub use indicator::*;
pub use query::*;
pub use technique::*;

use serde::{Deserialize, Serialize};

/// A named value outside the contract's own fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Property {
    pub name: String,
    pub value: String,
}

impl Property {
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// The value of the first property called `name`.
pub fn property<'a>(properties: &'a [Property], name: &str) -> Option<&'a str> {
    properties.iter().find(|p| p.name == name).map(|p| p.value.as_str())
}

/// Half-open byte range `[start, end)` into an article's text, on UTF-8 character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
#[schemars(with = "(u32, u32)")]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl From<(u32, u32)> for Span {
    fn from((start, end): (u32, u32)) -> Self {
        Self { start, end }
    }
}

impl From<Span> for (u32, u32) {
    fn from(span: Span) -> Self {
        (span.start, span.end)
    }
}

impl Span {
    /// The text that the span covers; empty where the span does not lie in `text` on character boundaries.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// Whether the span is not empty and lies in `text` on character boundaries.
    pub fn fits(self, text: &str) -> bool {
        self.start < self.end && text.get(self.start as usize..self.end as usize).is_some()
    }
}

/// TLP 2.0 marking, from the least to the most restricted.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Tlp {
    #[default]
    Clear,
    Green,
    Amber,
    #[serde(rename = "amber+strict")]
    AmberStrict,
    Red,
}

impl Tlp {
    /// As the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Tlp::Clear => "clear",
            Tlp::Green => "green",
            Tlp::Amber => "amber",
            Tlp::AmberStrict => "amber+strict",
            Tlp::Red => "red",
        }
    }

    /// Reads the contract's words, and TLP 1.0's `white`, in any case and with or without `TLP:`.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        match lower.strip_prefix("tlp:").unwrap_or(&lower).trim() {
            "clear" | "white" => Some(Tlp::Clear),
            "green" => Some(Tlp::Green),
            "amber" => Some(Tlp::Amber),
            "amber+strict" => Some(Tlp::AmberStrict),
            "red" => Some(Tlp::Red),
            _ => None,
        }
    }
}

/// Which plugin said something: name, version and the SHA-256 of its component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PluginId {
    pub name: String,
    pub version: String,
    /// Lower-case hex SHA-256 of the component as it was built, before it was prepared.
    pub digest: String,
}

impl std::fmt::Display for PluginId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

/// What every call is told: the operator's options, the marking of what is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CallContext {
    /// A JSON object.
    pub config: String,
    pub tlp: Tlp,
    pub properties: Vec<Property>,
}

impl Default for CallContext {
    fn default() -> Self {
        Self { config: "{}".into(), tlp: Tlp::Clear, properties: Vec::new() }
    }
}

/// Something that the operator should know and that stopped nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Note {
    pub code: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}
