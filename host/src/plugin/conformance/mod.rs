//! The conformance suite: what every plugin of a kind has to hold, tried on the loaded plugin itself. It knows the
//! contract and its vocabulary, and no dialect, format or indicator.

mod articles;
mod coverage;
mod emitter;
mod feed;
mod injection;
mod inputs;
mod judge;
mod place;
mod plans;
mod reader;
mod trial;
mod vocabulary;

#[cfg(test)]
pub(crate) use coverage::any_hunt;
pub use coverage::{Carried, Coverage, Row, coverage, mapping_refused};
pub use trial::{Check, Failure};

use super::manifest::World;
use crate::attack::Knowledge;
use crate::kinds::Kinds;
use crate::sandbox::Plugin;
use std::path::PathBuf;

/// What findings are held against.
#[derive(Debug)]
pub struct Known<'k> {
    pub kinds: &'k Kinds,
    pub knowledge: &'k Knowledge,
    /// Documents of the author's own: a reader's or feed's are damaged in many ways, an extractor's or classifier's read.
    pub samples: Vec<(PathBuf, Vec<u8>)>,
}

/// What came of the suite.
#[derive(Debug, Default)]
pub struct Suite {
    pub checks: Vec<Check>,
    /// Of an emitter.
    pub coverage: Option<Coverage>,
}

/// Runs the suite of the plugin's world. Growth is judged by the engine's count of instructions where it counts them.
pub fn run(plugin: &Plugin, known: &Known<'_>) -> Suite {
    let checks = match plugin.manifest().world {
        World::IocExtractor => articles::extractor(plugin, known),
        World::TechniqueClassifier => articles::classifier(plugin, known),
        World::DocumentReader => reader::run(plugin, known),
        World::FeedSource => feed::run(plugin, known),
        World::QueryEmitter => {
            let (checks, coverage) = emitter::run(plugin);
            return Suite { checks, coverage: Some(coverage) };
        }
    };
    Suite { checks, coverage: None }
}
