//! Stages and correlations: the events of all searches as one table, and a table a step over the one before, called `e`.
//!
//! Source: Trino, "Window functions" and "Aggregate functions"; Snowflake, "Window functions"; ClickHouse, "Window
//! functions". Columns are named with the table: ClickHouse takes a bare name for that of a new column.

use crate::condition::{Columns, of_step};
use crate::engine::Engine;
use crate::statement::{FORM, Lake};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::pipes::Sort;
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::Shapes;
use huntsmith_sdk::query::steps::{Events, Function, Group, Measured, Only, SEARCH, Step};
use huntsmith_sdk::query::text::{Name, Query};

const TIMESTAMP: Native<'static> = Native::text("Timestamp");

const SORT: Sort = Sort { open: "\nORDER BY ", ascending: ["", " ASC"], descending: ["", " DESC"] };

/// Says a hunt with stages or a correlation.
///
/// # Errors
/// What SQL cannot say.
pub fn emit(
    lake: &Lake<'_>,
    hunt: &Hunt,
    resolved: Vec<Resolved<'_>>,
    mut notes: Vec<String>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    notes.extend(bucketed(hunt));
    stepped(&FORM, hunt, resolved, TIMESTAMP, notes, |query, pipeline| {
        events(query, lake, &pipeline.events)?;
        let mut tables = Tables { query, engine: lake.engine, last: 0, order: &[] };
        pipeline.steps.iter().try_for_each(|(at, step)| tables.step(*at, step))?;
        tables.end();
        Ok(())
    })
}

/// The events of every search under the plan's names.
fn events(query: &mut Query, lake: &Lake<'_>, part: &[Events<'_>]) -> Result<(), Refusal> {
    query.word("WITH step_0 AS (\n");
    for (index, Events { one, fields }) in part.iter().enumerate() {
        query.word(if index == 0 { "" } else { "\nUNION ALL\n" });
        lake.opened(query, one, " AS \"Timestamp\", ", " AS \"SearchName\"")?;
        for (name, native) in fields {
            let [before, after] = if native.kind == Kind::Text { lake.engine.text } else { ["", ""] };
            lake.columns().column(query.word(", ").word(before), *native);
            named(query.word(after), *name);
        }
        lake.rows(query, one)?;
    }
    query.word("\n)");
    Ok(())
}

fn named(query: &mut Query, name: Name<'_>) {
    query.word(" AS \"").name(name).word("\"");
}

/// The tables so far.
struct Tables<'t, 'a> {
    query: &'t mut Query,
    engine: &'t Engine,
    last: u64,
    /// The order that was last asked for.
    order: &'t [(Native<'a>, bool)],
}

impl<'t, 'a> Tables<'t, 'a> {
    fn step(&mut self, at: At, step: &'t Step<'a>) -> Result<(), Refusal> {
        match step {
            Step::Correlate(correlated) => {
                let [group, kept] = correlated.in_buckets()?;
                // Neither of them asks for an order.
                let mut inner = Tables { query: self.query, engine: self.engine, last: self.last, order: &[] };
                inner.step(at, &group)?;
                inner.step(at, &kept)?;
                self.last = inner.last;
            }
            Step::Group(group) => self.group(group, at)?,
            Step::Interval { by, name } => {
                let [open, after, frame] = self.engine.lag;
                let query = self.open("SELECT e.*, ");
                of_step(query.word(open), TIMESTAMP);
                query.word(after).word(" OVER (").word(if by.is_empty() { "" } else { "PARTITION BY " });
                query.list(by, |query, key| of_step(query, *key)).word(if by.is_empty() { "" } else { " " });
                of_step(query.word("ORDER BY "), TIMESTAMP);
                of_step(query.word(frame), TIMESTAMP);
                named(query.word(")"), *name);
                self.close("\n)");
            }
            Step::Derive { name, function, inputs } => {
                let functions = self.engine.functions;
                let query = self.open("SELECT e.*, ");
                functions.say(query, *function, inputs, of_step);
                named(query, *name);
                self.close("\n)");
            }
            Step::Keep(formula) => {
                let rows = Columns { engine: self.engine, schema: None };
                say(&rows, self.kept(), formula)?;
                self.query.word("\n)");
            }
            Step::Reached { value, count } => {
                let query = self.kept();
                of_step(query, Native { name: *value, kind: Kind::Integer });
                query.word(" = ").count(*count, "\n)");
            }
            Step::InOrder { earlier, later } => {
                let query = self.kept();
                of_step(query, Native { name: *earlier, kind: Kind::Text });
                of_step(query.word(" <= "), Native { name: *later, kind: Kind::Text });
                query.word("\n)");
            }
            Step::Sort(keys) => self.order = keys,
            Step::Limit(rows) => {
                let order = self.order;
                self.open("SELECT e.*");
                let query = self.close("");
                SORT.say(query, order, of_step);
                query.word("\nLIMIT ").count(*rows, "\n)");
            }
        }
        Ok(())
    }

    /// Begins the next table.
    fn open(&mut self, select: &'static str) -> &mut Query {
        self.query.word(",\nstep_").count(self.last + 1, " AS (\n").word(select)
    }

    /// Where it reads, and what follows.
    fn close(&mut self, words: &'static str) -> &mut Query {
        self.last += 1;
        self.query.word("\nFROM step_").count(self.last - 1, " AS e").word(words)
    }

    /// The rows for which a condition holds, up to the condition.
    fn kept(&mut self) -> &mut Query {
        self.open("SELECT e.*");
        self.close("\nWHERE ")
    }

    /// The last table, in its order.
    fn end(self) {
        self.query.word("\nSELECT e.*\nFROM step_").count(self.last, " AS e");
        SORT.say(self.query, self.order, of_step);
        self.query.word("\nLIMIT 10000");
    }

    fn group(&mut self, group: &Group<'_>, at: At) -> Result<(), Refusal> {
        let engine = self.engine;
        let query = self.open("SELECT ");
        query.list(&group.by, |query, key| {
            of_step(query, *key);
            named(query, key.name);
        });
        query.word(if group.by.is_empty() { "" } else { ", " });
        if let Some(seconds) = group.bucket {
            bucket(query, engine, seconds);
            named(query, TIMESTAMP.name);
            query.word(", ");
        }
        query.try_list(&group.measures, |query, measured| {
            measure(query, engine, measured, at)?;
            named(query, measured.name);
            Ok(())
        })?;
        let query = self.close(if group.by.is_empty() && group.bucket.is_none() { "" } else { "\nGROUP BY " });
        query.list(&group.by, |query, key| of_step(query, *key));
        if let Some(seconds) = group.bucket {
            bucket(query.word(if group.by.is_empty() { "" } else { ", " }), engine, seconds);
        }
        query.word("\n)");
        Ok(())
    }
}

fn bucket(query: &mut Query, engine: &Engine, seconds: u32) {
    let [before, between, again, after] = engine.bucket;
    of_step(query.word(before), TIMESTAMP);
    query.word(between).count(u64::from(seconds), again);
    if !again.is_empty() {
        query.count(u64::from(seconds), "");
    }
    query.word(after);
}

fn measure(query: &mut Query, engine: &Engine, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
    let Measured { function, field, only, .. } = measured;
    let open = engine.measures.word(*function, at)?;
    measured_of(query.word(open), engine, *field, function.is_numeric(), only)?;
    match function {
        Function::First | Function::Last => of_step(query.word(", "), TIMESTAMP),
        Function::Percentile(share) if open != engine.measures.median => {
            query.word(", ").count((share * 100.0).round() as u64, " / 10000.0");
        }
        _ => {}
    }
    query.word(")");
    Ok(())
}

/// What is measured: a field, or of those events alone for which a condition holds.
fn measured_of(
    query: &mut Query,
    engine: &Engine,
    field: Option<Native<'_>>,
    numeric: bool,
    only: &Only<'_>,
) -> Result<(), Refusal> {
    let rows = Columns { engine, schema: None };
    match only {
        Only::All => {}
        Only::Where(formula) => say(&rows, query.word("CASE WHEN "), formula)?,
        Only::Search(name) => {
            of_step(query.word("CASE WHEN "), Native { name: SEARCH, kind: Kind::Text });
            query.word(" = ").constant(engine.string, name, At::HUNT)?;
        }
    }
    let [then, one, end] = if matches!(only, Only::All) { ["", "*", ""] } else { [" THEN ", "1", " END"] };
    query.word(then);
    match field {
        Some(native) if numeric && native.kind == Kind::Text => {
            let [before, after] = engine.number;
            of_step(query.word(before), native);
            query.word(after);
        }
        Some(native) => of_step(query, native),
        None => {
            query.word(one);
        }
    }
    query.word(end);
    Ok(())
}
