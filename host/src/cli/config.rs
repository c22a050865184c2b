//! `huntsmith config`: what is configured and where it comes from, and what may stand in the file.

use super::FINE;
use crate::config::{Config, FILE_NAME};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Show the configuration, or the schema of its file
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print the configuration as it is used, with every default
    Show(Show),
    /// Print the JSON schema of huntsmith.toml
    Schema,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// The file [default: huntsmith.toml of this folder, if there is one]
    #[arg(long, value_name = "FILE", env = "HUNTSMITH_CONFIG")]
    config: Option<PathBuf>,
    /// Say of each value where it comes from: the file, with its line, or the default
    #[arg(long)]
    origins: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// The file cannot be read, or standard output cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match args.command {
        Command::Schema => {
            let schema = schemars::schema_for!(Config);
            writeln!(out, "{}", serde_json::to_string_pretty(&schema)?)?;
        }
        Command::Show(args) => {
            let config = Config::open(args.config.as_deref())?;
            let path = args.config.unwrap_or_else(|| PathBuf::from(FILE_NAME));
            let text = if path.is_file() { std::fs::read_to_string(&path)? } else { String::new() };
            let mut rows = Vec::new();
            flatten(&mut Vec::new(), &toml::Value::try_from(&config)?, &mut rows);
            let said = toml_edit::Document::parse(text.as_str())?;
            let rows = rows.into_iter().map(|(key, value)| (written(&key), value, origin(&key, &said, &path, &text)));
            let rows: Vec<(String, String, String)> = rows.collect();
            let width = rows.iter().map(|(key, value, _)| key.len() + value.len()).max().unwrap_or_default();
            for (key, value, origin) in rows {
                let line = format!("{key} = {value}");
                match args.origins {
                    false => writeln!(out, "{line}")?,
                    true => writeln!(out, "{line:<0$}  # {origin}", width + 3)?,
                }
            }
        }
    }
    Ok(ExitCode::from(FINE))
}

/// Every value under its whole key.
fn flatten(at: &mut Vec<String>, value: &toml::Value, rows: &mut Vec<(Vec<String>, String)>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                at.push(key.clone());
                flatten(at, value, rows);
                at.pop();
            }
        }
        value => rows.push((at.clone(), value.to_string())),
    }
}

/// A key as it stands in a file.
fn written(key: &[String]) -> String {
    let bare = |part: &String| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    key.iter().map(|part| if bare(part) { part.clone() } else { format!("{part:?}") }).collect::<Vec<_>>().join(".")
}

/// The file and the line where the value stands, or that nobody said it.
fn origin(key: &[String], said: &toml_edit::Document<&str>, path: &Path, text: &str) -> String {
    let mut item = Some(said.as_item());
    for part in key {
        item = item.and_then(|item| item.get(part.as_str()));
    }
    match item.map(|item| item.span()) {
        None => "default".to_owned(),
        Some(None) => path.display().to_string(),
        Some(Some(span)) => format!("{}:{}", path.display(), text[..span.start].matches('\n').count() + 1),
    }
}
