//! Plugins as files: their manifest, their component, how one is built, inspected, bundled and found.

pub mod build;
pub mod bundle;
pub mod component;
pub mod contract;
#[cfg(test)]
pub(crate) mod guests;
pub mod inspect;
pub mod manifest;
pub mod options;
pub mod registry;
pub mod sections;
pub mod source;
pub mod validate;

pub use manifest::{Accepts, Dialect, Manifest, World};
pub use registry::{Registry, RegistryError, Sources};
