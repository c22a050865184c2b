//! What differs between the engines: literals, nested columns, regular expressions, networks, time.
//!
//! Source: Trino, "Functions and operators"; Snowflake, "String & binary data types", "LIKE"; ClickHouse, "Syntax",
//! "Functions for searching in strings".

use crate::table;
use huntsmith_sdk::query::quote::{Hidden, Quoting};
use huntsmith_sdk::query::regex::{Regex, WORD, WORD_ESCAPED, in_raw};
use huntsmith_sdk::query::text::{Name, Query};

/// How an engine writes what engines write in different ways.
#[derive(Clone, Copy)]
pub struct Engine {
    pub string: &'static Quoting,
    /// A pattern of LIKE, and what ends it.
    pub like: &'static Quoting,
    pub escape: &'static str,
    /// The same, with the parenthesis of LOWER before it.
    pub like_end: &'static str,
    pub regex: &'static Regex,
    /// Words around a column and a regular expression; none: the engine's own are too different.
    pub regex_words: Option<[&'static str; 3]>,
    /// Words around an address and a network.
    pub network: Option<[&'static str; 3]>,
    /// Words around a list of objects as text, up to a text in it.
    pub in_text: [&'static str; 2],
    /// Words around a number of seconds before now.
    pub ago: [&'static str; 2],
    /// Opens a time.
    pub moment: &'static str,
    /// Words around a time, the seconds of a bucket, and where they stand twice, what is between them.
    pub bucket: [&'static str; 4],
    /// Words before and after the time of which the row before is asked, and after the order of rows: the seconds between
    /// them, up to the time of the row itself.
    pub lag: [&'static str; 3],
    /// Opens a percentile; none: only the median is known, by the words.
    pub percentile: Option<&'static str>,
    /// Opens the different values of a column.
    pub values: &'static str,
    /// Open the value at the first and at the last time.
    pub at_ends: [&'static str; 2],
    /// Words around a text as a number, or nothing where it is none.
    pub number: [&'static str; 2],
    /// A backslash between two columns.
    separator: &'static str,
    path: Path,
}

/// How a field of a field is named.
#[derive(Clone, Copy)]
enum Path {
    /// `"process"."file"."path"`
    Quoted,
    /// `process:file.path::VARCHAR`
    Variant,
    /// `e."value"`: a column of the step before.
    Row,
}

impl Engine {
    /// The same engine over the rows of a step.
    pub fn over_rows(&self) -> Self {
        Self { path: Path::Row, ..*self }
    }

    /// Appends a column, by its path in the schema.
    pub fn path(&self, query: &mut Query, name: Name<'_>) {
        let [key, value] = table::REGISTRY_VALUE.map(Name::native);
        match (&self.path, name.split_once('.')) {
            (Path::Quoted | Path::Variant, _) if name == Name::native(table::REGISTRY_OBJECT) => {
                self.path(query.word("CONCAT("), key);
                self.path(query.word(self.separator), value);
                query.word(")");
            }
            (Path::Row, _) => {
                query.word("e.\"").name(name).word("\"");
            }
            (Path::Variant, Some((object, rest))) => {
                query.name(object).word(":").name(rest).word("::VARCHAR");
            }
            (Path::Variant, None) => {
                query.name(name);
            }
            (Path::Quoted, mut split) => {
                let mut rest = name;
                while let Some((head, tail)) = split {
                    query.word("\"").name(head).word("\".");
                    rest = tail;
                    split = tail.split_once('.');
                }
                query.word("\"").name(rest).word("\"");
            }
        }
    }
}

/// Standard SQL: a quote is doubled, nothing else is escaped.
const STANDARD: Quoting = Quoting { open: "'", close: "'", escapes: &[('\'', "''")], hidden: Hidden::Refused };
const STANDARD_LIKE: Quoting = Quoting { escapes: &[('\'', "''"), ('%', "!%"), ('_', "!_"), ('!', "!!")], ..STANDARD };

/// Backslashes escape in strings as well.
const ESCAPED: Quoting = Quoting {
    open: "'",
    close: "'",
    escapes: &[('\'', "\\'"), ('\\', "\\\\"), ('\n', "\\n"), ('\r', "\\r"), ('\t', "\\t")],
    hidden: Hidden::Refused,
};
const ESCAPED_LIKE: Quoting =
    Quoting { escapes: &[('\'', "\\'"), ('\\', "\\\\"), ('%', "!%"), ('_', "!_"), ('!', "!!")], ..ESCAPED };
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
    escapes: &[
        ('\\', "\\\\\\\\"),
        ('\'', "\\'"),
        ('.', "\\\\."),
        ('+', "\\\\+"),
        ('*', "\\\\*"),
        ('?', "\\\\?"),
        ('(', "\\\\("),
        (')', "\\\\)"),
        ('[', "\\\\["),
        (']', "\\\\]"),
        ('{', "\\\\{"),
        ('}', "\\\\}"),
        ('|', "\\\\|"),
        ('^', "\\\\^"),
        ('$', "\\\\$"),
    ],
    hidden: Hidden::CodePoint("\\\\"),
    ..ESCAPED
};

/// Trino, and Athena, which is one.
pub const TRINO: Engine = Engine {
    string: &STANDARD,
    like: &STANDARD_LIKE,
    escape: " ESCAPE '!'",
    like_end: ") ESCAPE '!'",
    regex: &Regex { word: WORD, ..IN_STRING },
    regex_words: Some(["REGEXP_LIKE(", ", ", ")"]),
    network: None, // `contains` takes the network first, and raises an error for what is no address.
    in_text: ["LOWER(JSON_FORMAT(CAST(", " AS JSON))) LIKE CONCAT('%', LOWER("],
    ago: ["CURRENT_TIMESTAMP - INTERVAL '", "' SECOND"],
    moment: "FROM_ISO8601_TIMESTAMP(",
    bucket: ["FROM_UNIXTIME(FLOOR(TO_UNIXTIME(", ") / ", ") * ", ")"],
    lag: ["DATE_DIFF('second', LAG(", ")", "), "],
    percentile: Some("APPROX_PERCENTILE("),
    values: "ARRAY_AGG(DISTINCT ",
    at_ends: ["MIN_BY(", "MAX_BY("],
    number: ["TRY_CAST(", " AS DOUBLE)"],
    separator: ", '\\', ",
    path: Path::Quoted,
};

/// Snowflake, with every object of an event in a column of type VARIANT. Its regular expressions have no groups that
/// do not capture and no flags inside.
pub const SNOWFLAKE: Engine = Engine {
    string: &ESCAPED,
    like: &ESCAPED_LIKE,
    regex_words: None,
    network: None,
    in_text: ["LOWER(", ") LIKE CONCAT('%', LOWER("],
    ago: ["DATEADD(SECOND, -", ", CURRENT_TIMESTAMP())"],
    moment: "TO_TIMESTAMP_TZ(",
    bucket: ["TIME_SLICE(", ", ", "", ", 'SECOND')"],
    lag: ["DATEDIFF(SECOND, LAG(", ")", "), "],
    separator: ", '\\\\', ",
    path: Path::Variant,
    ..TRINO
};

/// ClickHouse, with objects as named tuples.
pub const CLICKHOUSE: Engine = Engine {
    string: &ESCAPED,
    like: &BACKSLASH_LIKE,
    escape: "",
    like_end: ")",
    regex: &IN_ESCAPED,
    regex_words: Some(["match(", ", ", ")"]),
    network: Some(["isIPAddressInRange(", ", ", ")"]),
    in_text: ["LOWER(toString(", ")) LIKE CONCAT('%', LOWER("],
    ago: ["now() - INTERVAL ", " SECOND"],
    moment: "parseDateTimeBestEffort(",
    bucket: ["toStartOfInterval(", ", INTERVAL ", "", " SECOND)"],
    // What has no row before it is null only where the type allows it, and only over a whole partition.
    lag: [
        "dateDiff('second', lagInFrame(toNullable(",
        "))",
        " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), ",
    ],
    percentile: None,
    values: "groupUniqArray(",
    at_ends: ["argMin(", "argMax("],
    number: ["toFloat64OrNull(", ")"],
    separator: ", '\\\\', ",
    ..TRINO
};
