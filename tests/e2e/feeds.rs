//! A configured feed over a real server: the plugin asks through the host's client, under the grant of the configuration.

use huntsmith_tests::{briefs, huntsmith, run};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

const FEED: &str = r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
    <title>Loopback</title><item><title>Served report</title><guid>1</guid><link>https://news.example/1</link>
    <content:encoded><![CDATA[<h2>Indicators of compromise</h2><p>C2 server: evil-domain[.]com</p>]]></content:encoded>
    </item></channel></rss>"#;

/// Serves one answer to so many requests, and says how many came with a header line that begins so, in lower case.
pub fn served(answer: &'static str, header: &'static str, requests: usize) -> (u16, std::thread::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(false).unwrap();
    let server = std::thread::spawn(move || {
        let mut ours = 0;
        for stream in listener.incoming().take(requests).flatten() {
            let mut reader = BufReader::new(stream);
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap_or(0) > 0 && !line.trim().is_empty() {
                ours += usize::from(line.to_ascii_lowercase().starts_with(header));
                line.clear();
            }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n";
            let answer = format!("{head}Content-Length: {}\r\n\r\n{answer}", answer.len());
            let _ = reader.into_inner().write_all(answer.as_bytes());
        }
        ours
    });
    (port, server)
}

#[test]
fn a_feed_is_read_under_its_grant_and_not_without_one() {
    let (port, server) = served(FEED, "user-agent: huntsmith", 1);
    let home = tempfile::tempdir().unwrap();
    let config = |name: &str, grants: &str| {
        let path = home.path().join(name);
        let feed = format!("[feeds.loop]\nplugin = \"feed-rss\"\nurl = \"http://127.0.0.1:{port}/feed.xml\"\n{grants}");
        std::fs::write(&path, feed).unwrap();
        path
    };
    let poll = |config: &std::path::Path, out: &str| {
        let mut command = huntsmith(["run", "loop", "--config"]);
        command.arg(config).arg("--out").arg(home.path().join(out));
        command.arg("--state").arg(home.path().join("state")).arg("--cache-dir").arg(home.path().join("cache"));
        run(command)
    };
    let refused = poll(&config("refused.toml", ""), "refused");
    assert_eq!(refused.code, 3, "{}", refused.err);
    assert!(refused.err.contains("feed-rss@") && refused.err.contains("hint:"), "{}", refused.err);
    assert!(briefs(&home.path().join("refused")).is_empty());

    let grants = format!("allow-http = true\nprivate-hosts = [\"127.0.0.1\"]\nports = [{port}]\n");
    let granted = poll(&config("granted.toml", &grants), "granted");
    assert_eq!(granted.code, 0, "{}", granted.err);
    let briefs = briefs(&home.path().join("granted"));
    assert_eq!(briefs.len(), 1);
    assert_eq!(briefs[0]["title"], "Served report");
    assert_eq!(briefs[0]["indicators"][0]["value"], "evil-domain.com");
    assert_eq!(server.join().unwrap(), 1);
}

#[test]
fn a_configuration_that_is_wrong_is_a_usage_error() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("bad.toml");
    std::fs::write(&path, "[feeds.loop]\nplugin = \"feed-rss\"\nadress = \"x\"\n").unwrap();
    let mut command = huntsmith(["run", "loop", "--config"]);
    command.arg(&path).arg("--out").arg(home.path().join("out"));
    let ran = run(command);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("bad.toml") && ran.err.contains("hint:"), "{}", ran.err);
}
