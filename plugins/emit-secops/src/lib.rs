//! Hunts as YARA-L 2.0 for Google SecOps: a rule over the Unified Data Model, which its search takes as well.
//!
//! Source: Google, "YARA-L 2.0 language syntax". Strings in double quotes know backslash escapes, those in backticks
//! none; a field that is not there is empty.

mod correlation;
mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Plain, form, is_stepped, plain};
use huntsmith_sdk::query::boolean::{Dialect, any_of, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand};
use huntsmith_sdk::query::identity::rule_id;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BACKSLASHED, Quoting};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::regex::{Regex, in_raw};
use huntsmith_sdk::query::rule::Level;
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, order};
use huntsmith_sdk::query::text::{Name, Query};

/// Google SecOps, once Chronicle.
pub struct SecOps;

const FORM: Plain = Plain { language: "yaral", comment: None, values: 500, apart: false };

const STRING: Quoting = BACKSLASHED;

const REGEX: Regex = in_raw("`", false);

/// What a comparison is about: an event by its variable, or what a rule computes.
#[derive(Debug, Clone, Copy)]
enum Udm {
    /// `$e`
    Event,
    /// `$e1`, `$e2`, …
    Numbered(usize),
    Outcome,
}

impl Udm {
    /// Appends the variable, with the dot before a field.
    fn variable(self, query: &mut Query) {
        match self {
            Udm::Event => query.word("$e."),
            Udm::Numbered(number) => query.word("$e").count(number as u64, "."),
            Udm::Outcome => query.word("$"),
        };
    }

    /// Appends whether an event is one of a search, out of logs of the operator's types where he names some.
    fn is_of(self, query: &mut Query, one: &Resolved<'_>, log_types: &[&str]) -> Result<(), Refusal> {
        let types: Vec<&str> = one.source.only.split(' ').collect();
        any_of::<Self>(query.word("("), (&STRING, log_types), Self::AND, |query| {
            self.variable(query);
            query.word("metadata.log_type = ");
        })?;
        any_of::<Self>(query, (&STRING, &types), Self::AND, |query| {
            self.variable(query);
            query.word("metadata.event_type = ");
        })?;
        say(&self, query, &one.formula)?;
        query.word(")");
        Ok(())
    }
}

impl Dialect for Udm {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not ";
    const ALWAYS: &'static str = "true";
    const NEVER: &'static str = "false";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }
}

impl Shapes for Udm {
    fn column(&self, query: &mut Query, native: Native<'_>) {
        self.variable(query);
        query.name(native.name);
    }

    fn text(&self, _: Native<'_>, atom: &Atom<'_>, _: &Operand<'_>) -> Option<Shape> {
        let text = Form::Text(&STRING);
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Within, _) => Shape::new("net.ip_in_range_cidr(", ", ", text, ")"),
            (Compare::Equals, true) => Shape::new("", " = ", text, ""),
            (Compare::Equals, false) => Shape::new("", " = ", text, " nocase"),
            _ => Shape::new("re.regex(", ", ", Form::Regex(&REGEX), ")"),
        })
    }

    fn columns(&self, atom: &Atom<'_>, _: Native<'_>, _: Native<'_>) -> Option<[&'static str; 3]> {
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Equals, true) => ["", " = ", ""],
            (Compare::Equals, false) => ["strings.to_lower(", ") = strings.to_lower(", ")"],
            (compare, _) => ["", order(compare)?, ""],
        })
    }

    fn presence(&self, native: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(match (native.kind == Kind::Text, there) {
            (true, true) => ["", " != \"\""],
            (true, false) => ["", " = \"\""],
            (false, true) => ["", " != 0"],
            (false, false) => ["", " = 0"],
        })
    }
}

impl Emitter for SecOps {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["log_type"])?;
        let log_types = options.texts("log_type", |text| STRING.can_say(text))?;
        // A rule is what YARA-L is, whatever is asked for.
        form(target)?;
        let reason = "a rule's name has letters, digits and `_` alone";
        let name = Name::checked(&hunt.id, "");
        let name = name.ok_or_else(|| At::HUNT.refuse(Code::InvalidPlan, "id", reason))?;
        let notes = vec!["Reads events of the Unified Data Model. The time range goes with the request.".to_owned()];
        let resolved = resolve(hunt, table::SOURCES, 0)?;
        if is_stepped(hunt) {
            return correlation::emit(hunt, name, resolved, &log_types, notes);
        }
        plain(&FORM, hunt, resolved, &notes, |query, part| {
            head(query, name, hunt)?;
            group(query, part, Udm::OR, Udm::GROUP, &mut |query, one| Udm::Event.is_of(query, one, &log_types))?;
            query.word("\n  condition:\n    $e\n}");
            Ok(())
        })
    }
}

/// A rule up to its events.
fn head(query: &mut Query, name: Name<'_>, hunt: &Hunt) -> Result<(), Refusal> {
    query.word("rule ").name(name).word(" {\n  meta:\n    rule_name = \"").comment(&hunt.title, &['"', '\\']);
    query.word("\"\n    rule_id = ").constant(&STRING, &rule_id(&hunt.id, ""), At::HUNT)?;
    if let Some(author) = &hunt.author {
        query.word("\n    author = \"").comment(author, &['"', '\\']).word("\"");
    }
    query.word("\n    severity = \"").word(match Level::of(hunt) {
        Level::Informational => "Informational",
        Level::Low => "Low",
        Level::Medium => "Medium",
        Level::High => "High",
        Level::Critical => "Critical",
    });
    query.word("\"\n  events:\n    ");
    Ok(())
}

huntsmith_sdk::export_emitter!(SecOps);
