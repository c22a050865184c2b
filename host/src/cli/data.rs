//! `huntsmith data`: what plugins and the host know from files, and newer versions of it.

use super::host::{Host, HostArgs};
use crate::data::{Data, Newer};
use crate::plugin::World;
use anyhow::Context as _;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// List the data that huntsmith carries, or put newer versions of it before the shipped ones
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Name, size, where it comes from and SHA-256 of everything
    List {
        #[command(flatten)]
        host: HostArgs,
    },
    /// Take known-good lists and tables from a folder into the data folder; the old data stays if anything is wrong
    Update {
        /// A folder with files named like those of `data list`, or with a folder for each list (`NAME/list.json`)
        folder: std::path::PathBuf,
        #[command(flatten)]
        host: HostArgs,
    },
}

/// Runs the subcommand.
///
/// # Errors
/// A folder or file that cannot be read or is not of the shipped form, a plugin that does not start with it, or an output
/// that cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List { host } => list(&host)?,
        Command::Update { folder, host } => update(&folder, host, bundle)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(args: &HostArgs) -> anyhow::Result<()> {
    let data = Data::new(args.data_dir.clone());
    let mut out = std::io::stdout().lock();
    for name in Data::names() {
        let bytes = data.read(name)?;
        let origin = if data.is_operators(name) { "own" } else { "shipped" };
        writeln!(out, "{name}\t{}\t{origin}\t{}", bytes.len(), data.digest(name)?)?;
    }
    Ok(())
}

fn update(folder: &Path, args: HostArgs, bundle: &'static [u8]) -> anyhow::Result<()> {
    let target = args
        .data_dir
        .clone()
        .context("no folder to write to\n\nhint: give --data-dir DIR, or set HUNTSMITH_DATA_DIR")?;
    let newer = Newer::find(folder)?;
    // Beside the operator's own data first, so that every plugin is tried with what it would then have.
    let trial = target.with_extension("trial");
    let tried = try_out(&newer, &target, &trial, args, bundle);
    let cleaned = std::fs::remove_dir_all(&trial);
    tried?;
    cleaned.with_context(|| format!("cannot remove {}", trial.display()))?;
    newer.write(&target)?;
    let mut out = std::io::stdout().lock();
    for name in newer.names() {
        writeln!(out, "{name}")?;
    }
    if newer.others > 0 {
        anstream::eprintln!("note: {} files are named like nothing that ships, and were left", newer.others);
    }
    Ok(())
}

/// Prepares every plugin with the newer data before the operator's and the shipped.
fn try_out(newer: &Newer, target: &Path, trial: &Path, args: HostArgs, bundle: &'static [u8]) -> anyhow::Result<()> {
    std::fs::create_dir_all(trial).with_context(|| format!("cannot make {}", trial.display()))?;
    copy(target, trial).with_context(|| format!("cannot copy {}", target.display()))?;
    newer.write(trial)?;
    let mut host = Host::open(&HostArgs { data_dir: Some(trial.to_owned()), ..args }, bundle)?;
    for world in World::ALL {
        host.load(world)?;
    }
    if host.failed > 0 {
        anyhow::bail!(
            "{} plugins do not start with this data, so nothing was changed\n\nhint: mend what the warnings above name",
            host.failed
        );
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(from)?.flatten() {
        let path = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => std::fs::create_dir_all(&path).and_then(|()| copy(&entry.path(), &path))?,
            false => std::fs::copy(entry.path(), path).map(drop)?,
        }
    }
    Ok(())
}
