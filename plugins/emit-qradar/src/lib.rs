//! Hunts in AQL for QRadar: events with the properties of IBM's content extensions for Sysmon and endpoints.
//!
//! Source: IBM, "Ariel Query Language guide". What a string makes of a backslash is written nowhere, so that quotes and
//! backslashes are said by their codes in a regular expression.

mod grouped;
mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Plain, is_stepped, plain, queries_only};
use huntsmith_sdk::query::boolean::{Dialect, any_of, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand, Scalar, Subject};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BARE, Quoting};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::regex::{Regex, in_raw};
use huntsmith_sdk::query::search::{Resolved, resolve_open};
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, order, value};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::Window;

/// QRadar's events.
pub struct QRadar;

const FORM: Plain = Plain { language: "aql", comment: None, values: 500, apart: false };

/// Nothing in a string needs an escape that is not there; networks alone are written so.
const STRING: Quoting = Quoting { open: "'", close: "'", ..BARE };

const REGEX: Regex = in_raw("'", true);

impl Dialect for QRadar {
    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";
    const NOT: &'static str = "NOT ";
    const ALWAYS: &'static str = "1 = 1";
    const NEVER: &'static str = "1 = 2";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        let (Compare::Within, Subject::Column(native)) = (atom.compare, atom.subject) else {
            return comparison(self, query, atom);
        };
        // The network comes first.
        group(query, &atom.operands, Self::OR, Self::GROUP, &mut |query, operand| {
            let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'/'));
            if !matches!(&operand.value, Scalar::Text(text) if is_plain(text)) {
                let reason = "INCIDR knows IPv4 networks";
                return Err(atom.at.refuse(Code::UnsupportedValue, "network", reason));
            }
            value(query.word("INCIDR("), atom, operand, Form::Text(&STRING))?;
            self.column(query.word(", "), native);
            query.word(")");
            Ok(())
        })
    }
}

impl Shapes for QRadar {
    const ANYWHERE: Option<Native<'static>> = Some(Native::text("UTF8(payload)"));

    fn column(&self, query: &mut Query, native: Native<'_>) {
        // A property of an extension has spaces in its name; an event's own column and a function are plain.
        let quote = if native.name.is_plain("()") { "" } else { "\"" };
        query.word(quote).name(native.name).word(quote);
    }

    fn text(&self, native: Native<'_>, atom: &Atom<'_>, _: &Operand<'_>) -> Option<Shape> {
        Some(match atom.compare {
            Compare::Within => return None,
            _ if native.kind == Kind::Address => Shape::new("str(", ") MATCHES ", Form::Regex(&REGEX), ""),
            _ => Shape::new("", " MATCHES ", Form::Regex(&REGEX), ""),
        })
    }

    fn columns(&self, atom: &Atom<'_>, _: Native<'_>, _: Native<'_>) -> Option<[&'static str; 3]> {
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Equals, true) => ["", " = ", ""],
            (Compare::Equals, false) => ["LOWER(", ") = LOWER(", ")"],
            (compare, _) => ["", order(compare)?, ""],
        })
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(["", if there { " IS NOT NULL" } else { " IS NULL" }])
    }
}

impl Emitter for QRadar {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["log_source_type"])?;
        let is_plain = |text: &str| STRING.can_say(text) && !text.contains(['\'', '\\']);
        let types = options.texts("log_source_type", is_plain)?;
        queries_only(target)?;
        let Window::Last(seconds) = Window::of(&hunt.window)? else {
            let reason = "a hunt in AQL looks back from now; give a span instead";
            return Err(At::HUNT.refuse(Code::UnsupportedValue, "window", reason).into());
        };
        let notes = vec![
            "Needs the custom properties of the content extension for Sysmon or endpoints, or the log's own names."
                .to_owned(),
        ];
        let resolved = resolve_open(hunt, table::SOURCES, &table::OPEN)?;
        if is_stepped(hunt) {
            return grouped::emit(hunt, resolved, &types, seconds, notes);
        }
        plain(&FORM, hunt, resolved, &notes, |query, part| {
            query.word("SELECT DATEFORMAT(starttime, 'yyyy-MM-dd HH:mm:ss') AS event_time, ");
            query.word("LOGSOURCENAME(logsourceid) AS log_source, username, sourceip, destinationip, ");
            from(query.word("UTF8(payload) AS payload"), &types)?;
            group(query, part, Self::OR, Self::GROUP, &mut is_of)?;
            query.word("\nORDER BY starttime DESC\nLIMIT 10000");
            last(query, seconds);
            Ok(())
        })
    }
}

/// Where a statement reads: the events, of the operator's types of log sources alone where he names some.
fn from(query: &mut Query, types: &[&str]) -> Result<(), Refusal> {
    any_of::<QRadar>(query.word("\nFROM events\nWHERE "), (&STRING, types), QRadar::AND, |query| {
        query.word("LOGSOURCETYPENAME(devicetype) = ");
    })
}

/// Whether an event is one of a search.
fn is_of(query: &mut Query, one: &Resolved<'_>) -> Result<(), Refusal> {
    query.word(if one.source.only.is_empty() { "" } else { "(" }).word(one.source.only);
    query.word(if one.source.only.is_empty() { "" } else { QRadar::AND });
    say(&QRadar, query, &one.formula.clone().guarded())?;
    query.word(if one.source.only.is_empty() { "" } else { ")" });
    Ok(())
}

/// The time, which ends a statement.
fn last(query: &mut Query, seconds: u32) {
    query.word("\nLAST ").count(u64::from(seconds.div_ceil(60)), " MINUTES");
}

huntsmith_sdk::export_emitter!(QRadar);
