//! huntsmith: a thin host that loads sandboxed plugins and turns threat reporting into hunts.

pub mod model;
