//! Secrets of the operator's for a feed: read from the environment or a file, bound to hosts and to a place in the
//! request, added by the host. A plugin knows their names only, and no message shows their value.

use super::error::FetchError;
use super::grant::HostPattern;
use base64::Engine;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where a secret's value is kept; exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SecretSource {
    /// Name of an environment variable.
    pub env: Option<String>,
    /// A file that holds the value and nothing else; a newline at its end is not part of it.
    pub file: Option<PathBuf>,
}

/// `[fetch.secrets.NAME]` of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SecretConfig {
    pub env: Option<String>,
    pub file: Option<PathBuf>,
    /// The hosts that it is sent to; never empty.
    pub hosts: Vec<HostPattern>,
    /// The header that carries it, `Authorization` unless said otherwise.
    pub header: Option<String>,
    /// What stands before it in the header: `Bearer `.
    pub prefix: String,
    /// For basic authentication: the user name, the secret being the password. Not together with `header`.
    pub basic_user: Option<String>,
}

/// A secret that was read. Neither `Debug` nor any error shows its value.
#[derive(Clone)]
pub struct Secret {
    name: String,
    hosts: Vec<HostPattern>,
    header: HeaderName,
    /// As it is sent, prefix or basic encoding included.
    sent: String,
    value: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret").field("name", &self.name).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl SecretSource {
    /// Reads the value. An empty one, one with control characters, or two sources at once are errors.
    pub(super) fn read(&self, name: &str) -> Result<String, FetchError> {
        let failed = |reason: String| FetchError::Secret { name: name.into(), reason };
        let value = match (&self.env, &self.file) {
            (Some(variable), None) => std::env::var(variable)
                .map_err(|_| failed(format!("the environment variable {variable} is not set or not UTF-8")))?,
            (None, Some(file)) => {
                std::fs::read_to_string(file).map_err(|e| failed(format!("{} cannot be read: {e}", file.display())))?
            }
            _ => return Err(failed("exactly one of `env` and `file` says where it is kept".into())),
        };
        let value = value.trim_end_matches(['\r', '\n']);
        match value {
            "" => Err(failed("it is empty".into())),
            v if v.chars().any(char::is_control) => Err(failed("it holds control characters".into())),
            v => Ok(v.into()),
        }
    }
}

impl Secret {
    /// Reads what `config` says, once; later changes of the environment or the file are not seen.
    pub fn load(name: &str, config: &SecretConfig) -> Result<Self, FetchError> {
        let failed = |reason: &str| FetchError::Secret { name: name.into(), reason: reason.into() };
        let value = SecretSource { env: config.env.clone(), file: config.file.clone() }.read(name)?;
        if config.hosts.is_empty() {
            return Err(failed("`hosts` does not say which hosts may receive it"));
        }
        let (header, sent) = match (&config.basic_user, &config.header) {
            (Some(_), Some(_)) => return Err(failed("`basic-user` and `header` exclude each other")),
            (Some(user), None) if user.contains(':') || user.chars().any(char::is_control) => {
                return Err(failed("`basic-user` holds a colon or a control character"));
            }
            (Some(user), None) => (
                AUTHORIZATION,
                format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{value}"))),
            ),
            (None, header) => {
                let header = header.as_deref().unwrap_or("authorization").to_ascii_lowercase();
                let header = header.parse().map_err(|_| failed("`header` is not a header's name"))?;
                (header, format!("{}{value}", config.prefix))
            }
        };
        HeaderValue::from_str(&sent).map_err(|_| failed("a header cannot carry it"))?;
        Ok(Secret { name: name.into(), hosts: config.hosts.clone(), header, sent, value })
    }

    /// What requests name it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is bound to the host of `url`.
    pub(super) fn is_for(&self, url: &url::Url) -> bool {
        url.host().is_some_and(|host| self.hosts.iter().any(|pattern| pattern.covers(&host)))
    }

    /// The header that carries it, marked so that nobody prints it.
    pub(super) fn header(&self) -> (HeaderName, HeaderValue) {
        let mut value = HeaderValue::from_str(&self.sent).expect("`load` tried the same text");
        value.set_sensitive(true);
        (self.header.clone(), value)
    }

    /// `text` with the value, in the forms in which it is sent or a server might echo it, replaced by its name.
    pub(super) fn redact(&self, text: &str) -> String {
        let encoded: String = url::form_urlencoded::byte_serialize(self.value.as_bytes()).collect();
        let shown = format!("[secret {}]", self.name);
        let basic = self.sent.strip_prefix("Basic ").unwrap_or(&self.sent);
        [basic, &self.value, &encoded].iter().fold(text.to_owned(), |text, form| text.replace(form, &shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(change: impl Fn(&mut SecretConfig)) -> Result<Secret, FetchError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "s3cr/et+value\n").unwrap();
        let mut config =
            SecretConfig { file: Some(file), hosts: vec!["feeds.example.org".parse().unwrap()], ..Default::default() };
        change(&mut config);
        Secret::load("collection", &config)
    }

    #[test]
    fn a_secret_is_sent_as_configured_and_never_shown() {
        let bearer = load(|c| c.prefix = "Bearer ".into()).unwrap();
        assert_eq!(bearer.header().0, AUTHORIZATION);
        assert_eq!(bearer.header().1.to_str().unwrap(), "Bearer s3cr/et+value");
        assert!(!format!("{bearer:?} {:?}", bearer.header()).contains("s3cr"));

        let basic = load(|c| c.basic_user = Some("reader".into())).unwrap();
        assert_eq!(basic.header().1.to_str().unwrap(), "Basic cmVhZGVyOnMzY3IvZXQrdmFsdWU=");
        let text = basic.redact("at ?key=s3cr%2Fet%2Bvalue with cmVhZGVyOnMzY3IvZXQrdmFsdWU= and s3cr/et+value");
        assert_eq!(text, "at ?key=[secret collection] with [secret collection] and [secret collection]");

        let key = load(|c| c.header = Some("X-Api-Key".into())).unwrap();
        assert_eq!((key.header().0.as_str(), key.header().1.to_str().unwrap()), ("x-api-key", "s3cr/et+value"));
    }

    #[test]
    fn a_secret_that_cannot_work_is_refused_with_its_name() {
        type Change = dyn Fn(&mut SecretConfig);
        let cases: [(&Change, &str); 6] = [
            (&|c| c.hosts.clear(), "hosts"),
            (&|c| c.file = None, "exactly one"),
            (&|c| c.env = Some("X".into()), "exactly one"),
            (&|c| c.header = Some("bad name".into()), "header"),
            (&|c| (c.header, c.basic_user) = (Some("x-key".into()), Some("u".into())), "exclude"),
            (&|c| c.basic_user = Some("a:b".into()), "colon"),
        ];
        for (change, word) in cases {
            let error = load(change).unwrap_err();
            assert!(error.to_string().contains("collection") && error.to_string().contains(word), "{error}");
            assert_eq!(error.code(), "secret");
        }
    }
}
