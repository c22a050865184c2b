//! One file for each world's plugins that answer alike: their own code and what must hold of every answer. A new target
//! is a line in [`TARGETS`].

mod feeds;
mod ioc_core;
mod readers;

use std::path::{Path, PathBuf};

/// Code under test.
pub struct Target {
    pub name: &'static str,
    /// Runs once, before everything.
    pub prepare: fn(),
    /// Real inputs, of which pieces are taken.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Pieces that mean something to the grammar.
    pub words: &'static [&'static str],
    /// The largest input.
    pub most_bytes: usize,
    /// Gives an input to the code; panics where the answer breaks what must hold.
    pub check: fn(&[u8]),
}

pub const TARGETS: &[Target] = &[
    feeds::FOLDER,
    feeds::KEV,
    feeds::MISP,
    feeds::OSV,
    feeds::PAGE,
    feeds::RSS,
    feeds::TAXII,
    ioc_core::TARGET,
    readers::HTML,
    readers::MAIL,
    readers::PDF,
    readers::TEXT,
];

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file of a folder of the repository with one of these endings, in the order of their names.
fn files(folder: &str, endings: &[&str]) -> Vec<Vec<u8>> {
    let folder = root().join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one)))
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a file of the repository can be read")).collect()
}
