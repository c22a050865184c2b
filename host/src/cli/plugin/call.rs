//! `huntsmith plugin call`: one function of a plugin with one input.

use super::try_out::{Bench, tell};
use crate::cli::host::HostArgs;
use crate::cli::{FINE, PARTIAL};
use crate::model::{CallContext, Target};
use crate::plugin::call::{CallFault, Given, call, function};
use crate::report::plain_lines;
use anyhow::{Context as _, bail};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Options of the subcommand.
///
/// Exit codes: 0 it answered, 2 usage, 3 the call failed.
#[derive(Debug, clap::Args)]
pub struct Call {
    /// A component, or the folder of a plugin, which is built
    #[arg(value_name = "FILE|DIR")]
    plugin: PathBuf,
    /// `poll`, `read`, `extract`, `classify` or `emit`, whichever the plugin's kind has
    function: String,
    /// A document for poll and read; a text, or an article as *.json, for extract and classify; hunts as JSON for emit
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// The plugin's options, a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}")]
    options: String,
    /// The dialect's mapping, a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}")]
    mapping: String,
    /// The cursor of a poll before
    #[arg(long, value_name = "TEXT")]
    cursor: Option<String>,
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// The plugin cannot be loaded, has no such function, or the input cannot be read.
pub fn run(args: &Call) -> anyhow::Result<ExitCode> {
    for (name, text) in [("--options", &args.options), ("--mapping", &args.mapping)] {
        let value: serde_json::Value = serde_json::from_str(text).with_context(|| format!("{name} is not JSON"))?;
        anyhow::ensure!(value.is_object(), "{name} is not a JSON object\n\nhint: as '{{\"name\": \"value\"}}'");
    }
    let plugin = Bench::open(&args.host)?.take(&args.plugin)?;
    let has = function(plugin.manifest().world);
    if has != args.function {
        bail!("a {} has no function `{}`\n\nhint: it has `{has}`", plugin.manifest().world, args.function);
    }
    let given = Given {
        context: CallContext { config: args.options.clone(), ..CallContext::default() },
        target: Target { mapping: args.mapping.clone(), ..Target::default() },
        cursor: args.cursor.clone(),
    };
    answer(&plugin, &args.input, &given)
}

/// Calls and prints.
pub fn answer(plugin: &crate::sandbox::Plugin, input: &Path, given: &Given) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(input).with_context(|| input.display().to_string())?;
    match call(plugin, input, bytes, given) {
        Ok(answer) => {
            tell(&answer.log);
            writeln!(std::io::stdout().lock(), "{}", plain_lines(answer.text.trim_end()))?;
            Ok(ExitCode::from(FINE))
        }
        Err(CallFault::Call { error }) => {
            tell(&error.log);
            anstream::eprintln!("error: {}", plain_lines(&format!("{}: {error}", error.report_code())));
            Ok(ExitCode::from(PARTIAL))
        }
        Err(fault) => Err(fault.into()),
    }
}
