//! `huntsmith history`: what stood at an address over time, and the briefs of it.

use super::state::StateArgs;
use super::{FINE, PARTIAL, marking};
use crate::model::{Changes, Tlp};
use crate::report::{plain, shortened};
use crate::store::{Revision, Store};
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;

/// Characters of a line that came or went.
const LINE: usize = 160;
/// Lines that came or went in one revision; `--json` has all.
const LINES: usize = 20;

/// Show what stood at an address over time, what changed, and which briefs were made of it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The article's address
    #[arg(value_name = "URL")]
    url: String,
    /// One JSON object a revision
    #[arg(long)]
    json: bool,
    /// Show no revision that is marked higher
    #[arg(long, value_name = "TLP", default_value = "red", value_parser = marking)]
    max_tlp: Tlp,
    #[command(flatten)]
    state: StateArgs,
}

/// Runs the subcommand; an address at which nothing stood is a partial result.
///
/// # Errors
/// Nothing is remembered, or it cannot be read.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let store = args.state.store()?;
    let mut revisions = store.history(&args.url)?;
    revisions.retain(|revision| revision.tlp <= args.max_tlp);
    if revisions.is_empty() {
        anstream::eprintln!("nothing is remembered of {}", plain(&args.url));
        return Ok(ExitCode::from(PARTIAL));
    }
    let mut out = std::io::stdout().lock();
    for revision in &revisions {
        let changes = store.changes(&revision.article)?;
        let links: Vec<_> = store.story(&revision.article)?.links;
        let links: Vec<_> = links.into_iter().filter(|link| link.tlp <= args.max_tlp).map(|link| link.url).collect();
        if args.json {
            let mut line = serde_json::to_value(revision)?;
            line["changes"] = json!(changes);
            line["links"] = json!(links);
            writeln!(out, "{line}")?;
        } else {
            show(&mut out, &store, revision, changes.as_ref())?;
            if links.len() > 1 {
                writeln!(out, "    printed at: {}", plain(&links.join(", ")))?;
            }
        }
    }
    Ok(ExitCode::from(FINE))
}

fn show(out: &mut impl Write, store: &Store, revision: &Revision, changes: Option<&Changes>) -> anyhow::Result<()> {
    let brief = match (revision.briefed, store.brief(&revision.article)?) {
        (Some(at), Some(brief)) => {
            format!("brief {}, made {at}: {}", brief.severity.as_str(), crate::report::file_stem(&brief))
        }
        _ => "no brief".to_owned(),
    };
    let (number, seen, title) = (revision.number, revision.seen, plain(&revision.title));
    writeln!(out, "{number}  seen {seen} in {}: {title}", plain(&revision.feed))?;
    writeln!(out, "    {}", plain(&brief))?;
    let Some(changes) = changes else { return Ok(()) };
    if let Some(before) = &changes.title_before {
        writeln!(out, "    the title was: {}", plain(before))?;
    }
    for (sign, lines) in [('+', &changes.added), ('-', &changes.removed)] {
        for line in lines.iter().take(LINES) {
            writeln!(out, "    {sign} {}", shortened(&plain(line), LINE))?;
        }
        if lines.len() > LINES {
            writeln!(out, "    {sign} … and {} more lines", lines.len() - LINES)?;
        }
    }
    Ok(())
}
