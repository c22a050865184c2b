//! One file a family of indicators: its grammar, where that is written down, and its tests.

pub mod address;
pub mod digest;
pub mod domain;
pub mod email;
pub mod file;
pub mod identifier;
pub mod path;
pub mod registry;
pub mod url;
