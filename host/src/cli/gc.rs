//! `huntsmith gc`: takes out what is too old or too much, of what is remembered and of the cached pages.

use super::FINE;
use super::state::StateArgs;
use crate::fetch::Cache;
use crate::folders;
use crate::report::counted;
use crate::store::{Retention, Store};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// Take out what is too old or too much of what is remembered, and cached pages
///
/// Without an age and a size only old revisions, old runs and old cached pages go. What was taken out of a feed stays
/// known: no run brings it back as new. Written briefs are files of yours and stay.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Articles, with their briefs, that did not change for so many days
    #[arg(long, value_name = "DAYS")]
    older_than: Option<u32>,
    /// The oldest articles over so much, as they are stored
    #[arg(long, value_name = "MIB")]
    max_mib: Option<u64>,
    /// Revisions of an article that are kept
    #[arg(long, value_name = "N", default_value_t = Retention::default().revisions, value_parser = clap::value_parser!(u32).range(1..))]
    revisions: u32,
    /// Cached pages that were not fetched for so many days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    cache_days: u32,
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
    /// Folder of the cache
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_CACHE_DIR")]
    cache_dir: Option<PathBuf>,
    #[command(flatten)]
    state: StateArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// Nothing is remembered, a run is under way, or a file cannot be changed.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let folder = args.state.folder(&args.state.config()?)?;
    let store = args.state.store()?;
    let _lock = Store::lock(&folder)?;
    let retention = Retention {
        age: args.older_than.map(|days| DAY * days),
        bytes: args.max_mib.map(|mib| mib << 20),
        revisions: args.revisions,
        ..Retention::default()
    };
    let gone = if args.dry_run { store.collectable(&retention)? } else { store.collect(&retention)? };
    let kept = store.size()?;
    let mut out = std::io::stdout().lock();
    let would = if args.dry_run { "would go" } else { "gone" };
    writeln!(out, "{would}: {}", listed(gone.addresses, gone.revisions, gone.briefs))?;
    writeln!(out, "the store has {} in {}", listed(kept.addresses, kept.revisions, kept.briefs), sized(kept.bytes))?;
    let cache = args.cache_dir.or_else(folders::cache).map(|folder| folder.join("http"));
    if let Some(folder) = cache.filter(|folder| folder.is_dir()) {
        let pages = Cache::open(&folder)?.collect(DAY * args.cache_days, args.dry_run)?;
        writeln!(out, "{would}: {}, {}", counted(pages.files as usize, "cached file"), sized(pages.bytes))?;
    }
    Ok(ExitCode::from(FINE))
}

fn listed(articles: u64, revisions: u64, briefs: u64) -> String {
    let counts = [(articles, "article"), (revisions, "revision"), (briefs, "brief")];
    counts.map(|(count, noun)| counted(count as usize, noun)).join(", ")
}

fn sized(bytes: u64) -> String {
    if bytes < 10 << 20 { format!("{} KiB", bytes >> 10) } else { format!("{} MiB", bytes >> 20) }
}
