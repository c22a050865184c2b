//! Reads the text of a PDF (ISO 32000) with page numbers, headings and links. Pages that are pictures have no text;
//! that is said.

pub mod fonts;
pub mod layout;
pub mod runs;

use fonts::{follow, number};
use huntsmith_sdk::address;
use huntsmith_sdk::language;
use huntsmith_sdk::prose::Writer;
use huntsmith_sdk::reader::{Content, Context, Document, Note, PluginError, Property, Reader, Reading};
use huntsmith_sdk::time;
use layout::Area;
use lopdf::{LoadOptions, ObjectId};

/// The reader for PDF.
pub struct ReadPdf;

/// No stream that holds objects is larger, decompressed.
const LARGEST_STREAM: usize = 64 << 20;

impl Reader for ReadPdf {
    fn read(_: &Context, document: Document) -> Result<Reading, PluginError> {
        if document.bytes.is_empty() {
            return Err(error("malformed", "the document is empty"));
        }
        let head = &document.bytes[..document.bytes.len().min(1024)];
        let Some(start) = head.windows(5).position(|window| window == b"%PDF-") else {
            return Err(error("unsupported", "this is not a PDF: it does not begin with %PDF-"));
        };
        let options = LoadOptions { max_decompressed_size: Some(LARGEST_STREAM), ..LoadOptions::default() };
        let pdf = match lopdf::Document::load_mem_with_options(&document.bytes[start..], options) {
            Ok(pdf) => pdf,
            Err(lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword) => {
                return Err(error("unsupported", "this PDF is encrypted with a password; save a copy without one"));
            }
            Err(cause) => return Err(error("malformed", &format!("the PDF cannot be read: {cause}"))),
        };
        Ok(read_pdf(&pdf))
    }
}

fn read_pdf(pdf: &lopdf::Document) -> Reading {
    let mut notes = Vec::new();
    let (mut pages, mut areas) = (Vec::new(), Vec::new());
    for (number, id) in pdf.get_pages() {
        let links = links(pdf, id);
        match runs::of_page(pdf, id) {
            Ok(runs) => pages.push(layout::lines(number, &runs, &links)),
            Err(cause) => {
                pages.push(Vec::new());
                notes.push(note("page_skipped", format!("page {number} cannot be read: {cause}")));
            }
        }
        areas.push(links);
    }
    let running = layout::drop_running(&mut pages);
    if !running.is_empty() {
        let first: String = running[0].chars().take(80).collect();
        notes.push(note(
            "furniture_removed",
            format!("{} running heads and feet were left out, such as {first:?}", running.len()),
        ));
    }
    let empty = pages.iter().filter(|lines| lines.is_empty()).count();
    if empty > 0 {
        notes.push(note("no_text", format!("{empty} of {} pages have no text; they may be pictures", pages.len())));
    }
    let mut writer = Writer::default();
    layout::write(&pages, &areas, &mut writer);
    let mut prose = writer.finish();
    notes.append(&mut prose.notes);
    let info = |key: &[u8]| -> Option<String> {
        let info = follow(pdf, pdf.trailer.get(b"Info").ok()?).as_dict().ok()?;
        let text = lopdf::decode_text_string(follow(pdf, info.get(key).ok()?)).ok()?;
        let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect::<String>();
        (!line.is_empty()).then_some(line)
    };
    // What an editor puts there by itself is a file's name.
    let named = info(b"Title").filter(|title| !title.starts_with("Microsoft Word") && !is_file_name(title));
    let heading = prose.blocks.iter().find(|block| block.kind == "heading");
    let headline =
        heading.map(|block| prose.text[block.span.start as usize..block.span.end as usize].replace('\n', " "));
    let mut properties = vec![Property { name: "pages".to_string(), value: pages.len().to_string() }];
    properties.extend(info(b"Author").map(|value| Property { name: "author".to_string(), value }));
    let marking = running.iter().find_map(|line| marking(line));
    properties.extend(marking.map(|value| Property { name: "tlp".to_string(), value }));
    let language = pdf
        .catalog()
        .ok()
        .and_then(|c| c.get(b"Lang").ok())
        .and_then(|l| lopdf::decode_text_string(follow(pdf, l)).ok());
    let content = Content {
        title: named.or(headline),
        published: info(b"CreationDate").as_deref().and_then(date),
        language: language
            .filter(|l| (2..=35).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
            .or_else(|| language::recognise(&prose)),
        text: prose.text,
        blocks: prose.blocks,
        links: prose.links,
        properties,
    };
    Reading { contents: vec![content], children: Vec::new(), notes }
}

/// A page's links to the web.
fn links(pdf: &lopdf::Document, page: ObjectId) -> Vec<Area> {
    let annotations = pdf.get_page_annotations(page).unwrap_or_default();
    let areas = annotations.into_iter().take(5_000).filter_map(|annotation| {
        let action = follow(pdf, annotation.get(b"A").ok()?).as_dict().ok()?;
        let target = String::from_utf8_lossy(follow(pdf, action.get(b"URI").ok()?).as_str().ok()?).into_owned();
        let corners: Vec<f32> =
            follow(pdf, annotation.get(b"Rect").ok()?).as_array().ok()?.iter().filter_map(number).collect();
        let [a, b, c, d] = corners[..] else { return None };
        (address::is_web(&target) || target.starts_with("mailto:")).then(|| Area {
            left: a.min(c),
            bottom: b.min(d),
            right: a.max(c),
            top: b.max(d),
            target: target.chars().filter(|c| !c.is_control()).collect(),
        })
    });
    areas.collect()
}

/// `D:20240506100000+02'00'` (ISO 32000, 7.9.4).
fn date(text: &str) -> Option<String> {
    let digits: String = text.strip_prefix("D:").unwrap_or(text).chars().take_while(char::is_ascii_digit).collect();
    let rest = &text[text.find(&digits)? + digits.len()..];
    let field = |from: usize, default: &str| digits.get(from..from + 2).unwrap_or(default).to_string();
    let zone = rest.replace('\'', "");
    let zone = if zone.is_empty() { "Z".to_string() } else { zone };
    time::parse(&format!(
        "{}-{}-{}T{}:{}:{}{zone}",
        digits.get(..4)?,
        field(4, "01"),
        field(6, "01"),
        field(8, "00"),
        field(10, "00"),
        field(12, "00")
    ))
}

fn is_file_name(title: &str) -> bool {
    title
        .rsplit_once('.')
        .is_some_and(|(_, ending)| matches!(ending, "doc" | "docx" | "pdf" | "indd" | "odt" | "ppt" | "pptx" | "tex"))
}

/// The TLP marking that a document's pages carry at their edge.
fn marking(line: &str) -> Option<String> {
    let upper = line.to_ascii_uppercase();
    let level = upper[upper.find("TLP:")? + 4..].trim_start().to_string();
    ["AMBER+STRICT", "CLEAR", "WHITE", "GREEN", "AMBER", "RED"]
        .into_iter()
        .find(|name| level.starts_with(name))
        .map(|name| if name == "WHITE" { "clear".to_string() } else { name.to_ascii_lowercase() })
}

fn error(code: &str, message: &str) -> PluginError {
    PluginError { code: code.to_string(), message: message.to_string(), properties: Vec::new() }
}

fn note(code: &str, message: String) -> Note {
    Note { code: code.to_string(), message, properties: Vec::new() }
}

huntsmith_sdk::export_reader!(ReadPdf);

#[cfg(test)]
mod tests;
