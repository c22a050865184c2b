//! Why a fetch did not succeed: one enum with a stable code, what failed, where, and what to do about it.

use crate::model::HttpError;

/// A failure of one fetch. Addresses in it carry no credentials, and the client takes secrets out of the texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("{url}: not a request that huntsmith sends: {reason}")]
    InvalidRequest { url: String, reason: String },
    #[error("{url}: the host {host} is not granted")]
    NotGranted { url: String, host: String },
    #[error("{url}: the plugin's manifest does not ask for the host {host}")]
    NotAsked { url: String, host: String },
    #[error("{url}: the scheme {scheme} is not granted")]
    Scheme { url: String, scheme: String },
    #[error("{url}: the port {port} is not granted")]
    Port { url: String, port: u16 },
    /// `class` is a word of [`AddressClass`](super::AddressClass).
    #[error("{url}: the host {host} is at {address}, a {class} address")]
    BlockedAddress { url: String, host: String, address: String, class: String },
    #[error("{url}: the run is offline and the cache has no copy of this address")]
    Offline { url: String },
    #[error("{url}: the server asks for fewer requests{}", .seconds.map(|s| format!(", for {s} seconds")).unwrap_or_default())]
    RateLimited { url: String, seconds: Option<u32> },
    #[error("{url}: no answer in time")]
    TimedOut { url: String },
    #[error("{url}: the response is larger than {cap} bytes ({form})")]
    TooLarge { url: String, cap: u64, form: &'static str },
    /// `limit` is `bytes` or `time`.
    #[error("{url}: the call's limit of HTTP {limit} is reached")]
    LimitReached { url: String, limit: &'static str },
    #[error("{url}: more than {most} redirects")]
    TooManyRedirects { url: String, most: usize },
    #[error("{url}: the redirects lead back to {again}")]
    RedirectLoop { url: String, again: String },
    #[error("{url}: the site's robots.txt asks robots to leave this page alone")]
    Robots { url: String },
    #[error("{url}: the site's robots.txt cannot be read, so it may forbid this page")]
    RobotsUnreachable { url: String },
    #[error("{url}: the name {host} does not resolve: {cause}")]
    Name { url: String, host: String, cause: String },
    #[error("{url}: no connection: {cause}")]
    Connect { url: String, cause: String },
    #[error("{url}: the server's certificate or encryption is not accepted: {cause}")]
    Tls { url: String, cause: String },
    #[error("{url}: the response is broken: {cause}")]
    Broken { url: String, cause: String },
    #[error("{url}: the server answered {status}")]
    Status { url: String, status: u16 },
    #[error("the secret {name}: {reason}")]
    Secret { name: String, reason: String },
    #[error("the secret {name} is listed for a feed whose plugin does not ask for it, or was not granted it")]
    SecretNotAsked { name: String },
    #[error("the configuration of [fetch], {key}: {reason}")]
    Configuration { key: String, reason: String },
    #[error("the page cache {path}: {cause}")]
    Cache { path: String, cause: String },
    #[error("the page map {path}: {reason}")]
    PageMap { path: String, reason: String },
    #[error("{url}: the saved page {file}: {reason}")]
    PageFile { url: String, file: String, reason: String },
}

/// What an operator can do about a status of 400 or more.
pub(super) fn status_hint(status: u16) -> &'static str {
    match status {
        401 | 403 => "the address may need a secret: `[fetch.secrets.NAME]`",
        429 => "run less often, or raise `[fetch] spacing-ms`",
        500.. => "try again later; if it stays, the server is at fault",
        _ => "open the address in a browser; it may have moved",
    }
}

impl FetchError {
    /// A stable word for scripts and tests; it does not change between versions.
    pub fn code(&self) -> &'static str {
        match self {
            FetchError::InvalidRequest { .. } => "invalid-request",
            FetchError::NotGranted { .. } => "not-granted",
            FetchError::NotAsked { .. } => "not-asked",
            FetchError::Scheme { .. } => "scheme-not-granted",
            FetchError::Port { .. } => "port-not-granted",
            FetchError::BlockedAddress { .. } => "blocked-address",
            FetchError::Offline { .. } => "offline",
            FetchError::RateLimited { .. } => "rate-limited",
            FetchError::TimedOut { .. } => "timed-out",
            FetchError::TooLarge { .. } => "too-large",
            FetchError::LimitReached { .. } => "limit-reached",
            FetchError::TooManyRedirects { .. } => "too-many-redirects",
            FetchError::RedirectLoop { .. } => "redirect-loop",
            FetchError::Robots { .. } => "robots",
            FetchError::RobotsUnreachable { .. } => "robots-unreachable",
            FetchError::Name { .. } => "name-not-found",
            FetchError::Connect { .. } => "no-connection",
            FetchError::Tls { .. } => "tls",
            FetchError::Broken { .. } => "broken-response",
            FetchError::Status { .. } => "http-status",
            FetchError::Secret { .. } => "secret",
            FetchError::SecretNotAsked { .. } => "secret-not-asked",
            FetchError::Configuration { .. } => "fetch-configuration",
            FetchError::Cache { .. } => "page-cache",
            FetchError::PageMap { .. } => "page-map",
            FetchError::PageFile { .. } => "page-file",
        }
    }

    /// What the operator can do, without the word `hint`.
    pub fn hint(&self) -> String {
        match self {
            FetchError::InvalidRequest { .. } => {
                "give an absolute http or https address without a user name or password in it".into()
            }
            FetchError::NotGranted { host, .. } => format!("grant the feed this host: `hosts = [\"{host}\"]`"),
            FetchError::NotAsked { host, .. } => {
                format!("the plugin's author has to add \"{host}\" to `capabilities.http` in plugin.toml")
            }
            FetchError::Scheme { scheme, .. } if scheme == "http" => {
                "grant plain http to this feed with `allow-http = true`, or use the https address".into()
            }
            FetchError::Scheme { .. } => "only http and https addresses are fetched".into(),
            FetchError::Port { port, .. } => format!("grant the feed this port: `ports = [{port}]`"),
            FetchError::BlockedAddress { host, .. } => {
                format!("if this host is yours, allow it with `[fetch] private-hosts = [\"{host}\"]`")
            }
            FetchError::Offline { .. } => "run once without `--offline` to fill the cache".into(),
            FetchError::RateLimited { .. } => "run less often, or raise `[fetch] spacing-ms`".into(),
            FetchError::TimedOut { .. } => "try again later, or raise `[fetch] total-seconds`".into(),
            FetchError::TooLarge { form: "compressed", .. } => "raise `[fetch] max-wire-bytes` if it is wanted".into(),
            FetchError::TooLarge { .. } => "raise `[fetch] max-bytes` if it is wanted".into(),
            FetchError::LimitReached { limit, .. } => {
                format!(
                    "the plugin's manifest can ask for more: `limits.http-{}`",
                    if *limit == "time" { "ms" } else { "bytes" }
                )
            }
            FetchError::TooManyRedirects { .. } | FetchError::RedirectLoop { .. } => {
                "open the address in a browser and configure where it ends".into()
            }
            FetchError::Robots { .. } | FetchError::RobotsUnreachable { .. } => {
                "with the publisher's consent, list the host in `[fetch] ignore-robots`".into()
            }
            FetchError::Name { .. } => "check the spelling of the host and this machine's name servers".into(),
            FetchError::Connect { .. } => {
                "check the network; behind a proxy set `[fetch] proxy`, the environment is not read".into()
            }
            FetchError::Tls { .. } => {
                "name your own authority's certificates in `[fetch] ca-files`, or install this system's".into()
            }
            FetchError::Broken { .. } => "try again later; if it stays, the server is at fault".into(),
            FetchError::Status { status, .. } => status_hint(*status).into(),
            FetchError::Secret { name, .. } => {
                format!("set it under `[fetch.secrets.{name}]` with `env` or `file`, and `hosts`")
            }
            FetchError::SecretNotAsked { name } => format!(
                "take it out of `secrets` of the feed; for a plugin that is installed, `--grant secret:{name}` grants it"
            ),
            FetchError::Configuration { key, .. } => format!("correct `{key}` under `[fetch]`"),
            FetchError::Cache { .. } => "check the folder's owner and free space, or name another with `cache`".into(),
            FetchError::PageMap { .. } => {
                "it is a JSON object: {\"<address>\": {\"file\": \"<relative path>\", \"media_type\": \"<type>\"}}"
                    .into()
            }
            FetchError::PageFile { .. } => "correct the entry or the file beside the page map".into(),
        }
    }

    /// Whether another run may succeed without anybody changing something.
    pub fn may_come_right(&self) -> bool {
        let passing = |status: &u16| *status >= 500 || matches!(status, 408 | 425 | 429);
        self.is_passing()
            || matches!(
                self,
                FetchError::Offline { .. } | FetchError::RateLimited { .. } | FetchError::RobotsUnreachable { .. }
            )
            || matches!(self, FetchError::Status { status, .. } if passing(status))
    }

    /// Whether the same request may succeed when it is sent again at once or a little later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self,
            FetchError::TimedOut { .. }
                | FetchError::Name { .. }
                | FetchError::Connect { .. }
                | FetchError::Broken { .. }
        )
    }

    /// The same error with `change` applied to every text in it.
    pub(super) fn map_text(mut self, change: impl Fn(&str) -> String) -> Self {
        let each = |texts: &mut [&mut String]| texts.iter_mut().for_each(|text| **text = change(text));
        match &mut self {
            FetchError::InvalidRequest { url, reason } => each(&mut [url, reason]),
            FetchError::NotGranted { url, host } | FetchError::NotAsked { url, host } => each(&mut [url, host]),
            FetchError::Scheme { url, scheme } => each(&mut [url, scheme]),
            FetchError::BlockedAddress { url, host, address, .. } => each(&mut [url, host, address]),
            FetchError::RedirectLoop { url, again } => each(&mut [url, again]),
            FetchError::Name { url, host, cause } => each(&mut [url, host, cause]),
            FetchError::Connect { url, cause } | FetchError::Tls { url, cause } | FetchError::Broken { url, cause } => {
                each(&mut [url, cause])
            }
            FetchError::Port { url, .. }
            | FetchError::Offline { url }
            | FetchError::RateLimited { url, .. }
            | FetchError::TimedOut { url }
            | FetchError::TooLarge { url, .. }
            | FetchError::LimitReached { url, .. }
            | FetchError::TooManyRedirects { url, .. }
            | FetchError::Robots { url }
            | FetchError::RobotsUnreachable { url }
            | FetchError::Status { url, .. } => each(&mut [url]),
            FetchError::Secret { reason, .. } | FetchError::Configuration { reason, .. } => each(&mut [reason]),
            FetchError::SecretNotAsked { name } => each(&mut [name]),
            FetchError::Cache { path, cause } => each(&mut [path, cause]),
            FetchError::PageMap { path, reason } => each(&mut [path, reason]),
            FetchError::PageFile { url, file, reason } => each(&mut [url, file, reason]),
        }
        self
    }
}

/// What a plugin is told: the contract's words, without the operator's configuration in them.
impl From<FetchError> for HttpError {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::InvalidRequest { reason, .. } => HttpError::InvalidRequest(reason),
            FetchError::NotGranted { host, .. } | FetchError::NotAsked { host, .. } => HttpError::NotGranted(host),
            FetchError::Scheme { url, scheme } => HttpError::NotGranted(format!("{url} (scheme {scheme})")),
            FetchError::Port { url, port } => HttpError::NotGranted(format!("{url} (port {port})")),
            FetchError::BlockedAddress { host, class, .. } => HttpError::BlockedAddress(format!("{host} ({class})")),
            FetchError::Offline { url } => HttpError::Offline(url),
            FetchError::RateLimited { seconds, .. } => HttpError::RateLimited(seconds),
            FetchError::TimedOut { .. } => HttpError::TimedOut,
            FetchError::TooLarge { cap, .. } => HttpError::TooLarge(cap),
            FetchError::LimitReached { limit, .. } => HttpError::LimitReached(limit.into()),
            FetchError::Secret { name, .. } => {
                HttpError::InvalidRequest(format!("the secret {name} cannot be used here"))
            }
            other => HttpError::Failed(other.to_string()),
        }
    }
}
