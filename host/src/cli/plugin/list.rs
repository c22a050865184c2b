//! `huntsmith plugin list`: the plugins that there are.

use crate::cli::host::{Host, HostArgs};
use crate::cli::{FINE, PARTIAL};
use crate::report::plain;
use std::io::Write;
use std::process::ExitCode;

/// Options of the subcommand.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    host: HostArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// The plugins cannot be had.
pub fn run(args: &List, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
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
    Ok(ExitCode::from(if host.failed > 0 { PARTIAL } else { FINE }))
}
