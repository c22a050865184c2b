//! Hunts in Lantern, an invented query language:
//!
//! ```text
//! # Title
//! find devices since 2592000s where serial is 'X'
//! then find dns since 2592000s where (name is 'evil.example' or name ends '.evil.example')
//! ```
//!
//! A dialect is tables (what carries which events, how text is quoted) and the few rules below them.

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Native, Operand, Scalar, Subject};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BARE, Quoting};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::resolve;
use huntsmith_sdk::query::table::{Class, Column, Source};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::Window;

const fn source(
    class: &'static [Class],
    table: &'static str,
    fields: &'static [(&'static str, Column<'static>)],
) -> Source {
    Source { classes: class, table, only: "", time: "", fields, since: &[], show: &[] }
}

/// Which of Lantern's streams carries which events, and the fields' names there.
const SOURCES: &[Source] = &[
    source(
        &[Class::category("device_attached")],
        "devices",
        &[("SerialNumber", Column::Plain(Native::text("serial")))],
    ),
    source(&[Class::category("dns_query")], "dns", &[("QueryName", Column::Plain(Native::text("name")))]),
    source(
        &[Class::category("process_creation")],
        "processes",
        &[
            ("Image", Column::Path { full: Some(Native::text("path")), name: Some(Native::text("file")) }),
            ("CommandLine", Column::Plain(Native::text("arguments"))),
            ("sha256", Column::Plain(Native::text("digest"))),
        ],
    ),
    source(
        &[Class::category("file_event")],
        "files",
        &[
            ("TargetFilename", Column::Path { full: Some(Native::text("path")), name: Some(Native::text("file")) }),
            ("sha256", Column::Plain(Native::text("digest"))),
        ],
    ),
    source(
        &[Class::category("network_connection")],
        "flows",
        &[("DestinationIp", Column::Plain(Native::text("peer")))],
    ),
];

/// Lantern's strings: single quotes, doubled inside; nothing that cannot be seen.
const STRING: Quoting = Quoting { open: "'", close: "'", escapes: &[('\'', "''")], ..BARE };

struct Lantern;

impl Dialect for Lantern {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not ";
    const ALWAYS: &'static str = "anything";
    const NEVER: &'static str = "nothing";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        if atom.operands.is_empty() {
            let reason = "Lantern cannot ask whether a field is there";
            return Err(atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason));
        }
        group(query, &atom.operands, Self::OR, Self::GROUP, &mut |query, operand| one(query, atom, operand))
    }
}

fn one(query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>) -> Result<(), Refusal> {
    let refuse = |reason| atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason);
    let verb = match atom.compare {
        Compare::Equals => " is ",
        Compare::Contains => " holds ",
        Compare::StartsWith => " begins ",
        Compare::EndsWith => " ends ",
        _ => return Err(refuse("Lantern only knows is, holds, begins and ends")),
    };
    let Subject::Column(native) = &atom.subject else { return Err(refuse("Lantern has no search in all fields")) };
    let Scalar::Text(text) = &operand.value else { return Err(refuse("Lantern compares text only")) };
    query.name(native.name).word(verb).literal(&STRING, text, operand.origin)?;
    Ok(())
}

pub struct Emit;

impl Emitter for Emit {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        // The operator's options for this dialect, of which it has none.
        Options::parse(&target.mapping, &[])?;
        if target.form != "query" {
            return Err(At::HUNT.refuse(Code::InvalidOptions, "form", "Lantern has queries, no rules").into());
        }
        if !hunt.stages.is_empty() {
            return Err(At::stage(0).refuse(Code::UnsupportedStage, "stages", "Lantern has none").into());
        }
        if !hunt.correlations.is_empty() {
            return Err(At::correlation(0)
                .refuse(Code::UnsupportedCorrelation, "correlation", "Lantern has none")
                .into());
        }
        let Window::Last(seconds) = Window::of(&hunt.window)? else {
            return Err(At::HUNT.refuse(Code::UnsupportedValue, "window", "Lantern only looks back from now").into());
        };
        let mut query = Query::default();
        query.word("# ").comment(&hunt.title, &[]).word("\n");
        for (index, search) in resolve(hunt, SOURCES, 0)?.iter().enumerate() {
            query.word(if index == 0 { "find " } else { "then find " }).word(search.source.table);
            query.word(" since ").count(u64::from(seconds), "s where ");
            say(&Lantern, &mut query, &search.formula)?;
            query.word("\n");
        }
        let (text, literals) = query.finish();
        Ok(vec![Artifact {
            name: hunt.id.clone(),
            media_type: "text/plain".into(),
            language: "lantern".into(),
            text,
            notes: vec![],
            literals,
            properties: vec![],
        }])
    }
}

huntsmith_sdk::export_emitter!(Emit);
