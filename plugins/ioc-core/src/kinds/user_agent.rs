//! User agents (RFC 9110, section 10.1.5): what begins with `Mozilla/`, and what a `User-Agent` label announces.

use super::labelled::{Announced, Label, said_before};
use crate::found::Finds;

pub const LABEL: Label = Label { read: quoted, ..Label::of("user_agent", &["agent"]) };

/// `user agent string "…"`: quotes part it from its sentence.
fn quoted(label: &Label, finds: &mut Finds, text: &str, start: usize, end: usize) -> Option<usize> {
    let announced = Announced::after(text, end).filter(|_| said_before(text, start, "user"))?;
    let (start, stop) = announced.quoted(text)?;
    label.add(finds, text, start, stop)
}

/// A user agent that begins at `start`. Returns where it ends.
pub fn read(finds: &mut Finds, text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = start.checked_sub(1).map(|at| bytes[at]).filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    let wide_quote = text[..start].ends_with(['\u{201c}', '\u{2018}']);
    let mut limit = text.len().min(start + 512);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let mut depth = 0i32;
    let length = text[start..limit]
        .char_indices()
        .find(|(_, c)| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth < 0
                || matches!(c, '\n' | '\r' | '\t' | '|' | '<')
                || wide_quote && matches!(c, '\u{201d}' | '\u{2019}')
                || c.is_ascii() && Some(*c as u8) == quote
        })
        .map_or(limit - start, |(at, _)| at);
    let mut value = text[start..start + length].trim_end();
    if quote.is_none() && !wide_quote {
        // In running text it ends with its sentence: tokens of a user agent have a slash or stand in brackets.
        if let Some((at, _)) = value.match_indices(". ").next() {
            value = &value[..at];
        }
        if !after_border(text, start) {
            value = until_prose(value);
        }
        value = value.trim_end_matches(['.', ',', ';', '"', '\'']);
    }
    if value.len() < 8 {
        return None;
    }
    finds.add("user_agent", value.to_string(), start, start + value.len());
    Some(start + value.len())
}

/// Whether a table's cell begins here: all of it is one value.
fn after_border(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches(' ').ends_with(['\t', '|'])
}

/// Tokens of a user agent are `product/version`, capitalised words and comments in brackets; a small word outside them
/// is the sentence's. What does not begin with a token is left as it is.
fn until_prose(value: &str) -> &str {
    if !value.split(' ').next().is_some_and(|first| first.contains('/')) {
        return value;
    }
    let mut depth = 0i32;
    let mut at = 0;
    for word in value.split(' ') {
        let small = word.starts_with(|c: char| c.is_ascii_lowercase()) && !word.contains(['/', '(', ')']);
        if depth == 0 && at > 0 && small {
            return value[..at].trim_end();
        }
        depth += word.matches('(').count() as i32 - word.matches(')').count() as i32;
        at += word.len() + 1;
    }
    value
}

/// Where the value begins after a label `User-Agent` that ends at `end`.
pub fn announced(text: &str, end: usize) -> Option<usize> {
    let rest = &text[end..];
    let sign = rest.trim_start_matches([' ', '"', '\'']);
    let value = sign.strip_prefix([':', '=', '\t', '|'])?.trim_start_matches([' ', '"', '\'', '`', '\u{201c}', '\t']);
    // In the next cell stands a product with its version, or the table's next heading.
    let said =
        !sign.starts_with(['\t', '|']) || value.split(['\t', '|', '\n']).next().is_some_and(|cell| cell.contains('/'));
    (said && !value.starts_with('\n') && !value.is_empty()).then(|| text.len() - value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_where_the_agent_ends() {
        let mut finds = Finds::default();
        let text = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101. It then";
        read(&mut finds, text, 0);
        assert_eq!(finds.found[0].value, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101");
        assert_eq!(until_prose("curl/7.68.0 by malware"), "curl/7.68.0");
        assert_eq!(until_prose("Evil/1 (a; like b) Mobile X/2 and"), "Evil/1 (a; like b) Mobile X/2");
        let text = "User-Agent: \"EvilBot 1.0\" and";
        let start = announced(text, 10).unwrap();
        read(&mut finds, text, start);
        assert_eq!(finds.found[1].value, "EvilBot 1.0");
        let text = "User-Agent\tMozilla/5.0 (Windows NT 6.1) Gecko zzbot\tseen";
        let start = announced(text, 10).unwrap();
        read(&mut finds, text, start);
        assert_eq!(finds.found[2].value, "Mozilla/5.0 (Windows NT 6.1) Gecko zzbot");
        assert_eq!(announced("User-Agent\tFirst seen\n", 10), None);
        let told = super::super::labelled::announced("with the user agent \"Evil Bot\" and");
        assert_eq!(told, Some(("user_agent", "Evil Bot".to_string())));
    }
}
