//! Hunts in Elastic's ES|QL: rows of the Elastic Common Schema that meet a condition.
//!
//! Source: Elastic, "ES|QL reference". `LIKE` needs its wildcards escaped twice, so that text goes by functions.

mod pipe;

use huntsmith_ecs::reads::Reads;
use huntsmith_ecs::{Scope, anywhere, regex, resolve, rule, scopes};
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Form as Asked, artifacts, bucketed, divide, form, is_stepped, queries};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::pipeline::pipeline;
use huntsmith_sdk::query::quote::{BACKSLASHED, Quoting};
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, connective, order};
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::Window;

/// Elasticsearch's piped language.
pub struct Esql;

const VALUES: usize = 1_000;

const COMMENT: Comment = Comment { open: "// ", close: "\n", forbidden: &[] };

const STRING: Quoting = BACKSLASHED;

impl Dialect for Esql {
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

impl Shapes for Esql {
    const ANYWHERE: Option<Native<'static>> = Some(Native::text("message"));

    fn column(&self, query: &mut Query, native: Native<'_>) {
        let quote = if native.name.is_plain(".") { "" } else { "`" };
        query.word(quote).name(native.name).word(quote);
    }

    fn text(&self, native: Native<'_>, atom: &Atom<'_>, _: &Operand<'_>) -> Option<Shape> {
        let exact = Form::Text(&STRING);
        let lower = Form::Lower(&STRING);
        let number = native.kind == Kind::Integer;
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Within, _) => Shape::new("CIDR_MATCH(", ", ", exact, ")"),
            (Compare::Equals, _) if native.kind == Kind::Address => Shape::new("", " == ", exact, ""),
            (Compare::Contains, _) if number => Shape::new("LOCATE(TO_STRING(", "), ", exact, ") > 0"),
            (Compare::StartsWith, _) if number => Shape::new("STARTS_WITH(TO_STRING(", "), ", exact, ")"),
            (Compare::EndsWith, _) if number => Shape::new("ENDS_WITH(TO_STRING(", "), ", exact, ")"),
            _ if native.kind != Kind::Text => return None,
            (Compare::Equals, true) => Shape::new("", " == ", exact, ""),
            (Compare::Equals, false) => Shape::new("TO_LOWER(", ") == ", lower, ""),
            (Compare::Contains, true) => Shape::new("LOCATE(", ", ", exact, ") > 0"),
            (Compare::Contains, false) => Shape::new("LOCATE(TO_LOWER(", "), ", lower, ") > 0"),
            (Compare::StartsWith, true) => Shape::new("STARTS_WITH(", ", ", exact, ")"),
            (Compare::StartsWith, false) => Shape::new("STARTS_WITH(TO_LOWER(", "), ", lower, ")"),
            (Compare::EndsWith, true) => Shape::new("ENDS_WITH(", ", ", exact, ")"),
            (Compare::EndsWith, false) => Shape::new("ENDS_WITH(TO_LOWER(", "), ", lower, ")"),
            (Compare::Like | Compare::Word | Compare::Matches, _) => {
                Shape::new("", " RLIKE ", Form::Made(&STRING, regex::pattern), "")
            }
            _ => return None,
        })
    }

    fn list(&self, native: Native<'_>, atom: &Atom<'_>) -> Option<Shape> {
        let exact = atom.case_sensitive || native.kind == Kind::Address;
        Some(if exact {
            Shape::new("", " IN (", Form::Text(&STRING), ")")
        } else {
            Shape::new("TO_LOWER(", ") IN (", Form::Lower(&STRING), ")")
        })
    }

    fn number(&self, native: Native<'_>, compare: Compare) -> Option<[&'static str; 3]> {
        let connective = connective(compare, " == ")?;
        Some(match native.kind {
            Kind::Text => [
                "TO_DOUBLE(",
                match compare {
                    Compare::Less => ") < ",
                    Compare::LessOrEqual => ") <= ",
                    Compare::Greater => ") > ",
                    Compare::GreaterOrEqual => ") >= ",
                    _ => ") == ",
                },
                "",
            ],
            _ => ["", connective, ""],
        })
    }

    fn columns(&self, atom: &Atom<'_>, left: Native<'_>, right: Native<'_>) -> Option<[&'static str; 3]> {
        let text = left.kind == Kind::Text && right.kind == Kind::Text;
        Some(match (atom.compare, text && !atom.case_sensitive) {
            (Compare::Equals, true) => ["TO_LOWER(", ") == TO_LOWER(", ")"],
            (Compare::Contains, true) => ["LOCATE(TO_LOWER(", "), TO_LOWER(", ")) > 0"],
            (Compare::StartsWith, true) => ["STARTS_WITH(TO_LOWER(", "), TO_LOWER(", "))"],
            (Compare::EndsWith, true) => ["ENDS_WITH(TO_LOWER(", "), TO_LOWER(", "))"],
            (Compare::Equals, false) => ["", " == ", ""],
            (compare, false) => ["", order(compare)?, ""],
            _ => return None,
        })
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(["", if there { " IS NOT NULL" } else { " IS NULL" }])
    }
}

impl Emitter for Esql {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["index"])?;
        let index = options.name("index", "-.*,:", "logs-*")?;
        let asked = form(target)?;
        let window = Window::of(&hunt.window)?;
        let names = Names::of(hunt);
        let parts = divide(hunt, resolve(hunt)?, VALUES)?;
        let queries = queries(Some(&COMMENT), hunt, &parts, |query, part| {
            if is_stepped(hunt) {
                let pipeline = pipeline(hunt, part, &names, 0, pipe::TIMESTAMP)?;
                rows(query, index, pipeline.events.iter().map(|events| events.one), window)?;
                return pipe::say(query, &pipeline);
            }
            rows(query, index, part, window)?;
            query.word("\n| SORT @timestamp DESC\n| LIMIT 10000");
            Ok(())
        })?;
        let mut notes = vec!["Needs events in the Elastic Common Schema, and Elasticsearch 9 or later.".to_owned()];
        notes.extend(parts.iter().find_map(|part| anywhere(part)).into_iter().chain(bucketed(hunt)));
        match asked {
            Asked::Query => Ok(artifacts(hunt, "esql", &notes, queries)),
            Asked::Rule => rule::wrap(hunt, "esql", "esql", &Reads::InQuery, &notes, queries),
        }
    }
}

/// The events of the searches.
fn rows<'r>(
    query: &mut Query,
    index: Name<'_>,
    part: impl IntoIterator<Item = &'r Resolved<'r>>,
    window: Window<'_>,
) -> Result<(), Refusal> {
    query.word("FROM ").name(index).word("\n| WHERE @timestamp ");
    match window {
        Window::Last(seconds) => query.word(">= NOW() - ").count(u64::from(seconds), " seconds"),
        Window::Between(from, to) => {
            query.word(">= TO_DATETIME(").constant(&STRING, from, At::HUNT)?;
            query.word(") AND @timestamp < TO_DATETIME(").constant(&STRING, to, At::HUNT)?.word(")")
        }
    };
    let part: Vec<_> = part.into_iter().collect();
    group(query.word("\n| WHERE "), &part, Esql::OR, Esql::GROUP, &mut |query, one| is_of(query, one, MATCHED))
}

/// Words around a field that holds several values and one of them. The match operator stands in conditions alone.
type Several = [&'static str; 3];
const MATCHED: Several = ["", " : ", ""];
const LOCATED: Several = ["LOCATE(MV_CONCAT(", ", \" \"), ", ") > 0"];

/// Whether an event is one of a search.
fn is_of(query: &mut Query, one: &Resolved<'_>, [before, between, after]: Several) -> Result<(), Refusal> {
    query.word("(");
    for Scope { field, values } in scopes(one) {
        group(query, &values, Esql::OR, Esql::GROUP, &mut |query, value| {
            query.word(before).word(field).word(between).constant(&STRING, value, At::search(one.index))?.word(after);
            Ok(())
        })?;
        query.word(Esql::AND);
    }
    say(&Esql, query, &one.formula)?;
    query.word(")");
    Ok(())
}

huntsmith_sdk::export_emitter!(Esql);
