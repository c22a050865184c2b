//! `huntsmith.toml`: the feeds that the operator follows and what each may reach, which plugins run and how, whose plugins are
//! taken, and how the network is used.

mod plugins;

pub use plugins::{LimitsConfig, OnError, PluginConfig};

use crate::fetch::{FetchConfig, FetchError, Grant, HostPattern};
use crate::model::Tlp;
use crate::pipeline::IndicatorFilter;
use crate::plugin::manifest::Capabilities;
use crate::plugin::trust::TrustConfig;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file's name where none is given.
pub const FILE_NAME: &str = "huntsmith.toml";

/// The configuration; every part may be left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    pub feeds: BTreeMap<String, FeedConfig>,
    /// By names of plugins.
    pub plugins: BTreeMap<String, PluginConfig>,
    /// The mapping that each dialect's emitter is given: its own options, by names of dialects.
    #[schemars(with = "BTreeMap<String, serde_json::Map<String, serde_json::Value>>")]
    pub dialects: BTreeMap<String, toml::Table>,
    pub fetch: FetchConfig,
    /// Classes of events that the operator has (`process_creation`, `dns_query`, `aws/cloudtrail`); empty: all. Hunts of
    /// the catalogue that need others are not shown.
    pub telemetry: Vec<String>,
    /// Which indicators briefs show and hunt for; what was left out stands among what was turned away.
    pub indicators: IndicatorFilter,
    /// Whose plugins are taken.
    pub trust: TrustConfig,
    pub state: StateConfig,
    pub playbooks: PlaybooksConfig,
}

/// The playbooks of briefs.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PlaybooksConfig {
    /// False: runs write none.
    pub enabled: bool,
    /// The operator's own rows in place of huntsmith's: a file, TOML or Markdown, or a folder of such files.
    pub overrides: Option<PathBuf>,
}

impl Default for PlaybooksConfig {
    fn default() -> Self {
        Self { enabled: true, overrides: None }
    }
}

/// What is remembered between runs.
#[derive(Debug, Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct StateConfig {
    /// Its folder; none: runs over configured feeds use the user's own, other runs remember nothing.
    pub folder: Option<PathBuf>,
}

/// A feed that the operator follows.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FeedConfig {
    /// Name of the plugin that reads it.
    pub plugin: String,
    /// Its address.
    #[serde(deserialize_with = "address", serialize_with = "written")]
    #[schemars(with = "String")]
    pub url: url::Url,
    /// Hosts that the plugin may reach beside the address's own, as far as its manifest asks for them.
    #[serde(default)]
    pub hosts: Vec<HostPattern>,
    /// Hosts that may be at addresses which are not public.
    #[serde(default)]
    pub private_hosts: Vec<HostPattern>,
    /// Plain `http`.
    #[serde(default)]
    pub allow_http: bool,
    /// Ports beyond the schemes' own.
    #[serde(default)]
    pub ports: Vec<u16>,
    /// Names of secrets of `[fetch.secrets]` that its requests may refer to.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// The least marking of what it brings; an item's own marking can only raise it.
    #[serde(default)]
    pub tlp: Tlp,
    /// The highest marking of what its plugin is given while it may use the network.
    #[serde(default)]
    pub max_tlp: Tlp,
    /// The plugin's own options.
    #[serde(default)]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub options: toml::Table,
}

fn address<'de, D: serde::Deserializer<'de>>(text: D) -> Result<url::Url, D::Error> {
    let text = String::deserialize(text)?;
    url::Url::parse(&text).map_err(|e| serde::de::Error::custom(format!("`{text}` is not an address: {e}")))
}

fn written<S: serde::Serializer>(url: &url::Url, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(url.as_str())
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: {error}\n\nhint: name another file with `--config`", path.display())]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("{}: {}\n\nhint: {hint}", path.display(), error.to_string().trim_end())]
    Malformed { path: PathBuf, error: Box<toml::de::Error>, hint: String },
    #[error("{where_}: {message}")]
    Wrong { where_: String, message: String },
}

impl Config {
    /// Reads the named file; without a name `huntsmith.toml` of this folder, if there is one.
    ///
    /// # Errors
    /// The file cannot be read, is no TOML, or has a key that is not known.
    pub fn open(named: Option<&Path>) -> Result<Self, ConfigError> {
        let path = match named {
            Some(path) => path,
            None if Path::new(FILE_NAME).is_file() => Path::new(FILE_NAME),
            None => return Ok(Self::default()),
        };
        let unreadable = |error| ConfigError::Unreadable { path: path.to_owned(), error };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            let hint = crate::plugin::validate::suggestion(error.message());
            let hint = hint.unwrap_or_else(|| "`huntsmith config schema` says what may stand there".to_owned());
            ConfigError::Malformed { path: path.to_owned(), error: Box::new(error), hint }
        })
    }

    /// The mapping of a dialect, as its emitter gets it; none where the operator says nothing of it.
    pub fn mapping(&self, dialect: &str) -> Option<String> {
        let options = self.dialects.get(dialect)?;
        Some(serde_json::to_value(options).unwrap_or_default().to_string())
    }

    /// Refuses a name that no plugin or dialect has, with the one that was meant.
    pub fn check_names(&self, plugins: &[&str], dialects: &[&str]) -> Result<(), ConfigError> {
        let unknown = |part: &str, name: &String, known: &[&str]| {
            let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(name, known));
            let hint = near.map_or("there are none".to_owned(), |near| format!("did you mean `{near}`?"));
            let where_ = format!("[{part}.{name}] of the configuration");
            ConfigError::Wrong { where_, message: format!("there is nothing of that name\n\nhint: {hint}") }
        };
        if let Some(name) = self.plugins.keys().find(|name| !plugins.contains(&name.as_str())) {
            return Err(unknown("plugins", name, plugins));
        }
        if let Some(name) = self.dialects.keys().find(|name| !dialects.contains(&name.as_str())) {
            return Err(unknown("dialects", name, dialects));
        }
        Ok(())
    }
}

impl FeedConfig {
    /// What the plugin is told: its options, with the address as `url`; a JSON object.
    pub fn options_json(&self) -> String {
        let mut options = serde_json::to_value(&self.options).unwrap_or_default();
        options["url"] = self.url.as_str().into();
        options.to_string()
    }

    /// The options that a plugin's schema is held against: the address too, where the schema has a place for it.
    pub fn options_for(&self, schema: Option<&serde_json::Value>) -> serde_json::Value {
        let mut options = serde_json::to_value(&self.options).unwrap_or_default();
        if schema.is_some_and(|schema| schema["properties"]["url"].is_object()) {
            options["url"] = self.url.as_str().into();
        }
        options
    }

    /// The folder or file that it names instead of an address on the web.
    pub fn path(&self) -> Option<PathBuf> {
        (self.url.scheme() == "file").then(|| self.url.to_file_path().ok()).flatten()
    }

    /// What its plugin may reach: what the manifest asks for, within the address's own host and the operator's grants.
    ///
    /// # Errors
    /// The manifest asks for something that is no host, or a secret cannot be had or is not asked for.
    pub fn grant(&self, asked: &Capabilities, fetch: &FetchConfig) -> Result<Grant, FetchError> {
        if let Some(name) = self.secrets.iter().find(|name| !asked.has_secret(name)) {
            return Err(FetchError::SecretNotAsked { name: name.clone() });
        }
        let own = self.url.host_str().and_then(|host| host.parse().ok());
        let hosts = self.hosts.iter().cloned().chain(own).collect();
        let mut grant = Grant::for_plugin(&asked.http, Some(&self.url), hosts)?;
        grant.private_hosts = self.private_hosts.clone();
        grant.allow_http = self.allow_http;
        grant.ports = self.ports.clone();
        grant.max_tlp = self.max_tlp;
        grant.secrets = fetch.load_secrets(self.secrets.iter().map(String::as_str))?;
        Ok(grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_needs_a_plugin_and_an_address_and_nothing_unknown() {
        let good = "[feeds.one]\nplugin = \"feed-x\"\nurl = \"https://feeds.example/all\"\noptions = { limit = 3 }\n";
        let config: Config = toml::from_str(good).unwrap();
        let options: serde_json::Value = serde_json::from_str(&config.feeds["one"].options_json()).unwrap();
        assert_eq!(options, serde_json::json!({"limit": 3, "url": "https://feeds.example/all"}));
        assert!(toml::from_str::<Config>("[feeds.one]\nplugin = \"feed-x\"\n").is_err());
        assert!(toml::from_str::<Config>(&good.replace("plugin", "plugins")).is_err());
    }

    #[test]
    fn a_feed_s_plugin_gets_the_hosts_and_secrets_that_both_sides_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "value").unwrap();
        let text = format!(
            "[feeds.one]\nplugin = \"feed-x\"\nurl = \"https://feeds.example/all\"\nhosts = [\"api.example\", \"more.example\"]\n\
             secrets = [\"token\"]\n[fetch.secrets.token]\nfile = {file:?}\nhosts = [\"api.example\"]\n"
        );
        let config: Config = toml::from_str(&text).unwrap();
        let grant = |http: &[&str], secrets: &[&str]| {
            let own = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
            config.feeds["one"].grant(&Capabilities { http: own(http), secrets: own(secrets) }, &config.fetch)
        };
        let granted = grant(&["feed", "api.example"], &["token", "other"]).unwrap();
        let asked = granted.asked.as_ref().unwrap();
        let both = granted.hosts.iter().filter(|host| asked.contains(host)).map(ToString::to_string);
        assert_eq!(both.collect::<Vec<_>>(), ["api.example", "feeds.example"]);
        let secrets: Vec<&str> = granted.secrets.iter().map(|secret| secret.name()).collect();
        assert_eq!(secrets, ["token"]);
        assert!(grant(&["feed"], &["feed"]).is_ok(), "whatever the operator lists");
        let refused = grant(&["feed", "api.example"], &[]).unwrap_err();
        assert!(refused.code() == "secret-not-asked" && refused.hint().contains("secret:token"), "{refused}");
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        assert!(matches!(Config::open(Some(Path::new("no/such/file"))), Err(ConfigError::Unreadable { .. })));
    }
}
