//! A field that a dialect carries, with a comparison that it is known to say of it.

use super::plans::{self, MARK};
use crate::model::{DigestValue, EventClass, Hunt, Node, Operator, Value};

/// A field of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub class: EventClass,
    pub field: String,
    pub sample: Sample,
}

/// A comparison, of which there are as many as values are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sample {
    /// With a text.
    Text(Operator),
    Integer,
    /// By the algorithm.
    Digest(&'static str),
    /// With a text that is the vocabulary's own: there is one.
    Word(&'static str),
    /// Whether the field is there: there is one.
    Exists,
}

impl Sample {
    /// Of which a field that is carried takes at least one; what says most about a dialect comes first.
    pub const ALL: [Sample; 9] = [
        Sample::Text(Operator::Equals),
        Sample::Text(Operator::Contains),
        Sample::Integer,
        Sample::Digest("md5"),
        Sample::Digest("sha1"),
        Sample::Digest("sha256"),
        Sample::Word("5"),
        Sample::Word("success"),
        Sample::Exists,
    ];

    pub fn is_text(self) -> bool {
        matches!(self, Sample::Text(_))
    }

    pub fn operator(self) -> Operator {
        match self {
            Sample::Text(operator) => operator,
            Sample::Exists => Operator::Exists,
            _ => Operator::Equals,
        }
    }

    fn value(self, number: usize) -> Value {
        match self {
            Sample::Text(_) => Value::Text(format!("{MARK}{number}")),
            Sample::Integer => Value::Integer(4_321 + number as i64),
            Sample::Digest(algorithm) => {
                let digits = match algorithm {
                    "md5" => 32,
                    "sha1" => 40,
                    _ => 64,
                };
                Value::Digest(DigestValue { algorithm: algorithm.into(), hex: format!("{:0>digits$x}", number + 1) })
            }
            Sample::Word(word) => Value::Text(word.into()),
            Sample::Exists => Value::Boolean(true),
        }
    }
}

impl Place {
    /// The comparison with so many values, any of which may hold.
    pub fn list(&self, values: usize) -> Node {
        plans::test(&self.field, self.sample.operator(), (0..values).map(|it| self.sample.value(it)).collect())
    }

    /// The comparison with the value of that number.
    pub fn node(&self, number: usize) -> Node {
        plans::test(&self.field, self.sample.operator(), vec![self.sample.value(number)])
    }

    /// A hunt for the value of that number.
    pub fn hunt(&self, number: usize) -> Hunt {
        plans::hunt(&self.class, vec![self.node(number)])
    }
}
