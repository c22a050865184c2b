//! Hunts in XQL for Cortex XDR and XSIAM.
//!
//! Source: Palo Alto Networks, "Cortex XQL Language Reference". A string in double quotes knows no escape and takes a
//! star for a wildcard, so that text goes by regular expressions in which quotes are said by their codes.

mod pipe;
mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Plain, is_stepped, plain, queries_only};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Native, Operand, Scalar};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BARE, Quoting};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::regex::{Regex, in_raw};
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, order};
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::{Window, in_units};

/// Cortex XDR and XSIAM.
pub struct Cortex;

const FORM: Plain = Plain {
    language: "xql",
    comment: Some(Comment { open: "// ", close: "\n", forbidden: &[] }),
    values: 1_000,
    apart: false,
};

/// Nothing in a string can be escaped; networks need nothing of the kind.
const STRING: Quoting = Quoting { open: "\"", close: "\"", ..BARE };

const REGEX: Regex = in_raw("\"", false);

impl Dialect for Cortex {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not ";
    const ALWAYS: &'static str = "event_type != null";
    const NEVER: &'static str = "event_type = null";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }
}

impl Shapes for Cortex {
    fn column(&self, query: &mut Query, native: Native<'_>) {
        query.name(native.name);
    }

    fn text(&self, _: Native<'_>, atom: &Atom<'_>, operand: &Operand<'_>) -> Option<Shape> {
        let network =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'/'));
        Some(match (atom.compare, &operand.value) {
            (Compare::Within, Scalar::Text(text)) if !network(text) => return None,
            (Compare::Within, Scalar::Text(text)) if text.contains(':') => {
                Shape::new("", " incidr6 ", Form::Text(&STRING), "")
            }
            (Compare::Within, _) => Shape::new("", " incidr ", Form::Text(&STRING), ""),
            _ => Shape::new("", " ~= ", Form::Regex(&REGEX), ""),
        })
    }

    fn columns(&self, atom: &Atom<'_>, _: Native<'_>, _: Native<'_>) -> Option<[&'static str; 3]> {
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Equals, true) => ["", " = ", ""],
            (Compare::Equals, false) => ["lowercase(", ") = lowercase(", ")"],
            (compare, _) => ["", order(compare)?, ""],
        })
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(["", if there { " != null" } else { " = null" }])
    }
}

impl Emitter for Cortex {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["dataset"])?;
        let set = options.name("dataset", "", "xdr_data")?;
        queries_only(target)?;
        let Window::Last(seconds) = Window::of(&hunt.window)? else {
            let reason = "XQL's own time frame looks back from now; give a span instead";
            return Err(At::HUNT.refuse(Code::UnsupportedValue, "window", reason).into());
        };
        let notes = vec!["Reads `xdr_data`, the events of Cortex' agents.".to_owned()];
        let resolved = resolve(hunt, table::SOURCES, 0)?;
        if is_stepped(hunt) {
            return pipe::emit(hunt, resolved, set, seconds, notes);
        }
        plain(&FORM, hunt, resolved, &notes, |query, part| {
            framed(query, set, seconds);
            group(query.word("\n| filter "), part, Self::OR, Self::GROUP, &mut |query, one| is_of(query, one))?;
            let mut shown: Vec<&'static str> = vec!["_time", "agent_hostname"];
            for column in part.iter().flat_map(|one| one.source.show) {
                if !shown.contains(column) {
                    shown.push(column);
                }
            }
            query.word("\n| fields ").join(&shown, ", ").word("\n| sort desc _time");
            Ok(())
        })
    }
}

/// How a query begins: the time and the data set.
fn framed(query: &mut Query, set: Name<'_>, seconds: u32) {
    let (count, unit) = in_units(seconds);
    query.word("config case_sensitive = true timeframe = ").count(count, unit).word("\n| dataset = ").name(set);
}

/// Whether an event is one of a search.
fn is_of(query: &mut Query, one: &Resolved<'_>) -> Result<(), Refusal> {
    query.word("(").word(one.source.only).word(Cortex::AND);
    say(&Cortex, query, &one.formula.clone().guarded())?;
    query.word(")");
    Ok(())
}

huntsmith_sdk::export_emitter!(Cortex);
