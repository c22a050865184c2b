//! LogQL's literals and signs.
//!
//! Source: Grafana, "LogQL: Log query language"; its regular expressions are RE2's.

use huntsmith_sdk::query::formula::Compare;
use huntsmith_sdk::query::quote::{BACKSLASHED, Hidden, Quoting};
use huntsmith_sdk::query::regex::{IN_STRING, Regex, WORD_ESCAPED};

/// A string.
pub const STRING: Quoting = Quoting { hidden: Hidden::Points, ..BACKSLASHED };

/// A regular expression, which compares the whole value.
pub const REGEX: Regex = Regex {
    inside: IN_STRING,
    whole: Quoting { hidden: Hidden::CodePoint("\\\\"), ..STRING },
    flags: ["(?s)", "(?is)"],
    whole_flags: ["", "(?i)"],
    start: "",
    end: "",
    word: ("(?:.*[^\\\\pL\\\\pN_])?", "(?:[^\\\\pL\\\\pN_].*)?"),
    anchored: true,
};

/// One that is looked for in a line.
pub const IN_LINE: Regex = Regex { word: WORD_ESCAPED, anchored: false, ..REGEX };

/// A value for itself in the expression that selects streams.
pub const ALTERNATIVE: Quoting = Quoting { open: "", close: "", ..IN_STRING };

/// Comparisons of a label with a number, and their opposites.
pub const NUMBERS: &[(Compare, [&str; 2])] = &[
    (Compare::Equals, ["==", "!="]),
    (Compare::Less, ["<", ">="]),
    (Compare::LessOrEqual, ["<=", ">"]),
    (Compare::Greater, [">", "<="]),
    (Compare::GreaterOrEqual, [">=", "<"]),
];
