//! The tokens of the HTML standard, as far as text depends on them: tag names, attributes, comments and raw text, with
//! an end for each that the author forgot to close.

use crate::attributes::Attribute;
use crate::builder::Builder;
use crate::tags::Tag;
use crate::tree::{Node, NodeId};
use memchr::{memchr, memchr2, memmem};

impl Builder<'_> {
    /// Comments, document types, CDATA and processing instructions.
    pub(crate) fn skip_declaration(&mut self) {
        let rest = &self.bytes()[self.position..];
        if rest.starts_with(b"!--") {
            // `<!-->` and `<!--->` are whole comments: the closing `-->` may share the opening's hyphens.
            let body = &rest[3..];
            let end = if body.starts_with(b"->") {
                Some(2)
            } else if body.starts_with(b">") {
                Some(1)
            } else if self.unclosed.contains(&Tag::Other) {
                None
            } else {
                let plain = memmem::find(body, b"-->");
                let odd = plain.and_then(|plain| memmem::find(&body[..plain], b"--!>"));
                odd.map(|odd| odd + 4).or(plain.map(|plain| plain + 3))
            };
            if let Some(end) = end {
                self.position += 3 + end;
                return;
            }
            // A comment that nobody closed must not swallow the article: it ends with its line, or at its first `>`.
            self.unclosed.push(Tag::Other);
            self.position += memchr2(b'>', b'\n', rest).map_or(rest.len(), |end| end + 1);
            return;
        }
        if rest.len() > 8 && rest[1..8].eq_ignore_ascii_case(b"doctype") {
            self.tree.is_page = true;
        }
        if rest.starts_with(b"![CDATA[")
            && let Some(end) = memmem::find(rest, b"]]>").filter(|_| !self.unclosed.contains(&Tag::Plaintext))
        {
            let from = self.position + 8;
            self.add_text(from, self.position + end, false);
            self.position += end + 3;
            return;
        } else if rest.starts_with(b"![CDATA[") {
            self.unclosed.push(Tag::Plaintext);
        }
        self.position += memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
    }

    /// Reads a tag's name at `from`; `Other` for long and unknown ones.
    pub(crate) fn name(&self, from: usize) -> (Tag, u32, usize) {
        let rest = &self.bytes()[from..];
        let length =
            rest.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(rest.len());
        let mut lower = [0u8; 12];
        let tag = if length <= lower.len() {
            for (to, byte) in lower.iter_mut().zip(&rest[..length]) {
                *to = byte.to_ascii_lowercase();
            }
            Tag::named(&lower[..length])
        } else {
            Tag::Other
        };
        let mut name = 0;
        if matches!(tag, Tag::Other | Tag::Phrase) {
            // FNV-1a.
            name = rest[..length].iter().fold(0x811c_9dc5, |hash: u32, byte| {
                (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
            });
        }
        (tag, name, from + length)
    }

    /// Attributes up to the tag's `>`; whether it closes itself.
    pub(crate) fn attributes(&mut self) -> ((u32, u32), bool) {
        let bytes = self.bytes();
        let first = self.tree.attributes.len() as u32;
        let mut at = self.position;
        let mut self_closing = false;
        loop {
            while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
                self_closing = bytes[at] == b'/';
                at += 1;
            }
            match bytes.get(at) {
                None => break,
                Some(b'>') => {
                    at += 1;
                    break;
                }
                _ => self_closing = false,
            }
            let name_from = at;
            at += 1;
            while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'/' | b'>' | b'=')) {
                at += 1;
            }
            let name = &bytes[name_from..at];
            let mut next = at;
            while bytes.get(next).is_some_and(u8::is_ascii_whitespace) {
                next += 1;
            }
            let (mut from, mut to) = (at, at);
            if bytes.get(next) == Some(&b'=') {
                at = next + 1;
                while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                match bytes.get(at) {
                    Some(quote @ (b'"' | b'\'')) => {
                        from = at + 1;
                        // A quote that nobody closed ends with its tag, or it would swallow the page.
                        to = match memchr(*quote, &bytes[from..]) {
                            Some(length) => from + length,
                            None => from + memchr(b'>', &bytes[from..]).unwrap_or(bytes.len() - from),
                        };
                        at = (to + usize::from(bytes.get(to) == Some(quote))).min(bytes.len());
                    }
                    _ => {
                        from = at;
                        while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && *b != b'>') {
                            at += 1;
                        }
                        to = at;
                    }
                }
            }
            if let Some(name) = Attribute::written(name) {
                // The first of a name counts.
                if !self.tree.attributes[first as usize..].iter().any(|(before, ..)| *before == name) {
                    self.tree.attributes.push((name, from as u32, to as u32));
                }
            }
        }
        self.position = at;
        ((first, self.tree.attributes.len() as u32), self_closing)
    }

    /// Everything up to the element's own end tag. Where that is missing, only the start tag is dropped.
    pub(crate) fn raw_text(&mut self, tag: Tag, references: bool) {
        if self.unclosed.contains(&tag) {
            return;
        }
        let bytes = self.bytes();
        let from = self.position;
        let mut search = from;
        let mut depth = 0;
        let nests = matches!(tag, Tag::Svg | Tag::Math);
        while let Some(offset) = memchr(b'<', &bytes[search..]) {
            let at = search + offset;
            search = at + 1;
            let close = bytes.get(at + 1) == Some(&b'/');
            let name = at + 1 + usize::from(close);
            let Some(rest) = bytes.get(name..) else { break };
            let length = tag.as_bytes().len();
            let same = rest.len() > length
                && rest[..length].eq_ignore_ascii_case(tag.as_bytes())
                && (rest[length].is_ascii_whitespace() || matches!(rest[length], b'>' | b'/'));
            if !same {
                continue;
            }
            if !close {
                depth += usize::from(nests);
            } else if depth > 0 {
                depth -= 1;
            } else {
                let node = self.tree.nodes.len() as NodeId - 1;
                self.open.push(node);
                let head = tag == Tag::Title || !references;
                if head && from < at {
                    let parent = node;
                    let end = self.tree.nodes.len() as NodeId + 1;
                    let references = references && memchr(b'&', &bytes[from..at]).is_some();
                    self.tree.nodes.push(Node {
                        is_text: true,
                        parent,
                        end,
                        from: from as u32,
                        to: at as u32,
                        references,
                        ..Node::default()
                    });
                }
                self.open.pop();
                self.position = name + memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
                return;
            }
        }
        self.unclosed.push(tag);
    }
}
