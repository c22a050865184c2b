//! Conditions over the columns of a schema's tables, or over those of a step's rows.

use crate::engine::Engine;
use crate::statement::Schema;
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::query::boolean::Dialect;
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand};
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, order};
use huntsmith_sdk::query::text::Query;

/// The columns that a condition is about.
#[derive(Clone, Copy)]
pub struct Columns<'l> {
    pub engine: &'l Engine,
    /// None: those of the step before.
    pub schema: Option<&'l Schema>,
}

/// A column of the step before.
pub fn of_step(query: &mut Query, native: Native<'_>) {
    query.word("e.\"").name(native.name).word("\"");
}

impl Columns<'_> {
    fn is_list(&self, native: Native<'_>) -> bool {
        self.schema.is_some_and(|schema| schema.lists.contains(&native.name))
    }
}

impl Dialect for Columns<'_> {
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

impl Shapes for Columns<'_> {
    fn column(&self, query: &mut Query, native: Native<'_>) {
        let Some(schema) = self.schema else { return of_step(query, native) };
        let joined = schema.joined.iter().find(|(name, _)| *name == native.name);
        let Some((_, [before, after])) = joined else { return (self.engine.column)(query, native.name) };
        (self.engine.column)(query.word("CONCAT("), *before);
        (self.engine.column)(query.word(self.engine.backslash), *after);
        query.word(")");
    }

    fn text(&self, native: Native<'_>, atom: &Atom<'_>, _: &Operand<'_>) -> Option<Shape> {
        let engine = self.engine;
        let exact = Form::Text(engine.string);
        if atom.compare == Compare::Within {
            let [before, between, after] = engine.network?;
            return Some(Shape::new(before, between, exact, after));
        }
        if native.kind == Kind::Boolean || native.kind == Kind::Integer {
            return None;
        }
        if self.is_list(native) {
            // The text of a list of objects holds what they do.
            let [before, between] = engine.in_text;
            let sayable = atom.compare == Compare::Equals && !atom.case_sensitive;
            return sayable.then(|| Shape::new(before, between, exact, "), '%')"));
        }
        let [after, after_lower] = engine.escape;
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Equals, true) => Shape::new("", " = ", exact, ""),
            (Compare::Equals, false) => Shape::new("LOWER(", ") = LOWER(", exact, ")"),
            (Compare::Word | Compare::Matches, _) => {
                let [before, between, after] = engine.regex_words?;
                Shape::new(before, between, Form::Regex(engine.regex), after)
            }
            (_, true) => Shape::new("", " LIKE ", Form::Wild(engine.like, "%", "_"), after),
            (_, false) => Shape::new("LOWER(", ") LIKE LOWER(", Form::Wild(engine.like, "%", "_"), after_lower),
        })
    }

    fn list(&self, native: Native<'_>, atom: &Atom<'_>) -> Option<Shape> {
        let sayable = native.kind == Kind::Text && !self.is_list(native);
        sayable.then(|| match atom.case_sensitive {
            true => Shape::new("", " IN (", Form::Text(self.engine.string), ")"),
            false => Shape::new("LOWER(", ") IN (", Form::Lower(self.engine.string), ")"),
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
