//! KQL string literals, and regular expressions (RE2) inside them.
//!
//! Source: Microsoft Learn, "The string data type" (Kusto) and "RE2 library".

use huntsmith_sdk::query::quote::{BACKSLASHED, Hidden, Quoting};

/// A string: `"…"` with C-like escapes.
pub const STRING: Quoting = Quoting { hidden: Hidden::Units, ..BACKSLASHED };

pub use huntsmith_sdk::query::regex::IN_STRING as IN_REGEX;
