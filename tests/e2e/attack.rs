//! Another ATT&CK from a bundle: looked up, used by a run, and kept where the next bundle is none.

use huntsmith_tests::{Ran, briefs, huntsmith, root, run, texts};
use std::path::Path;

fn attack(data: &Path, words: &[&str]) -> Ran {
    let mut command = huntsmith(["attack"]);
    command.args(words).arg("--data-dir").arg(data);
    run(command)
}

#[test]
fn a_bundle_takes_the_place_of_what_ships_and_a_bad_one_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let bundle = root().join("host/tests/fixtures/attack-bundle.json");
    assert!(attack(&data, &["show", "T1027"]).out.contains("Defense Evasion"));
    let updated = attack(&data, &["update", &bundle.display().to_string()]);
    assert_eq!(updated.code, 0, "{}", updated.err);
    assert!(updated.out.starts_with("ATT&CK 19.1 in place of 18.1: 3 techniques, 2 tactics"), "{}", updated.out);
    assert!(updated.out.contains("1 ids revoked or merged"), "{}", updated.out);
    let shown = attack(&data, &["show", "T1086"]);
    assert!(
        shown.out.contains("T1086 was revoked or merged into it") && shown.out.contains("PowerShell"),
        "{}",
        shown.out
    );
    assert_eq!(attack(&data, &["show", "T1566"]).code, 2, "this version does not have it");

    let text = std::fs::read_to_string(&bundle).unwrap();
    let bad = home.path().join("bad.json");
    for (code, broken) in [
        ("attack-bad-json", text[..text.len() / 2].to_owned()),
        ("attack-foreign-bundle", text.replace("enterprise-attack", "ics-attack")),
        ("attack-not-a-bundle", "{\"type\":\"report\"}".to_owned()),
    ] {
        std::fs::write(&bad, broken).unwrap();
        let refused = attack(&data, &["update", &bad.display().to_string()]);
        assert_eq!(refused.code, 2);
        assert!(refused.err.contains(code) && refused.err.contains("hint:"), "{}", refused.err);
        assert!(attack(&data, &["show", "T1027"]).out.contains("ATT&CK 19.1"), "{code}");
    }

    // A run says what it says in that version's words, and maps the old id.
    std::fs::write(home.path().join("report.txt"), "The actors used T1086 and packed their files (T1027).").unwrap();
    let out = home.path().join("out");
    let mut command = huntsmith(["run", "report.txt", "--offline", "--dialect", "splunk", "--out"]);
    command.arg(&out).arg("--data-dir").arg(&data).current_dir(home.path());
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let brief = &briefs(&out)[0];
    let stated: Vec<_> =
        brief["techniques"].as_array().unwrap().iter().filter(|found| found["source"] == "stated").collect();
    assert_eq!(stated.len(), 2, "{}", brief["techniques"]);
    let shell = stated.iter().find(|found| found["id"] == "T1059.001").unwrap();
    assert_eq!(shell["was"], "T1086");
    let packed = stated.iter().find(|found| found["id"] == "T1027").unwrap();
    assert_eq!(packed["tactics"], serde_json::json!(["stealth"]));
    assert!(texts(&brief["phases"], "code").contains(&"exploit"), "{}", brief["phases"]);
}
