//! Rust source, taken apart just far enough to tell code, strings, comments and tests from each other.

/// A source file with comments and test modules blanked; places in it are places in the file.
pub struct Source {
    /// Comments and tests are spaces.
    pub code: String,
    /// String literals outside comments and tests: where they begin (after the quote) and what stands in them.
    pub strings: Vec<(usize, String)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Code,
    Comment,
    String,
}

impl Source {
    pub fn parse(text: &str) -> Self {
        let parts = classify(text.as_bytes());
        // Braces and attributes are looked for where neither comments nor strings can pretend to be some.
        let bare = only(text, &parts, &[Part::Code]);
        let mut code = only(text, &parts, &[Part::Code, Part::String]).into_bytes();
        let mut hidden = vec![false; code.len()];
        for (start, end) in test_modules(&bare) {
            hidden[start..end].fill(true);
        }
        for (byte, hidden) in code.iter_mut().zip(&hidden) {
            if *hidden && *byte != b'\n' {
                *byte = b' ';
            }
        }
        let mut strings = Vec::new();
        let mut at = 0;
        while at < parts.len() {
            if parts[at] != Part::String {
                at += 1;
                continue;
            }
            let start = at;
            while at < parts.len() && parts[at] == Part::String {
                at += 1;
            }
            if !hidden[start] {
                strings.push((start, text[start..at].to_owned()));
            }
        }
        Self { code: String::from_utf8_lossy(&code).into_owned(), strings }
    }
}

/// The text with everything else as spaces; newlines stay, and so do all places.
fn only(text: &str, parts: &[Part], wanted: &[Part]) -> String {
    let bytes =
        text.bytes().zip(parts).map(|(byte, part)| if byte == b'\n' || wanted.contains(part) { byte } else { b' ' });
    String::from_utf8(bytes.collect()).unwrap_or_else(|_| " ".repeat(text.len()))
}

/// What each byte is part of; quotes are code, what stands between them is string.
fn classify(text: &[u8]) -> Vec<Part> {
    let mut parts = vec![Part::Code; text.len()];
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(b"//") {
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| at + length);
            parts[at..end].fill(Part::Comment);
            at = end;
        } else if rest.starts_with(b"/*") {
            let end = at + nested_comment(rest);
            parts[at..end].fill(Part::Comment);
            at = end;
        } else if let Some((open, length, close)) = raw_string(rest, at.checked_sub(1).map(|before| text[before])) {
            parts[at + open..at + open + length].fill(Part::String);
            at += open + length + close;
        } else if rest[0] == b'"' {
            let length = quoted(&rest[1..]);
            parts[at + 1..at + 1 + length].fill(Part::String);
            at += length + 2;
        } else if rest[0] == b'\'' {
            at += character(rest);
        } else {
            at += 1;
        }
    }
    parts
}

fn nested_comment(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < text.len() {
        if text[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// `r#"…"#` and `br"…"`: lengths of the opening, of what stands in it, and of the end.
fn raw_string(text: &[u8], before: Option<u8>) -> Option<(usize, usize, usize)> {
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let prefix = usize::from(text.first() == Some(&b'b'));
    if text.get(prefix) != Some(&b'r') {
        return None;
    }
    let hashes = text[prefix + 1..].iter().take_while(|byte| **byte == b'#').count();
    let open = prefix + 1 + hashes + 1;
    if text.get(open - 1) != Some(&b'"') {
        return None;
    }
    let mut end = vec![b'"'];
    end.resize(1 + hashes, b'#');
    let length = text[open..].windows(end.len()).position(|window| window == end).unwrap_or(text.len() - open);
    Some((open, length, end.len()))
}

/// Length up to the closing quote.
fn quoted(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at.min(text.len())
}

/// Length of a character literal, or of the quote alone where it begins a lifetime.
fn character(text: &[u8]) -> usize {
    match text {
        [_, b'\\', ..] => 2 + text[2..].iter().skip(1).position(|byte| *byte == b'\'').map_or(1, |length| length + 2),
        // At most four bytes of UTF-8 between the quotes.
        _ => (2..=5).find(|length| text.get(*length) == Some(&b'\'')).map_or(1, |length| length + 1),
    }
}

/// Ranges of `#[cfg(test)]` items that have a body.
fn test_modules(bare: &str) -> Vec<(usize, usize)> {
    const MARK: &str = "#[cfg(test)]";
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = bare[from..].find(MARK).map(|at| at + from) {
        let rest = &bare[start..];
        let body = rest.find('{').filter(|brace| rest.find(';').is_none_or(|end| end > *brace));
        let end = match body {
            None => start + MARK.len(),
            Some(open) => {
                let mut depth = 0usize;
                let close = rest[open..].char_indices().find(|(_, c)| {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    depth == 0
                });
                start + close.map_or(rest.len(), |(at, _)| open + at + 1)
            }
        };
        found.push((start, end));
        from = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_tests_are_blank_and_strings_are_kept() {
        let text = "// one\nlet a = \"two // three\"; /* four /* five */ six */ let c = '\"'; let d: &'static str = r#\"se\"ven\"#;\n\
                    #[cfg(test)]\nmod tests { fn x() { \"eight }\"; } }\nlet e = b'\\''; let f = \"nine\";\n";
        let source = Source::parse(text);
        assert_eq!(source.code.len(), text.len());
        for gone in ["one", "four", "five", "six", "eight"] {
            assert!(!source.code.contains(gone), "{gone}");
        }
        let strings: Vec<&str> = source.strings.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(strings, ["two // three", "se\"ven", "nine"]);
        assert_eq!(&text[source.strings[2].0..][..4], "nine");
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_hides_nothing_after_it() {
        let source = Source::parse("#[cfg(test)]\nmod tests;\nfn visible() {}\n");
        assert!(source.code.contains("visible"));
    }
}
