//! PDFs made here: text with its places, running heads, links, and what is broken.

use super::*;
use lopdf::content::{Content as Stream, Operation};
use lopdf::{Object, Stream as Object_, dictionary};

/// A page's lines: x, y, size, text.
type Lines<'a> = &'a [(i64, i64, i64, &'a str)];

fn pdf(pages: &[Lines]) -> Vec<u8> {
    let mut pdf = lopdf::Document::with_version("1.5");
    let parent = pdf.new_object_id();
    let widths: Vec<Object> = (0..256).map(|_| 600.into()).collect();
    let font = pdf.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier", "Encoding" => "WinAnsiEncoding", "FirstChar" => 0, "LastChar" => 255, "Widths" => widths,
    });
    let resources = pdf.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut kids: Vec<Object> = Vec::new();
    for lines in pages {
        let mut operations = Vec::new();
        for (x, y, size, text) in *lines {
            operations.push(Operation::new("BT", vec![]));
            operations.push(Operation::new("Tf", vec!["F1".into(), (*size).into()]));
            operations
                .push(Operation::new("Tm", vec![1.into(), 0.into(), 0.into(), 1.into(), (*x).into(), (*y).into()]));
            operations.push(Operation::new("Tj", vec![Object::string_literal(*text)]));
            operations.push(Operation::new("ET", vec![]));
        }
        let content = pdf.add_object(Object_::new(dictionary! {}, Stream { operations }.encode().unwrap()));
        let link = dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "Rect" => vec![40.into(), 695.into(), 500.into(), 712.into()],
            "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal("https://reports.example/x") },
        };
        let page = pdf.add_object(dictionary! {
            "Type" => "Page", "Parent" => parent, "Contents" => content, "Resources" => resources, "Annots" => vec![link.into()],
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        });
        kids.push(page.into());
    }
    let count = kids.len() as i64;
    pdf.objects.insert(parent, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = pdf
        .add_object(dictionary! { "Type" => "Catalog", "Pages" => parent, "Lang" => Object::string_literal("en-GB") });
    let info = pdf.add_object(dictionary! {
        "Author" => Object::string_literal("R. Writer"), "CreationDate" => Object::string_literal("D:20240506100000+02'00'"),
        "Title" => Object::string_literal("report.docx"),
    });
    pdf.trailer.set("Root", catalog);
    pdf.trailer.set("Info", info);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Result<Reading, PluginError> {
    let ctx = Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
    ReadPdf::read(&ctx, Document { name: None, media_type: String::new(), base_url: None, bytes: bytes.to_vec() })
}

const ADDRESSES: [&str; 4] = ["198.51.100.7", "198.51.100.8", "203.0.113.9", "203.0.113.10"];
const FULL: &str = "The loader was found on a server that had not been updated in a year";

#[test]
fn text_headings_links_and_pages() {
    let reading = read(&pdf(&[
        &[
            (50, 800, 18, "Loader report"),
            (50, 750, 10, FULL),
            (50, 738, 10, "and it called"),
            (137, 738, 10, "out."),
            (50, 700, 10, "Read more here"),
        ],
        &[
            (50, 800, 10, "SHA-256:"),
            (50, 788, 10, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934"),
            (50, 776, 10, "ca495991b7852b855"),
            (50, 700, 10, "Second"),
        ],
    ]))
    .unwrap();
    let content = &reading.contents[0];
    let blocks: Vec<(&str, &str, &str)> = content
        .blocks
        .iter()
        .map(|b| {
            (b.kind.as_str(), b.properties[0].value.as_str(), &content.text[b.span.start as usize..b.span.end as usize])
        })
        .collect();
    assert_eq!(
        blocks,
        [
            ("heading", "1", "Loader report"),
            ("paragraph", "1", &*format!("{FULL} and it called out.")),
            ("paragraph", "1", "Read more here"),
            ("paragraph", "2", "SHA-256:\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("paragraph", "2", "Second"),
        ]
    );
    assert_eq!(content.title.as_deref(), Some("Loader report"));
    assert_eq!(content.published.as_deref(), Some("2024-05-06T08:00:00Z"));
    assert_eq!(content.language.as_deref(), Some("en-GB"));
    let link = &content.links[0];
    assert_eq!(&content.text[link.span.start as usize..link.span.end as usize], "Read more here");
    assert_eq!(link.target, "https://reports.example/x");
}

/// Two MD5s have the length of a SHA-256, an MD5 and a SHA-256 that of a SHA-384.
#[test]
fn hashes_in_a_list_are_not_the_parts_of_one() {
    let (md5, sha256) =
        ("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let lines = [(50, 700, 10, md5), (50, 688, 10, md5), (50, 676, 10, sha256), (50, 664, 10, md5)];
    let reading = read(&pdf(&[&lines])).unwrap();
    let words: Vec<&str> = reading.contents[0].text.split_whitespace().collect();
    assert_eq!(words, [md5, md5, sha256, md5]);
}

#[test]
fn running_heads_go_and_their_marking_stays_known() {
    let texts: Vec<String> = (1..5).map(|i| format!("TLP:AMBER+STRICT page {i} of 4")).collect();
    let pages: Vec<Vec<(i64, i64, i64, &str)>> = texts
        .iter()
        .zip(ADDRESSES)
        .map(|(t, a)| {
            vec![(50, 820, 10, t.as_str()), (50, 600, 10, a), (50, 500, 10, FULL), (50, 400, 10, a), (50, 300, 10, a)]
        })
        .collect();
    let pages: Vec<Lines> = pages.iter().map(Vec::as_slice).collect();
    let reading = read(&pdf(&pages)).unwrap();
    let content = &reading.contents[0];
    // Addresses at the edge of a page look alike and are no running heads.
    assert!(ADDRESSES.iter().all(|address| content.text.contains(address)));
    assert!(!content.text.contains("TLP"));
    assert!(content.properties.iter().any(|p| p.name == "tlp" && p.value == "amber+strict"));
    assert!(reading.notes.iter().any(|n| n.code == "furniture_removed"));
}

#[test]
fn broken_input_is_said_so() {
    for (bytes, code) in [(&b""[..], "malformed"), (b"<html>", "unsupported"), (b"%PDF-1.7\nnothing", "malformed")] {
        assert_eq!(read(bytes).unwrap_err().code, code);
    }
    let whole = pdf(&[&[(50, 800, 10, FULL)]]);
    for cut in [whole.len() / 4, whole.len() / 2, whole.len() - 40] {
        // Cut short it is an error or what can still be read; it never ends the process.
        let _ = read(&whole[..cut]);
    }
    let mut noise = whole.clone();
    for at in (0..noise.len()).step_by(7) {
        noise[at] ^= 0x55;
        let _ = read(&noise);
    }
}

#[test]
fn pages_without_text_are_reported() {
    let reading = read(&pdf(&[&[]])).unwrap();
    assert!(reading.contents[0].text.is_empty());
    assert_eq!(reading.notes[0].code, "no_text");
}
