//! Text line by line: which block each line belongs to. CommonMark and GitHub's tables, AsciiDoc's headings, lists and
//! delimited blocks, and nothing but paragraphs for plain text.

use crate::inline;
use huntsmith_sdk::article::Cell;
use huntsmith_sdk::prose::Writer;

/// What the marks in a text mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    Plain,
    Markdown,
    AsciiDoc,
}

/// Whether undeclared text is Markdown: it needs a heading, a fence or a table's rule, for a `*` or a `#` alone may be
/// anything.
pub fn guess(text: &str) -> Markup {
    let mut fences = 0;
    for line in text.lines().take(2000) {
        if atx_heading(line).is_some_and(|(_, title)| title.starts_with(char::is_alphanumeric)) || is_table_rule(line) {
            return Markup::Markdown;
        }
        fences += usize::from(fence(line).is_some());
    }
    if fences > 1 { Markup::Markdown } else { Markup::Plain }
}

/// Writes the blocks of a text.
pub fn write(text: &str, markup: Markup, base: Option<&str>, writer: &mut Writer) {
    let lines: Vec<&str> = text.lines().collect();
    let mut walk = Walk { lines: &lines, markup, base, writer, tables: 0, lists: Vec::new() };
    let mut at = 0;
    while at < lines.len() {
        at = walk.block(at);
    }
    walk.writer.end();
}

struct Walk<'a, 'b> {
    lines: &'a [&'a str],
    markup: Markup,
    base: Option<&'a str>,
    writer: &'b mut Writer,
    tables: u32,
    /// Indentation of the open list items, outermost first.
    lists: Vec<usize>,
}

impl Walk<'_, '_> {
    /// Reads the block at line `at`; the answer is the line after it.
    fn block(&mut self, at: usize) -> usize {
        let line = self.lines[at];
        if line.trim().is_empty() {
            self.writer.end();
            return at + 1;
        }
        let next = self.lines.get(at + 1).copied().unwrap_or("");
        if self.markup != Markup::Plain {
            let marked = match self.markup {
                Markup::AsciiDoc => self.asciidoc(at, line),
                _ => self.markdown(at, line, next),
            };
            if let Some(after) = marked {
                return after;
            }
        }
        if let Some((indent, level, text)) = self.list_item(line) {
            self.lists.truncate(level);
            self.lists.push(indent);
            self.writer.begin("list-item", (level + 1).min(255) as u8);
            self.inline(text);
            return at + 1;
        }
        let indent = indentation(line);
        if self.writer.kind().is_none() {
            // A paragraph that is indented as far as an item's text belongs to that item.
            self.lists.retain(|item| indent > *item);
            match self.lists.len() {
                0 => self.writer.begin("paragraph", 0),
                level => self.writer.begin("list-item", level.min(255) as u8),
            }
        } else if self.markup == Markup::Plain && self.breaks_line(at) {
            self.writer.line_break();
        } else {
            self.writer.text(" ");
        }
        self.inline(line.trim());
        if self.markup == Markup::Markdown && (line.ends_with("  ") || line.ends_with('\\')) {
            self.writer.line_break();
        }
        at + 1
    }

    /// In plain text a short line before this one was ended on purpose, unless the paragraph is wrapped at that width.
    fn breaks_line(&self, at: usize) -> bool {
        let before = self.lines[at - 1].trim_end().chars().count();
        before < 50 || self.lines[at].starts_with([' ', '\t'])
    }

    fn markdown(&mut self, at: usize, line: &str, next: &str) -> Option<usize> {
        if let Some((level, title)) = atx_heading(line) {
            return Some(self.heading(level, title, at + 1));
        }
        if let Some((mark, length, info)) = fence(line) {
            let close = |l: &&str| {
                let t = l.trim();
                t.len() >= length && t.bytes().all(|b| b == mark)
            };
            let rest = &self.lines[at + 1..];
            let end = rest.iter().position(close).unwrap_or(rest.len());
            self.code(&rest[..end], info);
            return Some(at + 2 + end);
        }
        let underline = next.trim_end();
        let can_underline = !underline.is_empty() && self.writer.kind().is_none() && self.list_item(line).is_none();
        if can_underline && underline.bytes().all(|b| b == b'=') {
            return Some(self.heading(1, line.trim(), at + 2));
        }
        if can_underline && underline.len() >= 2 && underline.bytes().all(|b| b == b'-') && !line.contains('|') {
            return Some(self.heading(2, line.trim(), at + 2));
        }
        if is_rule(line) {
            self.writer.end();
            self.lists.clear();
            return Some(at + 1);
        }
        if line.contains('|') && is_table_rule(next) && self.writer.kind().is_none() {
            return Some(self.pipe_table(at));
        }
        if let Some(quoted) = line.trim_start().strip_prefix('>') {
            self.lists.clear();
            let quoted = quoted.trim_start_matches(['>', ' ']);
            if self.writer.kind() == Some("quote") && !quoted.is_empty() {
                self.writer.text(" ");
            } else {
                self.writer.begin("quote", 0);
            }
            self.inline(quoted);
            return Some(at + 1);
        }
        if self.writer.kind().is_none() && self.lists.is_empty() && (line.starts_with("    ") || line.starts_with('\t'))
        {
            let indented = |l: &&str| !(l.starts_with("    ") || l.starts_with('\t') || l.trim().is_empty());
            let rest = &self.lines[at..];
            let end = rest.iter().position(indented).unwrap_or(rest.len());
            let code: Vec<&str> =
                rest[..end].iter().map(|l| l.strip_prefix('\t').or(l.strip_prefix("    ")).unwrap_or("")).collect();
            self.code(&code, "");
            return Some(at + end);
        }
        None
    }

    fn asciidoc(&mut self, at: usize, line: &str) -> Option<usize> {
        let marks = line.bytes().take_while(|b| *b == b'=').count();
        if (1..=6).contains(&marks) && line[marks..].starts_with(' ') {
            return Some(self.heading(marks as u8, line[marks..].trim(), at + 1));
        }
        let delimiter = line.trim_end();
        let is_delimiter =
            delimiter.len() >= 4 && ["-", ".", "+", "_", "="].iter().any(|d| delimiter.replace(d, "").is_empty());
        if is_delimiter && matches!(delimiter.as_bytes()[0], b'-' | b'.' | b'+') {
            let rest = &self.lines[at + 1..];
            let end = rest.iter().position(|l| l.trim_end() == delimiter).unwrap_or(rest.len());
            let before = at.checked_sub(1).map_or("", |i| self.lines[i].trim());
            let info =
                before.strip_prefix("[source,").map_or("", |b| b.trim_end_matches(']').split(',').next().unwrap_or(""));
            self.code(&rest[..end], info.trim());
            return Some(at + 2 + end);
        }
        if is_delimiter {
            self.writer.end();
            return Some(at + 1);
        }
        if delimiter == "|===" {
            return Some(self.asciidoc_table(at + 1));
        }
        let is_attribute = line.starts_with(':') && line[1..].contains(": ") && !line[1..].starts_with(' ');
        let is_block_attribute = line.starts_with('[') && delimiter.ends_with(']') && !line.contains("](");
        if is_attribute || is_block_attribute || line.starts_with("//") {
            return Some(at + 1);
        }
        None
    }

    fn heading(&mut self, level: u8, title: &str, after: usize) -> usize {
        self.lists.clear();
        self.writer.begin("heading", level);
        self.inline(title);
        self.writer.end();
        after
    }

    fn code(&mut self, lines: &[&str], info: &str) {
        self.writer.begin("code", 0);
        let language = info.split(|c: char| c.is_whitespace() || matches!(c, '{' | ',' | '}')).next().unwrap_or("");
        if !language.is_empty()
            && language.len() <= 24
            && language.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'#' | b'-'))
        {
            self.writer.property("code_language", &language.to_ascii_lowercase());
        }
        self.writer.verbatim(&lines.join("\n"));
        self.writer.end();
    }

    /// A list item's indentation, nesting from 0 and text.
    fn list_item<'l>(&self, line: &'l str) -> Option<(usize, usize, &'l str)> {
        let indent = indentation(line);
        let rest = line.trim_start();
        if self.markup == Markup::AsciiDoc {
            let mark = rest.bytes().next().filter(|b| matches!(b, b'*' | b'.' | b'-'))?;
            let count = rest.bytes().take_while(|b| *b == mark).count();
            let text = rest[count..].strip_prefix(' ')?;
            return (count <= 6).then(|| (indent, count - 1, text.trim()));
        }
        let bullets: &[char] = if self.markup == Markup::Plain {
            &['-', '*', '•', '‣', '▪', '–', 'o']
        } else {
            &['-', '*', '+', '•']
        };
        let first = rest.chars().next()?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let text = if bullets.contains(&first) {
            let after = &rest[first.len_utf8()..];
            match after.strip_prefix([' ', '\t']) {
                Some(text) => text,
                None if first == '•' => after,
                None => return None,
            }
        } else if (1..=3).contains(&digits) {
            rest[digits..].strip_prefix(['.', ')'])?.strip_prefix([' ', '\t'])?
        } else {
            return None;
        };
        if text.trim().is_empty() || (first == 'o' && indent == 0) {
            return None;
        }
        let level = self
            .lists
            .iter()
            .position(|item| *item + 1 >= indent.max(1) || *item >= indent)
            .unwrap_or(self.lists.len());
        Some((indent, level, strip_task(text.trim())))
    }

    fn pipe_table(&mut self, at: usize) -> usize {
        self.writer.end();
        let table = self.tables;
        self.tables += 1;
        let mut row = 0;
        let mut line = at;
        while let Some(text) = self.lines.get(line).filter(|l| l.contains('|') && !l.trim().is_empty()) {
            if line != at + 1 {
                for (column, text) in split_cells(text).into_iter().enumerate() {
                    self.writer.begin_cell(Cell { table, row, column: column as u32, header: row == 0 });
                    self.inline(text.trim());
                    self.writer.end();
                }
                row += 1;
            }
            line += 1;
        }
        line
    }

    fn asciidoc_table(&mut self, at: usize) -> usize {
        self.writer.end();
        let table = self.tables;
        self.tables += 1;
        let rest = &self.lines[at..];
        let end = rest.iter().position(|l| l.trim_end() == "|===").unwrap_or(rest.len());
        let mut columns = 0;
        let (mut row, mut column) = (0, 0);
        for line in rest[..end].iter().filter(|l| !l.trim().is_empty()) {
            let cells: Vec<&str> = line.trim().split('|').skip(1).collect();
            if columns == 0 {
                columns = cells.len().max(1) as u32;
            }
            for text in cells {
                self.writer.begin_cell(Cell { table, row, column, header: row == 0 });
                self.inline(text.trim());
                self.writer.end();
                column += 1;
                if column == columns {
                    (row, column) = (row + 1, 0);
                }
            }
        }
        at + end + 1
    }

    fn inline(&mut self, text: &str) {
        inline::write(text, self.markup, self.base, self.writer);
    }
}

/// Cells of a row of a pipe table; `\|` is a bar that parts nothing.
fn split_cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').filter(|l| !l.ends_with('\\')).unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        match c {
            '|' if !escaped => cells.push(String::new()),
            c => {
                if let Some(cell) = cells.last_mut() {
                    if c == '|' {
                        cell.pop();
                    }
                    cell.push(c);
                }
            }
        }
        escaped = c == '\\' && !escaped;
    }
    cells
}

/// `## Title ##`: level and title.
fn atx_heading(line: &str) -> Option<(u8, &str)> {
    let rest = line.strip_prefix("   ").or(line.strip_prefix("  ")).or(line.strip_prefix(' ')).unwrap_or(line);
    let marks = rest.bytes().take_while(|b| *b == b'#').count();
    let title = rest[marks..].strip_prefix([' ', '\t'])?.trim();
    let title = title.trim_end_matches('#').trim_end();
    ((1..=6).contains(&marks) && !title.is_empty()).then_some((marks as u8, title))
}

/// A fence's mark, its length and what stands behind it.
fn fence(line: &str) -> Option<(u8, usize, &str)> {
    let rest = line.trim_start();
    let mark = rest.bytes().next().filter(|b| matches!(b, b'`' | b'~'))?;
    let length = rest.bytes().take_while(|b| *b == mark).count();
    let info = rest[length..].trim();
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some((mark, length, info))
}

fn is_rule(line: &str) -> bool {
    let bare: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    bare.len() >= 3 && ["-", "*", "_"].iter().any(|mark| bare.replace(mark, "").is_empty())
}

/// `|---|:--:|` under a table's header.
fn is_table_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains("--") && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' '))
}

/// `[x] done` → `done`.
fn strip_task(text: &str) -> &str {
    ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text)
}

/// Columns of white space before a line; a tab goes to the next multiple of four.
fn indentation(line: &str) -> usize {
    let mut columns = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns = columns / 4 * 4 + 4,
            _ => break,
        }
    }
    columns
}
