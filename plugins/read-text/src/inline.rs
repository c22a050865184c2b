//! Within a line: links, code and emphasis. A mark is taken out only where it surely is one, for a path or a pattern
//! may hold the same characters.

use crate::lines::Markup;
use huntsmith_sdk::address;
use huntsmith_sdk::prose::Writer;

/// Writes a line's text into the open block.
pub fn write(text: &str, markup: Markup, base: Option<&str>, writer: &mut Writer) {
    match markup {
        Markup::Plain => plain(text, writer),
        Markup::Markdown => markdown(text, base, writer),
        Markup::AsciiDoc => asciidoc(text, base, writer),
    }
}

/// Text with its bare addresses as links.
fn plain(text: &str, writer: &mut Writer) {
    let mut rest = text;
    while let Some(at) = find_address(rest) {
        writer.text(&rest[..at]);
        let length = address_length(&rest[at..]);
        writer.begin_link(rest[at..at + length].to_string());
        writer.text(&rest[at..at + length]);
        writer.end_link();
        rest = &rest[at + length..];
    }
    writer.text(rest);
}

/// The first place where one of `leads` stands. One walk for all of them: a lead that never comes costs nothing more.
fn find_lead(text: &str, leads: &[&str]) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|at| leads.iter().any(|lead| bytes[*at..].starts_with(lead.as_bytes())))
}

fn find_address(text: &str) -> Option<usize> {
    find_lead(text, &["http://", "https://"])
}

/// An address ends at white space, a bracket or quotes; not with a sentence's punctuation.
fn address_length(text: &str) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|')).unwrap_or(text.len());
    let mut address = &text[..end];
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if inner.matches('(').count() < inner.matches(')').count() + 1 => inner,
            _ => shorter,
        };
        if shorter.len() == address.len() {
            return address.len().max(1);
        }
        address = shorter;
    }
}

fn markdown(text: &str, base: Option<&str>, writer: &mut Writer) {
    let mut rest = text;
    let mut before = ' ';
    let mut address = find_address(rest);
    while let Some(at) = rest.find(['`', '[', '!', '<', '*', '_', '\\', '~']) {
        if let Some(start) = address.filter(|start| *start < at) {
            // Marks inside an address are its own.
            let end = start + address_length(&rest[start..]);
            plain(&rest[..end], writer);
            before = ' ';
            rest = &rest[end..];
            address = find_address(rest);
            continue;
        }
        let length = rest.len();
        plain(&rest[..at], writer);
        before = rest[..at].chars().next_back().unwrap_or(before);
        rest = &rest[at..];
        let used = code_span(rest, writer)
            .or_else(|| link(rest, base, writer))
            .or_else(|| autolink(rest, writer))
            .or_else(|| emphasis(rest, before))
            .or_else(|| escape(rest, before, writer));
        match used {
            Some(used) => {
                before = rest[..used].chars().next_back().unwrap_or(before);
                rest = &rest[used..];
            }
            None => {
                let mark = rest.chars().next().map_or(0, char::len_utf8);
                writer.text(&rest[..mark]);
                before = rest[..mark].chars().next().unwrap_or(before);
                rest = &rest[mark..];
            }
        }
        // What was read may have held the address that was known.
        address = match address.map(|start| start.checked_sub(length - rest.len())) {
            Some(None) => find_address(rest),
            known => known.flatten(),
        };
    }
    plain(rest, writer);
}

/// As far as a mark's partner is looked for, so that a line of nothing but marks costs no more than any other.
const REACH: usize = 2_048;

fn near(text: &str) -> &str {
    let mut end = text.len().min(REACH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// `` `code` ``: as it stands, without its marks.
fn code_span(text: &str, writer: &mut Writer) -> Option<usize> {
    let text = near(text);
    let marks = text.bytes().take_while(|b| *b == b'`').count();
    if marks == 0 {
        return None;
    }
    let fence = &text[..marks];
    let end = text[marks..].find(fence)?;
    writer.text(&text[marks..marks + end]);
    Some(marks * 2 + end)
}

/// `[text](target "title")` and `![alt](target)`.
fn link(text: &str, base: Option<&str>, writer: &mut Writer) -> Option<usize> {
    let text = near(text);
    let image = text.starts_with("![");
    let open = if image { 2 } else { 1 };
    if !image && !text.starts_with('[') {
        return None;
    }
    let close = text.find("](").filter(|close| *close >= open)?;
    let label = &text[open..close];
    // A bracket inside belongs to a defanged dot or to a nested image; a label on another level is none of ours.
    if label.matches('[').count() != label.matches(']').count() {
        return None;
    }
    let mut depth = 0;
    let end = text[close + 2..].char_indices().find_map(|(index, c)| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(index),
            ')' => depth -= 1,
            _ => {}
        }
        None
    })?;
    let target = text[close + 2..close + 2 + end].split_whitespace().next().unwrap_or("").trim_matches(['<', '>']);
    let resolved = address::resolve(base, target).unwrap_or_else(|| target.to_string());
    let followed = !target.is_empty()
        && !target.starts_with('#')
        && !matches!(address::scheme(&resolved).as_deref(), Some("javascript" | "data" | "vbscript"));
    if followed && !image {
        writer.begin_link(resolved);
        writer.text(&label.replace(['`', '*'], ""));
        writer.end_link();
    } else {
        writer.text(label);
    }
    Some(close + 3 + end)
}

/// `<https://…>`.
fn autolink(text: &str, writer: &mut Writer) -> Option<usize> {
    let text = near(text);
    let end = text.strip_prefix('<')?.find('>')?;
    let target = &text[1..1 + end];
    if !address::is_web(target) {
        return None;
    }
    writer.begin_link(target.to_string());
    writer.text(target);
    writer.end_link();
    Some(end + 2)
}

/// Marks of emphasis stand at the edge of a word and have a partner: `**bold**`, not `2 * 3`, `*.key` or `__init__.py`.
fn emphasis(text: &str, before: char) -> Option<usize> {
    let text = near(text);
    let mark = text.chars().next().filter(|c| matches!(c, '*' | '_' | '~'))?;
    let marks = text.chars().take_while(|c| *c == mark).count();
    if marks > 3 || (mark == '~' && marks != 2) {
        return None;
    }
    let after = text[marks..].chars().next().unwrap_or(' ');
    let begins_word = |c: char| c.is_alphanumeric() || matches!(c, '`' | '[' | '"' | '(' | '“');
    let opens = (before.is_whitespace() || matches!(before, '(' | '"' | '“')) && begins_word(after);
    if opens {
        let at = text[marks..].find(&text[..marks])?;
        let inner = &text[marks..marks + at];
        let mut beyond = text[marks + at + marks..].chars();
        let is_name = match beyond.next() {
            Some('.') => beyond.next().is_some_and(char::is_alphanumeric),
            Some(c) => c.is_alphanumeric() || c == '/',
            None => false,
        };
        return (!inner.ends_with(char::is_whitespace) && !is_name).then_some(marks);
    }
    let ends_word = before.is_alphanumeric() || matches!(before, '`' | ')' | ']' | '"' | '”' | '.' | '!' | '?' | ':');
    let is_name = after == '.' && text[marks + 1..].starts_with(char::is_alphanumeric);
    let closes = !is_name
        && ends_word
        && (after.is_whitespace() || matches!(after, ',' | ';' | ':' | '!' | '?' | ')' | '"' | '”' | '.'));
    // One mark at a word's end may be a footnote's or a pattern's (`C:\Temp\*`): two are emphasis.
    (closes && (marks >= 2 || before.is_alphanumeric())).then_some(marks)
}

/// `\*` is a star, except behind a word (`C:\Temp\*`). A backslash before anything else is itself: paths are full of
/// them.
fn escape(text: &str, before: char, writer: &mut Writer) -> Option<usize> {
    if before.is_alphanumeric() || matches!(before, ':' | '\\' | '%') {
        return None;
    }
    let next = text
        .strip_prefix('\\')?
        .chars()
        .next()
        .filter(|c| matches!(c, '*' | '_' | '`' | '[' | ']' | '#' | '|' | '<' | '>'))?;
    writer.text(next.encode_utf8(&mut [0; 4]));
    Some(2)
}

/// AsciiDoc: `https://…[text]` and `link:target[text]`.
fn asciidoc(text: &str, base: Option<&str>, writer: &mut Writer) {
    let mut rest = text;
    while let Some(at) = find_lead(rest, &["link:", "https://", "http://"]) {
        let named = rest[at..].strip_prefix("link:");
        let target_text = named.unwrap_or(&rest[at..]);
        let lead = rest[at..].len() - target_text.len();
        let end = target_text.find(|c: char| c.is_whitespace() || c == '[').unwrap_or(target_text.len());
        let label = target_text[end..].strip_prefix('[').and_then(|label| Some(&label[..near(label).find(']')?]));
        let Some(label) = label else {
            let stop = at + lead + end;
            plain(&rest[..stop], writer);
            rest = &rest[stop..];
            if end == 0 && lead == 0 {
                break;
            }
            continue;
        };
        writer.text(&rest[..at]);
        let target = &target_text[..end];
        writer.begin_link(address::resolve(base, target).unwrap_or_else(|| target.to_string()));
        writer.text(if label.is_empty() { target } else { label });
        writer.end_link();
        rest = &target_text[end + label.len() + 2..];
    }
    plain(rest, writer);
}
