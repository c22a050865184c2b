//! Broken XML, as feeds in the wild have it, made well-formed: bare ampersands and HTML's named characters, markup
//! pasted into text elements, tags that were never or wrongly closed, control characters, a file that breaks off.

use huntsmith_sdk::time;

/// Elements of RSS that hold text alone; markup in them was meant as text.
const TEXT_ELEMENTS: [&str; 12] = [
    "title",
    "description",
    "content:encoded",
    "link",
    "guid",
    "pubDate",
    "author",
    "category",
    "dc:creator",
    "dc:date",
    "dc:subject",
    "comments",
];
/// Elements of Atom that hold a date.
const DATES: [&str; 2] = ["updated", "published"];

/// Elements nested deeper than this are left out; feeds with XHTML in them reach about 30.
const MAX_DEPTH: usize = 200;
/// No date is longer, in bytes.
const DATE_LENGTH: usize = 120;

/// What was done.
#[derive(Debug, Default, PartialEq)]
pub struct Repairs {
    /// The input ended inside an element.
    pub truncated: bool,
    /// Dates of Atom entries that could not be read and were left out.
    pub dates: usize,
}

/// Rewrites `xml`, from its root element on, so that a strict parser takes it.
pub fn mend(xml: &str, is_atom: bool) -> (String, Repairs) {
    let mut mender =
        Mender { rest: xml, out: String::with_capacity(xml.len() + 64), open: Vec::new(), repairs: Repairs::default() };
    mender.run(is_atom);
    (mender.out, mender.repairs)
}

struct Mender<'a> {
    rest: &'a str,
    out: String,
    open: Vec<&'a str>,
    repairs: Repairs,
}

impl<'a> Mender<'a> {
    fn run(&mut self, is_atom: bool) {
        let mut begun = false;
        while !self.rest.is_empty() {
            if begun && self.open.is_empty() {
                return;
            }
            let Some(at) = self.rest.find('<') else {
                self.text(self.rest);
                break;
            };
            let (text, tag) = self.rest.split_at(at);
            if !self.open.is_empty() {
                self.text(text);
            }
            self.rest = tag;
            if let Some(body) = tag.strip_prefix("<![CDATA[") {
                let end = body.find("]]>");
                if !self.open.is_empty() {
                    let clean: String = body[..end.unwrap_or(body.len())].chars().filter(|c| is_xml(*c)).collect();
                    self.out.push_str("<![CDATA[");
                    self.out.push_str(&clean);
                    self.out.push_str("]]>");
                }
                self.rest = end.map_or("", |end| &body[end + 3..]);
            } else if let Some(body) = tag.strip_prefix("<!--") {
                // A comment that is not closed ends with its line.
                let end = body.find("-->").map(|end| end + 3).or_else(|| body.find('\n')).unwrap_or(body.len());
                self.rest = &body[end..];
            } else if tag.starts_with("<!") || tag.starts_with("<?") {
                self.rest = &tag[tag.find('>').map_or(tag.len(), |end| end + 1)..];
            } else if let Some(name) = name_at(&tag[1..]) {
                begun |= self.start_tag(name, is_atom);
            } else if let Some(name) = tag.strip_prefix("</").and_then(name_at) {
                self.end_tag(name);
            } else {
                self.out.push_str("&lt;");
                self.rest = &tag[1..];
            }
        }
        self.repairs.truncated = !self.open.is_empty();
        while let Some(name) = self.open.pop() {
            self.close(name);
        }
    }

    fn text(&mut self, text: &str) {
        if !text.contains('&') {
            self.out.extend(
                text.chars()
                    .filter(|c| is_xml(*c))
                    .flat_map(|c| if c == '>' { vec!['&', 'g', 't', ';'] } else { vec![c] }),
            );
            return;
        }
        escape(&htmlize::unescape(text), &mut self.out);
    }

    /// Inside an element of text every tag is text.
    fn in_text(&self, is_atom: bool) -> bool {
        !is_atom && self.open.last().is_some_and(|open| TEXT_ELEMENTS.contains(open))
    }

    fn start_tag(&mut self, name: &'a str, is_atom: bool) -> bool {
        let tag = self.rest;
        let end = match tag_end(tag) {
            End::At(end) => end,
            End::NoTag => {
                self.out.push_str(if self.open.is_empty() { "" } else { "&lt;" });
                self.rest = &tag[1..];
                return false;
            }
            End::Missing => {
                // The input breaks off inside the tag.
                self.repairs.truncated = true;
                self.rest = "";
                return true;
            }
        };
        // A new item ends the text of the one before it, however that was left open.
        let new_item = matches!(name, "item" | "entry");
        if self.in_text(is_atom) && !new_item {
            escape(&tag[..end], &mut self.out);
            self.rest = &tag[end..];
            return true;
        }
        if new_item && let Some(open) = self.open.iter().position(|open| *open == name) {
            self.close_to(open);
        } else if new_item {
            while self.open.last().is_some_and(|open| TEXT_ELEMENTS.contains(open)) {
                self.close_to(self.open.len() - 1);
            }
        }
        self.rest = &tag[end..];
        if is_atom && DATES.contains(&name) {
            let close = format!("</{name}>");
            let mut near = self.rest.len().min(DATE_LENGTH);
            while !self.rest.is_char_boundary(near) {
                near -= 1;
            }
            if let Some(length) = self.rest[..near].find(&close) {
                match time::parse(self.rest[..length].trim()) {
                    Some(date) => self.out.push_str(&format!("<{name}>{date}</{name}>")),
                    None => self.repairs.dates += usize::from(!self.rest[..length].trim().is_empty()),
                }
                self.rest = &self.rest[length + close.len()..];
            }
            return true;
        }
        if self.open.len() > MAX_DEPTH {
            return true;
        }
        let inner = &tag[1 + name.len()..end - 1];
        let (inner, closed) = match inner.trim_end().strip_suffix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        self.out.push('<');
        self.out.push_str(name);
        attributes(inner, &mut self.out);
        if closed {
            self.out.push_str("/>");
        } else {
            self.out.push('>');
            self.open.push(name);
        }
        true
    }

    fn end_tag(&mut self, name: &'a str) {
        let tag = self.rest;
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        self.rest = &tag[end..];
        match self.open.iter().rposition(|open| *open == name) {
            Some(index) => {
                let structural = matches!(name, "item" | "channel" | "rss" | "entry" | "feed" | "rdf:RDF");
                let text_open = self.open.last().is_some_and(|open| TEXT_ELEMENTS.contains(open) && *open != name);
                if text_open && !structural {
                    escape(&tag[..end], &mut self.out);
                } else {
                    self.close_to(index);
                }
            }
            None if !self.open.is_empty() => escape(&tag[..end], &mut self.out),
            None => {}
        }
    }

    fn close_to(&mut self, index: usize) {
        while self.open.len() > index {
            if let Some(name) = self.open.pop() {
                self.close(name);
            }
        }
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}

/// The element name at the start, if there is one.
fn name_at(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.'))).unwrap_or(text.len());
    let name = &text[..end];
    name.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(name)
}

/// Where a tag ends.
enum End {
    /// Behind its `>`.
    At(usize),
    /// Another `<` comes first: what looked like a tag is text.
    NoTag,
    Missing,
}

/// Quotes are observed; one that is never closed does not count.
fn tag_end(tag: &str) -> End {
    let Some(plain) = tag.find('>') else { return End::Missing };
    let mut quote = None;
    for (index, byte) in tag.bytes().enumerate().skip(1).take(plain + 4096) {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'>', None) => return End::At(index + 1),
            (b'<', None) => return End::NoTag,
            _ => {}
        }
    }
    End::At(plain + 1)
}

/// Whether elements are nested deeper than any feed's: the parsers walk some of them by recursion.
pub fn is_deep(xml: &str) -> bool {
    let (mut depth, mut rest) = (0usize, xml);
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let skip = ["<![CDATA[", "<!--"].iter().zip(["]]>", "-->"]).find(|(open, _)| rest.starts_with(**open));
        if let Some((_, close)) = skip {
            rest = rest.find(close).map_or("", |end| &rest[end..]);
            continue;
        }
        // The input breaks off inside the tag.
        let Some(end) = rest.find('>') else { break };
        match rest.as_bytes().get(1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') => {}
            _ if rest[..end].ends_with('/') => {}
            _ => depth += 1,
        }
        if depth > MAX_DEPTH {
            return true;
        }
        rest = &rest[end + 1..];
    }
    false
}

/// Attributes with quotes round their values, each name once.
fn attributes(text: &str, out: &mut String) {
    let mut rest = text.trim_start();
    let mut seen: Vec<&str> = Vec::new();
    while let Some(name) = name_at(rest).filter(|_| seen.len() < 64) {
        rest = rest[name.len()..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (from, end) = match quote {
                Some(quote) => (1, after[1..].find(quote).map_or(after.len(), |end| end + 1)),
                None => (0, after.find(char::is_whitespace).unwrap_or(after.len())),
            };
            value = &after[from..end];
            rest = after[(end + from).min(after.len())..].trim_start();
        }
        if !seen.contains(&name) {
            seen.push(name);
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(&htmlize::unescape_attribute(value), out);
            out.push('"');
        }
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars().filter(|c| is_xml(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// Characters of XML 1.0.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn broken_forms_become_well_formed() {
        for (broken, whole) in [
            ("<rss><a>x & y&nbsp;z &lt;b></a></rss>", "<rss><a>x &amp; y\u{a0}z &lt;b&gt;</a></rss>"),
            (
                "junk <rss><item><title>A<br>B</title></item></rss> junk",
                "<rss><item><title>A&lt;br&gt;B</title></item></rss>",
            ),
            ("<rss><item><title>A</item></rss>", "<rss><item><title>A</title></item></rss>"),
            (
                "<rss><item><title>A<item><title>B",
                "<rss><item><title>A</title></item><item><title>B</title></item></rss>",
            ),
            ("<rss><b x=1 y='a&b' x=2/></rss>", "<rss><b x=\"1\" y=\"a&amp;b\"/></rss>"),
            ("<rss><a>\u{1}1 < 2</a></rss>", "<rss><a>1 &lt; 2</a></rss>"),
            ("<rss><a><![CDATA[<p>&", "<rss><a><![CDATA[<p>&]]></a></rss>"),
            ("<rss><link hre", "<rss></rss>"),
        ] {
            assert_eq!(mend(broken, false).0, whole, "{broken}");
        }
    }

    #[test]
    fn dates_of_atom_are_read_or_left_out() {
        let (xml, repairs) = mend("<feed><updated>May 9, 2016</updated><published>soon</published></feed>", true);
        assert_eq!(xml, "<feed><updated>2016-05-09T00:00:00Z</updated></feed>");
        assert_eq!(repairs.dates, 1);
    }
}
