//! What callers may ask for, checked and made into the client's own form.

use super::body::Caps;
use super::error::FetchError;
use super::exchange::Ask;
use super::grant::show;
use crate::model::HttpRequest;
use reqwest::Method;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use url::Url;

/// The most that a plugin sends in one request.
const MOST_BODY: usize = 16 << 20;

/// The longest address that is sent; servers refuse much shorter ones.
const MOST_ADDRESS: usize = 16 << 10;

/// Headers that are the host's own; the contract names them.
const OWN: [HeaderName; 16] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::COOKIE,
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::EXPECT,
    header::VIA,
    header::FORWARDED,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
];

/// An absolute address, without its fragment.
pub(super) fn address(text: &str) -> Result<Url, FetchError> {
    let invalid = |reason: String| FetchError::InvalidRequest { url: shortened(text), reason };
    if text.len() > MOST_ADDRESS {
        return Err(invalid(format!("it is longer than {MOST_ADDRESS} bytes")));
    }
    let mut url = Url::parse(text).map_err(|e| invalid(e.to_string()))?;
    url.set_fragment(None);
    Ok(url)
}

/// A plugin's request, if the host sends such requests.
pub(super) fn checked(request: HttpRequest, caps: Caps, deadline: Instant) -> Result<Ask, FetchError> {
    let url = address(&request.url)?;
    let invalid = |reason: String| FetchError::InvalidRequest { url: show(&url), reason };
    let method = match request.method.as_str() {
        "GET" => Method::GET,
        "HEAD" => Method::HEAD,
        "POST" => Method::POST,
        other => return Err(invalid(format!("the method {:?} is not GET, HEAD or POST", shortened(other)))),
    };
    match &request.body {
        Some(_) if method != Method::POST => return Err(invalid("only a POST has a body".into())),
        Some(body) if body.len() > MOST_BODY => {
            return Err(invalid(format!("its body is larger than {MOST_BODY} bytes")));
        }
        _ => {}
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let parsed: Option<(HeaderName, HeaderValue)> = name.parse().ok().zip(HeaderValue::from_str(value).ok());
        let Some((name, value)) = parsed else {
            return Err(invalid(format!("{:?} is not a header", shortened(name))));
        };
        if OWN.contains(&name) {
            return Err(invalid(format!("the header {name} is the host's own")));
        }
        headers.append(name, value);
        if headers.len() > 64 {
            return Err(invalid("it has more than 64 headers".into()));
        }
    }
    headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    Ok(Ask {
        method,
        url,
        headers,
        body: request.body,
        secret: request.secret,
        robots: false,
        validators: None,
        caps,
        deadline,
    })
}

/// Whether the caller asks for something only if it changed, and so wants to see the 304 itself.
pub(super) fn is_conditional(headers: &HeaderMap) -> bool {
    const CONDITIONS: [HeaderName; 5] = [
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::IF_MATCH,
        header::IF_UNMODIFIED_SINCE,
        header::IF_RANGE,
    ];
    CONDITIONS.iter().any(|name| headers.contains_key(name))
}

/// The last part of an address's path, where it could be a file's name.
pub(super) fn file_name(url: &Url) -> Option<String> {
    let last = url.path_segments()?.next_back()?;
    (!last.is_empty() && last.len() <= 255 && last != ".." && !last.contains(['\\', '\0'])).then(|| last.to_owned())
}

/// Enough of a caller's text to find it by.
fn shortened(text: &str) -> String {
    let clean: String = text.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if clean.len() < text.len() { format!("{clean}…") } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl Fn(&mut HttpRequest)) -> Result<Ask, String> {
        let mut request = HttpRequest {
            method: "GET".into(),
            url: "https://example.org/a#b".into(),
            headers: Vec::new(),
            body: None,
            secret: None,
        };
        change(&mut request);
        let caps = Caps { bytes: 1, by_caller: false, wire: 1 };
        checked(request, caps, Instant::now()).map_err(|e| {
            assert_eq!(e.code(), "invalid-request");
            e.to_string()
        })
    }

    #[test]
    fn a_plain_request_passes_without_its_fragment() {
        let ask = check(|r| r.headers = vec![("If-None-Match".into(), "\"a\"".into())]).unwrap();
        assert_eq!(ask.url.as_str(), "https://example.org/a");
        assert!(is_conditional(&ask.headers));
        assert_eq!(file_name(&ask.url).as_deref(), Some("a"));
    }

    #[test]
    fn what_the_host_does_not_send_is_refused_with_the_reason() {
        type Change = dyn Fn(&mut HttpRequest);
        fn header(name: &str, value: &str) -> Vec<(String, String)> {
            vec![(name.to_owned(), value.to_owned())]
        }
        let cases: [(&Change, &str); 13] = [
            (&|r| r.method = "PUT".into(), "PUT"),
            (&|r| r.method = "get".into(), "get"),
            (&|r| r.url = "/relative".into(), "relative"),
            (&|r| r.url = "https://".into(), "host"),
            (&|r| r.url = format!("https://example.org/{}", "a".repeat(20_000)), "longer"),
            (&|r| r.body = Some(vec![]), "only a POST"),
            (&|r| (r.method, r.body) = ("POST".into(), Some(vec![0; MOST_BODY + 1])), "larger"),
            (&|r| r.headers = header("Authorization", "x"), "authorization"),
            (&|r| r.headers = header("COOKIE", "x"), "cookie"),
            (&|r| r.headers = header("Host", "x"), "host"),
            (&|r| r.headers = header("Transfer-Encoding", "chunked"), "transfer-encoding"),
            (&|r| r.headers = header("X-A", "b\r\nX-C: d"), "X-A"),
            (&|r| r.headers = header("X A", "b"), "X A"),
        ];
        for (change, word) in cases {
            let error = check(change).err().unwrap_or_else(|| panic!("{word} passed"));
            assert!(error.contains(word), "{word}: {error}");
        }
    }
}
