//! Comparisons in an expression of `where`: exact, by regular expressions where text is compared.

use crate::quote::{REGEX, SEARCH};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::query::boolean::{Dialect, group};
use huntsmith_sdk::query::formula::{Atom, Compare, Operand, Scalar, Subject};
use huntsmith_sdk::query::refusal::Code;
use huntsmith_sdk::query::text::{Name, Query};

/// An expression over the rows that a search has given.
pub struct Where {
    /// `unknown` stands for what is not there.
    pub filled: bool,
}

impl Dialect for Where {
    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";
    const NOT: &'static str = "NOT ";
    const ALWAYS: &'static str = "true()";
    const NEVER: &'static str = "false()";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        match (atom.compare, atom.subject) {
            (Compare::Present | Compare::Absent, Subject::Column(native)) if !self.filled => {
                query.word(if atom.compare == Compare::Present { "isnotnull(" } else { "isnull(" });
                field(query, native.name).word(")");
                Ok(())
            }
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
    match (atom.compare, &operand.value) {
        (Compare::Within, Scalar::Text(network)) => {
            query.word("cidrmatch(").literal(&SEARCH, network, operand.origin)?.word(", ");
            field(query, name).word(")");
        }
        (compare, Scalar::Text(_) | Scalar::Pattern(_)) if !compare.is_order() => {
            field(query.word("match("), name).word(", ");
            let (quoting, pieces) = REGEX.pieces(atom, operand)?;
            query.quoted(quoting, &pieces, operand.origin)?.word(")");
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
