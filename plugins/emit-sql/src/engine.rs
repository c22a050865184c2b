//! The engines: literals, nested columns, regular expressions, networks, time.
//!
//! Source: Trino, "Functions and operators"; Snowflake, "String & binary data types", "LIKE"; ClickHouse, "Syntax",
//! "Functions for searching in strings".

use huntsmith_sdk::query::pipes::Measures;
use huntsmith_sdk::query::quote::{Hidden, Quoting};
use huntsmith_sdk::query::regex::{Regex, SIGNS, WORD, WORD_ESCAPED, in_raw};
use huntsmith_sql::Engine;
use huntsmith_sql::engine::{FUNCTIONS, MEASURES, objects, variants};
use huntsmith_sql::quote::{ESCAPED, ESCAPED_LIKE, STANDARD, STANDARD_LIKE};

/// ClickHouse knows no other escape in a pattern than the backslash.
const BACKSLASH_LIKE: Quoting =
    Quoting { escapes: &[('\'', "\\'"), ('\\', "\\\\\\\\"), ('%', "\\\\%"), ('_', "\\\\_")], ..ESCAPED };

const IN_STRING: Regex = in_raw("'", false);

/// In ClickHouse's strings a backslash is written twice.
const IN_ESCAPED: Regex = Regex {
    inside: Quoting { open: "'", close: "'", ..CLICKHOUSE_TEXT },
    whole: Quoting { hidden: Hidden::CodePoint("\\\\"), ..ESCAPED },
    word: WORD_ESCAPED,
    ..IN_STRING
};
const CLICKHOUSE_TEXT: Quoting = Quoting {
    escapes: &[('\\', "\\\\\\\\"), ('\'', "\\'")],
    marked: (SIGNS, "\\\\"),
    hidden: Hidden::CodePoint("\\\\"),
    ..ESCAPED
};

/// Trino, and Athena, which is one.
pub const TRINO: Engine = Engine {
    column: objects,
    string: &STANDARD,
    like: &STANDARD_LIKE,
    escape: [" ESCAPE '!'", ") ESCAPE '!'"],
    regex: &Regex { word: WORD, ..IN_STRING },
    regex_words: Some(["REGEXP_LIKE(", ", ", ")"]),
    network: None, // `contains` takes the network first, and raises an error for what is no address.
    in_text: ["LOWER(JSON_FORMAT(CAST(", " AS JSON))) LIKE CONCAT('%', LOWER("],
    backslash: ", '\\', ",
    text: ["CAST(", " AS VARCHAR)"],
    number: ["TRY_CAST(", " AS DOUBLE)"],
    ago: ["CURRENT_TIMESTAMP - INTERVAL '", "' SECOND"],
    moment: "FROM_ISO8601_TIMESTAMP(",
    bucket: ["FROM_UNIXTIME(FLOOR(TO_UNIXTIME(", ") / ", ") * ", ")"],
    lag: ["DATE_DIFF('second', LAG(", ")", "), "],
    functions: FUNCTIONS,
    measures: MEASURES,
};

/// Snowflake, with every object of an event in a column of type VARIANT. Its regular expressions have no groups that
/// do not capture and no flags inside.
pub const SNOWFLAKE: Engine = Engine {
    column: variants,
    string: &ESCAPED,
    like: &ESCAPED_LIKE,
    regex_words: None,
    in_text: ["LOWER(", ") LIKE CONCAT('%', LOWER("],
    backslash: ", '\\\\', ",
    ago: ["DATEADD(SECOND, -", ", CURRENT_TIMESTAMP())"],
    moment: "TO_TIMESTAMP_TZ(",
    bucket: ["TIME_SLICE(", ", ", "", ", 'SECOND')"],
    lag: ["DATEDIFF(SECOND, LAG(", ")", "), "],
    ..TRINO
};

/// ClickHouse, with objects as named tuples.
pub const CLICKHOUSE: Engine = Engine {
    string: &ESCAPED,
    like: &BACKSLASH_LIKE,
    escape: ["", ")"],
    regex: &IN_ESCAPED,
    regex_words: Some(["match(", ", ", ")"]),
    network: Some(["isIPAddressInRange(", ", ", ")"]),
    in_text: ["LOWER(toString(", ")) LIKE CONCAT('%', LOWER("],
    backslash: ", '\\\\', ",
    number: ["toFloat64OrNull(", ")"],
    ago: ["now() - INTERVAL ", " SECOND"],
    moment: "parseDateTimeBestEffort(",
    bucket: ["toStartOfInterval(", ", INTERVAL ", "", " SECOND)"],
    // What has no row before it is null only where the type allows it, and only over a whole partition.
    lag: [
        "dateDiff('second', lagInFrame(toNullable(",
        "))",
        " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), ",
    ],
    // Of percentiles it knows the median alone in a form without a second pair of parentheses.
    measures: Measures {
        median: "median(",
        percentile: "",
        values: "groupUniqArray(",
        first: "argMin(",
        last: "argMax(",
        ..MEASURES
    },
    ..TRINO
};
