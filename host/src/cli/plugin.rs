//! `huntsmith plugin`: build one.

use super::Context;
use crate::plugin::build::{self, Request};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Build a plugin's component from its folder
    Build(Build),
}

#[derive(Args)]
pub(crate) struct Build {
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

pub(crate) fn run(_: &Context, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Build(Build { folder, output, wasm, quiet }) => {
            let built = build::build(&Request { folder, wasm, output })?;
            if !quiet {
                if let Some(toolchain) = &built.toolchain {
                    anstream::eprintln!("compiled by {toolchain}");
                }
                let id = format!("{}@{}", built.manifest.name, built.manifest.version);
                anstream::println!(
                    "{}: {id}, {} of contract {}, {} bytes, sha256 {}",
                    built.path.display(),
                    built.manifest.world,
                    built.manifest.contract,
                    built.bytes,
                    built.digest
                );
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
