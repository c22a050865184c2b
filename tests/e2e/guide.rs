//! The guide's walk from nothing to an installed plugin: its commands are run as they stand there, and print what it says.

use crate::registry;
use huntsmith_tests::{binary, root};
use std::process::Command;

/// Commands and what each is said to print.
fn walk(text: &str) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    for block in text.split("```console walk\n").skip(1) {
        for line in block.split("```").next().unwrap_or_default().lines() {
            match line.strip_prefix("$ ") {
                Some(command) => commands.push((command.to_owned(), Vec::new())),
                None => commands.last_mut().expect("a block begins with a command").1.push(line.to_owned()),
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

#[test]
fn the_walk_prints_what_the_guide_says() {
    let home = tempfile::tempdir().unwrap();
    let registry = registry::start(home.path());
    let text = std::fs::read_to_string(root().join("docs/plugin-guide.md")).unwrap();
    let text = text.replace("127.0.0.1:5000", &format!("127.0.0.1:{}", registry.port));
    let commands = walk(&text);
    assert!(commands.len() >= 12, "{}", commands.len());
    let place = binary().parent().unwrap().to_owned();
    let path = format!("{}:{}", place.display(), std::env::var("PATH").unwrap_or_default());
    for (command, expected) in commands {
        let output = Command::new("sh")
            .args(["-c", &command])
            .current_dir(home.path())
            .env("PATH", &path)
            .env("HUNTSMITH_PREPARE_SECONDS", "600")
            .env("HUNTSMITH_PLUGIN_DIR", home.path().join("shelf"))
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{command}\n{complaint}");
        let lines: Vec<&str> = printed.lines().collect();
        assert!(fits(&expected, &lines), "{command}\nprinted:\n{printed}\nthe guide says:\n{}", expected.join("\n"));
    }
}
