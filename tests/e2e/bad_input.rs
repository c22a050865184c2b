//! Input as it is found: each fault has a clear message with a hint, is counted, and loses nothing else.

use huntsmith_tests::{Ran, briefs, huntsmith, run};
use std::path::Path;

fn run_on(inputs: &[&Path], out: &Path) -> Ran {
    let mut command = huntsmith(["run"]);
    command.args(inputs).args(["--offline", "--out"]).arg(out);
    run(command)
}

/// A good article beside the bad one must come through.
fn beside_a_good_one(name: &str, bytes: &[u8]) -> (Ran, Vec<serde_json::Value>) {
    let home = tempfile::tempdir().unwrap();
    let good = home.path().join("good.txt");
    std::fs::write(&good, "Indicators of compromise\n\nC2 server: evil-domain[.]com\n").unwrap();
    let bad = home.path().join(name);
    std::fs::write(&bad, bytes).unwrap();
    let out = home.path().join("out");
    let ran = run_on(&[&bad, &good], &out);
    let briefs = briefs(&out);
    let found = briefs
        .iter()
        .any(|b| b["indicators"].as_array().is_some_and(|i| i.iter().any(|i| i["value"] == "evil-domain.com")));
    assert!(found, "{name}: {} {}", ran.out, ran.err);
    (ran, briefs)
}

#[test]
fn missing_and_empty_inputs_are_named_and_the_rest_goes_on() {
    let (ran, _) = beside_a_good_one("empty.xml", b"");
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("empty.xml") && ran.err.contains("hint:"), "{}", ran.err);
    let home = tempfile::tempdir().unwrap();
    let ran = run_on(&[Path::new("no/such/file.xml")], &home.path().join("out"));
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("no/such/file.xml") && ran.err.contains("hint:"), "{}", ran.err);
}

#[test]
fn binary_and_broken_encodings_do_not_stop_a_run() {
    let noise: Vec<u8> = (0..4_096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (name, bytes) in
        [("noise.bin", noise.as_slice()), ("report.docx", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0".as_slice())]
    {
        let (ran, briefs) = beside_a_good_one(name, bytes);
        // What nobody read is no article of which nothing is to be said.
        assert_eq!((ran.code, briefs.len()), (3, 1), "{}", ran.err);
        assert!(ran.err.contains(&format!("no reader takes {name}")) && ran.err.contains("hint:"), "{}", ran.err);
    }
    let (ran, briefs) = beside_a_good_one("latin.txt", b"Caf\xe9 report\n\nIndicators of compromise\nbad-host[.]net\n");
    assert!(matches!(ran.code, 0 | 3), "{}", ran.err);
    assert_eq!(briefs.len(), 2, "{}", ran.err);
}

#[test]
fn a_truncated_feed_and_a_feed_that_is_a_page() {
    let feed = br#"<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>One</title><link>https://x.example/1</link><description>text</description></item><item><title>Tw"#;
    let (ran, _) = beside_a_good_one("cut.xml", feed);
    assert!(matches!(ran.code, 0 | 3), "{}", ran.err);
    assert!(ran.code == 3 || ran.err.contains("note:"), "a cut feed must be said: {}", ran.err);
    let (ran, briefs) = beside_a_good_one("feed.xml", b"<!DOCTYPE html><html><head><title>Page</title></head><body><article><h1>Page</h1><p>Only a page.</p></article></body></html>");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(briefs.len(), 2);
}

#[test]
fn odd_items_of_a_feed_lose_nothing_else() {
    let feed = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Odd</title>
        <item><title>Twice</title><link>https://x.example/1</link><guid>1</guid><description>a</description></item>
        <item><title>Twice</title><link>https://x.example/1</link><guid>1</guid><description>a</description></item>
        <item><title>No link</title><guid>2</guid><description>b</description></item>
        <item><title>Script</title><link>javascript:alert(1)</link><guid>3</guid><description>c</description></item>
        <item><title>Private</title><link>http://127.0.0.1/x</link><guid>4</guid><description>d</description></item>
        <item><title>Future</title><link>https://x.example/5</link><guid>5</guid><pubDate>Mon, 01 Jan 2999 00:00:00 GMT</pubDate><description>e</description></item>
        </channel></rss>"#;
    let (ran, briefs) = beside_a_good_one("odd.xml", feed.as_bytes());
    assert!(matches!(ran.code, 0 | 3), "{}", ran.err);
    let titles: Vec<&str> = briefs.iter().filter_map(|b| b["title"].as_str()).collect();
    for title in ["Twice", "No link", "Script", "Private", "Future"] {
        assert_eq!(titles.iter().filter(|t| **t == title).count(), 1, "{title}: {titles:?}\n{}", ran.err);
    }
    assert!(briefs.iter().all(|b| !b["url"].as_str().unwrap_or_default().starts_with("javascript")), "{titles:?}");
}

#[test]
fn usage_errors_exit_with_two() {
    for words in [
        vec!["run"],
        vec!["run", "x"],
        vec!["nonsense"],
        vec!["extract"],
        vec!["run", "x", "--out", "y", "--fail-on", "BAD"],
    ] {
        let ran = run(huntsmith(&words));
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.err);
    }
}
