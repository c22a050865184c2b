//! An article's own TLP marking, in its text, is the article's: it bounds what is written and travels with the brief.

use huntsmith_tests::{briefs, huntsmith, run};

/// The markings of the briefs that a run over this text writes, and what the run says.
fn markings(text: &str, options: &[&str]) -> (Vec<String>, String) {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("report.txt"), text).unwrap();
    let mut command = huntsmith(["run", "report.txt", "--out", "briefs", "--format", "json", "--offline"]);
    command.args(options).current_dir(home.path());
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let markings =
        briefs(&home.path().join("briefs")).iter().map(|brief| brief["tlp"].as_str().unwrap().to_owned()).collect();
    (markings, ran.out)
}

#[test]
fn markings_in_the_text_set_the_articles_own() {
    let report = |marking: &str| format!("{marking}\n\nIndicators of compromise\n\nThe C2 server: evil-domain[.]com\n");
    for (marking, tlp) in [
        ("", "clear"),
        ("TLP:CLEAR", "clear"),
        ("TLP:WHITE", "clear"),
        ("TLP:GREEN", "green"),
        ("TLP: AMBER", "amber"),
        ("tlp:amber+strict", "amber+strict"),
        ("This report is marked TLP:RED.", "red"),
        // Of two the stricter.
        ("TLP:GREEN\n\nTLP:AMBER", "amber"),
        // Somebody else's is quoted.
        (
            "The vendor said in a private note that it had shared the sample under TLP:RED with its partners before that.",
            "clear",
        ),
    ] {
        assert_eq!(markings(&report(marking), &[]).0, [tlp], "{marking}");
    }
    // The stricter of the text's and the operator's counts.
    assert_eq!(markings(&report("TLP:GREEN"), &["--tlp", "amber"]).0, ["amber"]);
    assert_eq!(markings(&report("TLP:RED"), &["--tlp", "amber"]).0, ["red"]);
    let (withheld, told) = markings(&report("TLP:AMBER"), &["--max-tlp", "green"]);
    assert!(withheld.is_empty() && told.contains("1 withheld"), "{told}");
}
