//! `huntsmith search`: briefs of earlier runs, by an indicator's value, a technique or words.

use super::state::StateArgs;
use super::{FINE, marking};
use crate::model::Tlp;
use crate::report::{counted, defanged_text, plain, shortened};
use crate::store::{Hit, Match};
use std::io::Write;
use std::process::ExitCode;

/// Characters of a hit's title.
const TITLE: usize = 100;

/// Find briefs of earlier runs by an indicator's value, a technique or words
///
/// An indicator may be written defanged. A technique is found with its sub-techniques. Of several words all must stand
/// in the text. What is shown is defanged and safe for a terminal; `--json` has the values as they are.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A value (203.0.113.7, evil[.]example), a technique (T1059.001), or words
    #[arg(value_name = "VALUE|TECHNIQUE|TEXT", required = true)]
    query: Vec<String>,
    /// One JSON object a brief
    #[arg(long)]
    json: bool,
    /// Most briefs that are shown
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Show no brief that is marked higher
    #[arg(long, value_name = "TLP", default_value = "red", value_parser = marking)]
    max_tlp: Tlp,
    #[command(flatten)]
    state: StateArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// Nothing is remembered, or it cannot be read.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let store = args.state.store()?;
    let written = args.query.join(" ");
    let mut hits = store.search(&written, args.max_tlp, args.limit)?;
    let refanged = refanged(&written);
    if hits.is_empty() && refanged != written {
        hits = store.search(&refanged, args.max_tlp, args.limit)?;
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        for hit in &hits {
            writeln!(out, "{}", serde_json::to_string(hit)?)?;
        }
        return Ok(ExitCode::from(FINE));
    }
    for hit in &hits {
        show(&mut out, hit)?;
    }
    drop(out);
    anstream::eprintln!("{}", counted(hits.len(), "brief"));
    Ok(ExitCode::from(FINE))
}

/// The brackets that people put around dots, slashes and the at sign, taken away.
fn refanged(text: &str) -> String {
    text.replace(['[', ']', '{', '}'], "")
}

fn show(out: &mut impl Write, hit: &Hit) -> std::io::Result<()> {
    let date = hit.published.as_deref().and_then(|p| p.get(..10)).unwrap_or("undated");
    let old = if hit.current { "" } else { " (an earlier revision)" };
    let tlp = match hit.tlp {
        Tlp::Clear => String::new(),
        tlp => format!(" TLP:{}", tlp.as_str().to_uppercase()),
    };
    let (date, title, source) = (plain(date), shortened(&plain(&hit.title), TITLE), plain(&hit.source));
    writeln!(out, "{date}  {title}{old}{tlp}")?;
    writeln!(out, "            {source} · {} · {}", plain(&hit.url), hit.article.get(..8).unwrap_or_default())?;
    for matched in &hit.matches {
        let text = match matched {
            Match::Indicator { kind, value, part, role, confidence } => {
                let part = if part.is_empty() { String::new() } else { format!(", by its {part}") };
                format!("{kind} {} ({role}, confidence {confidence}{part})", defanged_text(value))
            }
            Match::Technique { id, name, confidence } => format!("{id} {name} (confidence {confidence})"),
            Match::Text { snippet } => format!("“{}”", defanged_text(snippet)),
        };
        writeln!(out, "            {}", plain(&text))?;
    }
    Ok(())
}
