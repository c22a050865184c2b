//! `huntsmith plugin inspect`: everything that a component says of itself, without running it.

use crate::cli::host::HostArgs;
use crate::cli::{FINE, PARTIAL};
use crate::plugin::inspect::{Inspection, inspect};
use crate::report::plain;
use anyhow::Context as _;
use std::io::Write;
use std::process::ExitCode;

/// Options of the subcommand.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// A component, or the name of a plugin that is listed
    #[arg(value_name = "FILE|NAME")]
    plugin: String,
    #[command(flatten)]
    host: HostArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// There is no such plugin, or its bytes are no component.
pub fn run(args: &Inspect, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let component = super::component(&args.plugin, &args.host, bundle)?;
    let inspection = inspect(&component).with_context(|| args.plugin.clone())?;
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&inspection)?)?;
    } else {
        write(&mut out, &inspection)?;
    }
    Ok(ExitCode::from(if inspection.misfit.is_some() { PARTIAL } else { FINE }))
}

/// One line a fact; what comes from the component is made safe for a terminal.
fn write(out: &mut impl Write, it: &Inspection) -> std::io::Result<()> {
    let manifest = &it.manifest;
    let mut row = |name: &str, value: &str| match value {
        "" => Ok(()),
        value => writeln!(out, "{name:<13} {}", plain(value)),
    };
    row("plugin", &format!("{}@{}", manifest.name, manifest.version))?;
    row("description", &manifest.description)?;
    row("world", &format!("{} of contract {}", manifest.world, manifest.contract))?;
    row("fits", it.misfit.as_deref().unwrap_or("its world and contract"))?;
    row("license", it.metadata.licenses.as_deref().unwrap_or("not said"))?;
    row("authors", it.metadata.authors.as_deref().unwrap_or_default())?;
    row("source", it.metadata.source.as_deref().unwrap_or_default())?;
    row("digest", &format!("sha256:{}", it.digest))?;
    let sizes = &it.sizes;
    row(
        "size",
        &format!(
            "{} bytes: code {} ({} functions), data {}, never run {}; {} core modules; {} bytes of memory at the start",
            sizes.component, sizes.code, sizes.functions, sizes.data, sizes.custom, sizes.core_modules, sizes.memory
        ),
    )?;
    row("asks for", &manifest.capabilities.to_string())?;
    let limits = &manifest.limits;
    row(
        "limits",
        &format!(
            "{} ms, {} MiB, {} bytes in, {} bytes out, {} records, {} log lines",
            limits.deadline_ms,
            limits.memory_mib,
            limits.input_bytes,
            limits.output_bytes,
            limits.records,
            limits.log_lines
        ),
    )?;
    row("data", &manifest.data.join(", "))?;
    if let Some(dialect) = &manifest.dialect {
        row("dialect", &format!("{} ({}, {})", dialect.name, dialect.title, dialect.language))?;
    }
    row("kinds", &manifest.kinds.keys().cloned().collect::<Vec<_>>().join(", "))?;
    row("imports", &it.imports.join(", "))?;
    row("exports", &it.exports.join(", "))?;
    for (field, tools) in &it.metadata.producers {
        row(field, &tools.join(", "))?;
    }
    Ok(())
}
