//! TAXII 2.1 collections (OASIS), and STIX 2.1 bundles as files: what was added since the last poll, page by page, as
//! reports with their indicators, techniques and vulnerabilities.

pub mod items;
pub mod kinds;
pub mod objects;
pub mod pattern;

use huntsmith_sdk::decode::decode;
use huntsmith_sdk::feed::fetch::{self, Answer, Validators, error};
use huntsmith_sdk::feed::{self, Context, Document, Feed, Item, Page, PluginError, note};
use huntsmith_sdk::seen::Seen;
use huntsmith_sdk::time;
use objects::{Objects, texts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// Pages and bytes of one poll; more are waiting for the next.
const PAGES: usize = 50;
const BYTES: usize = 32 << 20;
/// Objects that reports refer to and that came earlier: ids in a request, and requests in a poll.
const IDS: usize = 50;
const REQUESTS: usize = 20;

/// The feed plugin for TAXII and STIX.
pub struct FeedTaxii;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    url: Option<String>,
    since: Option<String>,
    secret: Option<String>,
}

/// What the next poll has to know.
#[derive(Debug, Serialize, Deserialize, Default, PartialEq)]
#[serde(default)]
struct Cursor {
    /// When the last object was added that was read (`X-TAXII-Date-Added-Last`).
    #[serde(skip_serializing_if = "Option::is_none")]
    added_after: Option<String>,
    /// While pages are waiting: the server's word for the next, and the `added_after` that they belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<(String, Option<String>)>,
    /// Fingerprints of the items that were given.
    seen: String,
}

/// A page of a collection.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    more: bool,
    next: Option<String>,
    objects: Vec<Value>,
}

impl Feed for FeedTaxii {
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError> {
        let cursor: Cursor = feed::cursor(cursor.as_deref());
        match input {
            Some(document) => local(&document, cursor),
            None => collection(&feed::options(ctx)?, cursor),
        }
    }
}

/// A bundle, or a page of a collection that somebody saved.
fn local(document: &Document, cursor: Cursor) -> Result<Page, PluginError> {
    let decoded = decode(&document.bytes, None, None);
    let text = decoded.text.trim_start();
    if !text.starts_with('{') || !text.contains("\"objects\"") || !text.contains("--") {
        return Err(error("unsupported", "this is not the JSON of a STIX bundle"));
    }
    let bundle: Value = feed::json(text.as_bytes(), "the bundle's JSON")?;
    let Some(Value::Array(list)) = bundle.get("objects") else {
        return Err(error("unsupported", "this JSON has no list \"objects\": not a STIX bundle"));
    };
    let mut objects = Objects::default();
    list.iter().cloned().for_each(|object| objects.add(object));
    if objects.all().next().is_none() {
        return Err(error("unsupported", "no object of this JSON is STIX's"));
    }
    let mut page = finish(&objects, document.base_url.as_deref(), cursor);
    page.notes.splice(0..0, decoded.notes);
    Ok(page)
}

fn collection(options: &Options, mut cursor: Cursor) -> Result<Page, PluginError> {
    let url = feed::address(options.url.clone())?;
    let url = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').trim_end_matches("/objects");
    let objects_url = format!("{url}/objects/");
    let secret = options.secret.as_deref();
    let since = options.since.as_deref().and_then(time::parse);
    let (mut next, added_after) = match cursor.next.take() {
        Some((next, added_after)) => (Some(next), added_after),
        None => (None, cursor.added_after.clone().or(since)),
    };
    let (mut objects, mut bytes, mut more) = (Objects::default(), 0, false);
    for _ in 0..PAGES {
        let query = [("added_after", &added_after), ("next", &next)];
        let answer = get(&objects_url, &query.map(|(name, value)| (name, value.as_deref())), secret)?;
        let envelope = envelope(&answer, &objects_url)?;
        bytes += answer.bytes.len();
        envelope.objects.into_iter().for_each(|object| objects.add(object));
        let last = answer.header("x-taxii-date-added-last").filter(|last| time::parse(last).is_some());
        cursor.added_after = last.map(str::to_string).or(cursor.added_after);
        // A server that names no next page, or the same again, has no more.
        let following = envelope.next.filter(|following| envelope.more && next.as_ref() != Some(following));
        more = following.is_some();
        next = following;
        if !more || bytes > BYTES {
            break;
        }
    }
    let missing = fetch_missing(&objects_url, &mut objects, secret);
    if more {
        cursor.next = next.map(|next| (next, added_after));
    }
    let mut page = finish(&objects, Some(url), cursor);
    page.more = more;
    if missing > 0 {
        let what = format!("{missing} objects that reports refer to are not in the collection");
        page.notes.push(note("reference_missing", what));
    }
    Ok(page)
}

/// Asks for the objects that reports refer to and that came with an earlier page or poll; how many stay unknown.
fn fetch_missing(url: &str, objects: &mut Objects, secret: Option<&str>) -> usize {
    let reports = objects.of_type("report").chain(objects.of_type("grouping"));
    let unknown: BTreeSet<String> = reports
        .flat_map(|(_, report)| texts(report, "object_refs"))
        .filter(|id| !objects.has(id) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .map(str::to_string)
        .collect();
    let ids: Vec<&str> = unknown.iter().map(String::as_str).collect();
    for ids in ids.chunks(IDS).take(REQUESTS) {
        // What a server refuses or does not have costs no report: it is counted as missing.
        let answer = get(url, &[("match[id]", Some(&ids.join(",")))], secret).and_then(|answer| envelope(&answer, url));
        answer.unwrap_or_default().objects.into_iter().for_each(|object| objects.add(object));
    }
    unknown.iter().filter(|id| !objects.has(id)).count()
}

fn get(url: &str, query: &[(&str, Option<&str>)], secret: Option<&str>) -> Result<Answer, PluginError> {
    let pairs = query.iter().filter_map(|(name, value)| Some(format!("{}={}", encoded(name), encoded((*value)?))));
    let pairs: Vec<String> = pairs.collect();
    let place = if pairs.is_empty() { url.to_string() } else { format!("{url}?{}", pairs.join("&")) };
    fetch::get(&place, "application/taxii+json;version=2.1", &Validators::default(), secret)
        .map(Option::unwrap_or_default)
}

fn envelope(answer: &Answer, url: &str) -> Result<Envelope, PluginError> {
    if answer.bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Envelope::default());
    }
    feed::json(&answer.bytes, &format!("the TAXII envelope of {url}"))
}

/// Percent-encoded for a query.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            byte if byte.is_ascii_alphanumeric() => out.push(byte as char),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The items that are new or were changed, and the cursor.
fn finish(objects: &Objects, base: Option<&str>, mut cursor: Cursor) -> Page {
    let (items, notes) = items::items(objects, base);
    let mut seen = Seen::from_text(&cursor.seen);
    let content = |item: &Item| {
        let body = item.body.as_ref().map(|body| String::from_utf8_lossy(&body.bytes).into_owned());
        format!("{} {:?} {:?}", item.key, item.updated, body)
    };
    let items = items.into_iter().filter(|item| seen.is_new(&content(item))).collect();
    cursor.seen = seen.into_text();
    feed::page(items, &cursor, notes)
}

huntsmith_sdk::export_feed!(FeedTaxii);

#[cfg(test)]
mod tests;
