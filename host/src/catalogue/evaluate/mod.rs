//! The evaluator: any hunt's plan over JSON events, in this process. It says what VOCABULARY.md says a plan means, so that
//! shipped hunts are proved by their events, and a user can run hunts over an export of their own logs.

mod correlate;
mod error;
mod event;
mod form;
mod measure;
mod predicate;
mod registry;
mod row;
mod stages;
#[cfg(test)]
mod tests;

pub use error::EvaluateError;
pub use event::{CLASS, Event, nested, seconds, timestamp};
pub(crate) use form::operator_name;
pub use predicate::Known;
pub use row::Row;

use correlate::Correlating;
use error::At;
use event::field;
use predicate::Compiled;
use stages::CompiledStage;
use std::collections::BTreeSet;

use crate::model::{CorrelationInput, EventClass, Hunt};

/// Rows that one hunt may hold: what stages and correlations work on stays in memory.
pub const ROWS: usize = 1_000_000;

/// A hunt, checked and compiled. Events go in one by one; a hunt without stages and correlations says at once whether an
/// event matches, any other says so at the end.
#[derive(Debug)]
pub struct Evaluator<'k> {
    known: Known<'k>,
    searches: Vec<CompiledSearch>,
    correlations: Vec<Correlating>,
    stages: Vec<CompiledStage>,
    /// For each search, what was kept of the events that matched.
    kept: Vec<Vec<Row>>,
    rows: usize,
}

#[derive(Debug)]
struct CompiledSearch {
    name: String,
    class: EventClass,
    predicate: Compiled,
    /// The fields that later steps read.
    carried: Vec<String>,
}

impl<'k> Evaluator<'k> {
    /// Checks and compiles a hunt.
    ///
    /// # Errors
    /// Everything of the plan that breaks the contract or cannot be evaluated, each with its place.
    pub fn new(hunt: &Hunt, known: Known<'k>) -> Result<Self, Vec<EvaluateError>> {
        let mut errors = Vec::new();
        let mut searches = Vec::new();
        for (index, search) in hunt.searches.iter().enumerate() {
            match Compiled::new(&search.predicate, At::search(index), known.kinds) {
                Ok(predicate) => searches.push(CompiledSearch {
                    name: search.name.clone(),
                    class: search.class.clone(),
                    predicate,
                    carried: Vec::new(),
                }),
                Err(error) => errors.push(error),
            }
        }
        let count = hunt.searches.len();
        let correlations: Vec<Correlating> = (hunt.correlations.iter().enumerate())
            .filter_map(|(at, one)| Correlating::new(one, at, count, known).map_err(|error| errors.push(error)).ok())
            .collect();
        let stages: Vec<CompiledStage> = (hunt.stages.iter().enumerate())
            .filter_map(|(at, one)| CompiledStage::new(one, At::stage(at), known).map_err(|e| errors.push(e)).ok())
            .collect();
        if count == 0 {
            errors.push(At::search(0).invalid("searches", "the hunt has no search"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        for (index, search) in searches.iter_mut().enumerate() {
            search.carried = carried(index, &correlations, &stages);
        }
        let kept = vec![Vec::new(); count];
        Ok(Self { known, searches, correlations, stages, kept, rows: 0 })
    }

    /// Whether events are answered one by one, without a result at the end.
    pub fn is_immediate(&self) -> bool {
        self.correlations.is_empty() && self.stages.is_empty()
    }

    /// Holds an event against every search: the names of those that match.
    ///
    /// # Errors
    /// More events match than the hunt's later steps may hold.
    pub fn take(&mut self, event: &Event) -> Result<Vec<&str>, EvaluateError> {
        let immediate = self.is_immediate();
        let Known { events: table, .. } = self.known;
        let mut matched = Vec::new();
        for (index, search) in self.searches.iter().enumerate() {
            if !search.takes(event, self.known) || !search.predicate.holds(event, table) {
                continue;
            }
            matched.push(search.name.as_str());
            if immediate {
                continue;
            }
            self.rows += 1;
            if self.rows > ROWS {
                let reason = format!("more than {ROWS} events match: give it a part of the log");
                return Err(At::search(index).too_large("events", reason));
            }
            let value = |name: &String| Some((name.clone(), field(event, table, name)?.clone()));
            self.kept[index].push(Row {
                searches: vec![search.name.clone()],
                time: event.time(table),
                fields: search.carried.iter().filter_map(value).collect(),
            });
        }
        Ok(matched)
    }

    /// The rows of the result, for a hunt with stages or correlations.
    pub fn finish(self) -> Vec<Row> {
        let Self { known, correlations, stages, kept, .. } = self;
        let mut results: Vec<Vec<Row>> = Vec::with_capacity(correlations.len());
        for correlation in &correlations {
            let rows = |input: &CorrelationInput| match input {
                CorrelationInput::Search(search) => kept[*search as usize].as_slice(),
                CorrelationInput::Correlation(earlier) => results[*earlier as usize].as_slice(),
            };
            let inputs = correlation.inputs.iter().map(rows).collect();
            let result = correlation.run(inputs, known);
            results.push(result);
        }
        let rows = results.pop().unwrap_or_else(|| kept.into_iter().flatten().collect());
        stages.iter().fold(rows, |rows, stage| stage.run(rows, known))
    }
}

impl CompiledSearch {
    /// Whether the event is of the search's class. One that says no class shows it by its fields, or where the class has
    /// no signs, by a field that the search tests.
    fn takes(&self, event: &Event, known: Known<'_>) -> bool {
        let Some(class) = &event.class else {
            let carries = |name: &str| field(event, known.events, name).is_some();
            let shown = known.events.shows(&self.class, |sign| event.fields().contains_key(sign));
            let tested = || self.predicate.has_keywords() || self.predicate.fields().any(carries);
            return shown.unwrap_or_else(tested);
        };
        known.events.takes(&self.class, class)
    }
}

/// The fields of a search's events that correlations and stages read.
fn carried(search: usize, correlations: &[Correlating], stages: &[CompiledStage]) -> Vec<String> {
    let mut names = BTreeSet::new();
    for correlation in correlations {
        for (input, source) in correlation.inputs.iter().enumerate() {
            if *source == CorrelationInput::Search(search as u32) {
                names.extend(correlation.reads(input).map(str::to_owned));
            }
        }
    }
    if correlations.is_empty() {
        for stage in stages {
            let (read, goes_on) = stage.reads();
            names.extend(read);
            if !goes_on {
                break;
            }
        }
    }
    names.into_iter().collect()
}

/// Whether events match a hunt: any event, or for a hunt with stages or correlations the events together.
///
/// # Errors
/// What cannot be evaluated.
pub fn matches(hunt: &Hunt, known: Known<'_>, events: &[Event]) -> Result<bool, Vec<EvaluateError>> {
    let mut evaluator = Evaluator::new(hunt, known)?;
    let mut matched = false;
    for event in events {
        matched |= !evaluator.take(event).map_err(|error| vec![error])?.is_empty();
    }
    Ok(if evaluator.is_immediate() { matched } else { !evaluator.finish().is_empty() })
}
