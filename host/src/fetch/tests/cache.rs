//! The cache: conditional requests, runs without a network, damage.

use super::*;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn cached(folder: &Path, offline: bool) -> FetchConfig {
    FetchConfig { cache: Some(folder.join("cache")), offline, ..config() }
}

/// A server with one page that has a tag and a date.
fn tagged() -> Server {
    Server::start(|asked| match asked.header("if-none-match") {
        _ if asked.target == "/moved" => redirect("/page"),
        Some("\"v1\"") => answer(304, &[("etag", "\"v1\"")], ""),
        _ => answer(200, &[("ETag", "\"v1\""), ("Content-Type", "text/plain")], "the page"),
    })
}

fn bodies(folder: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder.join("cache/bodies")).unwrap().map(|file| file.unwrap().path()).collect()
}

#[test]
fn an_unchanged_page_is_not_sent_again() {
    let (server, folder) = (tagged(), tempfile::tempdir().unwrap());
    for path in ["/page", "/moved"] {
        let first = fetcher(&server, cached(folder.path(), false)).get(&server.url(path), FetchKind::Named).unwrap();
        let again = fetcher(&server, cached(folder.path(), false)).get(&server.url(path), FetchKind::Named).unwrap();
        assert_eq!((first.from_cache, again.from_cache), (false, true), "{path}");
        assert_eq!(first.document, again.document);
        assert_eq!(again.status, 200);
    }
    // The tag goes to the address that gave it, not to the one that only points there.
    let tags: Vec<_> =
        server.asked().into_iter().map(|a| (a.header("if-none-match").map(str::to_owned), a.target)).collect();
    let (tag, none) = (Some("\"v1\"".to_owned()), None);
    let expected =
        [(&none, "/page"), (&tag, "/page"), (&none, "/moved"), (&none, "/page"), (&none, "/moved"), (&tag, "/page")];
    assert_eq!(tags, expected.map(|(tag, path)| (tag.clone(), path.to_owned())));
    let mode = std::fs::metadata(folder.path().join("cache")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_eq!(bodies(folder.path()).len(), 1, "the same text is kept once");
}

#[test]
fn a_date_is_asked_with_where_there_is_no_tag() {
    let date = "Sat, 01 Mar 2025 10:00:00 GMT";
    let server = Server::start(move |asked| match asked.header("if-modified-since") {
        Some(sent) if sent == date => answer(304, &[], ""),
        _ => answer(200, &[("last-modified", date)], "dated"),
    });
    let folder = tempfile::tempdir().unwrap();
    let fetcher = fetcher(&server, cached(folder.path(), false));
    let get = || fetcher.get(&server.url("/"), FetchKind::Named).unwrap();
    assert_eq!((get().from_cache, get().from_cache), (false, true));
    assert_eq!(get().document.bytes, b"dated");
}

#[test]
fn a_damaged_copy_is_fetched_anew() {
    let (server, folder) = (tagged(), tempfile::tempdir().unwrap());
    let fetcher = fetcher(&server, cached(folder.path(), false));
    fetcher.get(&server.url("/page"), FetchKind::Named).unwrap();
    for damage in [&b"the pagf"[..], b"the pag", b""] {
        std::fs::write(&bodies(folder.path())[0], damage).unwrap();
        let again = fetcher.get(&server.url("/page"), FetchKind::Named).unwrap();
        assert_eq!((again.document.bytes.as_slice(), again.from_cache), (b"the page".as_slice(), false));
    }
    assert!(server.asked().iter().all(|asked| asked.header("if-none-match").is_none()));
}

#[test]
fn offline_answers_from_the_cache_and_names_what_is_missing() {
    let (server, folder) = (tagged(), tempfile::tempdir().unwrap());
    fetcher(&server, cached(folder.path(), false)).get(&server.url("/moved"), FetchKind::Named).unwrap();
    let asked = server.asked().len();
    let offline = fetcher(&server, cached(folder.path(), true));
    let page = offline.get(&server.url("/moved"), FetchKind::Page).unwrap();
    assert_eq!((page.document.bytes.as_slice(), page.from_cache), (b"the page".as_slice(), true));
    assert_eq!(page.url, server.url("/page"));
    let error = offline.get(&server.url("/never"), FetchKind::Page).unwrap_err();
    assert_eq!(error.code(), "offline");
    assert!(error.to_string().contains(&server.url("/never")), "{error}");
    assert_eq!(fetch(&offline, request(&server.url("/never"))).unwrap_err(), HttpError::Offline(server.url("/never")));
    assert_eq!(server.asked().len(), asked, "nothing was sent");
    // What was allowed when it was fetched is not given to a feed that may not go where it came from.
    let mut narrow = grant(&server);
    narrow.ports.clear();
    let narrowed = client(cached(folder.path(), true)).fetcher(narrow);
    assert_eq!(narrowed.get(&server.url("/moved"), FetchKind::Page).unwrap_err().code(), "port-not-granted");
    let without = fetcher(&server, FetchConfig { offline: true, ..config() });
    assert_eq!(without.get(&server.url("/moved"), FetchKind::Page).unwrap_err().code(), "offline");
}

#[test]
fn a_plugin_with_its_own_conditions_sees_the_304() {
    let (server, folder) = (tagged(), tempfile::tempdir().unwrap());
    let conditional = |tag: &str| {
        let headers = vec![("If-None-Match".to_owned(), tag.to_owned())];
        HttpRequest { headers, ..request(&server.url("/page")) }
    };
    let online = fetcher(&server, cached(folder.path(), false));
    assert_eq!(fetch(&online, conditional("\"v1\"")).unwrap().0, 304);
    assert_eq!(fetch(&online, conditional("\"v0\"")).unwrap().2, b"the page");
    let offline = fetcher(&server, cached(folder.path(), true));
    assert_eq!(fetch(&offline, conditional("W/\"v1\"")).unwrap().0, 304);
    assert_eq!(fetch(&offline, conditional("\"v0\"")).unwrap().2, b"the page");
}

#[test]
fn a_large_body_is_kept_in_a_file_and_read_back() {
    let large = vec![b'z'; 5 << 20];
    let sent = large.clone();
    let server = Server::start(move |_| answer(200, &[], &sent));
    let folder = tempfile::tempdir().unwrap();
    let online = fetcher(&server, cached(folder.path(), false));
    assert!(fetch(&online, request(&server.url("/"))).unwrap().2 == large);
    let offline = fetcher(&server, cached(folder.path(), true));
    assert!(fetch(&offline, request(&server.url("/"))).unwrap().2 == large);
    assert_eq!(std::fs::read_dir(folder.path().join("cache/incoming")).unwrap().count(), 0);
}

#[test]
fn failures_are_not_kept() {
    let server = Server::start(|_| answer(404, &[("etag", "\"e\"")], "gone"));
    let folder = tempfile::tempdir().unwrap();
    let online = fetcher(&server, cached(folder.path(), false));
    online.get(&server.url("/"), FetchKind::Named).unwrap_err();
    assert!(bodies(folder.path()).is_empty());
}

#[test]
fn collecting_removes_what_is_old_and_what_nobody_names() {
    let (server, folder) = (tagged(), tempfile::tempdir().unwrap());
    let client = client(cached(folder.path(), false));
    client.fetcher(grant(&server)).get(&server.url("/page"), FetchKind::Named).unwrap();
    let cache = client.cache().unwrap();
    assert_eq!(cache.collect(Duration::from_secs(3_600), false).unwrap(), Default::default());
    let stray = folder.path().join("cache/incoming/half");
    std::fs::write(&stray, "half a body").unwrap();
    let body = &bodies(folder.path())[0];
    for file in [&stray, body] {
        let long_ago = std::time::SystemTime::now() - Duration::from_secs(7_200);
        std::fs::File::options().write(true).open(file).unwrap().set_modified(long_ago).unwrap();
    }
    assert_eq!(cache.collect(Duration::from_secs(3_600), false).unwrap().bytes, 11);
    assert!(!stray.exists() && body.exists());
    assert_eq!(cache.collect(Duration::ZERO, false).unwrap().files, 2);
    assert!(!body.exists());
}
