//! Comparisons in a search: what `search` and the `where` clause of `tstats` can say.

use crate::quote::{SEARCH, in_search};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Part;
use huntsmith_sdk::query::boolean::{Dialect, group};
use huntsmith_sdk::query::formula::{Atom, Compare, Formula, Operand, Scalar, Subject};
use huntsmith_sdk::query::refusal::Code;
use huntsmith_sdk::query::text::{Piece, Query};

/// A search; columns take the data set's name as a prefix, where there is one.
pub struct Search {
    pub prefix: &'static str,
    /// `tstats` writes `unknown` for what is not there.
    pub filled: bool,
}

impl Dialect for Search {
    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";
    const NOT: &'static str = "NOT ";
    const ALWAYS: &'static str = "*";
    const NEVER: &'static str = "NOT *";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        let Subject::Column(_) = atom.subject else {
            return group(query, &atom.operands, Self::OR, Self::GROUP, &mut |query, operand| {
                pattern(query, atom, operand)
            });
        };
        let texts = atom.operands.iter().all(|operand| matches!(operand.value, Scalar::Text(_) | Scalar::Pattern(_)));
        match atom.compare {
            Compare::Present if !self.filled => self.column(query, atom).word("=*"),
            Compare::Absent if !self.filled => self.column(query.word("(NOT "), atom).word("=*)"),
            Compare::Present => {
                self.column(query.word("("), atom).word("=* AND ");
                self.column(query, atom).word("!=\"unknown\")")
            }
            Compare::Absent => {
                self.column(query.word("(NOT "), atom).word("=* OR ");
                self.column(query, atom).word("=\"unknown\")")
            }
            // Networks are documented for `field="network"` and not within a list.
            compare if texts && atom.operands.len() > 1 && compare != Compare::Within => {
                self.column(query, atom).word(" IN (");
                for (index, operand) in atom.operands.iter().enumerate() {
                    query.word(if index == 0 { "" } else { ", " });
                    pattern(query, atom, operand)?;
                }
                query.word(")")
            }
            _ => {
                return group(query, &atom.operands, Self::OR, Self::GROUP, &mut |query, operand| {
                    self.column(query, atom).word(connective(atom.compare));
                    pattern(query, atom, operand)
                });
            }
        };
        Ok(())
    }
}

impl Search {
    fn column<'q>(&self, query: &'q mut Query, atom: &Atom<'_>) -> &'q mut Query {
        let Subject::Column(native) = atom.subject else { return query };
        let plain = native.name.is_plain(".");
        let quote = if plain { "" } else { "\"" };
        query
            .word(quote)
            .word(self.prefix)
            .word(if self.prefix.is_empty() { "" } else { "." })
            .name(native.name)
            .word(quote)
    }
}

fn connective(compare: Compare) -> &'static str {
    match compare {
        Compare::Less => "<",
        Compare::LessOrEqual => "<=",
        Compare::Greater => ">",
        Compare::GreaterOrEqual => ">=",
        _ => "=",
    }
}

/// A value with the wildcards of its operator.
fn pattern(query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>) -> Result<(), Refusal> {
    let run = Piece::Wild("*");
    let mut pieces = Vec::new();
    match (&operand.value, atom.compare) {
        (Scalar::Integer(number), _) => {
            query.integer(*number, operand.origin);
            return Ok(());
        }
        (Scalar::Float(number), _) => return query.float(*number, operand.origin).map(|_| ()),
        (Scalar::Boolean(truth), _) => {
            query.boolean(*truth, operand.origin);
            return Ok(());
        }
        (Scalar::Text(text), compare) => {
            if matches!(compare, Compare::Contains | Compare::EndsWith | Compare::Word) {
                pieces.push(run);
            }
            sayable(text, &mut pieces);
            if matches!(compare, Compare::Contains | Compare::StartsWith | Compare::Word) {
                pieces.push(run);
            }
        }
        (Scalar::Pattern(parts), _) => {
            for part in *parts {
                match part {
                    Part::Literal(text) => sayable(text, &mut pieces),
                    Part::AnyRun | Part::AnyOne => pieces.push(run),
                }
            }
        }
        (Scalar::Column(_), _) => {
            return Err(atom.at.refuse(Code::UnsupportedValue, "field", "a search compares with values only"));
        }
    }
    pieces.dedup_by(|later, earlier| *later == run && *earlier == run);
    query.quoted(&SEARCH, &pieces, operand.origin).map(|_| ())
}

/// Text with a star for every run of characters that a search cannot say as themselves.
fn sayable<'a>(text: &'a str, pieces: &mut Vec<Piece<'a>>) {
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !in_search(c)).unwrap_or(rest.len());
        if end > 0 {
            pieces.push(Piece::Text(&rest[..end]));
        }
        rest = &rest[end..];
        let next = rest.find(in_search).unwrap_or(rest.len());
        if next > 0 {
            pieces.push(Piece::Wild("*"));
        }
        rest = &rest[next..];
    }
}

/// What a search can say of a comparison, exactly or weaker, and whether it is exact.
pub fn weaken<'a>(atom: &Atom<'a>) -> (Formula<'a>, bool) {
    let Subject::Column(_) = atom.subject else { return (Formula::Atom(atom.clone()), plain(atom)) };
    match atom.compare {
        Compare::Matches => (Formula::Fixed(true), false),
        _ if atom.operands.iter().any(|operand| matches!(operand.value, Scalar::Column(_))) => {
            (Formula::Fixed(true), false)
        }
        Compare::Word => (Formula::Atom(atom.clone()), false),
        _ => (Formula::Atom(atom.clone()), plain(atom) && !(atom.case_sensitive && has_text(atom))),
    }
}

fn has_text(atom: &Atom<'_>) -> bool {
    atom.operands.iter().any(|operand| matches!(operand.value, Scalar::Text(_) | Scalar::Pattern(_)))
}

/// Every value is made of what a search says exactly.
fn plain(atom: &Atom<'_>) -> bool {
    atom.operands.iter().all(|operand| match &operand.value {
        Scalar::Text(text) => text.chars().all(in_search),
        Scalar::Pattern(parts) => parts.iter().all(|part| match part {
            Part::Literal(text) => text.chars().all(in_search),
            Part::AnyRun => true,
            Part::AnyOne => false,
        }),
        _ => true,
    })
}
