//! A bundle as a file, and a collection that grows.

use super::*;
use huntsmith_sdk::feed::Property;
use std::cell::RefCell;
use std::rc::Rc;

fn id(kind: &str, number: u32) -> String {
    format!("{kind}--00000000-0000-4000-8000-{number:012}")
}

fn object(kind: &str, number: u32, members: Value) -> Value {
    let mut object = serde_json::json!({"type": kind, "id": id(kind, number), "spec_version": "2.1",
        "created": "2024-05-06T08:00:00Z", "modified": "2024-05-06T08:00:00Z"});
    object.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    object
}

fn indicator(number: u32, pattern: &str) -> Value {
    object(
        "indicator",
        number,
        serde_json::json!({"pattern_type": "stix", "pattern": pattern, "name": format!("I{number}"),
        "created_by_ref": id("identity", 1)}),
    )
}

fn relation(number: u32, source: &str, target: &str) -> Value {
    object(
        "relationship",
        number,
        serde_json::json!({"relationship_type": "indicates", "source_ref": source, "target_ref": target}),
    )
}

fn report(number: u32, refs: &[String]) -> Value {
    object(
        "report",
        number,
        serde_json::json!({"name": "Loader campaign", "description": "It <waits>.\n\nThen it runs.",
        "published": "2024-05-05T00:00:00Z", "object_refs": refs, "created_by_ref": id("identity", 1),
        "external_references": [{"source_name": "blog", "url": "https://reports.example/loader"}],
        "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]}),
    )
}

fn technique(number: u32, attack: &str) -> Value {
    object(
        "attack-pattern",
        number,
        serde_json::json!({"name": "PowerShell",
        "external_references": [{"source_name": "mitre-attack", "external_id": attack}]}),
    )
}

fn bundle(objects: Vec<Value>) -> String {
    serde_json::json!({"type": "bundle", "id": id("bundle", 1), "objects": objects}).to_string()
}

fn context(config: &str) -> Context {
    Context { config: config.to_string(), tlp: "clear".to_string(), properties: Vec::new() }
}

fn file(text: &str) -> Result<Page, PluginError> {
    let document = Document { name: None, media_type: String::new(), base_url: None, bytes: text.as_bytes().to_vec() };
    FeedTaxii::poll(&context("{}"), Some(document), None)
}

fn facts(item: &Item) -> Vec<(&str, &str, u32)> {
    let number = |id: &str| id.rsplit('-').next().unwrap().parse().unwrap();
    item.facts.iter().map(|fact| (fact.kind.as_str(), fact.value.as_str(), number(&fact.id))).collect()
}

fn body(item: &Item) -> String {
    String::from_utf8(item.body.as_ref().unwrap().bytes.clone()).unwrap()
}

fn codes(page: &Page) -> Vec<&str> {
    page.notes.iter().map(|note| note.code.as_str()).collect()
}

#[test]
fn a_report_states_what_it_refers_to() {
    let text = bundle(vec![
        object("identity", 1, serde_json::json!({"name": "Example CERT"})),
        report(
            2,
            &[
                id("indicator", 3),
                id("attack-pattern", 4),
                id("vulnerability", 5),
                id("malware", 6),
                id("indicator", 9),
            ],
        ),
        indicator(
            3,
            "[file:hashes.'SHA-256' = 'AB' OR domain-name:value IN ('a.example','b.example')] FOLLOWEDBY [url:value LIKE 'x%']",
        ),
        technique(4, "T1059.001"),
        object("vulnerability", 5, serde_json::json!({"name": "CVE-2024-1111"})),
        object(
            "malware",
            6,
            serde_json::json!({"name": "FooLoad", "is_family": true,
            "object_marking_refs": [id("marking-definition", 8)]}),
        ),
        relation(7, &id("indicator", 3), &id("malware", 6)),
        object("marking-definition", 8, serde_json::json!({"definition_type": "tlp", "definition": {"tlp": "amber"}})),
        object(
            "indicator",
            9,
            serde_json::json!({"pattern_type": "yara", "pattern": "rule x {condition: true}", "name": "Y"}),
        ),
    ]);
    let page = file(&text).unwrap();
    assert_eq!((page.items.len(), codes(&page)), (1, vec![]));
    let item = &page.items[0];
    assert_eq!(
        facts(item),
        [
            ("technique", "T1059.001", 4),
            ("domain", "a.example", 3),
            ("domain", "b.example", 3),
            ("sha256", "AB", 3),
            ("cve", "CVE-2024-1111", 5)
        ]
    );
    assert_eq!((item.title.as_deref(), item.tlp.as_deref()), (Some("Loader campaign"), Some("amber")));
    assert_eq!(item.url.as_deref(), Some("https://reports.example/loader"));
    assert_eq!(item.published.as_deref(), Some("2024-05-05T00:00:00Z"));
    assert!(item.properties.contains(&Property { name: "author".into(), value: "Example CERT".into() }));
    let body = body(item);
    for part in [
        "<p>It &lt;waits&gt;.</p>\n<p>Then it runs.</p>",
        "<tr><td>domain</td><td>a.example</td><td>I3; FooLoad</td></tr>",
        "<tr><td>yara</td><td>rule x {condition: true}</td><td>Y</td></tr>",
        "<tr><td>attack pattern</td><td>PowerShell T1059.001</td><td></td></tr>",
    ] {
        assert!(body.contains(part), "{part} is not in {body}");
    }
}

#[test]
fn indicators_without_a_report_are_an_item_by_author_and_day() {
    let mut revoked = indicator(5, "[ipv4-addr:value = '198.51.100.9']");
    revoked["revoked"] = true.into();
    let mut old = indicator(3, "[ipv4-addr:value = '198.51.100.7']");
    old["modified"] = "2020-01-01T00:00:00Z".into();
    let text = bundle(vec![
        object("identity", 1, serde_json::json!({"name": "Example CERT"})),
        indicator(2, "[ipv4-addr:value = '198.51.100.1' AND NOT ipv4-addr:value = '192.0.2.1']"),
        indicator(3, "[ipv4-addr:value ISSUBSET '198.51.100.0/24']"),
        old,
        indicator(4, "[ipv4-addr:value = "),
        revoked,
        technique(6, "T1566"),
        technique(7, "T1001"),
        relation(8, &id("indicator", 2), &id("attack-pattern", 6)),
        serde_json::json!({"type": "malware", "id": "no id"}),
    ]);
    let page = file(&text).unwrap();
    let item = &page.items[0];
    assert_eq!(page.items.len(), 1);
    assert_eq!(item.title.as_deref(), Some("3 indicators of Example CERT, 2024-05-06"));
    assert_eq!(facts(item), [("technique", "T1566", 6), ("ipv4", "198.51.100.1", 2), ("cidr", "198.51.100.0/24", 3)]);
    assert_eq!(codes(&page), ["pattern_unreadable", "entry_skipped", "entry_skipped"]);
}

#[test]
fn what_is_no_bundle_is_passed_on() {
    for (text, code) in [
        ("{}", "unsupported"),
        ("", "unsupported"),
        (r#"{"objects":[{"id":"a--b"}]}"#, "unsupported"),
        (r#"{"objects":"a--b"}"#, "unsupported"),
        (r#"{"objects":[{"id":"a--b"}"#, "malformed"),
    ] {
        assert_eq!(file(text).unwrap_err().code, code, "{text}");
    }
}

/// Serves a collection in pages of two, as a server would: only what was added after the given moment.
#[test]
fn a_collection_is_read_page_by_page_and_then_from_where_it_ended() {
    let added = |n: usize| format!("2024-05-06T08:00:{n:02}.000000Z");
    let held = Rc::new(RefCell::new(vec![
        indicator(1, "[ipv4-addr:value = '198.51.100.1']"),
        technique(2, "T1566"),
        report(3, &[id("indicator", 1), id("attack-pattern", 2)]),
    ]));
    let asked = Rc::new(RefCell::new(Vec::new()));
    let (served, counted) = (held.clone(), asked.clone());
    fetch::stand_in::serve(move |request| {
        assert_eq!(request.headers[0].value, "application/taxii+json;version=2.1");
        let url = request.url.replace("%3A", ":");
        counted.borrow_mut().push(url.clone());
        let query = |name: &str| url.split(['?', '&']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let all: Vec<(String, Value)> =
            served.borrow().iter().enumerate().map(|(n, o)| (added(n), o.clone())).collect();
        let mut wanted: Vec<_> =
            all.into_iter().filter(|(at, _)| query("added_after").is_none_or(|after| at.as_str() > after)).collect();
        if let Some(ids) = query("match%5Bid%5D") {
            wanted.retain(|(_, o)| ids.split("%2C").any(|id| o["id"] == id));
        }
        let from: usize = query("next").map_or(0, |next| next.parse().unwrap());
        let page: Vec<_> = wanted.iter().skip(from).take(2).collect();
        let more = from + 2 < wanted.len();
        let mut envelope =
            serde_json::json!({"more": more, "objects": page.iter().map(|(_, o)| o).collect::<Vec<_>>()});
        if more {
            envelope["next"] = (from + 2).to_string().into();
        }
        let headers = page.last().map(|(at, _)| ("x-taxii-date-added-last".to_string(), at.clone()));
        Ok(Answer {
            status: 200,
            url,
            headers: headers.into_iter().collect(),
            bytes: serde_json::to_vec(&envelope).unwrap(),
        })
    });
    let options = r#"{"url":"https://taxii.example/api/collections/1/"}"#;
    let poll = |cursor: &Option<String>| FeedTaxii::poll(&context(options), None, cursor.clone()).unwrap();
    let first = poll(&None);
    assert_eq!(facts(&first.items[0]), [("technique", "T1566", 2), ("ipv4", "198.51.100.1", 1)]);
    assert_eq!((first.items.len(), first.more), (1, false));
    let expected: Vec<String> = ["", "?next=2"]
        .iter()
        .map(|query| format!("https://taxii.example/api/collections/1/objects/{query}"))
        .collect();
    assert_eq!(*asked.borrow(), expected);
    let second = poll(&first.cursor);
    assert_eq!((second.items.len(), &second.cursor), (0, &first.cursor));
    assert!(asked.borrow().last().unwrap().ends_with(&format!("?added_after={}", added(2))));
    // A report that comes later refers to what was read before.
    held.borrow_mut().push(report(4, &[id("indicator", 1), id("malware", 9)]));
    let third = poll(&second.cursor);
    assert_eq!(facts(&third.items[0]), [("ipv4", "198.51.100.1", 1)]);
    assert_eq!(codes(&third), ["reference_missing"]);
}

#[test]
fn a_refusing_server_is_said_in_the_contracts_words() {
    for (status, code) in [(401, "configuration"), (404, "configuration"), (500, "unavailable")] {
        fetch::stand_in::serve(move |_| Ok(Answer { status, ..Default::default() }));
        let options = context(r#"{"url":"https://taxii.example/api/collections/1/"}"#);
        assert_eq!(FeedTaxii::poll(&options, None, None).unwrap_err().code, code);
    }
}
