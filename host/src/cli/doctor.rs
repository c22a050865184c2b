//! `huntsmith doctor`: whether this machine has what huntsmith needs, and what to do where it has not.

use super::host::{Host, HostArgs};
use crate::plugin::World;
use std::io::Write;
use std::process::ExitCode;

/// Check this machine, the plugins and the data
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// The sandbox cannot be had on this machine, or standard output cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let mut host = Host::open(&args.host, bundle)?;
    writeln!(out, "ok      sandbox: {} worker threads", host.jobs)?;
    for world in World::ALL {
        let plugins = host.load(world)?;
        let names: Vec<String> = plugins.iter().map(|plugin| plugin.id().to_string()).collect();
        let verdict = if plugins.is_empty() { "missing" } else { "ok" };
        writeln!(out, "{verdict:<7} {world}: {}", if names.is_empty() { "none".into() } else { names.join(", ") })?;
    }
    let knowledge = host.knowledge()?;
    writeln!(out, "ok      ATT&CK {}: {} techniques", knowledge.version(), knowledge.techniques().count())?;
    writeln!(out, "ok      {} indicator kinds in {} hunt groups", host.kinds.kinds.len(), host.kinds.groups.len())?;
    if host.failed > 0 {
        writeln!(out, "failed  {} plugins did not load; the messages above say why", host.failed)?;
        return Ok(ExitCode::from(super::PARTIAL));
    }
    Ok(ExitCode::from(super::FINE))
}
