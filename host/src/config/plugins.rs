//! `[plugins.NAME]` and `[dialects.NAME]`: which plugins run, in which order, with which options and limits.

use crate::plugin::manifest::Limits;
use crate::plugin::{Manifest, options};
use serde::{Deserialize, Serialize};

/// What the operator says of one plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PluginConfig {
    /// False: it is left out.
    pub enabled: bool,
    /// Its place among the plugins of its kind, ascending; 0 where it is not said, then in the order of `plugin list`.
    pub order: i32,
    /// The plugin's own options, as the schema in its manifest has them.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub options: toml::Table,
    /// What becomes of a run in which it fails.
    pub on_error: OnError,
    /// In the place of its manifest's, within the host's maxima.
    pub limits: LimitsConfig,
}

impl Default for PluginConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            order: 0,
            options: toml::Table::new(),
            on_error: OnError::Skip,
            limits: LimitsConfig::default(),
        }
    }
}

/// What becomes of a run in which a plugin fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnError {
    /// It ends with an error.
    Fail,
    /// It goes on, and its result is partial.
    Skip,
}

/// Limits of one call; those that are left out are the manifest's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct LimitsConfig {
    pub deadline_ms: Option<u64>,
    pub memory_mib: Option<u64>,
    pub input_bytes: Option<u64>,
    pub output_bytes: Option<u64>,
    pub records: Option<u64>,
    pub log_lines: Option<u32>,
    pub http_calls: Option<u32>,
    pub http_bytes: Option<u64>,
    pub http_ms: Option<u64>,
}

impl LimitsConfig {
    /// The manifest's limits with these in their place.
    pub fn over(&self, limits: &Limits) -> Limits {
        Limits {
            deadline_ms: self.deadline_ms.unwrap_or(limits.deadline_ms),
            memory_mib: self.memory_mib.unwrap_or(limits.memory_mib),
            input_bytes: self.input_bytes.unwrap_or(limits.input_bytes),
            output_bytes: self.output_bytes.unwrap_or(limits.output_bytes),
            records: self.records.unwrap_or(limits.records),
            log_lines: self.log_lines.unwrap_or(limits.log_lines),
            http_calls: self.http_calls.unwrap_or(limits.http_calls),
            http_bytes: self.http_bytes.unwrap_or(limits.http_bytes),
            http_ms: self.http_ms.unwrap_or(limits.http_ms),
        }
    }
}

impl PluginConfig {
    /// Puts the limits into the manifest, and gives the options as the plugin gets them.
    ///
    /// # Errors
    /// A limit that is over the host's, or an option that the manifest's schema does not have.
    pub fn apply(&self, manifest: &mut Manifest) -> Result<String, String> {
        manifest.limits = self.limits.over(&manifest.limits);
        manifest.validate().map_err(|error| error.to_string())?;
        let given = serde_json::to_value(&self.options).unwrap_or_default();
        options::check(manifest.config.as_ref(), &given).map_err(|error| error.to_string())?;
        Ok(given.to_string())
    }
}
