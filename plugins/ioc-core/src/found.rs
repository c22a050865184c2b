//! What the grammars find in the refanged text, before anybody has judged it.

use crate::codes::turned;
use std::collections::BTreeSet;

/// One reading of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// An indicator kind of VOCABULARY.md.
    pub kind: &'static str,
    /// Canonical.
    pub value: String,
    pub parts: Vec<(&'static str, String)>,
    pub properties: Vec<(&'static str, String)>,
    /// Range in the refanged text.
    pub start: usize,
    pub end: usize,
    /// Why it may be something else, for the judge.
    pub doubt: Option<Doubt>,
    /// The author wrote it so that nobody clicks it: a mark, or a scheme like `hxxp`.
    pub defanged: bool,
}

/// A second reading that only context can rule out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// `setup.zip`, `run.sh`: the suffix is a top-level domain and a file ending.
    FileOrDomain,
    /// `done.it was`: the suffix is a top-level domain and a word of prose.
    SentenceJoin,
    /// `1.2.3.4`: small numbers, as versions have.
    Version,
    /// A digest that is the name of a file or a part of an address.
    AsName,
    /// `t.me` in `t.me/evil`: the address after it may be all that is meant.
    HostOfAddress,
    /// `Node.js`: a capitalised word with a script's ending.
    Product,
}

/// A reading that no context can save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    pub kind: &'static str,
    pub value: String,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// Everything found in one text, ascending by start.
#[derive(Debug, Default)]
pub struct Finds {
    pub found: Vec<Found>,
    pub turned: Vec<Turned>,
    /// Names without a known ending that are in `turned`: texts with code repeat them, and one place says as much as all.
    unlisted: BTreeSet<String>,
}

impl Finds {
    /// A name that has the form of a host's and no ending that anybody could register under; the first place counts.
    pub fn turn_away_unlisted(&mut self, name: &str, start: usize, end: usize) {
        if !self.unlisted.contains(name) {
            self.unlisted.insert(name.to_string());
            self.turn_away("domain", name, start, end, turned::UNKNOWN_SUFFIX);
        }
    }

    pub fn add(&mut self, kind: &'static str, value: String, start: usize, end: usize) -> &mut Found {
        self.found.push(Found {
            kind,
            value,
            parts: Vec::new(),
            properties: Vec::new(),
            start,
            end,
            doubt: None,
            defanged: false,
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    pub fn turn_away(&mut self, kind: &'static str, value: &str, start: usize, end: usize, reason: &'static str) {
        // A value as long as a page would fill the ledger with noise; its span says where all of it is.
        let mut cut = value.len().min(512);
        while !value.is_char_boundary(cut) {
            cut -= 1;
        }
        self.turned.push(Turned { kind, value: value[..cut].to_string(), start, end, reason });
    }
}
