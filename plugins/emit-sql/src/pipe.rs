//! Stages and correlations in SQL: the events of all searches as one table, and a table a step over the one before, called
//! `e`.
//!
//! Source: Trino, "Window functions" and "Aggregate functions"; Snowflake, "Window functions"; ClickHouse, "Window
//! functions". Columns are named with the table: ClickHouse takes a bare name for that of a new column.

use crate::engine::Engine;
use crate::{FORM, Lake, rows};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::pipes::Functions;
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::steps::{Events, Function, Group, Measured, Only, SEARCH, Step};
use huntsmith_sdk::query::text::{Name, Query};

const TIMESTAMP: Native<'static> = Native::text("Timestamp");

const FUNCTIONS: Functions = Functions {
    length: ["LENGTH(", "", ")"],
    hour: ["EXTRACT(HOUR FROM ", "", ")"],
    lower: ["LOWER(", "", ")"],
    ratio: ["CAST(", " AS DOUBLE) / NULLIF(CAST(", " AS DOUBLE), 0)"],
    difference: ["CAST(", " AS DOUBLE) - CAST(", " AS DOUBLE)"],
};

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
        let rows = lake.engine.over_rows();
        let mut tables = Tables { query, engine: &rows, last: 0, order: &[] };
        pipeline.steps.iter().try_for_each(|(at, step)| tables.step(*at, step))?;
        tables.end();
        Ok(())
    })
}

/// The events of every search under the plan's names.
fn events(query: &mut Query, lake: &Lake<'_>, part: &[Events<'_>]) -> Result<(), Refusal> {
    query.word("WITH step_0 AS (\n");
    for (index, Events { one, fields }) in part.iter().enumerate() {
        query.word(if index == 0 { "" } else { "\nUNION ALL\n" }).word("SELECT time_dt AS \"Timestamp\", ");
        query.constant(lake.engine.string, &one.search.name, At::search(one.index))?.word(" AS \"SearchName\"");
        for (name, native) in fields {
            let text = native.kind == Kind::Text;
            lake.engine.path(query.word(if text { ", CAST(" } else { ", " }), native.name);
            query.word(if text { " AS VARCHAR) AS \"" } else { " AS \"" }).name(*name).word("\"");
        }
        rows(query, lake, one)?;
    }
    query.word("\n)");
    Ok(())
}

/// A column of the step before.
fn column(query: &mut Query, native: Native<'_>) {
    query.word("e.\"").name(native.name).word("\"");
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
                column(query.word(open), TIMESTAMP);
                query.word(after).word(" OVER (").word(if by.is_empty() { "" } else { "PARTITION BY " });
                query.list(by, |query, key| column(query, *key)).word(if by.is_empty() { "" } else { " " });
                column(query.word("ORDER BY "), TIMESTAMP);
                column(query.word(frame), TIMESTAMP);
                named(query.word(")"), *name);
                self.close();
            }
            Step::Derive { name, function, inputs } => {
                let query = self.open("SELECT e.*, ");
                FUNCTIONS.say(query, *function, inputs, column);
                named(query, *name);
                self.close();
            }
            Step::Keep(formula) => {
                let engine = self.engine;
                self.open("SELECT e.*");
                say(engine, self.close_with("\nWHERE "), formula)?;
                self.query.word("\n)");
            }
            Step::Reached { value, count } => {
                self.open("SELECT e.*");
                let query = self.close_with("\nWHERE ");
                column(query, Native { name: *value, kind: Kind::Integer });
                query.word(" = ").count(*count, "\n)");
            }
            Step::InOrder { earlier, later } => {
                self.open("SELECT e.*");
                let query = self.close_with("\nWHERE ");
                column(query, Native { name: *earlier, kind: Kind::Text });
                column(query.word(" <= "), Native { name: *later, kind: Kind::Text });
                query.word("\n)");
            }
            Step::Sort(keys) => self.order = keys,
            Step::Limit(rows) => {
                let order = self.order;
                self.open("SELECT e.*");
                ordered(self.close_with(""), order);
                self.query.word("\nLIMIT ").count(*rows, "\n)");
            }
        }
        Ok(())
    }

    /// Begins the next table.
    fn open(&mut self, select: &'static str) -> &mut Query {
        self.query.word(",\nstep_").count(self.last + 1, " AS (\n").word(select)
    }

    /// Where it reads, and what follows.
    fn close_with(&mut self, words: &'static str) -> &mut Query {
        self.last += 1;
        self.query.word("\nFROM step_").count(self.last - 1, " AS e").word(words)
    }

    fn close(&mut self) {
        self.close_with("\n)");
    }

    /// The last table, in its order.
    fn end(mut self) {
        self.query.word("\nSELECT e.*");
        let order = self.order;
        ordered(self.close_with_last(), order);
        self.query.word("\nLIMIT 10000");
    }

    fn close_with_last(&mut self) -> &mut Query {
        self.query.word("\nFROM step_").count(self.last, " AS e")
    }

    fn group(&mut self, group: &Group<'_>, at: At) -> Result<(), Refusal> {
        let engine = self.engine;
        let query = self.open("SELECT ");
        query.list(&group.by, |query, key| {
            column(query, *key);
            named(query, key.name);
        });
        query.word(if group.by.is_empty() { "" } else { ", " });
        if let Some(seconds) = group.bucket {
            bucket(query, engine, seconds);
            query.word(" AS \"Timestamp\", ");
        }
        query.try_list(&group.measures, |query, measured| {
            function(query, engine, measured, at)?;
            named(query, measured.name);
            Ok(())
        })?;
        let query = self.close_with(if group.by.is_empty() && group.bucket.is_none() { "" } else { "\nGROUP BY " });
        query.list(&group.by, |query, key| column(query, *key));
        if let Some(seconds) = group.bucket {
            bucket(query.word(if group.by.is_empty() { "" } else { ", " }), engine, seconds);
        }
        query.word("\n)");
        Ok(())
    }
}

fn ordered(query: &mut Query, order: &[(Native<'_>, bool)]) {
    query.word(if order.is_empty() { "" } else { "\nORDER BY " }).list(order, |query, (key, descending)| {
        column(query, *key);
        query.word(if *descending { " DESC" } else { " ASC" });
    });
}

fn bucket(query: &mut Query, engine: &Engine, seconds: u32) {
    let [before, between, again, after] = engine.bucket;
    column(query.word(before), TIMESTAMP);
    query.word(between).count(u64::from(seconds), again);
    if !again.is_empty() {
        query.count(u64::from(seconds), "");
    }
    query.word(after);
}

fn function(query: &mut Query, engine: &Engine, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
    let [first, last] = engine.at_ends;
    let (open, close) = match (measured.function, engine.percentile) {
        (Function::Count, _) => ("COUNT(", ")"),
        (Function::Distinct, _) => ("COUNT(DISTINCT ", ")"),
        (Function::Sum, _) => ("SUM(", ")"),
        (Function::Minimum, _) => ("MIN(", ")"),
        (Function::Maximum, _) => ("MAX(", ")"),
        (Function::Average, _) => ("AVG(", ")"),
        (Function::Deviation, _) => ("STDDEV_SAMP(", ")"),
        (Function::Values, _) => (engine.values, ")"),
        (Function::First, _) => (first, ", e.\"Timestamp\")"),
        (Function::Last, _) => (last, ", e.\"Timestamp\")"),
        (Function::Percentile(_), Some(open)) => (open, ""),
        (Function::Percentile(50.0), None) => ("median(", ")"),
        (other, _) => return Err(other.refuse(at)),
    };
    query.word(open);
    match &measured.only {
        Only::All => {}
        Only::Where(formula) => say(engine, query.word("CASE WHEN "), formula)?,
        Only::Search(name) => {
            column(query.word("CASE WHEN "), Native { name: SEARCH, kind: Kind::Text });
            query.word(" = ").constant(engine.string, name, At::HUNT)?;
        }
    }
    let all = matches!(measured.only, Only::All);
    query.word(if all { "" } else { " THEN " });
    match measured.field {
        Some(native) if measured.function.is_numeric() && native.kind == Kind::Text => {
            let [before, after] = engine.number;
            column(query.word(before), native);
            query.word(after);
        }
        Some(native) => column(query, native),
        None => {
            query.word(if all { "*" } else { "1" });
        }
    }
    query.word(if all { "" } else { " END" }).word(close);
    if let (Function::Percentile(share), Some(_)) = (measured.function, engine.percentile) {
        query.word(", ").count((share * 100.0).round() as u64, " / 10000.0)");
    }
    Ok(())
}
