//! Where sentences end.

use crate::Range;
use crate::bytes::places;

/// Words that end in a full stop without ending a sentence, in lower case and without the stop.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "etc", "vs", "fig", "no", "mr", "mrs", "ms", "dr", "inc", "ltd", "corp", "co", "u.s", "u.k", "cf",
    "al", "approx", "ver", "sec", "jan", "st", "dept",
];

/// The sentences of `text[within]`, ascending, without the white space around them; none is empty. A bracketed
/// technique id after a full stop still belongs to the sentence that it annotates.
pub fn sentences(text: &str, within: Range) -> Vec<Range> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = within.start;
    let mut done = within.start;
    let is_stop = |byte| (byte == b'.') | (byte == b'!') | (byte == b'?');
    for at in places(&bytes[within.clone()], |byte| is_stop(byte) | (byte == b']')).map(|at| within.start + at) {
        if at < done {
            continue;
        }
        if is_stop(bytes[at]) {
            let mut end = at + 1;
            while end < within.end && matches!(bytes[end], b'.' | b'!' | b'?' | b'"' | b'\'' | b')' | b']') {
                end += 1;
            }
            if text[end..within.end].starts_with('”') {
                end += '”'.len_utf8();
            }
            if ends_here(text, start, at, end, within.end) {
                push(text, start..end, &mut found);
                start = end;
            }
            done = end;
        } else {
            let end = at + 1;
            if closes_annotation(text, start, end) && !starts_with_technique(text[end..within.end].trim_start()) {
                push(text, start..end, &mut found);
                start = end;
            }
        }
    }
    push(text, start..within.end, &mut found);
    found
}

/// Whether the stop at `stop`, with what closes it up to `end`, ends the sentence that began at `start`.
fn ends_here(text: &str, start: usize, stop: usize, end: usize, limit: usize) -> bool {
    let bytes = text.as_bytes();
    if end >= limit {
        return true;
    }
    if !bytes[end].is_ascii_whitespace() {
        return false;
    }
    let rest = text[end..limit].trim_start();
    let Some(next) = rest.chars().next() else { return true };
    if next.is_lowercase() || starts_with_technique(rest) {
        return false;
    }
    if bytes[stop] != b'.' {
        return true;
    }
    let word = text[start..stop].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let single_initial = word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase();
    let lower = word.to_ascii_lowercase();
    !(single_initial || ABBREVIATIONS.contains(&lower.as_str()))
}

/// `[T1059]` and `(T1059)` at the beginning.
fn starts_with_technique(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    bytes.len() > 6 && matches!(bytes[0], b'[' | b'(') && bytes[1] == b'T' && bytes[2..6].iter().all(u8::is_ascii_digit)
}

/// Whether `text[start..end]` ends in technique ids that stand behind a full stop: `… left. [T1566] [T1204]`.
fn closes_annotation(text: &str, start: usize, end: usize) -> bool {
    let mut rest = &text[start..end];
    while let Some(open) = rest.rfind('[').filter(|open| starts_with_technique(&rest[*open..])) {
        rest = rest[..open].trim_end();
    }
    rest.ends_with('.')
}

fn push(text: &str, range: Range, into: &mut Vec<Range>) {
    let slice = &text[range.clone()];
    let trimmed = slice.trim();
    if !trimmed.is_empty() {
        let start = range.start + (slice.len() - slice.trim_start().len());
        into.push(start..start + trimmed.len());
    }
}

#[cfg(test)]
mod tests {
    use super::sentences;

    fn split(text: &str) -> Vec<&str> {
        sentences(text, 0..text.len()).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn ends_at_stops_and_not_at_abbreviations_versions_or_ids() {
        assert_eq!(
            split("It ran cmd.exe 1.2. Then, e.g. Windows, it left! Done"),
            ["It ran cmd.exe 1.2.", "Then, e.g. Windows, it left!", "Done"]
        );
        assert_eq!(split("They phished. [T1566] They left."), ["They phished. [T1566]", "They left."]);
        assert_eq!(split("  “Quoted.” U.S. Army files.  "), ["“Quoted.”", "U.S. Army files."]);
        assert!(split(" \n ").is_empty());
    }
}
