//! What one article more costs in a full store. Ignored: it fills a store with 100,000 articles first.

use super::*;
use std::time::{Duration, Instant};

/// `cargo test --release -p huntsmith --lib store::tests::scale -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn one_more_costs_the_same_in_a_full_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    let mut next = 0;
    let mut fill = |most: usize| {
        while next < most {
            let articles: Vec<_> = (next..most.min(next + 500))
                .map(|n| {
                    stored(&n.to_string(), "s", &article("a", &format!("https://example.org/{n}"), "x", &text(n, 600)))
                })
                .collect();
            store.commit_page(&Page { feed: "f", articles: &articles, ..Page::default() }).unwrap();
            for stored in &articles {
                let value = format!("host-{}.example", stored.key);
                store.record_brief("v1", &brief(&stored.article, &[("domain", &value, &[])], &[])).unwrap();
            }
            next += articles.len();
        }
        next
    };
    let one_more = |from: usize| -> Duration {
        let mut times: Vec<_> = (from..from + 200)
            .map(|n| {
                let own = article("b", &format!("https://example.net/{n}"), "x", &text(1_000_000 + n, 600));
                let start = Instant::now();
                put(&store, "g", &own);
                assert_eq!(store.without_brief("g", "v1").unwrap(), std::slice::from_ref(&own.id));
                store.record_brief("v1", &brief(&own, &[("domain", "one.example", &[])], &[])).unwrap();
                start.elapsed()
            })
            .collect();
        times.sort();
        times[times.len() / 2]
    };
    let empty = one_more(0);
    let started = Instant::now();
    let filled = fill(100_000);
    println!("filled with {filled} in {:?}", started.elapsed());
    let full = one_more(1_000);
    let items: Vec<_> = (0..500).map(|n| n.to_string()).collect();
    let items: Vec<_> = items.iter().map(|key| (key.as_str(), "s")).collect();
    let start = Instant::now();
    for _ in 0..15 {
        assert!(store.unseen("f", &items).unwrap().iter().all(|unseen| !unseen));
    }
    let waiting = store.without_brief("f", "v1").unwrap();
    println!("15 unchanged feeds of 500 items: {:?}", start.elapsed());
    let ratio = full.as_secs_f64() / empty.as_secs_f64();
    println!(
        "one more: {empty:?} in an empty store, {full:?} in a full one, ratio {ratio:.2}; {:?}",
        store.size().unwrap()
    );
    assert!(waiting.is_empty() && ratio <= 1.2);
}
