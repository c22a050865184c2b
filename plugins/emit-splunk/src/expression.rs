//! Comparisons in an expression of `where`: exact, by regular expressions where text is compared.

use crate::quote::{IN_REGEX, REGEX, SEARCH};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Part;
use huntsmith_sdk::query::boolean::{Dialect, group};
use huntsmith_sdk::query::formula::{Atom, Compare, Operand, Scalar, Subject};
use huntsmith_sdk::query::quote::is_hidden;
use huntsmith_sdk::query::refusal::Code;
use huntsmith_sdk::query::text::{Name, Piece, Query};

/// An expression over the rows that a search has given, where `unknown` stands for what is not there.
pub struct Where;

impl Dialect for Where {
    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";
    const NOT: &'static str = "NOT ";
    const ALWAYS: &'static str = "true()";
    const NEVER: &'static str = "false()";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        match (atom.compare, atom.subject) {
            (Compare::Present, Subject::Column(native)) => {
                field(query.word("coalesce("), native.name).word(", \"unknown\")!=\"unknown\"");
                Ok(())
            }
            (Compare::Absent, Subject::Column(native)) => {
                field(query.word("coalesce("), native.name).word(", \"unknown\")==\"unknown\"");
                Ok(())
            }
            _ => group(query, &atom.operands, Self::OR, Self::GROUP, &mut |query, operand| one(query, atom, operand)),
        }
    }
}

/// A field in an expression: single quotes where its name is more than letters, digits and `_`.
pub fn field<'q>(query: &'q mut Query, name: Name<'_>) -> &'q mut Query {
    let plain = name.is_plain("");
    let quote = if plain { "" } else { "'" };
    query.word(quote).name(name).word(quote)
}

fn one(query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>) -> Result<(), Refusal> {
    let name = match atom.subject {
        Subject::Column(native) => native.name,
        Subject::Anywhere => Name::native("_raw"),
    };
    let anywhere = atom.subject == Subject::Anywhere;
    match (atom.compare, &operand.value) {
        (Compare::Within, Scalar::Text(network)) => {
            query.word("cidrmatch(").literal(&SEARCH, network, operand.origin)?.word(", ");
            field(query, name).word(")");
        }
        (Compare::Matches, Scalar::Text(regex)) => {
            field(query.word("match("), name).word(", ");
            let mut pieces = vec![Piece::Wild(if atom.case_sensitive { "" } else { "(?i)" })];
            unescaped(regex, &mut pieces);
            query.quoted(&REGEX, &pieces, operand.origin)?.word(")");
        }
        (compare, Scalar::Text(_) | Scalar::Pattern(_)) if !is_order(compare) => {
            field(query.word("match("), name).word(", ");
            query.quoted(&IN_REGEX, &regex(atom, operand, anywhere), operand.origin)?.word(")");
        }
        (Compare::Equals, Scalar::Column(other)) if atom.case_sensitive => {
            field(query, name).word("==");
            field(query, other.name);
        }
        (Compare::Equals, Scalar::Column(other)) => {
            field(query.word("lower("), name).word(")==lower(");
            field(query, other.name).word(")");
        }
        (compare, Scalar::Integer(_) | Scalar::Float(_) | Scalar::Column(_)) => {
            let connective = connective(compare).ok_or_else(|| {
                atom.at.refuse(Code::UnsupportedOperator, compare.as_str(), "this comparison needs a text")
            })?;
            field(query.word("tonumber("), name).word(")").word(connective);
            match &operand.value {
                Scalar::Integer(number) => query.integer(*number, operand.origin),
                Scalar::Float(number) => query.float(*number, operand.origin)?,
                Scalar::Column(other) => field(query.word("tonumber("), other.name).word(")"),
                Scalar::Text(_) | Scalar::Pattern(_) | Scalar::Boolean(_) => query,
            };
        }
        (Compare::Equals, Scalar::Boolean(truth)) => {
            field(query, name).word("==\"").boolean(*truth, operand.origin).word("\"");
        }
        (compare, _) => {
            let reason = "an order needs a number";
            return Err(atom.at.refuse(Code::UnsupportedOperator, compare.as_str(), reason));
        }
    }
    Ok(())
}

/// A regular expression without the backslashes that stand before what is said by its code anyhow.
fn unescaped<'o>(regex: &'o str, pieces: &mut Vec<Piece<'o>>) {
    let (mut start, mut escaped) = (0, false);
    for (at, c) in regex.char_indices() {
        if escaped && (c == '`' || is_hidden(c)) {
            pieces.push(Piece::Text(&regex[start..at - 1]));
            start = at;
        }
        escaped = c == '\\' && !escaped;
    }
    pieces.push(Piece::Text(&regex[start..]));
}

/// The regular expression for a text and its operator; `\z` because `$` would let a last newline pass.
fn regex<'o>(atom: &Atom<'_>, operand: &'o Operand<'_>, anywhere: bool) -> Vec<Piece<'o>> {
    let mut pieces = vec![Piece::Wild(if atom.case_sensitive { "(?s)" } else { "(?is)" })];
    let (before, after) = match atom.compare {
        Compare::Word => ("(?<![\\\\p{L}\\\\p{N}_])", "(?![\\\\p{L}\\\\p{N}_])"),
        Compare::StartsWith => ("\\\\A", ""),
        Compare::EndsWith => ("", "\\\\z"),
        Compare::Equals | Compare::Like if !anywhere => ("\\\\A", "\\\\z"),
        _ => ("", ""),
    };
    pieces.push(Piece::Wild(before));
    match &operand.value {
        Scalar::Text(text) => pieces.push(Piece::Text(text)),
        Scalar::Pattern(parts) => pieces.extend(parts.iter().map(|part| match part {
            Part::Literal(text) => Piece::Text(text),
            Part::AnyRun => Piece::Wild(".*"),
            Part::AnyOne => Piece::Wild("."),
        })),
        _ => {}
    }
    pieces.push(Piece::Wild(after));
    pieces
}

fn is_order(compare: Compare) -> bool {
    matches!(compare, Compare::Less | Compare::LessOrEqual | Compare::Greater | Compare::GreaterOrEqual)
}

fn connective(compare: Compare) -> Option<&'static str> {
    Some(match compare {
        Compare::Equals => "==",
        Compare::Less => "<",
        Compare::LessOrEqual => "<=",
        Compare::Greater => ">",
        Compare::GreaterOrEqual => ">=",
        _ => return None,
    })
}
