//! Reads HTML: the article of a page, or a fragment as it is, with headings, lists, tables, code, captions and links.

pub mod attributes;
pub mod blocks;
mod builder;
pub mod code;
pub mod content;
pub mod furniture;
pub mod masthead;
pub mod meta;
mod syntax;
pub mod tables;
pub mod tags;
pub mod tree;

use content::Selection;
use huntsmith_sdk::decode::{decode, is_binary, parameter};
use huntsmith_sdk::language;
use huntsmith_sdk::reader::{Content, Context, Document, Note, PluginError, Property, Reader, Reading};
use tree::Tree;

/// The reader for `text/html`.
pub struct ReadHtml;

impl Reader for ReadHtml {
    fn read(_: &Context, document: Document) -> Result<Reading, PluginError> {
        if document.bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(error("malformed", "the document is empty"));
        }
        if is_binary(&document.bytes) {
            return Err(error("unsupported", "these bytes are no text: not HTML in any character encoding"));
        }
        let declared = parameter(&document.media_type, "charset");
        let decoded = decode(&document.bytes, declared, declared_inside(&document.bytes).as_deref());
        let mut notes = decoded.notes;
        let content = read_text(&decoded.text, document.base_url.as_deref(), &mut notes);
        if content.blocks.is_empty() {
            notes.push(note("no_text", "nothing was left that is text of an article".to_string(), None));
        }
        Ok(Reading { contents: vec![content], children: Vec::new(), notes })
    }
}

/// Reads markup that is text already.
pub fn read_text(markup: &str, base: Option<&str>, notes: &mut Vec<Note>) -> Content {
    let tree = Tree::parse(markup);
    let head = meta::read(&tree, base);
    let mut selection = if tree.is_page { Selection::of_page(&tree) } else { Selection::of_fragment(&tree) };
    let mut written = blocks::write(&tree, &selection, &head);
    if written.prose.blocks.is_empty() && selection.furniture > 0 {
        // Everything called itself furniture: then the words are all there is.
        selection.dropped = (0..tree.nodes.len()).map(|id| tree.nodes[id].tag.is_silent()).collect();
        selection.root = 0;
        selection.furniture = 0;
        drop_below(&tree, &mut selection.dropped);
        written = blocks::write(&tree, &selection, &head);
    }
    let furniture = selection.furniture + written.furniture;
    for (code, count, what) in [
        ("nesting_flattened", tree.flattened, "elements were nested too deep and read as part of those around them"),
        ("furniture_removed", furniture, "parts of the page that are not the article's were set aside"),
        ("hidden_removed", selection.hidden, "elements that a reader of the page would not see were set aside"),
        ("link_not_followable", written.unfollowed, "links have a target that nothing can follow (javascript:, data:)"),
    ] {
        if count > 0 {
            notes.push(note(code, format!("{count} {what}"), Some(count)));
        }
    }
    notes.extend(std::mem::take(&mut written.prose.notes));
    let mut properties = Vec::new();
    for (name, value) in [
        ("author", written.masthead.author),
        ("canonical_url", head.canonical),
        ("description", head.description),
        ("site", head.site),
        ("updated", head.updated),
    ] {
        if let Some(value) = value {
            properties.push(Property { name: name.to_string(), value });
        }
    }
    Content {
        title: head.title,
        published: head.published.or(written.masthead.published),
        language: head.language.or_else(|| language::recognise(&written.prose)),
        text: written.prose.text,
        blocks: written.prose.blocks,
        links: written.prose.links,
        properties,
    }
}

fn drop_below(tree: &Tree, dropped: &mut [bool]) {
    for id in 1..tree.nodes.len() {
        dropped[id] |= dropped[tree.nodes[id].parent as usize];
    }
}

/// The character set that a document names in its first 4 KiB: `<meta charset>`, `http-equiv`, or an XML declaration.
fn declared_inside(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let at = match head.find("charset") {
        Some(at) => at + "charset".len(),
        None if head.trim_start().starts_with("<?xml") => head.find("encoding")? + "encoding".len(),
        None => return None,
    };
    let value = head[at..].trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = value.find(['"', '\'', ';', '>', ' ', '/', '?']).unwrap_or(value.len());
    (end > 0).then(|| value[..end].to_string())
}

fn error(code: &str, message: &str) -> PluginError {
    PluginError { code: code.to_string(), message: message.to_string(), properties: Vec::new() }
}

fn note(code: &str, message: String, count: Option<usize>) -> Note {
    let properties =
        count.map(|count| Property { name: "count".to_string(), value: count.to_string() }).into_iter().collect();
    Note { code: code.to_string(), message, properties }
}

huntsmith_sdk::export_reader!(ReadHtml);
