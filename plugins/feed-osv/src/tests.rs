//! Advisories in both forms, and sources that grow.

use super::*;
use std::cell::RefCell;
use std::rc::Rc;

const MALWARE: &str = r#"{"schema_version":"1.7.0","id":"MAL-2024-1234","modified":"2024-05-07T00:00:00Z","published":"2024-05-06T08:00:00Z",
 "summary":"Malicious code in @evil/left-pad (npm)","details":"Runs `node setup.js`,\nwhich asks drop[.]example for a script.",
 "affected":[{"package":{"ecosystem":"npm","name":"@evil/left-pad"},"versions":["1.0.0","1.0.1"]}],
 "references":[{"type":"WEB","url":"https://reports.example/left-pad"},{"type":"WEB","url":"javascript:x"}],
 "database_specific":{"malicious-packages-origins":[{"source":"x","sha256":"00"}]}}"#;

const OSV: &str = r#"{"schema_version":"1.6.0","id":"GHSA-aaaa-bbbb-cccc","aliases":["CVE-2024-1111"],"modified":"2024-05-07T00:00:00Z",
 "summary":"Code execution in Widget","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],
 "database_specific":{"cwe_ids":["CWE-94"],"severity":"HIGH"},
 "affected":[{"package":{"ecosystem":"Maven","name":"org.example:widget","purl":"pkg:maven/org.example/widget"},
   "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2"},{"introduced":"2.0"},{"last_affected":"2.4"},{"introduced":"3.0"}]},
             {"type":"GIT","events":[{"introduced":"0"}]}]},
  {"package":{"ecosystem":"OSS-Fuzz","name":"widget"}},{"package":{}}]}"#;

const GITHUB: &str = r#"[{"ghsa_id":"GHSA-dddd-eeee-ffff","cve_id":"CVE-2024-2222","html_url":"https://github.com/advisories/GHSA-dddd-eeee-ffff",
 "summary":"Widget leaks","description":"Text | with a bar","type":"reviewed","severity":"high","updated_at":"2024-05-06T08:00:00Z",
 "cwes":[{"cwe_id":"CWE-200"}],"references":["https://reports.example/w"],
 "vulnerabilities":[{"package":{"ecosystem":"pip","name":"Wid_get"},"vulnerable_version_range":">= 1.0, < 1.5","first_patched_version":"1.5"}]},
 {"ghsa_id":"GHSA-gggg-hhhh-iiii","type":"malware","summary":"Malware in padder","withdrawn_at":null,
 "vulnerabilities":[{"package":{"ecosystem":"npm","name":"padder"},"vulnerable_version_range":">= 0"}]},
 {"ghsa_id":"GHSA-jjjj","withdrawn_at":"2024-05-06T08:00:00Z"},{"no":"id"},{"ghsa_id":"GHSA-dddd-eeee-ffff"}]"#;

fn context(config: &str) -> Context {
    Context { config: config.to_string(), tlp: "clear".to_string(), properties: Vec::new() }
}

fn file(text: &str) -> Result<Page, PluginError> {
    let document = Document { name: None, media_type: String::new(), base_url: None, bytes: text.as_bytes().to_vec() };
    FeedOsv::poll(&context("{}"), Some(document), None)
}

fn facts(item: &Item) -> Vec<(&str, &str)> {
    item.facts.iter().map(|fact| (fact.kind.as_str(), fact.value.as_str())).collect()
}

fn values<'a>(properties: &'a [huntsmith_sdk::feed::Property], name: &str) -> Vec<&'a str> {
    properties.iter().filter(|p| p.name == name).map(|p| p.value.as_str()).collect()
}

fn body(item: &Item) -> String {
    String::from_utf8(item.body.as_ref().unwrap().bytes.clone()).unwrap()
}

fn codes(page: &Page) -> Vec<&str> {
    page.notes.iter().map(|note| note.code.as_str()).collect()
}

#[test]
fn a_malicious_package_is_an_indicator() {
    let page = file(MALWARE).unwrap();
    let item = &page.items[0];
    assert_eq!(facts(item), [("package", "pkg:npm/%40evil/left-pad")]);
    assert_eq!(values(&item.facts[0].properties, "versions"), ["1.0.0, 1.0.1"]);
    assert_eq!(values(&item.properties, "category"), ["malware"]);
    assert_eq!(values(&item.properties, "reference"), ["https://reports.example/left-pad"]);
    assert_eq!(item.url.as_deref(), Some("https://osv.dev/vulnerability/MAL-2024-1234"));
    let body = body(item);
    assert!(body.contains("- Malicious npm package: `@evil/left-pad`\n"), "{body}");
    assert!(body.contains("| pkg:npm/%40evil/left-pad | npm | 1.0.0, 1.0.1 |  |\n"), "{body}");
}

#[test]
fn a_vulnerable_package_is_an_exposed_asset() {
    let page = file(OSV).unwrap();
    let item = &page.items[0];
    assert_eq!(
        facts(item),
        [
            ("ghsa", "GHSA-aaaa-bbbb-cccc"),
            ("cve", "CVE-2024-1111"),
            ("affected-package", "pkg:maven/org.example/widget"),
            ("affected-package", "OSS-Fuzz/widget")
        ]
    );
    assert_eq!(values(&item.facts[2].properties, "affected"), ["< 1.2", ">= 2.0, <= 2.4", ">= 3.0"]);
    assert_eq!(values(&item.facts[2].properties, "fixed"), ["1.2"]);
    assert_eq!(values(&item.properties, "severity"), ["high", "CVSS:3.1/AV:N"]);
    assert!(!body(item).contains("Indicators"));
}

#[test]
fn github_advisories_come_as_a_list() {
    let page = file(GITHUB).unwrap();
    assert_eq!(page.items.len(), 2);
    assert_eq!(
        facts(&page.items[0]),
        [("ghsa", "GHSA-dddd-eeee-ffff"), ("cve", "CVE-2024-2222"), ("affected-package", "pkg:pypi/wid-get")]
    );
    assert_eq!(facts(&page.items[1])[1], ("package", "pkg:npm/padder"));
    assert!(body(&page.items[0]).contains(r"| pkg:pypi/wid-get | pip | \>= 1.0, \< 1.5 | 1.5 |"));
    assert!(body(&page.items[1]).contains("| all versions |"));
    assert_eq!(codes(&page), ["entry_skipped", "entry_skipped", "duplicate_item"]);
}

#[test]
fn what_is_no_advisory_is_passed_on() {
    for (text, code) in [
        ("{}", "unsupported"),
        ("", "unsupported"),
        ("<rss/>", "unsupported"),
        (r#"{"affected":1}"#, "unsupported"),
        (r#"{"affected":["#, "malformed"),
        (r#"{"type":"bundle","objects":[{"affected":1}]}"#, "unsupported"),
    ] {
        assert_eq!(file(text).unwrap_err().code, code, "{text}");
    }
}

#[test]
fn a_list_of_changes_is_read_from_where_it_was_left() {
    let listed = Rc::new(RefCell::new((0..120).collect::<Vec<u32>>()));
    let asked = Rc::new(RefCell::new(Vec::new()));
    let broken = Rc::new(RefCell::new(String::new()));
    let (served, counted, down) = (listed.clone(), asked.clone(), broken.clone());
    fetch::stand_in::serve(move |request| {
        counted.borrow_mut().push(request.url.clone());
        let answer = Answer { status: 200, url: request.url.clone(), ..Default::default() };
        if request.url.ends_with(".csv") {
            let line = |i: &u32| format!("2024-05-06T00:{:02}:{:02}Z,OSV-{i}\n", i / 60, i % 60);
            let bytes = served.borrow().iter().rev().map(line).collect::<String>().into_bytes();
            return Ok(Answer { bytes, ..answer });
        }
        let id = request.url.rsplit('/').next().unwrap().trim_end_matches(".json");
        match id {
            id if id == *down.borrow() => Ok(Answer { status: 503, ..answer }),
            "OSV-90" => Ok(Answer { status: 404, ..answer }),
            id => Ok(Answer { bytes: MALWARE.replace("MAL-2024-1234", id).into_bytes(), ..answer }),
        }
    });
    let options = r#"{"url":"https://osv.example/npm/modified_id.csv","first":70}"#;
    let poll = |cursor: &Option<String>| FeedOsv::poll(&context(options), None, cursor.clone()).unwrap();
    let first = poll(&None);
    assert_eq!((first.items.len(), first.more, first.items[0].key.as_str()), (49, true, "OSV-50"));
    assert_eq!(codes(&first), ["older_skipped", "entry_skipped"]);
    assert!(asked.borrow().contains(&"https://osv.example/npm/OSV-50.json".to_string()));
    let second = poll(&first.cursor);
    assert_eq!((second.items.len(), second.more), (20, false));
    assert_eq!(poll(&second.cursor).items.len(), 0);
    listed.borrow_mut().extend([120, 121, 122]);
    *broken.borrow_mut() = "OSV-121".to_string();
    let third = poll(&second.cursor);
    assert_eq!((third.items.len(), codes(&third)), (1, vec!["entry_postponed"]));
    assert_eq!(FeedOsv::poll(&context(options), None, third.cursor.clone()).unwrap_err().code, "unavailable");
    broken.borrow_mut().clear();
    assert_eq!(poll(&third.cursor).items.iter().map(|i| i.key.as_str()).collect::<Vec<_>>(), ["OSV-121", "OSV-122"]);
}

#[test]
fn pages_are_followed_until_something_is_known() {
    let newest = Rc::new(RefCell::new(40));
    let served = newest.clone();
    fetch::stand_in::serve(move |request| {
        let page: usize = request.url.split("page=").nth(1).map_or(0, |n| n.parse().unwrap());
        let from = *served.borrow() - page * 10;
        let advisories: Vec<Value> = (from - 10..from)
            .rev()
            .map(|i| serde_json::json!({"ghsa_id": format!("GHSA-{i}"), "summary": "x"}))
            .collect();
        let link = format!("</advisories?page={}>; rel=\"next\", </advisories?page=9>; rel=\"last\"", page + 1);
        let headers = vec![("link".to_string(), link)].into_iter().filter(|_| from > 10).collect();
        let bytes = serde_json::to_vec(&advisories).unwrap();
        Ok(Answer { status: 200, url: request.url.clone(), headers, bytes })
    });
    let drain = |options: &str, mut cursor: Option<String>| {
        let (mut keys, mut notes) = (Vec::new(), Vec::new());
        loop {
            let page = FeedOsv::poll(&context(options), None, cursor).unwrap();
            keys.extend(page.items.into_iter().map(|item| item.key));
            notes.extend(page.notes.into_iter().map(|note| note.code));
            cursor = page.cursor;
            if !page.more {
                return (keys, notes, cursor);
            }
        }
    };
    let all = r#"{"url":"https://api.example/advisories"}"#;
    let (keys, _, cursor) = drain(all, None);
    assert_eq!(keys.len(), 40);
    *newest.borrow_mut() = 45;
    assert_eq!(drain(all, cursor).0.len(), 5);
    let (keys, notes, _) = drain(r#"{"url":"https://api.example/advisories","first":15}"#, None);
    assert_eq!((keys.len(), notes), (20, vec!["older_skipped".to_string()]));
}
