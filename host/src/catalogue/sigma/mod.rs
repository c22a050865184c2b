//! Sigma rules, correlations and filters as hunt plans. A log source stays the event class that it is, and a field keeps
//! its name: the plan speaks Sigma's taxonomy, and each dialect has the table from there to its own.

mod collection;
mod correlation;
mod detection;
pub(super) mod document;
mod encode;
mod error;
mod index;
mod rule;
pub(super) mod staged;
mod value;
pub(super) mod yaml;

pub use collection::{Collection, Entry, Frame};
pub use document::{About, Body, Broken, Document};
pub(super) use error::Place;
pub use error::{Code, SigmaError};
pub use index::Index;
pub(super) use yaml::Yaml;

#[cfg(test)]
mod tests;
