//! Whole processes: starting, one small file, the sample, a thousand articles.

use crate::times::{Times, shown};
use huntsmith_tests::{huntsmith, root};
use std::process::Stdio;

/// Starts of the whole process for each figure.
const STARTS: usize = 20;

fn start(words: &[&str]) {
    let mut command = huntsmith(words);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the command starts");
    assert!(status.success(), "{words:?}: {status}");
}

/// Whole processes, against starting one that does nothing.
pub fn starts() {
    let nothing = Times::of(STARTS, |_| {
        std::process::Command::new("true").status().expect("there is a `true`");
    });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("small.txt");
    std::fs::write(&file, "Indicators of compromise\n\nevil-domain[.]com\n203.0.113[.]77\n").expect("a file");
    let file = file.display().to_string();
    start(&["extract", &file]);
    Times::of(STARTS, |_| start(&["--help"])).row("`huntsmith --help`, whole process", "`true`", &nothing);
    Times::of(STARTS, |_| start(&["extract", &file])).row(
        "`huntsmith extract` on a small file, whole process",
        "`true`",
        &nothing,
    );
}

/// The sample end to end, and its articles repeated to a thousand.
pub fn runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out").display().to_string();
    let inputs = ["examples/sample/feed.xml", "examples/sample/blog.xml", "examples/sample/kev.json"];
    let mut words = vec!["run"];
    words.extend(inputs);
    words.extend(["--offline", "--out", &out]);
    let sample = Times::of(3, |_| start(&words));

    let many = folder.path().join("many");
    std::fs::create_dir(&many).expect("a folder");
    let pages: Vec<_> =
        std::fs::read_dir(root().join("examples/sample/pages")).expect("the sample").flatten().collect();
    for index in 0..1_000 {
        let page = &pages[index % pages.len()];
        let text = std::fs::read_to_string(page.path()).expect("a page");
        // Another number in each: the same text twice is one article.
        let text = text.replacen("</title>", &format!(" {index}</title>"), 1);
        std::fs::write(many.join(format!("{index:04}.html")), text).expect("a page");
    }
    let many = many.display().to_string();
    let words = ["run", &many, "--offline", "--out", &out];
    let one = ["run", &many, "--offline", "--jobs", "1", "--out", &out];
    let all = Times::of(1, |_| start(&words));
    let alone = Times::of(1, |_| start(&one));
    let rate = |times: &Times, articles: f64| articles / times.at(50).as_secs_f64();
    let articles = 36.0;
    println!("the sample end to end | {} | {:.0} articles/s | |", shown(sample.at(50)), rate(&sample, articles));
    println!(
        "1,000 advisories and posts, all threads | {} | {:.0} articles/s | one thread: {:.0} articles/s | {:.2}",
        shown(all.at(50)),
        rate(&all, 1_000.0),
        rate(&alone, 1_000.0),
        rate(&all, 1_000.0) / rate(&alone, 1_000.0)
    );
}
