//! The hunt catalogue: rules that do not come from an article, and the evaluator that runs any hunt over events.

pub mod predicate;
pub mod sigma;
