//! `huntsmith plugin check`: what a component must be, and what a plugin of its kind must hold.

use crate::cli::host::HostArgs;
use crate::cli::{FINE, GATE};
use crate::data::Data;
use crate::kinds::Kinds;
use crate::plugin::check::{Against, Report, check, settings};
use crate::plugin::conformance::Coverage;
use crate::report::{plain, plain_lines};
use crate::sandbox::{Sandbox, Settings};
use anyhow::Context as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Bytes of one sample.
const SAMPLE: u64 = 4 << 20;
/// Failures of one check that the table shows; the JSON has all of them.
const SHOWN: usize = 3;

/// Options of the subcommand.
///
/// Exit codes: 0 it passes, 1 something does not hold, 2 usage.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// A component, or the name of a plugin that is listed
    #[arg(value_name = "FILE|NAME")]
    plugin: String,
    /// A folder with documents that the plugin reads: they are tried whole and damaged in many ways
    #[arg(long, value_name = "DIR")]
    samples: Option<PathBuf>,
    /// Show what an emitter can say, row by row
    #[arg(long)]
    coverage: bool,
    #[command(flatten)]
    host: HostArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// There is no such plugin, or the samples cannot be read.
pub fn run(args: &Check, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let component = super::component(&args.plugin, &args.host, bundle)?;
    let data = Data::new(args.host.data_dir.clone());
    let base = Settings { cache_dir: args.host.cache_dir.clone(), ..Default::default() };
    let sandbox = Sandbox::new(settings(base, &component))?;
    let kinds = String::from_utf8(data.read("kinds")?.into_owned()).context("the data `kinds` is not UTF-8")?;
    let report = check(
        &component,
        Against {
            sandbox: &sandbox,
            data: &data,
            kinds: Kinds::parse(&kinds)?,
            knowledge: crate::attack::Knowledge::shipped(),
            samples: args.samples.as_deref().map_or(Ok(Vec::new()), samples)?,
        },
    );
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        write(&mut out, &report, args.coverage)?;
    }
    Ok(ExitCode::from(if report.passes { FINE } else { GATE }))
}

fn samples(folder: &Path) -> anyhow::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| path.metadata().is_ok_and(|it| it.is_file() && it.len() <= SAMPLE));
    paths.sort();
    anyhow::ensure!(!paths.is_empty(), "{}: no file of at most {SAMPLE} bytes here", folder.display());
    paths.into_iter().map(|path| Ok((path.clone(), std::fs::read(path)?))).collect()
}

fn write(out: &mut impl Write, report: &Report, with_coverage: bool) -> std::io::Result<()> {
    for check in &report.checks {
        let says = if check.failures.is_empty() { check.says.clone() } else { told(check.failures.len()) };
        let result = if check.failures.is_empty() { "ok" } else { "FAILS" };
        writeln!(out, "{:<18} {result:<6} {}", check.name, plain(&says))?;
        for failure in check.failures.iter().take(SHOWN) {
            writeln!(out, "    {}: {}: {}", failure.code, plain(&failure.input), plain(&failure.message))?;
            writeln!(out, "    hint: {}", plain_lines(&failure.hint))?;
        }
        if check.failures.len() > SHOWN {
            writeln!(out, "    and {} more, which --json has", check.failures.len() - SHOWN)?;
        }
    }
    if let Some(coverage) = &report.coverage {
        write_coverage(out, coverage, with_coverage)?;
    }
    let name = report.plugin.as_deref().unwrap_or("the component");
    match report.checks.iter().filter(|check| !check.failures.is_empty()).count() {
        0 => writeln!(out, "{name} passes: {} checks", report.checks.len()),
        failed => writeln!(out, "{name} does not pass: {failed} of {} checks fail", report.checks.len()),
    }
}

fn told(failures: usize) -> String {
    if failures == 1 { "once".into() } else { format!("{failures} times") }
}

fn write_coverage(out: &mut impl Write, coverage: &Coverage, every_row: bool) -> std::io::Result<()> {
    for it in &coverage.classes {
        writeln!(out, "says {}: {}", it.class, it.fields.join(", "))?;
    }
    writeln!(out, "says nothing of: {}", coverage.without.join(", "))?;
    for row in coverage.rows.iter().filter(|_| every_row) {
        let refused: Vec<String> = row.refused.iter().map(|(code, count)| format!("{code} {count}")).collect();
        writeln!(
            out,
            "{:<12} {:<28} said {:>3} of {:<3} {}",
            row.part,
            row.what,
            row.said,
            row.tried,
            refused.join(", ")
        )?;
    }
    Ok(())
}
