//! The stable batch commands: their form, their order, their spans.

use huntsmith_tests::{huntsmith, lines, run_with};
use serde_json::json;

#[test]
fn extract_answers_each_line_in_order_with_spans_into_the_callers_text() {
    let text = "Indicators of compromise\r\n\r\nC2: evil-domain[.]com and 45.77.12[.]7 — “quoted”\r\nhxxps://bad-host[.]net/a.php\r\n";
    let long = "nothing here. ".repeat(5_000);
    let input = format!(
        "{}\n{}\n\n{}\n",
        json!({"id": "a", "text": text}),
        json!({"id": 7, "text": long}),
        json!({"id": "c", "text": ""})
    );
    let ran = run_with(huntsmith(["extract", "--jsonl", "-", "--jobs", "2"]), &input);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answers = lines(&ran.out);
    assert_eq!(answers.iter().map(|a| a["id"].clone()).collect::<Vec<_>>(), [json!("a"), json!(7), json!("c")]);
    let found = answers[0]["indicators"].as_array().unwrap();
    let of = |kind: &str| found.iter().find(|i| i["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {found:?}"));
    for (kind, value, written) in [
        ("domain", "evil-domain.com", "evil-domain[.]com"),
        ("ipv4", "45.77.12.7", "45.77.12[.]7"),
        ("url", "https://bad-host.net/a.php", "hxxps://bad-host[.]net/a.php"),
    ] {
        let indicator = of(kind);
        assert_eq!(indicator["value"], value);
        assert_eq!(indicator["defanged"], true);
        assert_eq!(indicator["role"], "attacker");
        let span = &indicator["spans"][0];
        let (start, end) = (span[0].as_u64().unwrap() as usize, span[1].as_u64().unwrap() as usize);
        assert_eq!(&text[start..end], written);
        assert!(indicator["plugin"].as_str().unwrap().starts_with("ioc-core@"));
    }
    assert!(answers[1]["indicators"].as_array().unwrap().is_empty());
}

#[test]
fn a_file_that_is_no_plain_text_goes_through_its_reader() {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = home.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let page = write(
        "report.html",
        b"<!DOCTYPE html><html><head><title>R</title><script src='https://cdn.example.net/x.js'></script></head><body><article><h1>Report</h1>\
          <p>The loader fetched its orders from its server at evil-domain[.]com every hour, and wrote them to disk.</p></article></body></html>",
    );
    let latin = write("notes.txt", b"Le caf\xe9 du coin: C2 bad-host[.]net\n");
    let plain = write("plain.txt", "C2: evil-domain[.]com <b>".as_bytes());
    let archive = write("report.docx", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\xff");
    for command in ["extract", "classify"] {
        let mut words = huntsmith([command]);
        words.args([&page, &latin, &plain, &archive]);
        let ran = huntsmith_tests::run(words);
        assert_eq!(ran.code, 3, "{}", ran.err);
        let answers = lines(&ran.out);
        assert_eq!(answers.len(), 4, "{}", ran.out);
        let text = answers[0]["text"].as_str().unwrap();
        assert!(text.contains("evil-domain[.]com") && !text.contains("<p>") && !text.contains("cdn"), "{text}");
        assert!(answers[1]["text"].as_str().unwrap().starts_with("Le café du coin"));
        assert!(answers[2].get("text").is_none(), "spans of a plain text are of the file");
        assert_eq!(answers[3]["error"]["code"], "no-reader");
        if command == "extract" {
            let found = answers[0]["indicators"].as_array().unwrap();
            assert_eq!(found.iter().map(|i| i["value"].as_str().unwrap()).collect::<Vec<_>>(), ["evil-domain.com"]);
            let span = &found[0]["spans"][0];
            let (start, end) = (span[0].as_u64().unwrap() as usize, span[1].as_u64().unwrap() as usize);
            assert_eq!(&text[start..end], "evil-domain[.]com");
        }
    }
}

#[test]
fn classify_gives_techniques_with_their_sentences() {
    let text = "The actors used PowerShell [T1059.001] to download tools. They exfiltrated data.";
    let input = format!("{}\n", json!({"id": "a", "text": text}));
    let ran = run_with(huntsmith(["classify", "--jsonl", "-"]), &input);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer = &lines(&ran.out)[0];
    let technique = answer["techniques"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["id"] == "T1059.001" && t["source"] == "stated")
        .unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(technique["name"], "Command and Scripting Interpreter: PowerShell");
    let evidence = &technique["evidence"][0];
    let span = &evidence["span"];
    let cut = &text[span[0].as_u64().unwrap() as usize..span[1].as_u64().unwrap() as usize];
    assert_eq!(evidence["text"], cut);
    assert!(cut.contains("T1059.001"));
    assert!(!answer["phases"].as_array().unwrap().is_empty());
}

#[test]
fn hunts_says_values_or_refuses_each_with_a_code() {
    let indicators = json!([
        {"kind": "ipv4", "value": "203.0.113.77"},
        {"kind": "domain", "value": "evil-domain.com"},
        {"kind": "sha256", "value": "ab".repeat(32)},
        {"kind": "ipv4", "value": "1.2.3.999"},
        {"kind": "no_such_kind", "value": "x"}
    ]);
    for (dialect, literal) in [("splunk", "\"203.0.113.77\""), ("defender", "\"203.0.113.77\"")] {
        let input = format!("{}\n", json!({"id": "a", "indicators": indicators}));
        let ran = run_with(huntsmith(["hunts", "--to", dialect, "--jsonl", "-"]), &input);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let answer = &lines(&ran.out)[0];
        assert_eq!(answer["dialect"], dialect);
        let queries: String =
            answer["queries"].as_array().unwrap().iter().filter_map(|q| q["query"].as_str()).collect();
        for value in [literal, "evil-domain.com", &"ab".repeat(32)] {
            assert!(queries.contains(value), "{dialect}: {value} is not in {queries}");
        }
        let codes: Vec<_> =
            answer["refused"].as_array().unwrap().iter().map(|r| (r["value"].clone(), r["code"].clone())).collect();
        assert!(codes.contains(&(json!("1.2.3.999"), json!("invalid-value"))), "{codes:?}");
        assert!(codes.contains(&(json!("x"), json!("unknown-kind"))), "{codes:?}");
    }
}

#[test]
fn a_line_that_cannot_be_read_is_answered_and_stops_nothing() {
    let input = format!("not json\n{{\"id\":\"b\"}}\n{}\n", json!({"id": "c", "text": "evil-domain[.]com"}));
    let ran = run_with(huntsmith(["extract", "--jsonl", "-"]), &input);
    assert_eq!(ran.code, 3, "{}", ran.err);
    let answers = lines(&ran.out);
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["error"]["code"], "malformed-line");
    assert_eq!(answers[1]["id"], "b");
    assert!(answers[1]["error"]["message"].as_str().unwrap().contains("text"));
    assert_eq!(answers[2]["indicators"][0]["value"], "evil-domain.com");
}

#[test]
fn an_unknown_dialect_is_a_usage_error_that_names_the_known_ones() {
    let ran = run_with(huntsmith(["hunts", "--to", "klingon", "--jsonl", "-"]), "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("klingon") && ran.err.contains("splunk"), "{}", ran.err);
}
