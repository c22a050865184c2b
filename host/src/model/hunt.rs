//! The hunt plan: what to look for, before any SIEM dialect touches it. Arenas stand in for trees: children come
//! before their parents. `wit/hunt` has the meaning and bounds of each field.

use super::{Property, Span, Tlp};
use serde::{Deserialize, Serialize};

/// A file's place, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PathValue {
    pub full: String,
    pub directory: Option<String>,
    pub name: String,
}

/// A registry key or value, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RegistryValue {
    pub hive: String,
    pub key: String,
    pub value_name: Option<String>,
}

/// An address of the web, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UrlValue {
    pub full: String,
    pub scheme: String,
    pub host: String,
    pub port: Option<u16>,
    pub path: String,
    pub query: Option<String>,
}

/// A domain name in both forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DomainValue {
    pub ascii: String,
    pub unicode: String,
    pub subdomains: bool,
}

/// A digest with its algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DigestValue {
    pub algorithm: String,
    pub hex: String,
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Literal(String),
    AnyRun,
    AnyOne,
}

/// A value that a field is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Null,
    Pattern(Vec<Part>),
    Regex(String),
    Address(String),
    Network(String),
    Path(PathValue),
    Registry(RegistryValue),
    Url(UrlValue),
    Domain(DomainValue),
    Digest(DigestValue),
    Field(String),
    ListReference(String),
    Placeholder(String),
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    Word,
    Like,
    Matches,
    Within,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Exists,
}

/// A field against values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Test {
    pub field: String,
    pub operator: Operator,
    pub values: Vec<Value>,
    pub all: bool,
    pub case_sensitive: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// Values that stand anywhere in the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Keywords {
    pub values: Vec<Value>,
    pub all: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// A node of a predicate; children are indexes of earlier nodes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Node {
    All(Vec<u32>),
    Any(Vec<u32>),
    Negate(u32),
    Test(Test),
    Keywords(Keywords),
}

/// A condition over one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Predicate {
    pub nodes: Vec<Node>,
    pub root: u32,
}

/// Sigma's log source; `category` is the event class.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EventClass {
    pub category: Option<String>,
    pub product: Option<String>,
    pub service: Option<String>,
}

/// One search over one class of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Search {
    pub name: String,
    pub class: EventClass,
    pub predicate: Predicate,
    pub fields: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// What is measured of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Measure {
    pub name: String,
    pub function: String,
    pub field: Option<String>,
    pub argument: Option<f64>,
    #[serde(rename = "where")]
    pub filter: Option<Predicate>,
}

/// Groups and their measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Aggregate {
    pub by: Vec<String>,
    pub bucket_seconds: Option<u32>,
    pub measures: Vec<Measure>,
}

/// Seconds since the event before, in the same group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Interval {
    pub by: Vec<String>,
    pub name: String,
}

/// A new field made of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Derive {
    pub name: String,
    pub function: String,
    pub fields: Vec<String>,
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SortKey {
    pub field: String,
    pub descending: bool,
}

/// Work on a hunt's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Aggregate(Aggregate),
    Interval(Interval),
    Derive(Derive),
    Keep(Predicate),
    Sort(Vec<SortKey>),
    Limit(u32),
}

/// One grouping key under its common name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct GroupKey {
    pub name: String,
    pub fields: Vec<String>,
}

/// An input of a correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CorrelationInput {
    Search(u32),
    Correlation(u32),
}

/// Sigma's correlations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Correlation {
    pub name: String,
    pub kind: String,
    pub inputs: Vec<CorrelationInput>,
    pub by: Vec<GroupKey>,
    pub fields: Vec<String>,
    pub span_seconds: u32,
    pub condition: Option<Predicate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// The time that a hunt looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Window {
    LastSeconds(u32),
    Between(String, String),
}

/// A hunt, as emitters get it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Hunt {
    pub id: String,
    pub title: String,
    pub description: String,
    pub author: Option<String>,
    pub license: Option<String>,
    pub level: Option<String>,
    pub status: Option<String>,
    pub source: Option<String>,
    /// Kill-chain phase: a word of VOCABULARY.md's "Phases".
    pub phase: String,
    /// `Low`, `Medium` or `High`.
    pub confidence: String,
    pub tlp: Tlp,
    pub techniques: Vec<String>,
    pub searches: Vec<Search>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correlations: Vec<Correlation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    pub window: Window,
    pub false_positives: Vec<String>,
    pub references: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// Where a value of a hunt comes from: the trace from a literal in a query back to the article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Origin {
    /// Index of the search, its node and the node's value.
    pub search: u32,
    pub node: u32,
    pub value: u32,
    /// Kind and canonical value of the indicator or observed field.
    pub kind: String,
    pub indicator: String,
    /// In the article's text.
    pub spans: Vec<Span>,
}

/// A hunt with the trace of its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TracedHunt {
    pub hunt: Hunt,
    pub origins: Vec<Origin>,
}
