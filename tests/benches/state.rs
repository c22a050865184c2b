//! What remembering costs: one more article in a full store, a run over unchanged feeds, a run's memory. `cargo xtask
//! bench` runs this; `cargo bench -p huntsmith-tests --bench state` this alone.

use huntsmith::model::{Article, BRIEF_SCHEMA_VERSION, Brief, Content, Indicator, Span};
use huntsmith::pipeline::article_id;
use huntsmith::store::{Kept, Page, Store, StoredArticle};
use huntsmith_tests::site::Site;
use huntsmith_tests::{huntsmith, root};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Articles of the full store.
const FULL: usize = 100_000;
/// Articles that are added to measure one.
const MORE: usize = 200;
/// Feeds and their items.
const FEEDS: usize = 15;
const ITEMS: usize = 500;

fn main() {
    println!("figure | median | reference | ratio | wanted");
    println!("---|---|---|---|---");
    one_more();
    unchanged_feeds();
    memory();
}

/// A text of `words` words; texts of different seeds have nothing in common.
fn text(seed: usize, words: usize) -> String {
    let word = |n: usize| {
        let mixed = (n as u64 ^ ((seed as u64) << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40;
        let letter = |shift: u64| char::from(b'a' + ((hash >> shift) % 26) as u8);
        [0, 5, 10, 15].map(letter).iter().collect::<String>()
    };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn article(feed: &str, number: usize) -> StoredArticle {
    let url = format!("https://{feed}.example/{number}");
    let content = Content { title: Some(format!("Report {number}")), text: text(number, 600), ..Content::default() };
    let id = article_id(feed, &url, &content);
    let article = Article { id, source: feed.into(), url, content, ..Article::default() };
    let kept = Kept { article, ..Kept::default() };
    StoredArticle { key: number.to_string(), stamp: "s".into(), shared_url: false, kept }
}

fn brief(article: &Article) -> Brief {
    let indicator = Indicator {
        kind: "domain".into(),
        value: format!("host-{}.example", &article.id[..8]),
        parts: vec![],
        spans: vec![Span { start: 0, end: 4 }],
        defanged: true,
        role: "attacker".into(),
        confidence: 90,
        reasons: vec![],
        properties: vec![],
        plugin: None,
    };
    Brief {
        version: BRIEF_SCHEMA_VERSION,
        article: article.id.clone(),
        title: article.content.title.clone().unwrap_or_default(),
        source: article.source.clone(),
        url: article.url.clone(),
        text: article.content.text.clone(),
        indicators: vec![indicator],
        ..Brief::default()
    }
}

/// Stores articles and their briefs as a run does.
fn put(store: &Store, feed: &str, articles: &[StoredArticle]) {
    store.commit_page(&Page { feed, articles, ..Page::default() }).expect("it is stored");
    for id in store.without_brief(feed, "v1").expect("it can be read") {
        let kept = store.kept(&id).expect("it can be read").expect("it is there");
        store.record_brief("v1", &brief(&kept.article)).expect("it is stored");
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn row(name: &str, time: Duration, reference: &str, other: Duration, wanted: &str) {
    let ratio = time.as_secs_f64() / other.as_secs_f64();
    println!("{name} | {time:.1?} | {reference}: {other:.1?} | {ratio:.2} | {wanted}");
}

/// One article and its brief in a store of 100,000 against the same in an empty one.
fn one_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |name: &str| Store::in_folder(&folder.path().join(name)).expect("it can be opened");
    let (empty, full) = (open("empty"), open("full"));
    for first in (0..FULL).step_by(500) {
        put(&full, "f", &(first..first + 500).map(|number| article("f", number)).collect::<Vec<_>>());
    }
    let one = |store: &Store, number: usize| {
        let article = [article("g", number)];
        let started = Instant::now();
        put(store, "g", &article);
        started.elapsed()
    };
    // Turn by turn, so that both see the same machine.
    let (mut in_full, mut in_empty) = (Vec::new(), Vec::new());
    for number in FULL..FULL + MORE {
        in_empty.push(one(&empty, number));
        in_full.push(one(&full, number));
    }
    let name = format!("one more article in a store of {FULL}");
    row(&name, median(in_full), "in an empty one", median(in_empty), "ratio ≤ 1.2");
}

fn run(folder: &Path, words: &[&str]) -> Command {
    let mut command = huntsmith(["run"]);
    command.args(words).current_dir(folder).args(["--out", "out", "--state", "state", "--cache-dir", "cache"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A second run over 15 feeds of 500 items each that did not change: once with a server that says so, once with one
/// that sends everything again.
fn unchanged_feeds() {
    let site = Site::start();
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<String> = (0..FEEDS).map(|feed| format!("/feed{feed}.xml")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let put = |more: &str| {
        for path in &paths {
            let items: Vec<_> = (0..ITEMS)
                .map(|item| {
                    (format!("{path}/{item}"), format!("Report {item}"), format!("<p>{}</p>{more}", text(item, 40)))
                })
                .collect();
            let items: Vec<_> =
                items.iter().map(|(page, title, text)| (page.as_str(), title.as_str(), Some(text.as_str()))).collect();
            site.feed(path, &items);
        }
    };
    put("");
    std::fs::write(folder.path().join("huntsmith.toml"), site.config("feed-rss", &paths)).expect("it is written");
    let names: Vec<&str> = paths.iter().map(|path| &path[1..path.len() - 4]).collect();
    let timed = || {
        let started = Instant::now();
        assert!(run(folder.path(), &names).status().expect("it starts").success());
        started.elapsed()
    };
    let first = timed();
    let name = format!("{FEEDS} unchanged feeds of {ITEMS} items");
    row(&format!("{name}, not sent again"), median((0..5).map(|_| timed()).collect()), "the first run", first, "≤ 1 s");
    let resent = (0..5).map(|round| {
        // Other bytes, the same items: the server's tags are others.
        for path in &paths {
            site.append(path, &format!("<!-- {round} -->"));
        }
        timed()
    });
    row(&format!("{name}, sent again"), median(resent.collect()), "the first run", first, "≤ 1 s plus network");
}

/// The most memory that a process had, while it was looked at every few milliseconds.
fn peak_kib(mut command: Command) -> u64 {
    let mut child = command.spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it is ours").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = kib.unwrap_or(peak).max(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// A run over 2,000 articles against one over 100.
fn memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = std::fs::read_to_string(root().join("examples/sample/pages/aa25-141b.html")).unwrap_or_else(|_| {
        let mut pages = std::fs::read_dir(root().join("examples/sample/pages")).expect("the sample").flatten();
        std::fs::read_to_string(pages.next().expect("a page").path()).expect("a page")
    });
    let peak = |count: usize, more: &[&str]| {
        let inputs = folder.path().join(count.to_string());
        if !inputs.exists() {
            std::fs::create_dir(&inputs).expect("a folder");
            for index in 0..count {
                let text = page.replacen("</title>", &format!(" {index}</title>"), 1);
                std::fs::write(inputs.join(format!("{index:05}.html")), text).expect("a page");
            }
        }
        let mut command = huntsmith(["run"]);
        command.arg(&inputs).args(["--offline", "--jobs", "2", "--out"]).arg(folder.path().join("out")).args(more);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        peak_kib(command)
    };
    let state = folder.path().join("state").display().to_string();
    for (name, more) in [("", &[][..]), (", remembered", &["--state", &state])] {
        let (few, many) = (peak(100, more), peak(2_000, more));
        let (few, many) = (few as f64 / 1024.0, many as f64 / 1024.0);
        println!(
            "peak memory of a run over 2,000 articles{name} | {many:.0} MiB | over 100: {few:.0} MiB | {:.2} | does not grow",
            many / few
        );
    }
}
