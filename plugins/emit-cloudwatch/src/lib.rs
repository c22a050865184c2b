//! Hunts for Amazon CloudWatch Logs Insights: fields of JSON events by their own names.
//!
//! Source: AWS, "CloudWatch Logs Insights language query syntax". `like` takes a regular expression between slashes,
//! and is the one comparison that can do without regard to case.

mod pipe;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Plain, is_stepped, plain, queries_only};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand, Scalar};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BARE, QUOTED, Quoting};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::regex::{IN_SLASHES, Regex, WHOLE_IN_SLASHES, WORD_AROUND};
use huntsmith_sdk::query::search::resolve_open;
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, order};
use huntsmith_sdk::query::table::SIGMA;
use huntsmith_sdk::query::text::Query;

/// CloudWatch's log groups.
pub struct CloudWatch;

/// A query may have 10,000 characters, most of which are values.
const FORM: Plain = Plain {
    language: "cloudwatch",
    comment: Some(Comment { open: "# ", close: "\n", forbidden: &[] }),
    values: 100,
    apart: false,
};

const STRING: Quoting = QUOTED;

/// A prefix of log groups' names. Of what a name may have, nothing needs an escape.
const GROUP_NAME: Quoting = Quoting { open: "'", close: "'", ..BARE };

/// How many prefixes a query may name.
const MOST_PREFIXES: usize = 5;

const REGEX: Regex = Regex {
    inside: IN_SLASHES,
    whole: WHOLE_IN_SLASHES,
    flags: ["(?s)", "(?is)"],
    whole_flags: ["", "(?i)"],
    start: "^",
    end: "$",
    word: WORD_AROUND,
    anchored: false,
};

impl Dialect for CloudWatch {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not ";
    const ALWAYS: &'static str = "ispresent(@timestamp)";
    const NEVER: &'static str = "not ispresent(@timestamp)";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }
}

impl Shapes for CloudWatch {
    const ANYWHERE: Option<Native<'static>> = Some(Native::text("@message"));

    fn column(&self, query: &mut Query, native: Native<'_>) {
        let quote = if native.name.is_plain(".@") { "" } else { "`" };
        query.word(quote).name(native.name).word(quote);
    }

    fn text(&self, _: Native<'_>, atom: &Atom<'_>, operand: &Operand<'_>) -> Option<Shape> {
        let six = matches!(&operand.value, Scalar::Text(network) if network.contains(':'));
        Some(match atom.compare {
            Compare::Within if six => Shape::new("isIpv6InSubnet(", ", ", Form::Text(&STRING), ")"),
            Compare::Within => Shape::new("isIpv4InSubnet(", ", ", Form::Text(&STRING), ")"),
            _ => Shape::new("", " like ", Form::Regex(&REGEX), ""),
        })
    }

    fn number(&self, native: Native<'_>, compare: Compare) -> Option<[&'static str; 3]> {
        // Fields have no type: an order takes what looks like a number for one.
        let connective =
            if compare == Compare::Equals && native.kind != Kind::Boolean { " = " } else { order(compare)? };
        Some(["", connective, ""])
    }

    fn columns(&self, atom: &Atom<'_>, _: Native<'_>, _: Native<'_>) -> Option<[&'static str; 3]> {
        Some(match (atom.compare, atom.case_sensitive) {
            (Compare::Equals, true) => ["", " = ", ""],
            (Compare::Equals, false) => ["tolower(", ") = tolower(", ")"],
            (compare, _) => ["", order(compare)?, ""],
        })
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some([if there { "ispresent(" } else { "not ispresent(" }, ")"])
    }
}

impl Emitter for CloudWatch {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["log_groups"])?;
        let in_name = |c: char| c.is_ascii_alphanumeric() || "._/#-".contains(c);
        let prefixes = options.texts("log_groups", |text| text.chars().all(in_name))?;
        if prefixes.len() > MOST_PREFIXES {
            let reason = "a query names five prefixes of log groups at most";
            return Err(At::HUNT.refuse(Code::InvalidOptions, "log_groups", reason).into());
        }
        queries_only(target)?;
        let request = match prefixes.is_empty() {
            true => "The log groups and the time range go with the request.",
            false => "SOURCE is for the API and the command line; the console has a field for log groups.",
        };
        let notes = vec![format!("Fields of JSON events by their own names. {request}")];
        let resolved = resolve_open(hunt, &[], &SIGMA)?;
        if is_stepped(hunt) {
            return pipe::emit(hunt, resolved, &prefixes, notes);
        }
        plain(&FORM, hunt, resolved, &notes, |query, part| {
            from(query, &prefixes)?;
            query.word("fields @timestamp, @message\n| filter ");
            group(query, part, Self::OR, Self::GROUP, &mut |query, one| {
                say(&CloudWatch, query, &one.formula.clone().guarded())
            })?;
            query.word("\n| sort @timestamp desc\n| limit 10000");
            Ok(())
        })
    }
}

/// Where a query reads: log groups by what their names begin with.
fn from(query: &mut Query, prefixes: &[&str]) -> Result<(), Refusal> {
    if prefixes.is_empty() {
        return Ok(());
    }
    query
        .word("SOURCE logGroups(namePrefix: [")
        .try_list(prefixes, |query, prefix| query.constant(&GROUP_NAME, prefix, At::HUNT).map(drop))?;
    query.word("])\n| ");
    Ok(())
}

huntsmith_sdk::export_emitter!(CloudWatch);
