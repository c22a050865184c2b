//! The feeds, by a file and without the network: no bytes stop one; keys are there, stable and each once, addresses are of
//! the web, dates are timestamps, the cursor is small, and what was given once is not given again.

use super::{Target, files};
use huntsmith_sdk::address;
use huntsmith_sdk::article::Document;
use huntsmith_sdk::common::Context;
use huntsmith_sdk::feed::{Feed, Page};
use huntsmith_sdk::time;
use std::collections::BTreeSet;

/// What most formats are made of.
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "1e999",
    "-1",
    "\\u0000",
    "\\ud800",
    "\"id\":",
    "\"published\":",
    "\"2024-05-06T08:00:00Z\"",
    "\"https://a.example/\"",
    "\"javascript:x\"",
];

const fn target(
    name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    words: &'static [&'static str],
    check: fn(&[u8]),
) -> Target {
    Target { name, prepare: || (), seeds, words, most_bytes: 8_192, check }
}

pub const RSS: Target = target(
    "feed-rss",
    || files("tests/fixtures/bad", &["xml", "json"]),
    &[
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "<link>",
        "<guid>",
        "<pubDate>",
        "<content:encoded>",
        "<![CDATA[",
        "]]>",
        "<feed>",
        "<entry>",
        "<updated>",
        "<link href='",
        "<rdf:RDF",
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>",
        "&a;",
        "&",
        "<",
        "<?xml encoding='utf-16'?>",
        "\u{feff}",
        "TLP:RED",
        "xml:base='",
        "https://jsonfeed.org/version/1.1",
    ],
    |input| check::<feed_rss::FeedRss>(input, "{}"),
);

pub const KEV: Target = target(
    "feed-kev",
    || {
        vec![br#"{"title":"K","vulnerabilities":[{"cveID":"CVE-2024-1111","vendorProject":"V","product":"P","vulnerabilityName":"N",
        "dateAdded":"2024-05-06","shortDescription":"D","knownRansomwareCampaignUse":"Known","notes":"https://a.example/ ; x","cwes":["CWE-1"]}]}"#.to_vec()]
    },
    JSON,
    |input| check::<feed_kev::FeedKev>(input, "{}"),
);

pub const MISP: Target = target(
    "feed-misp",
    || {
        vec![br#"{"Event":{"uuid":"5f3a1c2e-0001-4000-8000-000000000001","info":"I","date":"2024-05-06","timestamp":"1714989600","Tag":[{"name":"tlp:amber"}],
        "Attribute":[{"uuid":"a","type":"filename|sha256","value":"a|b","to_ids":true}],"Object":[{"name":"file","Attribute":[]}],
        "Galaxy":[{"type":"mitre-attack-pattern","GalaxyCluster":[{"value":"x - T1059.001","meta":{"external_id":["T1059.001"]}}]}]}}"#.to_vec()]
    },
    JSON,
    |input| check_page::<feed_misp::FeedMisp>(input, "{}", false),
);

pub const OSV: Target = target(
    "feed-osv",
    || {
        vec![
        br#"{"schema_version":"1","id":"MAL-1","modified":"2024-05-06T08:00:00Z","summary":"s","affected":[{"package":{"ecosystem":"npm","name":"@a/b"},
            "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1"}]}],"versions":["1"]}]}"#.to_vec(),
        br#"[{"ghsa_id":"GHSA-a","cve_id":"CVE-2024-1111","html_url":"https://a.example/","summary":"s","vulnerabilities":[{"package":{"ecosystem":"pip","name":"b"},
            "vulnerable_version_range":"< 1","first_patched_version":{"identifier":"1"}}]}]"#.to_vec(),
    ]
    },
    JSON,
    |input| check::<feed_osv::FeedOsv>(input, "{}"),
);

pub const TAXII: Target = target(
    "feed-taxii",
    || {
        vec![
        br#"{"type":"bundle","objects":[{"type":"report","id":"report--00000000-0000-4000-8000-000000000001","name":"R","published":"2024-05-06T08:00:00Z",
            "object_refs":["indicator--00000000-0000-4000-8000-000000000002"]},{"type":"indicator","id":"indicator--00000000-0000-4000-8000-000000000002",
            "created":"2024-05-06T08:00:00Z","pattern_type":"stix","pattern":"[file:hashes.'SHA-256' = 'ab' AND NOT url:value IN ('x','y')] WITHIN 5 SECONDS"}]}"#.to_vec(),
    ]
    },
    &[
        "[",
        "]",
        "(",
        ")",
        "'",
        "\\\\'",
        " = ",
        " != ",
        " IN ",
        " LIKE ",
        " MATCHES ",
        " ISSUBSET ",
        " AND ",
        " OR ",
        " NOT ",
        " FOLLOWEDBY ",
        " WITHIN 5 SECONDS",
        " REPEATS 2 TIMES",
        " START t'",
        "EXISTS ",
        "ipv4-addr:value",
        "file:hashes.'MD5'",
        ".x[*].y",
        "\"object_refs\":",
        "\"revoked\":true",
        "/*",
        "*/",
        "//",
        "\"",
        ",",
        "{",
        "}",
    ],
    |input| check::<feed_taxii::FeedTaxii>(input, "{}"),
);

pub const PAGE: Target = target(
    "feed-page",
    || {
        vec![
            b"<urlset><url><loc>https://a.example/1</loc><lastmod>2024-05-06</lastmod></url></urlset>".to_vec(),
            b"<div class=p><h2>T</h2><time datetime=2024-05-06>x</time><a href=/1>go</a></div>".to_vec(),
        ]
    },
    &[
        "<urlset>",
        "<sitemapindex>",
        "<sitemap>",
        "<url>",
        "<loc>",
        "</loc>",
        "<lastmod>",
        "<news:title>",
        "<![CDATA[",
        "&amp;",
        "&x;",
        "<div class=p>",
        "<article>",
        "<a href=",
        "<base href=",
        "<time>",
        "<table>",
        "<svg>",
        "</",
        "https://a.example/",
        "//b.example",
    ],
    |input| check::<feed_page::FeedPage>(input, r#"{"url":"https://a.example/","item":".p"}"#),
);

pub const FOLDER: Target = target(
    "feed-folder",
    || {
        vec![b"From a Mon May  6 08:00:00 2024\nSubject: x\nMessage-ID: <1@a>\n\ny\n\nFrom b Mon May  6 08:00:00 2024\nSubject: z\n\n>From c\n".to_vec()]
    },
    &["From ", "\n\n", "\n", ">From ", "Subject: ", "Message-ID: <", "Date: ", "=?utf-8?b?", ":", "\r\n", "\0"],
    |input| check::<feed_folder::FeedFolder>(input, r#"{"url":"file:///srv/"}"#),
);

fn check<F: Feed>(input: &[u8], options: &str) {
    check_page::<F>(input, options, true);
}

/// `once`: with the cursor the same file brings nothing.
fn check_page<F: Feed>(input: &[u8], options: &str, once: bool) {
    let context = Context { config: options.into(), tlp: "clear".into(), properties: vec![] };
    let poll = |cursor| {
        let document = Document { name: None, media_type: String::new(), base_url: None, bytes: input.to_vec() };
        F::poll(&context, Some(document), cursor)
    };
    let Ok(page) = poll(None) else { return };
    holds(&page);
    if once {
        let again = poll(page.cursor.clone()).expect("what was read once can be read again");
        let keys: Vec<&str> = again.items.iter().map(|item| item.key.as_str()).collect();
        assert!(keys.is_empty(), "given twice: {keys:?}");
    }
}

/// The contract of `page`.
fn holds(page: &Page) {
    let mut keys = BTreeSet::new();
    for item in &page.items {
        assert!(!item.key.is_empty() && keys.insert(&item.key), "the key {:?}", item.key);
        assert!(item.url.as_deref().is_none_or(address::is_web), "{:?}", item.url);
        for date in [&item.published, &item.updated].into_iter().flatten() {
            assert_eq!(time::parse(date).as_ref(), Some(date), "a date of {:?}", item.key);
        }
        assert!(item.facts.iter().all(|fact| !fact.kind.is_empty() && !fact.value.is_empty()), "{:?}", item.facts);
        assert!(item.properties.iter().all(|property| !property.name.is_empty()), "{:?}", item.properties);
    }
    assert!(page.cursor.as_ref().is_none_or(|cursor| cursor.len() <= 64 << 10), "a large cursor");
    assert!(page.notes.iter().all(|note| !note.code.is_empty() && !note.message.is_empty()), "{:?}", page.notes);
}
