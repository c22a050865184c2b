//! The hunt catalogue: hunts that do not come from an article, found by the techniques that they are for; and the
//! evaluator that runs any hunt over events and proves those that ship.

pub mod cases;
mod choose;
pub mod classes;
mod entry;
pub mod evaluate;
mod mutate;
pub mod predicate;
mod prove;
pub mod sigma;
#[cfg(test)]
mod tests;

pub use choose::{Choice, Chosen};
pub use entry::{Entry, EntryError, classes as classes_of};
pub use prove::{Problem, Proof, prove};

use crate::data::{Data, DataError};
use crate::model::EventClass;
use classes::class_name;
use sigma::{Broken, Collection, Frame, Index};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Names of the data that is a hunt begin so.
const SHIPPED: &str = "hunts/";

/// Rules of a checkout that are kept for one technique.
const RULES: usize = 4;

/// Hunts, and which of them are for a technique.
#[derive(Debug, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
    by_technique: BTreeMap<String, Vec<usize>>,
}

/// Why a file is not in the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error(transparent)]
    Entry(#[from] EntryError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("{}: {source}\n\nhint: name a file or a folder of hunts", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
}

impl CatalogueError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            CatalogueError::Entry(error) => error.error.code.as_str(),
            CatalogueError::Data(error) => error.code(),
            CatalogueError::Unreadable { .. } => "unreadable-file",
        }
    }
}

impl Catalogue {
    /// What ships, with the operator's files before it. Files that are broken are told and left out.
    pub fn shipped(data: &Data, frame: &Frame) -> (Self, Vec<CatalogueError>) {
        let mut errors = Vec::new();
        let mut catalogue = Self::default();
        for name in Data::names().into_iter().filter(|name| name.starts_with(SHIPPED)) {
            match data.read(name) {
                Ok(bytes) => catalogue.take(name, &bytes, frame, &mut errors),
                Err(error) => errors.push(error.into()),
            }
        }
        (catalogue, errors)
    }

    /// The hunts of files, and of the `.yml` files of folders.
    pub fn open(paths: &[PathBuf], frame: &Frame) -> (Self, Vec<CatalogueError>) {
        let mut errors = Vec::new();
        let mut catalogue = Self::default();
        for path in paths {
            let files = match files_of(path) {
                Ok(files) => files,
                Err(source) => {
                    errors.push(CatalogueError::Unreadable { path: path.clone(), source });
                    continue;
                }
            };
            for file in files {
                match std::fs::read(&file) {
                    Ok(bytes) => catalogue.take(&file.display().to_string(), &bytes, frame, &mut errors),
                    Err(source) => errors.push(CatalogueError::Unreadable { path: file, source }),
                }
            }
        }
        (catalogue, errors)
    }

    fn take(&mut self, name: &str, bytes: &[u8], frame: &Frame, errors: &mut Vec<CatalogueError>) {
        match Entry::read(name, &String::from_utf8_lossy(bytes), frame) {
            Ok(entry) => self.push(entry),
            Err(error) => errors.push(error.into()),
        }
    }

    /// Adds the rules of a Sigma checkout that come into question: for each technique the best few whose log source the
    /// operator has. Those that cannot become a hunt are handed back.
    pub fn add(&mut self, rules: &Collection, telemetry: &[String], frame: &Frame) -> Vec<Broken> {
        let index = Index::of(rules);
        let has = |class: &EventClass| telemetry.is_empty() || telemetry.contains(&class_name(class));
        let best = index.techniques().flat_map(|(technique, _)| index.best(technique, RULES, has));
        let wanted: BTreeSet<usize> = best.collect();
        let mut broken = Vec::new();
        for read in wanted.into_iter().filter_map(|document| rules.hunt(document, frame)) {
            match read {
                Ok(read) => self.push(Entry::of_rule(&read.document.path, read.hunt)),
                Err(error) => broken.push(error),
            }
        }
        broken
    }

    fn push(&mut self, entry: Entry) {
        for technique in &entry.hunt.techniques {
            self.by_technique.entry(technique.clone()).or_default().push(self.entries.len());
        }
        self.entries.push(entry);
    }

    /// Every hunt, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The hunt of this name, id or rule id.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let is_it = |entry: &&Entry| {
            entry.name() == name || entry.hunt.id == name || entry.hunt.source.as_deref() == Some(name)
        };
        self.entries.iter().find(is_it)
    }
}

/// The file, or the `.yml` and `.yaml` files of the folder in the order of their names.
fn files_of(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.metadata()?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
