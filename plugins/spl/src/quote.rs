//! SPL's two kinds of literals: in a search, and in an expression of `where` or `eval`.
//!
//! Source: Splunk, Search Reference, "search" and "Quotation marks and escaping". In a search,
//! `\"` and `\\` are the only escapes and a star always stands for any text; what a search cannot say is weakened to a
//! star and compared exactly afterwards.

use huntsmith_sdk::query::quote::{Hidden, QUOTED, Quoting, is_hidden};
use huntsmith_sdk::query::regex::Regex;

/// A value in a search.
pub const SEARCH: Quoting = QUOTED;

/// Text that stands for itself in a regular expression (PCRE) in an expression's string. A backtick would open a macro
/// and is said by its code.
const IN_REGEX: Quoting = Quoting {
    escapes: &[('\\', "\\\\\\\\"), ('"', "\\\""), ('`', "\\\\x60")],
    marked: (".+*?()[]{}|^$#", "\\\\"),
    ..WHOLE
};

/// A regular expression of the plan in an expression's string: hidden characters and backticks by their codes.
const WHOLE: Quoting = Quoting {
    escapes: &[('\\', "\\\\"), ('"', "\\\""), ('`', "\\\\x60")],
    hidden: Hidden::CodePoint("\\\\"),
    ..QUOTED
};

/// Regular expressions; `\z` because `$` would let a last newline pass.
pub const REGEX: Regex = Regex {
    inside: IN_REGEX,
    whole: WHOLE,
    flags: ["(?s)", "(?is)"],
    whole_flags: ["", "(?i)"],
    start: "\\\\A",
    end: "\\\\z",
    word: ("(?<![\\\\p{L}\\\\p{N}_])", "(?![\\\\p{L}\\\\p{N}_])"),
    anchored: false,
};

/// Whether a search can say a character as itself.
pub fn in_search(c: char) -> bool {
    c != '*' && c != '`' && !is_hidden(c)
}
