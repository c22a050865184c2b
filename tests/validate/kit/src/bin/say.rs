//! Says hunts in a dialect, as NDJSON for the validators: `say DIALECT SOURCE…`, or `say DIALECT tried CASES ANSWERS` for
//! hunts with events, and with what `huntsmith hunt run --jsonl` found among them.

use huntsmith_sdk::emitter::Hunt;
use huntsmith_sdk::emitter::plan::{Node, Value as Planned};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufWriter, Write, stdout};
use validate_kit::dialects::Dialect;
use validate_kit::sources::{self, Fault};
use validate_kit::{expect, json as hunts, tried};

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, source @ ..] = arguments.as_slice() else { return Err("say DIALECT SOURCE…".into()) };
    let dialect = Dialect::named(name).ok_or_else(|| format!("no dialect {name}"))?;
    let mut out = BufWriter::new(stdout().lock());
    match source {
        [kind, cases, answers] if kind == "tried" => {
            let (cases, answers) = (sources::lines(cases)?, sources::lines(answers)?);
            if cases.len() != answers.len() {
                return Err("there are not as many answers as cases".into());
            }
            for (case, answer) in cases.iter().zip(&answers) {
                let hunt = hunts::hunt(&case["plan"])?;
                say(&mut out, dialect, &hunt, tried::of(dialect, &hunt, case, answer)?)?;
            }
            Ok(())
        }
        source => sources::each(source, |hunt, _| say(&mut out, dialect, hunt, Value::Null)),
    }
}

/// The fields that a hunt's searches ask for, by the plan's names.
fn fields(hunt: &Hunt) -> BTreeSet<&str> {
    let nodes = hunt.searches.iter().flat_map(|search| &search.predicate.nodes);
    let tests = nodes.filter_map(|node| if let Node::Test(test) = node { Some(test) } else { None });
    let named = tests.flat_map(|test| {
        let others =
            test.values.iter().filter_map(|value| if let Planned::Field(name) = value { Some(name) } else { None });
        std::iter::once(&test.field).chain(others)
    });
    named.map(String::as_str).collect()
}

/// A line for each query, or one for the refusals.
fn say(out: &mut impl Write, dialect: &Dialect, hunt: &Hunt, tried: Value) -> Result<(), Fault> {
    let artifacts = match dialect.emit(hunt) {
        Ok(artifacts) => artifacts,
        Err(refusals) => {
            let codes: Vec<_> = refusals
                .iter()
                .map(|refusal| json!({"code": refusal.code, "what": refusal.what, "reason": refusal.reason}))
                .collect();
            return Ok(writeln!(out, "{}", json!({"hunt": hunt.id, "refused": codes}))?);
        }
    };
    // What a hunt must find is known of the whole, not of its parts.
    let tried = if artifacts.len() == 1 { tried } else { Value::Null };
    for artifact in artifacts {
        let literals = artifact.literals.iter().map(|literal| {
            let planned = expect::value(hunt, literal);
            let of = |texts: fn(&Planned) -> Vec<String>| planned.map(|(value, _)| texts(value)).unwrap_or_default();
            json!({
                "start": literal.start, "end": literal.end, "piece": literal.piece,
                "operator": planned.map(|(_, operator)| operator), "texts": of(expect::texts),
                "exact": of(expect::exact), "parts": of(expect::parts),
                "sample": planned.and_then(|(value, _)| expect::sample(value)),
            })
        });
        let literals: Vec<_> = literals.collect();
        let mut line = json!({"hunt": hunt.id, "query": artifact.text, "literals": literals, "fields": fields(hunt)});
        if let (Some(line), Value::Object(tried)) = (line.as_object_mut(), &tried) {
            line.extend(tried.clone());
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}
