//! `huntsmith hunt`: what ships is proved, a hunt that is not is told, and a log of the user's own is searched.

use huntsmith_tests::{huntsmith, lines, run, run_with, texts};
use serde_json::{Value, json};

/// A process that deletes the shadow copies, in the vocabulary's words.
fn deletion() -> Value {
    json!({"class": "process_creation", "Image": "C:\\Windows\\System32\\vssadmin.exe",
        "CommandLine": "vssadmin delete shadows /all"})
}

#[test]
fn what_ships_is_proved_and_listed() {
    let ran = run(huntsmith(["hunt", "test", "--json"]));
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let proofs = lines(&ran.out);
    assert!(proofs.len() >= 40, "{}", proofs.len());
    assert!(proofs.iter().all(|proof| proof["problems"] == json!([]) && proof["mutants"].as_u64() > Some(0)));
    let ran = run(huntsmith(["hunt", "list", "--technique", "T1071", "--json"]));
    let names = Value::Array(lines(&ran.out));
    assert!(texts(&names, "name").contains(&"beaconing"), "{names}");
    let ran = run(huntsmith(["hunt", "show", "beaconing", "--json"]));
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(shown["plan"]["stages"].as_array().is_some_and(|stages| stages.len() > 3), "{shown}");
    assert_eq!(run(huntsmith(["hunt", "show", "no-such-hunt"])).code, 2);
}

#[test]
fn a_hunt_whose_events_prove_nothing_is_told_with_the_node() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "title: Weak\nid: 7d8ed1b8-3b0b-4e0c-9d22-3a4f5a2b1c11\nlogsource: { category: process_creation }\n\
                detection:\n    a: { Image: a.exe }\n    b: { User: ann }\n    condition: a and b\nevents:\n\
                \x20   match: [{\"Image\": \"a.exe\", \"User\": \"ann\"}]\n    other: [{\"Image\": \"b.exe\", \"User\": \"bob\"}]\n";
    std::fs::write(folder.path().join("weak.yml"), rule).unwrap();
    std::fs::write(folder.path().join("broken.yml"), "title: [").unwrap();
    let mut command = huntsmith(["hunt", "test", "--json"]);
    command.arg(folder.path());
    let ran = run(command);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("broken.yml"), "{}", ran.err);
    let proof = &lines(&ran.out)[0];
    let codes = texts(&proof["problems"], "code");
    assert_eq!(codes, ["surviving-mutant", "surviving-mutant"], "{proof}");
    assert!(proof["problems"][0]["message"].as_str().unwrap().contains("Image equals a.exe"), "{proof}");
}

#[test]
fn a_log_is_searched_and_bad_lines_are_counted() {
    let nameless = json!({"Image": "C:\\Windows\\System32\\mshta.exe", "CommandLine": "mshta http://a.test/x.hta"});
    let log = format!("{}\nnot json\n{nameless}\n[1]\n", deletion());
    let ran = run_with(huntsmith(["hunt", "run", "--events", "-", "--catalogue", "--json"]), &log);
    assert_eq!(ran.code, 3, "{}", ran.err);
    for told in ["line 2", "line 4", "2 lines could not be read"] {
        assert!(ran.err.contains(told), "{told} is not in {}", ran.err);
    }
    let found = lines(&ran.out);
    let at: Vec<_> = found.iter().map(|found| found["line"].as_u64().unwrap()).collect();
    assert_eq!(at, [1, 3], "{found:?}");
    assert_eq!(run(huntsmith(["hunt", "run", "--events", "/no/such/file", "--catalogue"])).code, 2);
}

#[test]
fn names_of_the_users_own_are_mapped_and_stages_answer_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let mapping = folder.path().join("fields.toml");
    let text = "[fields]\n\"src.ip\" = \"SourceIp\"\n\"dst.ip\" = \"DestinationIp\"\n\"dst.port\" = \"DestinationPort\"\n\
                ts = \"Timestamp\"\n[[classes]]\nclass = \"network_connection\"\nwhen = { kind = \"flow\" }\n";
    std::fs::write(&mapping, text).unwrap();
    let flow = |n: u64| {
        json!({"kind": "flow", "ts": 1_772_359_200 + n * 300 + n % 7, "src": {"ip": "10.0.0.7"},
            "dst": {"ip": "203.0.113.9", "port": 443}})
    };
    let log: String = (0..40).map(|n| format!("{}\n", flow(n))).collect();
    let mut command = huntsmith(["hunt", "run", "--events", "-", "--catalogue", "--json", "--fields"]);
    command.arg(&mapping);
    let ran = run_with(command, &log);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found = lines(&ran.out);
    assert_eq!(found.len(), 1, "{found:?}");
    let row = &found[0]["row"];
    assert_eq!((&row["most_connections"], &row["DestinationIp"]), (&json!(40.0), &json!("203.0.113.9")));
}

/// Hunts with events of their own, as the validators ask; and every case of the catalogue in that form.
#[test]
fn hunts_are_answered_over_events_of_their_own() {
    let cases = run(huntsmith(["hunt", "list", "--cases"]));
    assert_eq!(cases.code, 0, "{}", cases.err);
    let asked = lines(&cases.out);
    let broken = json!({"plan": {"id": "x"}, "events": []});
    let ran = run_with(huntsmith(["hunt", "run", "--jsonl", "-"]), &format!("{broken}\n{}", cases.out));
    assert_eq!(ran.code, 3, "{}", ran.err);
    let answers = lines(&ran.out);
    assert_eq!(answers[0]["error"]["code"], "malformed-line", "{}", answers[0]);
    assert_eq!(answers.len(), asked.len() + 1);
    let mut found = 0;
    for (case, answer) in asked.iter().zip(&answers[1..]) {
        assert_eq!(case["plan"]["id"], answer["hunt"]);
        let each = answer["found"].as_array().unwrap();
        assert_eq!(each.len(), case["events"].as_array().unwrap().len());
        let together = case["plan"]["stages"].is_array() || case["plan"]["correlations"].is_array();
        let any = |rows: &[Value]| rows.iter().any(|names| names != &json!([]));
        found += usize::from(any(if together { answer["rows"].as_array().unwrap() } else { each }));
    }
    assert!(found > 60 && found < asked.len(), "{found} of {}", asked.len());
}

/// The article's own hunts over a log: its indicators match, others do not.
#[test]
fn a_briefs_hunts_run_over_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let article = folder.path().join("article.txt");
    let text = "Implant report\n\nIndicators of compromise\n\nThe malware's command and control server is evil-domain[.]com.\n";
    std::fs::write(&article, text).unwrap();
    let out = folder.path().join("out");
    let mut command = huntsmith(["run", "--offline", "--no-catalogue", "--out"]);
    command.arg(&out).arg(&article);
    assert_eq!(run(command).code, 0);
    let brief = std::fs::read_dir(&out).unwrap().flatten().find(|e| e.path().extension().is_some_and(|x| x == "json"));
    let mut command = huntsmith(["hunt", "run", "--events", "-", "--json"]);
    command.arg(brief.unwrap().path());
    let query = |name: &str| json!({"class": "dns_query", "QueryName": name});
    let ran = run_with(command, &format!("{}\n{}\n", query("www.evil-domain.com"), query("devil-domain.com")));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found = lines(&ran.out);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["line"], 1);
}
