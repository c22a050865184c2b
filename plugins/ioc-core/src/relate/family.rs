//! Families of malware that a table names: the cell under a header that says so, in rows with digests.

use super::Place;
use crate::codes::reason;
use crate::cues::Cues;
use crate::judge::role;
use crate::kinds::digest;
use crate::layout::Layout;
use huntsmith_sdk::extractor::{Indicator, Span};
use std::collections::BTreeMap;

/// Longer cells describe.
const LONGEST: usize = 60;

/// Adds the families that tables name for files, and returns each file's place with its family's.
pub fn name(text: &str, layout: &Layout, indicators: &mut Vec<Indicator>) -> Vec<(Place, Place)> {
    if !layout.tables.iter().any(|table| table.columns.iter().any(|column| column.has(Cues::FAMILY))) {
        return Vec::new();
    }
    let mut files: Vec<Place> = Vec::new();
    for (at, one) in indicators.iter().enumerate().filter(|(_, one)| digest::is_digest(&one.kind)) {
        files.extend(one.spans.iter().map(|span| (span.start, span.end, at as u32)));
    }
    files.sort_unstable();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files {
        let Some((start, end)) = cell(text, layout, file.0 as usize) else { continue };
        let span = Span { start: start as u32, end: end as u32 };
        let at = *known.entry(text[start..end].to_string()).or_insert_with(|| {
            indicators.push(family(&text[start..end]));
            indicators.len() - 1
        });
        let spans = &mut indicators[at].spans;
        if spans.last().is_none_or(|last| last.end <= span.start) {
            spans.push(span);
        }
        found.push((file, (span.start, span.end, at as u32)));
    }
    found
}

fn family(value: &str) -> Indicator {
    Indicator {
        kind: "malware_family".to_string(),
        value: value.to_string(),
        parts: Vec::new(),
        spans: Vec::new(),
        defanged: false,
        role: role::ATTACKER.to_string(),
        confidence: 80,
        reasons: vec![reason::IOC_TABLE.to_string()],
        properties: Vec::new(),
    }
}

/// The range of the family's name in the row of a position.
fn cell(text: &str, layout: &Layout, position: usize) -> Option<(usize, usize)> {
    const NOTHING: [&str; 5] = ["n/a", "unknown", "none", "-", "tbd"];
    let unit = layout.unit(position)?;
    let table = &layout.tables[unit.table?];
    let column = table.columns.iter().position(|column| column.has(Cues::FAMILY))?;
    let row = &text[unit.start..unit.end];
    let parts = |c: char| matches!(c, '\t' | '|' | '\n') || table.sign.is_some_and(|sign| c == sign as char);
    let cell = row.split(parts).nth(column)?;
    let name = cell.trim().trim_matches(['"', '`', '*']).trim();
    let start = name.as_ptr() as usize - text.as_ptr() as usize;
    let holds = start > position || start + name.len() <= position;
    let fits = (2..=LONGEST).contains(&name.len())
        && name.starts_with(char::is_alphabetic)
        && !NOTHING.iter().any(|nothing| name.eq_ignore_ascii_case(nothing));
    (fits && holds).then_some((start, start + name.len()))
}
