//! A condition over native columns: what the plan's tests become once a dialect's table has been applied.

use super::refusal::At;
use super::text::{Name, Origin};
use crate::emitter::plan::Part;
use std::borrow::Cow;

/// What a native column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Text,
    Integer,
    Real,
    Boolean,
    /// An IP address, in products that have a type for it.
    Address,
}

/// A native column, or an expression of the dialect that stands for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Native<'a> {
    pub name: Name<'a>,
    pub kind: Kind,
}

impl Native<'static> {
    pub const fn text(name: &'static str) -> Self {
        Self { name: Name::native(name), kind: Kind::Text }
    }

    pub const fn integer(name: &'static str) -> Self {
        Self { name: Name::native(name), kind: Kind::Integer }
    }

    pub const fn boolean(name: &'static str) -> Self {
        Self { name: Name::native(name), kind: Kind::Boolean }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    Column(Native<'a>),
    /// The event as a whole.
    Anywhere,
}

/// How it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    Word,
    Like,
    Matches,
    Within,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Present,
    Absent,
}

impl Compare {
    /// As the contract writes the operator; for refusals.
    pub fn as_str(self) -> &'static str {
        match self {
            Compare::Equals => "equals",
            Compare::Contains => "contains",
            Compare::StartsWith => "starts-with",
            Compare::EndsWith => "ends-with",
            Compare::Word => "word",
            Compare::Like => "like",
            Compare::Matches => "matches",
            Compare::Within => "within",
            Compare::Less => "less",
            Compare::LessOrEqual => "less-or-equal",
            Compare::Greater => "greater",
            Compare::GreaterOrEqual => "greater-or-equal",
            Compare::Present | Compare::Absent => "exists",
        }
    }

    /// Whether it compares what is less and what is more.
    pub fn is_order(self) -> bool {
        matches!(self, Compare::Less | Compare::LessOrEqual | Compare::Greater | Compare::GreaterOrEqual)
    }
}

/// What it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Pattern(&'a [Part]),
    /// Another column of the same row.
    Column(Native<'a>),
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand<'a> {
    pub value: Scalar<'a>,
    pub origin: Origin,
}

impl Operand<'_> {
    /// Whether it is another column of the same row.
    pub fn is_column(&self) -> bool {
        matches!(self.value, Scalar::Column(_))
    }
}

/// One column against values, any of which will do.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom<'a> {
    pub subject: Subject<'a>,
    pub compare: Compare,
    /// Empty for `Present` and `Absent` alone.
    pub operands: Vec<Operand<'a>>,
    pub case_sensitive: bool,
    pub at: At,
}

/// A condition in native terms.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula<'a> {
    All(Vec<Formula<'a>>),
    Any(Vec<Formula<'a>>),
    Not(Box<Formula<'a>>),
    Atom(Atom<'a>),
    /// Always or never.
    Fixed(bool),
}

impl<'a> Formula<'a> {
    /// All of them, flattened; one alone stands for itself.
    pub fn all(children: Vec<Formula<'a>>) -> Self {
        Self::gather(children, true)
    }

    /// Any of them, flattened; atoms that differ in their values alone become one with a list.
    pub fn any(children: Vec<Formula<'a>>) -> Self {
        Self::gather(children, false)
    }

    /// The opposite; a double negation falls away.
    pub fn negated(self) -> Self {
        match self {
            Formula::Not(inner) => *inner,
            Formula::Fixed(truth) => Formula::Fixed(!truth),
            other => Formula::Not(Box::new(other)),
        }
    }

    fn gather(children: Vec<Formula<'a>>, all: bool) -> Self {
        let mut flat: Vec<Formula<'a>> = Vec::with_capacity(children.len());
        for child in children {
            match child {
                Formula::All(inner) if all => flat.extend(inner),
                Formula::Any(inner) if !all => inner.into_iter().for_each(|child| join(&mut flat, child)),
                Formula::Fixed(truth) if truth == all => {}
                Formula::Fixed(truth) => return Formula::Fixed(truth),
                other if all => flat.push(other),
                other => join(&mut flat, other),
            }
        }
        match flat.len() {
            0 => Formula::Fixed(all),
            1 => flat.swap_remove(0),
            _ if all => Formula::All(flat),
            _ => Formula::Any(flat),
        }
    }

    /// Every atom, from left to right.
    pub fn atoms(&self) -> Vec<&Atom<'a>> {
        fn visit<'f, 'a>(formula: &'f Formula<'a>, found: &mut Vec<&'f Atom<'a>>) {
            match formula {
                Formula::All(children) | Formula::Any(children) => {
                    children.iter().for_each(|child| visit(child, found));
                }
                Formula::Not(child) => visit(child, found),
                Formula::Atom(atom) => found.push(atom),
                Formula::Fixed(_) => {}
            }
        }
        let mut found = Vec::new();
        visit(self, &mut found);
        found
    }

    /// A weaker condition made of what `weaken` can say: every row that this one keeps, it keeps too. `weaken` gives
    /// for an atom the exact or a weaker condition, and whether it is exact.
    pub fn prefilter(&self, weaken: &impl Fn(&Atom<'a>) -> (Formula<'a>, bool)) -> Formula<'a> {
        match self {
            Formula::All(children) => Formula::all(children.iter().map(|child| child.prefilter(weaken)).collect()),
            Formula::Any(children) => Formula::any(children.iter().map(|child| child.prefilter(weaken)).collect()),
            Formula::Atom(atom) => weaken(atom).0,
            Formula::Fixed(truth) => Formula::Fixed(*truth),
            // Below a negation only an exact condition may be said: a weaker one would drop rows.
            Formula::Not(child) if child.is_exact(weaken) => child.prefilter(weaken).negated(),
            Formula::Not(_) => Formula::Fixed(true),
        }
    }

    /// Whether every atom can be said exactly.
    pub fn is_exact(&self, weaken: &impl Fn(&Atom<'a>) -> (Formula<'a>, bool)) -> bool {
        self.atoms().into_iter().all(|atom| weaken(atom).1)
    }

    /// The conjuncts that a prefilter does not say exactly: what is left to compare after it.
    pub fn remainder(&self, weaken: &impl Fn(&Atom<'a>) -> (Formula<'a>, bool)) -> Option<Formula<'a>> {
        match self {
            Formula::All(children) => {
                let left: Vec<_> = children.iter().filter(|child| !child.is_exact(weaken)).cloned().collect();
                (!left.is_empty()).then(|| Formula::all(left))
            }
            other => (!other.is_exact(weaken)).then(|| other.clone()),
        }
    }

    /// The same condition with another one for every atom.
    pub fn map(self, each: &impl Fn(Atom<'a>) -> Formula<'a>) -> Self {
        match self {
            Formula::All(children) => Formula::All(children.into_iter().map(|child| child.map(each)).collect()),
            Formula::Any(children) => Formula::Any(children.into_iter().map(|child| child.map(each)).collect()),
            Formula::Not(child) => Formula::Not(Box::new(child.map(each))),
            Formula::Atom(atom) => each(atom),
            Formula::Fixed(truth) => Formula::Fixed(truth),
        }
    }

    /// The same condition for a dialect in which a comparison with what is not there is neither true nor false: below a
    /// negation every comparison first asks whether its column is there.
    pub fn guarded(self) -> Self {
        match self {
            Formula::All(children) => Formula::All(children.into_iter().map(Self::guarded).collect()),
            Formula::Any(children) => Formula::Any(children.into_iter().map(Self::guarded).collect()),
            Formula::Not(child) => Formula::Not(Box::new(child.map(&there))),
            other => other,
        }
    }

    /// The comparisons of a column with one number each, all of which must hold. None: the condition is another.
    pub fn bounds(&self, column: Name<'_>) -> Option<Vec<(Compare, &Operand<'a>)>> {
        match self {
            Formula::All(children) => {
                let each = children.iter().map(|child| child.bounds(column));
                each.collect::<Option<Vec<_>>>().map(|bounds| bounds.concat())
            }
            Formula::Atom(Atom { subject: Subject::Column(native), compare, operands, .. }) => {
                match operands.as_slice() {
                    [operand @ Operand { value: Scalar::Integer(_) | Scalar::Float(_), .. }]
                        if native.name == column =>
                    {
                        Some(vec![(*compare, operand)])
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The same condition with negations at single comparisons alone, for a dialect that cannot negate a group.
    pub fn negations_down(self) -> Self {
        match self {
            Formula::All(children) => Formula::All(children.into_iter().map(Self::negations_down).collect()),
            Formula::Any(children) => Formula::Any(children.into_iter().map(Self::negations_down).collect()),
            Formula::Not(child) => match *child {
                Formula::All(children) => {
                    Formula::Any(children.into_iter().map(|child| child.negated().negations_down()).collect())
                }
                Formula::Any(children) => {
                    Formula::All(children.into_iter().map(|child| child.negated().negations_down()).collect())
                }
                Formula::Not(inner) => inner.negations_down(),
                other => other.negated(),
            },
            other => other,
        }
    }

    /// How many values it compares with.
    pub fn operands(&self) -> usize {
        self.atoms().iter().map(|atom| atom.operands.len()).sum()
    }
}

/// A comparison behind the question whether its columns are there.
fn there(atom: Atom<'_>) -> Formula<'_> {
    if !matches!(atom.subject, Subject::Column(_)) || matches!(atom.compare, Compare::Present | Compare::Absent) {
        return Formula::Atom(atom);
    }
    let others = atom.operands.iter().filter_map(|operand| match operand.value {
        Scalar::Column(native) => Some(Subject::Column(native)),
        _ => None,
    });
    let columns = std::iter::once(atom.subject).chain(others);
    let present = |subject| Atom { subject, compare: Compare::Present, operands: Vec::new(), ..atom };
    let mut all: Vec<_> = columns.map(|subject| Formula::Atom(present(subject))).collect();
    all.push(Formula::Atom(atom));
    Formula::All(all)
}

/// Adds an alternative, to an atom's list where only the values differ.
fn join<'a>(flat: &mut Vec<Formula<'a>>, child: Formula<'a>) {
    if let Formula::Atom(atom) = &child
        && !atom.operands.is_empty()
    {
        for earlier in flat.iter_mut() {
            if let Formula::Atom(known) = earlier
                && known.subject == atom.subject
                && known.compare == atom.compare
                && known.case_sensitive == atom.case_sensitive
                && !known.operands.is_empty()
            {
                let Formula::Atom(atom) = child else { return };
                known.operands.extend(atom.operands);
                return;
            }
        }
    }
    flat.push(child);
}
