//! `--min-confidence` and `--role`: what is not asked for is not shown and not hunted, and stands among what was turned away.

use huntsmith_tests::{briefs, huntsmith, lines, run, run_with};
use serde_json::{Value, json};
use std::path::Path;

const REPORT: &str = "Loader hits banks\n\nThe backdoor contacts kvikk-panel.top and downloads a payload. The legitimate \
site storr-bank[.]com was copied.\n\nIndicators of compromise\n\nDomains:\n- kvikk-drop[.]top\n- kvikk-gate[.]top\n";

/// The brief of the report with these options, in a folder with this configuration.
fn brief(options: &[&str], configuration: &str) -> Value {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("report.txt"), REPORT).unwrap();
    std::fs::write(home.path().join("huntsmith.toml"), configuration).unwrap();
    let mut command = huntsmith(["run", "report.txt", "--out", "briefs", "--format", "json", "--offline"]);
    let ran = run({
        command.args(options).current_dir(home.path());
        command
    });
    assert_eq!(ran.code, 0, "{}", ran.err);
    briefs(Path::new(&home.path().join("briefs"))).remove(0)
}

fn values(list: &Value, with: impl Fn(&Value) -> bool) -> Vec<&str> {
    list.as_array().unwrap().iter().filter(|one| with(one)).map(|one| one["value"].as_str().unwrap()).collect()
}

fn has(brief: &Value, reason: &str, value: &str) -> bool {
    values(&brief["rejections"], |one| one["reason"] == reason).contains(&value)
}

#[test]
fn a_run_shows_and_hunts_what_was_asked_for_and_keeps_the_rest_with_its_reason() {
    let whole = brief(&[], "");
    let all = values(&whole["indicators"], |_| true);
    assert_eq!(all, ["kvikk-panel.top", "storr-bank.com", "kvikk-drop.top", "kvikk-gate.top"]);
    let hunted = |brief: &Value, value: &str| brief["hunts"].to_string().contains(value);
    assert!(hunted(&whole, "kvikk-panel.top"));

    let sure = brief(&["--min-confidence", "80"], "");
    let shown = values(&sure["indicators"], |_| true);
    assert_eq!(shown, ["kvikk-drop.top", "kvikk-gate.top"], "{}", sure["indicators"]);
    assert!(has(&sure, "below-min-confidence", "kvikk-panel.top"), "{}", sure["rejections"]);
    assert!(!hunted(&sure, "kvikk-panel.top") && hunted(&sure, "kvikk-gate.top"));

    let attackers = brief(&["--role", "attacker"], "");
    assert_eq!(values(&attackers["indicators"], |_| true), ["kvikk-panel.top", "kvikk-drop.top", "kvikk-gate.top"]);
    assert!(has(&attackers, "other-role", "storr-bank.com"));
    let two = brief(&["--role", "attacker", "--role", "reference"], "");
    assert_eq!(two["indicators"], whole["indicators"]);

    // Nothing inside is another: every candidate is in one list or the other, and the article is as severe.
    let candidates = |brief: &Value| {
        let mut all = values(&brief["indicators"], |_| true);
        all.extend(values(&brief["rejections"], |_| true));
        all.sort_unstable();
        all.join(" ")
    };
    for filtered in [&sure, &attackers] {
        assert_eq!(candidates(filtered), candidates(&whole));
        assert_eq!(filtered["techniques"], whole["techniques"]);
    }
}

#[test]
fn the_configuration_asks_as_well_and_the_command_line_before_it() {
    let configuration = "[indicators]\nmin-confidence = 80\nroles = [\"attacker\"]\n";
    let configured = brief(&[], configuration);
    assert_eq!(values(&configured["indicators"], |_| true), ["kvikk-drop.top", "kvikk-gate.top"]);
    let named = brief(&["--min-confidence", "0"], configuration);
    assert!(values(&named["indicators"], |_| true).contains(&"kvikk-panel.top"));
    assert!(has(&named, "other-role", "storr-bank.com"));
}

#[test]
fn extract_filters_in_the_same_way() {
    let input = format!("{}\n", json!({"id": "a", "text": REPORT}));
    let answer = |options: &[&str]| {
        let mut command = huntsmith(["extract", "--jsonl", "-"]);
        command.args(options);
        let ran = run_with(command, &input);
        assert_eq!(ran.code, 0, "{}", ran.err);
        lines(&ran.out).remove(0)
    };
    let found = answer(&["--min-confidence", "80", "--role", "attacker"]);
    assert_eq!(values(&found["indicators"], |_| true), ["kvikk-drop.top", "kvikk-gate.top"]);
    let gone = |reason: &str| values(&found["rejected"], |one| one["reason"] == reason);
    assert_eq!((gone("below-min-confidence"), gone("other-role")), (vec!["kvikk-panel.top"], vec!["storr-bank.com"]));
}
