//! The manifest: what a plugin is, what it asks for, what it declares. Written by its author as `plugin.toml`,
//! carried by the component as JSON in a custom section, read without running anything.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of the component's custom section that holds the manifest as JSON.
pub const SECTION: &str = "huntsmith:manifest";

/// The worlds of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    FeedSource,
    DocumentReader,
    IocExtractor,
    TechniqueClassifier,
    QueryEmitter,
}

impl World {
    /// Every world, in the order of the pipeline.
    pub const ALL: [World; 5] = [
        World::FeedSource,
        World::DocumentReader,
        World::IocExtractor,
        World::TechniqueClassifier,
        World::QueryEmitter,
    ];

    /// As the contract names it.
    pub fn as_str(self) -> &'static str {
        match self {
            World::FeedSource => "feed-source",
            World::DocumentReader => "document-reader",
            World::IocExtractor => "ioc-extractor",
            World::TechniqueClassifier => "technique-classifier",
            World::QueryEmitter => "query-emitter",
        }
    }

    /// The package that holds the world.
    pub fn package(self) -> &'static str {
        match self {
            World::FeedSource => "huntsmith:feed",
            World::DocumentReader | World::IocExtractor | World::TechniqueClassifier => "huntsmith:article",
            World::QueryEmitter => "huntsmith:hunt",
        }
    }
}

impl std::fmt::Display for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A plugin's manifest. Reading one is [`Manifest::from_toml`] or [`Manifest::from_json`]; both leave nothing unchecked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// Lower-case letters, digits and `-`, beginning with a letter; at most 64. In `plugin.toml` the crate's own name
    /// where it is left out; so with the version, description, licence, authors and source.
    #[serde(default)]
    pub name: String,
    /// Semantic version.
    #[serde(default)]
    pub version: String,
    pub world: World,
    /// Version of the world's package that it was built against, for example `0.1.0`.
    pub contract: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub license: String,
    #[serde(default)]
    pub authors: Vec<String>,
    /// Where its source is kept.
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub capabilities: Capabilities,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub lifecycle: Lifecycle,
    /// Names of the data that `init` reads: files of `data/` by the names of `data/shipped.rs`.
    #[serde(default)]
    pub data: Vec<String>,
    /// For readers and feeds: which inputs are theirs.
    #[serde(default)]
    pub accepts: Accepts,
    /// For emitters: the dialect that they say.
    #[serde(default)]
    pub dialect: Option<Dialect>,
    /// Indicator kinds that this plugin adds, with what the host must know of each; as in `data/kinds.toml`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Map<String, serde_json::Value>>")]
    pub kinds: BTreeMap<String, toml::Table>,
    /// JSON schema of the operator's options; none: there are no options.
    #[serde(default)]
    pub config: Option<serde_json::Value>,
}

/// What a plugin asks the operator for. Only a `feed-source` may ask for anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Capabilities {
    /// Host names that it wants to reach: exact, or `*.example.org` for the names below one. `feed` stands for the
    /// host of the configured feed's own address.
    #[serde(default)]
    pub http: Vec<String>,
    /// Names of secrets that its requests refer to. `feed` stands for those that the operator lists for the feed.
    #[serde(default)]
    pub secrets: Vec<String>,
}

impl Capabilities {
    /// Whether it asks for this secret of a feed.
    pub fn has_secret(&self, name: &str) -> bool {
        self.secrets.iter().any(|asked| asked == name || asked == "feed")
    }
}

impl std::fmt::Display for Capabilities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds = [("network", &self.http), ("secrets", &self.secrets)];
        let said: Vec<String> = kinds
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(kind, names)| format!("{kind}: {}", names.join(", ")))
            .collect();
        f.write_str(if said.is_empty() { "nothing" } else { "" })?;
        f.write_str(&said.join("; "))
    }
}

/// Limits for one call; each has a default and a maximum that the host sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Limits {
    /// Wall time of the guest's own work, without the time that the host spends for it.
    pub deadline_ms: u64,
    /// Summed over all memories and tables of the component.
    pub memory_mib: u64,
    /// Bytes that the host lowers into a call.
    pub input_bytes: u64,
    /// Bytes that are lifted out of a call.
    pub output_bytes: u64,
    /// Records (indicators, items, artifacts, spans, …) in a result.
    pub records: u64,
    pub log_lines: u32,
    pub http_calls: u32,
    pub http_bytes: u64,
    /// Summed over the HTTP calls of one call.
    pub http_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline_ms: 5_000,
            memory_mib: 64,
            input_bytes: 16 << 20,
            output_bytes: 64 << 20,
            records: 200_000,
            log_lines: 200,
            http_calls: 32,
            http_bytes: 64 << 20,
            http_ms: 120_000,
        }
    }
}

impl Limits {
    /// The most that a manifest may ask for.
    pub const MAXIMUM: Limits = Limits {
        deadline_ms: 60_000,
        memory_mib: 1_024,
        input_bytes: 64 << 20,
        output_bytes: 256 << 20,
        records: 2_000_000,
        log_lines: 2_000,
        http_calls: 1_000,
        http_bytes: 1 << 30,
        http_ms: 600_000,
    };
}

/// How instances live.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, tag = "kind")]
pub enum Lifecycle {
    /// A new instance for every call: no state can leak from one article to the next.
    #[default]
    Fresh,
    /// For guests that are dear to start: an instance serves at most this many calls.
    #[serde(rename_all = "kebab-case")]
    Warm { max_calls: u32 },
}

/// Which inputs a reader or a feed takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Accepts {
    /// Without parameters, lower case: `text/html`; `text/*` for a whole type.
    pub media_types: Vec<String>,
    /// Without a dot, lower case.
    pub extensions: Vec<String>,
    /// ASCII texts that stand at the beginning of the bytes, after a byte-order mark and white space, compared
    /// without case.
    pub magic: Vec<String>,
    /// Takes what nobody else does.
    pub fallback: bool,
}

/// The dialect that an emitter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dialect {
    /// What `--dialect` takes: `splunk`.
    pub name: String,
    /// What a brief's heading says: `Splunk SPL (CIM)`.
    pub title: String,
    /// For fences and file endings: `spl`.
    pub language: String,
    /// Place in a brief, ascending; then by name.
    #[serde(default = "default_order")]
    pub order: u32,
    /// Said only where it is asked for by name: a brief would grow long with every language there is.
    #[serde(default)]
    pub on_request: bool,
}

fn default_order() -> u32 {
    100
}
