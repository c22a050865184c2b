//! Sigma rules in, queries out; lists of indicators in every form; what each dialect cannot say.

use huntsmith_tests::{huntsmith, lines, run};
use serde_json::{Value, json};
use std::path::Path;

fn convert(dialect: &str, path: &str) -> (i32, Vec<Value>) {
    let ran = run(huntsmith(["convert", "--to", dialect, "--jsonl", path]));
    (ran.code, lines(&ran.out))
}

#[test]
fn rules_of_a_folder_become_queries_in_the_order_of_names() {
    let (code, answers) = convert("defender", "tests/fixtures/sigma");
    assert_eq!(code, 0, "{answers:?}");
    let titles: Vec<_> = answers.iter().map(|answer| answer["title"].as_str().unwrap()).collect();
    assert_eq!(titles[..2], ["Encoded command of a shell", "Values that end a literal"]);
    assert_eq!(answers.len(), 5);
    for answer in &answers {
        assert_eq!(answer["dialect"], "defender");
        assert!(answer["rule"].as_str().unwrap().starts_with("6a8f6c54-"), "{answer}");
        assert!(answer["query"].as_str().unwrap().contains("| where"), "{answer}");
    }
    let spray = answers[3]["query"].as_str().unwrap();
    assert!(spray.contains("dcount") || spray.contains("count_distinct"), "{spray}");
    let ran = run(huntsmith(["convert", "--to", "splunk", "tests/fixtures/sigma/encoded_command.yml"]));
    assert!(ran.out.contains("tstats") && !ran.out.starts_with('{'), "{}", ran.out);
}

#[test]
fn rules_that_are_wrong_are_told_and_the_others_go_on() {
    let (code, answers) = convert("defender", "tests/fixtures/bad/sigma/rules.yml");
    assert_eq!(code, 3);
    let told: Vec<_> = answers
        .iter()
        .map(|answer| {
            let error = &answer["error"];
            (answer["rule"].as_str().unwrap(), error["code"].as_str(), error["field"].as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("bad-modifier", Some("unknown-modifier"), Some("Image")),
            ("bad-field", Some("unsupported-field"), Some("PhaseOfTheMoon")),
            ("bad-empty", Some("empty-set"), Some("Image")),
            ("bad-contradiction", Some("contradiction"), Some("Image")),
            ("bad-cycle-1", Some("cycle"), None),
            ("bad-cycle-2", Some("cycle"), None),
            ("good", None, None),
        ]
    );
    assert_eq!(answers[0]["error"]["at"], "detection.selection.Image|beginswith");
    assert_eq!(answers[0]["error"]["line"], 7);
    assert!(answers[6]["query"].as_str().unwrap().contains("evil.exe"));
}

/// A rule over process creations with this detection.
fn rule(id: &str, detection: &str) -> String {
    format!("title: {id}\nid: {id}\nlogsource: {{category: process_creation}}\ndetection:\n{detection}")
}

#[test]
fn rules_beyond_all_bounds_are_told_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let deep = format!("{}s{}", "(".repeat(1_000), ")".repeat(1_000));
    let nested = format!("{}A: 1{}", "[".repeat(1_000), "]".repeat(1_000));
    let list: String = (0..50_000).map(|n| format!("            - value{n}\n")).collect();
    for (name, text) in [
        ("a.yml", rule("broken", "    s: [\n")),
        ("b.yml", rule("deep", &format!("    s: {{CommandLine: x}}\n    condition: {deep}\n"))),
        ("c.yml", rule("nested", &format!("    s: {nested}\n    condition: s\n"))),
        ("d.yml", rule("unsayable", "    s: {CommandLine: \"a\\0b\"}\n    condition: s\n")),
        ("e.yml", rule("no-mapping", "    s: {CommandLine: x, PhaseOfTheMoon: full}\n    condition: s\n")),
        ("f.yml", rule("long", &format!("    s:\n        CommandLine:\n{list}    condition: s\n"))),
        ("g.yml", rule("good", "    s: {CommandLine: evil}\n    condition: s\n")),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let (code, answers) = convert("sql", folder.path().to_str().unwrap());
    assert_eq!(code, 3);
    let of = |name: &str| -> Vec<&Value> {
        answers.iter().filter(|answer| answer["path"].as_str().is_some_and(|path| path.ends_with(name))).collect()
    };
    for (name, rule, error, field, at) in [
        ("a.yml", "", "invalid-yaml", Value::Null, ""),
        ("b.yml", "deep", "too-large", Value::Null, "detection.condition"),
        ("c.yml", "", "invalid-yaml", Value::Null, ""),
        ("d.yml", "unsayable", "unsupported-value", json!("CommandLine"), "search 0, node 0"),
        ("e.yml", "no-mapping", "unsupported-field", json!("PhaseOfTheMoon"), "search 0, node 1"),
    ] {
        let [answer] = of(name)[..] else { panic!("{name}: {answers:?}") };
        let told = &answer["error"];
        assert_eq!((&told["code"], &told["field"], &told["at"]), (&json!(error), &field, &json!(at)), "{answer}");
        assert!(rule.is_empty() || answer["rule"] == rule, "{answer}");
        assert!(at.starts_with("search") || told["line"].as_u64() > Some(0), "{answer}");
    }
    let parts = of("f.yml");
    assert!(parts.len() >= 50 && parts.iter().all(|part| part["query"].is_string()), "{}", parts.len());
    assert!(of("g.yml")[0]["query"].as_str().unwrap().contains("evil"));
}

#[test]
fn what_is_not_there_is_a_usage_error() {
    let ran = run(huntsmith(["convert", "--to", "defender", "no/such/rules"]));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no/such/rules"), "{}", ran.err);
    assert_eq!(run(huntsmith(["convert", "--to", "klingon", "tests/fixtures/sigma"])).code, 2);
}

/// Kinds and values in the queries and refusals of a list.
fn listed(words: &[&str], folder: &Path, name: &str, text: &str) -> Value {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    let mut command = huntsmith(["hunts", "--to", "defender"]);
    command.args(words).arg(&path);
    let ran = run(command);
    lines(&ran.out).remove(0)
}

fn queries(answer: &Value) -> String {
    answer["queries"].as_array().into_iter().flatten().filter_map(|query| query["query"].as_str()).collect()
}

#[test]
fn lists_are_read_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let digest = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
    let bundle = json!({"type": "bundle", "id": "bundle--5f1a1a52-6d2c-4b77-9d3a-0a6f6a1f2a11", "objects": [{
        "type": "indicator", "spec_version": "2.1", "id": "indicator--1f1a1a52-6d2c-4b77-9d3a-0a6f6a1f2a11",
        "created": "2025-01-01T00:00:00Z", "modified": "2025-01-01T00:00:00Z", "valid_from": "2025-01-01T00:00:00Z",
        "pattern_type": "stix", "pattern": "[ipv4-addr:value = '198.51.100.23']", "name": "one"
    }]});
    let event = json!({"Event": {"uuid": "5f1a1a52-6d2c-4b77-9d3a-0a6f6a1f2a12", "info": "An event",
    "date": "2025-01-01", "Attribute": [
        {"uuid": "5f1a1a52-6d2c-4b77-9d3a-0a6f6a1f2a13", "type": "ip-dst", "value": "198.51.100.23", "to_ids": true}
    ]}});
    for (name, text, value) in [
        ("a.txt", format!("# a list\n198.51.100[.]23\n{digest}\n"), digest),
        (
            "b.csv",
            "type,value\nip-dst,198.51.100.23\ndomain,evil-host.example.net\n".to_owned(),
            "evil-host.example.net",
        ),
        ("c.ndjson", "{\"type\":\"ipv4\",\"indicator\":\"198.51.100.23\"}\n".to_owned(), "198.51.100.23"),
        ("d.json", bundle.to_string(), "198.51.100.23"),
        ("e.json", event.to_string(), "198.51.100.23"),
    ] {
        let answer = listed(&[], folder.path(), name, &text);
        let queries = queries(&answer);
        assert!(queries.contains("198.51.100.23") && queries.contains(value), "{name}: {answer}");
        assert!(answer["id"].as_str().unwrap().ends_with(name), "{answer}");
    }
    let answer = listed(&["--kind", "domain"], folder.path(), "f.txt", "evil-host.example.net\n");
    assert!(queries(&answer).contains("evil-host.example.net"), "{answer}");
}

#[test]
fn what_no_list_holds_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("198.51.100.23\nnot an indicator at all\n{}\n", "a".repeat(9_000));
    let answer = listed(&[], folder.path(), "a.txt", &text);
    let refused: Vec<_> = answer["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refusal| (refusal["code"].as_str().unwrap(), refusal["line"].as_u64().unwrap_or_default()))
        .collect();
    assert!(refused.contains(&("unknown-kind", 2)) && refused.contains(&("value-too-long", 3)), "{answer}");
    assert!(queries(&answer).contains("198.51.100.23"));
    assert_eq!(listed(&[], folder.path(), "b.txt", "")["error"]["code"], "empty-input");
    assert_eq!(
        listed(&["--list-form", "feed"], folder.path(), "c.json", "{\"a\": 1}")["error"]["code"],
        "unknown-form"
    );
}

#[test]
fn dialects_are_listed_with_what_each_cannot_say() {
    let ran = run(huntsmith(["dialects", "--json", "defender", "splunk"]));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let listed: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    let of = |name: &str| listed.iter().find(|dialect| dialect["dialect"] == name).unwrap();
    let class = |name: &str, class: &str| {
        of(name)["classes"].as_array().unwrap().iter().find(|known| known["class"] == class).cloned()
    };
    let process = class("defender", "process_creation").unwrap();
    assert!(process["fields"].as_array().unwrap().contains(&json!("CommandLine")), "{process}");
    assert!(of("splunk")["without"].as_array().unwrap().contains(&json!("ps_script")));
    let rows = of("splunk")["rows"].as_array().unwrap();
    let keyword = rows.iter().find(|row| row["what"] == "any keyword").unwrap();
    assert!(keyword["said"] == 0 && keyword["because"]["code"] == "unsupported-operator", "{keyword}");
    let names = run(huntsmith(["dialects", "--names"])).out;
    assert!(names.lines().any(|name| name == "sentinel"), "{names}");
}
