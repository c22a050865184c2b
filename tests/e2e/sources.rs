//! Every kind of source over a real server: the plugin asks through the host's client, the host reads what it brings, and
//! the brief says what the source stated.

use crate::serve::{Said, Server};
use huntsmith_tests::{Ran, briefs, files, huntsmith, run};
use serde_json::{Value, json};
use std::path::Path;

/// Runs one configured feed; its briefs by title.
fn followed(home: &Path, plugin: &str, url: &str, more: &str, port: u16) -> (Ran, Vec<Value>) {
    let grants = match port {
        0 => String::new(),
        port => format!("allow-http = true\nprivate-hosts = [\"127.0.0.1\"]\nports = [{port}]\n"),
    };
    let config = home.join("huntsmith.toml");
    std::fs::write(&config, format!("[feeds.it]\nplugin = \"{plugin}\"\nurl = \"{url}\"\n{grants}{more}")).unwrap();
    let out = home.join("briefs");
    let mut command = huntsmith(["run", "it", "--dialect", "defender", "--config"]);
    command
        .arg(&config)
        .arg("--out")
        .arg(&out)
        .env("HOME", home)
        .env("XDG_STATE_HOME", home)
        .env("XDG_CACHE_HOME", home);
    let ran = run(command);
    let mut briefs = briefs(&out);
    briefs.sort_by_key(|brief| brief["title"].to_string());
    (ran, briefs)
}

fn values<'a>(brief: &'a Value, kind: &str) -> Vec<&'a str> {
    let indicators = brief["indicators"].as_array().into_iter().flatten();
    indicators.filter(|one| one["kind"] == kind).filter_map(|one| one["value"].as_str()).collect()
}

fn techniques(brief: &Value) -> Vec<&str> {
    brief["techniques"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect()
}

#[test]
fn advisories_by_their_list_of_changes() {
    let malware = json!({"schema_version": "1.7.0", "id": "MAL-2024-1", "modified": "2024-05-07T00:00:00Z",
        "summary": "Malicious code in evil-left-pad (npm)",
        "details": "The install script asks `drop-evil[.]com` for a second stage and steals tokens.",
        "affected": [{"package": {"ecosystem": "npm", "name": "evil-left-pad"}, "versions": ["1.0.0"]}]});
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/npm/modified_id.csv" => {
            Said::ok("text/csv", "2024-05-07T00:00:00Z,MAL-2024-1\n2024-05-06T00:00:00Z,GONE-1\n")
        }
        "/npm/MAL-2024-1.json" => Said::ok("application/json", malware.to_string()),
        _ => Said::status(404),
    });
    let home = tempfile::tempdir().unwrap();
    let (ran, briefs) = followed(home.path(), "feed-osv", &server.url("/npm/modified_id.csv"), "", server.port);
    assert_eq!((ran.code, briefs.len()), (0, 1), "{}", ran.err);
    assert_eq!(values(&briefs[0], "package"), ["pkg:npm/evil-left-pad"]);
    assert_eq!(values(&briefs[0], "domain"), ["drop-evil.com"]);
    assert!(ran.err.contains("GONE-1.json"), "the entry that is missing is named: {}", ran.err);
}

#[test]
fn a_collection_in_pages() {
    let id = |kind: &str, n: u32| format!("{kind}--00000000-0000-4000-8000-{n:012}");
    let base = |kind: &str, n: u32| {
        json!({"type": kind, "id": id(kind, n), "spec_version": "2.1",
        "created": "2024-05-06T08:00:00Z", "modified": "2024-05-06T08:00:00Z"})
    };
    let with = |mut object: Value, members: Value| {
        object.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        object
    };
    let report = with(
        base("report", 1),
        json!({"name": "Loader campaign", "published": "2024-05-06T00:00:00Z",
        "description": "The actors sent mails with a loader.", "object_refs": [id("indicator", 2), id("attack-pattern", 3)]}),
    );
    let indicator = with(
        base("indicator", 2),
        json!({"pattern_type": "stix", "name": "C2 of the loader",
        "pattern": "[domain-name:value = 'c2-loader.com' OR file:hashes.'SHA-256' = 'a3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2']"}),
    );
    let technique = with(
        base("attack-pattern", 3),
        json!({"name": "PowerShell",
        "external_references": [{"source_name": "mitre-attack", "external_id": "T1059.001"}]}),
    );
    let server = Server::start(move |asked| {
        let page = match asked.path.as_str() {
            "/api/collections/1/objects/" => json!({"more": true, "next": "p2", "objects": [report]}),
            "/api/collections/1/objects/?next=p2" => json!({"objects": [indicator, technique]}),
            _ => return Said::status(404),
        };
        let mut said = Said::ok("application/taxii+json;version=2.1", page.to_string());
        said.headers.push(("X-TAXII-Date-Added-Last".into(), "2024-05-06T08:00:00.000000Z".into()));
        said
    });
    let home = tempfile::tempdir().unwrap();
    let (ran, briefs) = followed(home.path(), "feed-taxii", &server.url("/api/collections/1/"), "", server.port);
    assert_eq!((ran.code, briefs.len()), (0, 1), "{}", ran.err);
    assert_eq!(values(&briefs[0], "domain"), ["c2-loader.com"]);
    assert_eq!(values(&briefs[0], "sha256").len(), 1);
    assert!(techniques(&briefs[0]).contains(&"T1059.001"), "{}", briefs[0]["techniques"]);
    let accept = |name: &str| name == "accept";
    assert!(
        server
            .asked()
            .iter()
            .all(|asked| asked.headers.iter().any(|(name, value)| accept(name) && value.contains("taxii")))
    );
}

#[test]
fn events_by_their_manifest() {
    let uuid = "5f3a1c2e-0001-4000-8000-000000000001";
    let event = json!({"Event": {"uuid": uuid, "info": "Phishing wave", "date": "2024-05-06", "timestamp": "1714989600",
        "Attribute": [{"uuid": "a", "type": "domain", "value": "login-phish.com", "to_ids": true},
                      {"uuid": "b", "type": "dash", "value": "XpESxaUmonkq8RaLLp46Brx2K39ggQe226", "to_ids": true}]}});
    let manifest = json!({uuid: {"date": "2024-05-06", "timestamp": "1714989600"}});
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/feed/manifest.json" => Said::ok("application/json", manifest.to_string()),
        path if path.ends_with(&format!("{uuid}.json")) => Said::ok("application/json", event.to_string()),
        _ => Said::status(404),
    });
    let home = tempfile::tempdir().unwrap();
    let (ran, briefs) = followed(home.path(), "feed-misp", &server.url("/feed/"), "", server.port);
    assert_eq!((ran.code, briefs.len()), (0, 1), "{}", ran.err);
    assert_eq!(values(&briefs[0], "domain"), ["login-phish.com"]);
}

#[test]
fn a_blog_without_a_feed() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/blog" => Said::ok(
            "text/html",
            "<article><h2>Loader</h2><time datetime=2024-05-06>x</time><a href=/blog/loader>go</a></article>\
            <article><h2>Jobs</h2><a href=/jobs/1>go</a></article>",
        ),
        "/blog/loader" => Said::ok(
            "text/html",
            "<html><body><main><h1>Loader</h1><h2>Indicators of compromise</h2>\
            <p>The loader's C2 server is evil-loader[.]com, and it waits for an hour before it asks.</p></main></body></html>",
        ),
        _ => Said::status(404),
    });
    let home = tempfile::tempdir().unwrap();
    let more = "options = { include = [\"/blog/\"] }\n";
    let (ran, briefs) = followed(home.path(), "feed-page", &server.url("/blog"), more, server.port);
    assert_eq!((ran.code, briefs.len()), (0, 1), "{}", ran.err);
    assert_eq!(briefs[0]["title"], "Loader");
    assert_eq!(briefs[0]["published"], "2024-05-06T00:00:00Z");
    assert_eq!(values(&briefs[0], "domain"), ["evil-loader.com"]);
    // The next run asks for the index and for nothing else.
    let before = server.asked().len();
    let (ran, _) = followed(home.path(), "feed-page", &server.url("/blog"), more, server.port);
    let asked: Vec<_> = server.asked().into_iter().skip(before).map(|asked| asked.path).collect();
    assert_eq!((ran.code, asked), (0, vec!["/blog".to_owned()]), "{}", ran.err);
}

#[test]
fn a_secret_goes_to_its_host_and_nowhere_else() {
    const VALUE: &str = "tok3n-of-the-collection";
    let server = Server::start(|asked| {
        let sent = asked.headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.as_str());
        match (asked.path.as_str(), sent) {
            ("/blog", Some("Bearer tok3n-of-the-collection")) => Said::ok(
                "text/html",
                format!("<article><a href=/blog/loader>Loader</a></article><!-- you sent {VALUE} -->"),
            ),
            ("/blog", _) => Said::status(401),
            ("/blog/loader", None) => Said::ok("text/html", "<p>The C2 server is evil-loader[.]com.</p>"),
            _ => Said::status(404),
        }
    });
    let (home, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = kept.path().join("token");
    std::fs::write(&file, format!("{VALUE}\n")).unwrap();
    let without = "options = { include = [\"/blog/\"] }\n";
    let (ran, _) = followed(home.path(), "feed-page", &server.url("/blog"), without, server.port);
    assert!(ran.code == 3 && ran.err.contains("401") && ran.err.contains("[fetch.secrets.NAME]"), "{}", ran.err);
    let with = format!(
        "secrets = [\"collection\"]\noptions = {{ include = [\"/blog/\"], secret = \"collection\" }}\n\
         [fetch.secrets.collection]\nfile = \"{}\"\nhosts = [\"127.0.0.1\"]\nprefix = \"Bearer \"\n",
        file.display()
    );
    let (ran, briefs) = followed(home.path(), "feed-page", &server.url("/blog"), &with, server.port);
    assert_eq!((ran.code, briefs.len()), (0, 1), "{}", ran.err);
    assert!(!ran.err.contains(VALUE) && !ran.out.contains(VALUE));
    let has_it = |bytes: &[u8]| bytes.windows(VALUE.len()).any(|window| window == VALUE.as_bytes());
    // What a server sends is its own: the cached page may have it, nothing that was made of it may.
    let written = files(home.path()).into_iter().filter(|(name, _)| !name.contains("/http/"));
    let found: Vec<_> = written.filter(|(_, bytes)| has_it(bytes)).map(|(name, _)| name).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// A server's header, or a page's own word, and neither is true.
#[test]
fn pages_whose_charset_is_wrong_are_read_all_the_same() {
    let page = |words: &str, charset: &str| {
        // Each its own story: what is the same would be joined.
        let story = format!("{words}, {charset}: it waits and asks for more. ").repeat(6);
        format!(
            "<html><head><meta charset={charset}></head><body><main><h1>Report</h1><p>{words}</p><p>{story}</p>\
            <p>The C2 server is evil-loader[.]com.</p></main></body></html>"
        )
    };
    let cyrillic = |text: String| -> Vec<u8> {
        let byte = |c: char| match c {
            'А'..='я' => (u32::from(c) - 0x410 + 0xc0) as u8,
            c => c as u8,
        };
        text.chars().map(byte).collect()
    };
    let pages = [
        ("/utf8-called-latin", "text/html; charset=iso-8859-1", page("Café Überfall", "windows-1252").into_bytes()),
        ("/latin-called-utf8", "text/html; charset=utf-8", b"Caf\xe9 \xdcberfall".to_vec()),
        ("/cyrillic-called-utf8", "text/html; charset=utf-8", cyrillic(page("Атака на банк", "windows-1251"))),
        ("/nonsense", "text/html; charset=klingon", page("Café Überfall", "klingon").into_bytes()),
    ];
    let expected = ["Café Überfall", "Café Überfall", "Атака на банк", "Café Überfall"];
    let paths = pages.clone().map(|(path, ..)| path);
    let server = Server::start(move |asked| {
        if let Some((_, media_type, body)) = pages.iter().find(|(path, ..)| *path == asked.path) {
            return Said::ok(media_type, body.clone());
        }
        let host = asked.headers.iter().find(|(name, _)| name == "host").map_or("", |(_, host)| host);
        let items = paths.map(|path| format!("<item><title>{path}</title><link>http://{host}{path}</link></item>"));
        match asked.path.as_str() {
            "/feed.xml" => Said::ok(
                "application/rss+xml",
                format!("<rss version=\"2.0\"><channel><title>T</title>{}</channel></rss>", items.concat()),
            ),
            _ => Said::status(404),
        }
    });
    let home = tempfile::tempdir().unwrap();
    let more = "[fetch]\nspacing-ms = 0\n";
    let (ran, briefs) = followed(home.path(), "feed-rss", &server.url("/feed.xml"), more, server.port);
    assert_eq!((ran.code, briefs.len()), (0, 4), "{}", ran.err);
    for (path, words) in paths.into_iter().zip(expected) {
        let brief = briefs.iter().find(|brief| brief["url"] == server.url(path)).unwrap();
        assert!(brief["text"].as_str().unwrap().contains(words), "{path}: {}", brief["text"]);
        let mended = brief["notes"].as_array().unwrap().iter().any(|note| note["code"] == "encoding_mended");
        assert_eq!(mended, path != "/nonsense", "{path}: {}", brief["notes"]);
    }
}

#[test]
fn a_folder_with_a_report_and_a_mailbox() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("saved reports");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.md"), "# One\n\n## Indicators of compromise\n\n- C2: one-evil[.]com\n").unwrap();
    let mailbox = "From a@b.example Mon May  6 08:00:00 2024\nFrom: a@b.example\nSubject: Two\n\n\
        Indicators of compromise:\n\nC2: two-evil[.]com\n\nFrom a@b.example Mon May  6 08:00:00 2024\nSubject: Three\n\n\
        Indicators of compromise:\n\nC2: three-evil[.]com\n\n";
    std::fs::write(folder.join("b.mbox"), mailbox).unwrap();
    let url = format!("file://{}", folder.display().to_string().replace(' ', "%20"));
    let (ran, briefs) = followed(home.path(), "feed-folder", &url, "", 0);
    assert_eq!((ran.code, briefs.len()), (0, 3), "{}", ran.err);
    let mut found: Vec<&str> = briefs.iter().flat_map(|brief| values(brief, "domain")).collect();
    found.sort_unstable();
    assert_eq!(found, ["one-evil.com", "three-evil.com", "two-evil.com"]);

    // The cursor goes from file to file and from run to run: a copy brings nothing, a grown mailbox its new message.
    std::fs::copy(folder.join("a.md"), folder.join("copy of a.md")).unwrap();
    let more = "From a@b.example Mon May  6 08:00:00 2024\nSubject: Four\n\nIndicators of compromise:\n\nC2: four-evil[.]com\n";
    std::fs::write(folder.join("b.mbox"), format!("{mailbox}{more}")).unwrap();
    std::fs::remove_dir_all(home.path().join("briefs")).unwrap();
    let (ran, briefs) = followed(home.path(), "feed-folder", &url, "", 0);
    let titles: Vec<_> = briefs.iter().map(|brief| brief["title"].as_str().unwrap()).collect();
    assert_eq!((ran.code, titles), (0, vec!["Four"]), "{}", ran.err);
    assert!(ran.out.contains("1 new"), "{}", ran.out);
}

#[test]
fn an_option_that_the_plugin_does_not_have_is_named_with_the_one_that_was_meant() {
    let home = tempfile::tempdir().unwrap();
    let more = "options = { inclde = [\"/blog/\"] }\n";
    let (ran, briefs) = followed(home.path(), "feed-page", "https://blog.example/", more, 0);
    assert_eq!((ran.code, briefs.len()), (3, 0), "{}", ran.err);
    assert!(ran.err.contains("`inclde`") && ran.err.contains("did you mean `include`?"), "{}", ran.err);
}
