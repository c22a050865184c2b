//! When a brief is made again, and what goes when space is given back.

use super::*;
use crate::store::Retention;
use std::time::Duration;

fn plugin(name: &str, digest: &str) -> PluginId {
    PluginId { name: name.into(), version: "0.1.0".into(), digest: digest.into() }
}

#[test]
fn a_fingerprint_is_that_of_the_set_of_plugins_and_the_configuration() {
    let (a, b) = (plugin("a", "1"), plugin("b", "2"));
    let own = fingerprint(&[a.clone(), b.clone()], "{}");
    assert_eq!(own, fingerprint(&[b.clone(), a.clone(), b.clone()], "{}"));
    for other in [
        fingerprint(std::slice::from_ref(&a), "{}"),
        fingerprint(&[a.clone(), plugin("b", "3")], "{}"),
        fingerprint(&[a, b], "{\"x\":1}"),
    ] {
        assert_ne!(own, other);
    }
}

#[test]
fn a_brief_is_made_when_something_changed_and_only_then() {
    let store = Store::in_memory().unwrap();
    let first = article("a", "https://example.org/1", "1", &text(1, 200));
    put(&store, "f", &first);
    let work = |fingerprint: &str| store.without_brief("f", fingerprint).unwrap();
    assert_eq!(work("v1"), std::slice::from_ref(&first.id));
    assert!(store.needs_brief(&first.id, "v1").unwrap());

    store.record_brief("v1", &brief(&first, &[], &[])).unwrap();
    assert!(work("v1").is_empty() && !store.needs_brief(&first.id, "v1").unwrap());
    put(&store, "f", &first);
    assert!(work("v1").is_empty(), "the same article again");
    assert_eq!(store.brief(&first.id).unwrap().unwrap().article, first.id);

    // Another plugin or configuration, in either direction of the alphabet.
    for other in ["v0", "v2"] {
        assert_eq!(work(other), std::slice::from_ref(&first.id));
        assert!(store.needs_brief(&first.id, other).unwrap());
    }
    // A reprint needs no brief of its own; the story's has a link more.
    let reprint = article("b", "https://example.net/1", "1", &first.content.text);
    assert_eq!(put(&store, "g", &reprint), Outcome::Joined { with: first.id.clone() });
    assert!(!store.needs_brief(&reprint.id, "v1").unwrap());
    assert!(store.without_brief("g", "v1").unwrap().is_empty());
    assert_eq!(work("v1"), std::slice::from_ref(&first.id));
    store.record_brief("v1", &brief(&first, &[], &[])).unwrap();
    assert!(work("v1").is_empty());

    // A revision takes its predecessor's place.
    let second = article("a", "https://example.org/1", "1", &text(2, 200));
    put(&store, "f", &second);
    assert_eq!(work("v1"), std::slice::from_ref(&second.id));
    store.record_brief("v1", &brief(&second, &[], &[])).unwrap();
    assert_eq!(work("v2"), std::slice::from_ref(&second.id), "what stood there before is not made again");
    assert!(store.brief(&first.id).unwrap().is_some());
    let history = store.history("https://example.org/1").unwrap();
    assert!(history.iter().all(|revision| revision.briefed.is_some()));

    assert_eq!(store.needs_brief("nobody", "v1").unwrap_err().code(), "no-article");
    let stranger = article("a", "https://example.org/9", "9", "nine");
    assert_eq!(store.record_brief("v1", &brief(&stranger, &[], &[])).unwrap_err().code(), "no-article");
}

#[test]
fn collecting_keeps_what_was_asked_for_and_brings_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    let url = "https://example.org/often";
    let versions: Vec<_> = (0..5).map(|n| article("a", url, "often", &text(n, 2_000))).collect();
    for version in &versions {
        put(&store, "f", version);
        store.record_brief("v1", &brief(version, &[("domain", "evil.example", &[])], &[])).unwrap();
    }
    let (lead, reprint) = (
        article("a", "https://example.org/lead", "l", &text(50, 200)),
        article("b", "https://example.net/copy", "l", &text(50, 200)),
    );
    put(&store, "f", &lead);
    put(&store, "g", &reprint);
    store.record_brief("v1", &brief(&lead, &[], &[])).unwrap();

    let nothing = store.collect(&Retention::default()).unwrap();
    assert_eq!((nothing.revisions, nothing.addresses), (0, 0));
    let collected = store.collect(&Retention { revisions: 2, ..Retention::default() }).unwrap();
    assert_eq!((collected.revisions, collected.addresses), (3, 0));
    let numbers: Vec<_> = store.history(url).unwrap().iter().map(|revision| revision.number).collect();
    assert_eq!(numbers, [4, 5]);
    assert!(store.brief(&versions[0].id).unwrap().is_none());
    assert_eq!(store.search("evil.example", Tlp::Red, 10).unwrap().len(), 2);
    assert!(collected.bytes > 0);

    // The lead is old: its reprint takes the story over and waits for a brief.
    let long_ago = "UPDATE revisions SET seen = seen - 1000 WHERE url LIKE '%/lead' OR url LIKE '%/often'";
    store.connection().execute(long_ago, ()).unwrap();
    let collected = store.collect(&Retention { age: Some(Duration::from_secs(500)), ..Retention::default() }).unwrap();
    assert_eq!((collected.revisions, collected.addresses), (3, 2));
    assert!(store.history(url).unwrap().is_empty());
    assert!(store.search("evil.example", Tlp::Red, 10).unwrap().is_empty());
    assert_eq!(store.story(&reprint.id).unwrap().lead, reprint.id);
    assert_eq!(store.without_brief("g", "v1").unwrap(), std::slice::from_ref(&reprint.id));
    let third = article("c", "https://example.com/copy", "l", &text(50, 200));
    assert_eq!(put(&store, "h", &third), Outcome::Joined { with: reprint.id });
    // The feed still lists them: they are known.
    assert_eq!(store.unseen("f", &[(url, versions[4].id.as_str())]).unwrap(), [false]);
}
