//! Manners: Retry-After, pace, robots files.

use super::*;
use std::time::Instant;

#[test]
fn a_short_retry_after_is_waited_for_and_a_long_one_is_reported() {
    let server = Server::start(|asked| match (asked.target.as_str(), asked.before) {
        ("/short", 0) => answer(429, &[("retry-after", "1")], ""),
        ("/long", _) => answer(429, &[("retry-after", "3600")], ""),
        ("/unknown", _) => answer(429, &[], ""),
        _ => answer(200, &[], "text"),
    });
    let start = Instant::now();
    assert_eq!(get(&server, "/short").unwrap().document.bytes, b"text");
    assert!(start.elapsed() >= Duration::from_millis(900), "{:?}", start.elapsed());

    let fetcher = fetcher(&server, config());
    let long = fetcher.get(&server.url("/long"), FetchKind::Named).unwrap_err();
    assert!(matches!(long, FetchError::RateLimited { seconds: Some(3600), .. }), "{long}");
    let asked = server.asked().len();
    // The host said not before an hour: nothing more is sent to it in this run.
    let next = fetch(&fetcher, request(&server.url("/other"))).unwrap_err();
    assert!(matches!(next, HttpError::RateLimited(Some(3_500..=3_600))), "{next}");
    assert_eq!(server.asked().len(), asked);

    let unknown = get(&server, "/unknown").unwrap_err();
    assert!(matches!(unknown, FetchError::RateLimited { seconds: None, .. }), "{unknown}");
}

#[test]
fn one_host_sees_no_more_requests_at_once_than_configured_and_with_room_between() {
    let server = Server::start(|_| {
        let mut steps = vec![Step::Pause(Duration::from_millis(60))];
        steps.extend(answer(200, &[], ""));
        steps
    });
    let slow = FetchConfig { per_host: 2, spacing_ms: 20, ..config() };
    let fetcher = fetcher(&server, slow);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (fetcher, url) = (fetcher.clone(), server.url(&format!("/{n}")));
            scope.spawn(move || fetcher.get(&url, FetchKind::Named).unwrap());
        }
    });
    assert_eq!(server.most_at_once(), 2);
    assert!(start.elapsed() >= Duration::from_millis(4 * 60), "{:?}", start.elapsed());
    let spaced = FetchConfig { per_host: 8, spacing_ms: 50, ..config() };
    let fetcher = super::fetcher(&server, spaced);
    let start = Instant::now();
    for n in 0..5 {
        fetcher.get(&server.url(&format!("/{n}")), FetchKind::Named).unwrap();
    }
    assert!(start.elapsed() >= Duration::from_millis(4 * 50 + 60), "{:?}", start.elapsed());
}

fn site(robots: u16, text: &'static str) -> Server {
    Server::start(move |asked| match asked.target.as_str() {
        "/robots.txt" if (300..400).contains(&robots) => redirect(text),
        "/robots.txt" => answer(robots, &[], text),
        "/moved" => redirect("/private/page"),
        _ => answer(200, &[], "page"),
    })
}

fn page(fetcher: &Fetcher, server: &Server, path: &str) -> &'static str {
    fetcher.get(&server.url(path), FetchKind::Page).map_or_else(|error| error.code(), |_| "fine")
}

#[test]
fn robots_files_are_read_once_and_respected_for_pages() {
    let server = site(200, "User-agent: *\nDisallow: /\n\nUser-agent: Huntsmith\nDisallow: /private\n");
    let polite = FetchConfig { ignore_robots: Vec::new(), attempts: 1, ..config() };
    let fetcher = fetcher(&server, polite.clone());
    assert_eq!(page(&fetcher, &server, "/a"), "fine");
    assert_eq!(page(&fetcher, &server, "/b?c"), "fine");
    assert_eq!(page(&fetcher, &server, "/private/page"), "robots");
    assert_eq!(page(&fetcher, &server, "/moved"), "robots", "a redirect is a request too");
    assert_eq!(server.targets(), ["/robots.txt", "/a", "/b?c", "/moved"]);
    // What the operator named, or a plugin for its feed, is not a robot's find.
    fetcher.get(&server.url("/private/page"), FetchKind::Named).unwrap();
    let excused = FetchConfig { ignore_robots: patterns(&["feeds.test"]), ..polite };
    assert_eq!(page(&super::fetcher(&server, excused), &server, "/private/page"), "fine");
}

#[test]
fn a_missing_robots_file_allows_and_an_unreadable_one_forbids() {
    let polite = || FetchConfig { ignore_robots: Vec::new(), attempts: 1, ..config() };
    let cases = [
        (site(404, ""), "fine"),
        (site(403, ""), "fine"),
        (site(500, "User-agent: *\nAllow: /"), "robots-unreachable"),
        (site(429, ""), "robots-unreachable"),
        (site(301, "http://elsewhere.example/robots.txt"), "fine"),
        (site(301, "/robots.txt"), "fine"),
        (site(200, "<h1>not found</h1>"), "fine"),
    ];
    for (number, (server, expected)) in cases.iter().enumerate() {
        assert_eq!(page(&fetcher(server, polite()), server, "/a"), *expected, "case {number}");
    }
}

#[test]
fn a_crawl_delay_sets_the_pace() {
    let server = site(200, "User-agent: *\nCrawl-delay: 0.2\n");
    let fetcher = fetcher(&server, FetchConfig { ignore_robots: Vec::new(), ..config() });
    assert_eq!(page(&fetcher, &server, "/1"), "fine");
    let start = Instant::now();
    assert_eq!(page(&fetcher, &server, "/2"), "fine");
    assert_eq!(page(&fetcher, &server, "/3"), "fine");
    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());
}
