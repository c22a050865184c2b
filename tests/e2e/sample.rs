//! The bundled sample becomes briefs whose every statement can be traced.

use huntsmith_tests::{briefs, huntsmith, markdown, run, texts};
use serde_json::Value;
use std::path::Path;

fn sample(out: &Path) -> Vec<Value> {
    let inputs = ["examples/sample/feed.xml", "examples/sample/blog.xml", "examples/sample/kev.json"];
    let mut command = huntsmith(["run"]);
    command.args(inputs).args(["--offline", "--out"]).arg(out);
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    briefs(out)
}

#[test]
fn every_advisory_has_a_brief_with_hunts_in_both_dialects() {
    let out = tempfile::tempdir().unwrap();
    let briefs = sample(out.path());
    let advisories: Vec<&Value> = briefs.iter().filter(|b| b["title"].as_str().unwrap().starts_with("AA2")).collect();
    assert_eq!(advisories.len(), 8);
    for brief in advisories {
        assert!(!brief["techniques"].as_array().unwrap().is_empty(), "{}", brief["title"]);
        assert_ne!(brief["severity"], "LOW", "{}", brief["title"]);
    }
    let with_hunts = briefs.iter().filter(|b| !b["hunts"].as_array().unwrap().is_empty()).count();
    assert!(with_hunts >= 8, "{with_hunts}");
    for brief in &briefs {
        for hunt in brief["hunts"].as_array().unwrap() {
            let dialects = texts(&hunt["emissions"], "dialect");
            assert!(dialects.contains(&"splunk") && dialects.contains(&"defender"), "{dialects:?}");
        }
    }
}

#[test]
fn every_statement_leads_back_to_the_text() {
    let out = tempfile::tempdir().unwrap();
    for brief in sample(out.path()) {
        let text = brief["text"].as_str().unwrap();
        let cut = |span: &Value| {
            let (start, end) = (span[0].as_u64().unwrap() as usize, span[1].as_u64().unwrap() as usize);
            let cut = text.get(start..end).unwrap_or_else(|| panic!("{span} is not on characters: {}", brief["title"]));
            assert!(!cut.is_empty());
            cut.to_owned()
        };
        let each = |list: &str, member: &str| {
            for found in brief[list].as_array().unwrap() {
                assert!(found["plugin"]["digest"].as_str().is_some_and(|d| d.len() == 64), "{found}");
                for span in found[member].as_array().unwrap() {
                    cut(span);
                }
            }
        };
        each("indicators", "spans");
        each("techniques", "evidence");
        each("actors", "spans");
        for hunt in brief["hunts"].as_array().unwrap() {
            let origins = hunt["origins"].as_array().unwrap();
            if hunt["origin"] == "catalogue" {
                from_the_catalogue(&brief, hunt);
                continue;
            }
            assert!(!origins.is_empty());
            for emission in hunt["emissions"].as_array().unwrap() {
                for artifact in emission["artifacts"].as_array().unwrap() {
                    let query = artifact["text"].as_str().unwrap();
                    for literal in artifact["literals"].as_array().unwrap() {
                        let (start, end) = (&literal["start"], &literal["end"]);
                        let (start, end) = (start.as_u64().unwrap() as usize, end.as_u64().unwrap() as usize);
                        assert!(query.get(start..end).is_some_and(|l| !l.is_empty()), "{literal} of {query}");
                        let place = &literal["place"];
                        let traced = origins.iter().any(|origin| {
                            origin["search"] == place["index"]
                                && origin["node"] == place["node"]
                                && origin["value"] == literal["value"]
                        });
                        assert!(traced, "{literal} of {} has no origin", hunt["hunt"]["id"]);
                    }
                }
            }
        }
    }
}

/// Its rule with author and licence, and techniques of the article that are likely and show its phase.
fn from_the_catalogue(brief: &Value, hunt: &Value) {
    for member in ["author", "license", "source", "level"] {
        assert!(hunt["hunt"][member].is_string(), "{member} of {}", hunt["hunt"]["title"]);
    }
    let because: Vec<&str> = hunt["because"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(!because.is_empty(), "{}", hunt["hunt"]["title"]);
    let phase = brief["phases"].as_array().unwrap().iter().find(|phase| phase["code"] == hunt["hunt"]["phase"]);
    let shown: Vec<&str> = phase.unwrap()["because"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for id in because {
        let technique = brief["techniques"].as_array().unwrap().iter().find(|known| known["id"] == id).unwrap();
        assert!(technique["source"] == "stated" || technique["confidence"].as_u64() >= Some(50), "{technique}");
        assert!(shown.contains(&id), "{}: {id} does not show its phase", hunt["hunt"]["title"]);
    }
}

#[test]
fn a_hunt_for_command_and_control_comes_with_its_phase() {
    let out = tempfile::tempdir().unwrap();
    for brief in sample(out.path()) {
        let phases = texts(&brief["phases"], "code");
        for hunt in brief["hunts"].as_array().unwrap() {
            let phase = hunt["hunt"]["phase"].as_str().unwrap();
            assert!(phases.contains(&phase), "{}: {phase} is not in {phases:?}", brief["title"]);
        }
    }
}

#[test]
fn markdown_has_the_sections_that_readers_expect() {
    let out = tempfile::tempdir().unwrap();
    sample(out.path());
    let sections = [
        "\n## Threat Profile\n",
        "\n## Indicators of Compromise (high-fidelity only)\n",
        "\n## MITRE ATT&CK Techniques\n",
        "\n## Kill chain phases observed\n",
        "\n## Recommended hunts\n",
        "\n## Why this matters\n",
    ];
    for (name, text) in markdown(out.path()) {
        assert!(text.starts_with("# ["), "{name}");
        let places: Vec<usize> = sections
            .iter()
            .map(|section| text.find(section).unwrap_or_else(|| panic!("{name} lacks {section}")))
            .collect();
        assert!(places.is_sorted(), "{name}: {places:?}");
        for line in ["**Source:** ", "**Published:** ", "**Article:** "] {
            assert!(text.contains(line), "{name} lacks {line}");
        }
    }
}

#[test]
fn json_lines_are_the_briefs_and_the_gate_answers() {
    let out = tempfile::tempdir().unwrap();
    let mut command =
        huntsmith(["run", "examples/sample/feed.xml", "--offline", "--json", "--fail-on", "MED", "--out"]);
    command.arg(out.path());
    let ran = run(command);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let lines = huntsmith_tests::lines(&ran.out);
    assert_eq!(lines.len(), 8);
    assert!(lines.iter().all(|line| line["version"] == 1));
    let written = briefs(out.path());
    assert!(lines.iter().all(|line| written.contains(line)));
}
