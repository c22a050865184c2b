//! Hostile and awkward inputs that say nothing of any format: texts as readers hand them on, and bytes as networks do.

use super::trial::Named;
use crate::model::{Article, Block, Cell, Content, Fact, Link, Property, Span};

/// An article of ordinary prose with values of many kinds, so that extractors and classifiers have something to find.
const ORDINARY: &str = include_str!("../../../../data/conformance/article.txt");

/// Repeated to see how the work grows: what starts many grammars, what brackets, what escapes, what is nothing.
pub(super) const UNITS: [&str; 20] = [
    "a.", "a", "0", "deadbeef", "@", "a@", "http://", "://", "[.]", "(", "[", "1.", "1:", "%41", "\\", "/", "a b ",
    "é", "-", "\n",
];

/// Texts that a reader may hand on: any Unicode in normal form C, without control characters but newline and tab.
fn texts() -> Vec<(&'static str, String)> {
    vec![
        ("an empty text", String::new()),
        ("blanks", " \n\t \n".into()),
        ("one letter", "a".into()),
        ("one emoji", "\u{1f600}".into()),
        ("ordinary prose", ORDINARY.into()),
        ("ordinary prose, twice", ORDINARY.repeat(2)),
        ("ordinary prose between wide characters", format!("\u{1f600}é中\u{10ffff}\n{ORDINARY}\n\u{1f600}é中")),
        ("wide characters between all letters", ORDINARY.chars().flat_map(|c| [c, '\u{200b}']).collect()),
        ("right-to-left overrides", format!("\u{202e}{ORDINARY}\u{2066}\u{202c}\u{200f}")),
        ("combining marks", "e\u{0328}\u{0301}".repeat(500)),
        ("letters that fold to more letters", "İSTANBUL ẞ ﬃ ǰ ΐ ".repeat(50)),
        ("upper case", ORDINARY.to_uppercase()),
        ("no line breaks", ORDINARY.replace('\n', " ")),
        ("one word a line", ORDINARY.replace(' ', "\n")),
        ("one long word", "x".repeat(100_000)),
        ("nested brackets", "([{<".repeat(2_000)),
        ("separators of Unicode", "a\u{2028}b\u{2029}c\u{a0}d\u{3000}e".into()),
        ("private use and unassigned", "\u{e000}\u{f8ff}\u{378}\u{e0041}\u{fffd}\u{feff}".repeat(40)),
        ("quotes and escapes", "\"'`\\\"\\'\\`%00\\x00\\u0000&#0;${x}{{x}}<x>*/--;|".repeat(20)),
        ("numbers", "0 -1 1e309 18446744073709551616 0x7fffffff ٣٤٥ １２３".repeat(20)),
    ]
}

/// Articles around those texts, and around the author's own samples.
pub(super) fn articles(samples: &[(std::path::PathBuf, Vec<u8>)]) -> Vec<Named<Article>> {
    let mut articles: Vec<Named<Article>> =
        texts().into_iter().map(|(name, text)| Named::new(name, article(text))).collect();
    articles.push(Named::new("a table and links", structured()));
    articles.push(Named::new("facts and properties", stated()));
    for (path, bytes) in samples {
        if let Ok(text) = std::str::from_utf8(bytes) {
            let clean = text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect();
            articles.push(Named::new(path.display().to_string(), article(clean)));
        }
    }
    articles
}

/// An article with nothing but a text.
pub(super) fn article(text: String) -> Article {
    let content = Content { title: Some("A title".into()), text, ..Content::default() };
    Article { id: "0".repeat(64), source: "conformance".into(), content, ..Article::default() }
}

/// A unit repeated up to so many bytes.
pub(super) fn repeated(unit: &str, bytes: usize) -> String {
    unit.repeat(bytes / unit.len())
}

/// Every kind of block and a link, over the lines of the ordinary text.
fn structured() -> Article {
    const BLOCKS: [&str; 8] =
        ["heading", "paragraph", "list-item", "table-cell", "code", "quote", "caption", "preformatted"];
    let mut article = article(ORDINARY.to_owned());
    let mut start = 0;
    for (index, line) in ORDINARY.split_inclusive('\n').enumerate() {
        let span = Span { start: start as u32, end: (start + line.trim_end().len()) as u32 };
        start += line.len();
        if span.start == span.end {
            continue;
        }
        let kind = BLOCKS[index % BLOCKS.len()];
        let cell = (kind == "table-cell").then_some(Cell { table: 0, row: index as u32, column: 0, header: false });
        let level = u8::from(matches!(kind, "heading" | "list-item"));
        let block = Block { span, kind: kind.into(), level, heading: None, cell, language: None, properties: vec![] };
        article.content.blocks.push(block);
    }
    if let Some(first) = article.content.blocks.first() {
        let target = "https://conformance.invalid/a?b=c#d".into();
        article.content.links.push(Link { span: first.span, target, properties: vec![] });
    }
    article
}

/// What structured sources say, in words that no plugin knows.
fn stated() -> Article {
    let mut article = article(ORDINARY.to_owned());
    article.url = "https://conformance.invalid/report".into();
    article.facts = vec![
        Fact { id: String::new(), kind: "conformance:unknown".into(), value: "\u{1f600}".into(), properties: vec![] },
        Fact { id: "1".into(), kind: "technique".into(), value: "not an id".into(), properties: vec![] },
    ];
    article.properties = vec![Property::new("conformance:unknown", "x".repeat(10_000))];
    article
}

/// Bytes that are of no format, and those at which decoders fail.
pub(super) fn bytes(samples: &[(std::path::PathBuf, Vec<u8>)], magic: &[String]) -> Vec<Named<Vec<u8>>> {
    let every_byte: Vec<u8> = (0..=255u8).cycle().take(64 << 10).collect();
    let mut inputs: Vec<Named<Vec<u8>>> = [
        ("no bytes", Vec::new()),
        ("one zero", vec![0]),
        ("every byte", every_byte),
        ("half of a character", b"caf\xc3".to_vec()),
        ("surrogates in UTF-8", b"\xed\xa0\x80\xed\xbf\xbf".repeat(100)),
        ("overlong UTF-8", b"\xc0\x80\xe0\x80\xaf\xf8\x88\x80\x80\x80".repeat(100)),
        ("a byte-order mark alone", b"\xef\xbb\xbf".to_vec()),
        ("UTF-16 with a byte-order mark", [&b"\xff\xfe"[..], &wide(ORDINARY)].concat()),
        ("UTF-16 that ends in a pair", b"\xff\xfea\0\x00\xd8".to_vec()),
        ("text", ORDINARY.as_bytes().to_vec()),
        ("open brackets", b"[{(<".repeat(20_000)),
        ("open quotes", b"\"".repeat(50_000)),
        ("angle brackets", b"<a ".repeat(20_000)),
        ("an empty object", b"{}".to_vec()),
        ("an empty list", b"[]".to_vec()),
        ("nothing", b"null".to_vec()),
        ("control characters", b"\x00\x01\x1b[31m\x07\x08\x7f\r".repeat(100)),
    ]
    .into_iter()
    .map(|(name, bytes)| Named::new(name, bytes))
    .collect();
    for start in magic {
        inputs.push(Named::new(format!("{start:?} alone"), start.clone().into_bytes()));
        inputs.push(Named::new(format!("{start:?} many times"), start.as_bytes().repeat(2_000)));
        inputs.push(Named::new(format!("{start:?}, then zeros"), [start.as_bytes(), &[0; 4_096]].concat()));
    }
    for (path, bytes) in samples {
        let name = path.display().to_string();
        for (what, damaged) in damage(bytes) {
            inputs.push(Named::new(format!("{name}{what}"), damaged));
        }
    }
    inputs
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A document whole, cut, and with bytes flipped, taken out and doubled, at places spread over it.
fn damage(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    const PLACES: usize = 12;
    let mut all = vec![(String::new(), bytes.to_vec())];
    for place in 0..PLACES {
        let at = bytes.len() * place / PLACES;
        if at >= bytes.len() {
            break;
        }
        all.push((format!(" cut at byte {at}"), bytes[..at].to_vec()));
        let mut flipped = bytes.to_vec();
        flipped[at] ^= 0xff;
        all.push((format!(" with byte {at} flipped"), flipped));
        all.push((format!(" from byte {at} on"), bytes[at..].to_vec()));
        all.push((format!(" doubled at byte {at}"), [&bytes[..at], &bytes[at..], &bytes[at..]].concat()));
    }
    all
}
