//! `demo`: from a fresh clone to briefs on disk and a table on screen, without the network.

use crate::build::build;
use crate::run::{program, run, step, target};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// What of `examples/sample` the command is given.
const INPUTS: [&str; 3] = ["examples/sample/feed.xml", "examples/sample/blog.xml", "examples/sample/kev.json"];
/// Lines of a brief that are shown.
const LINES: usize = 40;

pub fn demo() -> Result<()> {
    let huntsmith = build(&[])?;
    let out = target().join("demo");
    step("briefs of the sample", || {
        // Of an earlier run, perhaps with other plugins.
        if out.exists() {
            std::fs::remove_dir_all(&out)?;
        }
        run(program(&huntsmith).arg("run").args(INPUTS).arg("--out").arg(&out).arg("--offline"))
    })?;
    let briefs = briefs(&out)?;
    let shown = briefs.iter().max_by_key(|path| queries(path)).context("the run wrote no brief")?;
    let text = std::fs::read_to_string(shown)?;
    println!("\n── {} begins:\n", shown.display());
    for line in text.lines().take(LINES) {
        println!("{line}");
    }
    println!("…\n\n{} briefs are in {}", briefs.len(), out.display());
    Ok(())
}

/// The Markdown files, by name; the playbooks lie in a folder of their own.
fn briefs(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?.flatten();
    let paths = entries.map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    found.sort();
    Ok(found)
}

/// How many queries a brief has: the one with the most is the most to look at.
fn queries(path: &Path) -> usize {
    std::fs::read_to_string(path).map_or(0, |text| text.matches("\n```").count() / 2)
}
