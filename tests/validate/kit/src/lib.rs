//! Hunts for testing emitters natively: read from JSON as the host writes them, or generated from a seed.

pub mod dialects;
pub mod events;
pub mod expect;
pub mod generate;
pub mod json;
