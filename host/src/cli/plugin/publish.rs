//! `huntsmith plugin publish`: a component and its signature into an OCI registry.

use crate::cli::FINE;
use crate::plugin::component::{check_world, read_manifest};
use crate::plugin::oci::push;
use crate::plugin::trust::beside;
use anyhow::Context as _;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of the subcommand.
///
/// A login is read from HUNTSMITH_REGISTRY_USER and HUNTSMITH_REGISTRY_PASSWORD.
#[derive(Debug, clap::Args)]
pub struct Publish {
    /// The component; its signature is taken from FILE.minisig beside it
    #[arg(value_name = "FILE")]
    component: PathBuf,
    /// Where it goes: `oci://registry.example/team/NAME`; the tag is the plugin's version where none is given
    #[arg(value_name = "OCI")]
    address: String,
    /// Publish without a signature: by default nobody will install it
    #[arg(long)]
    unsigned: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// The component is none, or not signed, or the registry does not take it.
pub fn run(args: &Publish) -> anyhow::Result<ExitCode> {
    let path = args.component.display();
    let component = super::read(&args.component)?;
    let manifest = read_manifest(&component).with_context(|| path.to_string())?;
    check_world(&component, &manifest)?;
    let signature = std::fs::read_to_string(beside(&args.component)).ok();
    anyhow::ensure!(
        signature.is_some() || args.unsigned,
        "{path} has no signature beside it\n\nhint: `huntsmith plugin sign {path} --key FILE`, or --unsigned"
    );
    let last = args.address.rsplit('/').next().unwrap_or_default();
    let address = match last.contains([':', '@']) {
        true => args.address.clone(),
        false => format!("{}:{}", args.address, manifest.version),
    };
    let pinned = push(&address, &component, signature.as_deref())?;
    writeln!(std::io::stdout().lock(), "{}@{}: {address}\n{pinned}", manifest.name, manifest.version)?;
    Ok(ExitCode::from(FINE))
}
