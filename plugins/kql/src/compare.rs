//! One comparison in KQL.

use crate::quote::{IN_REGEX, STRING};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Part;
use huntsmith_sdk::query::boolean::{Dialect, group};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand, Scalar, Subject};
use huntsmith_sdk::query::refusal::Code;
use huntsmith_sdk::query::text::{Piece, Query};

/// The language.
pub struct Kql;

impl Dialect for Kql {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not";
    const ALWAYS: &'static str = "true";
    const NEVER: &'static str = "false";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        match atom.compare {
            Compare::Present | Compare::Absent => presence(query, atom),
            Compare::Equals if is_list(atom) => list(query, atom),
            _ => group(query, &atom.operands, Self::OR, Self::GROUP, &mut |query, operand| one(query, atom, operand)),
        }
    }
}

fn presence(query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
    let Subject::Column(native) = atom.subject else {
        return Err(atom.at.refuse(Code::UnsupportedOperator, "exists", "the event as a whole is always there"));
    };
    query.word(match (native.kind, atom.compare) {
        (Kind::Text, Compare::Present) => "isnotempty(",
        (Kind::Text, _) => "isempty(",
        (_, Compare::Present) => "isnotnull(",
        _ => "isnull(",
    });
    query.name(native.name).word(")");
    Ok(())
}

/// Texts or whole numbers, more than one.
fn is_list(atom: &Atom<'_>) -> bool {
    let same = |first: &Scalar<'_>, other: &Scalar<'_>| std::mem::discriminant(first) == std::mem::discriminant(other);
    let Some(first) = atom.operands.first() else { return false };
    atom.operands.len() > 1
        && matches!(atom.subject, Subject::Column(_))
        && matches!(first.value, Scalar::Text(_) | Scalar::Integer(_))
        && atom.operands.iter().all(|operand| same(&first.value, &operand.value))
}

fn list(query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
    let text = matches!(atom.operands[0].value, Scalar::Text(_));
    subject(query, atom, text)?;
    query.word(if atom.case_sensitive || !text { " in (" } else { " in~ (" });
    for (index, operand) in atom.operands.iter().enumerate() {
        query.word(if index == 0 { "" } else { ", " });
        scalar(query, atom, operand)?;
    }
    query.word(")");
    Ok(())
}

/// The left side; numbers are made text where text is compared.
fn subject(query: &mut Query, atom: &Atom<'_>, text: bool) -> Result<(), Refusal> {
    match atom.subject {
        Subject::Anywhere => query.word("*"),
        Subject::Column(native) if text && native.kind != Kind::Text => {
            query.word("tostring(").name(native.name).word(")")
        }
        Subject::Column(native) if !text && native.kind == Kind::Text => {
            query.word("toreal(").name(native.name).word(")")
        }
        Subject::Column(native) => query.name(native.name),
    };
    Ok(())
}

fn one(query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>) -> Result<(), Refusal> {
    let sensitive = atom.case_sensitive;
    match (atom.compare, &operand.value) {
        (Compare::Matches, Scalar::Text(regex)) => {
            subject(query, atom, true)?;
            query.word(" matches regex ");
            let pieces = [Piece::Wild(if sensitive { "" } else { "(?i)" }), Piece::Text(regex)];
            query.quoted(&STRING, &pieces, operand.origin)?;
        }
        (Compare::Like, Scalar::Pattern(parts)) => {
            subject(query, atom, true)?;
            query.word(" matches regex ");
            let whole = matches!(atom.subject, Subject::Column(_));
            let mut pieces = vec![Piece::Wild(match (sensitive, whole) {
                (true, true) => "(?s)^",
                (true, false) => "(?s)",
                (false, true) => "(?is)^",
                (false, false) => "(?is)",
            })];
            pieces.extend(parts.iter().map(|part| match part {
                Part::Literal(text) => Piece::Text(text),
                Part::AnyRun => Piece::Wild(".*"),
                Part::AnyOne => Piece::Wild("."),
            }));
            pieces.push(Piece::Wild(if whole { "$" } else { "" }));
            query.quoted(&IN_REGEX, &pieces, operand.origin)?;
        }
        (Compare::Word, Scalar::Text(text)) => {
            // KQL's own `has` takes an underscore for a boundary.
            subject(query, atom, true)?;
            query.word(" matches regex ");
            let before = if sensitive { "(?:^|[^\\\\pL\\\\pN_])" } else { "(?i)(?:^|[^\\\\pL\\\\pN_])" };
            let pieces = [Piece::Wild(before), Piece::Text(text), Piece::Wild("(?:$|[^\\\\pL\\\\pN_])")];
            query.quoted(&IN_REGEX, &pieces, operand.origin)?;
        }
        (Compare::Within, Scalar::Text(network)) => {
            query.word(if network.contains(':') { "ipv6_is_in_range(" } else { "ipv4_is_in_range(" });
            subject(query, atom, true)?;
            query.word(", ").literal(&STRING, network, operand.origin)?.word(")");
        }
        (compare, value) => {
            let text = is_text(value);
            if text && compare.is_order() {
                return Err(refuse(atom, "an order needs a number"));
            }
            if !text && !matches!(compare, Compare::Equals) && !compare.is_order() {
                return Err(refuse(atom, "only text can be searched in"));
            }
            subject(query, atom, text)?;
            query.word(connective(compare, sensitive || !text).ok_or_else(|| refuse(atom, "no such comparison"))?);
            scalar(query, atom, operand)?;
        }
    }
    Ok(())
}

fn is_text(value: &Scalar<'_>) -> bool {
    match value {
        Scalar::Text(_) | Scalar::Pattern(_) => true,
        Scalar::Column(Native { kind, .. }) => *kind == Kind::Text,
        Scalar::Integer(_) | Scalar::Float(_) | Scalar::Boolean(_) => false,
    }
}

fn connective(compare: Compare, sensitive: bool) -> Option<&'static str> {
    Some(match (compare, sensitive) {
        (Compare::Equals, false) => " =~ ",
        (Compare::Equals, true) => " == ",
        (Compare::Contains, false) => " contains ",
        (Compare::Contains, true) => " contains_cs ",
        (Compare::StartsWith, false) => " startswith ",
        (Compare::StartsWith, true) => " startswith_cs ",
        (Compare::EndsWith, false) => " endswith ",
        (Compare::EndsWith, true) => " endswith_cs ",
        (Compare::Less, _) => " < ",
        (Compare::LessOrEqual, _) => " <= ",
        (Compare::Greater, _) => " > ",
        (Compare::GreaterOrEqual, _) => " >= ",
        _ => return None,
    })
}

fn scalar(query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>) -> Result<(), Refusal> {
    match &operand.value {
        Scalar::Text(text) => query.literal(&STRING, text, operand.origin)?,
        Scalar::Integer(number) if *number < 0 => query.number_in("long(", 0.0, Some(*number), operand.origin)?,
        Scalar::Integer(number) => query.integer(*number, operand.origin),
        Scalar::Float(number) => query.number_in("real(", *number, None, operand.origin)?,
        Scalar::Boolean(truth) => query.boolean(*truth, operand.origin),
        Scalar::Column(native) => query.name(native.name),
        Scalar::Pattern(_) => return Err(refuse(atom, "a pattern needs the operator `like`")),
    };
    Ok(())
}

fn refuse(atom: &Atom<'_>, reason: &str) -> Refusal {
    atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason)
}
