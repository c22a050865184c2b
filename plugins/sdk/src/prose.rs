//! Writes a reader's text block by block: white space collapsed, NFC, free of control, zero-width and bidirectional
//! characters (which are counted and reported), with spans for blocks and links.

use crate::article::{Block, Cell, Link, Span};
use crate::common::{Note, Property};
use open::Open;

mod open;

/// What a finished text consists of: the parts of a `content`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prose {
    pub text: String,
    pub blocks: Vec<Block>,
    pub links: Vec<Link>,
    /// `zero_width_removed`, `bidi_removed`, `control_removed`: how many characters were taken out.
    pub notes: Vec<Note>,
}

/// Builds a [`Prose`]. Blocks do not nest: beginning one ends the one before.
#[derive(Debug, Default)]
pub struct Writer {
    prose: Prose,
    open: Option<Open>,
    /// Index and level of the headings above, outermost first.
    headings: Vec<(u32, u8)>,
    removed: [usize; 3],
}

/// Why a character is kept out.
fn unwanted(c: char) -> Option<usize> {
    match c {
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{180e}' | '\u{34f}' => Some(0),
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(1),
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => Some(2),
        c if c.is_control() => Some(2),
        _ => None,
    }
}

impl Writer {
    /// Begins a block of one of the contract's kinds.
    pub fn begin(&mut self, kind: &'static str, level: u8) {
        self.end();
        self.open = Some(Open::of(kind, level));
    }

    /// Begins a `table-cell`.
    pub fn begin_cell(&mut self, cell: Cell) {
        self.begin("table-cell", 0);
        if let Some(open) = &mut self.open {
            open.cell = Some(cell);
        }
    }

    /// Whether a block is open, and of which kind.
    pub fn kind(&self) -> Option<&'static str> {
        self.open.as_ref().map(|open| open.kind)
    }

    /// The open block's text so far.
    pub fn pending(&self) -> &str {
        self.open.as_ref().map_or("", |open| &open.text)
    }

    /// Adds a property to the open block.
    pub fn property(&mut self, name: &str, value: &str) {
        if let Some(open) = &mut self.open {
            open.properties.push(Property { name: name.to_string(), value: value.to_string() });
        }
    }

    /// Says the open block's language, where it is another than the document's.
    pub fn language(&mut self, language: Option<String>) {
        if let Some(open) = &mut self.open {
            open.language = language;
        }
    }

    /// Adds running text: white space collapses to one space. Without an open block a paragraph begins.
    pub fn text(&mut self, text: &str) {
        if self.open.is_none() {
            if text.chars().all(char::is_whitespace) {
                return;
            }
            self.begin("paragraph", 0);
        }
        let Some(open) = &mut self.open else { return };
        let mut rest = text;
        loop {
            // Most text is words of ASCII: they are taken over whole.
            let word = rest.bytes().take_while(u8::is_ascii_graphic).count();
            if word > 0 {
                open.put_space();
                open.text.push_str(&rest[..word]);
                rest = &rest[word..];
            }
            let mut after = rest.chars();
            let Some(c) = after.next() else { return };
            rest = after.as_str();
            if c.is_whitespace() {
                open.space = true;
            } else if let Some(class) = unwanted(c) {
                self.removed[class] += 1;
            } else {
                open.put_space();
                open.text.push(c);
            }
        }
    }

    /// Adds text whose line breaks and indentation count.
    pub fn verbatim(&mut self, text: &str) {
        if self.open.is_none() {
            self.begin("preformatted", 0);
        }
        let Some(open) = &mut self.open else { return };
        open.space = false;
        let (mut previous, mut rest) = ('\0', text);
        loop {
            let plain = rest.bytes().take_while(|byte| matches!(byte, b' '..=b'~')).count();
            if plain > 0 {
                open.text.push_str(&rest[..plain]);
                (previous, rest) = (' ', &rest[plain..]);
            }
            let mut after = rest.chars();
            let Some(c) = after.next() else { return };
            rest = after.as_str();
            match c {
                '\n' if previous == '\r' => {}
                '\n' | '\t' => open.text.push(c),
                '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => open.text.push('\n'),
                c if c.is_whitespace() => open.text.push(' '),
                c => match unwanted(c) {
                    Some(class) => self.removed[class] += 1,
                    None => open.text.push(c),
                },
            }
            previous = c;
        }
    }

    /// Breaks the line within the open block.
    pub fn line_break(&mut self) {
        if let Some(open) = &mut self.open {
            open.space = false;
            if !open.text.is_empty() {
                open.text.push('\n');
            }
        }
    }

    /// Whether the text that comes is a link's.
    pub fn in_link(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.link.is_some())
    }

    /// From here on the text is a link's.
    pub fn begin_link(&mut self, target: String) {
        self.end_link();
        if self.open.is_none() {
            self.begin("paragraph", 0);
        }
        if let Some(open) = &mut self.open {
            open.put_space();
            open.link = Some((open.text.len(), target));
        }
    }

    /// Ends the open link. One without text is kept with the span of the nearest text before it.
    pub fn end_link(&mut self) {
        let Some(open) = &mut self.open else { return };
        let Some((start, target)) = open.link.take() else { return };
        open.links.push((start, open.text.len(), target));
    }

    /// Ends the open block; an empty one leaves nothing.
    pub fn end(&mut self) {
        self.end_link();
        let Some(mut open) = self.open.take() else { return };
        open.normalise();
        let leading = if open.is_verbatim() {
            // Empty first lines go, the first line's indentation stays.
            open.text
                .char_indices()
                .find(|(_, c)| !c.is_whitespace())
                .map_or(open.text.len(), |(first, _)| open.text[..first].rfind('\n').map_or(0, |line| line + 1))
        } else {
            open.text.len() - open.text.trim_start().len()
        };
        let trailing = open.text.trim_end().len();
        if leading >= trailing {
            self.keep_textless_links(open.links);
            return;
        }
        self.separate(&open);
        let start = self.prose.text.len();
        self.prose.text.push_str(&open.text[leading..trailing]);
        let end = self.prose.text.len();
        let index = self.prose.blocks.len() as u32;
        if open.kind == "heading" {
            while self.headings.last().is_some_and(|(_, level)| *level >= open.level) {
                self.headings.pop();
            }
        }
        self.prose.blocks.push(Block {
            span: Span { start: start as u32, end: end as u32 },
            kind: open.kind.to_string(),
            level: open.level,
            heading: self.headings.last().map(|(index, _)| *index),
            cell: open.cell,
            language: open.language,
            properties: open.properties,
        });
        if open.kind == "heading" {
            self.headings.push((index, open.level));
        }
        let place = |offset: usize| (start + offset.clamp(leading, trailing) - leading) as u32;
        for (from, to, target) in open.links {
            let mut span = Span { start: place(from), end: place(to) };
            if span.start == span.end {
                let Some(before) = self.last_character(span.start as usize) else { continue };
                span = before;
            }
            self.prose.links.push(Link { span, target, properties: Vec::new() });
        }
    }

    /// Cuts the first `bytes` of the open block's text.
    pub fn cut_front(&mut self, bytes: usize) {
        let Some(open) = &mut self.open else { return };
        open.text.drain(..bytes);
        open.links.retain_mut(|(start, end, _)| {
            (*start, *end) = (start.saturating_sub(bytes), end.saturating_sub(bytes));
            *end > 0
        });
        if let Some((start, _)) = &mut open.link {
            *start = start.saturating_sub(bytes);
        }
    }

    /// Takes back the blocks from `first` on, with their text and links.
    pub fn truncate(&mut self, first: usize) {
        self.open = None;
        if first >= self.prose.blocks.len() {
            return;
        }
        let end = if first == 0 { 0 } else { self.prose.blocks[first - 1].span.end as usize };
        self.prose.blocks.truncate(first);
        self.prose.text.truncate(end);
        self.prose.links.retain(|link| link.span.end as usize <= end);
        self.headings.retain(|(index, _)| (*index as usize) < first);
    }

    /// The blocks that are finished, and their text.
    pub fn so_far(&self) -> (&str, &[Block]) {
        (&self.prose.text, &self.prose.blocks)
    }

    /// Ends the open block and gives what was written.
    pub fn finish(mut self) -> Prose {
        self.end();
        let what = [
            ("zero_width_removed", "zero-width characters"),
            ("bidi_removed", "bidirectional control characters"),
            ("control_removed", "control characters"),
        ];
        for ((code, name), count) in what.into_iter().zip(self.removed) {
            if count > 0 {
                self.prose.notes.push(Note {
                    code: code.to_string(),
                    message: format!("{count} {name} were taken out of the text"),
                    properties: vec![Property { name: "count".to_string(), value: count.to_string() }],
                });
            }
        }
        self.prose
    }

    fn separate(&mut self, open: &Open) {
        let Some(last) = self.prose.blocks.last() else { return };
        let between = match (last.kind.as_str(), open.kind, last.cell, open.cell) {
            (_, _, Some(a), Some(b)) if a.table == b.table && a.row == b.row => "\t",
            (_, _, Some(a), Some(b)) if a.table == b.table => "\n",
            ("list-item", "list-item", ..) => "\n",
            _ => "\n\n",
        };
        self.prose.text.push_str(between);
    }

    fn keep_textless_links(&mut self, links: Vec<(usize, usize, String)>) {
        let Some(span) = self.last_character(self.prose.text.len()) else { return };
        for (_, _, target) in links {
            self.prose.links.push(Link { span, target, properties: Vec::new() });
        }
    }

    /// The last character before `end` that is not white space.
    fn last_character(&self, end: usize) -> Option<Span> {
        let (start, c) = self.prose.text[..end].char_indices().rev().find(|(_, c)| !c.is_whitespace())?;
        Some(Span { start: start as u32, end: (start + c.len_utf8()) as u32 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    fn spans(prose: &Prose) -> Vec<(&str, &str)> {
        prose
            .blocks
            .iter()
            .map(|b| (b.kind.as_str(), &prose.text[b.span.start as usize..b.span.end as usize]))
            .collect()
    }

    #[test]
    fn blocks_links_and_headings() {
        let mut writer = Writer::default();
        writer.begin("heading", 2);
        writer.text("  One \n");
        writer.text("two ");
        writer.begin("paragraph", 0);
        writer.text("See ");
        writer.begin_link("https://example.org/".into());
        writer.text("the  page");
        writer.end_link();
        writer.text(" now.");
        writer.begin("heading", 3);
        writer.text("Below");
        writer.begin("list-item", 1);
        writer.text("a");
        writer.begin("list-item", 1);
        writer.text("b");
        let prose = writer.finish();
        assert_eq!(prose.text, "One two\n\nSee the page now.\n\nBelow\n\na\nb");
        let link = &prose.links[0];
        assert_eq!(&prose.text[link.span.start as usize..link.span.end as usize], "the page");
        assert_eq!(
            prose.blocks.iter().map(|b| b.heading).collect::<Vec<_>>(),
            [None, Some(0), Some(0), Some(2), Some(2)]
        );
        assert_eq!(spans(&prose)[4], ("list-item", "b"));
    }

    #[test]
    fn composition_keeps_links_in_place_and_hidden_characters_out() {
        let mut writer = Writer::default();
        writer.text("cafe\u{301} ");
        writer.begin_link("x:y".into());
        writer.text("e\u{301}vil\u{200b}.example\u{202e}");
        writer.end_link();
        writer.text("\u{301} end\u{7}");
        let prose = writer.finish();
        assert!(prose.text.starts_with("café évil.examplé end"));
        assert_eq!(prose.text, prose.text.nfc().collect::<String>());
        let link = prose.links[0].span;
        assert!(prose.text[link.start as usize..link.end as usize].starts_with("évil.exampl"));
        let codes: Vec<&str> = prose.notes.iter().map(|n| n.code.as_str()).collect();
        assert_eq!(codes, ["zero_width_removed", "bidi_removed", "control_removed"]);
    }

    #[test]
    fn verbatim_keeps_lines_and_indentation() {
        let mut writer = Writer::default();
        writer.begin("code", 0);
        writer.verbatim("\n  a\r\n\tb\n\n");
        assert_eq!(writer.finish().text, "  a\n\tb");
    }
}
