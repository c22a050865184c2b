//! CISA's catalogue of known exploited vulnerabilities: an item for each entry, with the vulnerability as a stated
//! fact. The format: the catalogue's JSON schema at cisa.gov.

use huntsmith_sdk::address;
use huntsmith_sdk::decode::decode;
use huntsmith_sdk::feed::fetch::{self, Validators, error};
use huntsmith_sdk::feed::{self, Context, Cursor, Document, Fact, Feed, Item, Page, PluginError, Property};
use huntsmith_sdk::feed::{note, property};
use huntsmith_sdk::seen::Seen;
use huntsmith_sdk::stated::is_cve;
use huntsmith_sdk::time;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Where CISA publishes the catalogue.
const CATALOGUE: &str = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";

/// The feed plugin for the catalogue.
pub struct FeedKev;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    url: Option<String>,
}

/// An entry, with the catalogue's own names. What is missing is empty: one bad entry costs no other.
#[derive(Debug, Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Entry {
    #[serde(rename = "cveID")]
    cve_id: String,
    vendor_project: String,
    product: String,
    vulnerability_name: String,
    date_added: String,
    short_description: String,
    required_action: String,
    due_date: String,
    known_ransomware_campaign_use: String,
    notes: String,
    cwes: Vec<String>,
}

impl Feed for FeedKev {
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError> {
        let mut cursor: Cursor = feed::cursor(cursor.as_deref());
        let bytes = match input {
            Some(document) => document.bytes,
            None => {
                let options: Options = feed::options(ctx)?;
                let url = options.url.unwrap_or_else(|| CATALOGUE.to_string());
                match fetch::get(&url, "application/json", &cursor.validators, None)? {
                    Some(answer) => {
                        cursor.validators = Validators::of(&answer);
                        answer.bytes
                    }
                    None => return Ok(feed::page(Vec::new(), &cursor, Vec::new())),
                }
            }
        };
        read(&bytes, cursor)
    }
}

/// Reads the catalogue; entries that `cursor` knows are not given again.
fn read(bytes: &[u8], mut cursor: Cursor) -> Result<Page, PluginError> {
    let decoded = decode(bytes, None, None);
    let text = decoded.text.trim_start();
    if text.is_empty() {
        return Err(error("malformed", "the catalogue is empty"));
    }
    if !text.starts_with('{') || !text.contains("\"vulnerabilities\"") || !text.contains("\"cveID\"") {
        return Err(error(
            "unsupported",
            "this is not the JSON of CISA's catalogue of known exploited vulnerabilities",
        ));
    }
    let catalogue: Value = feed::json(text.as_bytes(), "the catalogue's JSON")?;
    let Some(entries) = catalogue.get("vulnerabilities").and_then(Value::as_array) else {
        return Err(error("unsupported", "this JSON has no list \"vulnerabilities\": not CISA's catalogue"));
    };
    let title = catalogue.get("title").and_then(Value::as_str).map(str::to_string);
    let (mut items, mut notes, mut keys) = (Vec::new(), decoded.notes, BTreeSet::new());
    let mut seen = Seen::from_text(&cursor.seen);
    for (index, raw) in entries.iter().enumerate() {
        let entry = match Entry::deserialize(raw) {
            Ok(entry) if is_cve(&entry.cve_id) => entry,
            Ok(entry) => {
                let id: String = entry.cve_id.chars().take(40).collect();
                notes.push(note("entry_skipped", format!("entry {index} has no CVE id ({id:?}) and was passed over")));
                continue;
            }
            Err(e) => {
                notes.push(note(
                    "entry_skipped",
                    format!("entry {index} is not of the catalogue's form and was passed over: {e}"),
                ));
                continue;
            }
        };
        if !keys.insert(entry.cve_id.clone()) {
            notes.push(note(
                "duplicate_item",
                format!("{} is listed more than once; the first was taken", entry.cve_id),
            ));
            continue;
        }
        if !seen.is_new(&raw.to_string()) {
            continue;
        }
        let published = time::parse(&entry.date_added);
        if published.is_none() {
            let code = if entry.date_added.trim().is_empty() { "no_date" } else { "date_unreadable" };
            notes.push(note(code, format!("{} has no date that can be read", entry.cve_id)));
        }
        items.push(item(&entry, published));
    }
    cursor.seen = seen.into_text();
    Ok(Page { title, ..feed::page(items, &cursor, notes) })
}

fn item(entry: &Entry, published: Option<String>) -> Item {
    let title = match entry.vulnerability_name.trim() {
        "" => entry.cve_id.clone(),
        name => format!("{}: {name}", entry.cve_id),
    };
    let exploited = [
        property("due_date", &entry.due_date),
        property("ransomware", &entry.known_ransomware_campaign_use),
        property("vendor", &entry.vendor_project),
        property("product", &entry.product),
        property("date_added", &entry.date_added),
    ];
    let fact = |kind: &str, properties: Vec<Property>| Fact {
        id: String::new(),
        kind: kind.to_string(),
        value: entry.cve_id.clone(),
        properties,
    };
    let mut properties = vec![Property { name: "category".to_string(), value: "known-exploited".to_string() }];
    properties.extend(references(&entry.notes).map(|url| Property { name: "reference".to_string(), value: url }));
    Item {
        key: entry.cve_id.clone(),
        url: Some(format!("https://nvd.nist.gov/vuln/detail/{}", entry.cve_id)),
        title: Some(title),
        published,
        updated: None,
        tlp: Some("clear".to_string()),
        summary: None,
        body: Some(Document {
            name: None,
            media_type: "text/plain; charset=utf-8".to_string(),
            base_url: None,
            bytes: text(entry).into_bytes(),
        }),
        facts: vec![fact("cve", Vec::new()), fact("known-exploited", exploited.into_iter().flatten().collect())],
        properties,
    }
}

/// The entry as text for people: only what the catalogue says.
fn text(entry: &Entry) -> String {
    let mut text = String::new();
    let mut add = |label: &str, value: &str| {
        let value = value.trim();
        if !value.is_empty() {
            text.push_str(label);
            text.push_str(value);
            text.push_str("\n\n");
        }
    };
    add("", &entry.short_description);
    add("Vulnerability: ", &entry.cve_id);
    add("Vendor: ", &entry.vendor_project);
    add("Product: ", &entry.product);
    add("Weakness: ", &entry.cwes.join(", "));
    add("Added to the catalogue: ", &entry.date_added);
    add("Due date: ", &entry.due_date);
    add("Required action: ", &entry.required_action);
    add("Known use in ransomware campaigns: ", &entry.known_ransomware_campaign_use);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The addresses in an entry's notes, each once.
fn references(notes: &str) -> impl Iterator<Item = String> {
    let mut seen = BTreeSet::new();
    notes
        .split([';', ' ', '\n'])
        .map(|word| word.trim_matches([',', '.', ')', '(']).to_string())
        .filter(move |word| address::is_web(word) && seen.insert(word.clone()))
        .collect::<Vec<_>>()
        .into_iter()
}

huntsmith_sdk::export_feed!(FeedKev);

#[cfg(test)]
mod tests;
