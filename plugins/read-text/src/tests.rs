//! Saved texts in `tests/texts/`: what the reader makes of each lies beside it with `.out` at the end. Run with
//! `UPDATE=1` to rewrite the expectations.

#![allow(clippy::disallowed_methods, reason = "runs on the host, where there is a clock")]

use super::*;
use std::path::{Path, PathBuf};

fn read(name: &str, bytes: &[u8]) -> Result<Reading, PluginError> {
    let ctx = Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
    let document =
        Document { name: Some(name.into()), media_type: String::new(), base_url: None, bytes: bytes.to_vec() };
    ReadText::read(&ctx, document)
}

fn render(reading: &Reading) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for note in &reading.notes {
        writeln!(out, "note {}", note.code).unwrap();
    }
    let content = &reading.contents[0];
    writeln!(out, "title {:?} published {:?} language {:?}", content.title, content.published, content.language)
        .unwrap();
    let part = |span: huntsmith_sdk::article::Span| &content.text[span.start as usize..span.end as usize];
    for (index, block) in content.blocks.iter().enumerate() {
        let cell = block
            .cell
            .map(|c| format!(" t{} r{} c{}{}", c.table, c.row, c.column, if c.header { " header" } else { "" }));
        let properties: String = block.properties.iter().map(|p| format!(" {}={}", p.name, p.value)).collect();
        let heading = block.heading.map(|h| format!(" <{h}")).unwrap_or_default();
        writeln!(
            out,
            "{index} {} {}{heading}{}{properties} {:?}",
            block.kind,
            block.level,
            cell.unwrap_or_default(),
            part(block.span)
        )
        .unwrap();
    }
    for link in &content.links {
        writeln!(out, "link {:?} {}", part(link.span), link.target).unwrap();
    }
    out
}

#[test]
fn saved_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts");
    let mut texts: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    texts.retain(|text| text.extension().is_none_or(|e| e != "out"));
    texts.sort();
    assert_eq!(texts.len(), 4);
    for text in texts {
        let name = text.file_name().unwrap().to_str().unwrap().to_string();
        let found = render(&read(&name, &std::fs::read(&text).unwrap()).unwrap());
        let expected = text.with_file_name(format!("{name}.out"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, found).unwrap();
        } else {
            assert_eq!(found, std::fs::read_to_string(&expected).unwrap(), "{name}");
        }
    }
}

#[test]
fn what_is_no_text_is_said_so() {
    for (bytes, code, word) in [
        (&b""[..], "malformed", "empty"),
        (b"%PDF-1.7\n\x00\x01\x02\x03", "unsupported", "PDF"),
        (b"MZ\x90\x00\x03", "unsupported", "Windows program"),
    ] {
        let error = read("x", bytes).unwrap_err();
        assert_eq!(error.code, code);
        assert!(error.message.contains(word), "{}", error.message);
    }
}

#[test]
fn hostile_input_ends_soon() {
    for (name, case) in [
        ("a.md", "[".repeat(125_000)),
        ("a.md", "`".repeat(125_000)),
        ("a.md", "*a ".repeat(50_000)),
        ("a.md", "[a](".repeat(30_000)),
        ("a.md", "> ".repeat(62_500)),
        ("a.md", "- a\n".repeat(30_000)),
        ("a.md", "|a|b\n|--|--\n".repeat(12_500)),
        ("a.adoc", "http://x ".repeat(15_000)),
        ("a.adoc", "link:[".repeat(22_500)),
        ("a.txt", "http://".repeat(20_000)),
        ("a.txt", (0..700).map(|i| format!("{}- a\n", " ".repeat(i))).collect()),
    ] {
        let started = std::time::Instant::now();
        read(name, case.as_bytes()).unwrap();
        assert!(started.elapsed().as_secs() < 10, "{name} {} took {:?}", &case[..8], started.elapsed());
    }
}
