//! `huntsmith plugin test`: a plugin's own cases.

use super::try_out::Bench;
use crate::cli::host::HostArgs;
use crate::cli::{FINE, GATE};
use crate::plugin::cases::{self, Case, FOLDER, Outcome, difference};
use crate::report::plain_lines;
use crate::sandbox::Plugin;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Options of the subcommand.
///
/// Exit codes: 0 all cases are as expected, 1 some are not, 2 usage.
#[derive(Debug, clap::Args)]
pub struct Test {
    /// The plugin's folder, which is built; or its component
    #[arg(value_name = "DIR|FILE")]
    plugin: PathBuf,
    /// The folder with the cases: input files, each with NAME.expected beside it [default: `cases` in the plugin's folder]
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
    /// Take what the plugin answers now as what is expected: read it before you keep it
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// The plugin cannot be built or loaded, or there are no cases.
pub fn run(args: &Test) -> anyhow::Result<ExitCode> {
    let plugin = Bench::open(&args.host)?.take(&args.plugin)?;
    let beside = || if args.plugin.is_dir() { args.plugin.join(FOLDER) } else { PathBuf::from(FOLDER) };
    let fine = cases(&plugin, &args.cases.clone().unwrap_or_else(beside), args.update)?;
    Ok(ExitCode::from(if fine { FINE } else { GATE }))
}

/// Tries the cases and says how they went; whether all are as expected.
pub fn cases(plugin: &Plugin, folder: &Path, update: bool) -> anyhow::Result<bool> {
    let cases = cases::run(plugin, folder, update)?;
    let mut out = std::io::stdout().lock();
    let mut wrong = 0;
    for Case { path, outcome } in &cases {
        let path = path.display();
        match outcome {
            Outcome::Same => writeln!(out, "{path}: as expected")?,
            Outcome::Updated => writeln!(out, "{path}: what is expected was written anew")?,
            Outcome::New { answer } => {
                wrong += 1;
                writeln!(
                    out,
                    "{path}: nothing is expected yet (--update keeps this):\n{}",
                    plain_lines(answer).trim_end()
                )?;
            }
            Outcome::Differs { expected, answer } => {
                wrong += 1;
                let lines = difference(expected, answer);
                writeln!(out, "{path}: differs (- expected, + answered):\n{}", plain_lines(&lines).trim_end())?;
            }
        }
    }
    writeln!(out, "{} cases, {wrong} of them not as expected", cases.len())?;
    Ok(wrong == 0)
}
