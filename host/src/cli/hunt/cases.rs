//! `huntsmith hunt run --jsonl`: hunts with events of their own, one a line in and one a line out.

use super::Room;
use crate::catalogue::evaluate::{EvaluateError, Evaluator, Event};
use crate::cli::batch::{self, Answer};
use crate::model::Hunt;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::process::ExitCode;

/// A hunt's plan, and the events that it is held against.
#[derive(Debug, Deserialize)]
struct Case {
    plan: Hunt,
    events: Vec<Map<String, Value>>,
}

/// Answers every line of a file, or of standard input for `-`.
///
/// # Errors
/// The file cannot be opened, or the output cannot be written.
pub fn answer(jsonl: &str, room: &Room) -> anyhow::Result<ExitCode> {
    batch::work(1, batch::records(jsonl)?, |case: Case| {
        let hunt = case.plan.id.clone();
        match found(case, room) {
            Ok((found, rows)) => Answer { line: json!({"hunt": hunt, "found": found, "rows": rows}), partial: false },
            Err(errors) => {
                let error = |error: &EvaluateError| json!({"code": error.code(), "message": error.to_string()});
                let errors: Vec<Value> = errors.iter().map(error).collect();
                Answer { line: json!({"hunt": hunt, "errors": errors}), partial: true }
            }
        }
    })
}

/// For each event the searches that found it, and the rows of the result.
type Found = (Vec<Vec<String>>, Vec<Value>);

fn found(case: Case, room: &Room) -> Result<Found, Vec<EvaluateError>> {
    let mut evaluator = Evaluator::new(&case.plan, room.known())?;
    let mut found = Vec::with_capacity(case.events.len());
    for event in case.events {
        let searches = evaluator.take(&Event::new(event)).map_err(|error| vec![error])?;
        found.push(searches.into_iter().map(str::to_owned).collect());
    }
    let rows = if evaluator.is_immediate() { Vec::new() } else { evaluator.finish() };
    Ok((found, rows.iter().map(crate::catalogue::evaluate::Row::json).collect()))
}
