//! Hunts as SQL over tables of the Open Cybersecurity Schema Framework: Athena and Trino, Snowflake, or ClickHouse.

mod engine;
mod pipe;
mod table;

use engine::Engine;
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Plain, is_stepped, plain, queries_only};
use huntsmith_sdk::query::boolean::{Dialect, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand};
use huntsmith_sdk::query::options::{Options, Tables};
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, order};
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::Window;

/// A data lake with OCSF tables.
pub struct Sql;

const FORM: Plain = Plain {
    language: "sql",
    comment: Some(Comment { open: "-- ", close: "\n", forbidden: &[] }),
    values: 1_000,
    apart: false,
};

impl Dialect for Engine {
    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";
    // What is not there compares as null, and its opposite too.
    const NOT: &'static str = "NOT COALESCE";
    const NOT_END: &'static str = ", FALSE)";
    const ALWAYS: &'static str = "TRUE";
    const NEVER: &'static str = "FALSE";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }
}

impl Shapes for Engine {
    const ANYWHERE: Option<Native<'static>> = None;

    fn column(&self, query: &mut Query, native: Native<'_>) {
        self.path(query, native.name);
    }

    fn text(&self, native: Native<'_>, atom: &Atom<'_>, _: &Operand<'_>) -> Option<Shape> {
        if atom.compare == Compare::Within {
            let [before, between, after] = self.network?;
            return Some(Shape::new(before, between, Form::Text(self.string), after));
        }
        if native.kind == Kind::Boolean || native.kind == Kind::Integer {
            return None;
        }
        if table::is_list(native.name) {
            // Digests stand in a list of objects, whose text holds them.
            let [before, between] = self.in_text;
            return (atom.compare == Compare::Equals)
                .then(|| Shape::new(before, between, Form::Text(self.string), "), '%')"))
                .filter(|_| !atom.case_sensitive);
        }
        let sensitive = atom.case_sensitive;
        Some(match atom.compare {
            Compare::Equals if sensitive => Shape::new("", " = ", Form::Text(self.string), ""),
            Compare::Equals => Shape::new("LOWER(", ") = LOWER(", Form::Text(self.string), ")"),
            Compare::Word | Compare::Matches => {
                let [before, between, after] = self.regex_words?;
                Shape::new(before, between, Form::Regex(self.regex), after)
            }
            _ if sensitive => Shape::new("", " LIKE ", Form::Wild(self.like, "%", "_"), self.escape),
            _ => Shape::new("LOWER(", ") LIKE LOWER(", Form::Wild(self.like, "%", "_"), self.like_end),
        })
    }

    fn list(&self, native: Native<'_>, atom: &Atom<'_>) -> Option<Shape> {
        let sayable = native.kind == Kind::Text && !table::is_list(native.name);
        sayable.then(|| match atom.case_sensitive {
            true => Shape::new("", " IN (", Form::Text(self.string), ")"),
            false => Shape::new("LOWER(", ") IN (", Form::Lower(self.string), ")"),
        })
    }

    fn columns(&self, atom: &Atom<'_>, left: Native<'_>, right: Native<'_>) -> Option<[&'static str; 3]> {
        let text = left.kind == Kind::Text && right.kind == Kind::Text && !atom.case_sensitive;
        Some(match (atom.compare, text) {
            (Compare::Equals, true) => ["LOWER(", ") = LOWER(", ")"],
            (Compare::Equals, false) => ["", " = ", ""],
            (compare, _) => ["", order(compare)?, ""],
        })
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(["", if there { " IS NOT NULL" } else { " IS NULL" }])
    }
}

impl Emitter for Sql {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let one = |refusal| vec![refusal];
        let options = Options::parse(&target.mapping, &["engine", "schema", "tables"]).map_err(one)?;
        let engine = match options.choice("engine", &["athena", "trino", "snowflake", "clickhouse"]).map_err(one)? {
            "snowflake" => &engine::SNOWFLAKE,
            "clickhouse" => &engine::CLICKHOUSE,
            _ => &engine::TRINO,
        };
        let schema = options.text("schema").map_err(one)?.map(|_| options.name("schema", ".", "")).transpose();
        let schema = schema.map_err(one)?;
        queries_only(target)?;
        let window = Window::of(&hunt.window).map_err(one)?;
        let notes = vec![
            "Needs tables of the Open Cybersecurity Schema Framework by the names of its classes, with \
                      `time_dt`; the option `schema` says where they are."
                .to_owned(),
        ];
        let tables = options.tables("", table::SOURCES).map_err(one)?;
        let lake = Lake { engine, schema, tables, window };
        let resolved = searches(hunt)?;
        if is_stepped(hunt) {
            return pipe::emit(&lake, hunt, resolved, notes);
        }
        plain(&FORM, hunt, resolved, &notes, |query, part| {
            for (index, one) in part.iter().enumerate() {
                query.word(if index == 0 { "" } else { "\nUNION ALL\n" });
                hits(query, &lake, one)?;
            }
            query.word("\nORDER BY event_time DESC\nLIMIT 10000");
            Ok(())
        })
    }
}

/// A hunt's searches over the schema, for those who execute them.
///
/// # Errors
/// Every refusal of the hunt.
pub fn searches(hunt: &Hunt) -> Result<Vec<Resolved<'_>>, Vec<Refusal>> {
    resolve(hunt, table::SOURCES, 0)
}

/// What the searches of a hunt have in common.
struct Lake<'a> {
    engine: &'static Engine,
    schema: Option<Name<'a>>,
    tables: Tables<'a>,
    window: Window<'a>,
}

/// One search: when, which of the searches, where, and the two columns that say most.
fn hits(query: &mut Query, lake: &Lake<'_>, one: &Resolved<'_>) -> Result<(), Refusal> {
    query.word("SELECT time_dt AS event_time, ");
    query.constant(lake.engine.string, &one.search.name, At::search(one.index))?.word(" AS search_name");
    for (column, label) in one.source.show.iter().zip([" AS host", " AS subject", " AS detail"]) {
        query.word(", CAST(");
        lake.engine.path(query, Name::native(column));
        query.word(" AS VARCHAR)").word(label);
    }
    rows(query, lake, one)
}

/// The rows of a search: its table, the time, the condition.
fn rows(query: &mut Query, lake: &Lake<'_>, one: &Resolved<'_>) -> Result<(), Refusal> {
    let engine = lake.engine;
    query.word("\nFROM ");
    if let Some(schema) = lake.schema {
        query.name(schema).word(".");
    }
    query.name(lake.tables.name(one.source)).word("\nWHERE time_dt >= ");
    match lake.window {
        Window::Last(seconds) => {
            let [before, after] = engine.ago;
            query.word(before).count(u64::from(seconds), after);
        }
        Window::Between(from, to) => {
            query.word(engine.moment).constant(engine.string, from, At::HUNT)?;
            query.word(") AND time_dt < ").word(engine.moment).constant(engine.string, to, At::HUNT)?.word(")");
        }
    }
    query.word(if one.source.only.is_empty() { "" } else { " AND " }).word(one.source.only).word("\n  AND ");
    say(engine, query, &one.formula)
}

huntsmith_sdk::export_emitter!(Sql);
