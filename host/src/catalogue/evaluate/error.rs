//! Why a hunt cannot be evaluated: the refusal codes of VOCABULARY.md, with the place in the plan.

use crate::model::Place;

/// What the evaluator does not evaluate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    #[error("{}: {what}: {reason}", at(place))]
    InvalidPlan { place: Place, what: String, reason: String },
    #[error("{}: {what}: {reason}", at(place))]
    UnsupportedValue { place: Place, what: String, reason: String },
    #[error("{}: {what}: {reason}", at(place))]
    UnsupportedStage { place: Place, what: String, reason: String },
    #[error("{}: {what}: {reason}", at(place))]
    UnsupportedCorrelation { place: Place, what: String, reason: String },
    #[error("{}: {what}: {reason}", at(place))]
    TooLarge { place: Place, what: String, reason: String },
}

impl EvaluateError {
    /// Stable code, a word of VOCABULARY.md's "Refusal codes".
    pub fn code(&self) -> &'static str {
        match self {
            EvaluateError::InvalidPlan { .. } => "invalid-plan",
            EvaluateError::UnsupportedValue { .. } => "unsupported-value",
            EvaluateError::UnsupportedStage { .. } => "unsupported-stage",
            EvaluateError::UnsupportedCorrelation { .. } => "unsupported-correlation",
            EvaluateError::TooLarge { .. } => "too-large",
        }
    }
}

/// `search 0, node 3`.
fn at(place: &Place) -> String {
    match place.node {
        Some(node) => format!("{} {}, node {node}", place.part, place.index),
        None => format!("{} {}", place.part, place.index),
    }
}

/// Builds the errors of one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    part: &'static str,
    index: usize,
    node: Option<u32>,
}

impl At {
    pub(super) fn search(index: usize) -> Self {
        Self { part: "search", index, node: None }
    }

    pub(super) fn stage(index: usize) -> Self {
        Self { part: "stage", index, node: None }
    }

    pub(super) fn correlation(index: usize) -> Self {
        Self { part: "correlation", index, node: None }
    }

    pub(super) fn node(self, node: u32) -> Self {
        Self { node: Some(node), ..self }
    }

    fn place(self) -> Place {
        Place { part: self.part.into(), index: self.index as u32, node: self.node }
    }

    pub(super) fn invalid(self, what: impl Into<String>, reason: impl Into<String>) -> EvaluateError {
        EvaluateError::InvalidPlan { place: self.place(), what: what.into(), reason: reason.into() }
    }

    pub(super) fn value(self, what: impl Into<String>, reason: impl Into<String>) -> EvaluateError {
        EvaluateError::UnsupportedValue { place: self.place(), what: what.into(), reason: reason.into() }
    }

    pub(super) fn stage_function(self, what: impl Into<String>, reason: impl Into<String>) -> EvaluateError {
        EvaluateError::UnsupportedStage { place: self.place(), what: what.into(), reason: reason.into() }
    }

    pub(super) fn correlation_kind(self, what: impl Into<String>, reason: impl Into<String>) -> EvaluateError {
        EvaluateError::UnsupportedCorrelation { place: self.place(), what: what.into(), reason: reason.into() }
    }

    pub(super) fn too_large(self, what: impl Into<String>, reason: impl Into<String>) -> EvaluateError {
        EvaluateError::TooLarge { place: self.place(), what: what.into(), reason: reason.into() }
    }
}
