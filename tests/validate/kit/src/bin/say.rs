//! Says hunts in a dialect, as NDJSON for the validators: `say DIALECT FOLDER` for the hunts of a folder,
//! `say DIALECT generated COUNT` for generated ones, `say DIALECT plans FILE` for those that `huntsmith convert --plan`
//! wrote.

use huntsmith_sdk::emitter::Hunt;
use serde_json::{Value, json};
use std::io::{BufRead, BufWriter, Write, stdout};
use validate_kit::dialects::Dialect;
use validate_kit::{expect, generate, json as hunts};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, from, rest @ ..] = arguments.as_slice() else {
        return Err("say DIALECT FOLDER | say DIALECT generated COUNT | say DIALECT plans FILE".into());
    };
    let dialect = Dialect::named(name).ok_or_else(|| format!("no dialect {name}"))?;
    let mut out = BufWriter::new(stdout().lock());
    if from == "generated" {
        let count: u64 = rest.first().ok_or("how many?")?.parse()?;
        for seed in 0..count {
            say(&mut out, dialect, &generate::hunt(seed))?;
        }
        return Ok(());
    }
    if from == "plans" {
        let file = std::io::BufReader::new(std::fs::File::open(rest.first().ok_or("which file?")?)?);
        for line in file.lines() {
            let line: Value = serde_json::from_str(&line?)?;
            // A rule that is none has no plan.
            if let Some(plan) = line.get("plan") {
                say(&mut out, dialect, &hunts::hunt(plan).map_err(|missing| format!("{}: {missing}", line["path"]))?)?;
            }
        }
        return Ok(());
    }
    let mut files: Vec<_> =
        std::fs::read_dir(from)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        let hunt = hunts::hunt(&serde_json::from_slice(&std::fs::read(&file)?)?)
            .map_err(|missing| format!("{}: {missing}", file.display()))?;
        say(&mut out, dialect, &hunt)?;
    }
    Ok(())
}

fn say(out: &mut impl Write, dialect: &Dialect, hunt: &Hunt) -> std::io::Result<()> {
    match dialect.emit(hunt) {
        Ok(artifacts) => {
            // What a hunt must find is known of the whole, not of its parts.
            let whole = artifacts.len() == 1;
            for artifact in artifacts {
                let literals: Vec<_> = artifact
                    .literals
                    .iter()
                    .map(|literal| {
                        let value = expect::value(hunt, literal);
                        let texts = value.map(|(value, _)| expect::texts(value)).unwrap_or_default();
                        let operator = value.map(|(_, operator)| operator);
                        let sample = value.and_then(|(value, _)| expect::sample(value));
                        let (start, end, piece) = (literal.start, literal.end, literal.piece);
                        json!({"start": start, "end": end, "piece": piece, "operator": operator, "texts": texts,
                            "sample": sample})
                    })
                    .collect();
                let events = if whole { dialect.events(hunt) } else { Vec::new() };
                let line = json!({"hunt": hunt.id, "query": artifact.text, "literals": literals, "events": events});
                writeln!(out, "{line}")?;
            }
        }
        Err(refusals) => {
            let codes: Vec<_> = refusals
                .iter()
                .map(|refusal| json!({"code": refusal.code, "what": refusal.what, "reason": refusal.reason}))
                .collect();
            writeln!(out, "{}", json!({"hunt": hunt.id, "refused": codes}))?;
        }
    }
    Ok(())
}
