//! From the selected part of the tree to text: blocks with their structure, links, tables cell by cell.

mod elements;

use crate::attributes::Attribute;
use crate::content::Selection;
use crate::furniture::phrases;
use crate::masthead::{self, Masthead};
use crate::meta::{self, Head};
use crate::tables::Grid;
use crate::tags::Tag;
use crate::tree::{NodeId, Tree};
use huntsmith_sdk::prose::{Prose, Writer};

/// Blocks that stand this far into the text are no masthead any more, in bytes.
const TOP: usize = 600;

/// An article's text, and what was learnt while writing it.
#[derive(Debug, Default)]
pub struct Written {
    pub prose: Prose,
    pub masthead: Masthead,
    /// Blocks that were taken out because they are set phrases of the page.
    pub furniture: usize,
    /// Links whose target nothing can follow: `javascript:`, `data:`.
    pub unfollowed: usize,
}

/// An open element that matters to the text inside it.
struct Frame {
    end: NodeId,
    tag: Tag,
    /// Kind and level of the blocks in it.
    kind: Option<(&'static str, u8)>,
}

struct Walk<'a, 'b> {
    tree: &'b Tree<'a>,
    selection: &'b Selection,
    base: Option<&'b str>,
    language: Option<&'b str>,
    /// Elements below `html` say a language of their own.
    languages: bool,
    writer: Writer,
    frames: Vec<Frame>,
    grids: Vec<Grid>,
    tables: u32,
    /// Where the open link ends and what it points to; whether it has text yet.
    link: Option<(NodeId, String, bool)>,
    written: Written,
    /// Blocks that `tidy` has seen.
    tidied: usize,
}

/// Writes the selected part. `head` is what the page says of itself: only other languages than its own are noted.
pub fn write(tree: &Tree, selection: &Selection, head: &Head) -> Written {
    let masthead = Masthead { author: head.author.clone(), published: None };
    let mut walk = Walk {
        tree,
        selection,
        base: head.base.as_deref(),
        language: head.language.as_deref(),
        languages: (0..tree.nodes.len() as NodeId)
            .any(|id| tree.nodes[id as usize].tag != Tag::Html && tree.attribute(id, Attribute::Lang).is_some()),
        writer: Writer::default(),
        frames: Vec::new(),
        grids: Vec::new(),
        tables: 0,
        link: None,
        written: Written { masthead, ..Written::default() },
        tidied: 0,
    };
    walk.run();
    let mut written = walk.written;
    written.prose = walk.writer.finish();
    written
}

impl Walk<'_, '_> {
    fn run(&mut self) {
        let root = self.selection.root;
        let end = self.tree.nodes[root as usize].end;
        let mut id = root + 1;
        while id < end {
            self.leave_until(id);
            let node = &self.tree.nodes[id as usize];
            if self.selection.dropped[id as usize] {
                if !node.tag.is_inline() && !node.is_text && !node.tag.is_silent() {
                    self.break_block();
                }
                id = node.end.max(id + 1);
            } else if node.is_text {
                self.text(id);
                id += 1;
            } else {
                id = self.enter(id);
            }
        }
        self.leave_until(end);
        self.end_block();
    }

    fn in_cell(&self) -> bool {
        self.frames.iter().any(|frame| matches!(frame.kind, Some(("table-cell", _))))
    }

    fn is_verbatim(&self) -> bool {
        self.frames.iter().any(|frame| matches!(frame.tag, Tag::Pre | Tag::Listing | Tag::Xmp))
    }

    /// Begins a block of the kind that is due here, where none is open.
    fn ensure_block(&mut self, id: NodeId) {
        if self.writer.kind().is_some() {
            return;
        }
        let (kind, level) = self.frames.iter().rev().find_map(|frame| frame.kind).unwrap_or(("paragraph", 0));
        self.writer.begin(kind, level);
        let mut at = if self.languages { id } else { 0 };
        while at != 0 {
            at = self.tree.nodes[at as usize].parent;
            if let Some(language) = meta::element_language(self.tree, at) {
                if self.language.is_none_or(|own| own != language) {
                    self.writer.language(Some(language));
                }
                break;
            }
        }
    }

    fn text(&mut self, id: NodeId) {
        let text = self.tree.text(id);
        if self.writer.kind().is_none() && text.chars().all(char::is_whitespace) {
            return;
        }
        self.ensure_block(id);
        self.put(&text);
    }

    fn put(&mut self, text: &str) {
        if let Some((_, target, has_text)) = &mut self.link
            && !text.trim().is_empty()
            && !self.writer.in_link()
        {
            *has_text = true;
            if text.starts_with(char::is_whitespace) {
                self.writer.text(" ");
            }
            self.writer.begin_link(target.clone());
        }
        if self.is_verbatim() { self.writer.verbatim(text) } else { self.put_paragraphs(text) }
    }

    /// In a fragment without any markup a blank line parts paragraphs.
    fn put_paragraphs(&mut self, text: &str) {
        if self.tree.has_markup {
            return self.writer.text(text);
        }
        for (index, paragraph) in text.replace("\r\n", "\n").split("\n\n").enumerate() {
            if index > 0 {
                self.end_block();
            }
            self.writer.text(paragraph);
        }
    }

    /// Ends what is open, or breaks the line where a table cell is one block.
    fn break_block(&mut self) {
        if self.in_cell() {
            if !self.writer.pending().ends_with('\n') {
                self.writer.line_break();
            }
        } else {
            self.end_block();
        }
    }

    /// Ends the open block and takes it back where it is furniture.
    fn end_block(&mut self) {
        let at_top = self.writer.so_far().0.len() < TOP;
        if at_top
            && matches!(self.writer.kind(), Some("paragraph" | "quote"))
            && self.writer.so_far().1.iter().all(|b| b.kind == "heading")
        {
            let cut = masthead::leading(self.writer.pending(), &mut self.written.masthead);
            if cut > 0 {
                self.writer.cut_front(cut);
                self.written.furniture += 1;
            }
        }
        self.writer.end();
        let (text, blocks) = self.writer.so_far();
        let Some(last) = blocks.last().filter(|_| blocks.len() > self.tidied) else { return };
        let line = &text[last.span.start as usize..last.span.end as usize];
        let out = match last.kind.as_str() {
            "paragraph" | "list-item" | "quote" | "caption" if at_top && last.kind != "caption" => {
                masthead::is_line(line, &mut self.written.masthead)
            }
            "paragraph" | "list-item" | "quote" => phrases::is_furniture_line(line),
            _ => false,
        };
        let count = blocks.len();
        if out {
            self.writer.truncate(count - 1);
            self.written.furniture += 1;
        }
        self.tidied = self.writer.so_far().1.len();
    }

    fn push(&mut self, id: NodeId, kind: Option<(&'static str, u8)>) {
        let node = &self.tree.nodes[id as usize];
        self.frames.push(Frame { end: node.end, tag: node.tag, kind });
    }

    fn leave_until(&mut self, id: NodeId) {
        if self.link.as_ref().is_some_and(|(end, ..)| *end <= id)
            && let Some((_, target, has_text)) = self.link.take()
        {
            if !has_text {
                self.writer.begin_link(target);
            }
            self.writer.end_link();
        }
        while self.frames.last().is_some_and(|frame| frame.end <= id) {
            let Some(frame) = self.frames.pop() else { break };
            match frame.kind {
                Some(("table-cell", _)) => self.writer.end(),
                _ => self.break_block(),
            }
        }
        while self.grids.last().is_some_and(|grid| grid.end <= id) {
            self.grids.pop();
        }
    }
}
