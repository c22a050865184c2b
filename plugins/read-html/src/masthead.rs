//! The lines between a headline and the first sentence: by-line, date, reading time, "In this article". Feeds paste
//! them into summaries as running text; pages have them as short blocks of their own.

use crate::furniture::phrases::{is_furniture_line, reading_time};
use huntsmith_sdk::time;

/// What was learnt from a masthead.
#[derive(Debug, Default, PartialEq)]
pub struct Masthead {
    pub author: Option<String>,
    pub published: Option<String>,
}

/// Whether a whole block near the top is masthead.
pub fn is_line(text: &str, into: &mut Masthead) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '•' | '·'));
    if text.len() > 160 {
        return false;
    }
    // A number by itself counts readers who liked it.
    let is_count = !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    if is_furniture_line(text) || is_count || into.author.as_deref() == Some(text) {
        return true;
    }
    if let Some(date) = time::parse(strip_label(text)) {
        into.published.get_or_insert(date);
        return true;
    }
    let pieces: Vec<&str> = text.split(['\n', '|', '•', '·']).map(str::trim).filter(|p| !p.is_empty()).collect();
    if pieces.len() > 1 {
        let mut found = Masthead { author: into.author.clone(), published: None };
        if pieces.iter().all(|piece| is_line(piece, &mut found)) {
            into.author = into.author.take().or(found.author);
            into.published = into.published.take().or(found.published);
            return true;
        }
    }
    match by_line(text) {
        Some((author, "")) => {
            into.author.get_or_insert(author);
            true
        }
        Some((author, rest)) => {
            let mut found = Masthead::default();
            let all = is_line(rest, &mut found);
            if all {
                into.author.get_or_insert(author);
                into.published = into.published.take().or(found.published);
            }
            all
        }
        None => false,
    }
}

/// How many bytes at the start of running text are masthead: a line of site name, by-line, date and reading time
/// that no sentence ends, as feeds paste it before the first sentence.
pub fn leading(text: &str, into: &mut Masthead) -> usize {
    let window = floor(text, 240);
    let head = &text[..window];
    // A reading time is the surest end of a masthead.
    let lower = head.to_ascii_lowercase();
    let mut at = 0;
    while let Some(offset) = lower[at..].find(|c: char| c.is_ascii_digit()) {
        let from = at + offset;
        let at_word = from == 0 || !lower.as_bytes()[from - 1].is_ascii_alphanumeric();
        if at_word && let Some(length) = reading_time(&lower[from..]) {
            let before = head[..from].trim();
            if before.is_empty() || is_masthead_text(before, into) {
                return skip_space(text, from + length);
            }
        }
        at = from + lower[from..].bytes().take_while(u8::is_ascii_digit).count();
    }
    // A by-line that a date follows.
    let start = lower.find("written by ").filter(|i| *i < 80 && !head[..*i].contains(['.', '!', '?']));
    if let Some(start) = start
        && let Some((author, rest)) = by_line(&head[start..])
        && let Some(length) = leading_date(rest, into)
    {
        into.author.get_or_insert(author);
        return skip_space(text, window - rest.len() + length);
    }
    0
}

/// A by-line, a date or a set phrase somewhere, and no sentence: the text before a reading time.
fn is_masthead_text(text: &str, into: &mut Masthead) -> bool {
    if text.contains(". ") || text.contains(['!', '?', ';']) || text.split_whitespace().count() > 24 {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let by =
        lower.find("written by ").or_else(|| lower.find("by ").filter(|i| *i == 0 || lower.as_bytes()[i - 1] == b' '));
    let mut found = lower.contains("in this article");
    let after = match by {
        Some(start) => match by_line(&text[start..]) {
            Some((author, rest)) => {
                into.author.get_or_insert(author);
                found = true;
                rest
            }
            None => &text[start..],
        },
        None => text,
    };
    for (start, _) in after.match_indices(char::is_alphanumeric).take(64) {
        if leading_date(&after[start..], into).is_some() {
            return true;
        }
    }
    found
}

/// A date at the start of text: its length.
fn leading_date(text: &str, into: &mut Masthead) -> Option<usize> {
    let text_start = text.len() - text.trim_start_matches([' ', ',', '|', '-', '–', '—', '•', '·', '\n']).len();
    let rest = &text[text_start..];
    let ends: Vec<usize> = rest.match_indices(' ').map(|(i, _)| i).chain([rest.len()]).take(5).collect();
    ends.into_iter().rev().find_map(|end| {
        let date = time::parse(rest[..end].trim_end_matches([',', '|', ' ']))?;
        into.published.get_or_insert(date);
        Some(text_start + end)
    })
}

/// `Written by Ann Lee and Bo Kim, …`: the names, and what follows them.
fn by_line(text: &str) -> Option<(String, &str)> {
    let lower = text.to_ascii_lowercase();
    let lead = ["written by ", "posted by ", "published by ", "author: ", "authors: ", "by: ", "by "]
        .iter()
        .find(|lead| lower.starts_with(**lead))?;
    let rest = &text[lead.len()..];
    let mut end = 0;
    let mut names = 0;
    for word in rest.split_inclusive([' ', '\n']) {
        let bare = word.trim_end_matches([' ', '\n', ',']);
        let is_month = time::parse(&format!("{} 1, 2000", bare.trim_end_matches('.'))).is_some();
        let capital = bare.chars().next().is_some_and(char::is_uppercase) && !bare.ends_with('.')
            || bare.len() == 2 && bare.ends_with('.');
        let joins = matches!(bare, "and" | "&" | "de" | "van" | "von" | "der" | "del" | "la" | "al" | "bin" | "el");
        if names >= 8 || is_month || !(capital || joins) {
            break;
        }
        names += usize::from(capital);
        end += word.len();
        if word.trim_end_matches(' ').ends_with('\n') {
            break;
        }
    }
    // One to four words a name; a sentence that begins with "By" goes on in small letters.
    let author = rest[..end].trim().trim_end_matches(',').to_string();
    (names >= 1 && !author.is_empty()).then(|| (author, rest[end..].trim_start()))
}

fn strip_label(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    for label in [
        "published on",
        "published",
        "posted on",
        "posted",
        "last updated",
        "updated on",
        "updated",
        "last revised",
        "date",
    ] {
        if lower.starts_with(label) {
            return text[label.len()..].trim_start_matches([':', ' ']);
        }
    }
    text
}

fn skip_space(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    text.len()
        - text[at..]
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '•' | '·' | '-' | '–' | '—'))
            .len()
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_mastheads_are_cut_and_sentences_are_not() {
        for (text, rest) in [
            (
                "Acme Blog In this article Written by Ann Lee May 9, 2016 0 mins read By its nature, x.",
                "By its nature, x.",
            ),
            ("7 min read The actor used it.", "The actor used it."),
            ("Written by Ann Lee March 3, 2024 The actor.", "The actor."),
            ("By default the implant reads 5 minutes of logs.", "By default the implant reads 5 minutes of logs."),
            ("It slept. Then 5 min read timeouts followed.", "It slept. Then 5 min read timeouts followed."),
            ("By March 2024 the group had moved on.", "By March 2024 the group had moved on."),
        ] {
            let mut masthead = Masthead::default();
            assert_eq!(&text[leading(text, &mut masthead)..], rest);
        }
    }

    #[test]
    fn the_author_whom_the_page_names_is_masthead() {
        let mut masthead = Masthead { author: Some("A. Hunter".to_string()), published: None };
        assert!(is_line("A. Hunter·", &mut masthead) && is_line("A. Hunter | May 9, 2016", &mut masthead));
        assert!(!is_line("B. Hunter·", &mut masthead));
    }

    #[test]
    fn masthead_lines_are_told_from_text() {
        for line in [
            "By Ann Lee",
            "Written by Ann Lee and Bo Kim",
            "May 9, 2016",
            "Published: May 9, 2016 | 5 min read",
            "5 min read",
            "132",
        ] {
            assert!(is_line(line, &mut Masthead::default()), "{line}");
        }
        for line in ["By exploiting CVE-2020-5902 they got in", "198.51.100.7", "10.0.0.5", "May 2016 was the month"] {
            assert!(!is_line(line, &mut Masthead::default()), "{line}");
        }
    }
}
