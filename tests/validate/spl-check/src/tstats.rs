//! `tstats`: options, functions, data model, condition, grouping.

use crate::cim::Cim;
use crate::expression::condition;
use crate::lex::{Cursor, Kind};
use std::collections::BTreeSet;

const OPTIONS: [(&str, &[&str]); 4] = [
    ("summariesonly", &["true", "false", "t", "f"]),
    ("allow_old_summaries", &["true", "false", "t", "f"]),
    ("prestats", &["true", "false", "t", "f"]),
    ("fillnull_value", &[]),
];

/// Functions over a group, of `stats` and its kin.
pub const FUNCTIONS: [&str; 15] = [
    "count", "dc", "sum", "min", "max", "avg", "stdev", "values", "earliest", "latest", "first", "last", "median",
    "list", "mode",
];

/// The fields that come out of it.
///
/// # Errors
/// What is wrong with it.
pub fn tstats(cursor: &mut Cursor<'_>, cim: &Cim) -> Result<BTreeSet<String>, String> {
    while let (Some(Kind::Word(name)), Some(Kind::Sign("="))) = (cursor.peek(), cursor.peek_after(1)) {
        let words = OPTIONS.iter().find(|(option, _)| option == name);
        let (_, words) = words.ok_or_else(|| format!("tstats has no option {name}"))?;
        cursor.advance();
        cursor.advance();
        match cursor.advance() {
            Some(Kind::Word(value)) if words.is_empty() || words.contains(&value.as_str()) => {}
            Some(Kind::String(_)) if words.is_empty() => {}
            other => return Err(format!("{name}={other:?}")),
        }
    }
    let mut out = BTreeSet::new();
    let mut measured = Vec::new();
    while !cursor.take_word("from") {
        let function = cursor.word()?;
        if !FUNCTIONS.contains(&function) {
            return Err(format!("tstats has no function {function}"));
        }
        if cursor.touches() && cursor.take("(") {
            measured.push(cursor.field()?);
            cursor.expect(")")?;
        } else if function != "count" {
            return Err(format!("{function} of what?"));
        }
        out.insert(if cursor.take_word("as") { cursor.field()? } else { function.into() });
        cursor.take(",");
    }
    if out.is_empty() {
        return Err("tstats without a function".into());
    }
    if !cursor.take_word("datamodel") {
        return Err("tstats reads data models here".into());
    }
    cursor.expect("=")?;
    let data_set = cursor.field()?;
    let fields = cim.fields(&data_set).ok_or_else(|| format!("no data set {data_set}"))?;
    if let Some(unknown) = measured.iter().find(|field| !fields.contains(*field)) {
        return Err(format!("no field {unknown} in {data_set}"));
    }
    if cursor.take_word("where") {
        condition(cursor, &fields, false)?;
    }
    if cursor.take_word("by") {
        loop {
            let name = cursor.field()?;
            if !fields.contains(&name) {
                return Err(format!("no field {name} in {data_set}"));
            }
            if name == "_time" && cursor.take_word("span") {
                cursor.expect("=")?;
                cursor.word()?;
            }
            out.insert(name);
            if !cursor.take(",") && !matches!(cursor.peek(), Some(Kind::Word(_))) {
                break;
            }
        }
    }
    Ok(out)
}
