//! What a feed and a reader bring: items, documents, and the article that later stages read.

use super::{Note, Property, Span, Tlp};
use serde::{Deserialize, Serialize};

/// Bytes that nobody has understood yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// File name without a folder.
    pub name: Option<String>,
    /// As declared, lower case, parameters kept; empty if unknown.
    pub media_type: String,
    pub base_url: Option<String>,
    #[serde(with = "base64_bytes")]
    pub bytes: Vec<u8>,
}

/// Bytes in JSON.
mod base64_bytes {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// One entry of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    pub key: String,
    pub url: Option<String>,
    pub title: Option<String>,
    /// RFC 3339, UTC.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub tlp: Option<Tlp>,
    pub summary: Option<Document>,
    pub body: Option<Document>,
    pub facts: Vec<Fact>,
    pub properties: Vec<Property>,
}

/// What one poll of a feed brought.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FeedPage {
    pub title: Option<String>,
    pub items: Vec<Item>,
    pub cursor: Option<String>,
    pub more: bool,
    pub notes: Vec<Note>,
}

/// What a reader made of one document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    pub contents: Vec<Content>,
    pub children: Vec<Document>,
    pub notes: Vec<Note>,
}

/// Where a table cell stands, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Cell {
    pub table: u32,
    pub row: u32,
    pub column: u32,
    pub header: bool,
}

/// One block of text, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Block {
    pub span: Span,
    /// `heading`, `paragraph`, `list-item`, `table-cell`, `code`, `quote`, `caption`, `preformatted`.
    pub kind: String,
    pub level: u8,
    /// Index of the nearest heading block above.
    pub heading: Option<u32>,
    pub cell: Option<Cell>,
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// A link and where its text stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Link {
    pub span: Span,
    pub target: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// Something that a source states in structured form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Fact {
    pub id: String,
    pub kind: String,
    pub value: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// Text with its structure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Content {
    pub title: Option<String>,
    pub published: Option<String>,
    pub language: Option<String>,
    /// UTF-8, NFC, no control characters but newline and tab.
    pub text: String,
    pub blocks: Vec<Block>,
    pub links: Vec<Link>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// A content with its provenance: what extractors and classifiers read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Article {
    /// Lower-case hex SHA-256 of source, address and content.
    pub id: String,
    pub source: String,
    pub url: String,
    pub content: Content,
    pub facts: Vec<Fact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    #[serde(default)]
    pub tlp: Tlp,
}
