//! The row of log sources: those of ATT&CK's analytics under the names that a defender knows, by platform; where ATT&CK
//! names none that a defender holds, ours, and the row says so.

use super::compose::Cell;
use super::texts::{Texts, Topic};
use crate::attack::{LogSource, Technique};
use std::collections::BTreeSet;

/// At most this many log sources a platform.
const SOURCES: usize = 6;
/// At most this many uses of one log source.
const USES: usize = 4;
/// At most this many sources of our own.
const OURS: usize = 8;

/// One source of a platform: its label, and what of it (component, channel).
struct Entry<'a> {
    label: String,
    uses: Vec<&'a LogSource>,
}

/// The row. `topics` are those that the technique is about.
pub fn row(technique: &Technique, topics: &[&Topic], texts: &Texts) -> Cell {
    let platforms = by_platform(technique, texts);
    if platforms.is_empty() {
        return ours(technique, topics, texts);
    }
    let mut cell = Cell::default();
    for (platform, entries) in platforms {
        cell.line();
        cell.attack(&platform).ours(": ");
        for (at, entry) in entries.iter().enumerate() {
            cell.ours(if at == 0 { "" } else { "; " }).ours(&entry.label);
            write_uses(&mut cell, entry, texts);
        }
    }
    cell
}

fn write_uses(cell: &mut Cell, entry: &Entry<'_>, texts: &Texts) {
    let channel = &texts.sources.channel;
    for (at, log) in entry.uses.iter().enumerate() {
        cell.ours(if at == 0 { " – " } else { ", " }).attack(&log.component);
        match log.channel.as_deref() {
            None => {}
            Some(text) => match text.strip_prefix(&channel.prefix) {
                Some(numbers) => drop(cell.ours(" (").ours(&channel.shown).attack(numbers).ours(")")),
                None => drop(cell.ours(" (").attack(text).ours(")")),
            },
        }
    }
}

/// Usable sources by platform, in the analytics' order; platforms without one are left out.
fn by_platform<'a>(technique: &'a Technique, texts: &Texts) -> Vec<(String, Vec<Entry<'a>>)> {
    let mut found: Vec<(String, Vec<Entry<'a>>)> = Vec::new();
    for analytic in &technique.analytics {
        let platform = analytic.platforms.join(", ");
        for log in &analytic.logs {
            let Some(label) = texts.sources.label(&log.name) else { continue };
            match found.iter_mut().find(|(known, _)| *known == platform) {
                Some((_, entries)) => add(entries, label, log),
                None => found.push((platform.clone(), vec![Entry { label, uses: vec![log] }])),
            }
        }
    }
    found
}

fn add<'a>(entries: &mut Vec<Entry<'a>>, label: String, log: &'a LogSource) {
    match entries.iter().position(|entry| entry.label == label) {
        Some(at) if entries[at].uses.len() < USES && !entries[at].uses.contains(&log) => entries[at].uses.push(log),
        None if entries.len() < SOURCES => entries.push(Entry { label, uses: vec![log] }),
        _ => {}
    }
}

/// What the technique is about names the sources; else its platforms do.
fn ours(technique: &Technique, topics: &[&Topic], texts: &Texts) -> Cell {
    let mut logs: Vec<&String> = topics.iter().flat_map(|topic| &topic.logs).collect();
    if logs.len() < OURS / 2 {
        let platforms = technique.platforms.iter().filter_map(|platform| texts.platforms.get(platform));
        logs.extend(platforms.flat_map(|platform| &platform.logs));
    }
    let mut seen = BTreeSet::new();
    logs.retain(|log| seen.insert(*log));
    logs.truncate(OURS);
    let mut cell = Cell::default();
    cell.ours(&texts.phrases.ours);
    for (at, log) in logs.iter().enumerate() {
        cell.ours(if at == 0 { " " } else { "; " }).ours(log);
    }
    cell
}
