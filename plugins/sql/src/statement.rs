//! A hunt as one statement: its searches joined by `UNION ALL`, what they show, and the order.

use crate::condition::Columns;
use crate::engine::Engine;
use crate::stages;
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{Comment, Plain, is_stepped, plain};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::options::Tables;
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::shape::Shapes;
use huntsmith_sdk::query::table::Source;
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::Window;

pub(crate) const FORM: Plain = Plain {
    language: "sql",
    comment: Some(Comment { open: "-- ", close: "\n", forbidden: &[] }),
    values: 1_000,
    apart: false,
};

/// The tables of a schema.
pub struct Schema {
    pub sources: &'static [Source],
    /// What the columns that a source shows are called, best first.
    pub shown: &'static [&'static str],
    /// Columns that are lists of objects, in whose text is looked.
    pub lists: &'static [Name<'static>],
    /// Names that stand for two columns, as one text with a backslash between them.
    pub joined: &'static [(Name<'static>, [Name<'static>; 2])],
}

/// Where a hunt looks: the tables of an installation, in its engine, within a time.
pub struct Lake<'a> {
    pub engine: &'static Engine,
    pub schema: &'static Schema,
    /// What stands before the name of every table.
    pub database: Option<Name<'a>>,
    pub tables: Tables<'a>,
    pub window: Window<'a>,
}

/// Says a hunt.
///
/// # Errors
/// Every refusal of the hunt.
pub fn emit(lake: &Lake<'_>, hunt: &Hunt, notes: Vec<String>) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let resolved = resolve(hunt, lake.schema.sources, 0)?;
    if is_stepped(hunt) {
        return stages::emit(lake, hunt, resolved, notes);
    }
    plain(&FORM, hunt, resolved, &notes, |query, part| {
        for (index, one) in part.iter().enumerate() {
            lake.hits(query.word(if index == 0 { "" } else { "\nUNION ALL\n" }), one)?;
        }
        query.word("\nORDER BY event_time DESC\nLIMIT 10000");
        Ok(())
    })
}

impl Lake<'_> {
    /// The columns of the tables, in conditions.
    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns { engine: self.engine, schema: Some(self.schema) }
    }

    /// One search: when, which of the searches, where, and the columns that say most.
    fn hits(&self, query: &mut Query, one: &Resolved<'_>) -> Result<(), Refusal> {
        self.opened(query, one, " AS event_time, ", " AS search_name")?;
        let [before, after] = self.engine.text;
        for (column, label) in one.source.show.iter().zip(self.schema.shown) {
            self.columns().column(query.word(", ").word(before), Native::text(column));
            query.word(after).word(" AS ").word(label);
        }
        self.rows(query, one)
    }

    /// When, and which of the searches, under the names that are given.
    pub(crate) fn opened(
        &self,
        query: &mut Query,
        one: &Resolved<'_>,
        time: &'static str,
        search: &'static str,
    ) -> Result<(), Refusal> {
        query.word("SELECT ").word(one.source.time).word(time);
        query.constant(self.engine.string, &one.search.name, At::search(one.index))?.word(search);
        Ok(())
    }

    /// The rows of a search: its table, the time, the condition.
    pub(crate) fn rows(&self, query: &mut Query, one: &Resolved<'_>) -> Result<(), Refusal> {
        let Engine { string, ago: [before, after], moment, .. } = *self.engine;
        query.word("\nFROM ");
        if let Some(database) = self.database {
            query.name(database).word(".");
        }
        query.name(self.tables.name(one.source)).word("\nWHERE ").word(one.source.time).word(" >= ");
        match self.window {
            Window::Last(seconds) => {
                query.word(before).count(u64::from(seconds), after);
            }
            Window::Between(from, to) => {
                query.word(moment).constant(string, from, At::HUNT)?.word(") AND ").word(one.source.time);
                query.word(" < ").word(moment).constant(string, to, At::HUNT)?.word(")");
            }
        }
        query.word(if one.source.only.is_empty() { "" } else { " AND " }).word(one.source.only).word("\n  AND ");
        say(&self.columns(), query, &one.formula)
    }
}
