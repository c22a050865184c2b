//! Rules to deploy: beside the briefs and of bare lists, under names that stay when what they look for changes.

use huntsmith_tests::{files, huntsmith, lines, run, run_with};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A feed with one report, at an address of its own, whose attackers use the host.
fn feed(path: &Path, host: &str) {
    let story = "The operators moved on after the first stage had been unpacked, and left a scheduled task. ".repeat(6);
    let report = format!("<p>{story}</p><h2>Indicators of compromise</h2><p>C2 server: {host}.badsite[.]net</p>");
    let item = format!(
        "<title>A report</title><link>https://reports.example/one</link><description><![CDATA[{report}]]></description>"
    );
    let channel = format!("<title>Reports</title><link>https://reports.example</link><item>{item}</item>");
    std::fs::write(path, format!("<rss version=\"2.0\"><channel>{channel}</channel></rss>")).unwrap();
}

#[test]
fn a_second_run_changes_rules_and_adds_none() {
    let home = tempfile::tempdir().unwrap();
    let page = home.path().join("feed.xml");
    let rules = |host: &str| -> BTreeMap<String, Vec<u8>> {
        feed(&page, host);
        let mut command =
            huntsmith(["run", "--offline", "--no-catalogue", "--dialect", "splunk", "--dialect", "sentinel"]);
        command.args(["--dialect", "esql", "--dialect", "sigma", "--dialect", "s1"]).arg(&page);
        command.arg("--out").arg(home.path().join("out")).arg("--rules").arg(home.path().join("rules"));
        let ran = run(command);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.err.contains("s1 has no rule"), "{}", ran.err);
        files(&home.path().join("rules"))
    };
    let first = rules("evil-host");
    for (folder, ending) in [("splunk/", ".conf"), ("sentinel/", ".json"), ("esql/", ".ndjson"), ("sigma/", ".yaml")] {
        assert!(first.keys().any(|name| name.starts_with(folder) && name.ends_with(ending)), "{folder}: {first:?}");
    }
    assert_eq!(rules("evil-host"), first);
    let second = rules("other-host");
    assert_eq!(second.keys().collect::<Vec<_>>(), first.keys().collect::<Vec<_>>());
    for (name, text) in &second {
        let (before, now) = (String::from_utf8_lossy(&first[name]), String::from_utf8_lossy(text));
        assert_eq!(now.replace("other-host", "evil-host"), before, "{name}");
        assert_ne!(now, before, "{name}");
    }
}

/// An article without an address is known by its file's name and its title, wherever it lies.
#[test]
fn the_rules_of_a_revised_file_keep_their_identities() {
    let home = tempfile::tempdir().unwrap();
    let rules = |folder: &str, title: &str, host: &str| -> BTreeMap<String, Vec<u8>> {
        let text = format!(
            "# {title}\n\nThe operators moved on.\n\n## Indicators of compromise\n\nC2 server: {host}.badsite[.]net\n"
        );
        std::fs::create_dir_all(home.path().join(folder)).unwrap();
        std::fs::write(home.path().join(folder).join("report.md"), text).unwrap();
        let mut command =
            huntsmith(["run", "--offline", "--no-catalogue", "--dialect", "splunk", "--dialect", "sentinel"]);
        command.arg(home.path().join(folder)).arg("--out").arg(home.path().join("out"));
        command.arg("--rules").arg(home.path().join(format!("rules-{folder}")));
        let ran = run(command);
        assert_eq!(ran.code, 0, "{}", ran.err);
        files(&home.path().join(format!("rules-{folder}")))
    };
    let first = rules("one", "A report", "evil-host");
    assert!(first.len() > 1, "{first:?}");
    let revised = rules("two", "A report", "other-host");
    assert_eq!(first.keys().collect::<Vec<_>>(), revised.keys().collect::<Vec<_>>());
    assert_ne!(first, revised);
    assert!(rules("three", "Another report", "evil-host").keys().all(|name| !first.contains_key(name)));
}

#[test]
fn the_rule_of_a_list_that_grows_keeps_its_identity() {
    let rule = |list: &str| -> Value {
        let ran = run_with(huntsmith(["hunts", "--to", "sentinel", "--form", "rule", "--jsonl", "-"]), list);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let line = lines(&ran.out).remove(0);
        serde_json::from_str(line["queries"][0]["query"].as_str().unwrap()).unwrap()
    };
    let one = r#"{"kind":"domain","value":"evil-host.example.net"}"#;
    let two = r#"{"kind":"domain","value":"other-host.example.net"}"#;
    let (before, now) = (
        rule(&format!(r#"{{"id":"list","indicators":[{one}]}}"#)),
        rule(&format!(r#"{{"id":"list","indicators":[{one},{two}]}}"#)),
    );
    assert_eq!(before["name"], now["name"]);
    assert!(now["properties"]["query"].as_str().unwrap().contains("other-host"), "{now}");
    assert_ne!(rule(&format!(r#"{{"id":"another","indicators":[{one}]}}"#))["name"], now["name"]);
}
