//! An article as units of text, each with the section that it stands in: blocks where the reader knows headings, lines
//! where it does not.

use crate::table::PipeTables;
use crate::{Range, Section, Stance, Told, sentences};
use huntsmith_sdk::article::{Block, Cell, Content};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    Heading,
    /// A paragraph, a list item, a quotation, a line.
    Prose,
    /// A table cell: its table, its row and its column.
    Cell {
        table: u32,
        row: u32,
        column: u32,
        header: bool,
    },
    Code,
}

/// A stretch of text that holds whole sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub range: Range,
    pub kind: UnitKind,
    pub section: Section,
}

/// The units of an article, ascending and not overlapping.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    pub units: Vec<Unit>,
    /// Tables and columns whose head announces advice.
    advice_columns: BTreeSet<(u32, u32)>,
    trial: OnceCell<bool>,
    offer: OnceCell<bool>,
    attackers: OnceCell<bool>,
    techniques: OnceCell<bool>,
    catalogue: OnceCell<bool>,
}

/// Longest line that may be a heading, in bytes.
const HEADING_BYTES: usize = 90;
/// Longest caption, in bytes.
const CAPTION_BYTES: usize = 200;
/// So many lines above a column's name may stand the names of the others.
const TABLE_HEAD_LINES: usize = 8;
/// A document says what it is about in so many units.
const OPENING_UNITS: usize = 5;
/// A label ends in a colon before so many bytes.
const LABEL_BYTES: usize = 30;
/// A list's lead is sought so many units above.
const LIST_ENTRIES: usize = 12;
/// A line this long may be continued on the next.
const WRAPPED_FROM: usize = 56;

impl Layout {
    /// Cuts an article into units.
    pub fn of(content: &Content) -> Layout {
        if content.blocks.iter().any(|block| block.kind == "heading") {
            Self::from_blocks(content)
        } else {
            Self::from_lines(content)
        }
    }

    /// The unit that holds byte `at`, or the last one before it.
    pub fn unit_at(&self, at: usize) -> Option<usize> {
        self.units.partition_point(|unit| unit.range.start <= at).checked_sub(1)
    }

    /// The sentence that holds byte `at`; the unit's range where no sentence does.
    pub fn sentence_at(&self, text: &str, at: usize) -> Option<(usize, Range)> {
        let index = self.unit_at(at)?;
        let unit = &self.units[index];
        let found = sentences(text, unit.range.clone()).into_iter().find(|s| s.start <= at && at < s.end);
        Some((index, found.unwrap_or_else(|| unit.range.clone())))
    }

    /// Whether the unit is an entry below a line such as `Before encrypting, the actors:`.
    pub fn lists_attackers_acts(&self, text: &str, unit: usize) -> bool {
        let above = self.units[..unit].iter().rev().take(LIST_ENTRIES);
        let lead = above.take_while(|u| u.kind != UnitKind::Heading).find(|u| text[u.range.clone()].ends_with(':'));
        lead.is_some_and(|lead| {
            let told = Told::of(&text[lead.range.clone()]);
            told.names_attacker() && told.stance(lead.range.len(), || false) == Stance::Plain
        })
    }

    /// Whether what stands in a cell is what helps against a technique: the column says so at its head, or the cell or its
    /// row's first one names a mitigation of ATT&CK's (`M1032`).
    pub fn cell_advises(&self, text: &str, unit: usize) -> bool {
        let UnitKind::Cell { table, row, column, header } = self.units[unit].kind else { return false };
        let in_row =
            |cell: &&Unit| matches!(cell.kind, UnitKind::Cell { table: t, row: r, .. } if (t, r) == (table, row));
        let first = self.units[..=unit].iter().rev().take_while(in_row).last();
        !header && self.advice_columns.contains(&(table, column))
            || [Some(&self.units[unit]), first]
                .into_iter()
                .flatten()
                .any(|cell| names_mitigation(&text[cell.range.clone()]))
    }

    /// Whether somebody plays an attack in the document.
    pub fn tells_of_a_trial(&self, text: &str) -> bool {
        let tells = |unit: &Unit| Told::of(&text[unit.range.clone()]).tells_of_a_trial();
        *self.trial.get_or_init(|| self.units.iter().any(tells))
    }

    /// Whether the document offers something to a customer.
    pub fn offers(&self, text: &str) -> bool {
        let offers = |unit: &Unit| Told::of(&text[unit.range.clone()]).offers();
        *self.offer.get_or_init(|| self.units.iter().any(offers))
    }

    /// Whether a line of the narrative names an attacker, a tool or a trace of one, or where nobody plays an attack a deed
    /// of one: who tells of none tells of no attack, whatever the words ("download", "login", "script").
    pub fn tells_of_attackers(&self, text: &str) -> bool {
        let tells = |section| matches!(section, Section::Body | Section::Attack);
        let names = |unit: &Unit| {
            let told = Told::of(&text[unit.range.clone()]);
            told.names_attack() || told.tells_of_a_deed() && !self.tells_of_a_trial(text)
        };
        *self.attackers.get_or_init(|| self.units.iter().any(|unit| tells(unit.section) && names(unit)))
    }

    /// Whether the document is about ATT&CK itself: `ATT&CK v18 adds …`.
    pub fn tells_of_attack_itself(&self, text: &str) -> bool {
        let tells = |unit: &Unit| Told::of(&text[unit.range.clone()]).edits_attack();
        *self.catalogue.get_or_init(|| self.units.iter().take(OPENING_UNITS).any(tells))
    }

    /// Whether the document speaks of ATT&CK or of techniques at all.
    pub fn tells_of_techniques(&self, text: &str) -> bool {
        let tells = |unit: &Unit| {
            let lower = text[unit.range.clone()].to_ascii_lowercase();
            ["att&ck", "mitre", "technique", "tactic", "ttp"].iter().any(|word| lower.contains(word))
        };
        *self.techniques.get_or_init(|| self.units.iter().any(tells))
    }

    fn from_blocks(content: &Content) -> Layout {
        let sections = heading_sections(&content.text, &content.blocks);
        let mut units = Vec::with_capacity(content.blocks.len());
        let mut announced = None;
        for (index, block) in content.blocks.iter().enumerate() {
            let range = block.span.start as usize..block.span.end as usize;
            let kind = match block.kind.as_str() {
                "heading" => UnitKind::Heading,
                "code" | "preformatted" => UnitKind::Code,
                _ => match block.cell {
                    Some(cell) => kind_of(&cell),
                    None => UnitKind::Prose,
                },
            };
            let own = if kind == UnitKind::Heading { sections[index] } else { None };
            let above = block.heading.and_then(|heading| sections.get(heading as usize).copied().flatten());
            // A paragraph that says no more than `See also` is a heading to its reader, up to the next one.
            match kind {
                UnitKind::Heading => announced = None,
                _ if block.kind == "paragraph" => {
                    announced = announced_by_line(&content.text[range.clone()], false).or(announced);
                }
                _ => {}
            }
            units.push(Unit { range, kind, section: own.or(announced).or(above).unwrap_or(Section::Body) });
        }
        Self::with_labelled_lines(units, &content.text)
    }

    fn from_lines(content: &Content) -> Layout {
        let text = content.text.as_str();
        let lines = joined_lines(text);
        let mut rows = PipeTables::of(text, &lines);
        let mut section = Section::Body;
        let mut units: Vec<Unit> = Vec::with_capacity(lines.len());
        for (index, range) in lines.iter().enumerate() {
            let line = &text[range.clone()];
            let mut kind = UnitKind::Prose;
            if let Some(cells) = rows.take(index) {
                units.extend(cells.into_iter().map(|(range, kind)| Unit { range, kind, section }));
                continue;
            }
            if let Some(announced) = announced_by_line(line, index == 0) {
                // Without levels a cell of a technique's row ("Credential Hardening") looks like a heading.
                let cell = (section == Section::Attack || line.ends_with(':')) && !Section::opens_with(line, announced);
                let column = announced == Section::Advice && is_column_name(text, &lines, index);
                if !(column || cell) {
                    section = announced;
                }
                kind = if looks_like_heading(line) { UnitKind::Heading } else { UnitKind::Prose };
            }
            if section == Section::References && is_revision(line) {
                section = Section::Body;
            }
            if let Some(cell) = cell_of(&content.blocks, range.start) {
                kind = cell;
            }
            units.push(Unit { range: range.clone(), kind, section });
        }
        Self::with_labelled_lines(units, text)
    }

    /// `Mitigation: …` and `Detection: …` are advice wherever they stand, `See also: …` points elsewhere.
    fn with_labelled_lines(mut units: Vec<Unit>, text: &str) -> Layout {
        let mut advice_columns = BTreeSet::new();
        for unit in &mut units {
            let unit_text = &text[unit.range.clone()];
            if let UnitKind::Cell { table, column, header: true, .. } = unit.kind
                && Section::announced_by(unit_text) == Some(Section::Advice)
            {
                advice_columns.insert((table, column));
            }
            if let Some((label, _)) = unit_text[..unit_text.floor_char_boundary(LABEL_BYTES)].split_once(':')
                && let Some(announced @ (Section::Advice | Section::References)) = Section::announced_by(label)
            {
                unit.section = announced;
            }
        }
        Layout { units, advice_columns, ..Layout::default() }
    }
}

/// For each heading block what it announces, or what the heading above it does.
fn heading_sections(text: &str, blocks: &[Block]) -> Vec<Option<Section>> {
    let mut sections: Vec<Option<Section>> = vec![None; blocks.len()];
    for (index, block) in blocks.iter().enumerate() {
        if block.kind == "heading" {
            let line = &text[block.span.start as usize..block.span.end as usize];
            let first = sections[..index].iter().zip(blocks).all(|(_, before)| before.kind != "heading");
            let own = Section::announced_by(line).filter(|own| !first || is_of_title(line, *own));
            let above = block.heading.filter(|h| (*h as usize) < index).and_then(|h| sections[h as usize]);
            sections[index] = own.or(above);
        }
    }
    sections
}

/// `M1032`: ATT&CK's ids of mitigations have four digits and begin at 1013.
fn names_mitigation(cell: &str) -> bool {
    cell.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        word.strip_prefix("M1").is_some_and(|rest| rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn cell_of(blocks: &[Block], at: usize) -> Option<UnitKind> {
    let index = blocks.partition_point(|block| block.span.start as usize <= at).checked_sub(1)?;
    let block = &blocks[index];
    let cell = block.cell.as_ref().filter(|_| at < block.span.end as usize)?;
    Some(kind_of(cell))
}

fn kind_of(cell: &Cell) -> UnitKind {
    UnitKind::Cell { table: cell.table, row: cell.row, column: cell.column, header: cell.header }
}

/// The lines that are not blank; a line that was broken inside a sentence is joined with the next.
fn joined_lines(text: &str) -> Vec<Range> {
    let mut lines: Vec<Range> = Vec::new();
    let mut start = 0;
    let mut after_blank = true;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let begin = start + (line.len() - line.trim_start().len());
        start += line.len();
        if trimmed.is_empty() {
            after_blank = true;
            continue;
        }
        let range = begin..begin + trimmed.len();
        let continues = !after_blank
            && trimmed.starts_with(|c: char| c.is_lowercase() || c == '(')
            && lines.last().is_some_and(|last| {
                let last_line = text[last.clone()].rsplit('\n').next().unwrap_or("");
                last_line.len() >= WRAPPED_FROM && !last_line.ends_with(['.', '!', '?', ':', ';'])
            });
        match lines.last_mut() {
            Some(last) if continues => last.end = range.end,
            _ => lines.push(range),
        }
        after_blank = false;
    }
    lines
}

/// A short line without a sentence's end.
fn looks_like_heading(line: &str) -> bool {
    let longest = if line.starts_with("Table ") || line.starts_with("Figure ") { CAPTION_BYTES } else { HEADING_BYTES };
    line.len() <= longest
        && !line.ends_with(['.', ';', ',', '!'])
        && line.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_uppercase() || c.is_numeric())
        && (!line.contains('[') || line.contains("[TA0"))
}

/// What a document's title announces it announces for all of it, so its first words must: `Detecting …`, and not
/// `Advisory with mitigations`.
fn is_of_title(title: &str, announced: Section) -> bool {
    announced != Section::Advice || Section::opens_with(title, announced)
}

fn announced_by_line(line: &str, first: bool) -> Option<Section> {
    if looks_like_heading(line) {
        return Section::announced_by(line).filter(|announced| !first || is_of_title(line, *announced));
    }
    // Pages flattened without a break: `MitigationsCISA and FBI recommend …`.
    ["Mitigations", "Mitigation", "Recommendations", "Technical Details", "Summary", "References"]
        .into_iter()
        .find(|word| line.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase())))
        .and_then(Section::announced_by)
}

/// A document's history speaks of the document, not of what it cites.
fn is_revision(line: &str) -> bool {
    line.starts_with("Revision") || line.contains("Initial Version") || line.contains("Initial version")
}

/// A flattened table's head: the name of this column follows those of others.
fn is_column_name(text: &str, lines: &[Range], index: usize) -> bool {
    lines[index.saturating_sub(TABLE_HEAD_LINES)..index].iter().any(|range| {
        let line = text[range.clone()].trim_end_matches(':');
        line.len() < 40
            && ["ID", "Use", "Name", "Tactic", "Technique", "Technique Title", "Technique ID", "MITRE ID", "Procedure"]
                .iter()
                .any(|column| line.eq_ignore_ascii_case(column))
            || line.len() < 40 && (line.starts_with("Threat Actor Procedure") || line.contains("Sub-Technique"))
    })
}
