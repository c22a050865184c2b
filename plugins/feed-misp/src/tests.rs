//! Events as files, and a feed that grows.

use super::*;
use std::cell::RefCell;
use std::rc::Rc;

const EVENT: &str = r#"{"Event":{"uuid":"5f3a1c2e-0001-4000-8000-000000000001","info":"Loader campaign","date":"2024-05-06","timestamp":"1714989600",
 "threat_level_id":"1","Orgc":{"name":"Example CERT"},"Tag":[{"name":"tlp:amber"},{"name":"tlp:green"},{"name":"type:OSINT"},
 {"name":"misp-galaxy:mitre-attack-pattern=\"Phishing - T1566\""}],
 "Attribute":[
  {"uuid":"a","type":"ip-dst","category":"Network activity","value":"198.51.100.7","to_ids":true,"comment":"C2 <main>"},
  {"uuid":"b","type":"filename|sha256","value":"a.exe|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","to_ids":true},
  {"uuid":"c","type":"link","value":"https://reports.example/x","to_ids":false},
  {"uuid":"f","type":"dash","value":"XpESxaUmonkq8RaLLp46Brx2K39ggQe226","to_ids":true},
  {"uuid":"d","type":"text","value":"The loader\n\nwaits."},{"type":"ip-dst"},17,{"type":"domain","value":"gone.example","deleted":true}],
 "Object":[{"name":"file","Attribute":[{"uuid":"e","type":"md5","object_relation":"md5","value":"d41d8cd98f00b204e9800998ecf8427e","to_ids":true}]}],
 "Galaxy":[{"type":"mitre-attack-pattern","GalaxyCluster":[{"value":"PowerShell - T1059.001","meta":{"external_id":["T1059.001"]}}]}]}}"#;

fn context(config: &str) -> Context {
    Context { config: config.to_string(), tlp: "clear".to_string(), properties: Vec::new() }
}

fn file(text: &str) -> Result<Page, PluginError> {
    let document = Document { name: None, media_type: String::new(), base_url: None, bytes: text.as_bytes().to_vec() };
    FeedMisp::poll(&context("{}"), Some(document), None)
}

#[test]
fn an_event_becomes_an_item_with_facts() {
    let page = file(EVENT).unwrap();
    let item = &page.items[0];
    assert_eq!((item.title.as_deref(), item.tlp.as_deref()), (Some("Loader campaign"), Some("amber")));
    assert_eq!(
        (item.published.as_deref(), item.updated.as_deref()),
        (Some("2024-05-06T00:00:00Z"), Some("2024-05-06T10:00:00Z"))
    );
    let facts: Vec<(&str, &str)> = item.facts.iter().map(|f| (f.kind.as_str(), f.value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("ipv4", "198.51.100.7"),
            ("file_name", "a.exe"),
            ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("url", "https://reports.example/x"),
            ("dash", "XpESxaUmonkq8RaLLp46Brx2K39ggQe226"),
            ("md5", "d41d8cd98f00b204e9800998ecf8427e"),
            ("technique", "T1059.001"),
            ("technique", "T1566"),
        ]
    );
    let body = String::from_utf8(item.body.as_ref().unwrap().bytes.clone()).unwrap();
    assert!(body.contains("<td>198.51.100.7</td><td>C2 &lt;main&gt;</td>") && !body.contains("gone.example"));
    assert_eq!(page.notes[0].message, "2 attributes of an event of the file have no value or are not of MISP's form");
}

#[test]
fn what_is_no_event_is_passed_on() {
    for (text, code) in
        [("{}", "unsupported"), ("<rss/>", "unsupported"), ("{\"Event\":", "malformed"), ("", "unsupported")]
    {
        assert_eq!(file(text).unwrap_err().code, code, "{text}");
    }
    let page = file("{\"Event\":{\"info\":\"no id\"}}").unwrap();
    assert_eq!((page.items.len(), page.notes[0].code.as_str()), (0, "entry_skipped"));
}

#[test]
fn a_feed_is_read_in_pieces_and_then_only_what_changed() {
    let uuid = |i: usize| format!("5f3a1c2e-0001-4000-8000-{i:012}");
    let stamps = Rc::new(RefCell::new(vec![1; 30]));
    let calls = Rc::new(RefCell::new(0));
    let (served, counted) = (stamps.clone(), calls.clone());
    fetch::stand_in::serve(move |request| {
        *counted.borrow_mut() += 1;
        let bytes = if request.url.ends_with("/manifest.json") {
            let entries = served
                .borrow()
                .iter()
                .enumerate()
                .map(|(i, stamp)| (uuid(i), serde_json::json!({"date": "2024-05-06", "timestamp": stamp})))
                .collect::<serde_json::Map<_, _>>();
            serde_json::to_vec(&entries).unwrap()
        } else if request.url.contains("000000000007") {
            return Ok(fetch::Answer { status: 404, ..Default::default() });
        } else {
            EVENT
                .replace(
                    "000000000001\"",
                    &format!("{}\"", &request.url[request.url.len() - 17..request.url.len() - 5]),
                )
                .into_bytes()
        };
        Ok(fetch::Answer { status: 200, bytes, ..Default::default() })
    });
    let config = r#"{"url":"https://misp.example/feed/"}"#;
    let poll = |cursor: Option<String>| FeedMisp::poll(&context(config), None, cursor).unwrap();
    let first = poll(None);
    let missing = first.notes.iter().filter(|note| note.code == "entry_skipped").count();
    assert_eq!((first.items.len(), first.more, missing), (24, true, 1));
    let second = poll(first.cursor);
    assert_eq!((second.items.len(), second.more), (5, false));
    *calls.borrow_mut() = 0;
    let third = poll(second.cursor);
    assert_eq!((third.items.len(), *calls.borrow()), (0, 1));
    stamps.borrow_mut()[3] = 2;
    let fourth = poll(third.cursor);
    assert_eq!(fourth.items.iter().map(|i| i.key.clone()).collect::<Vec<_>>(), [uuid(3)]);
}
