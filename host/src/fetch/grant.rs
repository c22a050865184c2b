//! What a feed may reach: the hosts, schemes and ports that an operator granted, and the inside hosts they named.

use super::address::{AddressClass, classify};
use super::error::FetchError;
use super::secret::Secret;
use crate::model::Tlp;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::IpAddr;
use url::{Host, Url};

/// Which hosts: `example.org`, `*.example.org` (the names below it, not itself), an address, a network as
/// `10.1.0.0/16`, or `*` for every host. Names are compared without case, in their ASCII form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub enum HostPattern {
    Any,
    Exact(Host<String>),
    /// The names below this one.
    Below(String),
    Network(IpNet),
}

impl std::str::FromStr for HostPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad =
            || format!("{text:?} is not a host: write `example.org`, `*.example.org`, `192.0.2.7` or `10.0.0.0/8`");
        let parse = |name: &str| Host::parse(name.trim_end_matches('.')).map_err(|_| bad());
        if text == "*" {
            return Ok(HostPattern::Any);
        }
        if text.contains('/') {
            return text.parse().map(HostPattern::Network).map_err(|_| bad());
        }
        if let Some(rest) = text.strip_prefix("*.") {
            return match parse(rest)? {
                Host::Domain(name) => Ok(HostPattern::Below(name)),
                _ => Err(bad()),
            };
        }
        match text.parse::<IpAddr>() {
            Ok(IpAddr::V4(v4)) => Ok(HostPattern::Exact(Host::Ipv4(v4))),
            Ok(IpAddr::V6(v6)) => Ok(HostPattern::Exact(Host::Ipv6(v6))),
            Err(_) => parse(text).map(HostPattern::Exact),
        }
    }
}

impl TryFrom<String> for HostPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<HostPattern> for String {
    fn from(pattern: HostPattern) -> String {
        pattern.to_string()
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            HostPattern::Any => f.write_str("*"),
            HostPattern::Exact(host) => write!(f, "{host}"),
            HostPattern::Below(name) => write!(f, "*.{name}"),
            HostPattern::Network(network) => write!(f, "{network}"),
        }
    }
}

impl HostPattern {
    /// Whether an address's host, as [`Url::host`] gives it, is one of these.
    pub fn covers(&self, host: &Host<&str>) -> bool {
        match (self, host) {
            (HostPattern::Any, _) => true,
            (HostPattern::Exact(Host::Domain(name)), Host::Domain(other)) => name == other.trim_end_matches('.'),
            (HostPattern::Below(name), Host::Domain(other)) => other
                .trim_end_matches('.')
                .strip_suffix(name.as_str())
                .is_some_and(|rest| rest.ends_with('.') && rest.len() > 1),
            (HostPattern::Exact(Host::Ipv4(own)), Host::Ipv4(other)) => own == other,
            (HostPattern::Exact(Host::Ipv6(own)), Host::Ipv6(other)) => own == other,
            (HostPattern::Network(network), Host::Ipv4(v4)) => network.contains(&IpAddr::V4(*v4)),
            (HostPattern::Network(network), Host::Ipv6(v6)) => network.contains(&IpAddr::V6(*v6).to_canonical()),
            _ => false,
        }
    }
}

/// What one feed may reach. Nothing is granted by default.
#[derive(Debug, Clone, Default)]
pub struct Grant {
    /// What the plugin's manifest asks for; none for the pipeline's own fetches, which no manifest bounds.
    pub asked: Option<Vec<HostPattern>>,
    /// What the operator granted. Both must cover a host.
    pub hosts: Vec<HostPattern>,
    /// Hosts that may be at loopback, private, link-local or carrier-grade addresses: names, or networks.
    /// [`HostPattern::Any`] names nobody and has no effect here.
    pub private_hosts: Vec<HostPattern>,
    /// Plain `http`, redirects from `https` to it included.
    pub allow_http: bool,
    /// Ports beyond the schemes' own.
    pub ports: Vec<u16>,
    pub secrets: Vec<Secret>,
    /// The highest marking of what a plugin may hold while it has this grant.
    pub max_tlp: Tlp,
}

impl Grant {
    /// The grant of a plugin: its manifest's `capabilities.http`, where `feed` stands for the host of the configured
    /// feed's address, within what the operator granted. A word that is not a host is the manifest author's error.
    pub fn for_plugin(asked: &[String], feed: Option<&Url>, hosts: Vec<HostPattern>) -> Result<Self, FetchError> {
        let configuration = |reason| FetchError::Configuration { key: "capabilities.http".into(), reason };
        let mut patterns = Vec::new();
        for word in asked {
            match (word.as_str(), feed.and_then(Url::host)) {
                ("feed", Some(host)) => patterns.push(HostPattern::Exact(host.to_owned())),
                ("feed", None) => {}
                (word, _) => patterns.push(word.parse().map_err(configuration)?),
            }
        }
        Ok(Grant { asked: Some(patterns), hosts, ..Grant::default() })
    }

    /// A grant of exactly these hosts, for fetches that no manifest bounds.
    pub fn for_hosts(hosts: Vec<HostPattern>) -> Self {
        Grant { hosts, ..Grant::default() }
    }

    /// Whether `url` may be asked for, as far as that can be said before its name is resolved.
    pub(super) fn check(&self, url: &Url, policy: &AddressPolicy) -> Result<(), FetchError> {
        let shown = || show(url);
        let (scheme, Some(host)) = (url.scheme(), url.host()) else {
            return Err(FetchError::Scheme { url: shown(), scheme: url.scheme().into() });
        };
        if !matches!(scheme, "http" | "https") {
            return Err(FetchError::Scheme { url: shown(), scheme: scheme.into() });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::InvalidRequest {
                url: shown(),
                reason: "it holds a user name or a password".into(),
            });
        }
        let literal = match host {
            Host::Domain(_) => None,
            Host::Ipv4(v4) => Some(IpAddr::V4(v4)),
            Host::Ipv6(v6) => Some(IpAddr::V6(v6)),
        };
        if let Some((address, class)) = literal.and_then(|address| Some((address, policy.refuses(&host, address)?))) {
            return Err(FetchError::BlockedAddress {
                url: shown(),
                host: host.to_string(),
                address: address.to_string(),
                class: class.as_str().into(),
            });
        }
        if !self.hosts.iter().any(|pattern| pattern.covers(&host)) {
            return Err(FetchError::NotGranted { url: shown(), host: host.to_string() });
        }
        if !self.asked.as_ref().is_none_or(|asked| asked.iter().any(|pattern| pattern.covers(&host))) {
            return Err(FetchError::NotAsked { url: shown(), host: host.to_string() });
        }
        if scheme == "http" && !self.allow_http {
            return Err(FetchError::Scheme { url: shown(), scheme: "http".into() });
        }
        match url.port() {
            Some(port) if !self.ports.contains(&port) => Err(FetchError::Port { url: shown(), port }),
            _ => Ok(()),
        }
    }

    /// The secret that a request names, if it may go to `url`: bound to its host, and encrypted on the way unless
    /// the host is one of the operator's own inside.
    pub(super) fn secret_for(&self, name: &str, url: &Url, policy: &AddressPolicy) -> Result<&Secret, FetchError> {
        let failed = |reason: &str| FetchError::Secret { name: name.into(), reason: reason.into() };
        let secret = self.secrets.iter().find(|s| s.name() == name).ok_or_else(|| failed("it is not configured"))?;
        if !secret.is_for(url) {
            return Err(failed(&format!("it is not bound to the host of {}", show(url))));
        }
        if url.scheme() != "https" && !url.host().is_some_and(|host| policy.names(&host)) {
            return Err(failed(&format!("it is not sent in clear text to {}", show(url))));
        }
        Ok(secret)
    }

    /// `text` without the values of this grant's secrets.
    pub(super) fn redact(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| secret.redact(&text))
    }
}

/// Which addresses connections may go to: all public ones, and those of the hosts that the operator named.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AddressPolicy {
    private: BTreeSet<HostPattern>,
}

impl AddressPolicy {
    pub(super) fn new<'a>(private: impl IntoIterator<Item = &'a HostPattern>) -> Self {
        Self { private: private.into_iter().filter(|p| **p != HostPattern::Any).cloned().collect() }
    }

    /// This policy, and a host more.
    pub(super) fn with(&self, host: Option<&HostPattern>) -> Self {
        Self { private: self.private.iter().chain(host).cloned().collect() }
    }

    /// Whether the operator named this host.
    fn names(&self, host: &Host<&str>) -> bool {
        self.private.iter().any(|pattern| pattern.covers(host))
    }

    /// The class of `address` if connections to `host` may not go there.
    pub(super) fn refuses(&self, host: &Host<&str>, address: IpAddr) -> Option<AddressClass> {
        let class = classify(address);
        let canonical = match address.to_canonical() {
            IpAddr::V4(v4) => Host::Ipv4(v4),
            IpAddr::V6(v6) => Host::Ipv6(v6),
        };
        let named = match class {
            AddressClass::Public => true,
            // Whoever wants that has to write the very address.
            AddressClass::Metadata => {
                self.private.iter().any(|p| matches!(p, HostPattern::Exact(_)) && p.covers(&canonical))
            }
            class => class.can_be_named() && (self.names(host) || self.names(&canonical)),
        };
        (!named).then_some(class)
    }
}

/// An address as messages show it: without user name, password and fragment.
pub(super) fn show(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both fail only for addresses that cannot hold them.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(words: &[&str]) -> Vec<HostPattern> {
        words.iter().map(|word| word.parse().unwrap()).collect()
    }

    fn code(grant: &Grant, policy: &AddressPolicy, url: &str) -> String {
        let url = Url::parse(url).unwrap();
        grant.check(&url, policy).map_or_else(|e| e.code().to_owned(), |()| "fine".to_owned())
    }

    #[test]
    fn patterns_cover_what_they_say() {
        let covers = |pattern: &str, url: &str| {
            pattern.parse::<HostPattern>().unwrap().covers(&Url::parse(url).unwrap().host().unwrap())
        };
        assert!(covers("Example.ORG", "https://example.org./x"));
        assert!(covers("bücher.example", "https://xn--bcher-kva.example/"));
        assert!(!covers("example.org", "https://www.example.org/"));
        assert!(covers("*.example.org", "https://a.b.example.org/"));
        assert!(!covers("*.example.org", "https://example.org/"));
        assert!(!covers("*.example.org", "https://badexample.org/"));
        assert!(covers("10.0.0.0/8", "https://10.1.2.3/"));
        assert!(covers("127.0.0.1", "https://0x7f.1/"));
        assert!(covers("::1", "https://[0:0::1]/"));
        for bad in ["", "*.", "*.10.0.0.1", "a b", "10.0.0.0/40", "https://example.org"] {
            assert!(bad.parse::<HostPattern>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_what_is_granted_and_asked_for_passes() {
        let feed = Url::parse("https://feeds.example.org/feed").unwrap();
        let mut grant = Grant::for_plugin(
            &["feed".into(), "*.example.net".into()],
            Some(&feed),
            patterns(&["feeds.example.org", "cdn.example.net", "example.com"]),
        )
        .unwrap();
        let policy = AddressPolicy::default();
        let cases = [
            ("https://feeds.example.org/a", "fine"),
            ("https://FEEDS.example.org:443/a", "fine"),
            ("https://cdn.example.net/a", "fine"),
            ("https://www.example.net/", "not-granted"),
            ("https://example.com/", "not-asked"),
            ("http://feeds.example.org/a", "scheme-not-granted"),
            ("ftp://feeds.example.org/a", "scheme-not-granted"),
            ("javascript:alert(1)", "scheme-not-granted"),
            ("file:///etc/passwd", "scheme-not-granted"),
            ("https://feeds.example.org:8443/", "port-not-granted"),
            ("https://user:pass@feeds.example.org/", "invalid-request"),
        ];
        for (url, expected) in cases {
            assert_eq!(code(&grant, &policy, url), expected, "{url}");
        }
        (grant.allow_http, grant.ports) = (true, vec![8443]);
        assert_eq!(code(&grant, &policy, "http://feeds.example.org/a"), "fine");
        assert_eq!(code(&grant, &policy, "https://feeds.example.org:8443/"), "fine");
        assert_eq!(code(&grant, &policy, "http://feeds.example.org:8080/"), "port-not-granted");
    }

    #[test]
    fn an_inside_address_is_blocked_however_it_is_spelled() {
        let grant = Grant { hosts: vec![HostPattern::Any], allow_http: true, ..Grant::default() };
        let nobody = AddressPolicy::new(&[HostPattern::Any]);
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "127.0.0.1.",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "0",
            "169.254.169.254",
            "[64:ff9b::a9fe:a9fe]",
            "10.0.0.1",
            "[fd00::1]",
        ] {
            assert_eq!(code(&grant, &nobody, &format!("http://{host}/")), "blocked-address", "{host}");
        }
        let named = AddressPolicy::new(&patterns(&["127.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "224.0.0.0/4"]));
        assert_eq!(code(&grant, &named, "http://127.1/"), "fine");
        assert_eq!(code(&grant, &named, "http://[::ffff:127.0.0.1]/"), "fine");
        assert_eq!(code(&grant, &named, "http://10.20.30.40/"), "fine");
        // A network does not name a metadata service, and nothing makes these two reachable.
        assert_eq!(code(&grant, &named, "http://169.254.169.254/"), "blocked-address");
        assert_eq!(code(&grant, &named, "http://224.0.0.1/"), "blocked-address");
        assert_eq!(code(&grant, &named, "http://0.0.0.0/"), "blocked-address");
        let literal = AddressPolicy::new(&patterns(&["169.254.169.254"]));
        assert_eq!(code(&grant, &literal, "http://169.254.169.254/"), "fine");
    }
}
