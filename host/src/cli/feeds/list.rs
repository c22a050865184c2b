//! `huntsmith feeds list`: configured feeds first, then the presets that are not configured.

use super::ConfigArgs;
use crate::data::Data;
use crate::report::plain;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// Folder with newer versions of the data that huntsmith carries
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = args.config.open()?;
    let presets = super::presets(&Data::new(args.data_dir.clone()))?;
    let configured = config.feeds.iter().map(|(name, feed)| {
        let title = presets.feeds.get(name).filter(|preset| preset.url == feed.url.as_str()).map(|p| p.title.as_str());
        ("configured", name.as_str(), feed.plugin.as_str(), feed.url.as_str(), title.unwrap_or_default())
    });
    let offered = presets.feeds.iter().filter(|(name, _)| !config.feeds.contains_key(*name)).map(|(name, preset)| {
        ("preset", name.as_str(), preset.plugin.as_str(), preset.url.as_str(), preset.title.as_str())
    });
    let rows: Vec<_> = configured.chain(offered).collect();
    let mut out = std::io::stdout().lock();
    if args.json {
        for (state, name, plugin, url, title) in rows {
            writeln!(out, "{}", json!({"state": state, "name": name, "plugin": plugin, "url": url, "title": title}))?;
        }
        return Ok(ExitCode::from(super::super::FINE));
    }
    let width =
        |column: fn(&(&str, &str, &str, &str, &str)) -> usize| rows.iter().map(column).max().unwrap_or_default();
    let (names, plugins) = (width(|row| row.1.chars().count()), width(|row| row.2.chars().count()));
    for (state, name, plugin, url, title) in &rows {
        let title = if title.is_empty() { String::new() } else { format!("  {title}") };
        writeln!(out, "{state:<10}  {name:<names$}  {plugin:<plugins$}  {}{title}", plain(url))?;
    }
    Ok(ExitCode::from(super::super::FINE))
}
