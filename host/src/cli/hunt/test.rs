//! `huntsmith hunt test`: hunts are proved by the events in their files, and the events by mutants of the hunts.

use super::{Room, warn};
use crate::catalogue::{Catalogue, Proof, prove};
use crate::cli::{FINE, GATE, USAGE};
use crate::report::plain_lines;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Prove hunts by their events: each must have its verdict, and every node flipped or removed must change one
///
/// Exit codes: 0 all are proved, 1 something speaks against a hunt or a file is none, 2 there is nothing to test.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of hunts, or folders of them [default: the hunts that ship]
    #[arg(value_name = "DIR|FILE")]
    paths: Vec<PathBuf>,
    /// One JSON object a hunt
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, room: &Room) -> anyhow::Result<ExitCode> {
    let (catalogue, errors) = match args.paths.is_empty() {
        true => room.shipped(),
        false => Catalogue::open(&args.paths, &room.frame),
    };
    warn(&errors);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut failed = 0;
    let mut all = Proof::default();
    if !args.json {
        writeln!(out, "{:<40}  {:>5}  {:>7}  result", "hunt", "cases", "mutants")?;
    }
    for entry in catalogue.entries() {
        let proof = prove(entry, room.known());
        failed += usize::from(!proof.problems.is_empty());
        all.cases += proof.cases;
        all.mutants += proof.mutants;
        if args.json {
            let problems: Vec<_> = (proof.problems.iter())
                .map(|problem| json!({"code": problem.code(), "message": problem.to_string()}))
                .collect();
            let line = json!({
                "file": &*entry.path, "hunt": entry.hunt.id, "title": entry.hunt.title, "cases": proof.cases,
                "mutants": proof.mutants, "problems": problems,
            });
            writeln!(out, "{line}")?;
            continue;
        }
        let result = if proof.problems.is_empty() { "proved" } else { "NOT PROVED" };
        writeln!(out, "{:<40}  {:>5}  {:>7}  {result}", plain_lines(entry.name()), proof.cases, proof.mutants)?;
        for problem in &proof.problems {
            writeln!(out, "    {}: {}", problem.code(), plain_lines(&problem.to_string()).replace("\n\n", "\n    "))?;
        }
    }
    if !args.json {
        let entries = catalogue.entries().len();
        writeln!(out, "{entries} hunts, {} cases, {} mutants; {failed} not proved", all.cases, all.mutants)?;
    }
    out.flush()?;
    Ok(ExitCode::from(match (catalogue.entries().is_empty() && errors.is_empty(), failed + errors.len()) {
        (true, _) => USAGE,
        (false, 0) => FINE,
        (false, _) => GATE,
    }))
}
