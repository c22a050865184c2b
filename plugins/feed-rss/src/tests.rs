//! The bundled sample, the bad input of `tests/fixtures/bad`, and polling.

#![allow(clippy::disallowed_methods, reason = "runs on the host, where there is a clock")]

use super::*;
use huntsmith_sdk::feed::Item;
use std::path::Path;

fn repository(path: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read(root.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn context(config: &str) -> Context {
    Context { config: config.to_string(), tlp: "clear".to_string(), properties: Vec::new() }
}

fn local(bytes: Vec<u8>) -> Result<Page, PluginError> {
    let document = Document { name: None, media_type: String::new(), base_url: None, bytes };
    FeedRss::poll(&context("{}"), Some(document), None)
}

fn bad(name: &str) -> Result<Page, PluginError> {
    local(repository(&format!("tests/fixtures/bad/{name}")))
}

fn titles(page: &Page) -> Vec<&str> {
    page.items.iter().map(|item| item.title.as_deref().unwrap_or("-")).collect()
}

fn urls(page: &Page) -> Vec<&str> {
    page.items.iter().map(|item| item.url.as_deref().unwrap_or("-")).collect()
}

fn codes(page: &Page) -> Vec<&str> {
    page.notes.iter().map(|note| note.code.as_str()).collect()
}

fn text(document: &Option<Document>) -> String {
    document.as_ref().map(|d| String::from_utf8(d.bytes.clone()).unwrap()).unwrap_or_default()
}

#[test]
fn the_bundled_sample() {
    let page = local(repository("examples/sample/feed.xml")).unwrap();
    assert_eq!(page.items.len(), 8);
    assert_eq!(
        page.items[0].title.as_deref(),
        Some("AA20-258A: Chinese Ministry of State Security-Affiliated Cyber Threat Actor Activity")
    );
    assert_eq!(page.items[0].published.as_deref(), Some("2020-09-14T00:00:00Z"));
    assert!(page.notes.is_empty());
    let blog = local(repository("examples/sample/blog.xml")).unwrap();
    assert_eq!(blog.items.len(), 3);
    assert!(text(&blog.items[2].body).contains("OWASP"));
    let reference = local(repository("tests/fixtures/reference/feed.xml")).unwrap();
    assert_eq!(reference.items.len(), 3);
    assert!(text(&reference.items[0].summary).starts_with("Snyk Blog In this article"));
}

#[test]
fn what_is_no_feed_is_passed_on_or_refused() {
    for (name, code, word) in [
        ("empty.xml", "malformed", "empty"),
        ("blank.xml", "malformed", "empty"),
        ("binary.xml", "unsupported", "not a feed"),
        ("html.xml", "unsupported", "names /feed.xml as its feed"),
        ("other.xml", "unsupported", "<urlset>"),
        ("other.json", "unsupported", "not a JSON Feed"),
        ("truncated.json", "malformed", "line 1"),
    ] {
        let error = bad(name).unwrap_err();
        assert_eq!(error.code, code, "{name}");
        assert!(error.message.contains(word), "{name}: {}", error.message);
    }
}

#[test]
fn encodings() {
    let page = bad("not-utf8.xml").unwrap();
    assert_eq!(titles(&page), ["Café attacks"]);
    assert_eq!(codes(&page), ["encoding_mended"]);
    assert!(text(&page.items[0].summary).contains("naïve"));
    assert_eq!(titles(&bad("bom.xml").unwrap()), ["With a byte-order mark"]);
    assert_eq!(titles(&bad("utf16.xml").unwrap()), ["UTF-16"]);
}

#[test]
fn broken_xml_loses_no_item() {
    let page = bad("truncated.xml").unwrap();
    assert_eq!(titles(&page)[..3], ["Report 0", "Report 1", "Report 2"]);
    assert_eq!(codes(&page)[..2], ["xml_mended", "truncated"]);
    let page = bad("broken.xml").unwrap();
    assert_eq!(urls(&page), ["https://reports.example/?a=1&b=2", "https://reports.example/2"]);
    assert_eq!(titles(&page)[0], "Tom & Jerry APT");
    assert!(text(&page.items[0].summary).contains("<p>Paragraph<br>and <b>bold</b>"));
    assert_eq!(codes(&page), ["xml_mended"]);
}

#[test]
fn items_that_repeat_or_lack_something() {
    let page = bad("duplicates.xml").unwrap();
    assert_eq!(urls(&page), ["https://reports.example/1", "https://reports.example/2"]);
    assert_eq!((codes(&page), page.notes[0].message.starts_with("2 items")), (vec!["duplicate_item"], true));
    let page = bad("no-link.xml").unwrap();
    assert_eq!(urls(&page), ["-", "https://reports.example/ok"]);
    assert_eq!(codes(&page), ["empty_item", "no_link"]);
    let page = bad("dates.xml").unwrap();
    let dates: Vec<_> = page.items.iter().map(|item| item.published.as_deref()).collect();
    assert_eq!(dates, [None, Some("2100-01-01T00:00:00Z"), None, Some("2024-05-06T08:00:00Z")]);
    assert_eq!(codes(&page), ["date_unreadable", "no_date"]);
    let page = bad("links.xml").unwrap();
    assert_eq!(
        urls(&page),
        [
            "-",
            "http://127.0.0.1/admin",
            "http://10.0.0.5/wiki",
            "http://169.254.169.254/latest/meta-data/",
            "-",
            "https://reports.example/posts/relative",
            "https://reports.example/good"
        ]
    );
    assert_eq!(codes(&page), ["link_not_web"]);
}

#[test]
fn the_other_formats() {
    let atom = bad("atom.xml").unwrap();
    assert_eq!(titles(&atom), ["A & B", "No date"]);
    assert_eq!(atom.items[0].published.as_deref(), Some("2024-05-06T00:00:00Z"));
    assert_eq!((atom.items[0].url.as_deref(), atom.items[1].published.as_deref()), (None, None));
    assert!(text(&atom.items[0].body).contains("<p>Body</p>"));
    assert_eq!(text(&atom.items[0].summary), "Plain <b> text");
    let rdf = bad("rdf.xml").unwrap();
    assert_eq!(rdf.items[0].published.as_deref(), Some("2024-05-06T08:00:00Z"));
    assert!(rdf.items[0].properties.iter().any(|p| p.name == "author" && p.value == "R. Writer"));
    let json = bad("feed.json").unwrap();
    assert_eq!(json.items.iter().map(|i| i.key.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(urls(&json), ["https://reports.example/one", "-"]);
    assert_eq!(json.items[0].tlp.as_deref(), Some("green"));
    assert!(codes(&json).contains(&"entry_skipped"));
}

#[test]
fn a_feed_is_read_once() {
    let config = r#"{"url":"https://reports.example/feed.xml"}"#;
    let server = std::rc::Rc::new(std::cell::RefCell::new((repository("tests/fixtures/bad/bom.xml"), 0)));
    let served = server.clone();
    fetch::stand_in::serve(move |request| {
        let known = request.headers.iter().any(|h| h.name == "If-Modified-Since");
        served.borrow_mut().1 += 1;
        let headers = vec![("last-modified".to_string(), "Mon, 06 May 2024 08:00:00 GMT".to_string())];
        let answer = fetch::Answer { url: request.url.clone(), headers, ..Default::default() };
        Ok(match served.borrow().1 {
            2 if known => fetch::Answer { status: 304, ..answer },
            _ => fetch::Answer { status: 200, bytes: served.borrow().0.clone(), ..answer },
        })
    });
    let poll = |cursor: Option<String>| FeedRss::poll(&context(config), None, cursor).unwrap();
    let first = poll(None);
    assert_eq!(first.items.len(), 1);
    let second = poll(first.cursor.clone());
    assert_eq!((second.items.len(), &second.cursor), (0, &first.cursor));
    let third = poll(second.cursor);
    assert_eq!(third.items.len(), 0);
    let changed = String::from_utf8(server.borrow().0.clone()).unwrap().replace("byte-order mark", "changed title");
    server.borrow_mut().0 = changed.into_bytes();
    let fourth = poll(third.cursor);
    assert_eq!(
        fourth.items.iter().map(|i: &Item| i.title.clone().unwrap()).collect::<Vec<_>>(),
        ["With a changed title"]
    );
}

#[test]
fn failures_of_the_network_are_said_in_the_contracts_words() {
    let config = r#"{"url":"https://reports.example/feed.xml"}"#;
    for (status, code) in [(404, "configuration"), (403, "configuration"), (500, "unavailable"), (429, "unavailable")] {
        fetch::stand_in::serve(move |_| Ok(fetch::Answer { status, ..Default::default() }));
        assert_eq!(FeedRss::poll(&context(config), None, None).unwrap_err().code, code);
    }
    fetch::stand_in::serve(|request| Err(huntsmith_sdk::feed::http::HttpError::Offline(request.url.clone())));
    assert_eq!(FeedRss::poll(&context(config), None, None).unwrap_err().code, "unavailable");
    assert_eq!(FeedRss::poll(&context("{}"), None, None).unwrap_err().code, "configuration");
}

#[test]
fn hostile_feeds_end_soon() {
    for case in [
        "<rss>".to_string() + &"<item>".repeat(10_000),
        "<rss><channel>".to_string() + &"<x:a>".repeat(20_000),
        "<rss><channel><item><title>".to_string() + &"<".repeat(50_000),
        "<rss><channel><item><title>".to_string() + &"&".repeat(50_000),
        "<feed>".to_string() + &"<updated>x".repeat(6_000),
        "<rss><channel><entry><title>breaks off in a tag, \u{e9}<\u{feff}".to_string(),
        "<rss>".to_string() + &"<!--".repeat(15_000),
        "<rss>".to_string() + &"</x>".repeat(15_000),
        "<rss a=\"".to_string() + &"b=\"".repeat(15_000),
        "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><rss><channel><item><title>&b;</title></item></channel></rss>".to_string(),
    ] {
        let started = std::time::Instant::now();
        let _ = local(case.clone().into_bytes());
        assert!(started.elapsed().as_secs() < 5, "{} took {:?}", &case[..24], started.elapsed());
    }
}

/// One entry in every format that is read, each with what is special to it.
#[test]
fn every_format_by_its_own_rules() {
    let rss = |version: &str, item: &str| {
        format!(
            "<?xml version=\"1.0\"?><rss version=\"{version}\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>T</title><link>https://a.example/blog/</link>\
             <item><title>One</title><link>post/1</link>{item}</item></channel></rss>"
        )
    };
    let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://my.netscape.com/rdf/simple/0.9/\">\
               <channel><title>T</title><link>https://a.example/blog/</link></channel>\
               <item><title>One</title><link>post/1</link></item></rdf:RDF>";
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"https://a.example/blog/\"><title>T</title><id>u:t</id>\
                <updated>2024-05-06T08:00:00Z</updated><entry><id>u:1</id><title>One</title>\
                <updated>2024-05-06T10:00:00+02:00</updated><link rel=\"alternate\" href=\"post/1\"/>\
                <content type=\"html\">&lt;p&gt;Body&lt;/p&gt;</content></entry></feed>";
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://a.example/blog/",
                   "items":[{"id":"1","title":"One","url":"post/1","content_html":"<p>Body</p>","date_published":"2024-05-06T08:00:00Z"}]}"#;
    let date = Some("2024-05-06T08:00:00Z");
    for (name, feed, published, body, summary) in [
        ("RSS 0.90", rdf.to_string(), None, "", ""),
        ("RSS 0.91", rss("0.91", "<description>Short</description>"), None, "", "Short"),
        ("RSS 0.92", rss("0.92", "<category>apt</category>"), None, "", ""),
        ("RSS 2.0", rss("2.0", "<pubDate>Mon, 06 May 2024 10:00:00 +0200</pubDate>"), date, "", ""),
        ("Dublin Core", rss("2.0", "<dc:date>2024-05-06T10:00:00+02:00</dc:date>"), date, "", ""),
        (
            "content:encoded",
            rss("2.0", "<description>Short</description><content:encoded><![CDATA[<p>Body</p>]]></content:encoded>"),
            None,
            "<p>Body</p>",
            "Short",
        ),
        ("Atom", atom.to_string(), date, "<p>Body</p>", ""),
        ("JSON Feed", json.to_string(), date, "<p>Body</p>", ""),
    ] {
        let page = local(feed.into_bytes()).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let [item] = &page.items[..] else { panic!("{name}: {} items", page.items.len()) };
        assert_eq!(item.title.as_deref(), Some("One"), "{name}");
        assert_eq!(item.url.as_deref(), Some("https://a.example/blog/post/1"), "{name}");
        let moment = item.published.as_deref().or(item.updated.as_deref());
        assert_eq!(
            (moment, text(&item.body).as_str(), text(&item.summary).as_str()),
            (published, body, summary),
            "{name}"
        );
    }
}
