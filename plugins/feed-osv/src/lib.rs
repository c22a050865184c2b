//! Advisories about packages: OSV (osv.dev) by its list of changes, GitHub's by its REST API, and files of either. A
//! vulnerable package is an exposed asset, a malicious one an indicator.

pub mod advisory;
pub mod forms;

use huntsmith_sdk::address;
use huntsmith_sdk::decode::decode;
use huntsmith_sdk::feed::fetch::{self, Answer, Validators, error};
use huntsmith_sdk::feed::{self, Context, Document, Feed, Item, Note, Page, PluginError, note};
use huntsmith_sdk::seen::Seen;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// Advisories of a list of changes that one poll fetches.
const ENTRIES: usize = 50;
/// Advisories that a first poll takes, where the operator says nothing.
const FIRST: usize = 500;

/// The feed plugin for package advisories.
pub struct FeedOsv;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    url: Option<String>,
    first: Option<usize>,
    secret: Option<String>,
}

/// What the next poll has to know.
#[derive(Debug, Serialize, Deserialize, Default, PartialEq)]
#[serde(default)]
struct Cursor {
    #[serde(flatten)]
    base: feed::Cursor,
    /// Of a list of changes: time and id of the last entry that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<(String, String)>,
    /// Of an answer in pages: the page that is waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Advisories of the pages before it.
    taken: usize,
}

impl Feed for FeedOsv {
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError> {
        let mut cursor: Cursor = feed::cursor(cursor.as_deref());
        if let Some(document) = input {
            let mut seen = Seen::from_text(&cursor.base.seen);
            let mut taken = local(&document, &mut seen)?;
            cursor.base.seen = seen.into_text();
            taken.cursor = serde_json::to_string(&cursor).ok();
            return Ok(taken);
        }
        let options: Options = feed::options(ctx)?;
        let url = feed::address(options.url.clone())?;
        let is_list = url.split(['?', '#']).next().is_some_and(|path| path.ends_with(".csv"));
        if is_list { changes(&url, &options, cursor) } else { pages(&url, &options, cursor) }
    }
}

/// A file: one advisory, or several.
fn local(document: &Document, seen: &mut Seen) -> Result<Page, PluginError> {
    let decoded = decode(&document.bytes, None, None);
    let text = decoded.text.trim_start();
    let speaks =
        ["\"ghsa_id\"", "\"affected\"", "\"schema_version\"", "\"vulns\""].iter().any(|key| text.contains(key));
    if !text.starts_with(['{', '[']) || !speaks {
        return Err(error("unsupported", "this is not the JSON of an advisory of OSV or GitHub"));
    }
    let json: Value = feed::json(text.as_bytes(), "the advisory's JSON")?;
    let mut gathered = Gathered { notes: decoded.notes, ..Default::default() };
    let listed = listed(&json);
    if !listed.iter().any(|value| forms::advisory(value).is_some()) {
        return Err(error("unsupported", "this JSON is no advisory of OSV or GitHub"));
    }
    listed.into_iter().for_each(|value| gathered.take(value, seen));
    Ok(feed::page(gathered.items, &"", gathered.notes))
}

/// The advisories of an answer: a list, a list under a name, or one by itself.
fn listed(json: &Value) -> Vec<&Value> {
    let named = ["vulns", "advisories"].iter().find_map(|name| json.get(name));
    match named.unwrap_or(json) {
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    }
}

/// Items out of advisories, each once.
#[derive(Default)]
struct Gathered {
    items: Vec<Item>,
    keys: BTreeSet<String>,
    notes: Vec<Note>,
    known: usize,
}

impl Gathered {
    fn take(&mut self, value: &Value, seen: &mut Seen) {
        let Some(advisory) = forms::advisory(value) else {
            self.notes.push(note("entry_skipped", "an entry is no advisory of OSV's or GitHub's form, or has no id"));
            return;
        };
        if advisory.withdrawn {
            self.notes.push(note("entry_skipped", format!("{} was withdrawn by who wrote it", advisory.id)));
        } else if !self.keys.insert(advisory.id.clone()) {
            let what = format!("{} is listed more than once; the first was taken", advisory.id);
            self.notes.push(note("duplicate_item", what));
        } else if seen.is_new(&format!("{} {}", advisory.id, advisory.modified)) {
            self.items.push(advisory.item());
        } else {
            self.known += 1;
        }
    }
}

/// OSV's list of changes (google.github.io/osv.dev/data): a line for each advisory, its time and its id; the advisory
/// itself lies beside the list.
fn changes(url: &str, options: &Options, mut cursor: Cursor) -> Result<Page, PluginError> {
    let secret = options.secret.as_deref();
    let Some(answer) = fetch::get(url, "text/csv, */*;q=0.1", &cursor.base.validators, secret)? else {
        return Ok(feed::page(Vec::new(), &cursor, Vec::new()));
    };
    let text = String::from_utf8_lossy(&answer.bytes);
    let mut entries: Vec<(&str, &str)> = Vec::new();
    let mut gathered = Gathered::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once(',').map(|(time, id)| (time.trim(), id.trim())) {
            Some((time, id)) if time.starts_with(|c: char| c.is_ascii_digit()) && is_path(id) => {
                entries.push((time, id))
            }
            _ => gathered.notes.push(note("entry_skipped", format!("{line:?} is no line of a list of changes"))),
        }
    }
    entries.sort_unstable();
    match &cursor.after {
        Some((time, id)) => entries.retain(|entry| *entry > (time.as_str(), id.as_str())),
        None => {
            let older = entries.len().saturating_sub(options.first.unwrap_or(FIRST));
            if older > 0 {
                let what = format!("{older} older advisories are not read: the option `first` says how many are");
                gathered.notes.push(note("older_skipped", what));
            }
            entries.drain(..older);
        }
    }
    let more = entries.len() > ENTRIES;
    let mut complete = !more;
    let mut seen = Seen::default();
    for (time, id) in entries.into_iter().take(ENTRIES) {
        let place = address::resolve(Some(url), &format!("{}.json", id.replace(' ', "%20"))).unwrap_or_default();
        match fetch::get(&place, "application/json", &Validators::default(), secret) {
            Ok(Some(answer)) => match serde_json::from_slice(&answer.bytes) {
                Ok(value) => gathered.take(&value, &mut seen),
                Err(e) => gathered.notes.push(note("entry_skipped", format!("{place} is not JSON: {e}"))),
            },
            Ok(None) => {}
            // What may be there next time is waited for; nothing after it is lost.
            Err(cause) if cause.code == "unavailable" && gathered.items.is_empty() => return Err(cause),
            Err(cause) if cause.code == "unavailable" => {
                complete = false;
                gathered.notes.push(note("entry_postponed", cause.message));
                break;
            }
            Err(cause) => gathered.notes.push(note("entry_skipped", cause.message)),
        }
        cursor.after = Some((time.to_string(), id.to_string()));
    }
    let postponed = gathered.notes.iter().any(|note| note.code == "entry_postponed");
    cursor.base.validators = if complete { Validators::of(&answer) } else { Validators::default() };
    Ok(Page { more: more && !postponed, ..feed::page(gathered.items, &cursor, gathered.notes) })
}

/// `GHSA-…`, or with its ecosystem's folder before it, and nothing that leads elsewhere.
fn is_path(id: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':' | b'/' | b' ');
    !id.is_empty() && id.len() <= 200 && id.bytes().all(good) && !id.contains("..") && !id.starts_with('/')
}

/// Advisories as an answer of JSON, newest first, in pages that its `Link` header joins (RFC 8288). A page of which
/// everything is known is the last that is read.
fn pages(url: &str, options: &Options, mut cursor: Cursor) -> Result<Page, PluginError> {
    let is_first = cursor.next.is_none();
    let place = cursor.next.take().unwrap_or_else(|| url.to_string());
    let validators = if is_first { std::mem::take(&mut cursor.base.validators) } else { Validators::default() };
    let Some(answer) = fetch::get(&place, "application/json", &validators, options.secret.as_deref())? else {
        cursor.base.validators = validators;
        return Ok(feed::page(Vec::new(), &cursor, Vec::new()));
    };
    if is_first {
        cursor.base.validators = Validators::of(&answer);
    }
    let json: Value = feed::json(&answer.bytes, &format!("the JSON of {place}"))?;
    let mut gathered = Gathered::default();
    let mut seen = Seen::from_text(&cursor.base.seen);
    listed(&json).into_iter().for_each(|value| gathered.take(value, &mut seen));
    cursor.taken = if is_first { 0 } else { cursor.taken } + gathered.items.len();
    if gathered.known == 0 && !gathered.items.is_empty() {
        cursor.next = next(&answer, &place).filter(|next| address::host(next) == address::host(url));
        let most = options.first.unwrap_or(FIRST);
        if cursor.next.is_some() && cursor.taken >= most {
            cursor.next = None;
            gathered.notes.push(note("older_skipped", format!("advisories beyond the newest {most} are not read")));
        }
    }
    cursor.base.seen = seen.into_text();
    Ok(Page { more: cursor.next.is_some(), ..feed::page(gathered.items, &cursor, gathered.notes) })
}

/// The address after this one: `Link: <…>; rel="next"`.
fn next(answer: &Answer, place: &str) -> Option<String> {
    let links = answer.header("link")?;
    links.split('<').skip(1).find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let parameters = parameters.split(',').next().unwrap_or_default().to_ascii_lowercase();
        let is_next = parameters.contains("rel=\"next\"") || parameters.contains("rel=next");
        address::resolve(Some(place), target).filter(|_| is_next)
    })
}

huntsmith_sdk::export_feed!(FeedOsv);

#[cfg(test)]
mod tests;
