//! One file a family of indicators: its grammar, where that is written down, and its tests.

pub mod account;
pub mod address;
pub mod agent;
pub mod command;
pub mod device;
pub mod digest;
pub mod domain;
pub mod email;
pub mod file;
pub mod fuzzy;
pub mod identifier;
pub mod labelled;
pub mod path;
pub mod registry;
pub mod url;
pub mod wallet;
