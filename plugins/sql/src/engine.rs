//! What differs between engines, as words.

use huntsmith_sdk::query::pipes::{Functions, Measures};
use huntsmith_sdk::query::quote::Quoting;
use huntsmith_sdk::query::regex::Regex;
use huntsmith_sdk::query::text::{Name, Query};

/// How an engine writes what engines write in different ways.
#[derive(Clone, Copy)]
pub struct Engine {
    /// Appends a column of a schema's table, by its path in the schema.
    pub column: fn(&mut Query, Name<'_>),
    pub string: &'static Quoting,
    /// A pattern of LIKE.
    pub like: &'static Quoting,
    /// What ends a LIKE: between columns as they are, and behind the parenthesis of LOWER.
    pub escape: [&'static str; 2],
    pub regex: &'static Regex,
    /// Words around a column and a regular expression; none: the engine's own are too different.
    pub regex_words: Option<[&'static str; 3]>,
    /// Words around an address and a network.
    pub network: Option<[&'static str; 3]>,
    /// Words around a list of objects as text, up to a text in it.
    pub in_text: [&'static str; 2],
    /// Between two columns that are one text with a backslash between them.
    pub backslash: &'static str,
    /// Words around a column as text.
    pub text: [&'static str; 2],
    /// Words around a text as a number, or nothing where it is none.
    pub number: [&'static str; 2],
    /// Words around a number of seconds before now.
    pub ago: [&'static str; 2],
    /// Opens a time.
    pub moment: &'static str,
    /// Words around a time, the seconds of a bucket, and where they stand twice, what is between them.
    pub bucket: [&'static str; 4],
    /// Words before and after the time of which the row before is asked, and after the order of rows: the seconds between
    /// them, up to the time of the row itself.
    pub lag: [&'static str; 3],
    pub functions: Functions,
    pub measures: Measures,
}

/// `"process"."file"."path"`: objects as rows or named tuples.
pub fn objects(query: &mut Query, name: Name<'_>) {
    let mut rest = name;
    while let Some((head, tail)) = rest.split_once('.') {
        query.word("\"").name(head).word("\".");
        rest = tail;
    }
    query.word("\"").name(rest).word("\"");
}

/// `process:file.path::VARCHAR`: every object in a column of its own that holds anything.
pub fn variants(query: &mut Query, name: Name<'_>) {
    match name.split_once('.') {
        Some((object, rest)) => query.name(object).word(":").name(rest).word("::VARCHAR"),
        None => query.name(name),
    };
}

/// Functions of fields as most engines have them.
pub const FUNCTIONS: Functions = Functions {
    length: ["LENGTH(", "", ")"],
    hour: ["EXTRACT(HOUR FROM ", "", ")"],
    lower: ["LOWER(", "", ")"],
    ratio: ["CAST(", " AS DOUBLE) / NULLIF(CAST(", " AS DOUBLE), 0)"],
    difference: ["CAST(", " AS DOUBLE) - CAST(", " AS DOUBLE)"],
};

/// Functions over groups as most engines have them: of the first and the last, the time goes second.
pub const MEASURES: Measures = Measures {
    count: "COUNT(",
    distinct: "COUNT(DISTINCT ",
    sum: "SUM(",
    minimum: "MIN(",
    maximum: "MAX(",
    average: "AVG(",
    deviation: "STDDEV_SAMP(",
    median: "",
    percentile: "APPROX_PERCENTILE(",
    values: "ARRAY_AGG(DISTINCT ",
    first: "MIN_BY(",
    last: "MAX_BY(",
};
