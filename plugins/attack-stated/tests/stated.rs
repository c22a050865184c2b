//! Articles in, stated techniques and actors out: traps of spelling, stance and section, and real advisories.

use attack_stated::{Knowledge, classify};
use huntsmith_sdk::classifier::*;
use huntsmith_sdk::testing::article;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn knowledge() -> Knowledge {
    let read = |name: &str| std::fs::read(root().join("data/attack").join(name)).unwrap();
    Knowledge::parse(&read("techniques.jsonl"), &read("revoked.json"), &read("groups_software.json")).unwrap()
}

fn ids(found: &Classification) -> Vec<&str> {
    found.techniques.iter().map(|t| t.id.as_str()).collect()
}

fn refusals(found: &Classification) -> Vec<String> {
    found.rejections.iter().map(|r| format!("{} {}", r.value, r.reason)).collect()
}

#[test]
fn stance_and_section_decide() {
    let knowledge = knowledge();
    let found = classify(
        &knowledge,
        &article(
            "The actors ran encoded scripts [T1059.001]. We did not observe credential dumping [T1003].\n\
             They also abused a driver, see t1068 and T1014.\n\n\
             Mitigations\nMonitor for web shells [T1505.003]. Disable macros (T1204.002).\n\n\
             References\nhttps://attack.mitre.org/techniques/T1566/001/\n",
        ),
    );
    assert_eq!(ids(&found), ["T1014", "T1059.001"]);
    assert_eq!(
        refusals(&found),
        ["T1003 negated", "T1204.002 advice-only", "T1505.003 advice-only", "T1566/001 reference-list"]
    );
}

#[test]
fn names_need_context() {
    let knowledge = knowledge();
    let found = classify(
        &knowledge,
        &article(
            "Phishing is common, and DNS is a protocol. Web Protocols differ. The malware used process hollowing to hide.\n\
             They relied on OS Credential Dumping: LSASS Memory. Our screen capture tool is free.\n\n\
             MITRE ATT&CK Techniques\n\nPhishing\n\nScreen Capture\n",
        ),
    );
    assert_eq!(ids(&found), ["T1003.001", "T1055.012", "T1113", "T1566"]);
    for technique in &found.techniques {
        assert_eq!(technique.source, "stated");
        assert!(!technique.evidence.is_empty());
    }
}

#[test]
fn revoked_retired_and_unknown_ids_are_told_apart() {
    let knowledge = knowledge();
    let found = classify(&knowledge, &article("They used T1086, T1245 and T1064. Nobody knows T9999 or T1059.777."));
    assert_eq!(ids(&found), ["T1064", "T1086", "T1245"]);
    assert_eq!(found.techniques[0].properties[0], Property { name: "retired".into(), value: "deprecated".into() });
    assert_eq!(found.techniques[1].properties[0], Property { name: "revoked_by".into(), value: "T1059.001".into() });
    assert_eq!(found.techniques[2].properties[0], Property { name: "retired".into(), value: "pre-attack".into() });
    assert_eq!(refusals(&found), ["T1059.777 unknown-technique", "T9999 unknown-technique"]);
}

#[test]
fn links_and_facts_state_techniques() {
    let knowledge = knowledge();
    let mut article = article("The group hijacked sessions. Then it left.");
    article.content.links.push(Link {
        span: Span { start: 10, end: 27 },
        target: "https://attack.mitre.org/techniques/T1185/".into(),
        properties: vec![],
    });
    article.facts.push(Fact {
        id: "galaxy-1".into(),
        kind: "technique".into(),
        value: "t1110.003".into(),
        properties: vec![],
    });
    let found = classify(&knowledge, &article);
    assert_eq!(ids(&found), ["T1110.003", "T1185"]);
    assert_eq!(found.techniques[1].evidence, [Span { start: 0, end: 28 }]);
    assert_eq!(found.techniques[0].reasons, ["source-fact"]);
}

#[test]
fn ambiguous_aliases_need_context() {
    let knowledge = knowledge();
    let names = |text: &str| {
        let found = classify(&knowledge, &article(text));
        found.actors.iter().map(|a| format!("{} {}", a.id.as_deref().unwrap_or("-"), a.kind)).collect::<Vec<_>>()
    };
    assert!(
        names("A snake in the grass; Snake said nothing. Play the net at home. Royal families reap. Flame on!")
            .is_empty()
    );
    assert!(names("Visit snake.example, mimikatz-free and C:\\Emotet\\x").is_empty());
    assert_eq!(names("The Snake malware is old."), ["S0022 software"]);
    assert_eq!(names("Mimikatz and Cozy Bear were seen."), ["G0016 group", "S0002 software"]);
    assert_eq!(names("They ran net user /add and ping.exe."), ["S0039 software", "S0097 software"]);
    assert_eq!(names("The Royal ransomware group").len(), 1);
    let with_campaigns = br#"{"groups":[["G1","Night Bear",["Night Bear"]]],"software":[],
        "campaigns":[["C0005","Operation Spalax",["Operation Spalax"]],["C0010","C0010",["C0010"]],["C1","Night Bear",[]]]}"#;
    let read = |name: &str| std::fs::read(root().join("data/attack").join(name)).unwrap();
    let knowledge = Knowledge::parse(&read("techniques.jsonl"), &read("revoked.json"), with_campaigns).unwrap();
    let found = classify(
        &knowledge,
        &article("Operation Spalax hit Colombia. The Night Bear campaign ended. The screen said C0010."),
    );
    let named: Vec<_> = found.actors.iter().map(|a| (a.kind.as_str(), a.id.as_deref().unwrap_or_default())).collect();
    assert_eq!(named, [("campaign", "C0005"), ("campaign", "C1")]);
    assert_eq!(refusals(&found), ["C0010 ambiguous-name"]);
}

/// Texts that tempt: what each states, and what the model may infer of it beside; `traps.jsonl` says why.
#[test]
fn traps_state_and_infer_what_they_say_and_no_more() {
    #[derive(serde::Deserialize)]
    struct Trap {
        why: String,
        text: String,
        stated: Vec<String>,
        inferred: Option<Vec<String>>,
        /// Of what the model may infer, that with a confidence of 50 and more.
        likely: Option<Vec<String>>,
        actors: Option<Vec<String>>,
    }
    let knowledge = knowledge();
    let model = attack_model::model::Model::read(attack_model::MODEL).unwrap();
    for line in include_str!("traps.jsonl").lines() {
        let trap: Trap = serde_json::from_str(line).unwrap();
        let article = article(&trap.text);
        let found = classify(&knowledge, &article);
        assert_eq!(ids(&found), trap.stated, "{}: {:?}", trap.why, refusals(&found));
        let inferred = attack_model::conclude(&model, &attack_model::read(&model, &article.content));
        if let Some(expected) = trap.inferred {
            assert_eq!(ids(&inferred), expected, "{}: {:?}", trap.why, refusals(&inferred));
        }
        if let Some(expected) = trap.likely {
            let likely: Vec<_> = inferred.techniques.iter().filter(|t| t.confidence >= 50).map(|t| &t.id).collect();
            assert_eq!(likely, expected.iter().collect::<Vec<_>>(), "{}", trap.why);
        }
        if let Some(expected) = trap.actors {
            let named: Vec<_> = found.actors.iter().filter_map(|actor| actor.id.as_deref()).collect();
            assert_eq!(named, expected, "{}", trap.why);
        }
    }
}

/// 36 narratives of three or four sentences, each with the techniques that a reader would name, written down before any was
/// read. With `--nocapture` it prints how many the model names; `cargo xtask score attack FILE` has the figures.
#[test]
fn short_narratives_show_most_of_what_a_reader_would_name() {
    #[derive(serde::Deserialize)]
    struct Narrative {
        text: String,
        labels: BTreeSet<String>,
    }
    let model = attack_model::model::Model::read(attack_model::MODEL).unwrap();
    for name in ["short-development", "short-held-out"] {
        let path = root().join("tests/fixtures/attack").join(name).with_extension("jsonl");
        let (mut right, mut wanted, mut named) = (0, 0, 0);
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let narrative: Narrative = serde_json::from_str(line).unwrap();
            let content = article(&narrative.text).content;
            let inferred = attack_model::conclude(&model, &attack_model::read(&model, &content));
            right += inferred.techniques.iter().filter(|t| narrative.labels.contains(&t.id)).count();
            (wanted, named) = (wanted + narrative.labels.len(), named + inferred.techniques.len());
        }
        eprintln!("{name}: {right} of {wanted} named, {} more", named - right);
        assert!(5 * right >= 3 * wanted && 5 * right >= 3 * named, "{name}: {right} of {wanted}, {named} named");
    }
}

/// An advisory's own ids, read by the plainest rule there is.
fn plain_ids(text: &str) -> BTreeSet<String> {
    let bytes = text.as_bytes();
    let digits = |from: usize, n: usize| bytes.get(from..from + n).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    (0..bytes.len())
        .filter(|&at| bytes[at] == b'T' && digits(at + 1, 4))
        .map(|at| {
            let end = if bytes.get(at + 5) == Some(&b'.') && digits(at + 6, 3) { at + 9 } else { at + 5 };
            text[at..end].to_string()
        })
        .collect()
}

/// The advisories below `folder`: texts, and pages without their tags.
fn advisories(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_dir() {
            advisories(&path, into);
        } else if stem.starts_with("aa2") && (ending == "txt" || ending.starts_with("htm")) {
            let raw = std::fs::read_to_string(&path).unwrap();
            let text = if ending == "txt" { raw } else { without_tags(&raw) };
            into.push((path, text));
        }
    }
}

fn without_tags(page: &str) -> String {
    let mut text = String::new();
    for part in page.split('<') {
        text.push('\n');
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    text.replace("&amp;", "&")
}

/// The folder is the bundled sample's, or the one that `HUNTSMITH_ADVISORIES` names. With `--nocapture` it lists what the
/// model adds to each.
#[test]
fn advisories_lose_no_technique_that_they_state() {
    let knowledge = knowledge();
    let folder = std::env::var_os("HUNTSMITH_ADVISORIES").map_or_else(|| root().join("examples/sample"), PathBuf::from);
    let mut texts = Vec::new();
    advisories(&folder, &mut texts);
    assert_eq!(texts.len(), 8, "advisories below {}", folder.display());
    for (path, text) in texts {
        let found = classify(&knowledge, &article(&text));
        let got: BTreeSet<String> = ids(&found).into_iter().map(String::from).collect();
        let missing: Vec<_> = plain_ids(&text).difference(&got).cloned().collect();
        assert!(missing.is_empty(), "{}: {missing:?} {:?}", path.display(), refusals(&found));
        let added: Vec<_> = got.difference(&plain_ids(&text)).cloned().collect();
        let model = attack_model::model::Model::read(attack_model::MODEL).unwrap();
        let inferred = attack_model::conclude(&model, &attack_model::read(&model, &article(&text).content));
        let beside: Vec<_> = ids(&inferred).into_iter().filter(|id| !got.contains(*id)).collect();
        eprintln!("{}: {} stated, by name alone {added:?}", path.display(), got.len());
        eprintln!("  the model adds {beside:?}");
    }
}
