//! Searching the briefs.

use super::*;
use crate::store::{Hit, Match};

fn filled() -> Store {
    let store = Store::in_memory().unwrap();
    let mut one =
        article("a", "https://example.org/1", "Loader in the wild", "The loader calls home. Résumé of events.");
    one.tlp = Tlp::Green;
    let two =
        article("b", "https://example.org/2", "Quiet week", "Nothing but a \"quoted\" word; the loader is mentioned.");
    let mut three = article("c", "https://example.org/3", "Restricted", "The loader again, for few eyes.");
    three.tlp = Tlp::Red;
    for article in [&one, &two, &three] {
        put(&store, "f", article);
    }
    let url = ("url", "https://Evil.example/a", &[("host", "evil.example")][..]);
    store.record_brief("v", &brief(&one, &[url, ("sha256", "ABCDEF", &[])], &[("T1059.001", "PowerShell")])).unwrap();
    store.record_brief("v", &brief(&two, &[("domain", "evil.example", &[])], &[("T1059", "Command")])).unwrap();
    store.record_brief("v", &brief(&three, &[("domain", "evil.example", &[])], &[("T1590", "Other")])).unwrap();
    store
}

fn titles(hits: &[Hit]) -> Vec<&str> {
    let mut titles: Vec<_> = hits.iter().map(|hit| hit.title.as_str()).collect();
    titles.sort_unstable();
    titles
}

#[test]
fn briefs_are_found_by_value_part_technique_and_words_within_a_marking() {
    let store = filled();
    let search = |query: &str| store.search(query, Tlp::Amber, 10).unwrap();
    let hits = search("EVIL.example");
    assert_eq!(titles(&hits), ["Loader in the wild", "Quiet week"]);
    // The value itself comes before a part of another.
    assert_eq!(hits[0].title, "Quiet week");
    let part = Match::Indicator {
        kind: "url".into(),
        value: "https://Evil.example/a".into(),
        part: "host".into(),
        role: "attacker".into(),
        confidence: 80,
    };
    assert_eq!(hits[1].matches, [part]);
    assert!(hits.iter().all(|hit| hit.current));
    assert_eq!(titles(&search("abcdef")), ["Loader in the wild"]);
    assert_eq!(titles(&search("https://evil.example/A")), ["Loader in the wild"]);
    assert_eq!(titles(&search("t1059")), ["Loader in the wild", "Quiet week"]);
    assert_eq!(titles(&search("T1059.001")), ["Loader in the wild"]);
    assert!(search("T105").is_empty());
    let hits = search("resume loader");
    assert_eq!(titles(&hits), ["Loader in the wild"]);
    let Match::Text { snippet } = &hits[0].matches[0] else { panic!("{hits:?}") };
    assert!(snippet.contains("The loader calls home."), "{snippet}");
    assert_eq!(titles(&store.search("loader", Tlp::Red, 10).unwrap()).len(), 3);
    assert_eq!(store.search("loader", Tlp::Red, 2).unwrap().len(), 2);
    assert_eq!(titles(&store.search("loader", Tlp::Clear, 10).unwrap()), ["Quiet week"]);
}

#[test]
fn a_query_is_words_and_never_a_language() {
    let store = filled();
    for query in [
        "",
        " ",
        "\"",
        "\"\"",
        "(",
        "*",
        "loader*",
        "loader OR quiet",
        "NEAR(a b)",
        "title:quiet",
        "-loader",
        "a\0b",
        "'; DROP TABLE briefs; --",
        "%",
        "_",
    ] {
        store.search(query, Tlp::Red, 10).unwrap_or_else(|e| panic!("{query:?}: {e}"));
    }
    assert!(store.search("loader OR nothing-there", Tlp::Red, 10).unwrap().is_empty());
    assert_eq!(titles(&store.search("\"quoted\"", Tlp::Red, 10).unwrap()), ["Quiet week"]);
    assert_eq!(store.search("loader", Tlp::Red, 10).unwrap().len(), 3);
}

#[test]
fn a_brief_that_is_made_again_is_found_by_what_it_says_now() {
    let store = Store::in_memory().unwrap();
    let first = article("a", "https://example.org/1", "First", "alpha text");
    let second = article("a", "https://example.org/1", "Second", "beta text");
    put(&store, "f", &first);
    store.record_brief("v1", &brief(&first, &[("domain", "old.example", &[])], &[("T1001", "x")])).unwrap();
    store.record_brief("v2", &brief(&first, &[("domain", "new.example", &[])], &[])).unwrap();
    let found = |query: &str| store.search(query, Tlp::Red, 10).unwrap();
    assert!(found("old.example").is_empty() && found("T1001").is_empty());
    assert_eq!((found("new.example").len(), found("alpha").len()), (1, 1));
    put(&store, "f", &second);
    store.record_brief("v2", &brief(&second, &[], &[])).unwrap();
    let (before, now) = (found("alpha"), found("beta"));
    assert!(!before[0].current && now[0].current, "a revision that was replaced is found and said to be old");
}
