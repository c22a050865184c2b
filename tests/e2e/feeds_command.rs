//! `huntsmith feeds`: presets into huntsmith.toml and out of it again, and a feed tried without a trace.

use crate::serve::{Said, Server};
use huntsmith_tests::{Ran, files, huntsmith, lines, run};
use std::path::Path;

fn feeds(config: &Path, words: &[&str]) -> Ran {
    let mut command = huntsmith(["feeds"]);
    command.args(words).arg("--config").arg(config);
    run(command)
}

#[test]
fn a_preset_goes_in_and_out_and_the_file_stays_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("huntsmith.toml");
    let before = "# our feeds\n[feeds.own]\nplugin = \"feed-rss\" # the old one\nurl = \"https://blog.example/feed\"\n";
    std::fs::write(&config, before).unwrap();
    let added = feeds(&config, &["add", "cisa-kev"]);
    assert_eq!(added.code, 0, "{}", added.err);
    let after = std::fs::read_to_string(&config).unwrap();
    assert!(after.starts_with(before) && after.contains("[feeds.cisa-kev]") && after.contains("hosts = ["), "{after}");
    let listed = lines(&feeds(&config, &["list", "--json"]).out);
    let state = |name: &str| listed.iter().find(|one| one["name"] == name).map(|one| one["state"].clone()).unwrap();
    assert_eq!((state("cisa-kev"), state("own")), ("configured".into(), "configured".into()));
    for name in [
        "hacker-news",
        "bleepingcomputer",
        "microsoft-security",
        "unit42",
        "talos",
        "welivesecurity",
        "securelist",
        "sentinellabs",
        "lab52",
        "aikido",
        "stepsecurity",
        "snyk",
        "cybersecuritynews",
        "cisa-advisories",
        "github-advisories",
    ] {
        assert_eq!(state(name), "preset", "{name}");
    }
    assert_eq!(feeds(&config, &["add", "cisa-kev"]).code, 2);
    assert_eq!(feeds(&config, &["remove", "cisa-kev"]).code, 0);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before);
}

#[test]
fn what_is_meant_is_said() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("huntsmith.toml");
    for (words, said) in [
        (&["add", "cisa-kve"][..], "did you mean `cisa-kev`?"),
        (&["add", "https://blog.example/", "--reads", "feed-pages"], "did you mean `feed-page`?"),
        (&["add", "https://blog.example/", "--reads", "feed-page", "--option", "frist=3"], "did you mean `first`?"),
        (&["add", "https://blog.example/", "--reads", "feed-page", "--option", "first=0"], "from 1 to 5000"),
        (&["remove", "nothing"], "no feed `nothing`"),
        (&["test", "cisa-kve"], "did you mean `cisa-kev`?"),
    ] {
        let ran = feeds(&config, words);
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.err);
        assert!(ran.err.contains(said) && ran.err.contains("hint:"), "{words:?}: {}", ran.err);
    }
    assert!(!config.exists(), "nothing was written");
}

#[test]
fn a_feed_is_tried_without_a_trace() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/blog" => Said::ok(
            "text/html",
            "<div class=p><a href=/blog/a>First \u{1b}[31mpost</a></div><div class=p><a href=/blog/b>Second</a></div>",
        ),
        _ => Said::status(404),
    });
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("huntsmith.toml");
    let port = server.port.to_string();
    let words = [
        "add",
        &server.url("/blog"),
        "--name",
        "blog",
        "--reads",
        "feed-page",
        "--option",
        "item=div.p",
        "--option",
        "first=1",
        "--private-host",
        "127.0.0.1",
        "--allow-http",
        "--port",
        &port,
    ];
    let added = feeds(&config, &words);
    assert_eq!(added.code, 0, "{}", added.err);
    let before = files(home.path());
    let tried = feeds(&config, &["test", "blog"]);
    assert_eq!(tried.code, 0, "{}", tried.err);
    assert!(tried.out.starts_with("1 item\n") && tried.out.contains(&server.url("/blog/a")), "{}", tried.out);
    assert!(!tried.out.contains('\u{1b}'), "{:?}", tried.out);
    assert!(tried.err.contains("1 older posts"), "{}", tried.err);
    assert_eq!(files(home.path()), before);
    let refused = feeds(&config, &["add", &server.url("/gone"), "--name", "gone"]);
    assert_eq!(refused.code, 0, "{}", refused.err);
    let refused = feeds(&config, &["test", "gone"]);
    assert_eq!(refused.code, 3, "{}", refused.err);
    assert!(refused.err.contains("hint:"), "{}", refused.err);
}
