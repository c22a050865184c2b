//! Runs to lines, lines to blocks: spaces where there is room between runs, paragraphs where there is room between
//! lines, headings by size, running heads and feet left out.

use crate::runs::Run;
use huntsmith_sdk::prose::Writer;
use std::collections::BTreeMap;

/// A link of a page: its rectangle and target.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    pub left: f32,
    pub bottom: f32,
    pub right: f32,
    pub top: f32,
    pub target: String,
}

/// A line of text on a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    pub page: u32,
    pub x: f32,
    pub end: f32,
    pub y: f32,
    pub size: f32,
    /// Pieces with the link that they are in, as an index into the page's areas.
    pub pieces: Vec<(String, Option<usize>)>,
}

impl Line {
    pub fn text(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }
}

/// Puts a page's runs on lines.
pub fn lines(page: u32, runs: &[Run], areas: &[Area]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for run in runs {
        let middle = ((run.x + run.end) / 2.0, run.y + run.size * 0.3);
        let link =
            areas.iter().position(|a| (a.left..=a.right).contains(&middle.0) && (a.bottom..=a.top).contains(&middle.1));
        let goes_on = lines.last().is_some_and(|line| {
            (line.y - run.y).abs() < run.size.min(line.size) * 0.45
                && run.x > line.end - run.size
                && run.x < line.end + run.size * 20.0
        });
        if !goes_on {
            if run.text.trim().is_empty() {
                continue;
            }
            lines.push(Line { page, x: run.x, end: run.x, y: run.y, size: run.size, pieces: Vec::new() });
        }
        let Some(line) = lines.last_mut() else { continue };
        let gap = run.x - line.end;
        let apart = line.pieces.last().is_some_and(|(text, _)| !text.ends_with(' ')) && !run.text.starts_with(' ');
        let text = if apart && gap > run.size * 0.18 { format!(" {}", run.text) } else { run.text.clone() };
        line.end = line.end.max(run.end);
        if !run.text.trim().is_empty() {
            line.size = line.size.max(run.size);
        }
        match line.pieces.last_mut() {
            Some((last, l)) if *l == link => last.push_str(&text),
            _ => line.pieces.push((text, link)),
        }
    }
    lines
}

/// Takes out lines that most pages repeat at their top or bottom; the answer is which.
pub fn drop_running(pages: &mut [Vec<Line>]) -> Vec<String> {
    // Page numbers differ; nothing else may, so that a list of addresses is no running head.
    let is_number = |word: &str| word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    let shape = |line: &Line| {
        let text = line.text();
        text.split_whitespace().map(|word| if is_number(word) { "#" } else { word }).collect::<Vec<_>>().join(" ")
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    const EDGE: usize = 2;
    let is_edge = |index: usize, length: usize| index < EDGE || index + EDGE >= length;
    for lines in pages.iter() {
        let mut shapes: Vec<String> =
            lines.iter().enumerate().filter(|(i, _)| is_edge(*i, lines.len())).map(|(_, l)| shape(l)).collect();
        shapes.sort();
        shapes.dedup();
        for shape in shapes {
            *counts.entry(shape).or_default() += 1;
        }
    }
    let needed = (pages.len() / 2 + 1).max(3);
    let mut dropped = Vec::new();
    for lines in pages.iter_mut() {
        let length = lines.len();
        let mut index = 0;
        lines.retain(|line| {
            let running = is_edge(index, length) && counts.get(&shape(line)).is_some_and(|count| *count >= needed);
            index += 1;
            if running {
                dropped.push(line.text());
            }
            !running
        });
    }
    dropped
}

/// Writes all pages' lines as blocks.
pub fn write(pages: &[Vec<Line>], areas: &[Vec<Area>], writer: &mut Writer) {
    let body = body_size(pages);
    let sizes = heading_sizes(pages, body);
    let mut right = 0.0f32;
    let mut left = f32::MAX;
    for line in pages.iter().flatten() {
        right = right.max(line.end);
        left = left.min(line.x);
    }
    let mut before: Option<&Line> = None;
    for (lines, areas) in pages.iter().zip(areas) {
        for line in lines {
            let level = sizes.iter().position(|size| (size - line.size).abs() < 0.5).map(|index| index as u8 + 1);
            let kind = if level.is_some() && line.text().chars().count() <= 160 { "heading" } else { "paragraph" };
            let gap = before.map_or(f32::MAX, |before| before.y - line.y);
            let same_page = before.is_some_and(|before| before.page == line.page);
            // A sentence may go on over the page's end.
            let goes_on = match before {
                Some(before) if same_page => {
                    gap >= -1.0 && gap < line.size * 1.75 && (before.size - line.size).abs() < 0.5
                }
                Some(before) => {
                    (before.size - line.size).abs() < 0.5
                        && !before.text().trim_end().ends_with(['.', ':', '!', '?'])
                        && line.text().starts_with(char::is_lowercase)
                }
                None => false,
            };
            let text = line.text();
            let bullet = text.trim_start().strip_prefix(['•', '▪', '◦', '●', '■', '–']).is_some();
            if bullet {
                writer.begin("list-item", 1);
                writer.property("page", &line.page.to_string());
            } else if !goes_on || writer.kind().is_none_or(|open| (open == "heading") != (kind == "heading")) {
                writer.begin(kind, level.filter(|_| kind == "heading").unwrap_or(0));
                writer.property("page", &line.page.to_string());
            } else {
                let short = before.is_some_and(|before| before.end < left + (right - left) * 0.72);
                join(writer, &text, short && kind != "heading");
            }
            for (index, (piece, link)) in line.pieces.iter().enumerate() {
                let piece = if index == 0 && bullet {
                    piece.trim_start().trim_start_matches(['•', '▪', '◦', '●', '■', '–', ' '])
                } else {
                    piece
                };
                if let Some(area) = link.and_then(|link| areas.get(link)) {
                    writer.begin_link(area.target.clone());
                    writer.text(piece);
                    writer.end_link();
                } else {
                    writer.text(piece);
                }
            }
            before = Some(line);
        }
    }
    writer.end();
}

/// What stands between a line and the next of its paragraph: a break after a short line, nothing inside a hash that
/// was wrapped, else a space.
fn join(writer: &mut Writer, next: &str, short: bool) {
    let last = writer.pending().rsplit(char::is_whitespace).next().unwrap_or("").to_string();
    let first = next.trim_start().split(char::is_whitespace).next().unwrap_or("");
    let hexadecimal = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    let digest = |length: usize| matches!(length, 32 | 40 | 64 | 96 | 128);
    // Two whole ones are a list of them.
    let parts = digest(last.len() + first.len()) && !(digest(last.len()) && digest(first.len()));
    if hexadecimal(&last) && hexadecimal(first) && parts && last.len() >= 8 {
        return;
    }
    if short {
        writer.line_break();
    } else {
        writer.text(" ");
    }
}

/// The size in which most of the text is set.
fn body_size(pages: &[Vec<Line>]) -> f32 {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for line in pages.iter().flatten() {
        *counts.entry((line.size * 2.0).round() as u32).or_default() += line.text().len();
    }
    counts.iter().max_by_key(|(_, count)| **count).map_or(10.0, |(size, _)| *size as f32 / 2.0)
}

/// The sizes that headings are set in, largest first: clearly larger than the body's and used for little text.
fn heading_sizes(pages: &[Vec<Line>], body: f32) -> Vec<f32> {
    let mut sizes: Vec<f32> = Vec::new();
    for line in pages.iter().flatten() {
        let size = (line.size * 2.0).round() / 2.0;
        if size >= body * 1.18 && !sizes.iter().any(|known| (known - size).abs() < 0.5) {
            sizes.push(size);
        }
    }
    sizes.sort_by(|a, b| b.total_cmp(a));
    sizes.truncate(6);
    sizes
}
