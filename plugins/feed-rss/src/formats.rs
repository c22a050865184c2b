//! The three families of formats, each read by its own parser: RSS (0.90 to 2.0) by `rss`, Atom by
//! `atom_syndication`, JSON Feed (1.0 and 1.1, jsonfeed.org) as JSON.

use crate::gather::{Entry, Parsed, Text};
use atom_syndication::{Link, Person};
use serde::Deserialize;
use serde_json::Value;

/// Reads RSS of any version.
pub fn rss(xml: &str) -> Result<Parsed, String> {
    let channel = rss::Channel::read_from(xml.as_bytes()).map_err(|e| e.to_string())?;
    let language = channel.language.clone().unwrap_or_default();
    let entries = channel.items.into_iter().map(|item| {
        let mut properties: Vec<(&'static str, String)> = Vec::new();
        let core = item.dublin_core_ext.unwrap_or_default();
        let authors = item.author.into_iter().chain(core.creators);
        properties.extend(authors.map(|author| ("author", author)));
        properties.extend(item.categories.into_iter().map(|category| ("category", category.name)));
        properties.extend(core.subjects.into_iter().map(|subject| ("category", subject)));
        properties.extend(item.enclosure.map(|enclosure| ("enclosure", enclosure.url)));
        if !language.is_empty() {
            properties.push(("language", language.clone()));
        }
        let guid = item.guid;
        let is_link = |guid: &rss::Guid| guid.permalink && guid.value.trim().starts_with("http");
        let link = item.link.or_else(|| guid.as_ref().filter(|g| is_link(g)).map(|g| g.value.clone()));
        Entry {
            id: guid.map(|guid| guid.value),
            link,
            title: item.title,
            published: item.pub_date.or_else(|| core.dates.into_iter().next()),
            updated: None,
            summary: item.description.and_then(Text::html),
            body: item.content.and_then(Text::html),
            properties,
        }
    });
    let entries = entries.collect();
    Ok(Parsed { title: Some(channel.title), base: Some(channel.link).filter(|l| !l.trim().is_empty()), entries })
}

/// Reads Atom 1.0.
pub fn atom(xml: &str) -> Result<Parsed, String> {
    let feed = atom_syndication::Feed::read_from(xml.as_bytes()).map_err(|e| e.to_string())?;
    let home = alternate(&feed.links);
    let language = feed.lang.clone().unwrap_or_default();
    let entries = feed.entries.into_iter().map(|entry| {
        let mut properties: Vec<(&'static str, String)> = Vec::new();
        let authors = if entry.authors.is_empty() { &feed.authors } else { &entry.authors };
        properties.extend(authors.iter().map(|Person { name, .. }| ("author", name.clone())));
        properties.extend(entry.categories.iter().map(|c| ("category", c.label.clone().unwrap_or(c.term.clone()))));
        let own = entry.content.as_ref().and_then(|content| content.lang.clone()).unwrap_or(language.clone());
        if !own.is_empty() {
            properties.push(("language", own));
        }
        let source = entry.content.as_ref().and_then(|content| content.src.clone());
        let body = entry.content.and_then(|content| {
            let media_type = atom_type(content.content_type.as_deref());
            Some(Text { media_type, text: content.value?, base: content.base })
        });
        let summary = entry.summary.map(|summary| {
            let html = !matches!(summary.r#type, atom_syndication::TextType::Text);
            let media_type = if html { "text/html" } else { "text/plain" };
            Text { media_type: media_type.to_string(), text: summary.value, base: summary.base }
        });
        // The parser puts the epoch where a date is missing.
        let updated = Some(entry.updated.to_rfc3339()).filter(|_| entry.updated.timestamp() != 0);
        Entry {
            id: Some(entry.id).filter(|id| !id.trim().is_empty()),
            link: alternate(&entry.links).or(source),
            title: Some(entry.title.value),
            published: entry.published.map(|date| date.to_rfc3339()).or_else(|| updated.clone()),
            updated,
            summary,
            body,
            properties,
        }
    });
    let entries = entries.collect();
    Ok(Parsed { title: Some(feed.title.value), base: feed.base.or(home), entries })
}

/// The link to the entry as a page: `alternate`, HTML before other forms.
fn alternate(links: &[Link]) -> Option<String> {
    let mut alternates = links.iter().filter(|link| link.rel == "alternate" || link.rel.is_empty());
    let html = |link: &&Link| link.mime_type.as_deref().is_none_or(|mime| mime.contains("html"));
    alternates.clone().find(html).or_else(|| alternates.next()).map(|link| link.href.clone())
}

fn atom_type(declared: Option<&str>) -> String {
    match declared {
        None | Some("text") => "text/plain".to_string(),
        Some("html" | "xhtml") => "text/html".to_string(),
        Some(media_type) => media_type.split(';').next().unwrap_or(media_type).trim().to_ascii_lowercase(),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JsonItem {
    id: Value,
    url: Option<String>,
    external_url: Option<String>,
    title: Option<String>,
    content_html: Option<String>,
    content_text: Option<String>,
    summary: Option<String>,
    date_published: Option<String>,
    date_modified: Option<String>,
    author: Option<JsonAuthor>,
    authors: Vec<JsonAuthor>,
    tags: Vec<String>,
    language: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JsonAuthor {
    name: String,
}

/// Reads JSON Feed; items that are not of its form are counted in the second part of the answer.
pub fn json(feed: &Value) -> (Parsed, usize) {
    let text = |key: &str| feed.get(key).and_then(Value::as_str).map(str::to_string);
    let language = text("language");
    let mut skipped = 0;
    let mut entries = Vec::new();
    for item in feed.get("items").and_then(Value::as_array).into_iter().flatten() {
        let Ok(item) = JsonItem::deserialize(item) else {
            skipped += 1;
            continue;
        };
        let mut properties: Vec<(&'static str, String)> = Vec::new();
        properties.extend(item.authors.into_iter().chain(item.author).map(|author| ("author", author.name)));
        properties.extend(item.tags.into_iter().map(|tag| ("category", tag)));
        properties.extend(item.language.or(language.clone()).map(|language| ("language", language)));
        let plain = |text: String| Text { media_type: "text/plain".to_string(), text, base: None };
        entries.push(Entry {
            id: match item.id {
                Value::String(id) => Some(id),
                Value::Number(id) => Some(id.to_string()),
                _ => None,
            },
            link: item.url.or(item.external_url),
            title: item.title,
            published: item.date_published,
            updated: item.date_modified,
            summary: item.summary.map(plain),
            body: item.content_html.and_then(Text::html).or_else(|| item.content_text.map(plain)),
            properties,
        });
    }
    (Parsed { title: text("title"), base: text("home_page_url"), entries }, skipped)
}
