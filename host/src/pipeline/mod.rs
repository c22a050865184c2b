//! The stages, one file each: gather, read, extract, classify, hunt, emit, assemble; and the run that drives them.

mod assemble;
mod catalogue;
mod classify;
mod emit;
mod extract;
mod filter;
#[cfg(test)]
pub(crate) mod fixtures;
mod gather;
mod hunt;
mod normalise;
mod nothing;
mod phases;
mod profile;
mod read;
mod run;
mod severity;
mod wording;

pub use assemble::{Analysis, Analyst, StageTimes};
pub use catalogue::CatalogueStage;
pub use emit::emit;
pub use filter::IndicatorFilter;
pub use gather::{
    Entry, Gathered, Input, InputFailure, Inputs, Poll, candidates, gather, is_unsupported, read_file, resolve,
};
pub use hunt::{About, Plan, PlannedHunt, RefusedValue, hunt_id, plan};
pub use normalise::{Normalised, is_invisible};
pub use phases::{PhaseTable, derive as derive_phases};
pub use read::{NoPage, Pages, ReadEntry, article_id, read, read_document};
pub use run::{ordered, parallel};
pub use severity::SeverityTable;
