//! A search as a pipeline: each command with its arguments, and the fields that are there after it.

use crate::cim::Cim;
use crate::expression::{condition, expression};
use crate::lex::{Cursor, Kind};
use crate::tstats::{FUNCTIONS, tstats};
use std::collections::BTreeSet;

type Fields = BTreeSet<String>;

/// Stands for every field.
pub const ANY: &str = "*";

/// Commands that write, delete, send, or run what they are given.
const DANGEROUS: [&str; 16] = [
    "outputlookup",
    "outputcsv",
    "outputtext",
    "delete",
    "collect",
    "mcollect",
    "meventcollect",
    "map",
    "sendemail",
    "sendalert",
    "script",
    "run",
    "runshellscript",
    "rest",
    "dump",
    "tscollect",
];

/// A pipeline up to the end, or to the bracket that closes it.
///
/// # Errors
/// What is wrong with it.
pub fn pipeline(cursor: &mut Cursor<'_>, cim: &Cim, whole: bool) -> Result<Fields, String> {
    let raw = matches!(cursor.peek(), Some(Kind::Word(word)) if word == "search") && cim.raw;
    if !raw && !cursor.take("|") {
        return Err("without a pipe before it, a command is a word to search for".into());
    }
    let mut fields: Option<Fields> = None;
    loop {
        fields = Some(command(cursor, cim, fields)?);
        if cursor.take("|") {
            continue;
        }
        return match (cursor.peek(), whole) {
            (None, true) => Ok(fields.unwrap_or_default()),
            (Some(Kind::Sign("]")), false) => {
                cursor.advance();
                Ok(fields.unwrap_or_default())
            }
            (other, _) => Err(format!("a pipe or the end expected, {other:?} found")),
        };
    }
}

fn command(cursor: &mut Cursor<'_>, cim: &Cim, fields: Option<Fields>) -> Result<Fields, String> {
    if let Some(Kind::Macro(text)) = cursor.peek() {
        cursor.advance();
        return called(text, cim, fields.ok_or("a macro begins the search")?);
    }
    let name = cursor.word()?.to_ascii_lowercase();
    if DANGEROUS.contains(&name.as_str()) {
        return Err(format!("the command {name} is dangerous"));
    }
    if name == "tstats" {
        return if fields.is_none() { tstats(cursor, cim) } else { Err("tstats does not begin its search".into()) };
    }
    if name == "search" && fields.is_none() && cim.raw {
        // Raw events may have any field.
        let any = Fields::from([ANY.to_owned()]);
        condition(cursor, &any, true)?;
        return Ok(any);
    }
    let mut fields = fields.ok_or_else(|| format!("{name} begins the search"))?;
    match name.as_str() {
        "where" => expression(cursor, &fields)?,
        "search" => condition(cursor, &fields, true)?,
        "eval" => loop {
            let target = cursor.field()?;
            cursor.expect("=")?;
            expression(cursor, &fields)?;
            fields.insert(target);
            if !cursor.take(",") {
                break;
            }
        },
        "append" => {
            cursor.expect("[")?;
            fields.extend(pipeline(cursor, cim, false)?);
        }
        "sort" => {
            if matches!(cursor.peek(), Some(Kind::Word(word)) if word.bytes().all(|byte| byte.is_ascii_digit())) {
                cursor.advance();
            }
            loop {
                let _ = cursor.take("-") || cursor.take("+");
                known(&cursor.field()?, &fields)?;
                if !cursor.take(",") {
                    break;
                }
            }
        }
        "convert" => {
            while cursor.take_word("ctime") {
                cursor.expect("(")?;
                known(&cursor.field()?, &fields)?;
                cursor.expect(")")?;
            }
        }
        "rename" => {
            // A data set's name off its fields, and nothing else.
            let prefix = format!("{}.", cursor.word()?);
            cursor.expect(".").and_then(|()| cursor.expect("*"))?;
            if !cursor.take_word("as") {
                return Err("a rename to nothing".into());
            }
            cursor.expect("*")?;
            return without(&prefix, fields);
        }
        "head" => number(cursor.word()?)?,
        "mvexpand" => known(&cursor.field()?, &fields)?,
        "bin" => {
            known(&cursor.field()?, &fields)?;
            if !cursor.take_word("span") {
                return Err("bin without a span".into());
            }
            cursor.expect("=")?;
            cursor.word()?;
        }
        "stats" => return stats(cursor, &fields, false),
        "streamstats" => {
            while let (Some(Kind::Word(option)), Some(Kind::Sign("="))) = (cursor.peek(), cursor.peek_after(1)) {
                if !["current", "window", "time_window", "global"].contains(&option.as_str()) {
                    return Err(format!("streamstats has no option {option}"));
                }
                cursor.advance();
                cursor.advance();
                cursor.word()?;
            }
            let added = stats(cursor, &fields, true)?;
            fields.extend(added);
        }
        "table" | "fields" => {
            let mut kept = Fields::new();
            while matches!(cursor.peek(), Some(Kind::Word(_) | Kind::String(_))) {
                let name = cursor.field()?;
                known(&name, &fields)?;
                kept.insert(name);
                cursor.take(",");
            }
            return Ok(kept);
        }
        other => return Err(format!("the command {other} is not one that a hunt needs")),
    }
    Ok(fields)
}

fn known(name: &str, fields: &Fields) -> Result<(), String> {
    if fields.contains(name) || fields.contains(ANY) { Ok(()) } else { Err(format!("no field {name} here")) }
}

fn number(word: &str) -> Result<(), String> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) { Ok(()) } else { Err(format!("no number: {word}")) }
}

/// A macro of the CIM add-on; the one that takes a data set's name off does so.
fn called(text: &str, cim: &Cim, fields: Fields) -> Result<Fields, String> {
    let name = text.split('(').next().unwrap_or(text);
    if !cim.has_macro(name) {
        return Err(format!("the macro {name} is not one of the CIM add-on"));
    }
    if name != "drop_dm_object_name" {
        return Ok(fields);
    }
    let argument = text[name.len()..].strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let argument = argument.ok_or("a macro without its argument")?;
    let argument = match argument.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').ok_or("an open string in a macro's argument")?,
        None if argument.contains('"') => return Err("an open string in a macro's argument".into()),
        None => argument,
    };
    without(&format!("{argument}."), fields)
}

/// Fields without the prefix that some of them have.
fn without(prefix: &str, fields: Fields) -> Result<Fields, String> {
    if !fields.iter().any(|field| field.starts_with(prefix)) {
        return Err(format!("no field of {prefix} to take the name off"));
    }
    Ok(fields.into_iter().map(|field| field.strip_prefix(prefix).map_or(field.clone(), str::to_owned)).collect())
}

fn stats(cursor: &mut Cursor<'_>, fields: &Fields, running: bool) -> Result<Fields, String> {
    let mut out = Fields::new();
    loop {
        let function = cursor.word()?;
        let percentile = function.strip_prefix("exactperc").or(function.strip_prefix("perc"));
        if !FUNCTIONS.contains(&function) && percentile.is_none_or(|share| share.is_empty() || number(share).is_err()) {
            return Err(format!("stats has no function {function}"));
        }
        if cursor.touches() && cursor.take("(") {
            if matches!(cursor.peek(), Some(Kind::Word(word)) if word == "eval") {
                cursor.advance();
                cursor.expect("(")?;
                expression(cursor, fields)?;
                cursor.expect(")")?;
            } else {
                known(&cursor.field()?, fields)?;
            }
            cursor.expect(")")?;
        } else if function != "count" {
            return Err(format!("{function} of what?"));
        }
        out.insert(if cursor.take_word("as") { cursor.field()? } else { function.into() });
        if cursor.take_word("by") {
            loop {
                let name = cursor.field()?;
                known(&name, fields)?;
                out.insert(name);
                if !cursor.take(",") {
                    break;
                }
            }
            return Ok(out);
        }
        if !cursor.take(",") && !matches!(cursor.peek(), Some(Kind::Word(_))) {
            return if running || !out.is_empty() { Ok(out) } else { Err("stats without a function".into()) };
        }
    }
}
