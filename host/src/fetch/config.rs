//! `[fetch]` of the configuration: how huntsmith behaves on the network.

use super::error::FetchError;
use super::grant::HostPattern;
use super::secret::{Secret, SecretConfig, SecretSource};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// How the client behaves; every value has a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct FetchConfig {
    /// Sent as `User-Agent`. Robots files are read for the name `huntsmith` whatever this says.
    pub user_agent: String,
    /// To resolve a name and to connect, together.
    pub connect_seconds: f64,
    /// The longest pause within a response.
    pub read_seconds: f64,
    /// One fetch, with its redirects, retries and waiting.
    pub total_seconds: f64,
    /// Bytes of a body as it is used, after decompression.
    pub max_bytes: u64,
    /// Bytes of a body on the wire.
    pub max_wire_bytes: u64,
    pub max_redirects: usize,
    /// How often an idempotent request is sent at most.
    pub attempts: u32,
    /// The first pause between two of them; it doubles each time, plus up to as much again.
    pub backoff_seconds: f64,
    /// The longest `Retry-After`, or delay of a robots file, that is waited for.
    pub retry_after_seconds: f64,
    /// Requests under way at one host at the same time.
    pub per_host: usize,
    /// Between the starts of two requests to one host.
    pub spacing_ms: u64,
    /// Hosts whose robots file is not asked.
    pub ignore_robots: Vec<HostPattern>,
    /// Hosts that every feed may reach, if it is granted them at all, at addresses that are not public: names,
    /// addresses or networks. `*` is refused.
    pub private_hosts: Vec<HostPattern>,
    /// `http://host:port` of a proxy. It resolves names and so decides which addresses are reached. The environment's
    /// proxy settings are not read.
    pub proxy: Option<String>,
    pub proxy_user: Option<String>,
    pub proxy_password: Option<SecretSource>,
    /// PEM files with certificates of authorities to trust beside the system's.
    pub ca_files: Vec<PathBuf>,
    pub secrets: BTreeMap<String, SecretConfig>,
    /// The folder of the cache; none: nothing is kept. The command line sets it.
    #[serde(skip)]
    pub cache: Option<PathBuf>,
    /// Answer from the cache alone. The command line sets it.
    #[serde(skip)]
    pub offline: bool,
}

impl Default for FetchConfig {
    fn default() -> Self {
        Self {
            user_agent: concat!("huntsmith/", env!("CARGO_PKG_VERSION")).into(),
            connect_seconds: 10.0,
            read_seconds: 30.0,
            total_seconds: 120.0,
            max_bytes: 64 << 20,
            max_wire_bytes: 32 << 20,
            max_redirects: 10,
            attempts: 3,
            backoff_seconds: 0.5,
            retry_after_seconds: 30.0,
            per_host: 2,
            spacing_ms: 250,
            ignore_robots: Vec::new(),
            private_hosts: Vec::new(),
            proxy: None,
            proxy_user: None,
            proxy_password: None,
            ca_files: Vec::new(),
            secrets: BTreeMap::new(),
            cache: None,
            offline: false,
        }
    }
}

/// A number of seconds from the configuration, which [`FetchConfig::check`] found to be one.
pub(super) fn seconds(value: f64) -> Duration {
    Duration::from_secs_f64(value)
}

impl FetchConfig {
    /// Reads the secrets with these names, for a feed whose manifest and configuration name them.
    pub fn load_secrets<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Vec<Secret>, FetchError> {
        let missing = |name: &str| FetchError::Secret { name: name.into(), reason: "it is not configured".into() };
        let load = |name: &'a str| Secret::load(name, self.secrets.get(name).ok_or_else(|| missing(name))?);
        names.into_iter().map(load).collect()
    }

    /// Refuses values with which nothing could work, naming the key.
    pub fn check(&self) -> Result<(), FetchError> {
        let wrong = |key: &str, reason: &str| Err(FetchError::Configuration { key: key.into(), reason: reason.into() });
        let times = [
            ("connect-seconds", self.connect_seconds),
            ("read-seconds", self.read_seconds),
            ("total-seconds", self.total_seconds),
            ("backoff-seconds", self.backoff_seconds),
            ("retry-after-seconds", self.retry_after_seconds),
        ];
        for (key, value) in times {
            if !(0.001..=86_400.0).contains(&value) {
                return wrong(key, "it is not between 0.001 and 86400");
            }
        }
        if self.per_host == 0 {
            return wrong("per-host", "it is 0, so that no request could be sent");
        }
        if self.attempts == 0 {
            return wrong("attempts", "it is 0, so that no request could be sent");
        }
        if self.private_hosts.contains(&HostPattern::Any) {
            return wrong("private-hosts", "`*` would open the whole inside network to every article");
        }
        if self.user_agent.is_empty() || !self.user_agent.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            return wrong("user-agent", "it is empty or not printable ASCII");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_work_and_values_that_cannot_are_named() {
        FetchConfig::default().check().unwrap();
        let cases = [
            ("total-seconds = 0", "total-seconds"),
            ("connect-seconds = -1", "connect-seconds"),
            ("backoff-seconds = nan", "backoff-seconds"),
            ("read-seconds = inf", "read-seconds"),
            ("per-host = 0", "per-host"),
            ("attempts = 0", "attempts"),
            ("private-hosts = [\"10.0.0.0/8\", \"*\"]", "private-hosts"),
            ("user-agent = \"a\\nb\"", "user-agent"),
        ];
        for (text, key) in cases {
            let error = toml::from_str::<FetchConfig>(text).unwrap().check().unwrap_err();
            assert!(matches!(&error, FetchError::Configuration { key: named, .. } if named == key), "{text}: {error}");
        }
        for unknown in ["no-such-key = 1", "ignore-robots = [\"https://example.org\"]"] {
            assert!(toml::from_str::<FetchConfig>(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn a_secret_that_nobody_configured_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "value").unwrap();
        let text = format!("[secrets.one]\nfile = {:?}\nhosts = [\"example.org\"]", file.display().to_string());
        let config: FetchConfig = toml::from_str(&text).unwrap();
        assert_eq!(config.load_secrets(["one"]).unwrap()[0].name(), "one");
        let error = config.load_secrets(["one", "two"]).unwrap_err();
        assert!(error.to_string().contains("two") && error.hint().contains("[fetch.secrets.two]"), "{error}");
    }
}
