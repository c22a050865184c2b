//! `huntsmith plugin`: writing, building, checking and managing plugins, one file a subcommand.

mod build;
mod call;
mod check;
mod dev;
mod inspect;
mod install;
mod list;
mod new;
mod publish;
mod sign;
mod test;
mod try_out;
mod verify;

use super::host::{Host, HostArgs};
use crate::plugin::component::MAXIMUM_COMPONENT;
use anyhow::{Context as _, bail};
use std::path::Path;
use std::process::ExitCode;

/// Write, build, check, sign, install and look into plugins
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write a project for a new plugin, which builds as it is
    New(new::New),
    /// Build a plugin's component from its folder
    Build(build::Build),
    /// Hold a component against everything that a plugin of its kind must be
    Check(check::Check),
    /// Try a plugin's own cases: inputs, each with what is expected of it
    Test(test::Test),
    /// Call a plugin's function with one input
    Call(call::Call),
    /// Build and try a plugin again whenever one of its files changes
    Dev(dev::Dev),
    /// Sign a component, or make a key to sign with
    Sign(sign::Sign),
    /// Put a component, with its signature, into an OCI registry
    Publish(publish::Publish),
    /// Install plugins from a file, a folder, an https address or an OCI registry
    Install(install::Install),
    /// Get newer versions of installed plugins from where they came from
    Update(install::Update),
    /// Take an installed plugin away
    Remove(install::Remove),
    /// Hold installed plugins, or a file, against their signatures and the lock
    Verify(verify::Verify),
    /// List the plugins that there are
    List(list::List),
    /// Say everything about a component without running it
    Inspect(inspect::Inspect),
}

/// Runs the subcommand.
///
/// # Errors
/// A plugin cannot be built, found or read, or standard output cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::New(args) => new::run(args),
        Command::Build(args) => build::run(args),
        Command::Check(args) => check::run(&args, bundle),
        Command::Test(args) => test::run(&args),
        Command::Call(args) => call::run(&args),
        Command::Dev(args) => dev::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Publish(args) => publish::run(&args),
        Command::Install(args) => install::install(&args),
        Command::Update(args) => install::update(&args),
        Command::Remove(args) => install::remove(&args),
        Command::Verify(args) => verify::run(&args),
        Command::List(args) => list::run(&args, bundle),
        Command::Inspect(args) => inspect::run(&args, bundle),
    }
}

/// The bytes of a component: a file's, or those of a plugin that is listed.
fn component(named: &str, host: &HostArgs, bundle: &'static [u8]) -> anyhow::Result<Vec<u8>> {
    let path = Path::new(named);
    if path.is_file() {
        return read(path);
    }
    match Host::open(host, bundle)?.registry.get(named) {
        Some(plugin) => Ok(plugin.component.to_vec()),
        None => bail!("`{named}` is neither a file nor a plugin\n\nhint: `huntsmith plugin list` names them"),
    }
}

/// The bytes of a file, if they are not too many for a component.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let named = path.display();
    let length = std::fs::metadata(path).with_context(|| named.to_string())?.len();
    if length > MAXIMUM_COMPONENT as u64 {
        bail!("{named}: {length} bytes are more than a component may have ({MAXIMUM_COMPONENT})");
    }
    std::fs::read(path).with_context(|| named.to_string())
}
