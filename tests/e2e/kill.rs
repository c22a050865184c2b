//! Kills of the whole command, at every named place and at moments all over a run: the next run leaves the files and
//! the state that an undisturbed one would have left.

use huntsmith::failpoint::{FAIL_POINTS, VARIABLE};
use huntsmith::store::Store;
use huntsmith_tests::site::Site;
use huntsmith_tests::{files, huntsmith};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Moments at which a run is killed.
const MOMENTS: u64 = 200;

/// Pages of the site, as the state knows them.
const PAGES: [&str; 6] = ["/a", "/b", "/c", "/d", "/copy", "/gone"];

/// A site that changed since a first run, and that run's folder to start from.
struct Scene {
    site: Site,
    home: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { site: Site::start(), home: tempfile::tempdir().unwrap() };
        let site = &scene.site;
        let text = |host: &str, more: &str| {
            let story =
                "They moved on after the first stage had been unpacked and left a scheduled task behind. ".repeat(7);
            format!(
                "<h1>Report</h1><p>{story} {more}</p><h2>Indicators of compromise</h2><p>C2 server: {host}[.]com</p>"
            )
        };
        let page =
            |host: &str, more: &str| format!("<html><body><article>{}</article></body></html>", text(host, more));
        site.put("/b", "text/html", page("evil-two", "The second one went on for a week in spring."));
        let (a, copy) = (
            text("evil-one", "The group is not named and used T1490."),
            text("evil-two", "The second one went on for a week in spring."),
        );
        site.feed("/one.xml", &[("/a", "First", Some(&a)), ("/b", "Second", None)]);
        site.feed("/two.xml", &[]);
        let base = scene.folder("base");
        std::fs::create_dir(&base).unwrap();
        std::fs::write(base.join("huntsmith.toml"), site.config("feed-rss", &["/one.xml", "/two.xml"])).unwrap();
        assert!(scene.run(&base).status().unwrap().success());

        // Since then: one report changed, one is new on a page of its own, one is new in the feed, one is a reprint.
        let a = text("evil-one", "The group is Storm, used T1486, and a second server is evil-four[.]com.");
        site.put("/c", "text/html", page("evil-three", "Another story altogether, of another year."));
        site.feed("/one.xml", &[("/c", "Third", None), ("/a", "First, updated", Some(&a)), ("/b", "Second", None)]);
        let d = "<p>Indicators of compromise</p><p>C2 server: evil-five[.]com</p>";
        site.feed("/two.xml", &[("/copy", "Second, reprinted", Some(&copy)), ("/d", "Fourth", Some(d))]);
        scene
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A copy of the first run's folder.
    fn start(&self, name: &str) -> PathBuf {
        let folder = self.folder(name);
        for (path, bytes) in files(&self.folder("base")) {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        folder
    }

    /// One plugin of a kind: a kill has nothing to do with how many there are.
    fn run(&self, folder: &Path) -> Command {
        let mut command = huntsmith(["run", "one", "two", "--jobs", "2", "--dialect", "splunk"]);
        command.args(["--without", "attack-model"]);
        quiet(command, folder, &["--out", "out"])
    }

    fn collect(&self, folder: &Path) -> Command {
        quiet(huntsmith(["gc", "--older-than", "0", "--cache-days", "0"]), folder, &[])
    }

    /// Everything that the state has, without times.
    fn state(&self, folder: &Path) -> BTreeMap<String, String> {
        let store = Store::in_folder(&folder.join("state")).unwrap();
        let size = store.size().unwrap();
        let mut all = BTreeMap::new();
        all.insert("size".into(), format!("{} {} {}", size.addresses, size.revisions, size.briefs));
        all.insert("runs ended".into(), store.runs(1).unwrap()[0].ended.is_some().to_string());
        for feed in ["one", "two"] {
            let (cursor, unread) = (store.cursor(feed).unwrap(), store.unread(feed).unwrap());
            all.insert(feed.into(), format!("{cursor:?} {unread:?}"));
        }
        for page in PAGES {
            for revision in store.history(&self.site.url(page)).unwrap() {
                let id = &revision.article;
                let (brief, changes) = (store.brief(id).unwrap(), store.changes(id).unwrap());
                let facts =
                    format!("{:?}\n{:?}\n{brief:?}\n{changes:?}", store.kept(id).unwrap(), store.story(id).unwrap());
                all.insert(format!("{page} {}", revision.number), facts);
            }
        }
        all
    }

    /// The written files; what a killed run left half written is hidden and goes when it is old.
    fn files(&self, folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let mut files = files(&folder.join("out"));
        files.retain(|name, _| !name.contains(".huntsmith-"));
        files
    }

    fn undisturbed(&self) -> (BTreeMap<String, String>, BTreeMap<String, Vec<u8>>) {
        let folder = self.start("undisturbed");
        assert!(self.run(&folder).status().unwrap().success());
        let (state, files) = (self.state(&folder), self.files(&folder));
        assert_eq!((files.len(), state.len()), (9, 10), "{:?}", state.keys());
        assert_eq!(files.keys().filter(|name| name.starts_with("playbooks/")).count(), 1, "{:?}", files.keys());
        assert!(state["/a 2"].contains("evil-four") && state["/copy 1"].contains("similarity"), "{state:?}");
        (state, files)
    }
}

fn quiet(mut command: Command, folder: &Path, more: &[&str]) -> Command {
    command.args(more).args(["--state", "state", "--cache-dir", "cache"]).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn was_killed(status: ExitStatus) -> bool {
    status.signal() == Some(9)
}

#[test]
fn a_kill_at_every_named_place_loses_and_repeats_nothing() {
    let scene = Scene::new();
    let (state, files) = scene.undisturbed();
    for point in FAIL_POINTS.iter().filter(|point| !of_collecting(point) && !point.starts_with("install.")) {
        for passing in ["1", "2"] {
            let folder = scene.start(&format!("{point}-{passing}"));
            let ended = scene.run(&folder).env(VARIABLE, format!("{point}:{passing}")).status().unwrap();
            assert!(was_killed(ended) || passing == "2" && ended.success(), "{point} was not passed");
            assert!(scene.run(&folder).status().unwrap().success(), "{point}");
            assert_eq!(scene.state(&folder), state, "{point}:{passing}");
            assert_eq!(scene.files(&folder), files, "{point}:{passing}");
        }
    }
}

fn of_collecting(point: &str) -> bool {
    point.starts_with("store.collect.") || point == "cache.before-remove"
}

#[test]
fn a_kill_while_collecting_is_made_up_for() {
    let scene = Scene::new();
    // What is to be collected was seen in a second that is over.
    std::thread::sleep(Duration::from_millis(1_100));
    let folder = scene.start("undisturbed");
    assert!(scene.collect(&folder).status().unwrap().success());
    let state = scene.state(&folder);
    assert!(state["size"].starts_with("0 0 0"), "{state:?}");
    for point in FAIL_POINTS.iter().filter(|point| of_collecting(point)) {
        let folder = scene.start(point);
        assert!(was_killed(scene.collect(&folder).env(VARIABLE, point).status().unwrap()), "{point} was not passed");
        assert!(scene.collect(&folder).status().unwrap().success(), "{point}");
        assert_eq!(scene.state(&folder), state, "{point}");
    }
}

#[test]
fn a_kill_at_any_moment_loses_and_repeats_nothing() {
    let scene = Scene::new();
    let (state, files) = scene.undisturbed();
    let begin = Instant::now();
    assert!(scene.run(&scene.start("measured")).status().unwrap().success());
    let whole = begin.elapsed();
    let mut killed = 0;
    for moment in 0..MOMENTS {
        let folder = scene.start("killed");
        let mut child = scene.run(&folder).spawn().unwrap();
        // The golden ratio's multiples lie all over the run, in no order and at no two places.
        let share = (moment as f64 * 0.618_033_988_749_895).fract();
        std::thread::sleep(whole.mul_f64(share));
        let _ = child.kill();
        killed += u64::from(was_killed(child.wait().unwrap()));
        assert!(scene.run(&folder).status().unwrap().success());
        assert_eq!(scene.state(&folder), state, "killed after {share:.3} of {whole:?}");
        assert_eq!(scene.files(&folder), files, "killed after {share:.3} of {whole:?}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
    // How many depends on what else the machine does while the one run is measured.
    assert!(killed > MOMENTS / 4, "only {killed} were killed in time");
}
