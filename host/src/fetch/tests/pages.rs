//! Pages that were saved beside a feed.

use super::*;
use crate::fetch::{OfflinePages, PageSource};
use std::path::{Path, PathBuf};

fn saved(map: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("sample/pages")).unwrap();
    std::fs::write(folder.path().join("outside.txt"), "outside").unwrap();
    std::fs::write(folder.path().join("sample/pages/one.txt"), "page one").unwrap();
    std::os::unix::fs::symlink("../../outside.txt", folder.path().join("sample/pages/link.txt")).unwrap();
    let path = folder.path().join("sample/pages.json");
    std::fs::write(&path, map).unwrap();
    (folder, path)
}

const MAP: &str = r#"{
    "https://example.org/one#top": {"file": "pages/one.txt", "media_type": "Text/Plain; charset=utf-8"},
    "https://example.org/link": {"file": "pages/link.txt", "media_type": "text/plain"},
    "https://example.org/missing": {"file": "pages/missing.txt", "media_type": "text/plain"}
}"#;

#[test]
fn a_page_is_found_by_its_address_and_the_rest_is_left_to_others() {
    let (_folder, path) = saved(MAP);
    let pages = OfflinePages::open(&path, 100).unwrap();
    assert_eq!((pages.len(), pages.is_empty()), (3, false));
    for url in ["https://example.org/one", "https://EXAMPLE.org:443/one#part"] {
        let page = pages.page(url).unwrap().unwrap();
        assert_eq!(page.bytes, b"page one");
        assert_eq!(page.media_type, "text/plain; charset=utf-8");
        assert_eq!(page.name.as_deref(), Some("one.txt"));
        assert_eq!(page.base_url.as_deref(), Some("https://example.org/one"));
    }
    assert_eq!(pages.page("https://example.org/two").unwrap(), None);
    assert_eq!(pages.page("no address").unwrap(), None);
    let beside = OfflinePages::beside(&path.with_file_name("feed"), 100).unwrap();
    assert_eq!(beside.unwrap().len(), 3);
    assert!(OfflinePages::beside(Path::new("/nowhere/feed"), 100).unwrap().is_none());
}

#[test]
fn nothing_outside_the_folder_and_nothing_too_large_is_read() {
    let (_folder, path) = saved(MAP);
    let pages = OfflinePages::open(&path, 7).unwrap();
    let error = |url: &str| pages.page(url).unwrap_err().to_string();
    assert!(error("https://example.org/link").contains("leads out of the folder"));
    assert!(error("https://example.org/missing").contains("missing.txt"));
    assert!(error("https://example.org/one").contains("larger than 7 bytes"));
    for file in ["../outside.txt", "/etc/passwd", "pages/../../outside.txt", "..\\outside.txt", "", "."] {
        let entry = serde_json::json!({"https://example.org/x": {"file": file, "media_type": ""}});
        let (_folder, path) = saved(&entry.to_string());
        let error = OfflinePages::open(&path, 100).unwrap_err();
        assert_eq!(error.code(), "page-map", "{file}");
        assert!(error.to_string().contains("https://example.org/x"), "{error}");
    }
    for map in ["", "[]", "{\"x\": {\"file\": \"a\"}}", "{\"https://a/\": {\"file\": \"a\", \"more\": 1}}"] {
        assert_eq!(OfflinePages::open(&saved(map).1, 100).unwrap_err().code(), "page-map", "{map}");
    }
}

#[test]
fn sources_are_asked_in_order() {
    let (_folder, path) = saved(MAP);
    let server = Server::start(|_| answer(200, &[], "from the network"));
    let sources: Vec<Box<dyn PageSource>> =
        vec![Box::new(OfflinePages::open(&path, 100).unwrap()), Box::new(fetcher(&server, config()))];
    assert_eq!(sources.page("https://example.org/one").unwrap().unwrap().bytes, b"page one");
    assert_eq!(sources.page(&server.url("/two")).unwrap().unwrap().bytes, b"from the network");
    assert_eq!(sources.page("https://example.org/two").unwrap_err().code(), "not-granted");
    assert_eq!(server.targets(), ["/two"]);
}
