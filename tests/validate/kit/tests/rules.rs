//! Rules to deploy: sound JSON or settings that hold the very query, with its literals in their places, and the same
//! identity at every run.

use huntsmith_sdk::emitter::Hunt;
use serde_json::Value;
use validate_kit::dialects::Dialect;
use validate_kit::generate;

/// Where each dialect's rule holds its query, in JSON.
const IN_JSON: [(&str, &str); 6] = [
    ("defender", "/queryCondition/queryText"),
    ("sentinel", "/properties/query"),
    ("eql", "/query"),
    ("esql", "/query"),
    ("lucene", "/query"),
    ("datadog", "/queries/0/query"),
];

#[test]
fn a_rule_in_json_holds_the_query() {
    for (name, pointer) in IN_JSON {
        let dialect = Dialect::named(name).expect("a dialect");
        let mut said = 0;
        for hunt in (0..600).map(generate::hunt) {
            let (Ok(queries), Ok(rules)) = (dialect.emit(&hunt), dialect.emit_as(&hunt, "rule")) else { continue };
            assert_eq!(queries.len(), rules.len(), "{name}");
            for (query, rule) in queries.iter().zip(&rules) {
                let json: Value =
                    serde_json::from_str(&rule.text).unwrap_or_else(|error| panic!("{error}: {}", rule.text));
                let held = json.pointer(pointer).and_then(Value::as_str).expect("a query");
                // Custom detections show more columns; everything else is the same to the byte.
                assert!(held == query.text || name == "defender", "{name}:\n{held}\n{}", query.text);
                for (in_query, in_rule) in query.literals.iter().zip(&rule.literals) {
                    let written = &query.text[in_query.start as usize..in_query.end as usize];
                    let escaped = &rule.text[in_rule.start as usize..in_rule.end as usize];
                    let decoded: String = serde_json::from_str(&format!("\"{escaped}\"")).expect("a string");
                    assert_eq!(decoded, written, "{name}");
                }
                said += 1;
            }
            assert_eq!(dialect.emit_as(&hunt, "rule").expect("again")[0].text, rules[0].text);
        }
        assert!(said > 10, "{name} says {said} rules");
    }
}

#[test]
fn a_saved_search_holds_the_query() {
    for name in ["splunk", "splunk-raw"] {
        let dialect = Dialect::named(name).expect("a dialect");
        let mut said = 0;
        for hunt in (0..300).map(generate::hunt) {
            let (Ok(queries), Ok(rules)) = (dialect.emit(&hunt), dialect.emit_as(&hunt, "rule")) else { continue };
            for (query, rule) in queries.iter().zip(&rules) {
                // Lines as Splunk reads them: a backslash at the end takes the next line with it.
                let joined = rule.text.replace(" \\\n", "\u{0}");
                let lines: Vec<&str> = joined.lines().collect();
                assert!(lines[0].starts_with('[') && lines[0].ends_with(']') && lines[0].matches('[').count() == 1);
                let settings: Vec<_> =
                    lines[1..].iter().map(|line| line.split_once(" = ").expect("a setting")).collect();
                let search = settings.iter().find(|(key, _)| *key == "search").expect("a search").1;
                assert_eq!(search.replace('\u{0}', "\n"), query.text.trim_end(), "{name}");
                assert_eq!(settings.len(), 9, "{}", rule.text);
                said += 1;
            }
        }
        assert!(said > 10, "{name} says {said} rules");
    }
}

#[test]
fn other_dialects_refuse_rules() {
    let dialect = Dialect::named("loki").expect("a dialect");
    let refusals = dialect.emit_as(&generate::hunt(1), "rule").expect_err("refused");
    assert_eq!(refusals[0].code, "invalid-options");
}

/// A search of Datadog's counts nothing; its rules do.
#[test]
fn a_rule_counts_what_a_search_cannot() {
    let dialect = Dialect::named("datadog").expect("a dialect");
    let cases = [
        ("brute_force", "a >= 10", "count", "@TargetUserName", 300),
        ("spray", "a > 20", "cardinality", "@IpAddress", 600),
        ("run_and_call", "a > 0 && b > 0", "count", "@Computer", 900),
    ];
    for (name, condition, aggregation, key, window) in cases {
        let hunt = by_hand(name);
        assert_eq!(dialect.emit(&hunt).expect_err("refused")[0].code, "unsupported-correlation");
        let rule = &dialect.emit_as(&hunt, "rule").expect("said")[0];
        let json: Value = serde_json::from_str(&rule.text).expect("JSON");
        assert_eq!(json["cases"][0]["condition"], condition, "{name}");
        assert_eq!(json["queries"][0]["aggregation"], aggregation, "{name}");
        assert_eq!(json["queries"][0]["groupByFields"][0], key, "{name}");
        assert_eq!(json["options"]["evaluationWindow"], window, "{name}");
    }
    let ordered = dialect.emit_as(&by_hand("drop_and_run"), "rule").expect_err("refused");
    assert_eq!(ordered[0].code, "unsupported-correlation");
}

fn by_hand(name: &str) -> Hunt {
    let file = format!("{}/../hunts/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).expect("readable");
    validate_kit::json::hunt(&serde_json::from_str(&text).expect("JSON")).expect("a hunt")
}

#[test]
fn custom_detections_show_what_is_there() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../data/schemas/defender_xdr.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(schema).expect("readable")).expect("JSON");
    let dialect = Dialect::named("defender").expect("a dialect");
    let mut tables = std::collections::BTreeSet::new();
    for hunt in (0..300).map(generate::hunt) {
        for rule in dialect.emit_as(&hunt, "rule").unwrap_or_default() {
            let json: Value = serde_json::from_str(&rule.text).expect("JSON");
            let query = json.pointer("/queryCondition/queryText").and_then(Value::as_str).expect("a query");
            assert!(query.contains(", DeviceId, ReportId"));
            tables.extend(query.lines().map(|line| line.trim().to_owned()).filter(|line| schema.get(line).is_some()));
        }
    }
    assert!(tables.len() > 3, "{tables:?}");
    for table in tables {
        assert!(schema[&table].get("DeviceId").is_some() && schema[&table].get("ReportId").is_some(), "{table}");
    }
}
