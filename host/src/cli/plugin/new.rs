//! `huntsmith plugin new`: a project that builds.

use crate::cli::FINE;
use crate::plugin::new::{Kind, Lang, write};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of the subcommand.
#[derive(Debug, clap::Args)]
pub struct New {
    /// The plugin's name: lower-case letters, digits and `-`
    name: String,
    /// What it is to do
    #[arg(long, value_enum)]
    kind: Kind,
    /// What it is written in
    #[arg(long, value_enum, default_value = "rust")]
    lang: Lang,
    /// Where the project goes [default: a folder of the plugin's name]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Runs the subcommand.
///
/// # Errors
/// There is no such template, or the folder cannot be written.
pub fn run(args: New) -> anyhow::Result<ExitCode> {
    let folder = args.folder.unwrap_or_else(|| PathBuf::from(&args.name));
    let files = write(&args.name, args.kind, args.lang, &folder)?;
    let mut out = std::io::stdout().lock();
    let (shown, name) = (folder.display(), &args.name);
    writeln!(out, "{shown}: {} files; its README.md says what is what", files.len())?;
    writeln!(out, "next:")?;
    writeln!(out, "  huntsmith plugin build {shown}")?;
    writeln!(out, "  huntsmith plugin check {name}.wasm")?;
    Ok(ExitCode::from(FINE))
}
