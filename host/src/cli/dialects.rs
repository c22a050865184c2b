//! `huntsmith dialects`: the dialects that can be said, each with what it cannot say.

use super::host::{Host, HostArgs};
use super::{FINE, PARTIAL};
use crate::model::Target;
use crate::pipeline::parallel;
use crate::plugin::conformance::{Coverage, Row, coverage};
use crate::sandbox::{CallError, Plugin};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

/// List the dialects with what each cannot say, found out by asking its plugin
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these; all where none is named
    #[arg(value_name = "DIALECT")]
    dialects: Vec<String>,
    /// As JSON: every class with its fields, everything refused with its code and reason
    #[arg(long)]
    json: bool,
    /// Names alone, one a line
    #[arg(long, conflicts_with = "json")]
    names: bool,
    /// JSON object for the emitter: index or table overrides, data-model version
    #[arg(long, value_name = "JSON", default_value = "{}")]
    mapping: String,
    #[command(flatten)]
    host: HostArgs,
}

/// A dialect with what its plugin says.
#[derive(Serialize)]
struct Dialect {
    dialect: String,
    title: String,
    plugin: String,
    #[serde(flatten)]
    coverage: Coverage,
}

impl Dialect {
    fn of(emitter: &Plugin, target: &Target) -> Result<Self, CallError> {
        let coverage = coverage(emitter, target)?;
        let said = emitter.manifest().dialect.as_ref();
        let (dialect, title) = said.map(|it| (it.name.clone(), it.title.clone())).unwrap_or_default();
        Ok(Self { dialect, title, plugin: emitter.id().to_string(), coverage })
    }
}

/// Runs the subcommand.
///
/// # Errors
/// A dialect is unknown, or the plugins cannot be had.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let mut host = Host::open(&args.host, bundle)?;
    if args.names {
        let dialects = host.registry.plugins().iter().filter_map(|plugin| plugin.manifest.dialect.as_ref());
        let mut names: Vec<&str> = dialects.map(|dialect| dialect.name.as_str()).collect();
        names.sort_unstable();
        anstream::println!("{}", names.join("\n"));
        return Ok(ExitCode::from(FINE));
    }
    let emitters = host.emitters(&args.dialects)?;
    let target = Target { form: "query".into(), mapping: args.mapping };
    let mut partial = host.failed > 0;
    let mut dialects = Vec::new();
    for answer in parallel(host.jobs, emitters, |emitter| Dialect::of(&emitter, &target)) {
        match answer {
            Ok(dialect) => dialects.push(dialect),
            Err(error) => {
                partial = true;
                anstream::eprintln!("warning: {}", crate::report::plain_lines(&error.to_string()));
            }
        }
    }
    if args.json {
        anstream::println!("{}", serde_json::to_string_pretty(&dialects)?);
    } else {
        for dialect in &dialects {
            anstream::println!("{}", table(dialect));
        }
    }
    Ok(ExitCode::from(if partial { PARTIAL } else { FINE }))
}

fn table(dialect: &Dialect) -> String {
    let mut text = String::new();
    let mut line = |name: &str, said: &str| {
        if !said.is_empty() {
            let _ = writeln!(text, "  {name:<14} {}", crate::report::plain(said));
        }
    };
    let said = &dialect.coverage;
    line("plugin", &dialect.plugin);
    line("classes", &format!("{} of {}", said.classes.len(), said.classes.len() + said.without.len()));
    line("no class", &said.without.join(", "));
    // Classes that lack the same fields stand in one line.
    let mut lacking: Vec<(&[&str], Vec<&str>)> = Vec::new();
    for class in said.classes.iter().filter(|class| !class.not_fields.is_empty()) {
        match lacking.iter_mut().find(|(fields, _)| *fields == class.not_fields) {
            Some((_, classes)) => classes.push(&class.class),
            None => lacking.push((&class.not_fields, vec![&class.class])),
        }
    }
    for (fields, classes) in lacking {
        line("no field", &format!("{}: {}", classes.join(", "), fields.join(", ")));
    }
    let mut refused: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Row { part, what, .. } in said.rows.iter().filter(|row| row.said == 0) {
        refused.entry(part).or_default().push(what);
    }
    for (part, names) in refused {
        line(&format!("no {part}"), &names.join(", "));
    }
    format!("{} ({})\n{text}", crate::report::plain(&dialect.dialect), crate::report::plain(&dialect.title))
}
