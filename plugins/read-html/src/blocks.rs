//! From the selected part of the tree to text: blocks with their structure, links, tables cell by cell.

use crate::code;
use crate::content::Selection;
use crate::furniture;
use crate::masthead::{self, Masthead};
use crate::meta;
use crate::tables::{Grid, is_data_table};
use crate::tags::Tag;
use crate::tree::{NodeId, Tree};
use huntsmith_sdk::address;
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

/// Writes the selected part. `language` is the document's, so that only others are noted.
pub fn write(tree: &Tree, selection: &Selection, base: Option<&str>, language: Option<&str>) -> Written {
    let mut walk = Walk {
        tree,
        selection,
        base,
        language,
        writer: Writer::default(),
        frames: Vec::new(),
        grids: Vec::new(),
        tables: 0,
        link: None,
        written: Written::default(),
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
        let mut at = id;
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
            "paragraph" | "list-item" | "quote" => furniture::is_furniture_line(line),
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

    /// Opens an element; the answer is the node to go on with.
    fn enter(&mut self, id: NodeId) -> NodeId {
        let node = &self.tree.nodes[id as usize];
        let tag = node.tag;
        if let Some(level) = tag.heading() {
            if !self.in_cell() {
                self.end_block();
                let heading = self.tree.inner_text(id);
                if heading.len() < 120 && furniture::is_furniture_heading(&heading) {
                    self.written.furniture += 1;
                    return self.after_furniture(id);
                }
                self.push(id, Some(("heading", level)));
            }
            return id + 1;
        }
        match tag {
            Tag::Br => {
                if self.is_verbatim() {
                    self.writer.verbatim("\n");
                } else if self.writer.pending().ends_with('\n') && !self.in_cell() {
                    self.end_block();
                } else {
                    self.writer.line_break();
                }
            }
            Tag::Img => self.image(id),
            Tag::A => return self.link(id),
            Tag::Pre | Tag::Listing | Tag::Xmp => self.code(id),
            Tag::Ul | Tag::Ol | Tag::Menu => {
                self.break_block();
                self.push(id, None);
            }
            Tag::Li => {
                self.break_block();
                let depth = self.frames.iter().filter(|f| matches!(f.tag, Tag::Ul | Tag::Ol | Tag::Menu)).count();
                self.push(id, self.unless_in_cell("list-item", depth.clamp(1, 255) as u8));
            }
            Tag::Dt | Tag::Dd => {
                self.break_block();
                self.push(id, self.unless_in_cell("list-item", if tag == Tag::Dt { 1 } else { 2 }));
            }
            Tag::Blockquote => {
                self.break_block();
                self.push(id, self.unless_in_cell("quote", 0));
            }
            Tag::Figcaption | Tag::Caption => {
                self.break_block();
                self.push(id, self.unless_in_cell("caption", 0));
            }
            Tag::Table => {
                self.break_block();
                if !self.in_cell() && is_data_table(self.tree, id) {
                    self.grids.push(Grid::new(self.tables, node.end));
                    self.tables += 1;
                }
                self.push(id, None);
            }
            Tag::Tr | Tag::Thead => {
                self.break_block();
                if let Some(grid) = self.grids.last_mut() {
                    if tag == Tag::Tr { grid.next_row() } else { grid.head_ends = node.end }
                }
            }
            Tag::Td | Tag::Th => self.cell(id),
            Tag::Wbr => {}
            _ if tag.is_inline() => {
                if let Some(encoded) = self.tree.attribute(id, "data-cfemail") {
                    return self.protected_address(id, &encoded);
                }
            }
            Tag::Other => {
                if self.writer.kind().is_some() {
                    self.writer.text(" ");
                }
            }
            _ => {
                self.break_block();
                self.push(id, None);
            }
        }
        id + 1
    }

    fn unless_in_cell(&self, kind: &'static str, level: u8) -> Option<(&'static str, u8)> {
        (!self.in_cell()).then_some((kind, level))
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

    /// Opens a link; the answer is the node to go on with.
    fn link(&mut self, id: NodeId) -> NodeId {
        if let Some(encoded) = self.tree.attribute(id, "data-cfemail") {
            return self.protected_address(id, &encoded);
        }
        let Some(href) = self.tree.attribute(id, "href") else { return id + 1 };
        let href = href.trim();
        if href.is_empty() || href.starts_with('#') {
            return id + 1;
        }
        let target = address::resolve(self.base, href).unwrap_or_else(|| href.to_string());
        if matches!(address::scheme(&target).as_deref(), Some("javascript" | "data" | "vbscript" | "blob")) {
            self.written.unfollowed += 1;
            return id + 1;
        }
        let target: String = target.chars().filter(|c| !c.is_control()).take(4096).collect();
        self.link = Some((self.tree.nodes[id as usize].end, target, false));
        id + 1
    }

    /// An address of mail that the page hides from harvesters.
    fn protected_address(&mut self, id: NodeId, encoded: &str) -> NodeId {
        match code::unprotect(encoded) {
            Some(text) => {
                self.ensure_block(id);
                self.put(&text);
                self.tree.nodes[id as usize].end
            }
            None => id + 1,
        }
    }

    fn image(&mut self, id: NodeId) {
        let Some(alt) = self.tree.attribute(id, "alt") else { return };
        let alt = alt.trim();
        if alt.is_empty() || alt.len() > 2000 {
            return;
        }
        let is_emoji = alt.chars().count() <= 2 && !alt.is_ascii();
        if is_emoji || self.in_cell() || self.is_verbatim() {
            self.ensure_block(id);
            self.put(&format!(" {alt} "));
            return;
        }
        let words = alt.split_whitespace().count();
        let is_file_name = words == 1
            && alt.contains('.')
            && alt.rsplit('.').next().is_some_and(|e| matches!(e, "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg"));
        if words < 2 || is_file_name {
            return;
        }
        // A figure's caption that says the same is enough.
        let kind = self.writer.kind();
        if matches!(kind, Some(kind) if !self.writer.pending().trim().is_empty() && kind != "heading") {
            self.end_block();
        }
        if kind == Some("heading") {
            return;
        }
        self.end_block();
        let (text, blocks) = self.writer.so_far();
        if blocks
            .last()
            .is_some_and(|b| b.kind == "caption" && text[b.span.start as usize..b.span.end as usize] == *alt)
        {
            return;
        }
        self.writer.begin("caption", 0);
        self.writer.property("source", "alt");
        self.put(alt);
        self.writer.end_link();
        self.writer.end();
    }

    fn code(&mut self, id: NodeId) {
        let node = &self.tree.nodes[id as usize];
        self.break_block();
        let mut language = None;
        let mut is_code = false;
        for at in (id..node.end).take(4) {
            is_code |= self.tree.nodes[at as usize].tag == Tag::Code;
            if let Some(class) = self.tree.attribute(at, "class") {
                language = language.or_else(|| code::language(&class));
            }
        }
        let parent = self.tree.attribute(node.parent, "class");
        language = language.or_else(|| parent.as_deref().and_then(code::language));
        let kind = if is_code || language.is_some() { "code" } else { "preformatted" };
        if self.in_cell() {
            return self.push(id, None);
        }
        self.push(id, Some((kind, 0)));
        self.writer.begin(kind, 0);
        if let Some(language) = language {
            self.writer.property("code_language", &language);
        }
    }

    fn cell(&mut self, id: NodeId) {
        let node = &self.tree.nodes[id as usize];
        if self.in_cell() {
            // A table inside a cell is text of that cell.
            self.writer.text(" ");
            return;
        }
        self.end_block();
        let Some(grid) = self.grids.last_mut() else {
            return self.push(id, None);
        };
        let number = |name: &str| self.tree.attribute(id, name).and_then(|n| n.trim().parse().ok()).unwrap_or(1u32);
        let cell = grid.next_cell(number("colspan"), number("rowspan"), node.tag == Tag::Th || id < grid.head_ends);
        self.push(id, Some(("table-cell", 0)));
        self.writer.begin_cell(cell);
    }

    /// After a heading of furniture: the whole of its container where that is a small part of the article, else the
    /// siblings that are links.
    fn after_furniture(&self, heading: NodeId) -> NodeId {
        let measures = &self.selection.measures;
        let parent = self.tree.nodes[heading as usize].parent;
        let article = measures[self.selection.root as usize].text;
        if parent != self.selection.root && measures[parent as usize].text * 4 < article {
            return self.tree.nodes[parent as usize].end;
        }
        let end = self.tree.nodes[parent as usize].end;
        let mut at = self.tree.nodes[heading as usize].end;
        while at < end {
            let node = &self.tree.nodes[at as usize];
            let measure = measures[at as usize];
            if node.tag.heading().is_some() || (measure.link_density() <= 50 && measure.text > 3) {
                break;
            }
            at = node.end;
        }
        at
    }
}
