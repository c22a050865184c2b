//! Article-like texts with tricky prose in `tests/fixtures/ioc`: each `.txt` beside a `.json` with everything that is to
//! be found and everything that is to be turned away. `HUNTSMITH_BLESS=1` writes the `.json` files anew, for review. What a
//! reader would say otherwise stands in `known_misses.json`, so that no blessed file hides it.

mod common;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/ioc")
}

fn report(text: &str) -> Value {
    let found = common::extract(text);
    let indicators: Vec<Value> = found.indicators.iter().map(|one| json!([one.kind, one.value, one.role])).collect();
    let rejected: Vec<Value> = found.rejections.iter().map(|one| json!([one.kind, one.value, one.reason])).collect();
    let observations: Vec<Value> = found
        .observations
        .iter()
        .map(|one| {
            json!([one.class, one.fields.iter().map(|field| json!([field.name, field.value])).collect::<Vec<_>>()])
        })
        .collect();
    let relations: Vec<Value> = found
        .relations
        .iter()
        .map(|one| {
            json!([found.indicators[one.subject as usize].value, one.kind, found.indicators[one.object as usize].value])
        })
        .collect();
    json!({"indicators": indicators, "rejected": rejected, "observations": observations, "relations": relations})
}

/// One entry a line, so that a change reads as one.
fn pretty(report: &Value) -> String {
    let sections: Vec<String> = ["indicators", "rejected", "observations", "relations"]
        .iter()
        .map(|name| {
            let entries: Vec<String> =
                report[name].as_array().into_iter().flatten().map(|entry| format!("    {entry}")).collect();
            let body = if entries.is_empty() { "[]".to_string() } else { format!("[\n{}\n  ]", entries.join(",\n")) };
            format!("  \"{name}\": {body}")
        })
        .collect();
    format!("{{\n{}\n}}\n", sections.join(",\n"))
}

#[test]
fn every_text_gives_what_lies_beside_it() {
    let mut texts: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    texts.sort();
    assert!(texts.len() >= 30, "only {} texts", texts.len());
    let mut wrong = Vec::new();
    for path in texts {
        let text = std::fs::read_to_string(&path).unwrap();
        let got = report(&text);
        let beside = path.with_extension("json");
        if std::env::var_os("HUNTSMITH_BLESS").is_some() {
            std::fs::write(&beside, pretty(&got)).unwrap();
            continue;
        }
        let expected: Value =
            std::fs::read_to_string(&beside).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        if got != expected {
            wrong.push(format!("{}\nexpected {}\ngot {}", path.display(), pretty(&expected), pretty(&got)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every kind that the plugin finds, and every reason for which it turns something away, stands in one of the texts.
#[test]
fn every_kind_and_every_reason_has_a_text() {
    let (mut kinds, mut reasons) = (BTreeSet::new(), BTreeSet::new());
    for path in std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|ending| ending == "json") {
            let beside: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let texts = |list: &str, at: usize| -> Vec<String> {
                let entries = beside[list].as_array().into_iter().flatten();
                entries.map(|entry| entry[at].as_str().unwrap().to_owned()).collect()
            };
            kinds.extend(texts("indicators", 0));
            reasons.extend(texts("rejected", 2));
        }
    }
    // A file of `kinds` is a kind, but for those that several share.
    const SHARED: [&str; 6] = ["account", "digest", "identifier", "labelled", "mod", "wallet"];
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kinds")).unwrap();
    let files = files.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some());
    let of = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let all: BTreeSet<String> = files.map(of).filter(|name| !SHARED.contains(&name.as_str())).collect();
    assert_eq!(kinds, all);
    let codes = include_str!("../src/codes.rs").split_once("pub mod turned").unwrap().1;
    let codes: BTreeSet<String> = codes.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    assert_eq!(reasons, codes);
}

/// What a reader would find or turn away, and the plugin does not yet: a list that is only as long as it is true.
#[test]
fn known_misses_are_misses() {
    let list = std::fs::read_to_string(folder().join("known_misses.json")).unwrap();
    let list: Value = serde_json::from_str(&list).unwrap();
    for (name, misses) in list.as_object().unwrap() {
        let text = std::fs::read_to_string(folder().join(name).with_extension("txt")).unwrap();
        let found = common::values(&text);
        let has = |pair: &Value| found.iter().any(|(kind, value)| *kind == pair[0] && *value == pair[1]);
        let pairs = |which: &str| misses[which].as_array().cloned().unwrap_or_default();
        let mended: Vec<_> = pairs("missing").into_iter().filter(|pair| has(pair)).collect();
        let gone: Vec<_> = pairs("superfluous").into_iter().filter(|pair| !has(pair)).collect();
        assert!(mended.is_empty() && gone.is_empty(), "{name}: no longer missed: {mended:?} {gone:?}");
    }
}
