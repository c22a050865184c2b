//! A feed with one item a line: key, address and title, parted by tabs; `#` begins a comment. For example
//!
//! ```text
//! #lines
//! 2026-03<TAB>https://example.org/2026-03<TAB>What we saw in March
//! ```

use huntsmith_sdk::address;
use huntsmith_sdk::fetch::{self, Validators};
use huntsmith_sdk::feed::{Context, Document, Feed, Item, Note, Page, PluginError};
use std::collections::BTreeSet;

pub struct Lines;

impl Feed for Lines {
    /// `input` is a local file that the operator named; without one, the feed's address is asked. The cursor keeps what
    /// the server said of its answer, so that the next poll only gets what changed.
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError> {
        let (bytes, cursor) = match input {
            Some(document) => (document.bytes, cursor.filter(|cursor| cursor.len() < 1024)),
            None => {
                let url = option(&ctx.config, "url").ok_or_else(|| fetch::error("configuration", "there is no `url`"))?;
                let etag = cursor.filter(|cursor| cursor.len() < 1024 && cursor.is_ascii());
                let known = Validators { etag: etag.clone(), last_modified: None };
                match fetch::get(&url, "text/plain", &known, None)? {
                    None => return Ok(page(Vec::new(), etag, Vec::new())),
                    Some(answer) => (answer.bytes.clone(), Validators::of(&answer).etag),
                }
            }
        };
        let text = String::from_utf8(bytes).map_err(|_| fetch::error("unsupported", "the feed is not UTF-8"))?;
        if !text.starts_with("#lines") {
            return Err(fetch::error("unsupported", "the first line is not `#lines`"));
        }
        let (items, notes) = read(&text);
        Ok(page(items, cursor, notes))
    }
}

/// Every line is an item or has a note that says why not: nothing is dropped in silence.
fn read(text: &str) -> (Vec<Item>, Vec<Note>) {
    let (mut items, mut notes) = (Vec::new(), Vec::new());
    let mut keys = BTreeSet::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty()) {
        let mut note = |code: &str, why: &str| {
            notes.push(Note { code: code.into(), message: format!("line {}: {why}", number + 1), properties: vec![] });
        };
        let mut cells = line.split('\t').map(str::trim);
        let (key, url, title) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default(), cells.next());
        if key.is_empty() || title.is_none_or(str::is_empty) {
            note("entry_skipped", "it has no key or no title");
        } else if !keys.insert(key.to_owned()) {
            note("duplicate_item", "its key came before");
        } else {
            if !address::is_web(url) {
                note("link_not_web", "its address is not http or https");
            }
            items.push(Item {
                key: key.to_owned(),
                url: address::is_web(url).then(|| url.to_owned()),
                title: title.map(str::to_owned),
                published: None,
                updated: None,
                tlp: None,
                summary: None,
                body: None,
                facts: vec![],
                properties: vec![],
            });
        }
    }
    (items, notes)
}

fn page(items: Vec<Item>, cursor: Option<String>, notes: Vec<Note>) -> Page {
    Page { title: None, items, cursor, more: false, notes }
}

/// A text among the operator's options, which are a JSON object that the host has checked against the manifest's schema.
fn option(config: &str, name: &str) -> Option<String> {
    let (_, rest) = config.split_once(&format!("\"{name}\":"))?;
    rest.trim_start().strip_prefix('"')?.split_once('"').map(|(value, _)| value.to_owned())
}

huntsmith_sdk::export_feed!(Lines);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_item_and_what_is_none_has_a_note() {
        let (items, notes) = read("#lines\na\thttps://example.org/a\tOne\na\thttps://example.org/b\tAgain\nno title\n");
        assert_eq!((items.len(), items[0].key.as_str(), items[0].title.as_deref()), (1, "a", Some("One")));
        let codes: Vec<&str> = notes.iter().map(|note| note.code.as_str()).collect();
        assert_eq!(codes, ["duplicate_item", "entry_skipped"]);
    }
}
