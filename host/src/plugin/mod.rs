//! Plugins as files: their manifest, their component, how one is built, inspected, bundled and found.

pub mod build;
pub mod component;
pub mod contract;
pub mod manifest;
pub mod sections;
pub mod source;
pub mod validate;
