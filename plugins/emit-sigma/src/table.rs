//! Sigma's words: modifiers of a field, operators of a correlation's condition, its kinds, and statuses of rules.
//!
//! Source: Sigma specification 2.1, "Modifiers" and "Correlation Rules", and the specification's schemas.

use huntsmith_sdk::emitter::plan::Operator;
use huntsmith_sdk::query::formula::Compare;

/// What stands behind a field's name, and what where the case of a text counts.
pub const MODIFIERS: &[(Compare, [&str; 2])] = &[
    (Compare::Equals, ["", "|cased"]),
    (Compare::Like, ["", "|cased"]),
    (Compare::Contains, ["|contains", "|contains|cased"]),
    (Compare::StartsWith, ["|startswith", "|startswith|cased"]),
    (Compare::EndsWith, ["|endswith", "|endswith|cased"]),
    (Compare::Matches, ["|re|i", "|re"]),
    (Compare::Word, ["|re|i", "|re"]),
    (Compare::Within, ["|cidr", "|cidr"]),
    (Compare::Less, ["|lt", "|lt"]),
    (Compare::LessOrEqual, ["|lte", "|lte"]),
    (Compare::Greater, ["|gt", "|gt"]),
    (Compare::GreaterOrEqual, ["|gte", "|gte"]),
    (Compare::Present, ["|exists", "|exists"]),
    (Compare::Absent, ["|exists", "|exists"]),
];

/// Comparisons of a correlation's number.
pub const OPERATORS: &[(Operator, &str)] = &[
    (Operator::Less, "    lt: "),
    (Operator::LessOrEqual, "    lte: "),
    (Operator::Greater, "    gt: "),
    (Operator::GreaterOrEqual, "    gte: "),
    (Operator::Equals, "    eq: "),
];

/// Kinds of correlations.
pub const KINDS: &[&str] =
    &["event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile"];

/// Statuses of rules.
pub const STATUSES: &[&str] = &["stable", "test", "experimental", "deprecated", "unsupported"];
