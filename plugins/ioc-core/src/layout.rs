//! Where things stand: the lines or blocks of an article, their headings, the rows of its tables, and the sentences.

use crate::cues::{self, Cues};
use huntsmith_sdk::extractor::Article;
use huntsmith_text::next_where;

/// A stretch of text that is one thing: a line, a block, a table's row.
#[derive(Debug, Clone)]
pub struct Unit {
    pub start: usize,
    pub end: usize,
    /// Index of the heading that governs it.
    pub heading: Option<usize>,
    /// Number of the table that it is a row of.
    pub table: Option<usize>,
    pub code: bool,
}

/// A heading and what it announces.
#[derive(Debug, Clone)]
pub struct Heading {
    pub start: usize,
    pub end: usize,
    /// Its own words, and those of the indicator heading that it stands under.
    pub cues: Cues,
    /// It ends with a colon: it speaks of the few units after it.
    pub announces: bool,
    /// Index of its unit.
    pub unit: usize,
}

/// A table: the words of its header row.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub header: Cues,
    pub columns: Vec<Cues>,
    /// The sign that parts cells beside tabs and bars: a comma or a semicolon.
    pub sign: Option<u8>,
}

#[derive(Debug, Default)]
pub struct Layout {
    pub units: Vec<Unit>,
    pub headings: Vec<Heading>,
    pub tables: Vec<Table>,
}

/// A line longer than this is no heading.
const HEADING_LENGTH: usize = 90;

impl Layout {
    pub fn of(article: &Article) -> Layout {
        let mut layout = Layout::default();
        let text = article.content.text.as_str();
        if article.content.blocks.is_empty() {
            layout.read_lines(text);
        } else {
            layout.read_blocks(article);
        }
        layout
    }

    /// The unit that holds a position.
    pub fn unit(&self, position: usize) -> Option<&Unit> {
        self.index(position).map(|at| &self.units[at])
    }

    pub fn index(&self, position: usize) -> Option<usize> {
        let at = self.units.partition_point(|unit| unit.start <= position).checked_sub(1)?;
        (position < self.units[at].end).then_some(at)
    }

    /// What the header says of the column that a position stands in.
    pub fn column(&self, text: &str, position: usize) -> Cues {
        let Some(unit) = self.unit(position) else { return Cues::default() };
        let Some(table) = unit.table.map(|at| &self.tables[at]) else { return Cues::default() };
        let before = unit.start.max(position.saturating_sub(2048));
        let parts = |b: &&u8| matches!(b, b'\t' | b'|' | b'\n') || table.sign == Some(**b);
        let at = text.as_bytes()[before..position].iter().filter(parts).count();
        table.columns.get(at).copied().unwrap_or_default()
    }

    fn read_blocks(&mut self, article: &Article) {
        let text = article.content.text.as_str();
        let mut heading_of_block: Vec<Option<usize>> = Vec::with_capacity(article.content.blocks.len());
        let mut row: Option<(u32, u32)> = None;
        // A caption that announces indicators does so for the table after it, as a header would.
        let mut caption = Cues::default();
        for block in &article.content.blocks {
            let (start, end) = (block.span.start as usize, block.span.end as usize);
            let parent = block.heading.and_then(|at| heading_of_block.get(at as usize).copied().flatten());
            let is_heading = block.kind == "heading";
            let own = if is_heading {
                let above = parent.map(|at: usize| self.headings[at].cues);
                Some(self.add_heading(text, start, end, above))
            } else {
                parent
            };
            heading_of_block.push(own);
            if let Some(cell) = &block.cell {
                let place = (cell.table, cell.row);
                if row == Some(place) {
                    if let Some(unit) = self.units.last_mut() {
                        unit.end = end;
                    }
                } else {
                    let table = cell.table as usize;
                    while self.tables.len() <= table {
                        self.tables.push(Table { header: caption, ..Table::default() });
                    }
                    self.units.push(Unit { start, end, heading: own, table: Some(table), code: false });
                }
                row = Some(place);
                if cell.header || cell.row == 0 {
                    let cues = cues::read(&text[start..end]);
                    let table = &mut self.tables[cell.table as usize];
                    table.header = table.header.or(cues);
                    table.columns.push(cues);
                }
                continue;
            }
            row = None;
            caption = match block.kind == "caption" {
                true => cues::read(&text[start..end]).only(Cues::IOC),
                false => Cues::default(),
            };
            let code = matches!(block.kind.as_str(), "code" | "preformatted");
            self.units.push(Unit { start, end, heading: own, table: None, code });
        }
    }

    fn add_heading(&mut self, text: &str, start: usize, end: usize, above: Option<Cues>) -> usize {
        let mut cues = cues::read(&text[start..end]);
        // "Dropper" under "Indicators of compromise" still announces indicators; "References" does not.
        if above.is_some_and(|above| above.has(Cues::IOC_CHAPTER)) && !cues.has(Cues::ASIDE) {
            cues = cues.or(Cues::IOC).or(Cues::IOC_CHAPTER);
        }
        if cues.has(Cues::WEAK_ASIDE) && !cues.has(Cues::ATTACK.or(Cues::ACT).or(Cues::NETWORK).or(Cues::FILE)) {
            cues = cues.or(Cues::ASIDE);
        }
        let announces = text[start..end].trim_end().ends_with(':');
        self.headings.push(Heading { start, end, cues, announces, unit: self.units.len() });
        self.headings.len() - 1
    }

    fn read_lines(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut heading: Option<usize> = None;
        let mut table: Option<usize> = None;
        let mut blank_before = true;
        let mut paragraph = false;
        let mut broken = false;
        let mut start = 0;
        while start < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
            let line = &text[start..end];
            let trimmed = line.trim();
            if trimmed.is_empty() {
                blank_before = true;
                broken = false;
                table = None;
                start = end + 1;
                continue;
            }
            let sign = [b',', b';'].into_iter().find(|sign| is_parted_by(line, *sign));
            let parted = memchr::memchr2(b'\t', b'|', line.as_bytes()).is_some() || sign.is_some();
            let is_row = parted && !trimmed.starts_with("http");
            if is_row {
                if table.is_none() {
                    let cells = line.split(|c| matches!(c, '\t' | '|') || sign.is_some_and(|sign| c == sign as char));
                    let columns: Vec<Cues> = cells.take(16).map(cues::read).collect();
                    let header = columns.iter().fold(Cues::default(), |all, cues| all.or(*cues));
                    self.tables.push(Table { header, columns, sign });
                    table = Some(self.tables.len() - 1);
                }
            } else {
                table = None;
            }
            let is_heading = !is_row && is_heading_line(trimmed, blank_before, bytes, end);
            if is_heading {
                let above = heading.map(|at| self.headings[at].cues);
                heading = Some(self.add_heading(text, start, end, above));
            }
            let prose = !is_row && !is_heading && (is_prose(trimmed) || broken && !starts_item(trimmed));
            match self.units.last_mut() {
                // A line that a margin has broken: its sentence goes on.
                Some(last) if prose && !blank_before && paragraph => last.end = end,
                _ => self.units.push(Unit { start, end, heading, table, code: false }),
            }
            paragraph = prose
                || !is_row
                    && !is_heading
                    && line.len() > 40
                    && is_prose(trimmed.trim_start_matches(['-', '*', '+', ' ']));
            // A long line that ends in the middle of a sentence goes on in the next one, whatever that holds.
            broken = paragraph && trimmed.len() >= 60 && !trimmed.ends_with(['.', ':', '!', '?', ';']);
            blank_before = false;
            start = end + 1;
        }
    }
}

/// A line of values with a comma or a semicolon between them: two of it that neither a blank or a letter of a script
/// without blanks follows, as in prose, nor digits stand around.
fn is_parted_by(line: &str, sign: u8) -> bool {
    let bytes = line.as_bytes();
    let parts = |at: &usize| {
        let digit = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_digit);
        bytes.get(at + 1).is_some_and(|b| b.is_ascii_graphic()) && !(*at > 0 && digit(at - 1) && digit(at + 1))
    };
    memchr::memchr_iter(sign, bytes).take(64).filter(parts).take(2).count() == 2
}

fn starts_item(line: &str) -> bool {
    line.starts_with(['-', '*', '+', '\u{2022}', '#', '|', '$', '>', '{', '}'])
}

/// Words and blanks, and no mark of a list.
fn is_prose(line: &str) -> bool {
    !starts_item(line) && line.bytes().filter(|b| *b == b' ').take(3).count() == 3
}

/// A short line that stands alone, is marked as a heading, or announces a list.
fn is_heading_line(line: &str, blank_before: bool, bytes: &[u8], end: usize) -> bool {
    let limit = if line.ends_with(':') { 2 * HEADING_LENGTH } else { HEADING_LENGTH };
    if line.len() > limit || !line.bytes().any(|b| b.is_ascii_alphabetic() || b >= 0x80) {
        return false;
    }
    let marked = line.starts_with('#') || line.starts_with("== ") || line.starts_with("=== ");
    if marked {
        return true;
    }
    let list_item =
        line.starts_with(['-', '*', '+', '\u{2022}']) || line.as_bytes()[0].is_ascii_digit() && line.contains(". ");
    // What has a dot inside a word, or a colon and something after it, is content.
    let content = line
        .split_whitespace()
        .any(|word| word.trim_end_matches(['.', ',', ':']).contains('.') && word.len() > 4 || word.len() > 30);
    if list_item || content {
        return false;
    }
    if line.ends_with(':') {
        return true;
    }
    let words = line.split_whitespace().count();
    // "References", "Indicators of compromise (IOCs)": a part's name needs no blank line after it.
    let part = blank_before && words <= 6 && {
        let cues = cues::read(line);
        cues.has(Cues::ASIDE) || cues.has(Cues::IOC_CHAPTER)
    };
    let alone = blank_before
        && bytes
            .get(end + 1)
            .is_none_or(|b| *b == b'\n' || *b == b'\r' || *b == b'\t' || *b == b' ' || *b == b'-' || *b == b'*');
    (alone || part) && !line.ends_with(['.', '!', '?', ',', ';']) && words <= 12
}

/// A sentence longer than this is read in pieces.
const SENTENCE: usize = 1_000;

/// The sentences of an article, asked for in ascending order: each is looked for once.
#[derive(Debug, Default)]
pub struct Sentences {
    /// The last one, and whether the one before it says who it speaks of.
    last: Option<(usize, usize)>,
}

impl Sentences {
    /// Range of the sentence around a position: to a full stop or an end of the unit, and to the sentence before where
    /// this one points back to it. Of a very long one, the piece around the position.
    pub fn around(&mut self, text: &str, unit: &Unit, position: usize) -> (usize, usize) {
        let (first, last) = match self.last {
            Some((first, last)) if first <= position && position < last && first >= unit.start && last <= unit.end => {
                (first, last)
            }
            _ => {
                // Nothing before the last sentence's end can begin this one.
                let floor = self
                    .last
                    .map_or(unit.start, |(_, last)| if last <= position { last.max(unit.start) } else { unit.start });
                find_sentence(text, unit, floor, position)
            }
        };
        self.last = Some((first, last));
        let (first, last) = if last - first > SENTENCE {
            let piece = (position - first) / SENTENCE * SENTENCE + first;
            (piece, last.min(piece + SENTENCE))
        } else {
            (points_back(text, unit, first, last), last)
        };
        (ceil_boundary(text, first), floor_boundary(text, last))
    }
}

fn ends_sentence(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at], b'.' | b'!' | b'?') && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace)
}

fn find_sentence(text: &str, unit: &Unit, floor: usize, position: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut first = position;
    while first > floor && !ends_sentence(bytes, first - 1) {
        first -= 1;
    }
    let stop = |from| next_where(&bytes[..unit.end], from, |byte| (byte == b'.') | (byte == b'!') | (byte == b'?'));
    let mut last = stop(position);
    while last < unit.end && !ends_sentence(bytes, last) {
        last = stop(last + 1);
    }
    (first, (last + 1).min(unit.end).max(position + 1))
}

/// "It then contacts …": the sentence before says who.
fn points_back(text: &str, unit: &Unit, first: usize, last: usize) -> usize {
    const WORDS: [&str; 13] = [
        "It ",
        "They ",
        "This ",
        "These ",
        "Its ",
        "Their ",
        "Then ",
        "Later",
        "Another ",
        "Once ",
        "Both ",
        "The file ",
        "The script ",
    ];
    let (first, last) = (ceil_boundary(text, first), floor_boundary(text, last));
    let own = text[first..last.max(first)].trim_start();
    if first < unit.start + 2 || !WORDS.iter().any(|word| own.starts_with(word)) {
        return first;
    }
    let bytes = text.as_bytes();
    let low = unit.start.max(first.saturating_sub(SENTENCE / 2));
    let mut before = first - 1;
    while before > low && !ends_sentence(bytes, before - 1) {
        before -= 1;
    }
    ceil_boundary(text, before)
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
