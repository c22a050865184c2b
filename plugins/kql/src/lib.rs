//! KQL for the dialects that speak it: literals, comparisons, and a hunt as one statement. A dialect brings its tables.

pub mod compare;
mod pipeline;
pub mod quote;
pub mod statement;

pub use compare::Kql;
pub use statement::{Product, emit};
