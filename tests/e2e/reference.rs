//! Articles in which there is nothing to hunt: the three whose briefs went wrong elsewhere, and three of our own with the
//! same traps. No product name is hunted, no technique is claimed by default, and the brief says why.

use huntsmith_tests::{briefs, huntsmith, run};
use std::path::Path;

fn nothing_to_hunt(input: &str, articles: usize) {
    let out = tempfile::tempdir().unwrap();
    let mut command = huntsmith(["run", input, "--offline", "--out"]);
    command.arg(out.path());
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let briefs = briefs(out.path());
    assert_eq!(briefs.len(), articles);
    for brief in &briefs {
        let title = brief["title"].as_str().unwrap();
        assert_eq!(brief["hunts"].as_array().unwrap().len(), 0, "{title}: {}", brief["hunts"]);
        assert_eq!(brief["techniques"].as_array().unwrap().len(), 0, "{title}: {}", brief["techniques"]);
        assert_eq!(brief["phases"].as_array().unwrap().len(), 0, "{title}");
        assert_eq!(brief["severity"], "LOW", "{title}: {}", brief["severity_terms"]);
        assert!(!brief["nothing_to_hunt"].as_array().unwrap().is_empty(), "{title}");
        for indicator in brief["indicators"].as_array().unwrap() {
            let role = indicator["role"].as_str().unwrap();
            assert!(!matches!(role, "attacker" | "abused-service"), "{title}: {indicator}");
        }
    }
    for entry in std::fs::read_dir(out.path()).unwrap().flatten() {
        if entry.path().extension().is_some_and(|e| e == "md") {
            markdown(&entry.path());
        }
    }
}

fn markdown(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("_Nothing to hunt._"), "{text}");
    assert!(!text.contains("mins read"), "{text}");
    assert!(!text.contains("T1204"), "{text}");
    assert!(!text.contains("```"), "{text}");
}

#[test]
fn the_three_reference_articles() {
    nothing_to_hunt("tests/fixtures/reference/feed.xml", 3);
}

#[test]
fn three_articles_of_our_own_with_the_same_traps() {
    nothing_to_hunt("examples/sample/blog.xml", 3);
}
