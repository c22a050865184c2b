//! `huntsmith playbook`: what an analyst does about a technique, as a table, for one technique, for all of them, or for
//! those of a brief.

use super::attack::{explained, knowledge};
use crate::attack::{Knowledge, TechniqueId};
use crate::config::Config;
use crate::model::Brief;
use crate::playbook::{BriefPlaybooks, Overrides, Playbook, Playbooks, compose};
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Print the playbook of a technique, or write those of all techniques
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(false))]
pub struct Args {
    /// `T1584.007`; may be given more than once
    #[arg(value_name = "ID", group = "what", num_args = 1..)]
    ids: Vec<String>,
    /// Every technique and sub-technique
    #[arg(long, group = "what", requires = "out")]
    all: bool,
    /// The techniques of a brief, with its article's evidence and queries: the JSON that `run` wrote
    #[arg(long, value_name = "FILE", group = "what")]
    brief: Option<PathBuf>,
    /// Write a file a technique into this folder instead of printing
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// JSON instead of Markdown
    #[arg(long)]
    json: bool,
    /// Rows of your own in place of huntsmith's: a file, TOML or Markdown, or a folder of them [default: `[playbooks]
    /// overrides` of the configuration]
    #[arg(long = "override", value_name = "FILE|DIR")]
    overrides: Option<PathBuf>,
    /// The configuration [default: huntsmith.toml of this folder, if there is one]
    #[arg(long, value_name = "FILE", env = "HUNTSMITH_CONFIG")]
    config: Option<PathBuf>,
    /// Folder with the operator's own data
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

/// Runs the subcommand.
///
/// # Errors
/// An unknown id, a wrong file of overrides, damaged data, or an output that cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let known = knowledge(args.data_dir.as_deref())?;
    let configured = || Config::open(args.config.as_deref()).map(|config| config.playbooks.overrides);
    let overrides = args.overrides.clone().map_or_else(configured, |path| Ok(Some(path)))?;
    let overrides = overrides.map(|path| read_overrides(&path, &known)).transpose()?;
    if let Some(path) = &args.brief {
        let brief = read_brief(path)?;
        return print_brief(&args, &Playbooks::new(&known, overrides.unwrap_or_default()).of(&brief));
    }
    let mut wanted = BTreeSet::new();
    for id in &args.ids {
        let resolved = known.resolve(id).map_err(explained)?;
        if let Some(was) = resolved.was {
            anstream::eprintln!("note: {was} was revoked or merged; this is {}", resolved.id);
        }
        wanted.insert(resolved.id);
    }
    if args.all {
        wanted.extend(known.techniques().map(|technique| technique.id));
    }
    let compose = |id: TechniqueId| compose(&known, id, overrides.as_ref(), None).map_err(explained);
    match &args.out {
        Some(folder) => {
            let playbooks: Vec<Playbook> = wanted.iter().map(|&id| compose(id)).collect::<anyhow::Result<_>>()?;
            write_all(folder, &playbooks, args.json)?;
        }
        None => {
            let mut out = std::io::stdout().lock();
            for (at, &id) in wanted.iter().enumerate() {
                if at > 0 && !args.json {
                    writeln!(out)?;
                }
                write!(out, "{}", formatted(&compose(id)?, args.json)?)?;
            }
        }
    }
    Ok(ExitCode::from(super::FINE))
}

fn print_brief(args: &Args, found: &BriefPlaybooks<'_>) -> anyhow::Result<ExitCode> {
    match &args.out {
        Some(folder) => write_all(folder, &found.each().collect::<Vec<_>>(), args.json)?,
        None => {
            let text = if args.json { found.json()? + "\n" } else { found.markdown() };
            write!(std::io::stdout().lock(), "{text}")?;
        }
    }
    Ok(ExitCode::from(super::FINE))
}

fn read_brief(path: &Path) -> anyhow::Result<Brief> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let name = path.display();
        anyhow::anyhow!("{name} is not a brief: {error}\n\nhint: `huntsmith run` writes one as JSON for each article")
    })
}

/// The rows of a file, or of every TOML and Markdown file of a folder.
///
/// # Errors
/// One cannot be read, or says what no playbook has.
pub fn read_overrides(path: &Path, known: &Knowledge) -> anyhow::Result<Overrides> {
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
        files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        files.retain(|file| file.extension().is_some_and(|ending| ending == "toml" || ending == "md"));
        files.sort();
    }
    let mut all = Overrides::default();
    for file in files {
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        Overrides::parse(&text, known).and_then(|rows| all.join(rows)).map_err(|error| {
            anyhow::anyhow!("{}: {error} [{}]\n\nhint: {}", file.display(), error.code(), error.hint())
        })?;
    }
    Ok(all)
}

fn formatted(playbook: &Playbook, json: bool) -> anyhow::Result<String> {
    Ok(if json { playbook.json()? + "\n" } else { playbook.markdown() })
}

/// A file a playbook.
fn write_all(folder: &Path, playbooks: &[Playbook], json: bool) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let ending = if json { "json" } else { "md" };
    for playbook in playbooks {
        let path = folder.join(format!("{}.{ending}", playbook.file_stem()));
        std::fs::write(&path, formatted(playbook, json)?).with_context(|| path.display().to_string())?;
    }
    anstream::eprintln!("{} playbooks in {}", playbooks.len(), folder.display());
    Ok(())
}
