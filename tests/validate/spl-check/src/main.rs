//! `spl-check SCHEMAS VERSION [--broken]`: checks the queries of `say`'s NDJSON on stdin; one line a failure, counts on
//! stderr, exit code 1 if anything failed. With `--broken` every query must be turned down.

use serde_json::{Value, json};
use spl_check::{Cim, check, lex};
use std::io::{BufRead, stdin};
use std::path::Path;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [schemas, version, rest @ ..] = arguments.as_slice() else {
        return Err("spl-check SCHEMAS VERSION [--broken]".into());
    };
    let broken = rest.iter().any(|flag| flag == "--broken");
    let read = |name: &str| -> Result<Value, Box<dyn std::error::Error>> {
        Ok(serde_json::from_slice(&std::fs::read(Path::new(schemas).join(name))?)?)
    };
    let cim = Cim::read(&read("splunk_cim.json")?, &read("splunk_macros.json")?, version).ok_or("no such version")?;
    let (mut queries, mut refused, mut literals, mut failed) = (0, 0, 0, 0);
    for line in stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let Some(query) = line["query"].as_str() else {
            refused += 1;
            continue;
        };
        queries += 1;
        let mut errors = check(query, &cim);
        if broken {
            errors = if errors.is_empty() { vec!["accepted, and it should not be".into()] } else { Vec::new() };
        } else if errors.is_empty() {
            let places = line["literals"].as_array();
            literals += places.map_or(0, Vec::len);
            errors.extend(places.into_iter().flatten().filter_map(|literal| misplaced(query, literal)));
        }
        if !errors.is_empty() {
            failed += 1;
            println!("{}", json!({"hunt": line["hunt"], "why": errors, "query": query}));
        }
    }
    eprintln!("{}", json!({"queries": queries, "refused": refused, "literals": literals, "failed": failed}));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A literal is one token, and where a search has no star in it, it decodes to the plan's text.
fn misplaced(query: &str, literal: &Value) -> Option<String> {
    let (start, end) = (literal["start"].as_u64()? as usize, literal["end"].as_u64()? as usize);
    let Ok(tokens) = lex::tokens(query) else { return Some("no tokens".into()) };
    let token = tokens.iter().find(|token| token.start == start && token.end == end);
    let texts: Vec<&str> = literal["texts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match token.map(|token| &token.kind) {
        Some(lex::Kind::String(text)) => {
            let before = query[..start].trim_end();
            let exact =
                (before.ends_with('=') && !before.ends_with("==")) || before.ends_with('(') || before.ends_with(',');
            let sound = !exact
                || text.contains('*')
                || text.starts_with("(?")
                || !literal["piece"].is_null()
                || texts.contains(&text.replace("\\x60", "`").as_str())
                || texts.concat() == *text;
            (!sound).then(|| format!("{text:?} is none of {texts:?}"))
        }
        Some(lex::Kind::Word(word)) if texts.iter().any(|text| text.starts_with(word.as_str())) => None,
        _ if query.get(start..end).is_some_and(|text| texts.contains(&text)) => None,
        other => Some(format!("the literal at {start} is {other:?}")),
    }
}
