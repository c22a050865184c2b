//! Proving a hunt by its events: each case has the verdict that it must have, and every mutant changes one.

use super::cases::{Case, CaseError};
use super::entry::Entry;
use super::evaluate::{EvaluateError, Known, matches};
use super::mutate::{Mutant, mutants};
use crate::model::Hunt;

/// What speaks against a hunt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("it has no event that must match, or none that must not\n\nhint: add `events` with `match` and `other`")]
    NoEvents,
    #[error("{0}\n\nhint: data/hunts/README.md has the form of `events`")]
    Events(CaseError),
    #[error("{case}: it must match and does not")]
    Missed { case: String },
    #[error("{case}: it must not match and does")]
    FalseAlarm { case: String },
    #[error("{how} {node} ({place}): no event notices\n\nhint: add an event that only this part tells apart")]
    Survivor { how: String, node: String, place: String },
    #[error("it cannot be evaluated: {0}")]
    NotEvaluated(EvaluateError),
}

impl Problem {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::NoEvents => "no-events",
            Problem::Events(_) => "invalid-events",
            Problem::Missed { .. } => "missed",
            Problem::FalseAlarm { .. } => "false-alarm",
            Problem::Survivor { .. } => "surviving-mutant",
            Problem::NotEvaluated(_) => "not-evaluated",
        }
    }
}

/// What the events say of one hunt.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    pub cases: usize,
    pub mutants: usize,
    pub problems: Vec<Problem>,
}

/// Proves a hunt.
pub fn prove(entry: &Entry, known: Known<'_>) -> Proof {
    let mut proof = Proof::default();
    let read = match entry.cases() {
        Ok(read) => read,
        Err(error) => {
            proof.problems.push(Problem::Events(error));
            return proof;
        }
    };
    let cases: Vec<(&Case, bool)> = read.all().collect();
    proof.cases = cases.len();
    if read.matching.is_empty() || read.other.is_empty() {
        proof.problems.push(Problem::NoEvents);
        return proof;
    }
    let verdicts = match verdicts(&entry.hunt, &cases, known) {
        Ok(verdicts) => verdicts,
        Err(errors) => {
            proof.problems.extend(errors.into_iter().map(Problem::NotEvaluated));
            return proof;
        }
    };
    for ((case, expected), found) in cases.iter().zip(&verdicts) {
        let case = case.name.clone();
        match (expected, found) {
            (true, false) => proof.problems.push(Problem::Missed { case }),
            (false, true) => proof.problems.push(Problem::FalseAlarm { case }),
            _ => {}
        }
    }
    for Mutant { how, place, node, hunt } in mutants(&entry.hunt) {
        proof.mutants += 1;
        // A mutant that cannot be evaluated differs too.
        if self::verdicts(&hunt, &cases, known).is_ok_and(|mutated| mutated == verdicts) {
            let place = format!("{} {}, node {}", place.part, place.index, place.node.unwrap_or_default());
            let how = format!("{how:?}").to_lowercase();
            proof.problems.push(Problem::Survivor { how, node, place });
        }
    }
    proof
}

fn verdicts(hunt: &Hunt, cases: &[(&Case, bool)], known: Known<'_>) -> Result<Vec<bool>, Vec<EvaluateError>> {
    cases.iter().map(|(case, _)| matches(hunt, known, &case.events)).collect()
}
