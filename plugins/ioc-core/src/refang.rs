//! Takes the defanging out of a text before anything is looked for in it, and keeps a map back to the original: one pass,
//! a copy only where something was changed.
//!
//! Styles: `[.]` `(.)` `{.}` `[dot]` `[,]` and one-sided `[.` `.]`, ` dot `, `\.`, `[:]` `[://]` `[/]`, `[at]` `[@]`,
//! `[www]`, `%2E`, with white space, a line end or a cell border around them. Schemes (`hxxp`, `h**p`, `meow`) are left
//! to the URL grammar.

use brackets::{bracket, closing};
use huntsmith_text::next_where;
use memchr::memmem;
use percent::{Token, percent};
use spelled::Spelled;

mod brackets;
mod percent;
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
    let near = &bytes[from..at];
    // The sign of a scheme is no separator of a path: `hxxp:\\evil\.com`.
    let letters = |part: &[u8]| part.iter().all(|b| b.is_ascii_alphabetic() || *b == b'*');
    let scheme = memmem::rfind(near, b":\\\\").filter(|sign| *sign >= 3 && letters(&near[sign - 3..*sign]));
    let value = near[scheme.map_or(0, |sign| sign + 3)..]
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
        check("from: boss at evil[.]com", "from: boss@evil.com");
        check("their mail address is boss at evil[.]com", "their mail address is boss@evil.com");
        check("orders from its server at evil[.]com", "orders from its server at evil.com");
        check("mails from a host at evil[.]com", "mails from a host at evil.com");
        check("from infrastructure at evil dot com", "from infrastructure at evil.com");
        check("the sender's page, hosted at evil[.]com", "the sender's page, hosted at evil.com");
        check("contact us at evil[.]com", "contact us at evil.com");
        check("files from the dropper at evil[.]com", "files from the dropper at evil.com");
        check("came from a campaign we saw at evil[.]com", "came from a campaign we saw at evil.com");
        check("by ssh at panel dot evil dot com", "by ssh at panel.evil.com");
        check("mail[.]kyiv-\nnews[.]info", "mail.kyiv-news.info");
        check("2001[:]db8[::]1", "2001:db8::1");
        check("[www].evil.com [www][.]evil[.]com", "www.evil.com www.evil.com");
        check("hxxp:\\\\cdn\\.evil\\.com/x", "hxxp:\\\\cdn.evil.com/x");
        check("at 45.77.36.[243], and a[7]", "at 45.77.36.243, and a[7]");
        check("evil[.com]/x", "evil.com/x");
        check("ET MALWARE (cdn.evil .com) in TLS", "ET MALWARE (cdn.evil.com) in TLS");
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
            "(see .NET) and (no .such-root)",
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
