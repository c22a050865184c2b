//! Pages, revisions, stories, and items that could not be read.

use super::*;
use crate::model::Changes;

#[test]
fn a_page_and_its_cursor_are_stored_together_or_not_at_all() {
    let store = Store::in_memory().unwrap();
    let (one, two) =
        (article("a", "https://example.org/1", "1", "one"), article("a", "https://example.org/2", "2", "two"));
    let articles = [stored("k1", "s1", &one), stored("k2", "s1", &two)];
    let page = Page { feed: "f", title: Some("Feed"), cursor: Some("c1"), articles: &articles, unread: &[] };

    store.connection().execute_batch(
        "CREATE TEMP TRIGGER fails BEFORE INSERT ON revisions WHEN new.title = '2' BEGIN SELECT raise(ABORT, 'no'); END",
    ).unwrap();
    assert_eq!(store.commit_page(&page).unwrap_err().code(), "store-failed");
    assert_eq!(store.cursor("f").unwrap(), None);
    assert_eq!(store.size().unwrap().revisions, 0);
    assert_eq!(store.unseen("f", &[("k1", "s1")]).unwrap(), [true]);
    store.connection().execute_batch("DROP TRIGGER fails").unwrap();

    assert_eq!(store.commit_page(&page).unwrap(), [Outcome::New, Outcome::New]);
    assert_eq!(store.cursor("f").unwrap().as_deref(), Some("c1"));
    let items = [("k1", "s1"), ("k1", "s2"), ("k3", "s1")];
    assert_eq!(store.unseen("f", &items).unwrap(), [false, true, true]);
    assert_eq!(store.unseen("g", &items).unwrap(), [true, true, true]);
    let again = Page { cursor: None, ..page };
    let unchanged = |article: &Article| Outcome::Unchanged { id: article.id.clone() };
    assert_eq!(store.commit_page(&again).unwrap(), [unchanged(&one), unchanged(&two)]);
    assert_eq!(store.cursor("f").unwrap().as_deref(), Some("c1"), "no new cursor leaves the old one");
}

#[test]
fn another_text_at_the_same_address_is_a_revision_that_says_what_changed() {
    let store = Store::in_memory().unwrap();
    let url = "https://example.org/post";
    let first = article("a", url, "Title", "Kept line.\nOld line.\nTwice.\nTwice.");
    let mut second =
        article("a", "http://EXAMPLE.org/post?utm_source=feed#x", "New title", "New line.\nKept line.\nTwice.");
    assert_eq!(put(&store, "f", &first), Outcome::New);
    // Where blocks begin is the reader's view; the text is the same.
    let mut reread = first.clone();
    reread.id = "0".repeat(64);
    reread.content.language = Some("en".into());
    assert_eq!(put(&store, "f", &reread), Outcome::Unchanged { id: first.id.clone() });
    assert_eq!(put(&store, "g", &second), Outcome::Revised { before: first.id.clone() });
    assert_eq!(store.changes(&first.id).unwrap(), None);
    let changes = store.changes(&second.id).unwrap().unwrap();
    let expected = Changes {
        title_before: Some("Title".into()),
        added: vec!["New line.".into()],
        removed: vec!["Old line.".into(), "Twice.".into()],
    };
    assert_eq!(changes, expected);

    // Back to the first text: a third revision, not the first one again.
    assert_eq!(put(&store, "f", &first), Outcome::Revised { before: second.id.clone() });
    let history = store.history("https://example.org/post#anywhere").unwrap();
    let shown: Vec<_> = history.iter().map(|r| (r.number, r.article.as_str(), r.feed.as_str())).collect();
    assert_eq!(shown, [(1, first.id.as_str(), "f"), (2, second.id.as_str(), "g"), (3, first.id.as_str(), "f")]);
    assert!(store.history("https://example.org/other").unwrap().is_empty());

    // What is stated as a fact is part of what an article says.
    second = first.clone();
    second.facts.push(crate::model::Fact {
        id: String::new(),
        kind: "k".into(),
        value: "v".into(),
        properties: vec![],
    });
    assert_eq!(put(&store, "f", &second), Outcome::Revised { before: first.id.clone() });
}

#[test]
fn articles_without_an_address_are_told_apart_by_feed_and_key() {
    let store = Store::in_memory().unwrap();
    let nowhere = article("a", "", "Note", "a short note");
    for (feed, key, expected) in [
        ("f", "k", Outcome::New),
        ("f", "k", Outcome::Unchanged { id: nowhere.id.clone() }),
        ("f", "l", Outcome::New),
        ("g", "k", Outcome::New),
    ] {
        let articles = [stored(key, "s", &nowhere)];
        assert_eq!(store.commit_page(&Page { feed, articles: &articles, ..Page::default() }).unwrap(), [expected]);
    }
}

#[test]
fn a_syndicated_report_is_one_story_with_all_its_links() {
    let store = Store::in_memory().unwrap();
    let report = text(1, 300);
    let lead = article("Maker", "https://maker.example/r", "Report", &report);
    let reprint =
        article("Paper", "https://paper.example/r", "Report!", &format!("First printed elsewhere. {report} More."));
    let copy = article("Mirror", "https://mirror.example/r", "Report", &report);
    assert_eq!(put(&store, "maker", &lead), Outcome::New);
    assert_eq!(put(&store, "paper", &reprint), Outcome::Joined { with: lead.id.clone() });
    assert_eq!(put(&store, "mirror", &copy), Outcome::Joined { with: lead.id.clone() });
    let story = store.story(&reprint.id).unwrap();
    assert_eq!(story.lead, lead.id);
    let links: Vec<_> = story.links.iter().map(|link| (link.source.as_str(), link.similarity == 1.0)).collect();
    assert_eq!(links, [("Maker", true), ("Mirror", true), ("Paper", false)]);
    assert_eq!(store.story(&lead.id).unwrap(), story);

    // A place that prints something else now leaves the story.
    let other = article("Paper", "https://paper.example/r", "Other", &text(2, 300));
    assert_eq!(put(&store, "paper", &other), Outcome::Revised { before: reprint.id.clone() });
    assert_eq!(store.story(&lead.id).unwrap().links.len(), 2);
    assert_eq!(store.story(&other.id).unwrap().lead, other.id);
    // A lead that is edited keeps those who followed it, and is found under its new text.
    let edited = article("Maker", "https://maker.example/r", "Report", &format!("{report} Update: one sentence more."));
    assert_eq!(put(&store, "maker", &edited), Outcome::Revised { before: lead.id });
    assert_eq!(store.story(&copy.id).unwrap().lead, edited.id);
    let late = article("Late", "https://late.example/r", "Report", &edited.content.text);
    assert_eq!(put(&store, "late", &late), Outcome::Joined { with: edited.id });
    assert_eq!(store.story("nobody").unwrap_err().code(), "no-article");
}

#[test]
fn a_subject_a_tag_or_a_template_in_common_is_not_a_story() {
    let store = Store::in_memory().unwrap();
    let alert = |cve: &str, product: &str| {
        format!(
            "The agency added one vulnerability to its catalogue. {cve} in {product} is exploited. {}",
            text(9, 120)
        )
    };
    let texts = [
        alert("CVE-2026-1111", "a server"),
        alert("CVE-2026-2222", "a server"),
        alert("CVE-2026-1111", "the Gateway"),
        format!("Tags: ransomware, loader. {}", text(3, 120)),
        format!("Tags: ransomware, loader. {}", text(4, 120)),
        "Read more".into(),
        "Read more".into(),
    ];
    for (n, text) in texts.iter().enumerate() {
        let article = article("s", &format!("https://example.org/{n}"), "Alert", text);
        // The third says of the same identifier what the first says, with one word changed of 140.
        let outcome = put(&store, "f", &article);
        assert_eq!(outcome, Outcome::New, "text {n}");
    }
}

#[test]
fn an_item_that_could_not_be_read_is_kept_with_its_reason_until_it_is() {
    let store = Store::in_memory().unwrap();
    let unread = |key: &str, again| Unread {
        key: key.into(),
        stamp: "s".into(),
        url: "https://example.org/1".into(),
        payload: b"item".to_vec(),
        code: if again { "timed-out" } else { "robots" }.into(),
        message: "no answer in time".into(),
        again,
        attempts: 0,
    };
    let (later, never) = (unread("later", true), unread("never", false));
    let both = [later.clone(), never.clone()];
    let page = Page { feed: "f", cursor: Some("c"), unread: &both, ..Page::default() };
    store.commit_page(&page).unwrap();
    assert_eq!(store.unseen("f", &[("later", "s"), ("never", "s")]).unwrap(), [false, false]);
    assert_eq!(store.to_try_again("f").unwrap(), [Unread { attempts: 1, ..later.clone() }]);
    store.commit_page(&Page { cursor: None, ..page }).unwrap();
    let expected = [Unread { attempts: 2, ..later.clone() }, Unread { attempts: 2, ..never }];
    assert_eq!(store.unread("f").unwrap(), expected);
    let read = [stored("later", "s", &article("a", "https://example.org/1", "1", "one"))];
    store.commit_page(&Page { feed: "f", articles: &read, ..Page::default() }).unwrap();
    assert!(store.to_try_again("f").unwrap().is_empty());
    assert!(store.unread("g").unwrap().is_empty());
}
