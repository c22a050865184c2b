//! The same inputs, plugins and configuration give byte-identical briefs, whatever surrounds the run.

use huntsmith_tests::{files, huntsmith, root, run};
use std::collections::BTreeMap;
use std::path::Path;

const INPUTS: [&str; 3] = ["examples/sample/feed.xml", "examples/sample/blog.xml", "examples/sample/kev.json"];

fn sample(
    inputs: &[String],
    out: &Path,
    more: &[&str],
    environment: &[(&str, &str)],
    folder: &Path,
) -> BTreeMap<String, Vec<u8>> {
    let mut command = huntsmith(["run"]);
    command.args(inputs).args(more).args(["--offline", "--out"]).arg(out);
    command.envs(environment.iter().copied()).current_dir(folder);
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    files(out)
}

#[test]
fn folder_time_zone_threads_and_order_do_not_show() {
    let root = root();
    let inputs: Vec<String> = INPUTS.iter().map(|input| root.join(input).display().to_string()).collect();
    let backwards: Vec<String> = inputs.iter().rev().cloned().collect();
    let home = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let out = |name: &str| home.path().join(name);
    let first = sample(&inputs, &out("a"), &["--jobs", "1"], &[], &root);
    assert!(first.len() > 20, "{}", first.len());
    let zone = [("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")];
    let second = sample(&inputs, &out("deeper/b"), &["--jobs", "4"], &zone, elsewhere.path());
    assert_eq!(differing(&first, &second), Vec::<String>::new());
    let third = sample(&backwards, &out("c"), &["--jobs", "2"], &[], &root);
    assert_eq!(differing(&first, &third), Vec::<String>::new());
}

#[test]
fn code_that_was_prepared_anew_says_the_same() {
    let root = root();
    let inputs: Vec<String> = INPUTS.iter().map(|input| root.join(input).display().to_string()).collect();
    let home = tempfile::tempdir().unwrap();
    let cache = home.path().join("cache").display().to_string();
    let first = sample(&inputs, &home.path().join("a"), &[], &[], &root);
    let second = sample(&inputs, &home.path().join("b"), &["--cache-dir", &cache], &[], &root);
    assert_eq!(differing(&first, &second), Vec::<String>::new());
}

/// A process whose wall clock is thirty years ahead.
#[test]
fn another_clock_does_not_show() {
    let root = root();
    let inputs: Vec<String> = INPUTS.iter().map(|input| root.join(input).display().to_string()).collect();
    let home = tempfile::tempdir().unwrap();
    let ahead = home.path().join("other_clock.so");
    let mut compile = std::process::Command::new("cc");
    compile.args(["-shared", "-fPIC", "-o"]).arg(&ahead).arg(root.join("tests/e2e/other_clock.c"));
    assert_eq!(run(compile).code, 0, "a C compiler is part of what building needs");
    let ahead = ahead.display().to_string();
    let mut date = std::process::Command::new("date");
    date.arg("+%Y").env("LD_PRELOAD", &ahead);
    let now = std::process::Command::new("date").arg("+%Y").output().unwrap();
    assert_ne!(run(date).out.as_bytes(), now.stdout, "the clock was not moved");
    let first = sample(&inputs, &home.path().join("a"), &[], &[], &root);
    let second = sample(&inputs, &home.path().join("b"), &[], &[("LD_PRELOAD", &ahead)], &root);
    assert_eq!(differing(&first, &second), Vec::<String>::new());
}

/// The same plugins, each under the warm policy, in place of those that the command carries.
#[test]
fn instances_that_are_used_again_say_the_same() {
    let root = root();
    let inputs: Vec<String> = INPUTS.iter().map(|input| root.join(input).display().to_string()).collect();
    let home = tempfile::tempdir().unwrap();
    let plugins = home.path().join("plugins");
    std::fs::create_dir(&plugins).unwrap();
    let mut warm = 0;
    for entry in std::fs::read_dir(root.join("target/plugins")).unwrap().flatten() {
        if entry.path().extension().is_none_or(|e| e != "wasm") {
            continue;
        }
        let component = std::fs::read(entry.path()).unwrap();
        let mut manifest = huntsmith::plugin::component::read_manifest(&component).unwrap();
        manifest.lifecycle = huntsmith::plugin::manifest::Lifecycle::Warm { max_calls: 1_000 };
        let reused = huntsmith::plugin::component::adopt(&component, &manifest).unwrap();
        std::fs::write(plugins.join(entry.file_name()), reused).unwrap();
        warm += 1;
    }
    assert!(warm >= 8, "{warm}");
    let markdown = |mut files: BTreeMap<String, Vec<u8>>| {
        // The JSON names the plugins' digests, which are others.
        files.retain(|name, _| name.ends_with(".md"));
        files
    };
    let cache = home.path().join("cache").display().to_string();
    let folder = plugins.display().to_string();
    let first = markdown(sample(&inputs, &home.path().join("a"), &[], &[], &root));
    let more = ["--plugin", &folder, "--cache-dir", &cache, "--jobs", "1"];
    let second = markdown(sample(&inputs, &home.path().join("b"), &more, &[], &root));
    assert_eq!(differing(&first, &second), Vec::<String>::new());
}

fn differing(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    names.into_iter().filter(|name| a.get(*name) != b.get(*name)).cloned().collect()
}
