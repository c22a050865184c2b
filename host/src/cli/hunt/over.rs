//! `huntsmith hunt run`: hunts of briefs, or of the catalogue, over a log that the user exported. The log is read line by
//! line; only what stages and correlations work on is kept.

use super::mapping::Mapping;
use super::{Room, cases, warn};
use crate::catalogue::classes::parse_class;
use crate::catalogue::evaluate::{EvaluateError, Evaluator, Event};
use crate::cli::batch::{self, Refused};
use crate::cli::{FINE, PARTIAL};
use crate::model::{Brief, Hunt};
use crate::report::{plain, plain_lines};
use anyhow::Context as _;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Bad lines that are named; the others are counted.
const NAMED: usize = 10;
/// Lines of matches that the table names for each hunt.
const LINES: usize = 5;

/// Run the hunts of briefs, or of the catalogue, over your own log
///
/// Events are JSON objects, one a line, with the fields of wit/VOCABULARY.md and `class` (`process_creation`,
/// `windows/security`); `--fields` maps other names. The whole log is searched, whatever a hunt's window. Exit codes: 0
/// fine, 2 usage, 3 lines or hunts that could not be used.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// NDJSON of events; `-` for standard input
    #[arg(long, value_name = "FILE.ndjson|-", required_unless_present = "jsonl")]
    events: Option<String>,
    /// Instead: hunts with events of their own, `{"plan","events"}` a line → `{"hunt","found","rows"}`, the searches that
    /// found each event, and the rows of a hunt with stages or correlations
    #[arg(long, value_name = "FILE.ndjson|-", conflicts_with_all = ["events", "briefs", "catalogue", "fields", "class"])]
    jsonl: Option<String>,
    /// Briefs, as `huntsmith run` writes them
    #[arg(value_name = "BRIEF.json", required_unless_present_any = ["catalogue", "jsonl"])]
    briefs: Vec<PathBuf>,
    /// The hunts that ship
    #[arg(long)]
    catalogue: bool,
    /// TOML with your names of fields and classes: `[fields] "process.executable" = "Image"`
    #[arg(long, value_name = "FILE.toml")]
    fields: Option<PathBuf>,
    /// Class of events that say none
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// One JSON object a match
    #[arg(long)]
    json: bool,
}

/// A hunt at work.
struct Running<'k> {
    hunt: Hunt,
    evaluator: Evaluator<'k>,
    matches: usize,
    lines: Vec<u64>,
    failed: Option<EvaluateError>,
}

pub fn run(args: &Args, room: &Room) -> anyhow::Result<ExitCode> {
    if let Some(jsonl) = &args.jsonl {
        return cases::answer(jsonl, room);
    }
    let events = args.events.as_deref().unwrap_or("-");
    let mapping = args.fields.as_deref().map(Mapping::open).transpose()?.unwrap_or_default();
    let class = args.class.as_deref().map(|class| parse_class(class).context("`--class` is empty")).transpose()?;
    let mut partial = false;
    let mut running = Vec::new();
    for hunt in hunts(args, room)? {
        match Evaluator::new(&hunt, room.known()) {
            Ok(evaluator) => running.push(Running { hunt, evaluator, matches: 0, lines: Vec::new(), failed: None }),
            Err(errors) => {
                partial = true;
                for error in errors {
                    let title = plain(&hunt.title);
                    anstream::eprintln!("warning: {title}: {}: {}", error.code(), plain_lines(&error.to_string()));
                }
            }
        }
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut read, mut bad) = (0_usize, 0_usize);
    for line in batch::numbered(events)? {
        let object = line.and_then(|(number, line)| match serde_json::from_slice::<Map<String, Value>>(&line) {
            Ok(object) => Ok((number, object)),
            Err(error) => Err(Refused::line(number, format!("it is no JSON object: {error}"))),
        });
        let (number, object) = match object {
            Ok(object) => object,
            Err(refused) => {
                bad += 1;
                if bad <= NAMED {
                    anstream::eprintln!("warning: {}", plain_lines(&refused.message));
                }
                continue;
            }
        };
        read += 1;
        let mut event = Event::new(mapping.apply(object));
        event.class = event.class.or_else(|| class.clone());
        for one in &mut running {
            one.take(&event, number, args.json.then_some(&mut out as &mut dyn Write))?;
        }
    }
    let mut found = Vec::with_capacity(running.len());
    for one in running {
        partial |= one.failed.is_some();
        found.push(one.finish(args.json.then_some(&mut out as &mut dyn Write))?);
    }
    let told = table(&found, read, bad);
    if args.json {
        anstream::eprint!("{told}");
    } else {
        out.write_all(told.as_bytes())?;
    }
    out.flush()?;
    Ok(ExitCode::from(if partial || bad > 0 { PARTIAL } else { FINE }))
}

fn hunts(args: &Args, room: &Room) -> anyhow::Result<Vec<Hunt>> {
    let mut hunts: Vec<Hunt> = Vec::new();
    for path in &args.briefs {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let brief: Brief = serde_json::from_str(&text).with_context(|| {
            format!("{} is no brief\n\nhint: name the `.json` files that `huntsmith run --out` wrote", path.display())
        })?;
        hunts.extend(brief.hunts.into_iter().map(|hunt| hunt.traced.hunt));
    }
    if args.catalogue {
        let (catalogue, errors) = room.shipped();
        warn(&errors);
        hunts.extend(catalogue.entries().iter().map(|entry| entry.hunt.clone()));
    }
    let mut seen = std::collections::BTreeSet::new();
    hunts.retain(|hunt| seen.insert(hunt.id.clone()));
    Ok(hunts)
}

impl Running<'_> {
    fn take(&mut self, event: &Event, line: u64, out: Option<&mut dyn Write>) -> std::io::Result<()> {
        if self.failed.is_some() {
            return Ok(());
        }
        let immediate = self.evaluator.is_immediate();
        match self.evaluator.take(event) {
            Err(error) => self.failed = Some(error),
            Ok(searches) if immediate && !searches.is_empty() => {
                self.matches += 1;
                if self.lines.len() < LINES {
                    self.lines.push(line);
                }
                if let Some(out) = out {
                    let (hunt, title) = (&self.hunt.id, &self.hunt.title);
                    let fields = event.fields();
                    let line =
                        json!({"hunt": hunt, "title": title, "searches": searches, "line": line, "event": fields});
                    writeln!(out, "{line}")?;
                }
            }
            Ok(_) => {}
        }
        Ok(())
    }

    /// What became of the hunt: its line of the table.
    fn finish(self, out: Option<&mut dyn Write>) -> std::io::Result<String> {
        let Self { hunt, evaluator, mut matches, lines, failed } = self;
        let title = format!("{}  {}", hunt.id, plain(&hunt.title));
        if let Some(error) = failed {
            return Ok(format!("     -  {title}\n        {}: {}\n", error.code(), plain_lines(&error.to_string())));
        }
        let mut told = String::new();
        if evaluator.is_immediate() {
            if let Some(last) = lines.last() {
                let more =
                    if matches > lines.len() { format!(" … (line {last} is not the last)") } else { String::new() };
                let numbers: Vec<String> = lines.iter().map(u64::to_string).collect();
                told = format!("        lines {}{more}\n", numbers.join(", "));
            }
        } else {
            let rows = evaluator.finish();
            matches = rows.len();
            told.extend(rows.iter().take(LINES).map(|row| format!("        {}\n", plain(&row.json().to_string()))));
            if let Some(out) = out {
                for row in &rows {
                    let (id, title) = (&hunt.id, &hunt.title);
                    let line = json!({"hunt": id, "title": title, "searches": row.searches, "row": row.json()});
                    writeln!(out, "{line}")?;
                }
            }
        }
        Ok(format!("{matches:>6}  {title}\n{told}"))
    }
}

fn table(found: &[String], read: usize, bad: usize) -> String {
    let mut text: String = found.concat();
    text.push_str(&format!("{} hunts over {read} events; {bad} lines could not be read\n", found.len()));
    text
}
