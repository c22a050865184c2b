//! A document as a tree. Nodes lie in document order in one arena, so that no walk over them needs recursion.

use crate::attributes::Attribute;
use crate::builder::Builder;
use crate::tags::Tag;
use std::borrow::Cow;

/// Index into the tree's nodes.
pub type NodeId = u32;

/// An element, or a run of text.
#[derive(Debug, Clone, Default)]
pub struct Node {
    pub tag: Tag,
    /// Tells the names of `Other` and `Phrase` elements apart.
    pub(crate) name: u32,
    pub is_text: bool,
    pub parent: NodeId,
    /// One past the last node below this one: nodes `id + 1 .. end` are its descendants.
    pub end: NodeId,
    /// Text: its range in the source. Element: its range in the attributes.
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// Text with character references in it.
    pub(crate) references: bool,
}

/// A document. Node 0 is the root, above `html`.
#[derive(Debug, Default)]
pub struct Tree<'a> {
    pub(crate) source: &'a str,
    pub nodes: Vec<Node>,
    pub(crate) attributes: Vec<(Attribute, u32, u32)>,
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
        Builder::new(source).run()
    }

    /// An attribute's value, character references resolved.
    pub fn attribute(&self, id: NodeId, wanted: Attribute) -> Option<Cow<'a, str>> {
        let node = &self.nodes[id as usize];
        if node.is_text {
            return None;
        }
        let (_, from, to) =
            self.attributes[node.from as usize..node.to as usize].iter().find(|(name, ..)| *name == wanted)?;
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
