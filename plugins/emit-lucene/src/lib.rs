//! Hunts as Lucene query strings over the Elastic Common Schema, for Elasticsearch, Kibana and OpenSearch.
//!
//! Source: Elastic, "Query string query"; Apache Lucene, "Query Parser Syntax".

use huntsmith_ecs::reads::{self, Reads};
use huntsmith_ecs::{Scope, regex, resolve, rule, scopes};
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Form as Asked, artifacts, divide, form, queries, searches_only};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand, Scalar};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BARE, Hidden, QUOTED, Quoting};
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, has_any};
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::{Window, in_units};

/// Elasticsearch, Kibana or OpenSearch.
pub struct Lucene;

/// Lucene takes 1,024 clauses; what narrows a search needs some.
const VALUES: usize = 900;

/// A phrase: the whole of a keyword field.
const PHRASE: Quoting = Quoting { hidden: Hidden::Units, ..QUOTED };

/// A term without quotes, in which wildcards stand for something.
const TERM: Quoting = Quoting {
    escapes: &[
        ('\u{a0}', "\\u00A0"),
        ('\u{1680}', "\\u1680"),
        ('\u{2000}', "\\u2000"),
        ('\u{2001}', "\\u2001"),
        ('\u{2002}', "\\u2002"),
        ('\u{2003}', "\\u2003"),
        ('\u{2004}', "\\u2004"),
        ('\u{2005}', "\\u2005"),
        ('\u{2006}', "\\u2006"),
        ('\u{2007}', "\\u2007"),
        ('\u{2008}', "\\u2008"),
        ('\u{2009}', "\\u2009"),
        ('\u{200a}', "\\u200A"),
        ('\u{202f}', "\\u202F"),
        ('\u{205f}', "\\u205F"),
        ('\u{3000}', "\\u3000"),
    ],
    marked: ("\\\" +-!(){}[]^~'*?:/&|=<>", "\\"),
    hidden: Hidden::Units,
    ..BARE
};

/// A regular expression, whose only delimiter is escaped already; what cannot be seen cannot be said in one, but for white
/// space, which stands for itself.
const REGEX: Quoting = Quoting { open: "/", close: "/", escapes: &[('\n', "\n"), ('\r', "\r"), ('\t', "\t")], ..BARE };

/// A number of three digits, always (RFC 9110, section 15): to have three digits in it is to be that number.
const STATUS: Name<'static> = Name::native("http.response.status_code");

const WILD: Form = Form::Wild(&TERM, "*", "?");

impl Dialect for Lucene {
    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";
    const NOT: &'static str = "NOT ";
    const ALWAYS: &'static str = "*:*";
    const NEVER: &'static str = "(NOT *:*)";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }
}

impl Shapes for Lucene {
    // The fields that the index searches where none is named.
    const ANYWHERE: Option<Native<'static>> = Some(Native::text(""));

    fn column(&self, query: &mut Query, native: Native<'_>) {
        query.name(native.name);
        if native != Native::text("") {
            query.word(":");
        }
    }

    fn text(&self, native: Native<'_>, atom: &Atom<'_>, operand: &Operand<'_>) -> Option<Shape> {
        let digits = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        let whole = native.name == STATUS && matches!(&operand.value, Scalar::Text(text) if digits(text));
        if native.kind != Kind::Text && !whole && !matches!(atom.compare, Compare::Equals | Compare::Within) {
            return None;
        }
        let form = match atom.compare {
            Compare::Equals | Compare::Within => Form::Text(&PHRASE),
            Compare::Contains | Compare::StartsWith | Compare::EndsWith if whole => Form::Text(&PHRASE),
            Compare::Contains | Compare::StartsWith | Compare::EndsWith => WILD,
            // In a wildcard an escaped character is safe, an escaped wildcard is not everywhere.
            Compare::Like if !has_any(operand, &['*', '?']) => WILD,
            Compare::Like | Compare::Word | Compare::Matches => Form::Made(&REGEX, regex::pattern),
            _ => return None,
        };
        Some(Shape::new("", "", form, ""))
    }

    fn number(&self, native: Native<'_>, compare: Compare) -> Option<[&'static str; 3]> {
        // A range over text goes by the alphabet.
        if native.kind == Kind::Text && compare != Compare::Equals {
            return None;
        }
        Some(["", if compare == Compare::Equals { "" } else { compare_sign(compare)? }, ""])
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(if there { ["", "*"] } else { ["(NOT ", "*)"] })
    }
}

fn compare_sign(compare: Compare) -> Option<&'static str> {
    Some(match compare {
        Compare::Less => "<",
        Compare::LessOrEqual => "<=",
        Compare::Greater => ">",
        Compare::GreaterOrEqual => ">=",
        _ => return None,
    })
}

impl Emitter for Lucene {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, reads::OPTIONS)?;
        let reads = Reads::of(&options)?;
        let asked = form(target)?;
        searches_only(hunt)?;
        let window = Window::of(&hunt.window)?;
        let parts = divide(hunt, resolve(hunt)?, VALUES)?;
        let queries = queries(None, hunt, &parts, |query, part| searches(query, part, window))?;
        let notes = "Needs events in the Elastic Common Schema; keyword fields compare letters with their case.";
        let notes: Vec<String> = std::iter::once(notes.to_owned()).chain(reads.note()).collect();
        match asked {
            Asked::Query => Ok(artifacts(hunt, "lucene", &notes, queries)),
            Asked::Rule => rule::wrap(hunt, "query", "lucene", &reads, &notes, queries),
        }
    }
}

/// The searches of one query, within the time.
fn searches(query: &mut Query, part: &[Resolved<'_>], window: Window<'_>) -> Result<(), Refusal> {
    query.word("@timestamp:[");
    match window {
        Window::Last(seconds) => {
            let (count, unit) = in_units(seconds);
            query.word("now-").count(count, unit).word(" TO now]");
        }
        Window::Between(from, to) => {
            query.constant(&PHRASE, from, At::HUNT)?.word(" TO ").constant(&PHRASE, to, At::HUNT)?.word("]");
        }
    }
    query.word(" AND ");
    group(query, part, " OR ", usize::MAX, &mut |query, one| {
        query.word("(");
        for Scope { field, values } in scopes(one) {
            query.word(field).word(":(");
            for (index, value) in values.iter().enumerate() {
                query.word(if index == 0 { "" } else { " OR " });
                query.constant(&PHRASE, value, At::search(one.index))?;
            }
            query.word(") AND ");
        }
        say(&Lucene, query, &one.formula)?;
        query.word(")");
        Ok(())
    })
}

huntsmith_sdk::export_emitter!(Lucene);
