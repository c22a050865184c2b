//! The catalogue as published, broken, repeated and polled twice.

use super::*;

const TWO: &str = r#"{"title":"Catalog","vulnerabilities":[
  {"cveID":"CVE-2021-44228","vendorProject":"Apache","product":"Log4j2","vulnerabilityName":"Log4Shell","dateAdded":"2021-12-10",
   "shortDescription":"Remote code execution.","requiredAction":"Patch.","dueDate":"2021-12-24","knownRansomwareCampaignUse":"Known",
   "notes":"https://nvd.nist.gov/vuln/detail/CVE-2021-44228","cwes":["CWE-20"]},
  {"cveID":"CVE-2019-11510","dateAdded":"soon"},
  {"cveID":"CVE-2019-11510"},
  {"cveID":"not a cve"},
  17]}"#;

fn context(config: &str) -> Context {
    Context { config: config.to_string(), tlp: "clear".to_string(), properties: Vec::new() }
}

fn local(bytes: &[u8]) -> Result<Page, PluginError> {
    let document = Document { name: None, media_type: String::new(), base_url: None, bytes: bytes.to_vec() };
    FeedKev::poll(&context("{}"), Some(document), None)
}

#[test]
fn entries_become_items_and_bad_ones_cost_nothing_else() {
    let page = local(TWO.as_bytes()).unwrap();
    let keys: Vec<&str> = page.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["CVE-2021-44228", "CVE-2019-11510"]);
    let codes: Vec<&str> = page.notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(codes, ["date_unreadable", "duplicate_item", "entry_skipped", "entry_skipped"]);
    let item = &page.items[0];
    assert_eq!(item.published.as_deref(), Some("2021-12-10T00:00:00Z"));
    assert_eq!(item.title.as_deref(), Some("CVE-2021-44228: Log4Shell"));
    let kinds: Vec<&str> = item.facts.iter().map(|fact| fact.kind.as_str()).collect();
    assert_eq!(kinds, ["cve", "known-exploited"]);
    let property = |name: &str| item.facts[1].properties.iter().find(|p| p.name == name).map(|p| p.value.as_str());
    assert_eq!(
        (property("ransomware"), property("vendor"), property("due_date")),
        (Some("Known"), Some("Apache"), Some("2021-12-24"))
    );
}

#[test]
fn what_is_not_the_catalogue_is_passed_on() {
    for (bytes, code) in [
        (&b"<html>"[..], "unsupported"),
        (b"{\"version\":\"https://jsonfeed.org/version/1.1\"}", "unsupported"),
        (b"", "malformed"),
        (&TWO.as_bytes()[..200], "malformed"),
        (b"\x00\xff\x01", "unsupported"),
    ] {
        assert_eq!(local(bytes).unwrap_err().code, code);
    }
}

#[test]
fn a_second_poll_brings_what_changed() {
    let served = std::rc::Rc::new(std::cell::RefCell::new(TWO.to_string()));
    let server = served.clone();
    fetch::stand_in::serve(move |request| {
        assert_eq!(request.url, CATALOGUE);
        Ok(fetch::Answer { status: 200, bytes: server.borrow().clone().into_bytes(), ..Default::default() })
    });
    let poll = |cursor: Option<String>| FeedKev::poll(&context("{}"), None, cursor).unwrap();
    let first = poll(None);
    assert_eq!(first.items.len(), 2);
    let second = poll(first.cursor.clone());
    assert_eq!(second.items.len(), 0);
    let changed = TWO.replace("\"soon\"", "\"2021-11-03\"");
    *served.borrow_mut() = changed;
    let third = poll(second.cursor);
    assert_eq!(third.items.iter().map(|i| i.key.as_str()).collect::<Vec<_>>(), ["CVE-2019-11510"]);
}

#[test]
fn an_unchanged_catalogue_is_not_sent_again() {
    fetch::stand_in::serve(|request| {
        let known = request.headers.iter().any(|h| h.name == "If-None-Match" && h.value == "\"v1\"");
        let headers = vec![("etag".to_string(), "\"v1\"".to_string())];
        Ok(if known {
            fetch::Answer { status: 304, ..Default::default() }
        } else {
            fetch::Answer { status: 200, headers, bytes: TWO.as_bytes().to_vec(), ..Default::default() }
        })
    });
    let first = FeedKev::poll(&context("{}"), None, None).unwrap();
    let second = FeedKev::poll(&context("{}"), None, first.cursor.clone()).unwrap();
    assert!(second.items.is_empty());
    assert_eq!(second.cursor, first.cursor);
}
