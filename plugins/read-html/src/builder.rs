//! HTML to a tree, in time linear in the input: the part of the HTML standard's tree building that decides where text
//! belongs (implied end tags, misnested inline elements, what ends a paragraph or a list item).

use crate::tags::Tag;
use crate::tree::{Node, NodeId, Tree};
use memchr::memchr;

/// Elements nested deeper than this are read as part of their ancestor at this depth. Pages of word processors reach
/// about 60; the bound keeps every step of the tree building constant.
pub const MAX_DEPTH: usize = 256;

/// A tree in the making.
pub(crate) struct Builder<'a> {
    pub(crate) tree: Tree<'a>,
    pub(crate) open: Vec<NodeId>,
    /// How far the source is read.
    pub(crate) position: usize,
    /// Raw-text elements whose end tag is known not to come any more.
    pub(crate) unclosed: Vec<Tag>,
    /// Which of `html`, `head` and `body` there were.
    seen: Vec<Tag>,
    /// Open elements beyond the depth that is kept.
    beyond: Vec<(Tag, u32)>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(source: &'a str) -> Builder<'a> {
        let mut tree = Tree { source, ..Tree::default() };
        tree.nodes.push(Node::default());
        let (unclosed, seen, beyond) = (Vec::new(), Vec::new(), Vec::new());
        Builder { tree, open: vec![0], position: 0, unclosed, seen, beyond }
    }

    /// Reads the source to its end.
    pub(crate) fn run(mut self) -> Tree<'a> {
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

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.tree.source.as_bytes()
    }

    pub(crate) fn add_text(&mut self, from: usize, to: usize, references: bool) {
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
        self.tree.nodes.push(Node {
            is_text: true,
            parent,
            end,
            from: from as u32,
            to: to as u32,
            references,
            ..Node::default()
        });
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
            Tag::Meta
            | Tag::Link
            | Tag::Title
            | Tag::Script
            | Tag::Style
            | Tag::Base
            | Tag::Noscript
            | Tag::Template => {}
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
        if !wanted.is_empty()
            && let Some(index) = self.find_open(wanted, limits)
        {
            self.pop_to(index);
        }
        if tag.ends_paragraph()
            && let Some(index) =
                self.find_open(&[P], &[Td, Th, Table, Caption, Button, Object, Div, Section, Article, Li])
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
