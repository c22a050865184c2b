//! Reads mail: a message (RFC 5322, MIME) or a mailbox of them (mbox). The text of each is a content; an HTML body and
//! the attachments are handed on to other readers.

use huntsmith_sdk::language;
use huntsmith_sdk::prose::Writer;
use huntsmith_sdk::reader::{Content, Context, Document, Note, PluginError, Property, Reader, Reading};
use huntsmith_sdk::time;
use mail_parser::mailbox::mbox::MessageIterator;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// The reader for mail.
pub struct ReadMail;

impl Reader for ReadMail {
    fn read(_: &Context, document: Document) -> Result<Reading, PluginError> {
        if document.bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(error("malformed", "the document is empty"));
        }
        if document.bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(error("unsupported", "this is Outlook's .msg form; save the message as .eml"));
        }
        let mut reading = Reading { contents: Vec::new(), children: Vec::new(), notes: Vec::new() };
        if document.bytes.starts_with(b"From ") {
            // The bytes are in memory: reading them cannot fail.
            for (index, message) in MessageIterator::new(document.bytes.as_slice()).flatten().enumerate() {
                if !read_message(message.contents(), &mut reading) {
                    let text = format!("message {} of the mailbox is no mail and was passed over", index + 1);
                    reading.notes.push(note("message_skipped", text));
                }
            }
            if reading.contents.is_empty() && reading.children.is_empty() {
                return Err(error("unsupported", "no message of this mailbox can be read"));
            }
        } else if !read_message(&document.bytes, &mut reading) {
            return Err(error("unsupported", "this has none of a mail's headers"));
        }
        Ok(reading)
    }
}

/// Adds a message to the reading; `false` where it is none.
fn read_message(bytes: &[u8], reading: &mut Reading) -> bool {
    let Some(message) = MessageParser::default().parse(bytes) else { return false };
    let is_mail = message.from().is_some()
        || message.date().is_some()
        || message.subject().is_some()
        || message.message_id().is_some();
    if !is_mail {
        return false;
    }
    let subject = message.subject().map(one_line).filter(|subject| !subject.is_empty());
    let published = message.date().and_then(|date| time::parse(&date.to_rfc3339()));
    let bodies = |parts: &[u32]| -> Vec<String> {
        let texts = parts.iter().filter_map(|part| match &message.part(*part)?.body {
            PartType::Text(text) | PartType::Html(text) => Some(text.to_string()),
            _ => None,
        });
        texts.collect()
    };
    let is_html = |part: &u32| message.part(*part).is_some_and(|part| matches!(part.body, PartType::Html(_)));
    let html_parts: Vec<u32> = message.html_body.iter().copied().filter(is_html).collect();
    let text_parts: Vec<u32> = message.text_body.iter().copied().filter(|part| !is_html(part)).collect();
    let (html, text) = (bodies(&html_parts).join("\n"), bodies(&text_parts).join("\n\n"));
    // A text that only says "see the HTML" is no alternative to it. Tags are about half of a newsletter's HTML.
    let text_is_enough = !text.trim().is_empty() && text.len() * 6 >= html.len();
    let mut properties = properties(&message);
    if text_is_enough || html.trim().is_empty() {
        let mut writer = Writer::default();
        write_text(&text, &mut writer);
        let mut prose = writer.finish();
        reading.notes.append(&mut prose.notes);
        reading.contents.push(Content {
            title: subject,
            published,
            language: language::recognise(&prose),
            text: prose.text,
            blocks: prose.blocks,
            links: prose.links,
            properties,
        });
    } else {
        properties.retain(|property| property.name == "author");
        reading.children.push(html_body(&html, subject.as_deref(), published.as_deref(), &properties));
    }
    for part in message.attachments() {
        reading.children.push(attachment(part));
    }
    true
}

/// The HTML body as a document that says the message's subject, date and sender as a page would.
fn html_body(html: &str, subject: Option<&str>, published: Option<&str>, properties: &[Property]) -> Document {
    let mut page = String::new();
    let author = properties.first().map(|author| author.value.as_str());
    for (name, value) in [("og:title", subject), ("article:published_time", published), ("author", author)] {
        if let Some(value) = value {
            let value = value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
            page.push_str(&format!("<meta property=\"{name}\" content=\"{value}\">\n"));
        }
    }
    page.push_str(html);
    Document {
        name: None,
        media_type: "text/html; charset=utf-8".to_string(),
        base_url: None,
        bytes: page.into_bytes(),
    }
}

fn properties(message: &Message) -> Vec<Property> {
    let mut properties = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            properties.push(Property { name: name.to_string(), value });
        }
    };
    if let Some(from) = message.from().and_then(|from| from.first()) {
        add("author", one_line(from.name().or(from.address()).unwrap_or_default()));
        add("sender", one_line(from.address().unwrap_or_default()));
    }
    add("message_id", one_line(message.message_id().unwrap_or_default()));
    properties
}

fn attachment(part: &MessagePart) -> Document {
    let name = part.attachment_name().map(|name| {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        name.chars().filter(|c| !c.is_control()).take(200).collect::<String>()
    });
    let declared = part.content_type().map(|content| {
        let subtype = content.subtype().unwrap_or("octet-stream");
        format!("{}/{subtype}", content.ctype()).to_ascii_lowercase()
    });
    let (media_type, bytes) = match &part.body {
        PartType::Message(message) => ("message/rfc822".to_string(), message.raw_message().to_vec()),
        // Text comes decoded, whatever it was declared as.
        PartType::Text(text) | PartType::Html(text) => (
            format!("{}; charset=utf-8", declared.unwrap_or_else(|| "text/plain".to_string())),
            text.as_bytes().to_vec(),
        ),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => (declared.unwrap_or_default(), bytes.to_vec()),
        PartType::Multipart(_) => (declared.unwrap_or_default(), Vec::new()),
    };
    Document { name: name.filter(|name| !name.is_empty()), media_type, base_url: None, bytes }
}

/// Paragraphs and quoted lines. Lines of a paragraph are joined where they were wrapped: a short one was ended on
/// purpose.
fn write_text(text: &str, writer: &mut Writer) {
    let mut before = 0;
    for line in text.lines() {
        let quoted = line.trim_start().starts_with('>');
        let words = line.trim_start_matches(['>', ' ', '\t']).trim_end();
        let kind = if quoted { "quote" } else { "paragraph" };
        if words.is_empty() {
            writer.end();
        } else if writer.kind() != Some(kind) {
            writer.begin(kind, 0);
        } else if before < 50 {
            writer.line_break();
        } else {
            writer.text(" ");
        }
        if !words.is_empty() {
            write_line(words, writer);
        }
        before = line.trim_end().chars().count();
    }
}

/// A line, its bare addresses as links.
fn write_line(line: &str, writer: &mut Writer) {
    for (index, word) in line.split(' ').enumerate() {
        if index > 0 {
            writer.text(" ");
        }
        let bare =
            word.trim_start_matches(['<', '(', '"']).trim_end_matches(['>', ')', '"', '.', ',', ';', ':', '!', '?']);
        if huntsmith_sdk::address::is_web(bare) {
            let start = word.len() - word.trim_start_matches(['<', '(', '"']).len();
            writer.text(&word[..start]);
            writer.begin_link(bare.to_string());
            writer.text(bare);
            writer.end_link();
            writer.text(&word[start + bare.len()..]);
        } else {
            writer.text(word);
        }
    }
}

fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect()
}

fn error(code: &str, message: &str) -> PluginError {
    PluginError { code: code.to_string(), message: message.to_string(), properties: Vec::new() }
}

fn note(code: &str, message: String) -> Note {
    Note { code: code.to_string(), message, properties: Vec::new() }
}

huntsmith_sdk::export_reader!(ReadMail);

#[cfg(test)]
mod tests;
