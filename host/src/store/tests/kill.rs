//! Kills, at named places and at any moment: run again, the store is what it would have been.

use super::*;
use crate::failpoint::{FAIL_POINTS, VARIABLE};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Where the child's store is; set by the test that starts it.
const STORE: &str = "HUNTSMITH_TEST_STORE";

/// A run over a feed of six pages with three articles each, one of them a reprint; it goes on where it was stopped.
fn run(path: &Path) {
    let store = Store::open(path).unwrap();
    loop {
        for id in store.without_brief("f", "v1").unwrap() {
            let article = store.kept(&id).unwrap().unwrap().article;
            store.record_brief("v1", &brief(&article, &[("domain", "evil.example", &[])], &[])).unwrap();
        }
        let page: usize = store.cursor("f").unwrap().map_or(0, |cursor| cursor.parse().unwrap());
        if page == 6 {
            return;
        }
        let articles: Vec<_> = (0..3)
            .map(|n| {
                let seed = if n == 2 { 1_000 } else { page * 3 + n };
                let url = format!("https://example.org/{page}/{n}");
                stored(&url, "s", &article("a", &url, "x", &text(seed, 120)))
            })
            .collect();
        let cursor = (page + 1).to_string();
        store.commit_page(&Page { feed: "f", cursor: Some(&cursor), articles: &articles, ..Page::default() }).unwrap();
    }
}

/// Not a test of its own: what the other tests start and kill.
#[test]
fn child() {
    if let Some(path) = std::env::var_os(STORE) {
        run(Path::new(&path));
    }
}

fn start(path: &Path, fail_point: Option<&str>) -> std::process::Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let module = module_path!().split_once("::").unwrap().1;
    command.args([&format!("{module}::child"), "--exact"]).env(STORE, path);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(point) = fail_point {
        command.env(VARIABLE, point);
    }
    command.spawn().unwrap()
}

/// Everything but times and row numbers.
fn state(path: &Path) -> Vec<String> {
    let store = Store::open(path).unwrap();
    let connection = store.connection();
    let integrity: String = connection.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    let mut lines = Vec::new();
    for sql in [
        "SELECT name || ' ' || cursor FROM feeds",
        "SELECT feed || key || stamp FROM items",
        "SELECT a.address || ' ' || r.number || r.article || coalesce(l.address, '') || a.links
         FROM revisions r JOIN addresses a ON a.id = r.address LEFT JOIN addresses l ON l.id = a.lead",
        "SELECT article FROM waiting",
        "SELECT article || fingerprint || links || hex(body) FROM briefs",
        "SELECT i.value || b.article FROM brief_indicators i JOIN briefs b ON b.id = i.brief",
        "SELECT count(*) || '' FROM brief_words",
    ] {
        let mut find = connection.prepare(&format!("{sql} ORDER BY 1")).unwrap();
        lines.extend(find.query_map((), |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap));
    }
    lines
}

fn undisturbed(folder: &Path) -> Vec<String> {
    let path = folder.join("undisturbed.db");
    run(&path);
    let state = state(&path);
    assert!(state.len() > 60, "{} lines", state.len());
    state
}

#[test]
fn a_kill_at_a_named_place_loses_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let expected = undisturbed(folder.path());
    let passed_often = |point: &&&str| point.starts_with("store.page.") || point.starts_with("store.brief.");
    for (number, point) in FAIL_POINTS.iter().filter(passed_often).enumerate() {
        let path = folder.path().join(format!("{number}.db"));
        for passing in 1..=3 {
            let ended = start(&path, Some(&format!("{point}:{passing}"))).wait().unwrap();
            assert!(!ended.success(), "{point} was not passed {passing} times");
        }
        assert!(start(&path, None).wait().unwrap().success());
        assert_eq!(state(&path), expected, "{point}");
    }
}

#[test]
fn a_kill_at_any_moment_loses_and_repeats_nothing() {
    const MOMENTS: u32 = 60;
    let folder = tempfile::tempdir().unwrap();
    let expected = undisturbed(folder.path());
    let begin = Instant::now();
    assert!(start(&folder.path().join("measured.db"), None).wait().unwrap().success());
    let whole = begin.elapsed();
    let mut killed = 0;
    for moment in 0..MOMENTS {
        let path = folder.path().join(format!("killed-{moment}.db"));
        let mut child = start(&path, None);
        std::thread::sleep(whole * moment / MOMENTS);
        let _ = child.kill();
        killed += usize::from(!child.wait().unwrap().success());
        run(&path);
        assert_eq!(state(&path), expected, "killed after {:?} of {whole:?}", whole * moment / MOMENTS);
    }
    assert!(killed > MOMENTS as usize / 4, "only {killed} were killed in time");
}
