//! Index pages and sitemaps.

use super::*;
use fetch::Answer;
use std::cell::RefCell;
use std::rc::Rc;

const BLOG: &str = r##"<html><head><base href="/research/"></head><body><nav><a href="/research/tags/apt">apt</a></nav>
 <div class="card"><a class="cover" href="../about"><img></a><h3>Loader  <em>returns</em></h3><span class="when">May 6, 2024</span>
   <a class="more" href="loader-returns/">Read more</a></div>
 <div class="card"><h3>Second</h3><span class="when">yesterday</span><a class="more" href="https://blog.example/research/second">x</a></div>
 <div class="card"><h3>Elsewhere</h3><a class="more" href="javascript:x">x</a></div>
 <div class="card"><h3>Loader again</h3><a class="more" href="loader-returns/">Read more</a></div>
</body></html>"##;

fn context(config: &str) -> Context {
    Context { config: config.to_string(), tlp: "clear".to_string(), properties: Vec::new() }
}

/// Serves pages by address; whatever else is asked for is not there.
fn serve(pages: &[(&str, &str)]) -> Rc<RefCell<Vec<(String, String)>>> {
    let pages: Vec<_> = pages.iter().map(|(url, page)| ((*url).to_string(), (*page).to_string())).collect();
    let held = Rc::new(RefCell::new(pages));
    let served = held.clone();
    fetch::stand_in::serve(move |request| {
        let served = served.borrow();
        let page = served.iter().find(|(url, _)| *url == request.url).map(|(_, page)| page.clone().into_bytes());
        let status = if page.is_some() { 200 } else { 404 };
        Ok(Answer { status, url: request.url.clone(), bytes: page.unwrap_or_default(), ..Default::default() })
    });
    held
}

fn poll(config: &str, cursor: Option<String>) -> Page {
    FeedPage::poll(&context(config), None, cursor).unwrap()
}

fn shown(page: &Page) -> Vec<(&str, &str, Option<&str>)> {
    page.items
        .iter()
        .map(|item| (item.key.as_str(), item.title.as_deref().unwrap_or("-"), item.published.as_deref()))
        .collect()
}

fn codes(page: &Page) -> Vec<&str> {
    page.notes.iter().map(|note| note.code.as_str()).collect()
}

#[test]
fn posts_by_selectors() {
    serve(&[("https://blog.example/research", BLOG)]);
    let page = poll(
        r#"{"url":"https://blog.example/research","item":".card","link":"a.more","date":".when","exclude":["/tags/"]}"#,
        None,
    );
    assert_eq!(
        shown(&page),
        [
            ("https://blog.example/research/loader-returns/", "Loader returns", Some("2024-05-06T00:00:00Z")),
            ("https://blog.example/research/second", "Second", None)
        ]
    );
    assert_eq!(codes(&page), ["no_date"]);
}

#[test]
fn without_selectors_articles_or_links_below_the_page() {
    let config = r#"{"url":"https://blog.example/research"}"#;
    serve(&[("https://blog.example/research", BLOG)]);
    let urls: Vec<String> = poll(config, None).items.into_iter().map(|item| item.key).collect();
    assert_eq!(
        urls,
        ["tags/apt", "loader-returns/", "second"].map(|path| format!("https://blog.example/research/{path}"))
    );
    let articles = "<article><h2>A</h2><time datetime='2024-05-06T08:00:00Z'>6.5.</time><a href=/a>go</a></article><article><a href=/b>B</a></article>";
    serve(&[("https://blog.example/research", articles)]);
    assert_eq!(
        shown(&poll(config, None)),
        [("https://blog.example/a", "A", Some("2024-05-06T08:00:00Z")), ("https://blog.example/b", "B", None)]
    );
}

#[test]
fn a_page_is_read_once_and_its_new_posts_later() {
    let post = |n: usize| format!("<article><h2>{n}</h2><a href=/{n}>x</a></article>");
    let list = |from: usize| (0..from).rev().map(post).collect::<String>();
    let held = serve(&[("https://blog.example/", &list(80))]);
    let config = r#"{"url":"https://blog.example/"}"#;
    let first = poll(config, None);
    assert_eq!((first.items.len(), codes(&first)), (50, vec!["older_skipped", "no_date"]));
    assert_eq!(poll(config, first.cursor.clone()).items.len(), 0);
    held.borrow_mut()[0].1 = list(82);
    let titles: Vec<_> = poll(config, first.cursor).items.into_iter().map(|item| item.title.unwrap()).collect();
    assert_eq!(titles, ["81", "80"]);
}

#[test]
fn sitemaps_and_indexes_of_them() {
    let index = "<?xml version=\"1.0\"?><sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
        <sitemap><loc>https://blog.example/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>\
        <sitemap><loc> https://blog.example/new.xml </loc><lastmod>2024-05-06</lastmod></sitemap>\
        <sitemap><loc>https://blog.example/gone.xml</loc></sitemap></sitemapindex>";
    let new = "<urlset xmlns:news=\"x\"><url><loc>https://blog.example/blog/a?x=1&amp;y=2</loc><lastmod>2024-05-06</lastmod>\
        <news:news><news:title><![CDATA[A & B]]></news:title><news:publication_date>2024-05-05</news:publication_date></news:news></url>\
        <url><loc>https://blog.example/jobs/1</loc></url></urlset>";
    let old =
        "<urlset><url><loc>https://blog.example/blog/b</loc></url><url><loc>https://blog.example/blog/c</loc></ur";
    serve(&[
        ("https://blog.example/sitemap.xml", index),
        ("https://blog.example/new.xml", new),
        ("https://blog.example/old.xml", old),
    ]);
    let page = poll(r#"{"url":"https://blog.example/sitemap.xml","include":["/blog/"]}"#, None);
    assert_eq!(
        shown(&page),
        [
            ("https://blog.example/blog/a?x=1&y=2", "A & B", Some("2024-05-05T00:00:00Z")),
            ("https://blog.example/blog/b", "-", None)
        ]
    );
    assert_eq!(codes(&page), ["truncated", "entry_skipped", "no_date"]);
}

#[test]
fn what_cannot_be_read_is_said() {
    serve(&[("https://blog.example/", "<p>moved</p>")]);
    assert_eq!(codes(&poll(r#"{"url":"https://blog.example/"}"#, None)), ["no_post"]);
    let broken = context(r#"{"url":"https://blog.example/","item":"div["}"#);
    assert_eq!(FeedPage::poll(&broken, None, None).unwrap_err().code, "configuration");
    let document = Document { name: None, media_type: String::new(), base_url: None, bytes: BLOG.as_bytes().to_vec() };
    assert_eq!(FeedPage::poll(&context("{}"), Some(document), None).unwrap_err().code, "unsupported");
}
