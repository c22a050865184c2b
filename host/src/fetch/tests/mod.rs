//! The client against real sockets on the loopback interface, with names of our own.

mod cache;
mod guard;
mod pages;
mod polite;
mod secrets;
mod server;
mod trouble;

use super::{Client, FetchConfig, FetchError, FetchKind, Fetched, Fetcher, Grant, HostPattern};
use crate::model::{HttpAllowance, HttpClient, HttpError, HttpRequest, PluginId};
use server::{Names, Server, Step, answer, head, redirect};
use std::sync::Arc;
use std::time::Duration;

fn patterns(words: &[&str]) -> Vec<HostPattern> {
    words.iter().map(|word| word.parse().unwrap()).collect()
}

/// Short times, and no pause between requests: what is waited for is what a test waits for.
fn config() -> FetchConfig {
    FetchConfig {
        connect_seconds: 2.0,
        read_seconds: 2.0,
        total_seconds: 10.0,
        backoff_seconds: 0.005,
        spacing_ms: 0,
        ignore_robots: vec![HostPattern::Any],
        ..FetchConfig::default()
    }
}

/// `feeds.test` and `other.test` at the loopback address, plain http, the server's port.
fn grant(server: &Server) -> Grant {
    Grant {
        hosts: patterns(&["feeds.test", "other.test"]),
        private_hosts: patterns(&["feeds.test", "other.test"]),
        allow_http: true,
        ports: vec![server.port],
        ..Grant::default()
    }
}

fn client(config: FetchConfig) -> Client {
    Client::with_names(config, Arc::new(Names::default())).unwrap()
}

fn fetcher(server: &Server, config: FetchConfig) -> Fetcher {
    client(config).fetcher(grant(server))
}

/// Fetches a path as the operator's own address, with the default times.
fn get(server: &Server, path: &str) -> Result<Fetched, FetchError> {
    fetcher(server, config()).get(&server.url(path), FetchKind::Named)
}

fn plugin() -> PluginId {
    PluginId { name: "feed-test".into(), version: "0.1.0".into(), digest: String::new() }
}

fn request(url: &str) -> HttpRequest {
    HttpRequest { method: "GET".into(), url: url.into(), headers: Vec::new(), body: None, secret: None }
}

const PLENTY: HttpAllowance = HttpAllowance { bytes: 1 << 30, time: Duration::from_secs(20) };

/// Status, headers, body.
type Response = (u16, Vec<(String, String)>, Vec<u8>);

/// A plugin's fetch, with the body read to its end in small pieces.
fn fetch(fetcher: &Fetcher, request: HttpRequest) -> Result<Response, HttpError> {
    let mut response = fetcher.fetch(&plugin(), request, PLENTY)?;
    let mut bytes = Vec::new();
    loop {
        let piece = response.body.read(1_000, PLENTY)?;
        assert!(piece.len() <= 1_000);
        if piece.is_empty() {
            return Ok((response.status, response.headers, bytes));
        }
        bytes.extend(piece);
    }
}

#[test]
fn a_page_arrives_with_what_the_server_said_of_it() {
    let server = Server::start(|_| {
        answer(
            200,
            &[("Content-Type", "text/Plain; charset=Windows-1251"), ("Set-Cookie", "a=b")],
            b"\xcf\xf0\xe8\xe2\xe5\xf2",
        )
    });
    let fetched = get(&server, "/posts/report.txt?x=1#part").unwrap();
    // The bytes and the declared charset go to the reader as they came, the wrong ones too.
    assert_eq!(fetched.document.bytes, b"\xcf\xf0\xe8\xe2\xe5\xf2");
    assert_eq!(fetched.document.media_type, "text/plain; charset=windows-1251");
    assert_eq!(fetched.document.name.as_deref(), Some("report.txt"));
    assert_eq!(fetched.document.base_url.as_deref(), Some(server.url("/posts/report.txt?x=1").as_str()));
    assert_eq!((fetched.status, fetched.from_cache), (200, false));
    let asked = &server.asked()[0];
    assert_eq!(asked.target, "/posts/report.txt?x=1");
    assert!(asked.header("user-agent").unwrap().starts_with("huntsmith/"));
    assert_eq!(asked.header("accept-encoding"), Some("gzip, br, zstd"));
}

#[test]
fn nothing_of_a_session_is_kept_or_shown() {
    let server = Server::start(|_| answer(200, &[("set-cookie", "id=1"), ("x-more", "yes")], "text"));
    let fetcher = fetcher(&server, config());
    for _ in 0..2 {
        let (status, headers, body) = fetch(&fetcher, request(&server.url("/"))).unwrap();
        assert_eq!((status, body.as_slice()), (200, b"text".as_slice()));
        assert_eq!(headers, [("x-more".to_owned(), "yes".to_owned())]);
    }
    assert!(server.asked().iter().all(|asked| asked.header("cookie").is_none() && asked.header("referer").is_none()));
}

#[test]
fn a_plugin_posts_and_reads_a_large_body_in_pieces() {
    let large: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
    let sent = large.clone();
    let server = Server::start(move |_| answer(200, &[], &sent));
    let mut post = request(&server.url("/query"));
    (post.method, post.body) = ("POST".into(), Some(b"{\"a\":1}".to_vec()));
    post.headers = vec![("Content-Type".into(), "application/json".into())];
    let (_, _, body) = fetch(&fetcher(&server, config()), post).unwrap();
    assert!(body == large);
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.body.as_slice()), ("POST", b"{\"a\":1}".as_slice()));
    assert_eq!(asked.header("content-type"), Some("application/json"));
}

#[test]
fn a_status_of_400_is_a_response_to_a_plugin_and_an_error_to_the_pipeline() {
    let server = Server::start(|_| answer(404, &[], "gone"));
    let (status, _, body) = fetch(&fetcher(&server, config()), request(&server.url("/x"))).unwrap();
    assert_eq!((status, body.as_slice()), (404, b"gone".as_slice()));
    let error = get(&server, "/x").unwrap_err();
    assert_eq!(error.code(), "http-status");
    assert!(error.to_string().contains("404") && error.to_string().contains("/x"), "{error}");
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn the_client_works_and_goes_away_inside_another_runtime() {
    let server = Server::start(|_| answer(200, &[], "text"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let bytes = runtime.block_on(async { get(&server, "/").unwrap().document.bytes });
    assert_eq!(bytes, b"text");
}
