//! Hunts for testing emitters natively: read from JSON as the host writes them, or generated from a seed.

pub mod cases;
pub mod dialects;
pub mod expect;
pub mod generate;
pub mod json;
pub mod layout;
pub mod sources;
pub mod tried;
