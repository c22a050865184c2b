//! Comparisons by declared shapes: most dialects write each as a column and a value with words of their own around
//! them. A dialect names the shapes; what goes into them is written here.

use super::boolean::{Dialect, group};
use super::formula::{Atom, Compare, Kind, Native, Operand, Scalar, Subject};
use super::quote::Quoting;
use super::refusal::Code;
use super::regex::Regex;
use super::text::{Piece, Query};
use crate::emitter::Refusal;
use crate::emitter::plan::Part;

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    Text(&'static Quoting),
    /// In lower case, for a column that is compared in lower case.
    Lower(&'static Quoting),
    /// With a word for any run of characters and one for any one character, as the comparison asks.
    Wild(&'static Quoting, &'static str, &'static str),
    Regex(&'static Regex),
    /// In words of the dialect's own making, as a literal.
    Made(&'static Quoting, Make),
}

/// Makes a text out of a value.
pub type Make = fn(&Atom<'_>, &Operand<'_>) -> Result<String, Refusal>;

/// Words around a column and a value: `before column between value after`.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub before: &'static str,
    pub between: &'static str,
    pub form: Form,
    pub after: &'static str,
}

impl Shape {
    pub const fn new(before: &'static str, between: &'static str, form: Form, after: &'static str) -> Self {
        Self { before, between, form, after }
    }
}

/// A dialect's comparisons. What it has no shape for is refused.
pub trait Shapes: Dialect {
    /// The column that holds an event's whole text, for keywords.
    const ANYWHERE: Option<Native<'static>> = None;

    /// Appends a column's name.
    fn column(&self, query: &mut Query, native: Native<'_>);

    /// A comparison with text.
    fn text(&self, native: Native<'_>, atom: &Atom<'_>, operand: &Operand<'_>) -> Option<Shape>;

    /// Equality with any of several texts: the last word closes the list, values are separated by `, `.
    fn list(&self, _native: Native<'_>, _atom: &Atom<'_>) -> Option<Shape> {
        None
    }

    /// A comparison with a number: words before the column, between it and the number, and after it.
    fn number(&self, native: Native<'_>, compare: Compare) -> Option<[&'static str; 3]> {
        let connective = connective(compare, " = ")?;
        (native.kind != Kind::Text).then_some(["", connective, ""])
    }

    /// A comparison with another column.
    fn columns(&self, _atom: &Atom<'_>, _left: Native<'_>, _right: Native<'_>) -> Option<[&'static str; 3]> {
        None
    }

    /// Words around a column that is there, or is not.
    fn presence(&self, native: Native<'_>, there: bool) -> Option<[&'static str; 2]>;
}

/// An order's connective, in the spelling of nearly every language.
pub fn order(compare: Compare) -> Option<&'static str> {
    Some(match compare {
        Compare::Less => " < ",
        Compare::LessOrEqual => " <= ",
        Compare::Greater => " > ",
        Compare::GreaterOrEqual => " >= ",
        _ => return None,
    })
}

/// The connective of an order, or of equality, which languages write in more than one way.
pub fn connective(compare: Compare, equals: &'static str) -> Option<&'static str> {
    if compare == Compare::Equals { Some(equals) } else { order(compare) }
}

/// Appends one comparison by its dialect's shapes.
///
/// # Errors
/// What the dialect has no shape for, or cannot write.
pub fn comparison<S: Shapes>(shapes: &S, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
    let native = match (atom.subject, S::ANYWHERE) {
        (Subject::Column(native), _) | (Subject::Anywhere, Some(native)) => native,
        (Subject::Anywhere, None) => {
            let reason = "the dialect looks into fields, not into the event's text";
            return Err(atom.at.refuse(Code::UnsupportedOperator, "keywords", reason));
        }
    };
    if matches!(atom.compare, Compare::Present | Compare::Absent) {
        let words = shapes.presence(native, atom.compare == Compare::Present);
        let [before, after] = words.ok_or_else(|| unsaid(atom))?;
        shapes.column(query.word(before), native);
        query.word(after);
        return Ok(());
    }
    let texts = || atom.operands.iter().all(|operand| matches!(operand.value, Scalar::Text(_)));
    if atom.operands.len() > 1
        && atom.compare == Compare::Equals
        && texts()
        && let Some(shape) = shapes.list(native, atom)
    {
        shapes.column(query.word(shape.before), native);
        query.word(shape.between);
        for (index, operand) in atom.operands.iter().enumerate() {
            value(query.word(if index == 0 { "" } else { ", " }), atom, operand, shape.form)?;
        }
        query.word(shape.after);
        return Ok(());
    }
    group(query, &atom.operands, S::OR, S::GROUP, &mut |query, operand| one(shapes, query, atom, native, operand))
}

fn one<S: Shapes>(
    shapes: &S,
    query: &mut Query,
    atom: &Atom<'_>,
    native: Native<'_>,
    operand: &Operand<'_>,
) -> Result<(), Refusal> {
    match &operand.value {
        Scalar::Text(_) | Scalar::Pattern(_) => {
            let shape = shapes.text(native, atom, operand).ok_or_else(|| unsaid(atom))?;
            shapes.column(query.word(shape.before), native);
            value(query.word(shape.between), atom, operand, shape.form)?;
            query.word(shape.after);
        }
        Scalar::Integer(_) | Scalar::Float(_) | Scalar::Boolean(_) => {
            let [before, between, after] = shapes.number(native, atom.compare).ok_or_else(|| unsaid(atom))?;
            shapes.column(query.word(before), native);
            query.word(between);
            unquoted(query, operand)?;
            query.word(after);
        }
        Scalar::Column(other) => {
            let words = shapes.columns(atom, native, *other);
            let [before, between, after] = words.ok_or_else(|| unsaid(atom))?;
            shapes.column(query.word(before), native);
            shapes.column(query.word(between), *other);
            query.word(after);
        }
    }
    Ok(())
}

/// Appends a number or a truth value, which stand without quotes; nothing of what is neither.
///
/// # Errors
/// `unsupported-value` for what is not a number.
pub fn unquoted(query: &mut Query, operand: &Operand<'_>) -> Result<(), Refusal> {
    match operand.value {
        Scalar::Integer(number) => query.integer(number, operand.origin),
        Scalar::Float(number) => query.float(number, operand.origin)?,
        Scalar::Boolean(truth) => query.boolean(truth, operand.origin),
        _ => query,
    };
    Ok(())
}

fn unsaid(atom: &Atom<'_>) -> Refusal {
    let kind = match atom.operands.first().map(|operand| &operand.value) {
        Some(Scalar::Integer(_) | Scalar::Float(_)) => " with a number",
        Some(Scalar::Boolean(_)) => " with true or false",
        Some(Scalar::Column(_)) => " with another field",
        _ if atom.case_sensitive => " with case",
        _ => "",
    };
    let reason = format!("the dialect has no such comparison{kind}");
    atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason)
}

/// Appends a text in its form.
///
/// # Errors
/// What the form's rule cannot write.
pub fn value(query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>, form: Form) -> Result<(), Refusal> {
    match (form, &operand.value) {
        (Form::Text(quoting), Scalar::Text(text)) => query.literal(quoting, text, operand.origin)?,
        (Form::Lower(quoting), Scalar::Text(text)) => query.literal(quoting, &text.to_lowercase(), operand.origin)?,
        (Form::Wild(quoting, run, one), _) => {
            query.quoted(quoting, &wild(atom, operand, Piece::Wild(run), Piece::Wild(one)), operand.origin)?
        }
        (Form::Regex(regex), _) => {
            let (quoting, pieces) = regex.pieces(atom, operand)?;
            query.quoted(quoting, &pieces, operand.origin)?
        }
        (Form::Made(quoting, make), _) => query.literal(quoting, &make(atom, operand)?, operand.origin)?,
        _ => return Err(unsaid(atom)),
    };
    Ok(())
}

/// A comparison as a pattern.
fn wild<'o>(atom: &Atom<'_>, operand: &'o Operand<'_>, run: Piece<'o>, one: Piece<'o>) -> Vec<Piece<'o>> {
    let mut pieces = Vec::new();
    let inside = atom.subject == Subject::Anywhere && atom.compare == Compare::Like;
    pieces.extend((inside || matches!(atom.compare, Compare::Contains | Compare::EndsWith)).then_some(run));
    match &operand.value {
        Scalar::Text(text) => pieces.push(Piece::Text(text)),
        Scalar::Pattern(parts) => pieces.extend(parts.iter().map(|part| match part {
            Part::Literal(text) => Piece::Text(text),
            Part::AnyRun => run,
            Part::AnyOne => one,
        })),
        _ => {}
    }
    pieces.extend((inside || matches!(atom.compare, Compare::Contains | Compare::StartsWith)).then_some(run));
    pieces
}

/// Whether a value has one of these characters, which the dialect's wildcards cannot escape.
pub fn has_any(operand: &Operand<'_>, characters: &[char]) -> bool {
    has(operand, |c| characters.contains(&c))
}

/// Whether a value has such a character.
pub fn has(operand: &Operand<'_>, such: impl Fn(char) -> bool) -> bool {
    match &operand.value {
        Scalar::Text(text) => text.contains(such),
        Scalar::Pattern(parts) => parts.iter().any(|part| matches!(part, Part::Literal(text) if text.contains(&such))),
        _ => false,
    }
}
