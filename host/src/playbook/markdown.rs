//! A playbook as Markdown, in the form of the reference: the title with underscores and the id without its dot, a table
//! of two columns, line breaks as `<br>`. MITRE's notice follows, and the queries of an article as fenced blocks.

use super::{Origin, Piece, Playbook, Query, Row};
use crate::report::text;
use std::fmt::Write as _;

/// The whole document, with a newline at its end.
pub fn write(playbook: &Playbook) -> String {
    table(playbook) + &queries(&playbook.queries)
}

/// The title, the table and MITRE's notice.
pub fn table(playbook: &Playbook) -> String {
    head(playbook) + &rows(&playbook.rows) + &foot(playbook)
}

/// The title and the table's own head.
pub fn head(playbook: &Playbook) -> String {
    let title = text::markdown(&playbook.name).replace(' ', "_");
    let technique = playbook.technique.replace('.', "");
    format!("# {title} - {technique}\n\n| Column Name | Value |\n|-------------|-------|\n")
}

/// A line of the table for each row.
pub fn rows(rows: &[Row]) -> String {
    rows.iter().fold(String::new(), |mut out, row| {
        let _ = writeln!(out, "| {} | {} |", text::markdown(&row.name), value(row));
        out
    })
}

/// MITRE's notice, behind the table.
pub fn foot(playbook: &Playbook) -> String {
    format!("\n_ATT&CK {}. {}_\n", text::markdown(&playbook.attack), text::markdown(&playbook.notice))
}

/// Each query as a fenced block, with a blank line before it.
pub fn queries<'q>(queries: impl IntoIterator<Item = &'q Query>) -> String {
    let mut out = String::new();
    for query in queries {
        let _ = writeln!(
            out,
            "\n**{}** ({}, {}):\n{}",
            text::markdown(&query.title),
            text::code(&query.hunt),
            text::markdown(&query.dialect),
            text::fenced(&query.language, &query.text).trim_end()
        );
    }
    out
}

/// The second column.
fn value(row: &Row) -> String {
    row.pieces.iter().map(escaped).collect()
}

/// A piece inside a table cell; blanks at its ends stay, as its neighbours need them. What a user wrote is Markdown of
/// their own: only what would break the table is taken care of.
fn escaped(piece: &Piece) -> String {
    if piece.origin == Origin::User {
        return piece.text.replace('|', "\\|").replace('\n', "<br>");
    }
    let line = |line: &str| {
        let (blank_before, blank_after) = (line.starts_with(' '), line.len() > 1 && line.ends_with(' '));
        let before = if blank_before { " " } else { "" };
        let after = if blank_after { " " } else { "" };
        format!("{before}{}{after}", inside(&text::plain(line)))
    };
    piece.text.split('\n').map(line).collect::<Vec<_>>().join("<br>")
}

/// Escapes markup inside a line of a table cell. What is markup only where a block begins stays as it is, so that
/// `1. Is` reads as in the reference.
fn inside(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut written = 0;
    // Markup is ASCII, so its places are characters' boundaries.
    for (at, byte) in line.bytes().enumerate() {
        let markup = match byte {
            b'\\' | b'`' | b'*' | b'[' | b']' | b'<' | b'>' | b'|' | b'~' => true,
            b'&' => is_entity(&line[at + 1..]),
            b'_' => {
                at == 0
                    || !line[..at].ends_with(char::is_alphanumeric)
                    || !line[at + 1..].starts_with(char::is_alphanumeric)
            }
            b':' => line[at..].starts_with("://"),
            _ => false,
        };
        if markup {
            out.push_str(&line[written..at]);
            out.push('\\');
            written = at;
        }
    }
    out.push_str(&line[written..]);
    out
}

/// Whether what follows an ampersand makes it an entity (CommonMark 0.31.2, section 2.5).
fn is_entity(rest: &str) -> bool {
    let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '#').next().unwrap_or_default();
    !name.is_empty() && rest[name.len()..].starts_with(';')
}
