//! SQL for dialects over tables of any schema: conditions, searches as statements, stages and correlations as one table after
//! another. A dialect brings its engine's words and its schema's tables. Names stand in double quotes.

mod condition;
pub mod engine;
pub mod quote;
mod stages;
mod statement;

pub use engine::Engine;
pub use statement::{Lake, Schema, emit};
