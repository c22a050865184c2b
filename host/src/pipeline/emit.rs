//! Hunts in every dialect. A dialect that cannot say one event class of a hunt still says the others, and the refusal is
//! kept beside them.

use super::gather::call_failure;
use crate::model::{Artifact, CallContext, CallFailure, CorrelationInput, Emission, Hunt, Refusal, Target};
use crate::plugin::Dialect;
use crate::sandbox::Plugin;

/// Says hunts in the dialect of one emitter: one emission a hunt, in order.
pub fn emit(emitter: &Plugin, hunts: &[Hunt], target: &Target, failures: &mut Vec<CallFailure>) -> Vec<Emission> {
    let Some(dialect) = emitter.manifest().dialect.clone() else { return Vec::new() };
    let ask = |hunts: &[Hunt], failures: &mut Vec<CallFailure>| {
        let tlp = hunts.iter().map(|hunt| hunt.tlp).max().unwrap_or_default();
        let ctx = CallContext { tlp, ..Default::default() };
        match emitter.emit(&ctx, hunts, target) {
            Ok(called) => Some(called.value),
            Err(error) => {
                failures.push(call_failure("emit", error));
                None
            }
        }
    };
    let Some(answers) = ask(hunts, failures) else { return Vec::new() };
    let mut emissions: Vec<Emission> = Vec::with_capacity(hunts.len());
    let mut parts: Vec<Part> = Vec::new();
    for (index, (answer, hunt)) in answers.into_iter().zip(hunts).enumerate() {
        let mut emission = empty(emitter, &dialect);
        match answer {
            Ok(artifacts) => emission.artifacts = artifacts,
            Err(refusals) => {
                parts.extend(Part::of(hunt, &refusals, index));
                emission.refusals = refusals;
            }
        }
        emissions.push(emission);
    }
    if !parts.is_empty() {
        let rest: Vec<Hunt> = parts.iter().map(|part| part.hunt.clone()).collect();
        for (part, answer) in parts.iter().zip(ask(&rest, failures).unwrap_or_default()) {
            let emission = &mut emissions[part.index];
            match answer {
                Ok(artifacts) => emission.artifacts = artifacts.into_iter().map(|a| part.restore(a)).collect(),
                Err(refusals) => emission.refusals.extend(refusals.into_iter().map(|r| part.restore_refusal(r))),
            }
        }
    }
    emissions
}

fn empty(emitter: &Plugin, dialect: &Dialect) -> Emission {
    Emission {
        dialect: dialect.name.clone(),
        title: dialect.title.clone(),
        plugin: emitter.id().clone(),
        artifacts: Vec::new(),
        refusals: Vec::new(),
    }
}

/// What is left of a hunt without the searches that a dialect refused.
struct Part {
    index: usize,
    hunt: Hunt,
    /// For each search of the part, its place in the whole hunt.
    searches: Vec<u32>,
}

impl Part {
    /// None where nothing is left, or where what is left would mean something else: searches that are correlated or
    /// worked on in stages are one condition together.
    fn of(hunt: &Hunt, refusals: &[Refusal], index: usize) -> Option<Part> {
        let whole = hunt.correlations.iter().any(|c| c.inputs.iter().any(|i| matches!(i, CorrelationInput::Search(_))))
            || !hunt.stages.is_empty();
        let only_searches = refusals.iter().all(|refusal| refusal.place.part == "search");
        if whole || !only_searches {
            return None;
        }
        let refused = |search: u32| refusals.iter().any(|refusal| refusal.place.index == search);
        let searches: Vec<u32> = (0..hunt.searches.len() as u32).filter(|search| !refused(*search)).collect();
        if searches.is_empty() || searches.len() == hunt.searches.len() {
            return None;
        }
        let kept = searches.iter().map(|search| hunt.searches[*search as usize].clone()).collect();
        Some(Part { index, hunt: Hunt { searches: kept, ..hunt.clone() }, searches })
    }

    fn restore(&self, mut artifact: Artifact) -> Artifact {
        for literal in artifact.literals.iter_mut().filter(|literal| literal.place.part == "search") {
            literal.place.index = self.whole(literal.place.index);
        }
        artifact
    }

    fn restore_refusal(&self, mut refusal: Refusal) -> Refusal {
        refusal.place.index = self.whole(refusal.place.index);
        refusal
    }

    fn whole(&self, search: u32) -> u32 {
        self.searches.get(search as usize).copied().unwrap_or(search)
    }
}
