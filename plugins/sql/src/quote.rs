//! Strings, and patterns of LIKE in them.

use huntsmith_sdk::query::quote::{BARE, Quoting};

/// Standard SQL: a quote is doubled, nothing else is escaped.
pub const STANDARD: Quoting = Quoting { open: "'", close: "'", escapes: &[('\'', "''")], ..BARE };

/// A pattern in such a string, whose escape is `!`.
pub const STANDARD_LIKE: Quoting =
    Quoting { escapes: &[('\'', "''"), ('%', "!%"), ('_', "!_"), ('!', "!!")], ..STANDARD };

/// Backslashes escape in strings as well.
pub const ESCAPED: Quoting = Quoting {
    open: "'",
    close: "'",
    escapes: &[('\'', "\\'"), ('\\', "\\\\"), ('\n', "\\n"), ('\r', "\\r"), ('\t', "\\t")],
    ..BARE
};

/// A pattern in such a string, whose escape is `!`.
pub const ESCAPED_LIKE: Quoting =
    Quoting { escapes: &[('\'', "\\'"), ('\\', "\\\\"), ('%', "!%"), ('_', "!_"), ('!', "!!")], ..ESCAPED };
