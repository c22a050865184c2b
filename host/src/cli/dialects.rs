//! `huntsmith dialects`: the dialects that can be said, each with what it cannot say.

use super::host::{Host, HostArgs};
use super::{FINE, PARTIAL};
use crate::model::Target;
use crate::pipeline::{Probed, parallel, probe};
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
    let kinds = host.kinds.clone();
    let target = Target { form: "query".into(), mapping: args.mapping };
    let mut partial = host.failed > 0;
    let mut probed = Vec::new();
    for answer in parallel(host.jobs, emitters, |emitter| probe(&emitter, &target, &kinds)) {
        match answer {
            Ok(dialect) => probed.push(dialect),
            Err(error) => {
                partial = true;
                anstream::eprintln!("warning: {}", crate::report::plain_lines(&error.to_string()));
            }
        }
    }
    if args.json {
        anstream::println!("{}", serde_json::to_string_pretty(&probed)?);
    } else {
        for dialect in &probed {
            anstream::println!("{}", table(dialect));
        }
    }
    Ok(ExitCode::from(if partial { PARTIAL } else { FINE }))
}

fn table(dialect: &Probed) -> String {
    let mut text = String::new();
    let mut line = |name: &str, said: &str| {
        if !said.is_empty() {
            let _ = writeln!(text, "  {name:<13} {}", crate::report::plain(said));
        }
    };
    line("plugin", &dialect.plugin);
    let all = dialect.classes.len() + dialect.not_classes.len();
    line("classes", &format!("{} of {all}", dialect.classes.len()));
    line("no class", &dialect.not_classes.join(", "));
    // Classes that lack the same fields stand in one line.
    let mut lacking: Vec<(&[String], Vec<&str>)> = Vec::new();
    for class in dialect.classes.iter().filter(|class| !class.not_fields.is_empty()) {
        match lacking.iter_mut().find(|(fields, _)| *fields == class.not_fields) {
            Some((_, classes)) => classes.push(&class.class),
            None => lacking.push((&class.not_fields, vec![&class.class])),
        }
    }
    for (fields, classes) in lacking {
        line("no field", &format!("{}: {}", classes.join(", "), fields.join(", ")));
    }
    let mut refused: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for not in &dialect.not_said {
        refused.entry(not.what).or_default().push(&not.name);
    }
    for (what, names) in refused {
        line(&format!("no {what}"), &names.join(", "));
    }
    format!("{} ({})\n{text}", crate::report::plain(&dialect.dialect), crate::report::plain(&dialect.title))
}
