//! `huntsmith plugin inspect`: everything that a component says of itself, without running it.

use crate::cli::host::HostArgs;
use crate::cli::{FINE, PARTIAL};
use crate::config::Config;
use crate::plugin::inspect::{Inspection, inspect};
use crate::plugin::lock::Lock;
use crate::plugin::trust::{Policy, Signer, TrustConfig, Verdict, beside};
use crate::report::plain;
use anyhow::Context as _;
use serde::Serialize;
use std::io::Write;
use std::path::Path;
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

/// What a component says of itself, and who signed it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Shown {
    #[serde(flatten)]
    inspection: Inspection,
    signed_by: String,
}

/// Runs the subcommand.
///
/// # Errors
/// There is no such plugin, or its bytes are no component.
pub fn run(args: &Inspect, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let component = super::component(&args.plugin, &args.host, bundle)?;
    let inspection = inspect(&component).with_context(|| args.plugin.clone())?;
    let shown = Shown { inspection, signed_by: signed_by(args, &component)? };
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&shown)?)?;
    } else {
        write(&mut out, &shown)?;
    }
    Ok(ExitCode::from(if shown.inspection.misfit.is_some() { PARTIAL } else { FINE }))
}

/// Who signed a file, by the signature beside it; or an installed plugin, by the lock.
fn signed_by(args: &Inspect, component: &[u8]) -> anyhow::Result<String> {
    let told = |signer: &Signer| format!("`{}` ({})", signer.name, signer.id);
    let path = Path::new(&args.plugin);
    if !path.is_file() {
        let lock = Lock::read(&args.host.lock)?;
        let installed = lock.get(&args.plugin).map(|pinned| pinned.signer.as_ref().map_or("nobody".to_owned(), told));
        return Ok(installed.unwrap_or_else(|| "nobody: it is built in".to_owned()));
    }
    let Ok(signature) = std::fs::read_to_string(beside(path)) else { return Ok("nobody".to_owned()) };
    let keys = Config::open(args.host.config.as_deref())?.trust.keys;
    let trust = TrustConfig { policy: Some(Policy::Require), keys };
    Ok(match trust.judge(component, Some(&signature), true) {
        Ok(Verdict::Signed(signer)) => told(&signer),
        Ok(Verdict::Unsigned { .. }) => "nobody".to_owned(),
        Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
    })
}

/// One line a fact; what comes from the component is made safe for a terminal.
fn write(out: &mut impl Write, shown: &Shown) -> std::io::Result<()> {
    let it = &shown.inspection;
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
    row("signed by", &shown.signed_by)?;
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
