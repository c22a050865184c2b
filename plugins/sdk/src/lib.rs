//! Write huntsmith plugins in Rust: one trait and one export macro a world.
//!
//! Take one feature, implement that module's trait, call its export macro:
//!
//! | feature | trait | macro |
//! |---|---|---|
//! | `reader` | [`reader::Reader`] | `export_reader!` |
//! | `extractor` | [`extractor::Extractor`] | `export_extractor!` |
//! | `classifier` | [`classifier::Classifier`] | `export_classifier!` |
//! | `feed` | [`feed::Feed`] | `export_feed!` |
//! | `emitter` | [`emitter::Emitter`] | `export_emitter!` |
//!
//! Everything but the export itself compiles for the machine you sit at, so that a plugin's own tests are ordinary
//! tests: call the trait's functions.

#[doc(hidden)]
pub mod bindings;

pub mod address;
#[cfg(feature = "decode")]
pub mod decode;
#[cfg(feature = "language")]
pub mod language;
pub mod log;
#[doc(hidden)]
pub mod memory;
#[cfg(feature = "prose")]
pub mod prose;
#[cfg(feature = "no-random")]
pub mod random;
pub mod seen;
pub mod stated;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod time;

#[cfg(feature = "classifier")]
pub mod classifier;
#[cfg(feature = "emitter")]
pub mod emitter;
#[cfg(feature = "extractor")]
pub mod extractor;
#[cfg(feature = "feed")]
pub mod feed;
#[cfg(feature = "feed")]
pub mod fetch;
#[cfg(feature = "emitter")]
pub mod query;
#[cfg(feature = "reader")]
pub mod reader;
#[cfg(feature = "feed")]
pub mod report;
#[cfg(feature = "emitter")]
pub mod tree;

pub use bindings::{article, common};
pub mod data;
