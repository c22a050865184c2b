//! One request until it has an answer: redirects followed by hand and each of them checked, retries with back-off,
//! the host's pace kept.

use super::body::{ACCEPT_ENCODING, Body, Caps, Store, receive};
use super::client::Inner;
use super::config::seconds;
use super::error::FetchError;
use super::grant::{AddressPolicy, Grant, show};
use super::resolve::{Blocked, Unresolved};
use super::robots;
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Method, StatusCode};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// A request that was checked for what a caller may set.
pub(super) struct Ask {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
    /// Name of a secret of the grant.
    pub secret: Option<String>,
    /// Whether robots files are asked.
    pub robots: bool,
    pub validators: Option<Validators>,
    pub caps: Caps,
    pub deadline: Instant,
}

/// What the cache knows of the copy that it holds, sent to the address that gave it.
pub(super) struct Validators {
    pub url: String,
    pub headers: HeaderMap,
}

/// A response that has arrived in full.
pub(super) struct Answer {
    pub status: u16,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Body,
}

impl Answer {
    /// The same answer as to a caller that has it already.
    pub(super) fn not_modified(self) -> Self {
        let body = Body { store: Store::Memory(Vec::new()), length: 0, digest: self.body.digest };
        Answer { status: StatusCode::NOT_MODIFIED.as_u16(), body, ..self }
    }
}

/// Sends `ask`, again where that helps, and waits for the whole response.
pub(super) async fn send(
    inner: &Inner,
    grant: &Grant,
    policy: &AddressPolicy,
    ask: &Ask,
) -> Result<Answer, FetchError> {
    let patience = seconds(inner.config.retry_after_seconds);
    let attempts = if matches!(ask.method, Method::GET | Method::HEAD) { inner.config.attempts } else { 1 };
    for attempt in 1.. {
        let outcome = follow(inner, grant, policy, ask).await;
        let silence = outcome.as_ref().ok().and_then(retry_after);
        if let (Some(silence), Ok(answer)) = (silence, &outcome) {
            inner.pace.silence(&answer.url, silence);
        }
        let again = match &outcome {
            Ok(answer) => matches!(answer.status, 408 | 429 | 500 | 502 | 503 | 504),
            Err(error) => error.is_passing(),
        };
        // What a server asks for is waited for at its gate; a request must not start before it anyway.
        let wait = silence.unwrap_or_else(|| backoff(seconds(inner.config.backoff_seconds), ask.url.as_str(), attempt));
        let out_of_time = wait > patience || Instant::now() + wait >= ask.deadline;
        if !again || attempt >= attempts || out_of_time {
            return match outcome {
                Ok(answer) if answer.status == 429 => {
                    let seconds = silence.map(|time| time.as_secs().try_into().unwrap_or(u32::MAX));
                    Err(FetchError::RateLimited { url: show(&answer.url), seconds })
                }
                other => other,
            };
        }
        tracing::debug!(url = show(&ask.url), attempt, wait_ms = wait.as_millis() as u64, "the request is sent again");
        if silence.is_none() {
            tokio::time::sleep(wait).await;
        }
    }
    unreachable!("the loop ends by returning")
}

/// The pause before the next attempt: doubled each time, with up to as much again, so that many clients do not come
/// back at the same moment. Taken from the address, so that no run depends on chance.
fn backoff(base: Duration, url: &str, attempt: u32) -> Duration {
    let hash = Sha256::digest(format!("{url}\n{attempt}"));
    let jitter = f64::from(u16::from_be_bytes([hash[0], hash[1]])) / f64::from(u16::MAX);
    base.mul_f64(f64::from(2u32.saturating_pow(attempt - 1)) * (1.0 + jitter))
}

/// `Retry-After` of an answer that refuses for now: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(answer: &Answer) -> Option<Duration> {
    if !matches!(answer.status, 429 | 503) {
        return None;
    }
    let value = answer.headers.iter().find(|(name, _)| name == "retry-after")?.1.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    Some(Duration::try_from(date.duration_since(jiff::Timestamp::now())).unwrap_or_default())
}

/// One attempt: requests until an answer is no redirect.
async fn follow(inner: &Inner, grant: &Grant, policy: &AddressPolicy, ask: &Ask) -> Result<Answer, FetchError> {
    let (mut url, mut method, mut body) = (ask.url.clone(), ask.method.clone(), ask.body.clone());
    let mut seen = vec![url.clone()];
    loop {
        grant.check(&url, policy)?;
        if ask.robots {
            Box::pin(robots::ask(inner, grant, policy, &url, ask.deadline)).await?;
        }
        let same_origin = url.origin() == ask.url.origin();
        // What a caller tells one site is not for another.
        let kept = |name: &HeaderName| same_origin || matches!(*name, header::ACCEPT | header::ACCEPT_LANGUAGE);
        let told = ask.headers.iter().filter(|(name, _)| kept(name));
        let mut headers: HeaderMap = told.map(|(name, value)| (name.clone(), value.clone())).collect();
        if let Some(validators) = ask.validators.as_ref().filter(|v| v.url == show(&url)) {
            headers.extend(validators.headers.clone());
        }
        if let (Some(secret), true) = (&ask.secret, same_origin) {
            let (name, value) = grant.secret_for(secret, &url, policy)?.header();
            headers.insert(name, value);
        }
        headers.entry(header::ACCEPT_ENCODING).or_insert(header::HeaderValue::from_static(ACCEPT_ENCODING));

        let client = inner.http_client(policy)?;
        let place = inner.pace.enter(&url).await?;
        let mut request = client.request(method.clone(), url.clone()).headers(headers);
        if let Some(bytes) = &body {
            request = request.body(bytes.clone());
        }
        let mut response = request.send().await.map_err(|e| from_reqwest(e, &url))?;
        let status = response.status();
        let Some(next) = redirect(&url, &response)? else {
            let received = receive(&mut response, &url, ask.caps, inner.spool_folder()).await?;
            drop(place);
            return Ok(Answer {
                status: status.as_u16(),
                headers: listed(response.headers(), grant),
                url,
                body: received,
            });
        };
        drop((response, place));
        if matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND) && method == Method::POST
            || status == StatusCode::SEE_OTHER && method != Method::HEAD
        {
            (method, body) = (Method::GET, None);
        }
        // A 303 to the address itself, after a POST, is a different request.
        if seen.contains(&next) && body.is_none() && ask.body.is_none() {
            return Err(FetchError::RedirectLoop { url: show(&ask.url), again: show(&next) });
        }
        if seen.len() > inner.config.max_redirects {
            return Err(FetchError::TooManyRedirects { url: show(&ask.url), most: inner.config.max_redirects });
        }
        seen.push(next.clone());
        url = next;
    }
}

/// Where a redirect leads; none for any other answer.
fn redirect(url: &Url, response: &reqwest::Response) -> Result<Option<Url>, FetchError> {
    let Some(location) = response.headers().get(header::LOCATION) else { return Ok(None) };
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(location.as_bytes());
    let broken =
        |e: url::ParseError| FetchError::Broken { url: show(url), cause: format!("it redirects to no address: {e}") };
    let mut next = url.join(&text).map_err(broken)?;
    next.set_fragment(None);
    Ok(Some(next))
}

/// The headers that a caller sees, in the order of arrival: not those that belong to the connection, to the encoding
/// that is undone, or to a session.
fn listed(headers: &HeaderMap, grant: &Grant) -> Vec<(String, String)> {
    const HIDDEN: [HeaderName; 9] = [
        header::SET_COOKIE,
        header::CONNECTION,
        header::CONTENT_ENCODING,
        header::CONTENT_LENGTH,
        header::PROXY_AUTHENTICATE,
        header::TRAILER,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        HeaderName::from_static("keep-alive"),
    ];
    let shown = headers.iter().filter(|(name, _)| !HIDDEN.contains(name));
    shown.map(|(name, value)| (name.to_string(), grant.redact(&String::from_utf8_lossy(value.as_bytes())))).collect()
}

/// What a client's error means: the guard's own refusals come wrapped several times.
pub(super) fn from_reqwest(error: reqwest::Error, url: &Url) -> FetchError {
    let shown = show(url);
    let mut causes: Vec<String> = Vec::new();
    let mut tls = false;
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = next {
        if let Some(Blocked { host, address, class }) = cause.downcast_ref() {
            let (host, address) = (host.clone(), address.to_string());
            return FetchError::BlockedAddress { url: shown, host, address, class: (*class).into() };
        }
        if let Some(Unresolved { host, cause }) = cause.downcast_ref() {
            return FetchError::Name { url: shown, host: host.clone(), cause: cause.clone() };
        }
        tls |= is_tls(cause);
        let text = cause.to_string();
        if causes.last() != Some(&text) {
            causes.push(text);
        }
        next = cause.source();
    }
    let cause = if causes.is_empty() { error.to_string() } else { causes.join(": ") };
    if tls {
        FetchError::Tls { url: shown, cause }
    } else if error.is_timeout() {
        FetchError::TimedOut { url: shown }
    } else if error.is_builder() {
        FetchError::InvalidRequest { url: shown, reason: cause }
    } else if error.is_connect() {
        FetchError::Connect { url: shown, cause }
    } else {
        FetchError::Broken { url: shown, cause }
    }
}

/// Whether a cause is about encryption. An I/O error that wraps another does not give it as its source.
fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    match cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(inside) => is_tls(inside),
        None => cause.is::<rustls::Error>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_grows_and_is_the_same_every_time() {
        let base = Duration::from_millis(100);
        let first = backoff(base, "https://example.org/a", 1);
        assert_eq!(first, backoff(base, "https://example.org/a", 1));
        assert_ne!(first, backoff(base, "https://example.org/b", 1));
        for attempt in 1..6 {
            let (low, pause) = (base * 2u32.pow(attempt - 1), backoff(base, "https://example.org/a", attempt));
            assert!(pause >= low && pause <= 2 * low, "{attempt}: {pause:?}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_of_a_refusal() {
        let answer = |status, value: &str| Answer {
            status,
            url: Url::parse("https://example.org/").unwrap(),
            headers: vec![("retry-after".into(), value.into())],
            body: Body { store: Store::Memory(Vec::new()), length: 0, digest: String::new() },
        };
        assert_eq!(retry_after(&answer(429, "7")), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(&answer(503, "Sun, 06 Nov 1994 08:49:37 GMT")), Some(Duration::ZERO));
        let far = retry_after(&answer(429, "Tue, 01 Jan 2999 00:00:00 GMT")).unwrap();
        assert!(far > Duration::from_secs(86_400 * 365));
        assert_eq!(retry_after(&answer(429, "soon")), None);
        assert_eq!(retry_after(&answer(200, "7")), None);
    }
}
