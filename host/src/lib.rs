//! huntsmith: a thin host that loads sandboxed plugins and turns threat reporting into hunts.

pub mod attack;
pub mod bindings;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod data;
pub mod failpoint;
pub mod feeds;
pub mod fetch;
pub mod folders;
pub mod kinds;
pub mod model;
pub mod pipeline;
pub mod playbook;
pub mod plugin;
pub mod report;
pub mod sandbox;
pub mod store;
