//! MISP feeds (misp-standard.org): a manifest names the events, each is a JSON file beside it. A local file may be one
//! event or several.

pub mod event;

use event::Event;
use huntsmith_sdk::address;
use huntsmith_sdk::decode::decode;
use huntsmith_sdk::feed::fetch::{self, Validators, error};
use huntsmith_sdk::feed::{self, Context, Cursor, Document, Feed, Item, Page, PluginError, note};
use huntsmith_sdk::seen::Seen;
use huntsmith_sdk::time;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Events fetched by one poll; more are waiting for the next.
const EVENTS: usize = 25;

/// The feed plugin for MISP.
pub struct FeedMisp;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    url: Option<String>,
    since: Option<String>,
    secret: Option<String>,
}

impl Feed for FeedMisp {
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError> {
        match input {
            Some(document) => local(&document),
            None => remote(&feed::options(ctx)?, feed::cursor(cursor.as_deref())),
        }
    }
}

/// One event, or a list of them as MISP's search gives it.
fn local(document: &Document) -> Result<Page, PluginError> {
    let decoded = decode(&document.bytes, None, None);
    let text = decoded.text.trim_start();
    if !text.starts_with(['{', '[']) || !text.contains("\"Event\"") {
        return Err(error("unsupported", "this is not the JSON of a MISP event"));
    }
    let json: Value = feed::json(text.as_bytes(), "the event's JSON")?;
    let list = match &json {
        Value::Array(events) => events.clone(),
        _ => json.get("response").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![json.clone()]),
    };
    let mut page = Page { title: None, items: Vec::new(), cursor: None, more: false, notes: decoded.notes };
    for value in list {
        read_event(&value, None, "an event of the file", &mut page);
    }
    if page.items.is_empty() && page.notes.iter().all(|n| n.code != "entry_skipped") {
        return Err(error("unsupported", "this JSON has no MISP event"));
    }
    Ok(page)
}

/// The events of the manifest that are new or were changed; the cursor's validators are the manifest's, and empty while
/// events of it are waiting.
fn remote(options: &Options, mut cursor: Cursor) -> Result<Page, PluginError> {
    let url = feed::address(options.url.clone())?;
    let manifest_url = match url {
        url if url.ends_with(".json") => url,
        url => format!("{}/manifest.json", url.trim_end_matches('/')),
    };
    let secret = options.secret.as_deref();
    let mut page = feed::page(Vec::new(), &cursor, Vec::new());
    let Some(answer) = fetch::get(&manifest_url, "application/json", &cursor.validators, secret)? else {
        return Ok(page);
    };
    let manifest: BTreeMap<String, Value> = feed::json(&answer.bytes, &format!("the manifest {manifest_url}"))?;
    let since = options.since.as_deref().and_then(time::parse).unwrap_or_default();
    let mut seen = Seen::from_text(&cursor.seen);
    // Oldest first, so that what is left for later is the newest, and comes with the next call at once.
    let mut events: Vec<(String, String, String)> = Vec::new();
    for (uuid, entry) in manifest {
        let date = entry.get("date").and_then(Value::as_str).and_then(time::parse).unwrap_or_default();
        let stamp = entry.get("timestamp").map(|t| t.to_string().replace('"', "")).unwrap_or_default();
        if !is_uuid(&uuid) {
            let shown: String = uuid.chars().take(60).collect();
            page.notes.push(note("entry_skipped", format!("the manifest names {shown:?}, which is no event's id")));
        } else if date >= since {
            events.push((date, uuid, stamp));
        }
    }
    events.sort();
    let mut fetched = 0;
    for (_, uuid, stamp) in events {
        if fetched == EVENTS && !seen.knows(&format!("{uuid} {stamp}")) {
            page.more = true;
            continue;
        }
        if !seen.is_new(&format!("{uuid} {stamp}")) {
            continue;
        }
        fetched += 1;
        let event_url = address::resolve(Some(&manifest_url), &format!("{uuid}.json")).unwrap_or_default();
        // One event that is missing or broken costs no other; it is tried again when the manifest changes it.
        match fetch::get(&event_url, "application/json", &Validators::default(), secret) {
            Ok(Some(answer)) => match serde_json::from_slice::<Value>(&answer.bytes) {
                Ok(value) => read_event(&value, Some(&event_url), &uuid, &mut page),
                Err(e) => page.notes.push(note("entry_skipped", format!("{event_url} is not JSON: {e}"))),
            },
            Ok(None) => {}
            Err(cause) if cause.code == "unavailable" && page.items.is_empty() => return Err(cause),
            Err(cause) => page.notes.push(note("entry_skipped", cause.message)),
        }
    }
    cursor.validators = if page.more { Validators::default() } else { Validators::of(&answer) };
    cursor.seen = seen.into_text();
    page.cursor = serde_json::to_string(&cursor).ok();
    Ok(page)
}

fn read_event(value: &Value, url: Option<&str>, name: &str, page: &mut Page) {
    let event = value.get("Event").unwrap_or(value);
    match Event::deserialize(event) {
        Ok(event) if is_uuid(&event.uuid) => {
            let (item, skipped) = event::item(event, url);
            if skipped > 0 {
                page.notes.push(note(
                    "attribute_skipped",
                    format!("{skipped} attributes of {name} have no value or are not of MISP's form"),
                ));
            }
            let twice = page.items.iter().any(|known: &Item| known.key == item.key);
            if twice {
                page.notes.push(note(
                    "duplicate_item",
                    format!("{} is listed more than once; the first was taken", item.key),
                ));
            } else {
                page.items.push(item);
            }
        }
        Ok(_) => page.notes.push(note("entry_skipped", format!("{name} has no uuid and was passed over"))),
        Err(e) => {
            page.notes.push(note("entry_skipped", format!("{name} is not of MISP's form and was passed over: {e}")))
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

huntsmith_sdk::export_feed!(FeedMisp);

#[cfg(test)]
mod tests;
