//! No value leaves its literal: with arbitrary Unicode for a value, every token outside of the literals is one that the
//! query has with harmless values as well, and none is a command that writes, sends or fetches; in the form of a rule, the
//! rule has the same settings and holds the same query. The lexers know nothing of the emitters.

use huntsmith_sdk::emitter::Artifact;
use huntsmith_sdk::emitter::plan::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use validate_kit::dialects::Dialect;
use validate_kit::generate;

mod kql;
mod lexers;
mod option;
mod rule;

/// What a lexer makes of a query: places and texts of its tokens; strings apart from the rest.
type Tokens = Vec<(std::ops::Range<usize>, bool)>;

fn spl(query: &str) -> Result<Tokens, String> {
    let tokens = spl_check::lex::tokens(query)?;
    Ok(tokens
        .into_iter()
        .map(|token| (token.start..token.end, matches!(token.kind, spl_check::lex::Kind::String(_))))
        .collect())
}

const OPERATORS: [Operator; 6] =
    [Operator::Equals, Operator::Contains, Operator::StartsWith, Operator::EndsWith, Operator::Word, Operator::Like];

/// Fields of every way in which columns hold them.
const FIELDS: [(&str, &str); 10] = [
    ("process_creation", "CommandLine"),
    ("process_creation", "Image"),
    ("registry_set", "TargetObject"),
    ("network_connection", "DestinationHostname"),
    ("dns_query", "QueryName"),
    ("proxy", "c-uri"),
    ("email", "sender"),
    ("file_content", "Content"),
    STAGED,
    GROUPED,
];

/// Compared while the events are counted and after.
const STAGED: (&str, &str) = ("image_load", "ImageLoaded");

/// Compared after alone, for languages that count without a condition.
const GROUPED: (&str, &str) = ("process_creation", "ParentImage");

fn hunt(title: &str, value: &str, operator: Operator, field: usize, case_sensitive: bool) -> Hunt {
    let chosen = FIELDS[field % FIELDS.len()];
    let (class, field) = chosen;
    let value = match operator {
        Operator::Like => Value::Pattern(vec![Part::AnyRun, Part::Literal(value.into()), Part::AnyOne]),
        _ => Value::Text(value.into()),
    };
    let mut hunt = generate::hunt(1);
    hunt.title = title.into();
    hunt.searches = vec![Search {
        name: "one".into(),
        class: EventClass { category: Some(class.into()), product: None, service: None },
        predicate: Predicate {
            nodes: vec![Node::Test(Test {
                field: field.into(),
                operator,
                values: vec![value],
                all: false,
                case_sensitive,
                properties: vec![],
            })],
            root: 0,
        },
        fields: vec![],
        properties: vec![],
    }];
    (hunt.correlations, hunt.stages) = (vec![], vec![]);
    if chosen == STAGED || chosen == GROUPED {
        let where_ = (chosen == STAGED).then(|| hunt.searches[0].predicate.clone());
        let all = hunt.searches[0].predicate.clone();
        let (by, name) = (vec![field.to_owned()], "events".to_owned());
        let events = Measure { name, function: "count".into(), field: None, argument: None, where_ };
        hunt.stages =
            vec![Stage::Aggregate(Aggregate { by, bucket_seconds: None, measures: vec![events] }), Stage::Keep(all)];
    }
    hunt
}

/// What makes tokens of a query.
type Lex = fn(&str) -> Result<Tokens, String>;

/// The tokens of a hunt's query outside of its literals.
fn outside(dialect: &Dialect, hunt: &Hunt, lex: Lex) -> Option<BTreeSet<String>> {
    dialect.emit(hunt).ok().map(|artifacts| outside_of(artifacts, lex))
}

/// The tokens of queries outside of their literals; comments are none. Every literal must be tokens of its own.
fn outside_of(artifacts: Vec<Artifact>, lex: Lex) -> BTreeSet<String> {
    let mut outside = BTreeSet::new();
    for artifact in artifacts {
        let tokens = lex(&artifact.text).unwrap_or_else(|error| panic!("{error}:\n{}", artifact.text));
        for literal in &artifact.literals {
            let place = literal.start as usize..literal.end as usize;
            assert!(tokens.iter().any(|(range, string)| *string && *range == place), "{place:?}:\n{}", artifact.text);
        }
        for (range, string) in tokens {
            let inside = |place: &huntsmith_sdk::emitter::Literal| place.start as usize == range.start;
            if !artifact.literals.iter().any(inside) {
                // A string of the query's own (a title, a time) stays one, whatever stands in it.
                outside.insert(if string { "a string".to_owned() } else { artifact.text[range].to_owned() });
            }
        }
    }
    outside
}

fn holds(name: &str, lex: Lex, value: &str, operator: usize, field: usize, case: bool) {
    let dialect = Dialect::named(name).expect("a dialect");
    let operator = OPERATORS[operator % OPERATORS.len()];
    let Some(found) = outside(dialect, &hunt(value, value, operator, field, case), lex) else { return };
    let mut harmless = BTreeSet::new();
    for value in ["harmless", "harm*less", "\\harmless", "\\harm*less", "HKLM\\harmless", "/harmless", ""] {
        harmless.extend(outside(dialect, &hunt("title", value, operator, field, case), lex).unwrap_or_default());
    }
    let foreign: Vec<_> = found.difference(&harmless).collect();
    assert!(foreign.is_empty(), "{foreign:?} come from the value {value:?}");
    let dangerous = found.iter().find(|token| DANGEROUS.iter().any(|command| token.eq_ignore_ascii_case(command)));
    assert_eq!(dangerous, None, "{value:?}");
    rule::holds(dialect, &hunt(value, value, operator, field, case), &hunt("title", "harmless", operator, field, case));
}

/// What no query of a hunt does.
const DANGEROUS: [&str; 6] = ["outputlookup", "outputcsv", "delete", "map", "sendemail", "externaldata"];

/// Two tests for each dialect: any text, and texts that mean something to some dialect.
macro_rules! not_left {
    ($($module:ident: $name:literal, $lex:expr;)*) => {
        $(mod $module {
            use super::*;
            proptest! {
                #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

                #[test]
                fn by_any_text(
                    value in any::<String>(), operator in 0usize..6, field in 0usize..10, case in any::<bool>()
                ) {
                    holds($name, $lex, &value, operator, field, case);
                }

                #[test]
                fn by_what_means_something(seed in any::<u64>(), operator in 0usize..6, field in 0usize..10) {
                    holds($name, $lex, &generate::text(&mut generate::Numbers::new(seed)), operator, field, false);
                }
            }
        })*
    };
}

not_left! {
    splunk: "splunk", spl;
    splunk_raw: "splunk-raw", spl;
    defender: "defender", kql::tokens;
    sentinel: "sentinel", kql::tokens;
    lucene: "lucene", lexers::lucene;
    eql: "eql", |query| lexers::tokens(query, &lexers::EQL);
    esql: "esql", |query| lexers::tokens(query, &lexers::ESQL);
    sigma: "sigma", |query| lexers::tokens(query, &lexers::YAML);
    loki: "loki", |query| lexers::tokens(query, &lexers::LOGQL);
    cloudwatch: "cloudwatch", |query| lexers::tokens(query, &lexers::CLOUDWATCH);
    logscale: "logscale", |query| lexers::tokens(query, &lexers::LOGSCALE);
    cortex: "cortex", |query| lexers::tokens(query, &lexers::XQL);
    qradar: "qradar", |query| lexers::tokens(query, &lexers::AQL);
    sql: "sql", |query| lexers::tokens(query, &lexers::SQL);
    sql_snowflake: "sql-snowflake", |query| lexers::tokens(query, &lexers::SQL_ESCAPED);
    sql_clickhouse: "sql-clickhouse", |query| lexers::tokens(query, &lexers::SQL_ESCAPED);
    s1: "s1", |query| lexers::tokens(query, &lexers::S1QL);
    secops: "secops", |query| lexers::tokens(query, &lexers::YARAL);
    datadog: "datadog", lexers::lucene;
    suricata: "suricata", |query| lexers::tokens(query, &lexers::SURICATA);
    yara: "yara", |query| lexers::tokens(query, &lexers::YARA);
}
