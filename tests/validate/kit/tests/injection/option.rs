//! Options whose text goes into the query: whatever stands in one, it stays in its literal, or is refused under its name.

use super::{Lex, hunt, lexers, outside_of, spl};
use huntsmith_sdk::emitter::plan::Operator;
use proptest::prelude::*;
use serde_json::json;
use validate_kit::dialects::Dialect;
use validate_kit::generate;

/// Each option with its dialect.
const OPTIONS: [(&str, &str, Lex); 10] = [
    ("splunk", "index", spl),
    ("splunk-raw", "index", spl),
    ("logscale", "repository", |query| lexers::tokens(query, &lexers::LOGSCALE)),
    ("qradar", "log_source_type", |query| lexers::tokens(query, &lexers::AQL)),
    ("cloudwatch", "log_groups", |query| lexers::tokens(query, &lexers::CLOUDWATCH)),
    ("secops", "log_type", |query| lexers::tokens(query, &lexers::YARAL)),
    ("s1", "data_source", |query| lexers::tokens(query, &lexers::S1QL)),
    ("loki", "stream", |query| lexers::tokens(query, &lexers::LOGQL)),
    ("datadog", "source", lexers::lucene),
    ("datadog", "service", lexers::lucene),
];

fn holds(value: &str, field: usize) {
    let hunt = hunt("title", "harmless", Operator::Contains, field, false);
    for (name, option, lex) in OPTIONS {
        let dialect = Dialect::named(name).expect("a dialect");
        let said = |value: &str| dialect.emit_with(&hunt, "query", &json!({ option: ["first", value] }).to_string());
        let Ok(harmless) = said("harmless") else { continue };
        let harmless = outside_of(harmless, lex);
        match said(value) {
            Ok(said) => {
                let found = outside_of(said, lex);
                let foreign: Vec<_> = found.difference(&harmless).collect();
                assert!(foreign.is_empty(), "{name}: {foreign:?} come from the option {value:?}");
            }
            Err(refusals) => {
                let told: Vec<_> = refusals.iter().map(|it| (it.code.as_str(), it.what.as_str())).collect();
                assert_eq!(told, [("invalid-options", option)], "{name}: {value:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn by_any_text(value in any::<String>(), field in 0usize..10) {
        holds(&value, field);
    }

    #[test]
    fn by_what_means_something(seed in any::<u64>(), field in 0usize..10) {
        holds(&generate::text(&mut generate::Numbers::new(seed)), field);
    }
}
