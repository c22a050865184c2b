//! `huntsmith plugin build`: a plugin's component out of its folder.

use crate::cli::FINE;
use crate::plugin::build::{self, Request};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of the subcommand.
#[derive(Debug, clap::Args)]
pub struct Build {
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

/// Runs the subcommand.
///
/// # Errors
/// The plugin cannot be built.
pub fn run(Build { folder, output, wasm, quiet }: Build) -> anyhow::Result<ExitCode> {
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
    Ok(ExitCode::from(FINE))
}
