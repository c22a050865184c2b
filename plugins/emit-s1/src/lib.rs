//! Hunts for SentinelOne's Deep Visibility, over the events of its agent.
//!
//! Source: SentinelOne, "Deep Visibility query syntax 2.0". Strings know backslash escapes, `:anycase` does without
//! regard to case, `matches` takes a regular expression. Its PowerQuery takes such a condition before its first pipe.

mod pipe;
mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Plain, is_stepped, plain, queries_only};
use huntsmith_sdk::query::boolean::{Dialect, any_of, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Native, Operand};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{Hidden, QUOTED, Quoting};
use huntsmith_sdk::query::regex::{IN_STRING, Regex, WORD_ESCAPED};
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison};
use huntsmith_sdk::query::text::Query;

/// SentinelOne's agents.
pub struct SentinelOne;

const FORM: Plain = Plain { language: "s1ql", comment: None, values: 500, apart: false };

const STRING: Quoting = QUOTED;

const REGEX: Regex = Regex {
    inside: IN_STRING,
    whole: Quoting { hidden: Hidden::CodePoint("\\\\"), ..STRING },
    flags: ["(?s)", "(?is)"],
    whole_flags: ["", "(?i)"],
    start: "^",
    end: "$",
    word: WORD_ESCAPED,
    anchored: false,
};

const TEXT: Form = Form::Text(&STRING);

impl Dialect for SentinelOne {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not ";
    const ALWAYS: &'static str = "event.type = *";
    const NEVER: &'static str = "not (event.type = *)";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }
}

impl Shapes for SentinelOne {
    fn column(&self, query: &mut Query, native: Native<'_>) {
        query.name(native.name);
    }

    fn text(&self, _: Native<'_>, atom: &Atom<'_>, _: &Operand<'_>) -> Option<Shape> {
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Within, _) => return None,
            (Compare::Equals, true) => Shape::new("", " = ", TEXT, ""),
            (Compare::Equals, false) => Shape::new("", " in:anycase (", TEXT, ")"),
            (Compare::Contains, true) => Shape::new("", " contains ", TEXT, ""),
            (Compare::Contains, false) => Shape::new("", " contains:anycase ", TEXT, ""),
            _ => Shape::new("", " matches ", Form::Regex(&REGEX), ""),
        })
    }

    fn list(&self, _: Native<'_>, atom: &Atom<'_>) -> Option<Shape> {
        Some(Shape::new("", if atom.case_sensitive { " in (" } else { " in:anycase (" }, TEXT, ")"))
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(if there { ["", " = *"] } else { ["not (", " = *)"] })
    }
}

impl Emitter for SentinelOne {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["data_source"])?;
        let sources = options.texts("data_source", |text| STRING.can_say(text))?;
        queries_only(target)?;
        let notes = vec!["Reads the events of SentinelOne's agents. The time range goes with the request.".to_owned()];
        let resolved = resolve(hunt, table::SOURCES, 0)?;
        if is_stepped(hunt) {
            return pipe::emit(hunt, resolved, &sources, notes);
        }
        plain(&FORM, hunt, resolved, &notes, |query, part| {
            group(query, part, Self::OR, Self::GROUP, &mut |query, one| is_of(query, one, &sources))
        })
    }
}

/// Whether an event is one of a search, out of the operator's data sources where he names some.
fn is_of(query: &mut Query, one: &Resolved<'_>, sources: &[&str]) -> Result<(), Refusal> {
    any_of::<SentinelOne>(query.word("("), (&STRING, sources), SentinelOne::AND, |query| {
        query.word("dataSource.name = ");
    })?;
    query.word(one.source.only).word(SentinelOne::AND);
    say(&SentinelOne, query, &one.formula.clone().guarded())?;
    query.word(")");
    Ok(())
}

huntsmith_sdk::export_emitter!(SentinelOne);
