//! What feeds do with the host's HTTP client: a whole answer in one call, conditional requests and their cursor,
//! errors in the contract's words. In native tests [`stand_in`] answers instead of the host.

use crate::bindings::feed_world::huntsmith::host::http::{self, Header, HttpError, Request};
use crate::common::PluginError;
use serde::{Deserialize, Serialize};

/// An answer, read to its end.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// The address that answered, after redirects.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What makes the next request conditional; a part of a feed's cursor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Validators {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Validators {
    /// Those of an answer; longer than 1 KiB they are not kept, for a cursor is bounded.
    pub fn of(answer: &Answer) -> Validators {
        let kept = |name: &str| answer.header(name).filter(|value| value.len() <= 1024).map(str::to_string);
        Validators { etag: kept("etag"), last_modified: kept("last-modified") }
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let etag = self.etag.clone().map(|etag| ("If-None-Match", etag));
        let modified = self.last_modified.clone().map(|modified| ("If-Modified-Since", modified));
        etag.into_iter().chain(modified).collect()
    }
}

/// Fetches `url` with `GET`. `Ok(None)`: nothing changed since the validators were given.
///
/// # Errors
/// `unavailable` for everything that may be better next time: the network, the server, a limit of the host;
/// `configuration` where the operator has to grant or change something.
pub fn get(
    url: &str,
    accept: &str,
    validators: &Validators,
    secret: Option<&str>,
) -> Result<Option<Answer>, PluginError> {
    let mut headers = vec![("Accept", accept.to_string())];
    headers.extend(validators.headers());
    let request = Request {
        method: "GET".to_string(),
        url: url.to_string(),
        headers: headers.into_iter().map(|(name, value)| Header { name: name.to_string(), value }).collect(),
        body: None,
        secret: secret.map(str::to_string),
    };
    let answer = send(&request).map_err(|cause| http_error(url, &cause))?;
    match answer.status {
        304 => Ok(None),
        200..=299 => Ok(Some(answer)),
        401 | 403 => Err(error(
            "configuration",
            format!("{url} answered {}: it asks for a permission or a secret", answer.status),
        )),
        404 | 410 => {
            Err(error("configuration", format!("{url} answered {}: there is nothing at this address", answer.status)))
        }
        status => Err(error("unavailable", format!("{url} answered {status}"))),
    }
}

/// An error of the host's client in the contract's codes.
pub fn http_error(url: &str, cause: &HttpError) -> PluginError {
    let (code, why) = match cause {
        HttpError::NotGranted(host) => ("configuration", format!("the host {host} is not granted to this feed")),
        HttpError::BlockedAddress(what) => ("configuration", format!("the address is blocked: {what}")),
        HttpError::Offline(_) => ("unavailable", "the run is offline and there is no copy of it".to_string()),
        HttpError::RateLimited(Some(seconds)) => ("unavailable", format!("the server asks to wait {seconds} s")),
        HttpError::RateLimited(None) => ("unavailable", "the server asks to wait".to_string()),
        HttpError::TimedOut => ("unavailable", "it timed out".to_string()),
        HttpError::TooLarge(cap) => ("unavailable", format!("the answer is larger than {cap} bytes")),
        HttpError::LimitReached(what) => ("unavailable", format!("this call's limit of {what} is used up")),
        HttpError::InvalidRequest(why) => ("failed", format!("the request is not one that the host sends: {why}")),
        HttpError::Failed(why) => ("unavailable", why.clone()),
    };
    error(code, format!("{url} was not fetched: {why}"))
}

/// A typed error without properties.
pub fn error(code: &str, message: impl Into<String>) -> PluginError {
    PluginError { code: code.to_string(), message: message.into(), properties: Vec::new() }
}

#[cfg(target_arch = "wasm32")]
/// Sends a request and reads the answer to its end.
pub fn send(request: &Request) -> Result<Answer, HttpError> {
    let response = http::fetch(request)?;
    let mut bytes = Vec::new();
    loop {
        let chunk = response.body.read(1 << 20)?;
        if chunk.is_empty() {
            break;
        }
        bytes.extend_from_slice(&chunk);
    }
    let headers = response.headers.into_iter().map(|h| (h.name.to_ascii_lowercase(), h.value)).collect();
    Ok(Answer { status: response.status, url: response.url, headers, bytes })
}

#[cfg(not(target_arch = "wasm32"))]
/// Sends a request and reads the answer to its end.
pub fn send(request: &Request) -> Result<Answer, HttpError> {
    stand_in::answer(request)
}

/// In native tests: who answers instead of the host.
#[cfg(not(target_arch = "wasm32"))]
pub mod stand_in {
    use super::{Answer, http};
    use std::cell::RefCell;

    type Server = Box<dyn FnMut(&http::Request) -> Result<Answer, http::HttpError>>;

    thread_local! {
        static SERVER: RefCell<Option<Server>> = const { RefCell::new(None) };
    }

    /// From now on, in this thread, `server` answers.
    pub fn serve(server: impl FnMut(&http::Request) -> Result<Answer, http::HttpError> + 'static) {
        SERVER.with(|held| *held.borrow_mut() = Some(Box::new(server)));
    }

    pub(super) fn answer(request: &http::Request) -> Result<Answer, http::HttpError> {
        SERVER.with(|held| match &mut *held.borrow_mut() {
            Some(server) => server(request),
            None => Err(http::HttpError::Offline(request.url.clone())),
        })
    }
}
