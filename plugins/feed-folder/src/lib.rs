//! Saved reports: a folder's files and a mailbox's messages, each an item once. A plugin has no files: the host reads the
//! folder and hands over one document a call.

use huntsmith_sdk::feed::fetch::error;
use huntsmith_sdk::feed::{self, Context, Cursor, Document, Feed, Item, Note, Page, PluginError, note};
use huntsmith_sdk::seen::{self, Seen};
use huntsmith_sdk::time;
use mail_parser::mailbox::mbox::MessageIterator;
use mail_parser::{HeaderValue, Message, MessageParser};
use std::collections::BTreeSet;

/// The feed plugin for folders.
pub struct FeedFolder;

impl Feed for FeedFolder {
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError> {
        let document = input.ok_or_else(|| {
            error("configuration", "a folder has no address on the web: write its url as file:///path/to/folder/")
        })?;
        let mut cursor: Cursor = feed::cursor(cursor.as_deref());
        let mut seen = Seen::from_text(&cursor.seen);
        let (items, notes) = if is_mailbox(&document.bytes) {
            messages(&document, &mut seen)
        } else if ctx.config.contains("\"url\"") {
            (file(document, &mut seen).into_iter().collect(), Vec::new())
        } else {
            // A file that the operator named by itself: whoever reads its format takes it.
            return Err(error("unsupported", "this is no mailbox"));
        };
        cursor.seen = seen.into_text();
        Ok(feed::page(items, &cursor, notes))
    }
}

/// `From `, an address, a date; then a header. A text that begins with the word "From" has no header in its second line.
fn is_mailbox(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    let names_a_header = |line: &[u8]| {
        let name = line.split(|b| *b == b':').next().unwrap_or_default();
        name.len() < line.len() && !name.is_empty() && name.iter().all(|b| b.is_ascii_graphic())
    };
    first.starts_with(b"From ") && lines.next().is_some_and(|line| line.starts_with(b">From ") || names_a_header(line))
}

/// One file as one item: a changed file is another item, a moved one is not.
fn file(document: Document, seen: &mut Seen) -> Option<Item> {
    let key = seen::digest(&document.bytes);
    seen.is_new(&key).then(|| item(key, document))
}

/// An item of which no more is known than its document.
fn item(key: String, document: Document) -> Item {
    Item {
        url: None,
        title: None,
        published: None,
        updated: None,
        tlp: None,
        summary: None,
        facts: Vec::new(),
        properties: Vec::new(),
        key,
        body: Some(document),
    }
}

fn messages(mailbox: &Document, seen: &mut Seen) -> (Vec<Item>, Vec<Note>) {
    let (mut items, mut notes, mut keys) = (Vec::new(), Vec::new(), BTreeSet::new());
    // The bytes are in memory: reading them cannot fail.
    for (index, entry) in MessageIterator::new(mailbox.bytes.as_slice()).flatten().enumerate() {
        let bytes = entry.unwrap_contents();
        let message = MessageParser::default().parse_headers(&bytes[..]).filter(is_mail);
        let Some(message) = message else {
            notes.push(note(
                "message_skipped",
                format!("message {} of the mailbox is no mail and was passed over", index + 1),
            ));
            continue;
        };
        let key =
            message.message_id().map(one_line).filter(|id| !id.is_empty()).unwrap_or_else(|| seen::digest(&bytes));
        let title = message.subject().map(one_line).filter(|subject| !subject.is_empty());
        if !keys.insert(key.clone()) {
            notes.push(note("duplicate_item", format!("{key} is in the mailbox more than once; the first was taken")));
            continue;
        }
        if !seen.is_new(&format!("{key} {}", seen::digest(&bytes))) {
            continue;
        }
        let published = message.date().and_then(|date| time::parse(&date.to_rfc3339()));
        let document = Document { name: None, media_type: "message/rfc822".to_string(), base_url: None, bytes };
        items.push(Item { title, published, ..item(key, document) });
    }
    (items, notes)
}

fn is_mail(message: &Message) -> bool {
    message.headers().iter().any(|header| !matches!(header.value, HeaderValue::Empty))
}

fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect()
}

huntsmith_sdk::export_feed!(FeedFolder);

#[cfg(test)]
mod tests;
