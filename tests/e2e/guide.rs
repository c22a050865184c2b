//! What the documentation shows: the commands of a walk are run as they stand there, and print what it says; every other
//! command is one that there is, with options that it has.

use crate::registry;
use huntsmith_tests::{binary, huntsmith, root, run};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A command of a walk.
struct Shown {
    command: String,
    /// What it is said to print: on standard output, or on standard error where it fails.
    prints: Vec<String>,
    fails: bool,
}

/// The commands of blocks that are marked `walk`, or `walk fails`.
fn walk(text: &str) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    for block in text.split("```console walk").skip(1) {
        let (mark, block) = block.split_once('\n').expect("a block has lines");
        let fails = mark.trim() == "fails";
        for line in block.split("```").next().unwrap_or_default().lines() {
            match line.strip_prefix("$ ") {
                Some(command) => commands.push(Shown { command: command.to_owned(), prints: Vec::new(), fails }),
                None => commands.last_mut().expect("a block begins with a command").prints.push(line.to_owned()),
            }
        }
    }
    commands
}

/// Whether lines are as expected; `…` stands for anything in a line, and alone for any number of lines.
fn fits(expected: &[String], lines: &[&str]) -> bool {
    match expected {
        [] => lines.is_empty(),
        [any, rest @ ..] if any == "…" => (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..])),
        [first, rest @ ..] => lines.split_first().is_some_and(|(line, more)| alike(first, line) && fits(rest, more)),
    }
}

fn alike(expected: &str, line: &str) -> bool {
    let mut pieces = expected.split('…');
    let Some(mut rest) = line.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut last = "";
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
        last = piece;
    }
    rest.is_empty() || (last.is_empty() && expected.ends_with('…'))
}

/// Runs a page's walk in a folder.
fn take(text: &str, home: &Path) {
    let place = binary().parent().unwrap().to_owned();
    let path = format!("{}:{}", place.display(), std::env::var("PATH").unwrap_or_default());
    for Shown { command, prints, fails } in walk(text) {
        let output = Command::new("sh")
            .args(["-c", &command])
            .current_dir(home)
            .env("PATH", &path)
            .env("HUNTSMITH_PREPARE_SECONDS", "600")
            .env("HUNTSMITH_PLUGIN_DIR", home.join("shelf"))
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.success(), !fails, "{command}\n{printed}{complaint}");
        let said = if fails { complaint } else { printed };
        let lines: Vec<&str> = said.lines().collect();
        assert!(fits(&prints, &lines), "{command}\nprinted:\n{said}\nthe page says:\n{}", prints.join("\n"));
    }
}

fn page(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_walk_prints_what_the_guide_says() {
    let home = tempfile::tempdir().unwrap();
    let registry = registry::start(home.path());
    let text = page("docs/plugin-guide.md").replace("127.0.0.1:5000", &format!("127.0.0.1:{}", registry.port));
    assert!(walk(&text).len() >= 12);
    // The guide's reader is in a clone of the repository.
    std::os::unix::fs::symlink(root().join("examples"), home.path().join("examples")).unwrap();
    take(&text, home.path());
}

#[test]
fn each_kind_s_page_prints_what_it_says() {
    let home = tempfile::tempdir().unwrap();
    // Their plugins are those of the guide, as they were built once.
    for name in ["emit-moon", "feed-acme", "ioc-usb-serial"] {
        let file = format!("{name}.wasm");
        std::fs::copy(root().join("tests/fixtures/contract/0.1.0").join(&file), home.path().join(&file)).unwrap();
    }
    for kind in ["feed", "reader", "extractor", "classifier", "emitter"] {
        let text = page(&format!("docs/kinds/{kind}.md"));
        assert!(!walk(&text).is_empty(), "{kind}");
        take(&text, home.path());
    }
}

/// The Markdown files of the documentation.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path if path.extension().is_some_and(|it| it == "md") => found.push(path),
                _ => {}
            }
        }
    }
    found
}

/// Every command of ours that a console block shows: its words up to a comment or a pipe.
fn shown(text: &str) -> Vec<Vec<String>> {
    let blocks = text.split("```console").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).map(|line| line.trim_start_matches("$ ").trim());
    lines
        .filter(|line| line.starts_with("huntsmith "))
        .map(|line| {
            let line = line.split(" #").next().unwrap_or(line);
            line.split_whitespace().take_while(|word| *word != "|").map(str::to_owned).collect()
        })
        .collect()
}

#[test]
fn every_command_that_is_shown_is_one_that_there_is() {
    let mut helps: BTreeMap<Vec<String>, String> = BTreeMap::new();
    let mut help = |words: &[String]| -> String {
        helps
            .entry(words.to_vec())
            .or_insert_with(|| run(huntsmith([words, &["--help".to_owned()]].concat())).out)
            .clone()
    };
    let mut tried = 0;
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        for command in shown(&text) {
            let mut words: Vec<String> = Vec::new();
            for word in &command[1..] {
                // A word is a subcommand as long as the help lists it as one.
                let listed =
                    help(&words).lines().any(|line| line.trim_start().split(' ').next() == Some(word.as_str()));
                if !listed || word.starts_with('-') {
                    break;
                }
                words.push(word.clone());
            }
            assert!(!words.is_empty() || command[1].starts_with("--"), "{}: {command:?}", path.display());
            let known = help(&words);
            for option in command.iter().filter(|word| word.starts_with("--")) {
                let name = option.split('=').next().unwrap_or(option);
                assert!(known.contains(name), "{}: {command:?} has no {name}", path.display());
            }
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn every_link_of_the_documentation_leads_to_a_file() {
    let mut tried = 0;
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if link.is_empty() || link.contains("://") {
                continue;
            }
            assert!(path.parent().unwrap().join(link).exists(), "{}: {link}", path.display());
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
}
