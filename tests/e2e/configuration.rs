//! `huntsmith.toml`: what may stand in it, what is said of what may not, and what it does to a run.

use huntsmith_tests::{Ran, briefs, huntsmith, root, run};
use std::path::Path;

const ARTICLE: &str = "Indicators of compromise\n\nC2 server: evil-domain[.]com\n";

/// A folder with an article, where a run takes this configuration.
fn desk() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.txt"), ARTICLE).unwrap();
    home
}

fn with(home: &Path, config: &str, words: &[&str]) -> Ran {
    std::fs::write(home.join("huntsmith.toml"), config).unwrap();
    let mut command = huntsmith(words);
    command.current_dir(home).env("HUNTSMITH_PREPARE_SECONDS", "600");
    run(command)
}

const RUN: &[&str] = &["run", "a.txt", "--out", "out", "--offline", "--no-state"];

#[test]
fn the_schema_is_the_published_one() {
    let ran = run(huntsmith(["config", "schema"]));
    let path = root().join("data/schema/config-1.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &ran.out).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == ran.out, "UPDATE=1 writes {}", path.display());
}

#[test]
fn what_is_used_is_shown_with_where_it_comes_from() {
    let home = desk();
    let config = "telemetry = [\"process_creation\"]\n\n[plugins.ioc-core]\norder = 5\nlimits = { deadline-ms = 2000 }\n\n\
        [feeds.\"my.feed\"]\nplugin = \"feed-page\"\nurl = \"https://blog.example/\"\noptions = { item = \"article\" }\n";
    let ran = with(home.path(), config, &["config", "show", "--origins"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let of = |key: &str| {
        let line = ran.out.lines().find(|line| line.starts_with(&format!("{key} = ")));
        let (value, origin) = line.unwrap_or_else(|| panic!("{key}\n{}", ran.out)).split_once('#').unwrap();
        (value.split_once(" = ").unwrap().1.trim().to_owned(), origin.trim().to_owned())
    };
    for (key, value, origin) in [
        ("telemetry", "[\"process_creation\"]", "huntsmith.toml:1"),
        ("plugins.ioc-core.order", "5", "huntsmith.toml:4"),
        ("plugins.ioc-core.limits.deadline-ms", "2000", "huntsmith.toml:5"),
        ("plugins.ioc-core.on-error", "\"skip\"", "default"),
        ("feeds.\"my.feed\".url", "\"https://blog.example/\"", "huntsmith.toml:9"),
        ("feeds.\"my.feed\".options.item", "\"article\"", "huntsmith.toml:10"),
        ("fetch.attempts", "3", "default"),
    ] {
        assert_eq!(of(key), (value.to_owned(), origin.to_owned()), "{key}");
    }
    // Without origins, what is shown is a configuration, and the same one.
    let shown = with(home.path(), config, &["config", "show"]).out;
    assert_eq!(with(home.path(), &shown, &["config", "show"]).out, shown);
}

#[test]
fn what_may_not_stand_there_is_refused_with_what_was_meant() {
    let home = desk();
    for (config, says, hint) in [
        ("[plugins.ioc-core]\nenabeld = true\n", "unknown field `enabeld`", "did you mean `enabled`?"),
        ("[plugin.ioc-core]\nenabled = true\n", "unknown field `plugin`", "did you mean `plugins`?"),
        ("[plugins.ioc-core.limits]\ndeadline = 1\n", "unknown field `deadline`", "did you mean `deadline-ms`?"),
        ("[fetch]\nspacing = 1\n", "unknown field `spacing`", "did you mean `spacing-ms`?"),
        ("[trust]\npolicy = \"sometimes\"\n", "unknown variant `sometimes`", "config schema"),
        ("[plugins.ioc-cor]\n", "nothing of that name", "did you mean `ioc-core`?"),
        ("[dialects.splnk]\n", "nothing of that name", "did you mean `splunk`?"),
        ("[dialects.splunk]\ncimm = \"8.5.0\"\n", "`cimm`", "Mapping options"),
        ("[dialects.splunk]\ncim = \"1.0\"\n", "`cim`", "Mapping options"),
        ("[plugins.ioc-core.options]\nfast = true\n", "`fast` is not an option of this plugin", "has no options"),
        ("[plugins.feed-page.options]\nitme = \"a\"\n", "`itme` is not an option", "did you mean `item`?"),
        ("[plugins.ioc-core.limits]\ndeadline-ms = 999999\n", "`limits.deadline-ms` is 999999", "from 1 to 60000"),
        ("[plugins.ioc-core]\norder = \"first\"\n", "invalid type", "config schema"),
    ] {
        let ran = with(home.path(), config, RUN);
        assert!(ran.code == 2 && ran.err.contains(says) && ran.err.contains(hint), "{config}{}: {}", ran.code, ran.err);
        assert!(!home.path().join("out").exists(), "{config}");
    }
}

#[test]
fn it_says_who_runs_in_which_order_and_what_a_failure_does() {
    let home = desk();
    let listed = |config: &str| {
        let ran = with(home.path(), config, &["plugin", "list"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out.lines().filter_map(|line| line.split('@').next()).map(str::to_owned).collect::<Vec<_>>()
    };
    let at = |config: &str, name: &str| listed(config).iter().position(|known| known == name);
    assert!(at("", "attack-model") < at("", "attack-stated"));
    let swapped = "[plugins.attack-model]\norder = 1\n";
    assert!(at(swapped, "attack-model") > at(swapped, "attack-stated"));
    assert_eq!(at("[plugins.attack-model]\nenabled = false\n", "attack-model"), None);

    let found = |config: &str, code: i32| {
        std::fs::remove_dir_all(home.path().join("out")).ok();
        let ran = with(home.path(), config, RUN);
        assert_eq!(ran.code, code, "{config}{}", ran.err);
        let out = home.path().join("out");
        let briefs = if out.is_dir() { briefs(&out) } else { Vec::new() };
        let number = briefs.first().map(|brief| brief["indicators"].as_array().unwrap().len());
        (number, ran.err)
    };
    let (number, _) = found("", 0);
    assert_eq!(number, Some(1));
    assert_eq!(found("[plugins.ioc-core]\nenabled = false\n", 0).0, Some(0));

    // A limit that a call meets, and one that a plugin cannot even be prepared with: skipped, or the end.
    for limit in ["input-bytes = 10", "memory-mib = 1"] {
        let skip = format!("[plugins.ioc-core]\nlimits = {{ {limit} }}\n");
        let (number, err) = found(&skip, 3);
        assert!(number == Some(0) && err.contains("warning: ioc-core@"), "{limit}: {err}");
        let (number, err) = found(&format!("{skip}on-error = \"fail\"\n"), 2);
        assert!(number.is_none() && err.contains("error:") && err.contains("ioc-core@"), "{limit}: {err}");
    }
}
