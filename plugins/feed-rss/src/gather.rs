//! What all formats come to: entries as the feed has them, made into the contract's items, each once, with notes on
//! what was mended or is missing.

use huntsmith_sdk::address;
use huntsmith_sdk::feed::{Document, Item, Note, Page, Property};
use huntsmith_sdk::seen::Seen;
use huntsmith_sdk::stated;
use huntsmith_sdk::time;
use std::collections::{BTreeMap, BTreeSet};

/// Text of an entry, with its media type.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub media_type: String,
    pub text: String,
    /// What its relative links are resolved against, where that is not the entry's own address.
    pub base: Option<String>,
}

impl Text {
    /// HTML, as RSS has it.
    pub fn html(text: String) -> Option<Text> {
        Some(Text { media_type: "text/html".to_string(), text, base: None })
    }
}

/// An entry as its feed has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// The feed's own id for it.
    pub id: Option<String>,
    pub link: Option<String>,
    /// As HTML, where the format says so.
    pub title: Option<String>,
    pub published: Option<String>,
    pub updated: Option<String>,
    pub summary: Option<Text>,
    pub body: Option<Text>,
    pub properties: Vec<(&'static str, String)>,
}

/// A feed as it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    pub title: Option<String>,
    /// What relative links are resolved against.
    pub base: Option<String>,
    pub entries: Vec<Entry>,
}

/// Counts what is wrong with which entries, so that a feed of 500 undated ones gives one note.
#[derive(Default)]
struct Complaints(BTreeMap<&'static str, Vec<String>>);

impl Complaints {
    fn add(&mut self, code: &'static str, about: &str) {
        let about: String = about.chars().filter(|c| !c.is_control()).take(120).collect();
        self.0.entry(code).or_default().push(about);
    }

    fn into_notes(self) -> impl Iterator<Item = Note> {
        self.0.into_iter().map(|(code, entries)| {
            let what = match code {
                "duplicate_item" => "listed more than once, and taken once",
                "empty_item" => "without link, title and text, and passed over",
                "link_not_web" => "with a link that is not http or https; the link was left out",
                "no_link" => "without a link",
                "no_date" => "without a date",
                _ => "with a date that cannot be read",
            };
            let shown = entries.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
            let more = if entries.len() > 5 { "; …" } else { "" };
            let items = if entries.len() == 1 { "item" } else { "items" };
            Note {
                code: code.to_string(),
                message: format!("{} {items} {what}: {shown}{more}", entries.len()),
                properties: vec![Property { name: "count".to_string(), value: entries.len().to_string() }],
            }
        })
    }
}

/// Makes a page of a feed. `address` is where it came from.
pub fn page(parsed: Parsed, address: Option<&str>, seen: &mut Seen, mut notes: Vec<Note>) -> Page {
    let base = parsed
        .base
        .as_deref()
        .and_then(|base| address::resolve(address, base))
        .filter(|base| address::is_web(base))
        .or_else(|| address.map(str::to_string));
    let mut complaints = Complaints::default();
    let mut links_by_key: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut titled: BTreeSet<(String, String)> = BTreeSet::new();
    let mut items = Vec::new();
    for entry in parsed.entries {
        let title = entry.title.as_deref().map(plain).filter(|title| !title.is_empty());
        let name =
            title.clone().or(entry.link.clone()).or(entry.id.clone()).unwrap_or_else(|| "(no title)".to_string());
        let has_text = [&entry.body, &entry.summary].into_iter().flatten().any(|text| !text.text.trim().is_empty());
        let url = link(&entry, base.as_deref(), &name, &mut complaints);
        if url.is_none() && title.is_none() && !has_text {
            complaints.add("empty_item", &name);
            continue;
        }
        let id = entry.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let mut key = id
            .map(str::to_string)
            .or(url.clone())
            .unwrap_or_else(|| format!("{}|{}", name, entry.published.as_deref().unwrap_or_default().trim()));
        if let Some(link) = links_by_key.get(&key) {
            // One id for different links is a careless generator's: then the link tells the entries apart.
            match &url {
                Some(url) if link.as_ref() != Some(url) && !links_by_key.contains_key(url) => key = url.clone(),
                _ => {
                    complaints.add("duplicate_item", &name);
                    continue;
                }
            }
        }
        if let (Some(url), Some(title)) = (&url, &title)
            && !titled.insert((url.clone(), title.clone()))
        {
            complaints.add("duplicate_item", &name);
            continue;
        }
        links_by_key.insert(key.clone(), url.clone());
        let mut date = |written: &Option<String>| {
            let written = written.as_deref().map(str::trim).filter(|w| !w.is_empty())?;
            let read = time::parse(written);
            if read.is_none() {
                complaints.add("date_unreadable", &format!("{name} ({written})"));
            }
            read
        };
        let (published, updated) = (date(&entry.published), date(&entry.updated));
        let undated = [&entry.published, &entry.updated].into_iter().flatten().all(|d| d.trim().is_empty());
        if undated {
            complaints.add("no_date", &name);
        }
        let document = |text: Option<Text>| {
            text.filter(|text| !text.text.trim().is_empty()).map(|text| {
                let own = text.base.as_deref().and_then(|own| address::resolve(base.as_deref(), own));
                Document {
                    name: None,
                    media_type: format!("{}; charset=utf-8", text.media_type),
                    base_url: own.or_else(|| url.clone()).or_else(|| base.clone()),
                    bytes: text.text.into_bytes(),
                }
            })
        };
        let tlp =
            entry.properties.iter().find_map(|(name, value)| (*name == "category").then(|| stated::tlp(value))?);
        let properties = entry.properties.iter().filter(|(_, value)| !value.trim().is_empty());
        let item = Item {
            key,
            title,
            published,
            updated,
            tlp: tlp.map(str::to_string),
            summary: document(entry.summary),
            body: document(entry.body),
            facts: Vec::new(),
            properties: properties
                .map(|(name, value)| Property { name: name.to_string(), value: value.trim().to_string() })
                .collect(),
            url,
        };
        if seen.is_new(&fingerprint(&item)) {
            items.push(item);
        }
    }
    notes.extend(complaints.into_notes());
    let title = parsed.title.as_deref().map(plain).filter(|title| !title.is_empty());
    Page { title, items, cursor: None, more: false, notes }
}

/// An entry's address: its link, or an id that is one.
fn link(entry: &Entry, base: Option<&str>, name: &str, complaints: &mut Complaints) -> Option<String> {
    let written = entry.link.as_deref().map(str::trim).filter(|link| !link.is_empty());
    let Some(written) = written else {
        let id = entry.id.as_deref().map(str::trim).filter(|id| address::is_web(id));
        if id.is_none() {
            complaints.add("no_link", name);
        }
        return id.map(str::to_string);
    };
    match address::resolve(base, &written.replace(' ', "%20")) {
        Some(resolved) if address::is_web(&resolved) => Some(resolved),
        _ => {
            complaints.add("link_not_web", &format!("{name} ({written})"));
            None
        }
    }
}

/// All of an item that would make it another one if it changed.
fn fingerprint(item: &Item) -> String {
    let text = |document: &Option<Document>| {
        document.as_ref().map(|d| String::from_utf8_lossy(&d.bytes).into_owned()).unwrap_or_default()
    };
    let parts = [
        item.key.clone(),
        item.url.clone().unwrap_or_default(),
        item.title.clone().unwrap_or_default(),
        item.published.clone().unwrap_or_default(),
        item.updated.clone().unwrap_or_default(),
        text(&item.summary),
        text(&item.body),
    ];
    parts.join("\u{1f}")
}

/// A title as text: on one line, character references resolved, marks of emphasis taken out. Other tags stay, for in
/// a title they are most likely what it is about (`XSS with <script>`).
fn plain(title: &str) -> String {
    let mut text = title.to_string();
    for tag in ["b", "i", "em", "strong", "span", "u", "br", "br/", "br /", "code", "p"] {
        for form in [
            format!("<{tag}>"),
            format!("</{tag}>"),
            format!("<{}>", tag.to_uppercase()),
            format!("</{}>", tag.to_uppercase()),
        ] {
            if text.contains(&form) {
                text = text.replace(&form, if tag.starts_with("br") { " " } else { "" });
            }
        }
    }
    let text = htmlize::unescape(text);
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
