//! `huntsmith feeds test`: asks a feed once, from its beginning, and shows what it brings. Neither cursor nor article is
//! kept.

use super::super::configured::{Configured, fetch_failure};
use super::super::run::told;
use super::{ConfigArgs, Host, HostArgs};
use crate::config::Config;
use crate::feeds::{self, NewFeed};
use crate::fetch::{Client, FetchConfig};
use crate::model::{FeedPage, Item};
use crate::plugin::World;
use crate::report::{counted, plain};
use anyhow::bail;
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A configured feed's name, or a preset's
    name: String,
    /// How many items are shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    items: usize,
    /// Print JSON, an object for each item
    #[arg(long)]
    json: bool,
    /// Largest file of a folder
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1024))]
    max_input_mib: u64,
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand.
pub fn run(args: &Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let (file, host) = ConfigArgs::of(&args.host);
    let mut host = Host::open(&host, bundle)?;
    let mut config = file.open()?;
    if !config.feeds.contains_key(&args.name) {
        let presets = super::presets(&host.data)?;
        let Some(preset) = presets.feeds.get(&args.name) else {
            let known = config.feeds.keys().chain(presets.feeds.keys()).map(String::as_str);
            bail!(
                "no feed `{}`, neither configured nor a preset\n\nhint: {}",
                args.name,
                feeds::meant(&args.name, known)
            );
        };
        let feed = NewFeed {
            plugin: preset.plugin.clone(),
            url: preset.url.clone(),
            options: preset.options.clone(),
            ..NewFeed::default()
        };
        config.feeds.extend(toml::from_str::<Config>(&feeds::add("", &args.name, &feed)?)?.feeds);
    }
    let plugins = host.load(World::FeedSource)?;
    let feed = &config.feeds[&args.name];
    let page = Configured::new(&args.name, feed, &config, &plugins).and_then(|asked| {
        // What was fetched before says nothing of whether the source answers now.
        let client = Client::new(FetchConfig { cache: None, ..config.fetch.clone() });
        let client = client.map_err(|error| fetch_failure(&args.name, &error))?;
        asked.first_page(&args.name, feed, &client, args.max_input_mib << 20)
    });
    let page = match page {
        Ok(page) => page,
        Err(failure) => {
            anstream::eprintln!("error: {}", told(&failure.message, &failure.hint));
            return Ok(ExitCode::from(super::super::PARTIAL));
        }
    };
    show(args, &page)?;
    for note in &page.notes {
        anstream::eprintln!("note: {}", told(&note.message, ""));
    }
    Ok(ExitCode::from(super::super::FINE))
}

fn show(args: &Args, page: &FeedPage) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let documents = |item: &Item| item.body.is_some() || item.summary.is_some();
    if args.json {
        for item in page.items.iter().take(args.items) {
            let line = json!({"key": item.key, "url": item.url, "title": item.title, "published": item.published,
                "text": documents(item), "facts": item.facts.len()});
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    let title = page.title.as_deref().map(|title| format!(" of {}", plain(title))).unwrap_or_default();
    let more = if page.more { ", more are waiting" } else { "" };
    writeln!(out, "{}{title}{more}", counted(page.items.len(), "item"))?;
    for item in page.items.iter().take(args.items) {
        let published = item.published.as_deref().or(item.updated.as_deref()).and_then(|date| date.get(..10));
        let text = if documents(item) { "text" } else { "page" };
        let facts = counted(item.facts.len(), "fact");
        let file = || item.body.as_ref().and_then(|body| body.name.as_deref());
        let name = item.title.as_deref().or_else(file).unwrap_or(&item.key);
        writeln!(out, "{:<10}  {text}  {:<8}  {}", published.unwrap_or("-"), facts, plain(name))?;
        if let Some(url) = &item.url {
            writeln!(out, "{:<28}{}", "", plain(url))?;
        }
    }
    Ok(())
}
