//! The shipped knowledge, bundles good and bad, updates that leave what was there.

use super::*;
use std::time::Instant;

fn id(text: &str) -> TechniqueId {
    text.parse().unwrap()
}

#[test]
fn the_shipped_knowledge_is_whole() {
    let knowledge = Knowledge::shipped();
    assert_eq!(knowledge.techniques().count(), 691);
    assert_eq!(knowledge.version(), "18.1");
    assert_eq!(knowledge.display_name(id("T1584.007")).unwrap(), "Compromise Infrastructure: Serverless");
    assert_eq!(knowledge.technique(id("T1059.001")).unwrap().analytics[0].logs[0].component, "Command Execution");
    assert_eq!(knowledge.subtechniques(id("T1566")).count(), 4);
    let codes: Vec<&str> = knowledge.tactics().iter().map(|tactic| tactic.code.as_str()).collect();
    assert_eq!((codes.len(), codes[0], codes[13]), (14, "reconnaissance", "impact"));
    assert!(knowledge.tactics().iter().all(|tactic| tactic.id.is_some()), "a tactic is missing from the matrix");
    assert!(knowledge.procedures(id("T1059.001")).len() == 3);
}

#[test]
fn tactics_come_from_the_data() {
    let files = shipped_files();
    let renamed = String::from_utf8(files.techniques.to_vec()).unwrap().replace("\"defense-evasion\"", "\"stealth\"");
    let knowledge = Knowledge::parse(renamed.as_bytes(), files.revoked, files.groups).unwrap();
    assert!(knowledge.tactic("defense-evasion").is_none());
    assert_eq!(knowledge.tactic_name("stealth"), "Stealth");
    assert_eq!(knowledge.tactic_name("command-and-control"), "Command and Control");
}

#[test]
fn revoked_ids_are_followed_and_said_so() {
    let knowledge = Knowledge::shipped();
    let resolved = knowledge.resolve("T1086").unwrap();
    assert_eq!((resolved.id, resolved.was), (id("T1059.001"), Some(id("T1086"))));
    assert_eq!(knowledge.resolve("T1059/001").unwrap().was, None);
    let mut without_successor = 0;
    for (old, _) in knowledge.revoked() {
        match knowledge.resolve(&old.to_string()) {
            Ok(resolved) => assert!(knowledge.technique(resolved.id).is_some() && resolved.was == Some(old)),
            Err(error) => {
                assert_eq!(error.code(), "attack-unknown-technique");
                without_successor += 1;
            }
        }
    }
    assert!(without_successor <= 2, "{without_successor} revoked ids lead nowhere");
    assert_eq!(knowledge.resolve("T9999").unwrap_err().code(), "attack-unknown-technique");
}

#[test]
fn groups_and_software_are_found_by_any_name() {
    let knowledge = Knowledge::shipped();
    let found = knowledge.by_name("stone panda");
    assert_eq!((found[0].name.as_str(), found[0].kind), ("menuPass", NamedKind::Group));
    assert!(knowledge.by_name("no such group").is_empty());
}

#[test]
fn parsing_takes_milliseconds() {
    let started = Instant::now();
    let knowledge = Knowledge::from_files(&shipped_files()).unwrap();
    let took = started.elapsed();
    assert_eq!(knowledge.named().len(), 966);
    println!("parsed in {took:?}");
    // Measured at 4 ms; the bound is for a busy machine.
    assert!(took.as_millis() < 500, "{took:?}");
}

#[test]
fn damaged_data_names_the_file_and_the_line() {
    let files = shipped_files();
    let error = Knowledge::parse(b"{\"id\":\"T1\"}\n", files.revoked, files.groups).unwrap_err();
    assert_eq!(error.code(), "attack-bad-data");
    assert!(error.to_string().starts_with("techniques.jsonl, line 1"), "{error}");
    assert!(Knowledge::parse(b"", files.revoked, files.groups).is_err());
    let orphan = String::from_utf8(files.techniques.to_vec()).unwrap();
    let orphan: String =
        orphan.lines().filter(|line| !line.contains("\"id\": \"T1566\",")).collect::<Vec<_>>().join("\n");
    let error = Knowledge::parse(orphan.as_bytes(), files.revoked, files.groups).unwrap_err();
    assert!(error.to_string().contains("without T1566"), "{error}");
}

#[test]
fn compact_files_survive_a_round() {
    let knowledge = Knowledge::shipped();
    let files: std::collections::BTreeMap<_, _> = compact::write(knowledge).into_iter().collect();
    let again = Knowledge::from_files(&Files {
        techniques: &files[compact::TECHNIQUES],
        revoked: &files[compact::REVOKED],
        groups: &files[compact::GROUPS],
        matrix: Some(&files[compact::MATRIX]),
        procedures: Some(&files[compact::PROCEDURES]),
    })
    .unwrap();
    assert!(again.techniques().eq(knowledge.techniques()));
    assert_eq!(again.tactics(), knowledge.tactics());
    assert_eq!(again.named(), knowledge.named());
    assert!(again.revoked().eq(knowledge.revoked()));
    assert_eq!(again.procedures, knowledge.procedures);
}

/// A small bundle in the form of version 18 and later, with tactics under new names.
const BUNDLE: &str = include_str!("../../tests/fixtures/attack-bundle.json");

#[test]
fn a_bundle_becomes_knowledge() {
    let knowledge = from_bundle(BUNDLE.as_bytes()).unwrap();
    assert_eq!(knowledge.version(), "19.1");
    let codes: Vec<&str> = knowledge.tactics().iter().map(|tactic| tactic.code.as_str()).collect();
    assert_eq!(codes, ["execution", "stealth"]);
    let shell = knowledge.technique(id("T1059.001")).unwrap();
    assert_eq!(knowledge.display_name(shell.id).unwrap(), "Command and Scripting Interpreter: PowerShell");
    assert_eq!(shell.description, "Adversaries may abuse PowerShell for Execution, as cmd /c does.");
    assert_eq!(shell.mitigations, ["Code Signing"]);
    assert_eq!(shell.analytics.len(), 1);
    assert_eq!(shell.analytics[0].logs[0].component, "Process Creation");
    assert_eq!(shell.analytics[0].logs[0].channel.as_deref(), Some("EventCode=1"));
    assert_eq!(shell.analytics[0].logs[1].channel, None);
    assert_eq!(knowledge.procedures(shell.id), ["Example Group has run powershell.exe -enc on its targets."]);
    let old = knowledge.technique(id("T1027")).unwrap();
    assert_eq!(old.analytics[0].text, "Watch for packed files.");
    assert_eq!(old.analytics[0].logs[0].name, "File");
    assert_eq!(knowledge.resolve("T1086").unwrap().id, shell.id);
    assert_eq!(knowledge.by_name("the examples")[0].name, "Example Group");
    let campaign = knowledge.by_name("examplestorm")[0];
    assert_eq!((campaign.kind.as_str(), campaign.id.as_str()), ("campaign", "C9999"));
    assert!(knowledge.by_name("Operation Withdrawn").is_empty());
    assert!(knowledge.technique(id("T1111")).is_none(), "deprecated techniques are left out");
    let undated = BUNDLE
        .replace("x-mitre-collection", "x-other")
        .replace("\"revoked\"", "\"modified\": \"2026-05-12T16:34:50.667Z\", \"revoked\"");
    assert_eq!(from_bundle(undated.as_bytes()).unwrap().version(), "of 2026-05-12");
}

#[test]
fn foreign_and_broken_bundles_are_refused_by_name() {
    let cases: [(&str, String); 8] = [
        ("attack-bad-json", "{".into()),
        ("attack-bad-json", format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("attack-not-a-bundle", r#"{"type":"indicator","objects":[]}"#.into()),
        ("attack-foreign-bundle", r#"{"type":"bundle","objects":[]}"#.into()),
        ("attack-foreign-bundle", BUNDLE.replace("enterprise-attack", "mobile-attack")),
        ("attack-incomplete-bundle", BUNDLE.replace("\"x-mitre-matrix\"", "\"x-other\"")),
        ("attack-incomplete-bundle", BUNDLE.replace("\"external_id\": \"T1059\"", "\"external_id\": \"T1999\"")),
        ("attack-incomplete-bundle", BUNDLE.replace("\"phase_name\": \"stealth\"", "\"phase_name\": \"other\"")),
    ];
    for (code, bundle) in cases {
        let error = from_bundle(bundle.as_bytes()).expect_err(code);
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn an_update_replaces_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(load(folder.path()).unwrap().version(), "18.1");
    let bundle = folder.path().join("bundle.json");
    std::fs::write(&bundle, BUNDLE).unwrap();
    update(folder.path(), &bundle).unwrap();
    assert_eq!(load(folder.path()).unwrap().version(), "19.1");
    assert_eq!(load(folder.path()).unwrap().by_name("Operation Example")[0].kind, NamedKind::Campaign);
    std::fs::write(&bundle, "{\"type\":\"bundle\"}").unwrap();
    assert!(update(folder.path(), &bundle).is_err());
    assert_eq!(load(folder.path()).unwrap().version(), "19.1");
    std::fs::write(&bundle, BUNDLE.replace("19.1", "19.2")).unwrap();
    update(folder.path(), &bundle).unwrap();
    assert_eq!(load(folder.path()).unwrap().version(), "19.2");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    std::fs::write(folder.path().join("attack/techniques.jsonl"), "damaged").unwrap();
    assert_eq!(load(folder.path()).unwrap_err().code(), "attack-bad-data");
}
