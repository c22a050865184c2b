//! `huntsmith data update`: newer known-good lists take the shipped ones' place, and what is found is judged by them.

use huntsmith_tests::{Ran, files, huntsmith, lines, root, run, run_with};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

struct Desk {
    home: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Desk { home: tempfile::tempdir().unwrap() }
    }

    fn own(&self) -> PathBuf {
        self.home.path().join("own")
    }

    /// A folder with one list of MISP's layout: `NAME/list.json`.
    fn list(&self, name: &str, list: &Value) -> PathBuf {
        let folder = self.home.path().join("lists");
        std::fs::create_dir_all(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("list.json"), list.to_string()).unwrap();
        folder
    }

    fn update(&self, folder: &Path) -> Ran {
        let mut command = huntsmith(["data", "update"]);
        command.arg(folder).arg("--data-dir").arg(self.own());
        run(command)
    }

    /// What an extraction says of a value: role and reasons, or the reason why it was turned away.
    fn judged(&self, text: &str, value: &str) -> String {
        let mut command = huntsmith(["extract", "--jsonl", "-"]);
        command.arg("--data-dir").arg(self.own());
        let ran = run_with(command, &format!("{}\n", json!({"id": "a", "text": text})));
        assert_eq!(ran.code, 0, "{}", ran.err);
        let answer = &lines(&ran.out)[0];
        let of = |member: &str| answer[member].as_array().unwrap().iter().find(|one| one["value"] == value).cloned();
        match (of("indicators"), of("rejected")) {
            (Some(one), _) => format!("{} {}", one["role"].as_str().unwrap(), one["reasons"]),
            (None, Some(one)) => format!("turned away {}", one["reason"].as_str().unwrap()),
            (None, None) => panic!("{value} is nowhere: {answer}"),
        }
    }
}

/// The shipped list with one entry more.
fn with_entry(name: &str, entry: &str) -> Value {
    let path = root().join("data/warninglists").join(name).with_extension("json");
    let mut list: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    list["list"].as_array_mut().unwrap().push(entry.into());
    list
}

#[test]
fn a_name_that_is_added_to_a_list_becomes_known_good() {
    let desk = Desk::new();
    let text = "The loader is spread by a C2 server. It was hosted on kvikk-cloud.net/drop.bin, too. The backdoor contacts kvikk-popular.net.";
    assert!(desk.judged(text, "kvikk-popular.net").starts_with("attacker"));
    assert!(desk.judged(text, "kvikk-cloud.net/drop.bin").starts_with("attacker"));
    desk.list("lots-project", &with_entry("lots-project", ".kvikk-cloud.net"));
    let ran = desk.update(&desk.list("cisco_top5k", &with_entry("cisco_top5k", "kvikk-popular.net")));
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "warninglists/cisco_top5k.json\nwarninglists/lots-project.json\n"),
        "{}",
        ran.err
    );
    assert_eq!(desk.judged(text, "kvikk-popular.net"), "turned away reference-link");
    let abused = desk.judged(text, "kvikk-cloud.net/drop.bin");
    assert!(abused.starts_with("abused-service") && abused.contains("shared-service"), "{abused}");
    // Defanged it is still reported: a list informs, it deletes nothing.
    let defanged = desk.judged(&text.replace("kvikk-popular.net", "kvikk-popular[.]net"), "kvikk-popular.net");
    assert!(defanged.starts_with("reference") && defanged.contains("popular-name"), "{defanged}");
    let mut list = huntsmith(["data", "list"]);
    list.arg("--data-dir").arg(desk.own());
    let listed = run(list).out;
    let origin =
        |name: &str| listed.lines().find(|line| line.starts_with(name)).unwrap().split('\t').nth(2).unwrap().to_owned();
    assert_eq!(
        (origin("warninglists/cisco_top5k.json").as_str(), origin("warninglists/google.json").as_str()),
        ("own", "shipped")
    );
}

#[test]
fn a_list_that_is_no_list_changes_nothing() {
    let desk = Desk::new();
    assert_eq!(desk.update(&desk.list("cisco_top5k", &with_entry("cisco_top5k", "kvikk-popular.net"))).code, 0);
    let before = files(&desk.own());
    for (list, says) in
        [(json!({"list": []}), "is empty"), (json!({"list": [7]}), "entry 1"), (json!([]), "it is a list")]
    {
        let ran = desk.update(&desk.list("google", &list));
        assert!(ran.code == 2 && ran.err.contains(says) && ran.err.contains("hint:"), "{}", ran.err);
        assert_eq!(files(&desk.own()), before);
    }
    let nothing = desk.update(&desk.home.path().join("nowhere"));
    assert_eq!(nothing.code, 2, "{}", nothing.err);
}

#[test]
fn a_list_of_the_operators_that_was_broken_by_hand_stops_the_plugin_by_name() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.own().join("warninglists")).unwrap();
    std::fs::write(desk.own().join("warninglists/sinkholes.json"), "{\"list\": []}").unwrap();
    let mut command = huntsmith(["extract", "--jsonl", "-"]);
    command.arg("--data-dir").arg(desk.own());
    let ran = run_with(command, "{\"id\": \"a\", \"text\": \"x\"}\n");
    assert!(
        ran.code != 0 && ran.err.contains("ioc-core") && ran.err.contains("sinkholes.json"),
        "{}\n{}",
        ran.code,
        ran.err
    );
}
