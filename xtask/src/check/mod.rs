//! `check`: the invariants of ARCHITECTURE.md that a command can check. Each says file and line, and why.

mod contract;
mod dialects;
mod output;
mod paths;
mod source;
mod tree;
mod words;

use crate::run::{program, root};
use anyhow::{Context, Result, bail};

/// What breaks an invariant.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    pub file: String,
    /// From 1; 0 where it is the whole file.
    pub line: usize,
    pub message: String,
}

impl Violation {
    fn at(file: &str, text: &str, at: usize, message: String) -> Self {
        let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        Self { file: file.to_owned(), line, message }
    }

    pub fn whole(file: &str, message: String) -> Self {
        Self { file: file.to_owned(), line: 0, message }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

/// Checks them all.
pub fn check() -> Result<()> {
    let files = tracked()?;
    let mut found = Vec::new();
    let groups = words::groups()?;
    let mut rules = dialects::Rules::default();
    let mut looked_at = 0;
    for path in &files {
        // Deleted and not yet committed; pictures and the like hold no text.
        let Ok(text) = std::fs::read_to_string(root().join(path)) else { continue };
        found.extend(paths::scan(path, &text));
        found.extend(dialects::scan(path, &text));
        rules.add(path, &text);
        if let Some(inside) = path.strip_prefix("host/src/").filter(|path| path.ends_with(".rs") && !is_test(path)) {
            looked_at += 1;
            found.extend(words::scan(inside, &text, &groups));
            found.extend(output::scan(inside, &text));
        }
    }
    if looked_at == 0 {
        bail!("no source of the host was found: the check would say nothing");
    }
    found.extend(rules.long());
    found.extend(contract::check()?);
    found.extend(crate::reference::check()?);
    found.extend(tree::check()?);
    for violation in &found {
        println!("{violation}");
    }
    match found.len() {
        0 => {
            eprintln!("   {} files, {looked_at} of them the host's: every invariant holds", files.len());
            Ok(())
        }
        count => bail!("{count} times an invariant of ARCHITECTURE.md is broken"),
    }
}

/// Tests may hold examples of everything.
fn is_test(path: &str) -> bool {
    path.split('/')
        .any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs") || part == "fixtures.rs")
}

/// Files that git knows, and new ones that it does not ignore.
fn tracked() -> Result<Vec<String>> {
    let output = program("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .context("git is needed to list the files")?;
    if !output.status.success() {
        bail!("git cannot list the files: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}
