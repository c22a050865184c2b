//! YAML in block style: scalars in single quotes, or in double quotes where a character needs a code.
//!
//! Source: YAML 1.2.2, "Flow scalar styles".

use super::quote::{BACKSLASHED, BARE, Hidden, Quoting};
use super::refusal::At;
use super::text::Query;
use crate::emitter::Refusal;

const SINGLE: Quoting = Quoting { open: "'", close: "'", escapes: &[('\'', "''")], ..BARE };
const DOUBLE: Quoting = Quoting { hidden: Hidden::Points, ..BACKSLASHED };

/// The quoting that can say a text.
pub fn quoting(text: &str) -> &'static Quoting {
    if SINGLE.can_say(text) { &SINGLE } else { &DOUBLE }
}

/// Text of the document's own as a scalar.
///
/// # Errors
/// None: double quotes can say every character.
pub fn scalar<'q>(query: &'q mut Query, text: &str) -> Result<&'q mut Query, Refusal> {
    query.constant(quoting(text), text, At::HUNT)
}

/// A line: what stands before the scalar (`key: `, `  - `), and the scalar.
///
/// # Errors
/// None, as [`scalar`].
pub fn line(query: &mut Query, before: &'static str, text: &str) -> Result<(), Refusal> {
    scalar(query.word(before), text)?.word("\n");
    Ok(())
}

/// A line, where there is a text.
///
/// # Errors
/// None, as [`scalar`].
pub fn given(query: &mut Query, before: &'static str, text: Option<&str>) -> Result<(), Refusal> {
    text.map_or(Ok(()), |text| line(query, before, text))
}

/// A key and its list, each item once; nothing where there is none.
///
/// # Errors
/// None, as [`scalar`].
pub fn list<'t>(
    query: &mut Query,
    key: &'static str,
    texts: impl IntoIterator<Item = &'t String>,
) -> Result<(), Refusal> {
    let mut seen: Vec<&str> = Vec::new();
    for text in texts {
        if !text.is_empty() && !seen.contains(&text.as_str()) {
            line(query.word(if seen.is_empty() { key } else { "" }), "  - ", text)?;
            seen.push(text);
        }
    }
    Ok(())
}
