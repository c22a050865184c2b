//! Reads plain text, Markdown and AsciiDoc: headings, lists, pipe tables, code, quotes and links. What has no markup
//! reads as paragraphs.

pub mod inline;
pub mod lines;

use huntsmith_sdk::decode::{decode, is_binary, parameter};
use huntsmith_sdk::language;
use huntsmith_sdk::prose::Writer;
use huntsmith_sdk::reader::{Content, Context, Document, Note, PluginError, Property, Reader, Reading};
use lines::Markup;

/// The reader for text.
pub struct ReadText;

impl Reader for ReadText {
    fn read(_: &Context, document: Document) -> Result<Reading, PluginError> {
        if document.bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(error("malformed", "the document is empty"));
        }
        if is_binary(&document.bytes) {
            let message = format!("these bytes are no text, but {}", kind_of(&document.bytes));
            return Err(error("unsupported", &message));
        }
        let decoded = decode(&document.bytes, parameter(&document.media_type, "charset"), None);
        let mut notes = decoded.notes;
        let markup = markup_of(&document, &decoded.text);
        let content = read_text(&decoded.text, markup, document.base_url.as_deref(), &mut notes);
        Ok(Reading { contents: vec![content], children: Vec::new(), notes })
    }
}

/// Reads text that is decoded already.
pub fn read_text(text: &str, markup: Markup, base: Option<&str>, notes: &mut Vec<Note>) -> Content {
    let (front, body) = if markup == Markup::Markdown { front_matter(text) } else { (Vec::new(), text) };
    let field = |name: &str| front.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let mut writer = Writer::default();
    lines::write(body, markup, base, &mut writer);
    let mut prose = writer.finish();
    notes.append(&mut prose.notes);
    let first = prose.blocks.first().filter(|block| block.kind == "heading" && block.level == 1);
    let headline = first.map(|block| prose.text[block.span.start as usize..block.span.end as usize].to_string());
    let mut properties = Vec::new();
    if let Some(author) = field("author") {
        properties.push(Property { name: "author".to_string(), value: author });
    }
    Content {
        title: field("title").or(headline),
        published: field("date").and_then(|date| huntsmith_sdk::time::parse(&date)),
        language: field("lang")
            .or(field("language"))
            .filter(|l| l.len() <= 35 && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
            .or_else(|| language::recognise(&prose)),
        text: prose.text,
        blocks: prose.blocks,
        links: prose.links,
        properties,
    }
}

/// By declaration, then by name, then by what the text looks like.
fn markup_of(document: &Document, text: &str) -> Markup {
    let media_type = document.media_type.split(';').next().unwrap_or_default().trim();
    let extension =
        document.name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    match (media_type, extension.as_deref()) {
        ("text/markdown" | "text/x-markdown", _) | (_, Some("md" | "markdown")) => Markup::Markdown,
        ("text/asciidoc", _) | (_, Some("adoc" | "asciidoc")) => Markup::AsciiDoc,
        _ => lines::guess(text),
    }
}

/// The lines between `---` at the start, as `key: value`.
fn front_matter(text: &str) -> (Vec<(String, String)>, &str) {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return (Vec::new(), text);
    };
    let Some(end) = rest.find("\n---").filter(|end| *end < 8192) else { return (Vec::new(), text) };
    let fields = rest[..end].lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.trim().trim_matches(['"', '\'']).to_string();
        (!value.is_empty() && !key.starts_with(' ')).then(|| (key.trim().to_ascii_lowercase(), value))
    });
    let body = rest[end + 4..].split_once('\n').map_or("", |(_, body)| body);
    (fields.collect(), body)
}

/// What binary bytes are, for a message.
fn kind_of(bytes: &[u8]) -> &'static str {
    const KINDS: [(&[u8], &str); 9] = [
        (b"%PDF", "PDF"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"\x1f\x8b", "gzip data"),
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"MZ", "a Windows program"),
        (b"\x7fELF", "an ELF program"),
        (b"\xd0\xcf\x11\xe0", "an old office document"),
    ];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map_or("something unknown", |(_, kind)| kind)
}

fn error(code: &str, message: &str) -> PluginError {
    PluginError { code: code.to_string(), message: message.to_string(), properties: Vec::new() }
}

huntsmith_sdk::export_reader!(ReadText);

#[cfg(test)]
mod tests;
