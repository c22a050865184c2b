//! Hunts of the catalogue in briefs: the best few for an article's techniques. What a dialect makes of such a hunt depends
//! on no article: it is said once a run and shown wherever it is chosen.

use super::{PhaseTable, emit};
use crate::catalogue::{Catalogue, Choice};
use crate::model::{BriefHunt, BriefTechnique, CallFailure, Emission, Target, TracedHunt};
use crate::sandbox::Plugin;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The origin of such hunts in a brief.
const ORIGIN: &str = "catalogue";

/// The catalogue, the operator's log sources, and what dialects made of its hunts so far.
#[derive(Debug, Default)]
pub struct CatalogueStage {
    pub catalogue: Catalogue,
    /// Classes of events that the operator has; empty: all.
    pub telemetry: Vec<String>,
    said: Mutex<BTreeMap<usize, Arc<Said>>>,
}

/// One hunt in every dialect.
#[derive(Debug)]
struct Said {
    emissions: Vec<Emission>,
    failures: Vec<CallFailure>,
}

impl CatalogueStage {
    /// A catalogue of which nothing has been said.
    pub fn new(catalogue: Catalogue, telemetry: Vec<String>) -> Self {
        Self { catalogue, telemetry, said: Mutex::default() }
    }

    /// The hunts for an article's techniques, those that a dialect says. Failures are those of every hunt that was asked
    /// for, so that they are the same in whatever order articles come.
    pub fn hunts(
        &self,
        techniques: &[BriefTechnique],
        phases: &PhaseTable,
        emitters: &[Plugin],
        target: &Target,
        failures: &mut Vec<CallFailure>,
    ) -> Vec<BriefHunt> {
        let asked = RefCell::new(failures);
        let is_said = |entry: usize| {
            let said = self.said(entry, emitters, target);
            asked.borrow_mut().extend(said.failures.iter().cloned());
            said.emissions.iter().any(|emission| !emission.artifacts.is_empty())
        };
        let choice = Choice { telemetry: &self.telemetry, phases, is_said: &is_said };
        let chosen = self.catalogue.choose(techniques, &choice);
        let hunt = |chosen: crate::catalogue::Chosen| BriefHunt {
            traced: TracedHunt { hunt: self.catalogue.entries()[chosen.entry].hunt.clone(), origins: Vec::new() },
            origin: ORIGIN.into(),
            because: chosen.because,
            emissions: self.said(chosen.entry, emitters, target).emissions.clone(),
        };
        chosen.into_iter().map(hunt).collect()
    }

    /// Two threads that ask for the same hunt at once both say it, and say the same.
    fn said(&self, entry: usize, emitters: &[Plugin], target: &Target) -> Arc<Said> {
        let known = |stage: &Self| stage.said.lock().unwrap_or_else(PoisonError::into_inner).get(&entry).cloned();
        if let Some(said) = known(self) {
            return said;
        }
        let hunt = std::slice::from_ref(&self.catalogue.entries()[entry].hunt);
        let mut failures = Vec::new();
        let mut emissions: Vec<Emission> =
            emitters.iter().flat_map(|emitter| emit(emitter, hunt, target, &mut failures)).collect();
        for artifact in emissions.iter_mut().flat_map(|emission| &mut emission.artifacts) {
            // They lead back to the rule, which the hunt names; no place of the article stands behind them.
            artifact.literals.clear();
        }
        let said = Arc::new(Said { emissions, failures });
        self.said.lock().unwrap_or_else(PoisonError::into_inner).entry(entry).or_insert(said).clone()
    }
}
