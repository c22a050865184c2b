//! News feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed, from the network or from a file.

pub mod formats;
pub mod gather;
pub mod mend;
pub mod sniff;

use gather::Parsed;
use huntsmith_sdk::decode::{Decoded, decode, parameter};
use huntsmith_sdk::feed::fetch::{self, Validators, error};
use huntsmith_sdk::feed::{self, Context, Cursor, Document, Feed, Note, Page, PluginError, note};
use huntsmith_sdk::seen::Seen;
use serde::Deserialize;
use sniff::Format;

/// What the feed asks servers for, best first.
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                      application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1";

/// The feed plugin for news feeds.
pub struct FeedRss;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    url: Option<String>,
}

impl Feed for FeedRss {
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError> {
        let mut cursor: Cursor = feed::cursor(cursor.as_deref());
        let mut seen = Seen::from_text(&cursor.seen);
        let mut page = match input {
            Some(document) => {
                let charset = parameter(&document.media_type, "charset");
                read(&document.bytes, charset, document.base_url.as_deref(), &mut seen)?
            }
            None => {
                let url = feed::address(feed::options::<Options>(ctx)?.url)?;
                let Some(answer) = fetch::get(&url, ACCEPT, &cursor.validators, None)? else {
                    return Ok(feed::page(Vec::new(), &cursor, Vec::new()));
                };
                let charset = answer.header("content-type").and_then(|t| parameter(t, "charset"));
                let address = if answer.url.is_empty() { url } else { answer.url.clone() };
                let page = read(&answer.bytes, charset, Some(&address), &mut seen)?;
                cursor.validators = Validators::of(&answer);
                page
            }
        };
        cursor.seen = seen.into_text();
        page.cursor = serde_json::to_string(&cursor).ok();
        Ok(page)
    }
}

/// Reads a feed of whichever format.
fn read(bytes: &[u8], charset: Option<&str>, address: Option<&str>, seen: &mut Seen) -> Result<Page, PluginError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(error("malformed", "the feed is empty"));
    }
    let Decoded { text, mut notes, .. } = decode(bytes, charset, sniff::declared_encoding(bytes).as_deref());
    let parsed = match sniff::format(&text)? {
        Format::Json(feed) => {
            let (parsed, skipped) = formats::json(&feed);
            if skipped > 0 {
                notes.push(note(
                    "entry_skipped",
                    format!("{skipped} items are not of JSON Feed's form and were passed over"),
                ));
            }
            parsed
        }
        Format::Rss => xml(&text, false, &mut notes)?,
        Format::Atom => xml(&text, true, &mut notes)?,
    };
    Ok(gather::page(parsed, address, seen, notes))
}

/// Reads XML as it is; if that fails, mended.
fn xml(text: &str, is_atom: bool, notes: &mut Vec<Note>) -> Result<Parsed, PluginError> {
    let parse = |xml: &str| if is_atom { formats::atom(xml) } else { formats::rss(xml) };
    // The declaration's encoding is that of the bytes, not of this text.
    let strict = match mend::is_deep(text) {
        true => Err("its elements are nested too deep".to_string()),
        false => parse(sniff::from_root(text)),
    };
    let cause = match strict {
        Ok(parsed) => return Ok(parsed),
        Err(cause) => cause,
    };
    let (mended, repairs) = mend::mend(text, is_atom);
    let parsed = parse(&mended).map_err(|still| {
        error("malformed", format!("the feed's XML is broken beyond mending: {cause}; then: {still}"))
    })?;
    notes.push(note("xml_mended", format!("the feed's XML is broken and was mended: {cause}")));
    if repairs.truncated {
        notes.push(note("truncated", "the feed breaks off in the middle; its last item may be short"));
    }
    if repairs.dates > 0 {
        notes.push(note("date_unreadable", format!("{} dates cannot be read and were left out", repairs.dates)));
    }
    Ok(parsed)
}

huntsmith_sdk::export_feed!(FeedRss);

#[cfg(test)]
mod tests;
