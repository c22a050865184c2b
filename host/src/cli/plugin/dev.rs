//! `huntsmith plugin dev`: builds and tries again whenever a file of the plugin changes.

use super::try_out::Bench;
use crate::cli::host::HostArgs;
use crate::plugin::call::Given;
use crate::plugin::cases::FOLDER;
use crate::report::plain_lines;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// How often files are looked at.
const EVERY: Duration = Duration::from_millis(300);
/// What building leaves behind, and what nobody edits.
const LEFT: [&str; 5] = ["target", "node_modules", ".venv", "__pycache__", ".git"];

/// Options of the subcommand.
#[derive(Debug, clap::Args)]
pub struct Dev {
    /// The plugin's folder
    folder: PathBuf,
    /// Show what the plugin answers to this input, beside its cases
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand until it is interrupted.
///
/// # Errors
/// The sandbox cannot be had, or the folder cannot be read.
pub fn run(args: &Dev) -> anyhow::Result<ExitCode> {
    let bench = Bench::open(&args.host)?;
    let mut seen = BTreeMap::new();
    loop {
        let mut now = BTreeMap::new();
        look(&args.folder, &mut now)?;
        if let Some(input) = &args.input {
            now.insert(input.clone(), input.metadata()?.modified()?);
        }
        if now != seen {
            seen = now;
            // What is wrong with the plugin is told, and the next change is another chance.
            if let Err(error) = round(&bench, args) {
                anstream::eprintln!("error: {}", plain_lines(&format!("{error:#}")));
            }
            anstream::eprintln!("waiting for a change in {}", args.folder.display());
        }
        std::thread::sleep(EVERY);
    }
}

fn round(bench: &Bench, args: &Dev) -> anyhow::Result<()> {
    let plugin = bench.build(&args.folder)?;
    let cases = args.folder.join(FOLDER);
    if cases.is_dir() {
        super::test::cases(&plugin, &cases, false)?;
    }
    if let Some(input) = &args.input {
        super::call::answer(&plugin, input, &Given::default())?;
    }
    Ok(())
}

/// When each file below a folder changed last.
fn look(folder: &Path, seen: &mut BTreeMap<PathBuf, SystemTime>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if LEFT.iter().any(|left| entry.file_name() == *left) || path.extension().is_some_and(|it| it == "wasm") {
            continue;
        }
        match entry.metadata() {
            Ok(known) if known.is_dir() => look(&path, seen)?,
            Ok(known) => drop(seen.insert(path, known.modified()?)),
            // It was taken away in between.
            Err(_) => {}
        }
    }
    Ok(())
}
