//! The text that carries a finding: a sentence, or a table's row.

use crate::knowledge::Knowledge;
use huntsmith_sdk::article::Span;
use huntsmith_text::{Layout, Range, UnitKind};

/// Where a finding stands and what carries it.
pub struct Place {
    pub unit: usize,
    /// Sentence or row.
    pub range: Range,
    /// The finding is all that its line or cell holds.
    pub bare: bool,
}

/// So many more bytes than the finding itself a bare line may have: brackets, a bullet.
const BARE_SLACK: usize = 6;
/// Rows of a flattened table are parted by at most so many bytes of white space.
const ROW_GAP: usize = 12;
/// A procedure's text in a flattened row has at least so many bytes.
const PROCEDURE_BYTES: usize = 40;

/// The sentence or row around `at`.
pub fn place(knowledge: &Knowledge, text: &str, layout: &Layout, at: &Range) -> Option<Place> {
    let (unit, sentence) = layout.sentence_at(text, at.start)?;
    let whole = &layout.units[unit];
    let bare = whole.range.len() <= at.len() + BARE_SLACK || is_titled_id(text, &whole.range, at);
    if let UnitKind::Cell { table, row, .. } = whole.kind {
        let in_row = |index: usize| matches!(layout.units[index].kind, UnitKind::Cell { table: t, row: r, .. } if t == table && r == row);
        let first = (0..=unit).rev().take_while(|index| in_row(*index)).last().unwrap_or(unit);
        let last = (unit..layout.units.len()).take_while(|index| in_row(*index)).last().unwrap_or(unit);
        return Some(Place { unit, range: layout.units[first].range.start..layout.units[last].range.end, bare });
    }
    if !bare {
        let end = sentence.end.max(at.end.min(whole.range.end));
        return Some(Place { unit, range: sentence.start..end, bare });
    }
    Some(Place { unit, range: flattened_row(knowledge, text, layout, unit), bare })
}

/// `Use Alternate Authentication Material: Pass the Hash [T1550.002]`: a title with its id, and no sentence.
fn is_titled_id(text: &str, unit: &Range, at: &Range) -> bool {
    if at.end > unit.end {
        return false;
    }
    let minor =
        ["a", "an", "and", "as", "by", "for", "from", "in", "of", "on", "or", "over", "the", "to", "via", "with"];
    let mut words =
        text[unit.start..at.start].split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).peekable();
    words.peek().is_some()
        && text[at.end..unit.end].chars().all(|c| !c.is_alphanumeric())
        && words.all(|word| minor.contains(&word) || !word.starts_with(char::is_lowercase))
}

/// A row that lost its table: an id on a line of its own, its name before or behind it, then the procedure.
fn flattened_row(knowledge: &Knowledge, text: &str, layout: &Layout, unit: usize) -> Range {
    let line = |index: usize| layout.units.get(index).map(|u| &text[u.range.clone()]);
    let near = |a: usize, b: usize| {
        layout.units.get(b).is_some_and(|next| next.range.start - layout.units[a].range.end <= ROW_GAP)
    };
    let (mut first, mut last) = (unit, unit);
    if unit > 0 && near(unit - 1, unit) && line(unit - 1).is_some_and(|l| knowledge.is_technique_name(l)) {
        first = unit - 1;
    }
    if near(unit, unit + 1) && line(unit + 1).is_some_and(|l| knowledge.is_technique_name(l)) && first == unit {
        last = unit + 1;
    }
    if near(last, last + 1) && line(last + 1).is_some_and(|l| l.len() >= PROCEDURE_BYTES) {
        last += 1;
    }
    layout.units[first].range.start..layout.units[last].range.end
}

/// The contract's span of a range.
pub fn span(range: &Range) -> Span {
    Span { start: range.start as u32, end: range.end as u32 }
}

/// Ascending, each once, overlapping ones joined.
pub fn spans(ranges: impl Iterator<Item = Range>) -> Vec<Span> {
    let mut ranges: Vec<Range> = ranges.filter(|r| r.start < r.end).collect();
    ranges.sort_by_key(|r| (r.start, r.end));
    let mut joined: Vec<Range> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined.iter().map(span).collect()
}
