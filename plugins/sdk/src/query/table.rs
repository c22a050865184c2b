//! A dialect's table: which source carries an event class, and which native columns carry its fields.

use super::formula::{Kind, Native};
use super::text::Name;
use crate::emitter::plan::EventClass;

/// A log source of Sigma's that a source carries. Empty parts go with anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    pub category: &'static str,
    pub product: &'static str,
    pub service: &'static str,
}

impl Class {
    /// For a part that the class must not name.
    pub const UNNAMED: &'static str = "(unnamed)";

    pub const fn category(category: &'static str) -> Self {
        Self { category, product: "", service: "" }
    }

    pub const fn service(product: &'static str, service: &'static str) -> Self {
        Self { category: "", product, service }
    }

    /// Whether it carries the class: a category must be the same; a product or service that the table names must be.
    pub fn carries(&self, class: &EventClass) -> bool {
        let same = |mine: &str, theirs: &Option<String>| match theirs {
            _ if mine.is_empty() => true,
            None => mine == Self::UNNAMED,
            Some(theirs) => theirs == mine,
        };
        if !self.category.is_empty() {
            return class.category.as_deref() == Some(self.category) && same(self.product, &class.product);
        }
        class.category.is_none() && same(self.product, &class.product) && same(self.service, &class.service)
    }
}

/// How a field is held.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    /// As it is.
    Plain(Native<'a>),
    /// In either of two columns.
    Either(Native<'a>, Native<'a>),
    /// A file: its path, its name, or both.
    Path { full: Option<Native<'a>>, name: Option<Native<'a>> },
    /// An address; IPv4 addresses may be written as IPv6-mapped ones (`::ffff:192.0.2.1`).
    Address(Native<'a>),
    /// The host of a URL that is taken out of `within` by the expression `host`.
    Host { host: Native<'a>, within: Native<'a> },
    /// A digest column for each algorithm.
    Digests(&'static [(&'static str, Native<'static>)]),
    /// Digests as text: bare, or as `ALGORITHM=hex,…`.
    DigestText(Native<'a>),
    /// A registry object: its whole path, and its parts where there are columns for them.
    Registry { object: Native<'a>, key: Option<Native<'a>>, value: Option<Native<'a>>, hives: Hives },
    /// Words that the product calls otherwise.
    Words(Native<'a>, &'static [(&'static str, &'static str)]),
}

/// How registry hives are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hives {
    /// `HKEY_LOCAL_MACHINE\…`
    Long,
    /// By more than one name: only the key is compared.
    Varied,
}

/// A field of the plan and the columns that carry it.
pub type Field = (&'static str, Column<'static>);

/// A native table, data set or index.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    pub classes: &'static [Class],
    /// What the query reads from.
    pub table: &'static str,
    /// Which of its rows belong to the class: a condition in the dialect's own words, or empty.
    pub only: &'static str,
    /// The time column; empty: the rows have no time.
    pub time: &'static str,
    pub fields: &'static [Field],
    /// Fields that later versions of the schema add or replace: the version (as `major * 100 + minor`), and the fields.
    pub since: &'static [(u32, &'static [Field])],
    /// Columns to show, best first.
    pub show: &'static [&'static str],
}

impl Source {
    /// The columns of a field in a version of the schema.
    pub fn column(&self, field: &str, version: u32) -> Option<Column<'static>> {
        let newer =
            self.since.iter().rev().filter(|(since, _)| *since <= version).flat_map(|(_, fields)| fields.iter());
        newer.chain(self.fields).find(|(name, _)| *name == field).map(|(_, column)| *column)
    }

    /// Fields that it knows in a version of the schema, for hints.
    pub fn known(&self, version: u32) -> Vec<&'static str> {
        let newer = self.since.iter().filter(|(since, _)| *since <= version).flat_map(|(_, fields)| fields.iter());
        let mut names: Vec<_> = self.fields.iter().chain(newer).map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The class of what stands in files, which no log has.
const FILE_CONTENT: &str = "file_content";

/// What becomes of classes and fields that a table does not name, in a dialect over logs of any shape.
#[derive(Debug)]
pub struct Open {
    /// Where the events of other classes are.
    pub source: Source,
    /// What a field's name may have beside ASCII letters, digits and `_`.
    pub also: &'static str,
    /// What stands before a field's own name, by the class. None: the class has the table's fields alone.
    pub before: fn(&EventClass) -> Option<&'static str>,
}

impl Open {
    /// The column that bears the field's own name. None: the dialect cannot write the name.
    pub fn column<'a>(&self, class: &EventClass, field: &'a str) -> Option<Column<'a>> {
        if class.category.as_deref() == Some(FILE_CONTENT) {
            return None;
        }
        let name = Name::checked(field, self.also)?.below((self.before)(class)?);
        Some(Column::Plain(Native { name, kind: Kind::Text }))
    }
}

const HASHES: Column<'static> = Column::DigestText(Native::text("Hashes"));

/// Logs that have Sigma's fields, which are the plan's own.
pub const SIGMA: Open = Open {
    source: Source {
        classes: &[],
        table: "",
        only: "",
        time: "",
        fields: &[("Hashes", HASHES), ("md5", HASHES), ("sha1", HASHES), ("sha256", HASHES)],
        since: &[],
        show: &[],
    },
    also: ".-",
    before: |_| Some(""),
};

/// A class as people write it, for refusals: `process_creation`, `windows/security`.
pub fn class_name(class: &EventClass) -> String {
    let parts = [&class.category, &class.product, &class.service];
    let named: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    if named.is_empty() { "none".into() } else { named.join("/") }
}

/// Fields of the plan with their columns, several on a line: constants first, up to a semicolon.
#[macro_export]
macro_rules! fields {
    ($($known:ident),+ ; $($field:literal: $column:expr),* $(,)?) => { &[$($known,)+ $(($field, $column)),*] };
    ($($field:literal: $column:expr),* $(,)?) => { &[$(($field, $column)),*] };
}

/// Names of columns, several on a line.
#[macro_export]
macro_rules! names {
    ($($name:literal),* $(,)?) => { &[$($name),*] };
}
