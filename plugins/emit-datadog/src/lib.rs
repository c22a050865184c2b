//! Hunts as Datadog log searches: attributes by the log's own names.
//!
//! Source: Datadog, "Log search syntax". There are wildcards and no regular expressions; an attribute's value compares
//! with its case. A search counts nothing; a detection rule does.

mod rule;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Form as Asked, Plain, divide, form, is_stepped, plain, queries};
use huntsmith_sdk::query::boolean::{Dialect, any_of, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Native, Operand};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BARE, QUOTED, Quoting};
use huntsmith_sdk::query::search::{Resolved, resolve_open};
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, has};
use huntsmith_sdk::query::table::SIGMA;
use huntsmith_sdk::query::text::Query;

/// Datadog's logs.
pub struct Datadog;

const FORM: Plain = Plain { language: "datadog", comment: None, values: 200, apart: false };

const PHRASE: Quoting = QUOTED;

/// A value without quotes, in which wildcards stand for something.
const TERM: Quoting = Quoting { marked: ("\\\"' +-=&|><!(){}[]^~*?:#/,\u{201c}\u{201d}", "\\"), ..BARE };

impl Dialect for Datadog {
    const AND: &'static str = " AND ";
    const OR: &'static str = " OR ";
    const NOT: &'static str = "-";
    const ALWAYS: &'static str = "*";
    const NEVER: &'static str = "-*";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }
}

impl Shapes for Datadog {
    // Every attribute.
    const ANYWHERE: Option<Native<'static>> = Some(Native::text("*"));

    fn column(&self, query: &mut Query, native: Native<'_>) {
        query.word(if native == Native::text("*") { "" } else { "@" }).name(native.name).word(":");
    }

    fn text(&self, _: Native<'_>, atom: &Atom<'_>, operand: &Operand<'_>) -> Option<Shape> {
        let spaced = has(operand, |c| c != ' ' && c.is_whitespace());
        match atom.compare {
            Compare::Equals => Some(Shape::new("", "", Form::Text(&PHRASE), "")),
            Compare::Contains | Compare::StartsWith | Compare::EndsWith | Compare::Like if !spaced => {
                Some(Shape::new("", "", Form::Wild(&TERM, "*", "?"), ""))
            }
            _ => None,
        }
    }

    fn number(&self, _: Native<'_>, compare: Compare) -> Option<[&'static str; 3]> {
        Some(match compare {
            Compare::Equals => ["", "", ""],
            Compare::Less => ["", "<", ""],
            Compare::LessOrEqual => ["", "<=", ""],
            Compare::Greater => ["", ">", ""],
            Compare::GreaterOrEqual => ["", ">=", ""],
            _ => return None,
        })
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some([if there { "" } else { "-" }, "*"])
    }
}

impl Emitter for Datadog {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["source", "service"])?;
        let texts = |name| options.texts(name, |text| PHRASE.can_say(text));
        let logs = Logs { sources: texts("source")?, services: texts("service")? };
        let notes = vec![
            "Attributes by the log's own names; values compare letters with their case. The indexes and the time range \
             go with the request."
                .to_owned(),
        ];
        let resolved = resolve_open(hunt, &[], &SIGMA)?;
        match (form(target)?, is_stepped(hunt)) {
            (Asked::Query, _) => plain(&FORM, hunt, resolved, &notes, |query, part| searches(query, part, &logs)),
            (Asked::Rule, true) => rule::correlation(hunt, resolved, &logs, &notes),
            (Asked::Rule, false) => {
                let parts = divide(hunt, resolved, FORM.values)?;
                let queries = queries(None, hunt, &parts, |query, part| searches(query, part, &logs))?;
                rule::searches(hunt, &notes, queries)
            }
        }
    }
}

/// Which logs the operator wants: their integrations and services, by attributes that every log has.
struct Logs<'o> {
    sources: Vec<&'o str>,
    services: Vec<&'o str>,
}

/// The searches of one query.
fn searches(query: &mut Query, part: &[Resolved<'_>], logs: &Logs<'_>) -> Result<(), Refusal> {
    for (attribute, texts) in [("source:", &logs.sources), ("service:", &logs.services)] {
        any_of::<Datadog>(query, (&PHRASE, texts), Datadog::AND, |query| {
            query.word(attribute);
        })?;
    }
    group(query, part, Datadog::OR, Datadog::GROUP, &mut |query, one| say(&Datadog, query, &one.formula))
}

huntsmith_sdk::export_emitter!(Datadog);
