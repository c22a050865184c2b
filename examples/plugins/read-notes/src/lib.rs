//! Reads notes: a line that begins with `== ` is a heading, what stands between blank lines is a paragraph.

use huntsmith_sdk::decode::{decode, is_binary, parameter};
use huntsmith_sdk::prose::Writer;
use huntsmith_sdk::reader::{Content, Context, Document, PluginError, Reader, Reading};

pub struct Notes;

impl Reader for Notes {
    fn read(_: &Context, document: Document) -> Result<Reading, PluginError> {
        // An error is for input of which nothing can be said; `unsupported` hands it to the next reader.
        if document.bytes.is_empty() || is_binary(&document.bytes) {
            let message = "the document is empty, or no text".into();
            return Err(PluginError { code: "unsupported".into(), message, properties: vec![] });
        }
        let decoded = decode(&document.bytes, parameter(&document.media_type, "charset"), None);
        // The writer collapses white space, normalises, takes out what nobody sees, and counts what it took.
        let mut writer = Writer::default();
        for paragraph in decoded.text.split("\n\n") {
            for line in paragraph.lines().filter(|line| line.starts_with("== ")) {
                writer.begin("heading", 1);
                writer.text(&line[3..]);
            }
            writer.begin("paragraph", 0);
            for line in paragraph.lines().filter(|line| !line.starts_with("== ")) {
                writer.text(line);
                writer.text(" ");
            }
        }
        writer.end();
        let prose = writer.finish();
        let heading = prose.blocks.iter().find(|block| block.kind == "heading");
        let title = heading.map(|block| prose.text[block.span.start as usize..block.span.end as usize].to_owned());
        let mut notes = decoded.notes;
        notes.extend(prose.notes);
        let content = Content {
            title,
            published: None,
            language: None,
            text: prose.text,
            blocks: prose.blocks,
            links: prose.links,
            properties: vec![],
        };
        Ok(Reading { contents: vec![content], children: vec![], notes })
    }
}

huntsmith_sdk::export_reader!(Notes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_paragraphs_are_blocks_in_order() {
        let ctx = Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
        let bytes = b"== March\n\nThey came\nback.\n\nTwice.".to_vec();
        let document = Document { name: None, media_type: String::new(), base_url: None, bytes };
        let reading = Notes::read(&ctx, document).unwrap();
        let content = &reading.contents[0];
        let blocks: Vec<&str> = content.blocks.iter().map(|block| block.kind.as_str()).collect();
        assert_eq!((content.title.as_deref(), blocks), (Some("March"), vec!["heading", "paragraph", "paragraph"]));
        assert!(content.text.contains("They came back."), "{}", content.text);
    }
}
