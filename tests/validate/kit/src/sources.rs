//! Where hunts come from: a folder of plans, a number of generated ones, or what `huntsmith convert --plan` wrote.

use crate::{generate, json};
use huntsmith_sdk::emitter::Hunt;
use serde_json::{Value, json};
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// What goes wrong while hunts are read or said.
pub type Fault = Box<dyn Error>;

/// Hands on every hunt of a source, with its plan as the host reads it: `FOLDER`, `plans FILE`, or a number of
/// those that [`generate`] makes, by the name there.
///
/// # Errors
/// The source cannot be read, or `see` fails.
pub fn each(source: &[String], mut see: impl FnMut(&Hunt, &Value) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut take = |from: &str, mut plan: Value| {
        complete(&mut plan);
        let hunt = json::hunt(&plan).map_err(|missing| format!("{from}: {missing}"))?;
        see(&hunt, &plan)
    };
    if let [kind, count] = source
        && let Some((_, make)) = generate::BY_NAME.into_iter().find(|(name, _)| name == kind)
    {
        return (0..count.parse()?).try_for_each(|seed| take(kind, make(seed)));
    }
    match source {
        [kind, file] if kind == "plans" => {
            for mut line in lines(file)? {
                let place = line["path"].to_string();
                // A rule that is none has no plan.
                if line.get("plan").is_some() {
                    take(&place, line["plan"].take())?;
                }
            }
            Ok(())
        }
        [folder] => {
            let entries: Result<Vec<_>, _> =
                std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
            let mut files = entries?;
            files.sort();
            files.iter().try_for_each(|file| take(&file.display().to_string(), read(file)?))
        }
        _ => Err("hunts come of FOLDER, plans FILE, or a number of generated, tame, files or wire".into()),
    }
}

fn read(file: &Path) -> Result<Value, Fault> {
    Ok(serde_json::from_slice(&std::fs::read(file)?)?)
}

/// The objects of a file of JSON lines.
///
/// # Errors
/// It cannot be read, or a line is no JSON.
pub fn lines(file: &str) -> Result<Vec<Value>, Fault> {
    let lines = BufReader::new(std::fs::File::open(file)?).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// What may be left out of a plan that is written by hand.
fn complete(plan: &mut Value) {
    let defaults = [
        ("description", json!("")),
        ("phase", json!("c2")),
        ("confidence", json!("Medium")),
        ("tlp", json!("clear")),
        ("techniques", json!([])),
        ("window", json!({"last-seconds": 2_592_000})),
        ("false_positives", json!([])),
        ("references", json!([])),
    ];
    let Value::Object(hunt) = plan else { return };
    for (key, value) in defaults {
        hunt.entry(key).or_insert(value);
    }
    within(plan);
}

fn within(json: &mut Value) {
    match json {
        Value::Array(values) => values.iter_mut().for_each(within),
        Value::Object(values) => {
            let has = |key: &str| values.contains_key(key);
            let own = match () {
                () if has("operator") => vec![("all", json!(false)), ("case_sensitive", json!(false))],
                () if values.len() == 1 && has("values") => vec![("all", json!(false))],
                () if has("class") => vec![("fields", json!([]))],
                () if has("span_seconds") => {
                    vec![("by", json!([])), ("fields", json!([])), ("condition", Value::Null)]
                }
                () => Vec::new(),
            };
            for (key, value) in own {
                values.entry(key).or_insert(value);
            }
            values.values_mut().for_each(within);
        }
        _ => {}
    }
}
