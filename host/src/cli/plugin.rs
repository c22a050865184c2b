//! `huntsmith plugin`: build one, list those that there are, look into one.

use super::host::{Host, HostArgs};
use crate::plugin::build::{self, Request};
use crate::plugin::component::MAXIMUM_COMPONENT;
use crate::plugin::inspect::{Inspection, inspect};
use crate::report::plain;
use anyhow::{Context as _, bail};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Build, list and inspect plugins
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Build a plugin's component from its folder
    Build(Build),
    /// List the plugins that there are
    List(List),
    /// Say everything about a component without running it
    Inspect(Inspect),
}

#[derive(Debug, clap::Args)]
struct Build {
    /// The folder with plugin.toml, and for Rust with Cargo.toml
    folder: PathBuf,
    /// Where the component goes [default: NAME.wasm]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A core module or component that another tool has built from the folder already
    #[arg(long, value_name = "FILE")]
    wasm: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    host: HostArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Inspect {
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
/// A plugin cannot be built, found or read, or standard output cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Build(args) => build(args),
        Command::List(args) => list(&args, bundle),
        Command::Inspect(args) => look(&args, bundle),
    }
}

fn build(Build { folder, output, wasm, quiet }: Build) -> anyhow::Result<ExitCode> {
    let built = build::build(&Request { folder, wasm, output })?;
    if !quiet {
        if let Some(toolchain) = &built.toolchain {
            anstream::eprintln!("compiled by {toolchain}");
        }
        let mut out = std::io::stdout().lock();
        let (manifest, path) = (&built.manifest, built.path.display());
        let what = format!("{} of contract {}", manifest.world, manifest.contract);
        writeln!(
            out,
            "{path}: {}@{}, {what}, {} bytes, sha256 {}",
            manifest.name, manifest.version, built.bytes, built.digest
        )?;
    }
    Ok(ExitCode::from(super::FINE))
}

fn list(args: &List, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let host = Host::open(&args.host, bundle)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        let rows: Vec<_> = host
            .registry
            .plugins()
            .iter()
            .map(|plugin| {
                serde_json::json!({
                    "name": plugin.id.name, "version": plugin.id.version, "world": plugin.manifest.world,
                    "contract": plugin.manifest.contract, "origin": plugin.origin.to_string(),
                    "digest": plugin.id.digest, "description": plugin.manifest.description,
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
    } else {
        for plugin in host.registry.plugins() {
            let manifest = &plugin.manifest;
            let (id, world) = (plugin.id.to_string(), format!("{}@{}", manifest.world, manifest.contract));
            writeln!(out, "{id:<28} {world:<28} {:<10} {}", plugin.origin.to_string(), plain(&manifest.description))?;
        }
    }
    Ok(ExitCode::from(if host.failed > 0 { super::PARTIAL } else { super::FINE }))
}

fn look(args: &Inspect, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let path = Path::new(&args.plugin);
    let inspection = if path.exists() {
        let length = std::fs::metadata(path).with_context(|| args.plugin.clone())?.len();
        if length > MAXIMUM_COMPONENT as u64 {
            bail!("{}: {length} bytes are more than a component may have ({MAXIMUM_COMPONENT})", args.plugin);
        }
        inspect(&std::fs::read(path).with_context(|| args.plugin.clone())?).with_context(|| args.plugin.clone())?
    } else {
        let host = Host::open(&args.host, bundle)?;
        match host.registry.get(&args.plugin) {
            Some(plugin) => inspect(&plugin.component)?,
            None => {
                bail!("`{}` is neither a file nor a plugin\n\nhint: `huntsmith plugin list` names them", args.plugin)
            }
        }
    };
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&inspection)?)?;
    } else {
        write(&mut out, &inspection)?;
    }
    Ok(ExitCode::from(if inspection.misfit.is_some() { super::PARTIAL } else { super::FINE }))
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
    let asks = match (&manifest.capabilities.http[..], &manifest.capabilities.secrets[..]) {
        ([], []) => "nothing".to_owned(),
        (hosts, []) => format!("network: {}", hosts.join(", ")),
        (hosts, secrets) => format!("network: {}; secrets: {}", hosts.join(", "), secrets.join(", ")),
    };
    row("asks for", &asks)?;
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
