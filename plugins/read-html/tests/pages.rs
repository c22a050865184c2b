//! Saved pages in `tests/pages/`: each `.html` file is a test, what the reader makes of it lies beside it as `.txt`.
//! Run with `UPDATE=1` to rewrite the expectations.

#![allow(clippy::disallowed_methods, reason = "runs on the host, where there is a clock")]

use huntsmith_sdk::article::{Content, Document};
use huntsmith_sdk::common::Context;
use huntsmith_sdk::reader::{Reader, Reading};
use read_html::ReadHtml;
use std::path::{Path, PathBuf};

fn read(bytes: &[u8]) -> Reading {
    let ctx = Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
    let document = Document {
        name: None,
        media_type: "text/html".into(),
        base_url: Some("https://reports.example/2024/page".into()),
        bytes: bytes.to_vec(),
    };
    ReadHtml::read(&ctx, document).expect("a reading")
}

/// What every content must keep to.
fn check(content: &Content) {
    use unicode_normalization::is_nfc;
    let text = &content.text;
    assert!(is_nfc(text));
    assert!(!text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
    let mut end = 0;
    for (index, block) in content.blocks.iter().enumerate() {
        let (from, to) = (block.span.start as usize, block.span.end as usize);
        assert!(from < to && text[end..from].chars().all(char::is_whitespace));
        assert!(!text[from..to].trim().is_empty());
        end = to;
        assert!(block.heading.is_none_or(|h| (h as usize) < index && content.blocks[h as usize].kind == "heading"));
    }
    assert_eq!(end, text.len());
    for link in &content.links {
        assert!(!text[link.span.start as usize..link.span.end as usize].is_empty());
    }
}

fn render(reading: &Reading) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for note in &reading.notes {
        writeln!(out, "note {}: {}", note.code, note.message).unwrap();
    }
    for content in &reading.contents {
        check(content);
        writeln!(out, "title {:?}\npublished {:?}\nlanguage {:?}", content.title, content.published, content.language)
            .unwrap();
        for property in &content.properties {
            writeln!(out, "{} {:?}", property.name, property.value).unwrap();
        }
        for (index, block) in content.blocks.iter().enumerate() {
            let mut line = format!("{index} {} {}", block.kind, block.level);
            if let Some(heading) = block.heading {
                write!(line, " <{heading}").unwrap();
            }
            if let Some(cell) = block.cell {
                write!(
                    line,
                    " t{} r{} c{}{}",
                    cell.table,
                    cell.row,
                    cell.column,
                    if cell.header { " header" } else { "" }
                )
                .unwrap();
            }
            if let Some(language) = &block.language {
                write!(line, " {language}").unwrap();
            }
            for property in &block.properties {
                write!(line, " {}={}", property.name, property.value).unwrap();
            }
            writeln!(out, "{line} {:?}", &content.text[block.span.start as usize..block.span.end as usize]).unwrap();
        }
        for link in &content.links {
            writeln!(out, "link {:?} {}", &content.text[link.span.start as usize..link.span.end as usize], link.target)
                .unwrap();
        }
    }
    out
}

/// What pages print around an article; the last two are other articles' titles.
fn has_no_furniture(content: &Content) {
    for furniture in [
        "mins read",
        "min read",
        "In this article",
        "Written by",
        "use cookies",
        "Share on Facebook",
        "Subscribe",
        "Tweet",
        "About the author",
        "You may also like",
        "Scattered Spider",
        "ransomware predictions",
    ] {
        assert!(!content.text.contains(furniture), "{furniture} in {:?}", content.title);
    }
}

#[test]
fn saved_pages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|e| e == "html"));
    pages.sort();
    assert!(pages.len() >= 14, "{} pages", pages.len());
    for page in pages {
        let reading = read(&std::fs::read(&page).unwrap());
        reading.contents.iter().for_each(has_no_furniture);
        let found = render(&reading);
        let expected = page.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, found).unwrap();
        } else {
            assert_eq!(found, std::fs::read_to_string(&expected).unwrap(), "{}", page.display());
        }
    }
}

/// The bundled sample: the advisories' words are there, the page around them is not.
#[test]
fn sample_pages_have_no_furniture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sample/pages");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let reading = read(&bytes);
        let content = &reading.contents[0];
        check(content);
        has_no_furniture(content);
        let source = String::from_utf8(bytes).unwrap();
        for part in source.split("<td>").skip(1).chain(source.split("<li>").skip(1)).filter(|p| !p.starts_with("<a ")) {
            let words = htmlize::unescape(part.split("</").next().unwrap()).into_owned();
            let words = words.split('<').next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(content.text.contains(&words), "{words:?} is missing in {:?}", content.title);
        }
        count += 1;
    }
    assert_eq!(count, 11);
}

#[test]
fn hostile_input_ends_soon() {
    let cases: Vec<Vec<u8>> = vec![
        "<div>".repeat(50_000).into_bytes(),
        "<p>".repeat(75_000).into_bytes(),
        "<a href=x><b><i>".repeat(15_000).into_bytes(),
        "<table><tr><td>".repeat(17_500).into_bytes(),
        "<!--".repeat(62_500).into_bytes(),
        "<svg>".repeat(50_000).into_bytes(),
        "<script>".repeat(30_000).into_bytes(),
        "<ul><li>".repeat(30_000).into_bytes(),
        "<![CDATA[".repeat(25_000).into_bytes(),
        "<a b='".repeat(40_000).into_bytes(),
        "<".repeat(1_000_000).into_bytes(),
        "&".repeat(1_000_000).into_bytes(),
        "<body>".repeat(40_000).into_bytes(),
        format!("<table>{}", "<tr><td rowspan=65534 colspan=1000>x".repeat(6_250)).into_bytes(),
        "<h2>related posts</h2><div>".repeat(7_500).into_bytes(),
        "<font><b><p>".repeat(20_000).into_bytes(),
        "e\u{301}<a href=http://x>\u{301}</a>".repeat(7_500).into_bytes(),
        "1 min <br>".repeat(25_000).into_bytes(),
    ];
    for case in cases {
        let started = std::time::Instant::now();
        let reading = read(&case);
        reading.contents.iter().for_each(check);
        let head = String::from_utf8_lossy(&case[..30.min(case.len())]).into_owned();
        // A quadratic step takes minutes; the bound leaves room for unoptimised builds.
        assert!(started.elapsed().as_secs() < 10, "{head} took {:?}", started.elapsed());
    }
}

#[test]
fn what_is_no_html_is_said_so() {
    let ctx = Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
    for (bytes, code) in
        [(&b""[..], "malformed"), (b" \n", "malformed"), (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "unsupported")]
    {
        let document = Document { name: None, media_type: String::new(), base_url: None, bytes: bytes.to_vec() };
        assert_eq!(ReadHtml::read(&ctx, document).unwrap_err().code, code);
    }
}
