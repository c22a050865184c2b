//! Expressions of `where` and `eval`, and conditions of a search.

use crate::lex::{Cursor, Kind};
use std::collections::BTreeSet;

/// Functions that expressions may call, and how many arguments they take at most.
const FUNCTIONS: [(&str, usize, usize); 22] = [
    ("match", 2, 2),
    ("cidrmatch", 2, 2),
    ("lower", 1, 1),
    ("upper", 1, 1),
    ("len", 1, 1),
    ("tonumber", 1, 2),
    ("tostring", 1, 2),
    ("isnull", 1, 1),
    ("isnotnull", 1, 1),
    ("coalesce", 1, 99),
    ("if", 3, 3),
    ("case", 2, 99),
    ("like", 2, 2),
    ("null", 0, 0),
    ("true", 0, 0),
    ("false", 0, 0),
    ("floor", 1, 1),
    ("round", 1, 2),
    ("mvrange", 2, 3),
    ("strftime", 2, 2),
    ("replace", 3, 3),
    ("now", 0, 0),
];

/// An expression over known fields.
///
/// # Errors
/// What is wrong with it.
pub fn expression(cursor: &mut Cursor<'_>, fields: &BTreeSet<String>) -> Result<(), String> {
    conjunction(cursor, fields)?;
    while cursor.take_word("or") || cursor.take_word("xor") {
        conjunction(cursor, fields)?;
    }
    Ok(())
}

fn conjunction(cursor: &mut Cursor<'_>, fields: &BTreeSet<String>) -> Result<(), String> {
    negation(cursor, fields)?;
    while cursor.take_word("and") {
        negation(cursor, fields)?;
    }
    Ok(())
}

fn negation(cursor: &mut Cursor<'_>, fields: &BTreeSet<String>) -> Result<(), String> {
    while cursor.take_word("not") {}
    sum(cursor, fields)?;
    if ["==", "=", "!=", "<=", ">=", "<", ">"].iter().any(|sign| cursor.take(sign)) {
        sum(cursor, fields)?;
    }
    Ok(())
}

fn sum(cursor: &mut Cursor<'_>, fields: &BTreeSet<String>) -> Result<(), String> {
    term(cursor, fields)?;
    while ["+", "-", "*", "/", "%", "."].iter().any(|sign| cursor.take(sign)) {
        term(cursor, fields)?;
    }
    Ok(())
}

fn term(cursor: &mut Cursor<'_>, fields: &BTreeSet<String>) -> Result<(), String> {
    if cursor.take("(") {
        expression(cursor, fields)?;
        return cursor.expect(")");
    }
    if cursor.take("-") {
        return term(cursor, fields);
    }
    match cursor.advance() {
        Some(Kind::String(_)) => Ok(()),
        Some(Kind::Quoted(name)) => known(name, fields),
        Some(Kind::Word(word)) if word.starts_with(|c: char| c.is_ascii_digit()) => {
            // A fraction, or a number with an exponent's sign.
            if cursor.touches() && cursor.take(".") {
                cursor.word()?;
            }
            Ok(())
        }
        Some(Kind::Word(word)) if cursor.touches() && cursor.take("(") => call(cursor, word, fields),
        Some(Kind::Word(word)) => known(word, fields),
        other => Err(format!("a value expected, {other:?} found")),
    }
}

fn known(name: &str, fields: &BTreeSet<String>) -> Result<(), String> {
    if fields.contains(name) || fields.contains(crate::search::ANY) {
        Ok(())
    } else {
        Err(format!("no field {name} here"))
    }
}

fn call(cursor: &mut Cursor<'_>, name: &str, fields: &BTreeSet<String>) -> Result<(), String> {
    let function = FUNCTIONS.iter().find(|(known, ..)| *known == name);
    let (_, least, most) = function.ok_or_else(|| format!("no function {name}"))?;
    let mut arguments = 0;
    if !cursor.take(")") {
        loop {
            expression(cursor, fields)?;
            arguments += 1;
            if !cursor.take(",") {
                break;
            }
        }
        cursor.expect(")")?;
    }
    if (*least..=*most).contains(&arguments) { Ok(()) } else { Err(format!("{name} with {arguments} arguments")) }
}

/// A search's condition: fields against values with wildcards, or bare terms where `terms` are allowed.
///
/// # Errors
/// What is wrong with it.
pub fn condition(cursor: &mut Cursor<'_>, fields: &BTreeSet<String>, terms: bool) -> Result<(), String> {
    loop {
        factor(cursor, fields, terms)?;
        if cursor.take_word("or") || cursor.take_word("and") {
            continue;
        }
        // Terms beside one another are joined by AND.
        match cursor.peek() {
            None | Some(Kind::Sign(")" | "|" | "]")) => return Ok(()),
            Some(Kind::Word(word)) if word.eq_ignore_ascii_case("by") => return Ok(()),
            _ => {}
        }
    }
}

fn factor(cursor: &mut Cursor<'_>, fields: &BTreeSet<String>, terms: bool) -> Result<(), String> {
    if cursor.take_word("not") {
        return factor(cursor, fields, terms);
    }
    if cursor.take("(") {
        condition(cursor, fields, terms)?;
        return cursor.expect(")");
    }
    if terms && cursor.take("*") {
        return Ok(());
    }
    let quoted = matches!(cursor.peek(), Some(Kind::String(_)));
    let name = cursor.field()?;
    if cursor.take_word("in") {
        known(&name, fields)?;
        cursor.expect("(")?;
        loop {
            value(cursor)?;
            if !cursor.take(",") {
                break;
            }
        }
        return cursor.expect(")");
    }
    let Some(sign) = ["!=", "<=", ">=", "=", "<", ">"].into_iter().find(|sign| cursor.take(sign)) else {
        return if terms && quoted { Ok(()) } else { Err(format!("a comparison expected after {name}")) };
    };
    if name == "earliest" || name == "latest" {
        return if sign == "=" { moment(cursor) } else { Err(format!("{name}{sign}")) };
    }
    known(&name, fields)?;
    value(cursor)
}

fn value(cursor: &mut Cursor<'_>) -> Result<(), String> {
    match cursor.advance() {
        Some(Kind::String(_) | Kind::Sign("*")) => Ok(()),
        Some(Kind::Word(_)) => {
            if cursor.touches() && cursor.take(".") {
                cursor.word()?;
            }
            Ok(())
        }
        Some(Kind::Sign("-")) => cursor.word().map(|_| ()),
        other => Err(format!("a value expected, {other:?} found")),
    }
}

/// `-30d`, `now`, seconds since 1970.
fn moment(cursor: &mut Cursor<'_>) -> Result<(), String> {
    let relative = cursor.take("-");
    let word = cursor.word()?;
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '@');
    let unit = &word[digits.len()..];
    let sound = if relative {
        !digits.is_empty() && matches!(unit, "s" | "m" | "h" | "d" | "w" | "mon" | "y")
    } else {
        word == "now" || (unit.is_empty() && !digits.is_empty())
    };
    if sound && digits.bytes().all(|byte| byte.is_ascii_digit()) { Ok(()) } else { Err(format!("no time: {word}")) }
}
