//! Feeds: malformed files and answers of servers, cursors that are none, and a network that fails in every way that the
//! contract knows. Nothing is asked of a host that the manifest does not name.

use super::Known;
use super::inputs::{UNITS, bytes, repeated};
use super::trial::{Check, Failure, Named, answers, grows, same_again, suite};
use crate::model::{
    BodyReader, CallContext, Document, FeedPage, HttpAllowance, HttpClient, HttpError, HttpRequest, HttpResponse,
    PluginId, Tlp,
};
use crate::plugin::manifest::Capabilities;
use crate::sandbox::Plugin;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the feed is said to be.
const ADDRESS: &str = "https://feeds.conformance.invalid/all";
const HOST: &str = "feeds.conformance.invalid";

/// One poll.
struct Poll {
    input: Option<Document>,
    cursor: Option<String>,
    server: Option<Arc<Server>>,
}

pub(super) fn run(plugin: &Plugin, known: &Known<'_>) -> Vec<Check> {
    let ctx = CallContext { config: format!("{{\"url\":\"{ADDRESS}\"}}"), ..Default::default() };
    let accepts = &plugin.manifest().accepts;
    let media_type = accepts.media_types.first().map_or(String::new(), |it| it.replace('*', "plain"));
    let call = |poll: &Poll| {
        let client = poll.server.clone().map(|server| server as Arc<dyn HttpClient>);
        plugin.poll(&ctx, poll.input.as_ref(), poll.cursor.as_deref(), client)
    };
    let file = |bytes: Vec<u8>| Poll {
        input: Some(Document { name: None, media_type: media_type.clone(), base_url: None, bytes }),
        cursor: None,
        server: None,
    };
    let raw = bytes(&known.samples, &accepts.magic);
    let mut inputs: Vec<Named<Poll>> =
        raw.iter().map(|it| Named::new(format!("file: {}", it.name), file(it.input.clone()))).collect();
    for (name, cursor) in
        [("empty", String::new()), ("no cursor of ours", "\u{0}{]\u{1f600}".into()), ("long", "9".repeat(64 << 10))]
    {
        let poll = Poll { cursor: Some(cursor), ..file(b"{}".to_vec()) };
        inputs.push(Named::new(format!("file, with a cursor: {name}"), poll));
    }
    let online =
        |name: String, answer| Named::new(name, Poll { input: None, cursor: None, server: Some(Server::new(answer)) });
    inputs.push(Named::new("no file and no network", Poll { input: None, cursor: None, server: None }));
    for status in [200, 204, 206, 304, 400, 401, 403, 404, 429, 500, 503] {
        inputs.push(online(format!("status {status}"), Reply::Status(status, b"{\"a\":[1,2,{}]}".to_vec())));
    }
    for it in &raw {
        inputs.push(online(format!("answer: {}", it.name), Reply::Status(200, it.input.clone())));
    }
    for error in errors() {
        inputs.push(online(format!("network: {error}"), Reply::Error(error)));
    }
    let asked = &plugin.manifest().capabilities;
    let first = answers("malformed", &inputs, true, &call, &|name, poll, page| looked_at(name, poll, page, asked));
    let mut checks = suite(
        first,
        inputs.len(),
        &[&|| same_again(&inputs, &call), &|| {
            grows(&UNITS, &|unit, bytes| file(repeated(unit, bytes).into_bytes()), &call)
        }],
    );
    // Of all that was asked until now.
    checks.push(hosts(&inputs, asked));
    checks
}

/// Every error that the contract knows.
fn errors() -> Vec<HttpError> {
    vec![
        HttpError::NotGranted(HOST.into()),
        HttpError::BlockedAddress("127.0.0.1 (loopback)".into()),
        HttpError::Offline(ADDRESS.into()),
        HttpError::RateLimited(None),
        HttpError::RateLimited(Some(u32::MAX)),
        HttpError::TimedOut,
        HttpError::TooLarge(1),
        HttpError::LimitReached("calls".into()),
        HttpError::InvalidRequest("it is not one".into()),
        HttpError::Failed("the connection was closed".into()),
    ]
}

/// Items without anything that a person or the host could use.
fn looked_at(name: &str, _: &Poll, page: &FeedPage, _: &Capabilities) -> Vec<Failure> {
    let empty = page.items.iter().find(|item| {
        item.url.is_none()
            && item.title.is_none()
            && item.summary.is_none()
            && item.body.is_none()
            && item.facts.is_empty()
    });
    let fail = |key: &str| {
        let message = format!("the item `{key}` has no address, title, text or fact");
        Failure::new("empty-item", name, message, "pass it over, with the note `empty_item`")
    };
    empty.map(|item| fail(&item.key)).into_iter().collect()
}

/// What was asked of the network during all calls so far.
fn hosts(inputs: &[Named<Poll>], asked: &Capabilities) -> Check {
    let mut failures = Vec::new();
    let mut requests = 0;
    for Named { name, input } in inputs {
        let Some(server) = &input.server else { continue };
        let seen = server.seen.lock().unwrap_or_else(PoisonError::into_inner);
        requests += seen.len();
        for (url, secret) in seen.iter() {
            let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
            if !asked.http.iter().any(|pattern| covers(pattern, &host)) {
                let hint = "name the host under `http` of [capabilities]; `feed` is the host of the feed's own address";
                failures.push(Failure::new(
                    "host-not-asked-for",
                    name,
                    format!("asks {host}, which its manifest does not name"),
                    hint,
                ));
            }
            if let Some(secret) = secret.as_ref().filter(|secret| !asked.has_secret(secret)) {
                let message = format!("refers to the secret `{secret}`, which its manifest does not name");
                failures.push(Failure::new(
                    "secret-not-asked-for",
                    name,
                    message,
                    "name it under `secrets` of [capabilities]",
                ));
            }
        }
    }
    failures.dedup_by(|a, b| a.message == b.message);
    let says = format!("{requests} requests, each to a host and with a secret that the manifest asks for");
    Check { name: "capabilities-used", says, failures }
}

fn covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
        None => pattern == host || pattern == "feed" && host == HOST,
    }
}

enum Reply {
    Status(u16, Vec<u8>),
    Error(HttpError),
}

/// Answers every request in the same way, and remembers what was asked.
struct Server {
    reply: Reply,
    seen: Mutex<Vec<(String, Option<String>)>>,
}

impl Server {
    fn new(reply: Reply) -> Arc<Self> {
        Arc::new(Self { reply, seen: Mutex::default() })
    }
}

impl HttpClient for Server {
    fn max_tlp(&self) -> Tlp {
        Tlp::Clear
    }

    fn fetch(&self, _: &PluginId, request: HttpRequest, _: HttpAllowance) -> Result<HttpResponse, HttpError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push((request.url.clone(), request.secret));
        match &self.reply {
            Reply::Error(error) => Err(error.clone()),
            Reply::Status(status, bytes) => Ok(HttpResponse {
                status: *status,
                url: request.url,
                headers: vec![
                    ("content-type".into(), "application/octet-stream".into()),
                    ("etag".into(), "\"1\"".into()),
                ],
                body: Box::new(Body(bytes.clone())),
            }),
        }
    }
}

struct Body(Vec<u8>);

impl BodyReader for Body {
    fn read(&mut self, max: usize, _: HttpAllowance) -> Result<Vec<u8>, HttpError> {
        let rest = self.0.split_off(max.min(self.0.len()));
        Ok(std::mem::replace(&mut self.0, rest))
    }
}
