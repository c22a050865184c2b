//! `huntsmith hunt list` and `show`: what is in the catalogue.

use super::{Room, warn};
use crate::catalogue::Entry;
use crate::cli::FINE;
use crate::model::{Hunt, Window};
use crate::report::{plain, plain_lines};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// List the hunts that ship
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Only hunts for this technique or its sub-techniques
    #[arg(long, value_name = "ID")]
    technique: Option<String>,
    /// Only hunts of this kill-chain phase
    #[arg(long, value_name = "PHASE")]
    phase: Option<String>,
    /// One JSON object a hunt
    #[arg(long)]
    json: bool,
    /// Write each hunt's plan into this folder, as JSON
    #[arg(long, value_name = "DIR")]
    plans: Option<PathBuf>,
    /// Instead: each hunt with the events of each case that proves it, one JSON object a line, as `hunt run --jsonl` reads it
    #[arg(long, conflicts_with_all = ["json", "plans"])]
    cases: bool,
}

/// Show a hunt that ships
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// Its name, id or rule id, as `hunt list` prints them
    name: String,
    /// The whole plan as JSON
    #[arg(long)]
    json: bool,
}

pub fn list(args: &ListArgs, room: &Room) -> anyhow::Result<ExitCode> {
    let (catalogue, errors) = room.shipped();
    warn(&errors);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if let Some(folder) = &args.plans {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    for entry in catalogue.entries() {
        let hunt = &entry.hunt;
        let below =
            |id: &String, wanted: &str| id == wanted || id.strip_prefix(wanted).is_some_and(|r| r.starts_with('.'));
        if args.technique.as_ref().is_some_and(|wanted| !hunt.techniques.iter().any(|id| below(id, wanted)))
            || args.phase.as_ref().is_some_and(|phase| hunt.phase != *phase)
        {
            continue;
        }
        if let Some(folder) = &args.plans {
            let path = folder.join(format!("{}.json", entry.name()));
            let plan = serde_json::to_string_pretty(hunt)?;
            std::fs::write(&path, plan).with_context(|| format!("cannot write {}", path.display()))?;
        }
        if args.cases {
            for (case, _) in entry.cases()?.all() {
                writeln!(out, "{}", json!({"plan": hunt, "events": case.json}))?;
            }
        } else if args.json {
            writeln!(out, "{}", about(entry))?;
        } else {
            let level = hunt.level.as_deref().unwrap_or("-");
            let techniques = hunt.techniques.join(", ");
            writeln!(
                out,
                "{:<38}  {:<10}  {level:<8}  {techniques:<32}  {}",
                entry.name(),
                hunt.phase,
                plain(&hunt.title)
            )?;
        }
    }
    out.flush()?;
    Ok(ExitCode::from(FINE))
}

pub fn show(args: &ShowArgs, room: &Room) -> anyhow::Result<ExitCode> {
    let (catalogue, errors) = room.shipped();
    warn(&errors);
    let entry = catalogue.find(&args.name).ok_or_else(|| {
        anyhow::anyhow!("there is no hunt `{}`\n\nhint: `huntsmith hunt list` has their names", plain(&args.name))
    })?;
    let mut out = std::io::stdout().lock();
    let hunt = &entry.hunt;
    if args.json {
        let mut whole = about(entry);
        whole["plan"] = serde_json::to_value(hunt)?;
        writeln!(out, "{}", serde_json::to_string_pretty(&whole)?)?;
        return Ok(ExitCode::from(FINE));
    }
    let list = |texts: &[String]| texts.iter().map(|text| format!("    - {}\n", plain(text))).collect::<String>();
    writeln!(out, "{}\n\n{}\n", plain(&hunt.title), plain_lines(&hunt.description))?;
    writeln!(out, "name        {}\nid          {}", entry.name(), hunt.id)?;
    writeln!(out, "rule        {}", plain(hunt.source.as_deref().unwrap_or("-")))?;
    let word = |word: &Option<String>| plain(word.as_deref().unwrap_or("-"));
    writeln!(out, "author      {} ({})", word(&hunt.author), word(&hunt.license))?;
    writeln!(out, "level       {}, status {}, confidence {}", word(&hunt.level), word(&hunt.status), hunt.confidence)?;
    writeln!(out, "phase       {}\ntechniques  {}", plain(&hunt.phase), hunt.techniques.join(", "))?;
    writeln!(out, "events      {}\nwindow      {}\n", entry.classes().join(", "), window(hunt))?;
    write!(out, "Required telemetry:\n{}\n", list(&entry.telemetry))?;
    write!(out, "Expected false positives:\n{}\n", list(&hunt.false_positives))?;
    write!(out, "References:\n{}", list(&hunt.references))?;
    let cases = entry.cases()?;
    let (matching, other) = (cases.matching.len(), cases.other.len());
    writeln!(out, "\nProved by {matching} cases that match and {other} that do not; `huntsmith hunt test` runs them.")?;
    Ok(ExitCode::from(FINE))
}

fn window(hunt: &Hunt) -> String {
    match &hunt.window {
        Window::LastSeconds(seconds) if seconds % 86_400 == 0 => format!("{} days", seconds / 86_400),
        Window::LastSeconds(seconds) => format!("{seconds} seconds"),
        Window::Between(from, to) => format!("{from} to {to}"),
    }
}

fn about(entry: &Entry) -> Value {
    let hunt = &entry.hunt;
    json!({
        "name": entry.name(), "id": hunt.id, "rule": hunt.source, "title": hunt.title, "description": hunt.description,
        "author": hunt.author, "license": hunt.license, "level": hunt.level, "status": hunt.status,
        "confidence": hunt.confidence, "phase": hunt.phase, "techniques": hunt.techniques, "classes": entry.classes(),
        "telemetry": entry.telemetry, "false_positives": hunt.false_positives, "references": hunt.references,
    })
}
