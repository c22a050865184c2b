//! Boolean logic, always in parentheses, in groups and lists of bounded size.

use super::formula::{Atom, Formula};
use super::quote::Quoting;
use super::refusal::At;
use super::text::Query;
use crate::emitter::Refusal;

/// What a dialect says for itself: its connectives, and one comparison at a time.
pub trait Dialect {
    /// With white space on both sides.
    const AND: &'static str;
    const OR: &'static str;
    /// What stands before a group, which gets its parentheses: `not`, `NOT `.
    const NOT: &'static str;
    /// What ends a negated group: more than a parenthesis where the dialect's truth has three values.
    const NOT_END: &'static str = ")";
    const ALWAYS: &'static str;
    const NEVER: &'static str;
    /// How many operands a group may have; longer ones become groups of groups.
    const GROUP: usize = 200;
    /// How many values a list may have; longer ones become several lists.
    const LIST: usize = 1_000;

    /// Appends the opposite of one comparison.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn negated(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal>
    where
        Self: Sized,
    {
        query.word(Self::NOT).word("(");
        lists(self, query, atom)?;
        query.word(Self::NOT_END);
        Ok(())
    }

    /// Appends one comparison: a term, or a group in its own parentheses.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal>;
}

/// Appends a condition.
///
/// # Errors
/// What the dialect cannot say.
pub fn say<D: Dialect>(dialect: &D, query: &mut Query, formula: &Formula<'_>) -> Result<(), Refusal> {
    match formula {
        Formula::Fixed(true) => query.word(D::ALWAYS),
        Formula::Fixed(false) => query.word(D::NEVER),
        Formula::Atom(atom) => return lists(dialect, query, atom),
        Formula::Not(child) => match &**child {
            Formula::Atom(atom) => return dialect.negated(query, atom),
            child => {
                query.word(D::NOT).word("(");
                say(dialect, query, child)?;
                query.word(D::NOT_END)
            }
        },
        Formula::All(children) => {
            return group(query, children, D::AND, D::GROUP, &mut |query, child| say(dialect, query, child));
        }
        Formula::Any(children) => {
            return group(query, children, D::OR, D::GROUP, &mut |query, child| say(dialect, query, child));
        }
    };
    Ok(())
}

fn lists<D: Dialect>(dialect: &D, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
    if atom.operands.len() <= D::LIST {
        return dialect.atom(query, atom);
    }
    let pieces: Vec<Atom<'_>> =
        atom.operands.chunks(D::LIST).map(|operands| Atom { operands: operands.to_vec(), ..*atom }).collect();
    group(query, &pieces, D::OR, D::GROUP, &mut |query, piece| dialect.atom(query, piece))
}

/// Appends `(a op b op c)`; beyond `width` operands, groups of groups of about the same size.
///
/// # Errors
/// Those of `each`.
pub fn group<T>(
    query: &mut Query,
    items: &[T],
    connective: &'static str,
    width: usize,
    each: &mut impl FnMut(&mut Query, &T) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    if let [one] = items {
        return each(query, one);
    }
    query.word("(");
    if items.len() <= width {
        for (index, item) in items.iter().enumerate() {
            query.word(if index == 0 { "" } else { connective });
            each(query, item)?;
        }
    } else {
        let groups = items.len().div_ceil(width).min(width);
        for (index, chunk) in items.chunks(items.len().div_ceil(groups)).enumerate() {
            query.word(if index == 0 { "" } else { connective });
            group(query, chunk, connective, width, each)?;
        }
    }
    query.word(")");
    Ok(())
}

/// Appends that a field of the product's own has any of the operator's texts, and `after`; nothing where there are none.
///
/// # Errors
/// `unsupported-value` for what the quoting cannot say.
pub fn any_of<D: Dialect>(
    query: &mut Query,
    (quoting, texts): (&Quoting, &[&str]),
    after: &'static str,
    field: impl Fn(&mut Query),
) -> Result<(), Refusal> {
    if texts.is_empty() {
        return Ok(());
    }
    group(query, texts, D::OR, D::GROUP, &mut |query, text| {
        field(query);
        query.constant(quoting, text, At::HUNT).map(drop)
    })?;
    query.word(after);
    Ok(())
}
