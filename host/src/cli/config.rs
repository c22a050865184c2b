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
            flatten("", &toml::Value::try_from(&config)?, &mut rows);
            let said: toml::Table = toml::from_str(&text)?;
            let width = rows.iter().map(|(key, value)| key.len() + value.len()).max().unwrap_or_default();
            for (key, value) in rows {
                let line = format!("{key} = {value}");
                match args.origins {
                    false => writeln!(out, "{line}")?,
                    true => writeln!(out, "{line:<0$}  # {1}", width + 3, origin(&key, &said, &path, &text))?,
                }
            }
        }
    }
    Ok(ExitCode::from(FINE))
}

/// Every value under its whole key.
fn flatten(at: &str, value: &toml::Value, rows: &mut Vec<(String, String)>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let bare = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                let key = if bare { key.clone() } else { format!("{key:?}") };
                flatten(&if at.is_empty() { key } else { format!("{at}.{key}") }, value, rows);
            }
        }
        value => rows.push((at.to_owned(), value.to_string())),
    }
}

/// The file and the line where the key's last part first stands after its table, or that nobody said it.
fn origin(key: &str, said: &toml::Table, path: &Path, text: &str) -> String {
    let mut value = None;
    let mut table = Some(said);
    for part in key.split('.') {
        value = table.and_then(|table| table.get(part.trim_matches('"')));
        table = value.and_then(toml::Value::as_table);
    }
    if value.is_none() {
        return "default".to_owned();
    }
    let (head, last) = key.rsplit_once('.').unwrap_or(("", key));
    let header = format!("[{head}]");
    let mut inside = head.is_empty();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == header;
        } else if inside && line.strip_prefix(last).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return format!("{}:{}", path.display(), number + 1);
        }
    }
    path.display().to_string()
}
