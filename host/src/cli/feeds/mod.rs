//! `huntsmith feeds`: the sources that the operator follows, and presets of public ones.

mod change;
mod list;
mod test;

use super::host::{Host, HostArgs};
use crate::config::{Config, FILE_NAME};
use crate::data::Data;
use crate::feeds::Presets;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// List, add, remove and test the feeds of huntsmith.toml
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List configured feeds, and presets that can be added
    List(list::Args),
    /// Add a preset, an address or a folder to huntsmith.toml
    Add(change::AddArgs),
    /// Take a feed out of huntsmith.toml
    Remove(change::RemoveArgs),
    /// Ask a feed once and show what it brings; nothing is kept
    Test(test::Args),
}

/// Which configuration.
#[derive(Debug, Clone, clap::Args)]
struct ConfigArgs {
    /// Configuration with feeds [default: huntsmith.toml of this folder]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigArgs {
    /// The same file as the plugins' configuration; and the plugins' options with it where it is there already.
    fn of(host: &HostArgs) -> (Self, HostArgs) {
        let there = host.config.clone().filter(|path| path.exists());
        (Self { config: host.config.clone() }, HostArgs { config: there, ..host.clone() })
    }

    fn path(&self) -> &Path {
        self.config.as_deref().unwrap_or(Path::new(FILE_NAME))
    }

    /// The feeds that are configured; none where there is no such file yet.
    fn open(&self) -> anyhow::Result<Config> {
        let known = self.path().exists().then(|| self.path());
        Ok(known.map_or_else(|| Ok(Config::default()), |path| Config::open(Some(path)))?)
    }

    /// The file's text; empty where there is no such file yet.
    fn text(&self) -> anyhow::Result<String> {
        match std::fs::read_to_string(self.path()) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            read => read.with_context(|| format!("cannot read {}", self.path().display())),
        }
    }
}

fn presets(data: &Data) -> anyhow::Result<Presets> {
    let bytes = data.read("feeds")?.into_owned();
    Ok(Presets::parse(&String::from_utf8(bytes).context("the data `feeds` is not UTF-8")?)?)
}

/// Runs the subcommand.
///
/// # Errors
/// The configuration or the command line is wrong, or the plugins cannot be had.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(&args),
        Command::Add(args) => change::add(&args, bundle),
        Command::Remove(args) => change::remove(&args),
        Command::Test(args) => test::run(&args, bundle),
    }
}
