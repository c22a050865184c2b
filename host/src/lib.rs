//! huntsmith: a thin host that loads sandboxed plugins and turns threat reporting into hunts.

pub mod bindings;
pub mod cli;
pub mod data;
pub mod model;
pub mod plugin;
