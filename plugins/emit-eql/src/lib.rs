//! Hunts in Elastic's Event Query Language: events by their conditions, and sequences.
//!
//! Source: Elastic, "EQL syntax reference" and "EQL function reference". A wildcard cannot be escaped, so that texts with
//! one go by functions that know none.

mod sequence;

use huntsmith_ecs::reads::{self, Reads};
use huntsmith_ecs::{Scope, anywhere, regex, resolve, rule, scopes};
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Form as Asked, artifacts, divide, form, headed, queries, searches_only};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand, Scalar, Subject};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BACKSLASHED, Hidden, Quoting};
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, connective, has_any};
use huntsmith_sdk::query::text::Query;

/// Elasticsearch's EQL.
pub struct Eql;

const VALUES: usize = 900;

const COMMENT: Comment = Comment { open: "// ", close: "\n", forbidden: &[] };

pub(crate) const STRING: Quoting = Quoting { hidden: Hidden::Braced, ..BACKSLASHED };

const TEXT: Form = Form::Text(&STRING);

impl Dialect for Eql {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not ";
    const ALWAYS: &'static str = "true";
    const NEVER: &'static str = "false";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        let with_fields = atom.operands.iter().any(Operand::is_column);
        let (Compare::Equals, Subject::Column(left), true) = (atom.compare, atom.subject, with_fields) else {
            return comparison(self, query, atom);
        };
        group(query, &by_value(atom), Self::OR, Self::GROUP, &mut |query, part| {
            let [Operand { value: Scalar::Column(right), origin }] = part.operands.as_slice() else {
                return comparison(self, query, part);
            };
            // `==` takes no field on its right, functions do: of two texts that begin with each other both are the same.
            let both = [(left, *right), (*right, left)].map(|(one, other)| Atom {
                subject: Subject::Column(one),
                compare: Compare::StartsWith,
                operands: vec![Operand { value: Scalar::Column(other), origin: *origin }],
                ..*atom
            });
            group(query, &both, Self::AND, Self::GROUP, &mut |query, atom| comparison(self, query, atom))
        })
    }
}

/// The comparison with values, and one for each field that it is compared with.
fn by_value<'a>(atom: &Atom<'a>) -> Vec<Atom<'a>> {
    let (fields, values): (Vec<_>, Vec<_>) = atom.operands.iter().cloned().partition(Operand::is_column);
    let parts = std::iter::once(values).chain(fields.into_iter().map(|field| vec![field]));
    parts.filter(|part| !part.is_empty()).map(|operands| Atom { operands, ..*atom }).collect()
}

/// The function for a part of a text, up to its first argument.
fn function(atom: &Atom<'_>) -> Option<&'static str> {
    Some(match (atom.compare, atom.case_sensitive) {
        (Compare::Contains, false) => "stringContains~(",
        (Compare::Contains, true) => "stringContains(",
        (Compare::StartsWith, false) => "startsWith~(",
        (Compare::StartsWith, true) => "startsWith(",
        (Compare::EndsWith, false) => "endsWith~(",
        (Compare::EndsWith, true) => "endsWith(",
        _ => return None,
    })
}

impl Shapes for Eql {
    // Elastic keeps an event's text there, as ES|QL and Lucene search it.
    const ANYWHERE: Option<Native<'static>> = Some(Native::text("message"));

    fn column(&self, query: &mut Query, native: Native<'_>) {
        let quote = if native.name.is_plain(".") { "" } else { "`" };
        query.word("?").word(quote).name(native.name).word(quote);
    }

    fn text(&self, native: Native<'_>, atom: &Atom<'_>, operand: &Operand<'_>) -> Option<Shape> {
        let wild = has_any(operand, &['*', '?']);
        let address = native.kind == Kind::Address;
        let number = native.kind == Kind::Integer;
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Within, _) => Shape::new("cidrMatch(", ", ", TEXT, ")"),
            (Compare::Equals, _) if address => Shape::new("", " == ", TEXT, ""),
            (Compare::Contains, _) if number => Shape::new("stringContains(string(", "), ", TEXT, ")"),
            (Compare::StartsWith, _) if number => Shape::new("startsWith(string(", "), ", TEXT, ")"),
            (Compare::EndsWith, _) if number => Shape::new("endsWith(string(", "), ", TEXT, ")"),
            _ if native.kind != Kind::Text => return None,
            (Compare::Equals, true) => Shape::new("", " == ", TEXT, ""),
            (Compare::Equals, false) if wild => Shape::new("", " in~ (", TEXT, ")"),
            (Compare::Equals, false) => Shape::new("", " : ", TEXT, ""),
            (Compare::Contains | Compare::StartsWith | Compare::EndsWith, _) => {
                Shape::new(function(atom)?, ", ", TEXT, ")")
            }
            (Compare::Like, sensitive) if !wild => {
                Shape::new("", if sensitive { " like " } else { " like~ " }, Form::Wild(&STRING, "*", "?"), "")
            }
            (Compare::Like | Compare::Word | Compare::Matches, _) => {
                Shape::new("", " regex ", Form::Made(&STRING, regex::pattern), "")
            }
            _ => return None,
        })
    }

    fn list(&self, native: Native<'_>, atom: &Atom<'_>) -> Option<Shape> {
        let exact = atom.case_sensitive || native.kind == Kind::Address;
        Some(Shape::new("", if exact { " in (" } else { " in~ (" }, TEXT, ")"))
    }

    fn number(&self, native: Native<'_>, compare: Compare) -> Option<[&'static str; 3]> {
        let connective = connective(compare, " == ")?;
        (native.kind != Kind::Text).then_some(["", connective, ""])
    }

    fn columns(&self, atom: &Atom<'_>, left: Native<'_>, right: Native<'_>) -> Option<[&'static str; 3]> {
        let texts = left.kind == Kind::Text && right.kind == Kind::Text;
        function(atom).filter(|_| texts).map(|open| [open, ", ", ")"])
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(["", if there { " != null" } else { " == null" }])
    }
}

impl Emitter for Eql {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, reads::OPTIONS)?;
        let reads = Reads::of(&options)?;
        let asked = form(target)?;
        let finish = |notes: &[String], queries| match asked {
            Asked::Query => Ok(artifacts(hunt, "eql", notes, queries)),
            Asked::Rule => rule::wrap(hunt, "eql", "eql", &reads, notes, queries),
        };
        let resolved = resolve(hunt)?;
        let notes =
            "Needs events in the Elastic Common Schema. The time range goes with the request, not into the query.";
        let notes: Vec<String> =
            std::iter::once(notes.to_owned()).chain(reads.note()).chain(anywhere(&resolved)).collect();
        if !hunt.correlations.is_empty() && hunt.stages.is_empty() {
            let mut query = headed(&COMMENT, hunt, 0, 1);
            sequence::say(&mut query, hunt, &resolved)?;
            return finish(&notes, vec![query]);
        }
        searches_only(hunt)?;
        let parts = divide(hunt, resolved, VALUES)?;
        finish(
            &notes,
            queries(Some(&COMMENT), hunt, &parts, |query, part| events(query, &part.iter().collect::<Vec<_>>()))?,
        )
    }
}

/// `category where condition`: the one category of all searches, or any and each search with its own.
pub(crate) fn events(query: &mut Query, part: &[&Resolved<'_>]) -> Result<(), Refusal> {
    let first = part.first().map(|one| one.source.table).filter(|table| !table.is_empty() && !table.contains(' '));
    let category = first.filter(|table| part.iter().all(|one| one.source.table == *table));
    query.word(category.unwrap_or("any")).word(" where ");
    group(query, part, Eql::OR, Eql::GROUP, &mut |query, one| {
        let at = At::search(one.index);
        for Scope { field, values } in scopes(one) {
            if field == "event.category" && category.is_some() {
                continue;
            }
            query.word("?").word(field).word(" : (");
            for (index, value) in values.iter().enumerate() {
                query.word(if index == 0 { "" } else { ", " }).constant(&STRING, value, at)?;
            }
            query.word(") and ");
        }
        say(&Eql, query, &one.formula.clone().guarded())
    })
}

huntsmith_sdk::export_emitter!(Eql);
