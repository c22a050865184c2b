//! HTML to a tree, in time linear in the input: the tokens of the HTML standard, and the part of its tree building
//! that decides where text belongs (implied end tags, raw text, misnested inline elements). Nodes lie in document
//! order in one arena, so that no walk over them needs recursion.

use crate::tags::Tag;
use memchr::{memchr, memchr2, memmem};
use std::borrow::Cow;

/// Elements nested deeper than this are read as part of their ancestor at this depth. Pages of word processors reach
/// about 60; the bound keeps every step of the tree building constant.
pub const MAX_DEPTH: usize = 256;

/// The attributes that readers use; others are not kept.
const ATTRIBUTES: [&str; 23] = [
    "alt", "aria-hidden", "class", "colspan", "content", "data-cfemail", "datetime", "hidden", "href", "http-equiv", "id",
    "itemprop", "lang", "name", "property", "rel", "role", "rowspan", "src", "style", "title", "type", "charset",
];

/// Index into the tree's nodes.
pub type NodeId = u32;

/// An element, or a run of text.
#[derive(Debug, Clone, Default)]
pub struct Node {
    pub tag: Tag,
    /// Tells the names of `Other` and `Phrase` elements apart.
    name: u32,
    pub is_text: bool,
    pub parent: NodeId,
    /// One past the last node below this one: nodes `id + 1 .. end` are its descendants.
    pub end: NodeId,
    /// Text: its range in the source. Element: its range in the attributes.
    from: u32,
    to: u32,
    /// Text with character references in it.
    references: bool,
}

/// A document. Node 0 is the root, above `html`.
#[derive(Debug, Default)]
pub struct Tree<'a> {
    source: &'a str,
    pub nodes: Vec<Node>,
    attributes: Vec<(u8, u32, u32)>,
    /// Elements that were too deep to keep as such.
    pub flattened: usize,
    /// Any start or end tag at all was seen.
    pub has_markup: bool,
    /// `html`, `head`, `body` or a document type was seen: a page, not a fragment.
    pub is_page: bool,
}

impl<'a> Tree<'a> {
    /// Reads markup. Whatever the input, there is a tree.
    pub fn parse(source: &'a str) -> Tree<'a> {
        let mut tree = Tree { source, ..Tree::default() };
        tree.nodes.push(Node::default());
        Builder { tree, open: vec![0], position: 0, unclosed: Vec::new(), seen: Vec::new(), beyond: Vec::new() }.run()
    }

    /// An attribute's value, character references resolved.
    pub fn attribute(&self, id: NodeId, name: &str) -> Option<Cow<'a, str>> {
        let node = &self.nodes[id as usize];
        if node.is_text {
            return None;
        }
        let wanted = ATTRIBUTES.iter().position(|a| *a == name)? as u8;
        let (_, from, to) =
            self.attributes[node.from as usize..node.to as usize].iter().find(|(index, ..)| *index == wanted)?;
        Some(htmlize::unescape_attribute(&self.source[*from as usize..*to as usize]))
    }

    /// A text node's text, character references resolved.
    pub fn text(&self, id: NodeId) -> Cow<'a, str> {
        let node = &self.nodes[id as usize];
        if !node.is_text {
            return Cow::Borrowed("");
        }
        let raw = &self.source[node.from as usize..node.to as usize];
        if node.references { htmlize::unescape(raw) } else { Cow::Borrowed(raw) }
    }

    /// All text below a node, with a space where elements begin and end.
    pub fn inner_text(&self, id: NodeId) -> String {
        let mut text = String::new();
        for child in id + 1..self.nodes[id as usize].end {
            let node = &self.nodes[child as usize];
            if node.is_text {
                text.push_str(&self.text(child));
            } else if !node.tag.is_inline() || node.tag == Tag::Br {
                text.push(' ');
            }
        }
        text
    }

    /// The text node's length in bytes as written, white space at the ends not counted.
    pub fn written_length(&self, id: NodeId) -> usize {
        let node = &self.nodes[id as usize];
        self.source[node.from as usize..node.to as usize].trim().len()
    }
}

struct Builder<'a> {
    tree: Tree<'a>,
    open: Vec<NodeId>,
    position: usize,
    /// Raw-text elements whose end tag is known not to come any more.
    unclosed: Vec<Tag>,
    /// Which of `html`, `head` and `body` there were.
    seen: Vec<Tag>,
    /// Open elements beyond the depth that is kept.
    beyond: Vec<(Tag, u32)>,
}

impl<'a> Builder<'a> {
    fn run(mut self) -> Tree<'a> {
        let bytes = self.tree.source.as_bytes();
        let mut text_from = 0;
        while let Some(offset) = memchr(b'<', &bytes[self.position..]) {
            let at = self.position + offset;
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            let is_markup = next.is_ascii_alphabetic()
                || next == b'!'
                || next == b'?'
                || (next == b'/' && bytes.get(at + 2).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'>'));
            if !is_markup {
                self.position = at + 1;
                continue;
            }
            self.add_text(text_from, at, true);
            self.position = at + 1;
            match next {
                b'!' | b'?' => self.skip_declaration(),
                b'/' => self.end_tag(),
                _ => self.start_tag(),
            }
            text_from = self.position;
        }
        self.add_text(text_from, bytes.len(), true);
        let end = self.tree.nodes.len() as NodeId;
        for id in self.open {
            self.tree.nodes[id as usize].end = end;
        }
        self.tree
    }

    fn bytes(&self) -> &'a [u8] {
        self.tree.source.as_bytes()
    }

    fn add_text(&mut self, from: usize, to: usize, references: bool) {
        if from >= to {
            return;
        }
        let raw = &self.bytes()[from..to];
        let references = references && memchr(b'&', raw).is_some();
        if !raw.iter().all(u8::is_ascii_whitespace) {
            self.leave_head();
        }
        let parent = self.top();
        let end = self.tree.nodes.len() as NodeId + 1;
        self.tree.nodes.push(Node { is_text: true, parent, end, from: from as u32, to: to as u32, references, ..Node::default() });
    }

    /// Comments, document types, CDATA and processing instructions.
    fn skip_declaration(&mut self) {
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
    fn name(&self, from: usize) -> (Tag, u32, usize) {
        let rest = &self.bytes()[from..];
        let length = rest.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(rest.len());
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

    fn end_tag(&mut self) {
        let (tag, name, after) = self.name(self.position + 1);
        let rest = &self.bytes()[after..];
        self.position = after + memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
        self.tree.has_markup = true;
        match tag {
            Tag::Html | Tag::Body => self.tree.is_page = true,
            Tag::Br => self.insert(Tag::Br, 0, (0, 0)),
            _ => self.close(tag, name),
        }
    }

    fn start_tag(&mut self) {
        let (tag, name, after) = self.name(self.position);
        self.position = after;
        let (attributes, self_closing) = self.attributes();
        self.tree.has_markup = true;
        match tag {
            Tag::Html | Tag::Body | Tag::Head => {
                self.tree.is_page = true;
                if tag == Tag::Body {
                    self.leave_head();
                }
                if self.seen.contains(&tag) || self.open.len() > 3 {
                    return;
                }
                self.seen.push(tag);
            }
            Tag::Meta | Tag::Link | Tag::Title | Tag::Script | Tag::Style | Tag::Base | Tag::Noscript | Tag::Template => {}
            _ => self.leave_head(),
        }
        self.imply_ends(tag);
        self.insert(tag, name, attributes);
        if tag.is_void() || (self_closing && matches!(tag, Tag::Svg | Tag::Math)) {
            return;
        }
        let node = self.tree.nodes.len() - 1;
        if let Some(references) = tag.raw() {
            self.raw_text(tag, references);
            self.tree.nodes[node].end = self.tree.nodes.len() as NodeId;
        } else if self.open.len() < MAX_DEPTH {
            self.open.push(node as NodeId);
        } else {
            self.tree.flattened += 1;
            self.beyond.push((tag, name));
        }
    }

    /// Everything up to the element's own end tag. Where that is missing, only the start tag is dropped.
    fn raw_text(&mut self, tag: Tag, references: bool) {
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
                    self.tree.nodes.push(Node { is_text: true, parent, end, from: from as u32, to: at as u32, references, ..Node::default() });
                }
                self.open.pop();
                self.position = name + memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
                return;
            }
        }
        self.unclosed.push(tag);
    }

    /// Attributes up to the tag's `>`; whether it closes itself.
    fn attributes(&mut self) -> ((u32, u32), bool) {
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
            let known = ATTRIBUTES.iter().position(|a| name.eq_ignore_ascii_case(a.as_bytes()));
            if let Some(index) = known {
                let index = index as u8;
                let seen = &self.tree.attributes[first as usize..];
                if seen.len() < 32 && !seen.iter().any(|(i, ..)| *i == index) {
                    self.tree.attributes.push((index, from as u32, to as u32));
                }
            }
        }
        self.position = at;
        ((first, self.tree.attributes.len() as u32), self_closing)
    }

    fn top(&self) -> NodeId {
        self.open.last().copied().unwrap_or(0)
    }

    fn insert(&mut self, tag: Tag, name: u32, (from, to): (u32, u32)) {
        let parent = self.top();
        let end = self.tree.nodes.len() as NodeId + 1;
        self.tree.nodes.push(Node { tag, name, parent, end, from, to, ..Node::default() });
    }

    fn tag(&self, id: NodeId) -> Tag {
        self.tree.nodes[id as usize].tag
    }

    /// Closes the open elements from index `to` of the stack on.
    fn pop_to(&mut self, to: usize) {
        let end = self.tree.nodes.len() as NodeId;
        for id in self.open.drain(to.max(1)..) {
            self.tree.nodes[id as usize].end = end;
        }
    }

    fn leave_head(&mut self) {
        if let Some(index) = self.open.iter().take(4).position(|id| self.tag(*id) == Tag::Head) {
            self.pop_to(index);
        }
    }

    /// The innermost open element among `wanted`, not looking past one of `limits`.
    fn find_open(&self, wanted: &[Tag], limits: &[Tag]) -> Option<usize> {
        for index in (1..self.open.len()).rev() {
            let tag = self.tag(self.open[index]);
            if wanted.contains(&tag) {
                return Some(index);
            }
            if limits.contains(&tag) {
                return None;
            }
        }
        None
    }

    /// End tags that a start tag implies.
    fn imply_ends(&mut self, tag: Tag) {
        use Tag::*;
        let (wanted, limits): (&[Tag], &[Tag]) = match tag {
            Li => (&[Li], &[Ul, Ol, Menu, Table, Td, Th, Blockquote, Div, Section, Article]),
            Dd | Dt => (&[Dd, Dt], &[Dl, Table, Td, Th, Div]),
            Option => (&[Option], &[Select]),
            Td | Th => (&[Td, Th, Caption], &[Table, Tr]),
            Tr => (&[Tr, Caption], &[Table]),
            Thead | Tbody | Tfoot => (&[Thead, Tbody, Tfoot, Caption], &[Table]),
            A => (&[A], &[P, Div, Li, Td, Th, Table, Section, Article]),
            _ if tag.heading().is_some() => (&[H1, H2, H3, H4, H5, H6], &[Div, Section, Article, Td, Th, Table, Li]),
            _ => (&[], &[]),
        };
        if !wanted.is_empty() && let Some(index) = self.find_open(wanted, limits) {
            self.pop_to(index);
        }
        if tag.ends_paragraph()
            && let Some(index) = self.find_open(&[P], &[Td, Th, Table, Caption, Button, Object, Div, Section, Article, Li])
        {
            self.pop_to(index);
        }
    }

    fn close(&mut self, tag: Tag, name: u32) {
        use Tag::*;
        if let Some(index) = self.beyond.iter().rev().take(16).position(|open| *open == (tag, name)) {
            self.beyond.truncate(self.beyond.len() - 1 - index);
            return;
        }
        self.beyond.clear();
        let limits: &[Tag] = match tag {
            Table => &[],
            Thead | Tbody | Tfoot | Tr | Td | Th | Caption => &[Table],
            Li => &[Ul, Ol, Menu, Table],
            _ => &[Table, Td, Th, Caption],
        };
        let same: &[Tag] = if tag.heading().is_some() { &[H1, H2, H3, H4, H5, H6] } else { &[tag] };
        let found = if matches!(tag, Other | Phrase) {
            let named = |id: &NodeId| self.tag(*id) == tag && self.tree.nodes[*id as usize].name == name;
            self.open.iter().rposition(named)
        } else {
            self.find_open(same, limits)
        };
        let Some(index) = found else { return };
        if tag.is_inline() && self.open[index + 1..].iter().any(|id| !self.tag(*id).is_inline()) {
            // `<b><p>…</b>…</p>`: the paragraph goes on.
            return;
        }
        self.pop_to(index);
    }
}
