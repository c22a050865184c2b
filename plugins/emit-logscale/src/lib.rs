//! Hunts in the CrowdStrike Query Language of Falcon LogScale, over the events of Falcon's sensor.
//!
//! Source: CrowdStrike, "LogScale: query language syntax" and "Regular expression flags". A star in a string is a
//! wildcard that cannot be escaped, so that text goes by regular expressions.

mod pipe;
mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Plain, is_stepped, plain, queries_only};
use huntsmith_sdk::query::boolean::{Dialect, any_of, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Native, Operand};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{QUOTED, Quoting};
use huntsmith_sdk::query::regex::{IN_SLASHES, Regex, WHOLE_IN_SLASHES, WORD};
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, order};
use huntsmith_sdk::query::text::Query;

/// Falcon LogScale, and Next-Gen SIEM.
pub struct LogScale;

const FORM: Plain = Plain {
    language: "logscale",
    comment: Some(Comment { open: "// ", close: "\n", forbidden: &[] }),
    values: 1_000,
    apart: false,
};

const STRING: Quoting = QUOTED;

/// Case is said by the flag after the closing slash; the other flag lets a dot match a newline.
const EXACT: Regex = Regex {
    inside: Quoting { close: "/d", ..IN_SLASHES },
    whole: WHOLE_IN_SLASHES,
    flags: ["", ""],
    whole_flags: ["", ""],
    start: "^",
    end: "$",
    word: WORD,
    anchored: false,
};
const FOLDED: Regex = Regex {
    inside: Quoting { close: "/di", ..IN_SLASHES },
    whole: Quoting { close: "/i", ..WHOLE_IN_SLASHES },
    ..EXACT
};

impl Dialect for LogScale {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not ";
    const ALWAYS: &'static str = "*";
    const NEVER: &'static str = "not *";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }
}

impl Shapes for LogScale {
    const ANYWHERE: Option<Native<'static>> = Some(Native::text("@rawstring"));

    fn column(&self, query: &mut Query, native: Native<'_>) {
        query.name(native.name);
    }

    fn text(&self, _: Native<'_>, atom: &Atom<'_>, _: &Operand<'_>) -> Option<Shape> {
        Some(match atom.compare {
            Compare::Within => Shape::new("cidr(", ", subnet=", Form::Text(&STRING), ")"),
            _ => Shape::new("", " = ", Form::Regex(if atom.case_sensitive { &EXACT } else { &FOLDED }), ""),
        })
    }

    fn columns(&self, atom: &Atom<'_>, _: Native<'_>, _: Native<'_>) -> Option<[&'static str; 3]> {
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Equals, true) => ["test(", " == ", ")"],
            (Compare::Equals, false) => return None,
            (compare, _) => ["test(", order(compare)?, ")"],
        })
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(["", if there { " = *" } else { " != *" }])
    }
}

impl Emitter for LogScale {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["repository"])?;
        let repositories = options.texts("repository", |text| STRING.can_say(text))?;
        queries_only(target)?;
        let notes = vec!["Reads the events of Falcon's sensor. The time range goes with the request.".to_owned()];
        let resolved = resolve(hunt, table::SOURCES, 0)?;
        if is_stepped(hunt) {
            return pipe::emit(hunt, resolved, &repositories, notes);
        }
        plain(&FORM, hunt, resolved, &notes, |query, part| {
            from(query, &repositories)?;
            group(query, part, Self::OR, Self::GROUP, &mut |query, one| is_of(query, one))
        })
    }
}

/// Where a query of a view reads: its repositories, one of which is every event's tag.
fn from(query: &mut Query, repositories: &[&str]) -> Result<(), Refusal> {
    any_of::<LogScale>(query, (&STRING, repositories), "\n| ", |query| {
        query.word("#repo = ");
    })
}

/// Whether an event is one of a search.
fn is_of(query: &mut Query, one: &Resolved<'_>) -> Result<(), Refusal> {
    query.word("(").word(one.source.only).word(LogScale::AND);
    say(&LogScale, query, &table::on_device(one.formula.clone()))?;
    query.word(")");
    Ok(())
}

huntsmith_sdk::export_emitter!(LogScale);
