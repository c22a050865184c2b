//! `huntsmith hunts`: queries out of bare lists of indicators, one JSON object a list.

use super::batch::{self, Answer};
use super::extract::add_failures;
use super::host::{Host, HostArgs};
use crate::model::{Hunt, Indicator, Origin, Span, Tlp};
use crate::pipeline::{About, Analyst, Plan, emit, plan};
use crate::plugin::World;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::process::ExitCode;

/// Say bare indicators as queries: NDJSON `{"id","indicators":[{"kind","value"}]}` in, NDJSON out, in the same order
#[derive(Debug, clap::Args)]
pub struct Args {
    /// NDJSON, one object a line; `-` for standard input
    #[arg(long, value_name = "FILE|-")]
    jsonl: String,
    /// The dialect, as `huntsmith plugin list` names it
    #[arg(long, value_name = "DIALECT")]
    to: String,
    /// JSON object for the emitter: index or table overrides, data-model version
    #[arg(long, value_name = "JSON", default_value = "{}")]
    mapping: String,
    #[command(flatten)]
    host: HostArgs,
}

/// A list of indicators.
#[derive(Debug, Deserialize)]
struct ListRecord {
    id: Value,
    indicators: Vec<Bare>,
}

#[derive(Debug, Deserialize)]
struct Bare {
    kind: String,
    value: String,
}

/// Runs the subcommand.
///
/// # Errors
/// The dialect is unknown, the input cannot be opened, or the output cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let mut host = Host::open(&args.host, bundle)?;
    let analyst = host.analyst(&[World::QueryEmitter], std::slice::from_ref(&args.to), &args.mapping)?;
    let records = batch::records::<ListRecord>(&args.jsonl)?;
    let code = batch::work(host.jobs, records, |record| answer(&analyst, &args.to, record))?;
    Ok(if host.failed > 0 { ExitCode::from(super::PARTIAL) } else { code })
}

fn answer(analyst: &Analyst, dialect: &str, record: ListRecord) -> Answer {
    let indicators: Vec<Indicator> = record.indicators.into_iter().map(taken_at_its_word).collect();
    let about = About {
        key: list_key(&indicators),
        title: String::new(),
        url: String::new(),
        tlp: Tlp::Clear,
        window_seconds: analyst.window_seconds,
    };
    let Plan { hunts, refused } = plan(&analyst.kinds, &about, &indicators, &[]);
    let mut refused: Vec<Value> = refused.iter().map(|r| json!(r)).collect();
    let plain: Vec<Hunt> = hunts.iter().map(|planned| planned.traced.hunt.clone()).collect();
    let mut failures = Vec::new();
    let mut queries = Vec::new();
    for emitter in &analyst.emitters {
        let emissions = emit(emitter, &plain, &analyst.target, &mut failures);
        for (planned, emission) in hunts.iter().zip(emissions) {
            let hunt = &planned.traced.hunt.id;
            queries.extend(emission.artifacts.iter().map(|a| json!({"hunt": hunt, "query": a.text, "notes": a.notes})));
            for refusal in &emission.refusals {
                let place = &refusal.place;
                let stands = |origin: &&Origin| {
                    origin.search == place.index && place.node.is_none_or(|node| node == origin.node)
                };
                for origin in planned.traced.origins.iter().filter(stands) {
                    refused.push(json!({
                        "value": origin.indicator,
                        "kind": origin.kind,
                        "code": refusal.code,
                        "reason": refusal.reason,
                        "what": refusal.what,
                    }));
                }
            }
        }
    }
    let mut line = json!({"id": record.id, "dialect": dialect, "queries": queries, "refused": refused});
    let partial = add_failures(&mut line, &failures);
    Answer { line, partial }
}

/// Who hands over a list says that its values are an attacker's.
fn taken_at_its_word(bare: Bare) -> Indicator {
    Indicator {
        kind: bare.kind,
        value: bare.value,
        parts: Vec::new(),
        spans: vec![Span { start: 0, end: 0 }],
        defanged: false,
        role: "attacker".into(),
        confidence: 100,
        reasons: vec!["operator".into()],
        properties: Vec::new(),
        plugin: None,
    }
}

/// The same list has the same hunts.
fn list_key(indicators: &[Indicator]) -> String {
    let mut hash = Sha256::new();
    for indicator in indicators {
        hash.update(format!("{}\n{}\n", indicator.kind, indicator.value));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
