//! Typed refusals: a code of the contract, the place in the plan, and a reason for a person.

use crate::emitter::{Place, Refusal};

/// The contract's refusal codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    UnsupportedClass,
    UnsupportedField,
    UnsupportedOperator,
    UnsupportedValue,
    UnsupportedStage,
    UnsupportedCorrelation,
    TooLarge,
    InvalidPlan,
    InvalidOptions,
}

impl Code {
    /// As the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::UnsupportedClass => "unsupported-class",
            Code::UnsupportedField => "unsupported-field",
            Code::UnsupportedOperator => "unsupported-operator",
            Code::UnsupportedValue => "unsupported-value",
            Code::UnsupportedStage => "unsupported-stage",
            Code::UnsupportedCorrelation => "unsupported-correlation",
            Code::TooLarge => "too-large",
            Code::InvalidPlan => "invalid-plan",
            Code::InvalidOptions => "invalid-options",
        }
    }
}

/// The part of a hunt that a place lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Hunt,
    Search,
    Stage,
    Correlation,
}

/// A place in a plan, cheap to hand about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    pub part: Part,
    pub index: u32,
    pub node: Option<u32>,
}

impl At {
    /// The hunt itself.
    pub const HUNT: At = At { part: Part::Hunt, index: 0, node: None };

    /// A search, by index.
    pub fn search(index: usize) -> Self {
        Self { part: Part::Search, index: index as u32, node: None }
    }

    /// A stage, by index.
    pub fn stage(index: usize) -> Self {
        Self { part: Part::Stage, index: index as u32, node: None }
    }

    /// A correlation, by index.
    pub fn correlation(index: usize) -> Self {
        Self { part: Part::Correlation, index: index as u32, node: None }
    }

    /// A node of the predicate that is there.
    pub fn node(self, node: u32) -> Self {
        Self { node: Some(node), ..self }
    }

    /// As the contract writes it.
    pub fn place(self) -> Place {
        let part = match self.part {
            Part::Hunt => "hunt",
            Part::Search => "search",
            Part::Stage => "stage",
            Part::Correlation => "correlation",
        };
        Place { part: part.into(), index: self.index, node: self.node }
    }

    /// A refusal at this place. `what` is the class, field, operator, … as the plan has it.
    pub fn refuse(self, code: Code, what: &str, reason: impl Into<String>) -> Refusal {
        Refusal { code: code.as_str().into(), what: what.into(), place: self.place(), reason: reason.into() }
    }
}
