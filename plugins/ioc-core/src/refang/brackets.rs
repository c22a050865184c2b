//! Marks in brackets: `[.]`, `(dot)`, `{at}`, `[://]`, whole or one-sided, with blanks or a line's end around them.

use super::{Writer, is_word, spelled};
use crate::kinds::{domain, ipv4};

/// What stands between brackets, and what it stands for; longer ones first where one begins with another.
const INNER: [(&str, &str); 18] = [
    ("://", "://"),
    (":\\\\", "://"),
    ("//", "//"),
    ("::", "::"),
    (":", ":"),
    ("/", "/"),
    (".", "."),
    (",", "."),
    ("dot", "."),
    ("d0t", "."),
    ("punkt", "."),
    ("@", "@"),
    ("at", "@"),
    ("www", "www"),
    ("http", "http"),
    ("https", "https"),
    ("colon", ":"),
    ("-", "-"),
];

/// White space before `position`, at most three bytes and one line end or cell border, none that is already written.
fn space_before(writer: &Writer<'_>, position: usize) -> usize {
    let bytes = writer.text.as_bytes();
    let mut start = position;
    while start > writer.done && position - start < 3 && matches!(bytes[start - 1], b' ' | b'\t' | b'\n' | b'\r' | b'|')
    {
        start -= 1;
    }
    start
}

fn space_after(bytes: &[u8], position: usize) -> usize {
    let mut end = position;
    while end < bytes.len() && end - position < 3 && matches!(bytes[end], b' ' | b'\t' | b'\n' | b'\r' | b'|') {
        end += 1;
    }
    end
}

/// `(evil .com)`, as names of detection rules write a host: a blank before a dot, and nothing else in the brackets. Returns
/// where to go on.
fn spaced(writer: &mut Writer<'_>, open: usize) -> Option<usize> {
    let bytes = writer.text.as_bytes();
    let own = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b' ');
    let close = open + 1 + bytes[open + 1..].iter().take(128).take_while(own).count();
    let inner = &writer.text[open + 1..close];
    let parted = inner.matches(' ').count();
    if parted == 0 || parted != inner.matches(" .").count() || !matches!(bytes.get(close), Some(b')' | b']')) {
        return None;
    }
    let root = inner.rsplit('.').next().unwrap_or_default();
    let small = !root.is_empty() && root.bytes().all(|b| b.is_ascii_lowercase());
    domain::parse(&inner.replace(' ', "")).ok().filter(|_| small)?;
    for (at, _) in inner.match_indices(" .") {
        writer.replace(open + 1 + at, open + 3 + at, ".");
    }
    Some(close)
}

/// `192.0.2.[7]`: the last number of an address in brackets. Returns where to go on.
fn number(writer: &mut Writer<'_>, open: usize) -> Option<usize> {
    let bytes = writer.text.as_bytes();
    let digits = bytes[open + 1..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
    let close = open + 1 + digits;
    let own = |b: &&u8| b.is_ascii_digit() || **b == b'.';
    let before = bytes[writer.done..open].iter().rev().take(12).take_while(own).count();
    let address = format!("{}{}", &writer.text[open - before..open], &writer.text[open + 1..close]);
    let fits = bytes.get(close) == Some(&b']') && (1..=3).contains(&digits) && ipv4::parse(&address).is_some();
    fits.then(|| {
        writer.replace(open, open + 1, "");
        writer.replace(close, close + 1, "");
        close + 1
    })
}

/// `[.]` and its kin. Returns where to go on.
pub(super) fn bracket(writer: &mut Writer<'_>, open: usize) -> usize {
    let bytes = writer.text.as_bytes();
    let next = open + 1;
    let inner = next + usize::from(bytes.get(next) == Some(&b' '));
    if let Some(stop) = spaced(writer, open).or_else(|| number(writer, open)) {
        return stop;
    }
    let rest = &bytes[inner..];
    if !rest.first().is_some_and(|b| {
        matches!(b, b':' | b'/' | b'.' | b',' | b'@' | b'-')
            || matches!(b | 0x20, b'd' | b'p' | b'a' | b'w' | b'h' | b'c')
    }) {
        return next;
    }
    for (written, meant) in INNER {
        if rest.len() < written.len() || !rest[..written.len()].eq_ignore_ascii_case(written.as_bytes()) {
            continue;
        }
        let mut close = inner + written.len();
        close += usize::from(bytes.get(close) == Some(&b' '));
        let end = match bytes.get(close) {
            Some(b']' | b')' | b'}') => close + 1,
            // `[.` and `[@` with nothing to close them, or `[.com]`.
            Some(byte)
                if matches!(written, "." | "@" | ":" | ",") && close == next + 1 && byte.is_ascii_alphanumeric() =>
            {
                return one_sided(writer, open, close, meant);
            }
            _ => continue,
        };
        return accept(writer, open, end, meant).unwrap_or(next);
    }
    next
}

fn accept(writer: &mut Writer<'_>, open: usize, end: usize, meant: &str) -> Option<usize> {
    let bytes = writer.text.as_bytes();
    let mut start = space_before(writer, open);
    let mut stop = space_after(bytes, end);
    let left = writer.before(start);
    let right = bytes.get(stop).copied();
    let right_is_mark = matches!(right, Some(b'[' | b'(' | b'{' | b'\\'));
    let fits = match meant {
        "www" | "http" | "https" => {
            start = open;
            stop = end;
            matches!(bytes.get(end), Some(b'.' | b'[' | b'(' | b'{' | b':' | b' '))
        }
        "." | "-" => {
            left.is_some_and(|b| is_word(b) || matches!(b, b'-' | b'_'))
                && right.is_some_and(|b| is_word(b) || b == b'_' || right_is_mark)
        }
        "@" => {
            left.is_some_and(|b| is_word(b) || matches!(b, b'-' | b'_' | b'+' | b'.'))
                && right.is_some_and(|b| is_word(b) || b == b'[')
        }
        "://" => {
            left.is_some_and(|b| b.is_ascii_alphabetic() || b == b'*')
                && right.is_some_and(|b| is_word(b) || right_is_mark)
        }
        ":" | "::" => {
            // Never reaches over white space: `http[:] text` is prose, and ` [::]ffff` begins an address.
            (start, stop) = (open, end);
            let left = writer.before(start);
            let right = bytes.get(stop).copied();
            left.is_none_or(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'*' | b' ' | b'"'))
                && right.is_some_and(|b| b.is_ascii_hexdigit() || matches!(b, b'/' | b'\\' | b'[' | b':' | b'('))
        }
        _ => {
            start = open;
            stop = end;
            left.is_some_and(|b| is_word(b) || matches!(b, b':' | b'/')) && right.is_some()
        }
    };
    if !fits {
        return None;
    }
    if meant == "." {
        join_broken_label(writer, start);
        join_mailbox(writer, start);
    }
    writer.replace(start, stop, meant);
    Some(stop)
}

/// `mail[.]kyiv-`, a line end, `news[.]info`: no label ends with a hyphen, so a name that was defanged before it and goes
/// on with a defanged dot was broken there. The label before the dot at `dot` is looked at.
fn join_broken_label(writer: &mut Writer<'_>, dot: usize) {
    let bytes = writer.text.as_bytes();
    let pending = &bytes[writer.done..dot];
    let label = pending.iter().rev().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    let begin = dot - label;
    let blanks = bytes[writer.done..begin].iter().rev().take(3).take_while(|b| b.is_ascii_whitespace()).count();
    let hyphen = begin - blanks;
    let broken = label > 0 && bytes[hyphen..begin].contains(&b'\n') && writer.before(hyphen) == Some(b'-');
    // The name's first part: nothing but a label between the last defanged dot and the hyphen.
    let of_a_name = writer.edits.last().is_some_and(|edit| edit.length == 1 && edit.end as usize == writer.done)
        && bytes[writer.done..hyphen].iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    if broken && of_a_name && hyphen > writer.done {
        writer.replace(hyphen, begin, "");
    }
}

/// `big.boss at evil[.]com`: the host's first dot is defanged, and what stands before "at" is no word of prose.
fn join_mailbox(writer: &mut Writer<'_>, dot: usize) {
    let bytes = writer.text.as_bytes();
    let label = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'-';
    let host = dot - bytes[writer.done..dot].iter().rev().take(64).take_while(label).count();
    if let Some(at) = spelled::mailbox_before(bytes, writer.done, host, |b| matches!(b, b'.' | b'_' | b'+')) {
        writer.replace(at, at + 4, "@");
    }
}

/// `evil[.com` and `evil[.com]`.
fn one_sided(writer: &mut Writer<'_>, open: usize, right: usize, meant: &str) -> usize {
    let bytes = writer.text.as_bytes();
    if !writer.before(open).is_some_and(|b| is_word(b) || b == b'-') {
        return open + 1;
    }
    writer.replace(open, right, meant);
    // `[.com]` closes after one label: what follows it belongs to the same value.
    let label = bytes[right..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    if bytes.get(right + label) == Some(&b']') {
        writer.replace(right + label, right + label + 1, "");
        return right + label + 1;
    }
    right
}

/// `evil.]com`.
pub(super) fn closing(writer: &mut Writer<'_>, at: usize) -> usize {
    let bytes = writer.text.as_bytes();
    let one_sided = at >= 2
        && at > writer.done + 1
        && bytes[at] == b']'
        && matches!(bytes[at - 1], b'.' | b',')
        && is_word(bytes[at - 2])
        && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    if one_sided {
        writer.replace(at - 1, at + 1, ".");
    }
    at + 1
}
