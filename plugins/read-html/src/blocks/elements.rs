//! What each element does to the text: headings, lists, tables, code, links, images.

use super::Walk;
use crate::attributes::Attribute;
use crate::code;
use crate::furniture::phrases;
use crate::tables::{self, Grid, is_data_table};
use crate::tags::Tag;
use crate::tree::NodeId;
use huntsmith_sdk::address;

impl Walk<'_, '_> {
    /// Opens an element; the answer is the node to go on with.
    pub(super) fn enter(&mut self, id: NodeId) -> NodeId {
        let node = &self.tree.nodes[id as usize];
        let tag = node.tag;
        if let Some(level) = tag.heading() {
            if !self.in_cell() {
                self.end_block();
                let heading = self.tree.inner_text(id);
                if heading.len() < 120 && phrases::is_furniture_heading(&heading) {
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
                if let Some(listing) = tables::listing(self.tree, id).filter(|_| !self.in_cell()) {
                    self.begin_code(id, true);
                    self.writer.verbatim(&listing);
                    self.end_block();
                    return self.tree.nodes[id as usize].end;
                }
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
                if let Some(encoded) = self.tree.attribute(id, Attribute::DataCfemail) {
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

    /// Opens a link; the answer is the node to go on with.
    fn link(&mut self, id: NodeId) -> NodeId {
        if let Some(encoded) = self.tree.attribute(id, Attribute::DataCfemail) {
            return self.protected_address(id, &encoded);
        }
        let Some(href) = self.tree.attribute(id, Attribute::Href) else { return id + 1 };
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
        let Some(alt) = self.tree.attribute(id, Attribute::Alt) else { return };
        let alt = alt.trim();
        // A picture of the author is masthead, and so is the link around it.
        if self.written.masthead.author.as_deref() == Some(alt) {
            self.link = None;
            return;
        }
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
        self.break_block();
        if self.in_cell() {
            return self.push(id, None);
        }
        let kind = self.begin_code(id, false);
        self.push(id, Some((kind, 0)));
    }

    /// Begins the block of a listing with the language that it or its container names; its kind. `certain`: it is code,
    /// though nothing in it says so.
    fn begin_code(&mut self, id: NodeId, certain: bool) -> &'static str {
        let node = &self.tree.nodes[id as usize];
        let mut language = None;
        let mut is_code = certain;
        for at in (id..node.end).take(4) {
            is_code |= self.tree.nodes[at as usize].tag == Tag::Code;
            if let Some(class) = self.tree.attribute(at, Attribute::Class) {
                language = language.or_else(|| code::language(&class));
            }
        }
        let parent = self.tree.attribute(node.parent, Attribute::Class);
        language = language.or_else(|| parent.as_deref().and_then(code::language));
        let kind = if is_code || language.is_some() { "code" } else { "preformatted" };
        self.writer.begin(kind, 0);
        if let Some(language) = language {
            self.writer.property("code_language", &language);
        }
        kind
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
        let number = |name| self.tree.attribute(id, name).and_then(|n| n.trim().parse().ok()).unwrap_or(1u32);
        let cell = grid.next_cell(
            number(Attribute::Colspan),
            number(Attribute::Rowspan),
            node.tag == Tag::Th || id < grid.head_ends,
        );
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
