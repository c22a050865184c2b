//! Plugins as files: their manifest, their component, how one is built, inspected, bundled and found.

pub mod build;
pub mod bundle;
pub mod call;
pub mod cases;
pub mod check;
pub mod component;
pub mod conformance;
pub mod contract;
pub mod flatten;
#[cfg(test)]
pub(crate) mod guests;
pub mod inspect;
pub mod install;
pub mod kit;
pub mod languages;
pub mod lock;
pub mod manifest;
pub mod new;
pub mod oci;
pub mod options;
pub mod registry;
pub mod sections;
pub mod source;
pub mod trust;
pub mod validate;

pub use manifest::{Accepts, Dialect, Manifest, World};
pub use registry::{Registry, RegistryError, Sources};
