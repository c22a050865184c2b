//! Takes the defanging out of a text before anything is looked for in it, and keeps a map back to the original: one pass,
//! a copy only where something was changed.
//!
//! Styles: `[.]` `(.)` `{.}` `[dot]` `[,]` and one-sided `[.` `.]`, ` dot `, `\.`, `[:]` `[://]` `[/]`, `[at]` `[@]`,
//! `[www]`, `%2E`, with white space, a line end or a cell border around them. Schemes (`hxxp`, `h**p`, `meow`) are left
//! to the URL grammar.

use huntsmith_text::next_where;
use memchr::memmem;
use spelled::Spelled;

mod spelled;

/// One replacement.
#[derive(Debug, Clone, Copy)]
struct Edit {
    /// Where the replacement stands in the refanged text, and its length.
    at: u32,
    length: u32,
    /// What it stands for in the original.
    start: u32,
    end: u32,
}

/// A text without defanging, and the way back.
#[derive(Debug)]
pub struct Refanged<'a> {
    original: &'a str,
    changed: Option<String>,
    edits: Vec<Edit>,
}

impl<'a> Refanged<'a> {
    pub fn text(&self) -> &str {
        self.changed.as_deref().unwrap_or(self.original)
    }

    pub fn original(&self) -> &'a str {
        self.original
    }

    /// The range of the original that a range of the refanged text stands for.
    pub fn span(&self, start: usize, end: usize) -> (usize, usize) {
        (self.back(start, false), self.back(end, true))
    }

    /// The author defanged something in this range of the refanged text.
    pub fn touched(&self, start: usize, end: usize) -> bool {
        let at = self.edits.partition_point(|edit| edit.at < start as u32);
        let within = self.edits.get(at).is_some_and(|edit| (edit.at as usize) < end);
        let before = at > 0 && {
            let edit = self.edits[at - 1];
            (edit.at + edit.length) as usize > start
        };
        within || before
    }

    fn back(&self, position: usize, is_end: bool) -> usize {
        let position32 = position as u32;
        let at = self.edits.partition_point(|edit| if is_end { edit.at < position32 } else { edit.at <= position32 });
        let Some(edit) = at.checked_sub(1).map(|at| self.edits[at]) else { return position };
        if position32 < edit.at + edit.length {
            return if is_end { edit.end as usize } else { edit.start as usize };
        }
        (edit.end + (position32 - edit.at - edit.length)) as usize
    }
}

/// Whether a defanging mark can begin with it, `.` aside.
fn is_mark(byte: u8) -> bool {
    // `[`, `\\`, `]` and, 32 higher, `{`, `|`, `}`; then `(` and `)`. Without a branch, so that vectors are made of it.
    ((byte & !0x20).wrapping_sub(b'[') < 3) & (byte != b'|') | (byte & !1 == b'(') | (byte == b'%')
}

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

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

struct Writer<'a> {
    text: &'a str,
    out: String,
    edits: Vec<Edit>,
    /// Everything before it is in `out`.
    done: usize,
}

impl Writer<'_> {
    fn replace(&mut self, start: usize, end: usize, with: &str) {
        self.out.push_str(&self.text[self.done..start]);
        let at = self.out.len() as u32;
        self.out.push_str(with);
        self.edits.push(Edit { at, length: with.len() as u32, start: start as u32, end: end as u32 });
        self.done = end;
    }

    /// The last byte before `position` as it will read: of the output if all before it is done.
    fn before(&self, position: usize) -> Option<u8> {
        if position == self.done {
            self.out.as_bytes().last().copied()
        } else {
            self.text.as_bytes().get(position.wrapping_sub(1)).copied()
        }
    }
}

/// Takes the defanging out of `text`.
pub fn refang(text: &str) -> Refanged<'_> {
    let bytes = text.as_bytes();
    let mut writer = Writer { text, out: String::new(), edits: Vec::new(), done: 0 };
    let mut spelled = Spelled::new(text);
    let mut token = Token::default();
    let mut at = 0;
    while at < bytes.len() {
        // A spelled dot begins with a space and is found by its own searcher.
        let stop = spelled.next_from(at).unwrap_or(bytes.len());
        at = next_where(&bytes[..stop], at, is_mark);
        if at >= bytes.len() {
            break;
        }
        if at == stop {
            at = spelled.resolve(&mut writer);
            continue;
        }
        at = match bytes[at] {
            b'[' | b'(' | b'{' => bracket(&mut writer, at),
            b']' | b')' | b'}' => closing(&mut writer, at),
            b'\\' => backslash(&mut writer, at),
            _ => percent(&mut writer, &mut token, at),
        };
    }
    if writer.edits.is_empty() {
        return Refanged { original: text, changed: None, edits: Vec::new() };
    }
    writer.out.push_str(&text[writer.done..]);
    Refanged { original: text, changed: Some(writer.out), edits: writer.edits }
}

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

/// `[.]` and its kin. Returns where to go on.
fn bracket(writer: &mut Writer<'_>, open: usize) -> usize {
    let bytes = writer.text.as_bytes();
    let next = open + 1;
    let inner = next + usize::from(bytes.get(next) == Some(&b' '));
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
fn closing(writer: &mut Writer<'_>, at: usize) -> usize {
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

/// `evil\.com`, but not `C:\Users\.ssh`: the value before it holds no other backslash.
fn backslash(writer: &mut Writer<'_>, at: usize) -> usize {
    let bytes = writer.text.as_bytes();
    if bytes.get(at + 1) != Some(&b'.')
        || !bytes.get(at + 2).is_some_and(|b| is_word(*b))
        || !writer.before(at).is_some_and(is_word)
    {
        return at + 1;
    }
    let from = at.saturating_sub(64).max(writer.done);
    let value = bytes[from..at]
        .iter()
        .rev()
        .take_while(|b| is_word(**b) || matches!(b, b'-' | b'_' | b'.' | b'\\' | b':' | b'%' | b'$'))
        .copied();
    if value.clone().any(|b| matches!(b, b'\\' | b'%' | b'$')) {
        return at + 1;
    }
    writer.replace(at, at + 2, ".");
    at + 2
}

/// Where the white-space-delimited word around a position begins, and whether an address with a scheme began in it.
#[derive(Default)]
struct Token {
    seen: usize,
    plain_scheme: bool,
    /// The host of that address has ended.
    in_path: bool,
    encoded_scheme: bool,
}

impl Token {
    fn advance(&mut self, bytes: &[u8], to: usize) {
        let part = &bytes[self.seen.min(to)..to];
        self.seen = to;
        let from = match part.iter().rposition(u8::is_ascii_whitespace) {
            Some(space) => {
                (self.plain_scheme, self.in_path, self.encoded_scheme) = (false, false, false);
                space
            }
            None => 0,
        };
        let mut rest = &part[from..];
        if let Some(scheme) = memmem::find(rest, b"://").filter(|_| !self.plain_scheme) {
            self.plain_scheme = true;
            rest = &rest[scheme + 3..];
        }
        self.in_path |= self.plain_scheme && memchr::memchr3(b'/', b'?', b'#', rest).is_some();
    }
}

/// `http%3A%2F%2Fevil%2Ecom`. Inside an address that is written with a plain scheme, percent signs are its own.
fn percent(writer: &mut Writer<'_>, token: &mut Token, at: usize) -> usize {
    let bytes = writer.text.as_bytes();
    token.advance(bytes, at);
    let code = match bytes.get(at + 1..at + 3) {
        Some(code) if !token.in_path => [code[0], code[1].to_ascii_uppercase()],
        _ => return at + 1,
    };
    let left = writer.before(at);
    let right = bytes.get(at + 3).copied();
    let meant = match &code {
        b"2E" if left.is_some_and(is_word) && right.is_some_and(is_word) => ".",
        b"40" if left.is_some_and(is_word) && right.is_some_and(is_word) => "@",
        b"3A"
            if left.is_some_and(|b| b.is_ascii_alphabetic())
                && bytes[at + 3..].len() >= 6
                && bytes[at + 3..at + 9].eq_ignore_ascii_case(b"%2F%2F") =>
        {
            token.encoded_scheme = true;
            writer.replace(at, at + 9, "://");
            return at + 9;
        }
        b"3A" if token.encoded_scheme => ":",
        b"2F" if token.encoded_scheme => "/",
        _ => return at + 1,
    };
    writer.replace(at, at + 3, meant);
    at + 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(refang(text).text(), expected, "{text}");
    }

    #[test]
    fn every_mark_is_taken_out() {
        for mark in [
            "[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", " dot ", "[.", ".]", "\\.", "[,]", " [.] ", "[.] ",
            " (dot) ", "[ . ]", "%2E", "%2e", "[.]\n",
        ] {
            check(&format!("see evil{mark}com now"), "see evil.com now");
        }
        check("hxxp[:]//evil[.]com/a", "hxxp://evil.com/a");
        check("hxxp[://]evil[.]com/a", "hxxp://evil.com/a");
        check("http%3A%2F%2Fevil%2Ecom%2Fx", "http://evil.com/x");
        check("me[at]evil[.]com me (at) evil.com me[@]evil.com", "me@evil.com me@evil.com me@evil.com");
        check("a.b at evil dot com", "a.b@evil.com");
        check("mail boss at evil dot com", "mail boss@evil.com");
        check("by ssh at panel dot evil dot com", "by ssh at panel.evil.com");
        check("mail[.]kyiv-\nnews[.]info", "mail.kyiv-news.info");
        check("2001[:]db8[::]1", "2001:db8::1");
        check("[www].evil.com [www][.]evil[.]com", "www.evil.com www.evil.com");
        check("evil[.com]/x", "evil.com/x");
    }

    #[test]
    fn prose_and_code_stay() {
        for text in [
            "the dot com boom",
            "C:\\Users\\.ssh",
            "a[0].b (see. this)",
            "array[i]",
            "polka dot dress",
            "x [1] y",
            "http://a.example/?u=http%3A%2F%2Fb.example",
        ] {
            check(text, text);
        }
        check("it is hosted at evil dot com", "it is hosted at evil.com");
        // The blank of a spelled dot is taken already: what follows is read as if nothing had been spelled.
        check("imp[.] dot %3A\u{e9}", "imp.dot %3A\u{e9}");
    }

    #[test]
    fn spans_lead_back() {
        let text = "x evil [.] com y";
        let refanged = refang(text);
        let at = refanged.text().find("evil.com").unwrap();
        let (start, end) = refanged.span(at, at + 8);
        assert_eq!(&text[start..end], "evil [.] com");
        assert!(refanged.touched(at, at + 8));
        assert!(!refanged.touched(at + 8, at + 10));
    }
}
