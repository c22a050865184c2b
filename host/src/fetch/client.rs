//! The client: its own small runtime, one connection pool for each address policy, and a blocking face for the
//! pipeline's worker threads.

use super::body::Caps;
use super::cache::{Cache, Key};
use super::config::{FetchConfig, seconds};
use super::error::{FetchError, status_hint};
use super::exchange::{Answer, Ask, send};
use super::grant::{AddressPolicy, Grant, HostPattern, show};
use super::pace::Pace;
use super::request;
use super::resolve::{GuardedNames, NameResolver, SystemNames};
use super::robots::RobotsFiles;
use crate::failpoint::fail_point;
use crate::model::{Document, HttpAllowance, HttpClient, HttpError, HttpRequest, HttpResponse, PluginId, Tlp};
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, RANGE};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::Instant;
use url::Url;

/// The one HTTP client of a process. Cheap to clone; no thread and no socket is there before the first request.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

/// What all fetchers of a client share.
pub(super) struct Inner {
    pub config: FetchConfig,
    pub pace: Pace,
    pub robots: RobotsFiles,
    names: Arc<dyn NameResolver>,
    cache: Option<Cache>,
    proxy: Option<Proxy>,
    authorities: Vec<reqwest::Certificate>,
    /// A kept connection belongs to the policy under which it was made: another feed may not be allowed to use it.
    clients: Mutex<BTreeMap<AddressPolicy, reqwest::Client>>,
    runtime: OnceLock<Threads>,
}

struct Proxy {
    proxy: reqwest::Proxy,
    host: HostPattern,
}

/// The runtime; let go of without waiting, because its last user may be one of its own threads.
struct Threads(Option<Runtime>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a fetch of the pipeline is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchKind {
    /// An address that the operator named.
    Named,
    /// A page that something else names: its site's robots.txt is asked first.
    Page,
}

/// What the pipeline's own fetch brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub document: Document,
    /// The address that answered, after redirects.
    pub url: String,
    /// 200 to 299.
    pub status: u16,
    /// The server said that the cache's copy is still good, or the run is offline.
    pub from_cache: bool,
}

/// The client with a feed's grant: what a plugin, or the pipeline on behalf of a feed, fetches with.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
    grant: Arc<Grant>,
    policy: Arc<AddressPolicy>,
    /// About the last request of a plugin.
    hint: Arc<Mutex<Option<String>>>,
}

impl Client {
    /// A client that behaves as `config` says. Checks it, and reads the certificates and the proxy's password.
    pub fn new(config: FetchConfig) -> Result<Self, FetchError> {
        Self::with_names(config, Arc::new(SystemNames))
    }

    /// A client that looks names up with `names`.
    pub fn with_names(config: FetchConfig, names: Arc<dyn NameResolver>) -> Result<Self, FetchError> {
        config.check()?;
        let inner = Inner {
            pace: Pace::new(
                config.per_host,
                Duration::from_millis(config.spacing_ms),
                seconds(config.retry_after_seconds),
            ),
            robots: RobotsFiles::default(),
            names,
            cache: config.cache.as_deref().map(Cache::open).transpose()?,
            proxy: proxy(&config)?,
            authorities: authorities(&config)?,
            clients: Mutex::default(),
            runtime: OnceLock::new(),
            config,
        };
        Ok(Client { inner: Arc::new(inner) })
    }

    /// The client for what `grant` allows.
    pub fn fetcher(&self, grant: Grant) -> Fetcher {
        let policy = AddressPolicy::new(grant.private_hosts.iter().chain(&self.inner.config.private_hosts));
        Fetcher { inner: self.inner.clone(), grant: Arc::new(grant), policy: Arc::new(policy), hint: Arc::default() }
    }

    /// The cache, where there is one.
    pub fn cache(&self) -> Option<&Cache> {
        self.inner.cache.as_ref()
    }
}

impl Inner {
    /// The connections that may be used under `policy`.
    pub(super) fn http_client(&self, policy: &AddressPolicy) -> Result<reqwest::Client, FetchError> {
        let mut clients = self.clients.lock().expect("no panic under this lock");
        if let Some(client) = clients.get(policy) {
            return Ok(client.clone());
        }
        let reachable = policy.with(self.proxy.as_ref().map(|proxy| &proxy.host));
        let names = GuardedNames { names: self.names.clone(), policy: reachable };
        let mut builder = reqwest::Client::builder()
            .user_agent(&self.config.user_agent)
            .dns_resolver(names)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .no_proxy()
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .tls_certs_merge(self.authorities.iter().cloned())
            .connect_timeout(seconds(self.config.connect_seconds))
            .read_timeout(seconds(self.config.read_seconds))
            .pool_max_idle_per_host(self.config.per_host);
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.proxy.clone());
        }
        let client = builder.build().map_err(|e| FetchError::Configuration {
            key: "ca-files".into(),
            reason: format!("no encrypted connection can be made: {}", innermost(&e)),
        })?;
        clients.insert(policy.clone(), client.clone());
        Ok(client)
    }

    /// Where large bodies are written while they arrive.
    pub(super) fn spool_folder(&self) -> Option<PathBuf> {
        self.cache.as_ref().map(Cache::incoming)
    }

    fn threads(&self) -> &Runtime {
        let threads = self.runtime.get_or_init(|| {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            let runtime = builder.worker_threads(2).thread_name("huntsmith-fetch").enable_all().build();
            Threads(Some(runtime.expect("a process that cannot start two threads cannot work")))
        });
        threads.0.as_ref().expect("taken only when it is dropped")
    }
}

impl Fetcher {
    /// Fetches `url` for the pipeline: a whole document, or why not. A status of 400 or more is an error.
    pub fn get(&self, url: &str, kind: FetchKind) -> Result<Fetched, FetchError> {
        let url = request::address(url)?;
        let config = &self.inner.config;
        let ask = Ask {
            method: Method::GET,
            url: url.clone(),
            headers: HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("*/*"))]),
            body: None,
            secret: None,
            robots: kind == FetchKind::Page,
            validators: None,
            caps: Caps { bytes: config.max_bytes, by_caller: false, wire: config.max_wire_bytes },
            deadline: Instant::now() + seconds(config.total_seconds),
        };
        let (answer, from_cache) = self.answer(ask, None)?;
        if !(200..300).contains(&answer.status) {
            return Err(FetchError::Status { url: answer.url.into(), status: answer.status });
        }
        let declared = answer.headers.iter().find(|(name, _)| CONTENT_TYPE == name.as_str());
        let media_type = declared.map(|(_, value)| value.trim().to_ascii_lowercase()).unwrap_or_default();
        let (url, status) = (String::from(answer.url.clone()), answer.status);
        let bytes = answer.body.into_bytes();
        let bytes = bytes.map_err(|e| FetchError::Cache { path: url.clone(), cause: e.to_string() })?;
        let name = request::file_name(&answer.url);
        let document = Document { name, media_type, base_url: Some(url.clone()), bytes };
        Ok(Fetched { document, url, status, from_cache })
    }

    /// Answers from the cache or the network. `allowed` is the time that a plugin has left. The flag says whether the
    /// cache's copy was used.
    fn answer(&self, ask: Ask, allowed: Option<Duration>) -> Result<(Answer, bool), FetchError> {
        let outcome = self.grant.check(&ask.url, &self.policy).and_then(|()| {
            if let Some(secret) = &ask.secret {
                self.grant.secret_for(secret, &ask.url, &self.policy)?;
            }
            self.cached_or_sent(ask, allowed)
        });
        outcome.map_err(|error| error.map_text(|text| self.grant.redact(text)))
    }

    fn cached_or_sent(&self, mut ask: Ask, allowed: Option<Duration>) -> Result<(Answer, bool), FetchError> {
        let url = ask.url.clone();
        let accept = ask.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let key = Key::new(&url, accept, ask.secret.as_deref());
        let conditional = request::is_conditional(&ask.headers);
        let cacheable = ask.method == Method::GET && !ask.headers.contains_key(RANGE);
        let cache = self.inner.cache.as_ref().filter(|_| cacheable);
        // What the cache holds was allowed once; it must be allowed now.
        let copy = cache.and_then(|cache| cache.find(&key)).and_then(|copy| {
            let answered = Url::parse(copy.answered()).ok()?;
            self.grant.check(&answered, &self.policy).is_ok().then_some((copy, answered))
        });
        if self.inner.config.offline {
            let (copy, answered) = copy.ok_or_else(|| FetchError::Offline { url: show(&url) })?;
            let unchanged = copy.satisfies(&ask.headers);
            let answer = copy.into_answer(answered)?;
            return Ok((if unchanged { answer.not_modified() } else { answer }, true));
        }
        if !conditional {
            ask.validators = copy.as_ref().and_then(|(copy, _)| copy.validators());
        }
        fail_point("fetch.before-send");
        let answer = self.send(ask, allowed)?;
        fail_point("fetch.after-receive");
        match (copy, cache) {
            (Some((copy, _)), _) if answer.status == 304 && !conditional => Ok((copy.into_answer(answer.url)?, true)),
            (_, Some(cache)) if answer.status == 200 => Ok((cache.keep(&key, &url, answer), false)),
            _ => Ok((answer, false)),
        }
    }

    /// Has the client's own threads do the request, so that callers may be on any thread, a runtime's included.
    fn send(&self, mut ask: Ask, allowed: Option<Duration>) -> Result<Answer, FetchError> {
        let url = show(&ask.url);
        let by_caller = allowed.filter(|time| Instant::now() + *time < ask.deadline);
        if let Some(time) = by_caller {
            ask.deadline = Instant::now() + time;
        }
        let (done, wait) = mpsc::channel();
        let (inner, grant, policy) = (self.inner.clone(), self.grant.clone(), self.policy.clone());
        self.inner.threads().spawn(async move {
            let outcome = tokio::time::timeout_at(ask.deadline, send(&inner, &grant, &policy, &ask)).await;
            // Nobody waits any more if the caller is gone.
            let _ = done.send(outcome);
        });
        match wait.recv() {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) if by_caller.is_some() => Err(FetchError::LimitReached { url, limit: "time" }),
            Ok(Err(_)) => Err(FetchError::TimedOut { url }),
            Err(_) => Err(FetchError::Connect { url, cause: "the client's own thread failed".into() }),
        }
    }
}

impl HttpClient for Fetcher {
    fn max_tlp(&self) -> Tlp {
        self.grant.max_tlp
    }

    fn fetch(
        &self,
        plugin: &PluginId,
        request: HttpRequest,
        allowance: HttpAllowance,
    ) -> Result<HttpResponse, HttpError> {
        let outcome = self.response(plugin, request, allowance);
        let hint = match &outcome {
            Ok(response) => (response.status >= 400).then(|| status_hint(response.status).to_owned()),
            Err(error) => Some(error.hint()),
        };
        *self.hint.lock().unwrap_or_else(PoisonError::into_inner) = hint;
        Ok(outcome?)
    }

    fn hint(&self) -> Option<String> {
        self.hint.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Fetcher {
    /// What a plugin asks for.
    fn response(
        &self,
        plugin: &PluginId,
        request: HttpRequest,
        allowance: HttpAllowance,
    ) -> Result<HttpResponse, FetchError> {
        let config = &self.inner.config;
        let caps = Caps {
            bytes: config.max_bytes.min(allowance.bytes),
            by_caller: allowance.bytes < config.max_bytes,
            wire: config.max_wire_bytes,
        };
        let ask = request::checked(request, caps, Instant::now() + seconds(config.total_seconds))?;
        let (method, url) = (ask.method.clone(), show(&ask.url));
        let outcome = self.answer(ask, Some(allowance.time));
        match &outcome {
            Ok((answer, from_cache)) => {
                tracing::debug!(%plugin, %method, url = self.grant.redact(&url), answer.status, from_cache, "fetched");
            }
            Err(error) => tracing::debug!(%plugin, %method, code = error.code(), %error, "not fetched"),
        }
        let (answer, _) = outcome?;
        let body = answer
            .body
            .into_reader()
            .map_err(|e| FetchError::Cache { path: answer.url.to_string(), cause: e.to_string() })?;
        let url = self.grant.redact(answer.url.as_str());
        Ok(HttpResponse { status: answer.status, url, headers: answer.headers, body })
    }
}

fn proxy(config: &FetchConfig) -> Result<Option<Proxy>, FetchError> {
    let wrong = |reason: &str| FetchError::Configuration { key: "proxy".into(), reason: reason.into() };
    let Some(text) = &config.proxy else { return Ok(None) };
    let url = Url::parse(text).map_err(|e| wrong(&e.to_string()))?;
    let host = url.host().ok_or_else(|| wrong("it names no host"))?.to_owned();
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it is not `http://host:port`; name and password have their own keys"));
    }
    let mut proxy = reqwest::Proxy::all(url).map_err(|e| wrong(&innermost(&e)))?;
    match (&config.proxy_user, &config.proxy_password) {
        (Some(user), Some(password)) => proxy = proxy.basic_auth(user, &password.read("proxy-password")?),
        (None, None) => {}
        _ => return Err(wrong("`proxy-user` and `proxy-password` belong together")),
    }
    Ok(Some(Proxy { proxy, host: HostPattern::Exact(host) }))
}

fn authorities(config: &FetchConfig) -> Result<Vec<reqwest::Certificate>, FetchError> {
    let mut all = Vec::new();
    for path in &config.ca_files {
        let wrong = |cause: String| FetchError::Configuration {
            key: "ca-files".into(),
            reason: format!("{}: {cause}", path.display()),
        };
        let pem = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
        let found = reqwest::Certificate::from_pem_bundle(&pem).map_err(|e| wrong(innermost(&e)))?;
        if found.is_empty() {
            return Err(wrong("it holds no certificate in PEM form".into()));
        }
        all.extend(found);
    }
    Ok(all)
}

fn innermost(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), innermost)
}
