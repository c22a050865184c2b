//! What a run remembers: only what is new is read, only what changed is made again.

use huntsmith_tests::site::Site;
use huntsmith_tests::{Ran, briefs, files, huntsmith, markdown, run};
use serde_json::Value;
use std::path::Path;

/// A place of its own for a test: a site, a configuration, a state folder and an output folder.
struct Desk {
    site: Site,
    home: tempfile::TempDir,
}

impl Desk {
    fn new(feeds: &[&str]) -> Self {
        let desk = Self { site: Site::start(), home: tempfile::tempdir().unwrap() };
        std::fs::write(desk.path("huntsmith.toml"), desk.site.config("feed-rss", feeds)).unwrap();
        desk
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    fn run(&self, words: &[&str]) -> Ran {
        let ran = self.try_run(words);
        assert!(matches!(ran.code, 0 | 3), "{}", ran.err);
        ran
    }

    fn try_run(&self, words: &[&str]) -> Ran {
        let mut command = huntsmith(["run"]);
        command.args(words).current_dir(self.home.path()).args([
            "--out",
            "out",
            "--state",
            "state",
            "--cache-dir",
            "cache",
        ]);
        run(command)
    }

    fn briefs(&self) -> Vec<Value> {
        briefs(&self.path("out"))
    }

    fn titled(&self, title: &str) -> Value {
        let found: Vec<_> = self.briefs().into_iter().filter(|brief| brief["title"] == title).collect();
        assert_eq!(found.len(), 1, "{title}: {found:?}");
        found.into_iter().next().unwrap()
    }

    fn forget_output(&self) {
        std::fs::remove_dir_all(self.path("out")).unwrap();
    }
}

fn report(host: &str) -> String {
    format!("<h2>Indicators of compromise</h2><p>C2 server: {}</p>", host.replace('.', "[.]"))
}

/// A page of its own, long enough to be the article of it.
fn page(title: &str, host: &str) -> String {
    let story =
        "The operators moved on after the first stage had been unpacked, and left a scheduled task behind. ".repeat(6);
    format!(
        "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{story}</p>{}</article></body></html>",
        report(host)
    )
}

/// The stages that a summary names.
fn analysed(ran: &Ran) -> bool {
    ran.out.contains("extract ")
}

#[test]
fn an_unchanged_feed_is_no_work_and_a_new_item_is_the_only_work() {
    let desk = Desk::new(&["/news.xml"]);
    let site = &desk.site;
    site.put("/a", "text/html", page("First", "evil-one.com"));
    site.put("/b", "text/html", page("Second", "evil-two.com"));
    site.feed("/news.xml", &[("/a", "First", None), ("/b", "Second", None)]);
    let first = desk.run(&["news"]);
    assert!(first.out.contains("2 new"), "{}", first.out);
    assert_eq!(desk.briefs().len(), 2);
    site.asked();

    let before = files(&desk.path("out"));
    let second = desk.run(&["news"]);
    assert!(!analysed(&second) && second.out.starts_with("no brief was due"), "{}", second.out);
    assert_eq!(site.asked(), [("/news.xml".to_owned(), 304)]);
    assert_eq!(files(&desk.path("out")), before);

    desk.forget_output();
    site.put("/c", "text/html", page("Third", "evil-three.com"));
    site.feed("/news.xml", &[("/c", "Third", None), ("/a", "First", None), ("/b", "Second", None)]);
    let third = desk.run(&["news"]);
    assert!(third.out.contains("1 new"), "{}", third.out);
    assert_eq!(desk.briefs().len(), 1);
    desk.titled("Third");
    let asked = site.asked();
    assert!(asked.contains(&("/c".to_owned(), 200)) && asked.iter().all(|(path, _)| path != "/a"), "{asked:?}");
}

#[test]
fn a_changed_article_takes_its_predecessors_place_and_says_what_changed() {
    let desk = Desk::new(&["/news.xml"]);
    let old = format!("{}<p>The group is not named.</p>", report("evil-one.com"));
    desk.site.feed("/news.xml", &[("/a", "Report", Some(&old))]);
    desk.run(&["news"]);
    let first = desk.titled("Report");
    assert!(first.get("changes").is_none(), "{first}");
    let new = format!("{}<p>The group is Storm.</p>", report("evil-one.com"));
    desk.site.feed("/news.xml", &[("/a", "Report, updated", Some(&new))]);
    let ran = desk.run(&["news"]);
    assert!(ran.out.contains("1 changed"), "{}", ran.out);
    let all = desk.briefs();
    assert_eq!(all.len(), 1, "the old files are gone");
    let changes = &all[0]["changes"];
    assert_eq!(changes["title_before"], "Report");
    assert_eq!(changes["added"], serde_json::json!(["The group is Storm."]));
    assert_eq!(changes["removed"], serde_json::json!(["The group is not named."]));
    let markdown = markdown(&desk.path("out")).into_values().next().unwrap();
    assert!(markdown.contains("## What changed") && markdown.contains("The group is Storm."), "{markdown}");
}

#[test]
fn a_report_that_two_feeds_print_is_one_brief_with_both_links() {
    let desk = Desk::new(&["/maker.xml", "/paper.xml"]);
    let text = page("Loader", "evil-one.com");
    desk.site.feed("/maker.xml", &[("/m", "Loader", Some(&text))]);
    desk.site.feed("/paper.xml", &[("/p", "Loader, says maker", Some(&text))]);
    let ran = desk.run(&["maker", "paper"]);
    assert!(ran.out.contains("1 new, 1 printed elsewhere too"), "{}", ran.out);
    let brief = desk.titled("Loader");
    assert_eq!(desk.briefs().len(), 1);
    assert_eq!(brief["links"][0]["url"], desk.site.url("/p"));
    assert_eq!(brief["links"][0]["title"], "Loader, says maker");
    let markdown = markdown(&desk.path("out")).into_values().next().unwrap();
    assert!(markdown.contains("Also printed by"));
}

#[test]
fn another_configuration_or_plugin_and_force_make_briefs_again_and_nothing_else_does() {
    let desk = Desk::new(&["/news.xml"]);
    desk.site.feed("/news.xml", &[("/a", "Report", Some(&report("evil-one.com")))]);
    desk.run(&["news"]);
    for words in [
        &["news", "--mapping", "{\"index\":\"main\"}"][..],
        &["news", "--without", "attack-model"],
        &["news", "--dialect", "splunk"],
    ] {
        desk.forget_output();
        let ran = desk.run(words);
        assert!(analysed(&ran) && desk.briefs().len() == 1, "{words:?}: {}", ran.out);
        desk.forget_output();
        let ran = desk.run(words);
        assert!(!analysed(&ran) && desk.briefs().is_empty(), "{words:?}: {}", ran.out);
    }
    let ran = desk.run(&["news", "--dialect", "splunk", "--force"]);
    assert!(analysed(&ran) && desk.briefs().len() == 1, "{}", ran.out);
}

#[test]
fn a_page_that_cannot_be_had_is_tried_again_until_it_can() {
    let desk = Desk::new(&["/news.xml"]);
    desk.site.put_status("/a", 503, "text/plain", "later");
    desk.site.put_status("/gone", 410, "text/plain", "gone");
    desk.site.feed("/news.xml", &[("/a", "Report", None), ("/gone", "Gone", None)]);
    let ran = desk.run(&["news"]);
    assert!(ran.err.contains("/a") && ran.out.contains("2 pages missing"), "{}\n{}", ran.out, ran.err);
    assert!(desk.briefs().is_empty());
    desk.site.put("/a", "text/html", page("Report", "evil-one.com"));
    desk.site.asked();
    let ran = desk.run(&["news"]);
    assert!(ran.out.contains("1 new"), "{}", ran.out);
    assert_eq!(desk.titled("Report")["indicators"][0]["value"], "evil-one.com");
    let asked = desk.site.asked();
    assert!(asked.iter().all(|(path, _)| path != "/gone"), "a page that is gone for good is not asked for: {asked:?}");
    desk.site.asked();
    desk.run(&["news"]);
    assert_eq!(desk.site.asked(), [("/news.xml".to_owned(), 304)]);
}

#[test]
fn what_is_named_by_hand_is_always_written_and_remembered_where_asked() {
    let desk = Desk::new(&[]);
    std::fs::write(desk.path("report.txt"), "Indicators of compromise\n\nC2 server: evil-domain[.]com\n").unwrap();
    let first = desk.run(&["report.txt"]);
    assert!(analysed(&first), "{}", first.out);
    let written = files(&desk.path("out"));
    assert_eq!(written.len(), 2);
    desk.forget_output();
    let second = desk.run(&["report.txt"]);
    assert!(!analysed(&second), "its brief is known: {}", second.out);
    assert_eq!(files(&desk.path("out")), written);
    let plain = desk.path("plain");
    let mut command = huntsmith(["run", "report.txt", "--out"]);
    command.arg(&plain).current_dir(desk.home.path());
    assert_eq!(run(command).code, 0);
    assert_eq!(files(&plain), written, "what is remembered does not show");
}

#[test]
fn of_two_runs_at_once_one_says_so() {
    let desk = Desk::new(&["/news.xml"]);
    desk.site.feed("/news.xml", &[]);
    let _lock = huntsmith::store::Store::lock(&desk.path("state")).unwrap();
    let ran = desk.try_run(&["news"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("in use") && ran.err.contains("hint:"), "{}", ran.err);
}

#[test]
fn offline_works_from_the_cache_alone_and_says_what_is_missing() {
    let desk = Desk::new(&["/news.xml"]);
    desk.site.put("/a", "text/html", page("First", "evil-one.com"));
    desk.site.feed("/news.xml", &[("/a", "First", None)]);
    let missing = desk.try_run(&["news", "--offline"]);
    assert_eq!(missing.code, 3, "{}", missing.err);
    assert!(missing.err.contains("offline") && missing.err.contains("/news.xml"), "{}", missing.err);
    assert!(desk.site.asked().is_empty());
    desk.run(&["news"]);
    let online = files(&desk.path("out"));
    desk.forget_output();
    desk.site.asked();
    let again = desk.run(&["news", "--offline", "--force"]);
    assert_eq!(files(&desk.path("out")), online, "{}", again.err);
    assert!(desk.site.asked().is_empty(), "nothing was asked");
    // An entry whose page the cache does not have is named, and the rest is there.
    std::fs::write(
        desk.path("saved.xml"),
        format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>S</title><item><title>Not there</title><link>{}</link></item></channel></rss>", "https://elsewhere.example/x"),
    )
    .unwrap();
    let ran = desk.run(&["saved.xml", "--offline"]);
    assert!(ran.err.contains("https://elsewhere.example/x") && ran.err.contains("offline"), "{}", ran.err);
    assert!(ran.out.contains("1 pages missing"), "{}", ran.out);
}

#[test]
fn a_marking_bounds_what_is_written() {
    let desk = Desk::new(&["/open.xml", "/closed.xml"]);
    let config = std::fs::read_to_string(desk.path("huntsmith.toml")).unwrap();
    std::fs::write(desk.path("huntsmith.toml"), config + "tlp = \"amber\"\n").unwrap();
    let text = page("Loader", "evil-one.com");
    desk.site.feed("/closed.xml", &[("/c", "Closed", Some(&text)), ("/d", "Own", Some(&report("evil-two.com")))]);
    desk.site.feed("/open.xml", &[("/o", "Open", Some(&text))]);
    let ran = desk.run(&["closed", "open", "--max-tlp", "green"]);
    let titles: Vec<_> = desk.briefs().iter().map(|brief| brief["title"].as_str().unwrap().to_owned()).collect();
    // The text that stands in the open has its brief, though the closed feed printed it first.
    assert_eq!(titles, ["Open"], "{}", ran.out);
    assert!(desk.briefs()[0].get("links").is_none(), "a link of higher marking is not named");
    assert!(ran.out.contains("2 withheld"), "{}", ran.out);
    // Without the bound they are made up for.
    desk.run(&["closed", "open"]);
    assert_eq!(desk.briefs().len(), 3);
    assert_eq!(desk.titled("Own")["tlp"], "amber");
    // By hand.
    std::fs::write(desk.path("report.txt"), "Indicators of compromise\n\nC2 server: evil-domain[.]com\n").unwrap();
    let withheld = desk.run(&["report.txt", "--tlp", "red", "--max-tlp", "amber+strict"]);
    assert!(withheld.out.contains("1 withheld"), "{}", withheld.out);
    assert_eq!(desk.try_run(&["report.txt", "--max-tlp", "pink"]).code, 2);
}

/// Not to be confused with the lock of a path that nobody made.
#[test]
fn a_state_folder_that_cannot_be_made_is_a_usage_error() {
    let desk = Desk::new(&[]);
    std::fs::write(desk.path("report.txt"), "text of a report").unwrap();
    std::fs::write(desk.path("state"), "a file").unwrap();
    let ran = desk.try_run(&["report.txt"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("state") && Path::new(&desk.path("state")).is_file(), "{}", ran.err);
}

#[test]
fn briefs_are_found_again_by_value_technique_and_words() {
    let desk = Desk::new(&["/news.xml"]);
    let text = format!("{}<p>They used T1059.001 and \u{1b}[31m left a marmoset behind.</p>", report("evil-one.com"));
    desk.site.feed("/news.xml", &[("/a", "First", Some(&text)), ("/b", "Second", Some(&report("evil-two.com")))]);
    desk.run(&["news"]);
    let search = |words: &[&str]| {
        let mut command = huntsmith(["search"]);
        command.args(words).current_dir(desk.home.path()).args(["--state", "state"]);
        run(command)
    };
    for (words, titles) in [
        (&["evil-one.com"][..], &["First"][..]),
        (&["evil-one[.]com"], &["First"]),
        (&["T1059"], &["First"]),
        (&["marmoset", "behind"], &["First"]),
        (&["no-such-thing"], &[]),
        (&["evil-one.com", "--max-tlp", "clear", "--limit", "1"], &["First"]),
    ] {
        let ran = search(&[words, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let hits = huntsmith_tests::lines(&ran.out);
        let found: Vec<_> = hits.iter().map(|hit| hit["title"].as_str().unwrap()).collect();
        assert_eq!(found, titles, "{words:?}");
    }
    let shown = search(&["evil-one.com"]);
    assert!(shown.out.contains("evil-one[.]com") && !shown.out.contains("evil-one.com"), "{}", shown.out);
    let words = search(&["marmoset"]);
    assert!(words.out.contains("marmoset") && !words.out.contains('\u{1b}'), "{}", words.out);
    let mut nowhere = huntsmith(["search", "x", "--state", "nowhere"]);
    nowhere.current_dir(desk.home.path());
    let ran = run(nowhere);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nothing is remembered") && ran.err.contains("hint:"), "{}", ran.err);
}

#[test]
fn the_history_of_an_address_and_collecting_it() {
    let desk = Desk::new(&["/news.xml"]);
    let url = desk.site.url("/a");
    for word in ["first", "second", "third"] {
        desk.site.feed(
            "/news.xml",
            &[("/a", "Report", Some(&format!("{}<p>The {word} text.</p>", report("evil-one.com"))))],
        );
        desk.run(&["news"]);
    }
    let ask = |words: &[&str]| {
        let mut command = huntsmith(words);
        command.current_dir(desk.home.path()).args(["--state", "state"]);
        run(command)
    };
    let history = ask(&["history", &url]);
    assert!(history.out.contains("+ The third text.") && history.out.contains("- The second text."), "{}", history.out);
    let lines = huntsmith_tests::lines(&ask(&["history", &format!("{url}?utm_source=x#top"), "--json"]).out);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2]["changes"]["added"], serde_json::json!(["The third text."]));
    assert!(lines.iter().all(|line| line["briefed"].is_string()), "{lines:?}");
    assert_eq!(ask(&["history", "https://example.org/never"]).code, 3);

    let dry = ask(&["gc", "--revisions", "1", "--dry-run", "--cache-dir", "cache"]);
    assert!(dry.out.contains("would go: 0 articles, 2 revisions, 2 briefs"), "{}", dry.out);
    assert_eq!(huntsmith_tests::lines(&ask(&["history", &url, "--json"]).out).len(), 3);
    let gone = ask(&["gc", "--revisions", "1", "--cache-dir", "cache"]);
    assert!(gone.out.contains("gone: 0 articles, 2 revisions, 2 briefs"), "{}", gone.out);
    assert_eq!(huntsmith_tests::lines(&ask(&["history", &url, "--json"]).out).len(), 1);
    let all = ask(&["gc", "--max-mib", "0", "--cache-days", "0", "--cache-dir", "cache"]);
    assert!(all.out.contains("gone: 1 article,") && all.out.contains("the store has 0 articles"), "{}", all.out);
    // What was taken out stays known: the feed does not bring it back.
    desk.forget_output();
    let ran = desk.run(&["news"]);
    assert!(desk.briefs().is_empty(), "{}", ran.out);
}

#[test]
fn what_plugins_log_is_shown_on_demand_and_cannot_move_the_cursor() {
    let home = tempfile::tempdir().unwrap();
    let report = home.path().join("report.txt");
    std::fs::write(&report, "Indicators of compromise\n\nC2 server: evil-domain[.]com\n").unwrap();
    let chatty = home.path().join("chatty.wasm");
    let component = crate::sandbox::guest::extractor(
        "(data (i32.const 900) \"seen \\1b[31m it\")",
        "",
        "(call $log (i32.const 2) (i32.const 900) (i32.const 13))",
    );
    let manifest = crate::sandbox::guest::manifest(huntsmith::plugin::World::IocExtractor, serde_json::json!({}));
    std::fs::write(&chatty, huntsmith::plugin::component::adopt(&component, &manifest).unwrap()).unwrap();
    let logged = |words: &[&str]| {
        let mut command = huntsmith(["run"]);
        command.arg(&report).arg("--plugin").arg(&chatty).arg("--out").arg(home.path().join("out")).args(words);
        run(command).err
    };
    for words in [&["-v"][..], &["--log", "warn"]] {
        let err = logged(words);
        assert!(err.contains("log: tried@1.2.3 warn: seen \u{fffd}[31m it"), "{err}");
    }
    assert!(!logged(&[]).contains("log: ") && !logged(&["--log", "error"]).contains("log: "));
}
