//! `huntsmith hunts`: queries out of bare lists of indicators: NDJSON, CSV, one value a line, and every format that a feed
//! plugin reads as facts.

mod detect;
mod lists;

use super::batch::{self, Answer};
use super::extract::add_failures;
use super::host::{EmitArgs, Host, HostArgs};
use crate::model::{Hunt, Indicator, Origin, Span, Tlp};
use crate::pipeline::{About, Analyst, Plan, emit, plan};
use crate::plugin::World;
use lists::{Form, Reader};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::process::ExitCode;

/// Say bare indicators as queries: NDJSON `{"id","indicators":[{"kind","value"}]}` or files in, NDJSON out, in the same
/// order
#[derive(Debug, clap::Args)]
pub struct Args {
    /// NDJSON, one object a line; `-` for standard input
    #[arg(long, value_name = "FILE|-", conflicts_with = "files", required_unless_present = "files")]
    jsonl: Option<String>,
    /// Lists, each one input whose id is its path as given: one value a line, CSV, JSON lines of `{"kind","value"}`, or what
    /// a feed plugin reads (STIX bundles, MISP events)
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The form of the files, where it is not to be told from them
    #[arg(long, value_name = "FORM", requires = "files")]
    list_form: Option<Form>,
    /// The kind of all values of the files; else a column or member says it, or the extractor plugins tell it
    #[arg(long, value_name = "KIND", requires = "files")]
    kind: Option<String>,
    /// The dialect, as `huntsmith plugin list` names it
    #[arg(long, value_name = "DIALECT")]
    to: String,
    #[command(flatten)]
    emit: EmitArgs,
    #[command(flatten)]
    host: HostArgs,
}

/// A list of indicators.
#[derive(Debug, Deserialize)]
struct ListRecord {
    id: Value,
    indicators: Vec<Bare>,
    /// What of a file is no indicator, as the answer gives it.
    #[serde(skip)]
    refused: Vec<Value>,
}

/// A value with its kind.
#[derive(Debug, Clone, Deserialize)]
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
    let mut worlds = vec![World::QueryEmitter];
    if args.jsonl.is_none() && args.kind.is_none() {
        worlds.push(World::IocExtractor);
    }
    let analyst = host.analyst(&worlds, std::slice::from_ref(&args.to), &args.emit)?;
    let code = match &args.jsonl {
        Some(jsonl) => {
            let records = batch::records::<ListRecord>(jsonl)?;
            batch::work(host.jobs, records, |record| answer(&analyst, &args.to, record))?
        }
        None => {
            let feeds = host.load(World::FeedSource)?;
            let reader = Reader { analyst: &analyst, feeds: &feeds, form: args.list_form, kind: args.kind.as_deref() };
            let files = args.files.iter().cloned().map(Ok);
            batch::work(host.jobs, Box::new(files.collect::<Vec<_>>().into_iter()), |path: PathBuf| {
                match reader.read(&path) {
                    Ok(record) => answer(&analyst, &args.to, record),
                    Err(failure) => {
                        let error = json!({"code": failure.code, "message": failure.message, "hint": failure.hint});
                        let line = json!({"id": path.display().to_string(), "dialect": args.to, "error": error});
                        Answer { line, partial: true }
                    }
                }
            })?
        }
    };
    Ok(if host.failed > 0 { ExitCode::from(super::PARTIAL) } else { code })
}

fn answer(analyst: &Analyst, dialect: &str, record: ListRecord) -> Answer {
    let indicators: Vec<Indicator> = record.indicators.into_iter().map(taken_at_its_word).collect();
    let about = About {
        key: list_key(&record.id, &indicators),
        title: String::new(),
        url: String::new(),
        tlp: Tlp::Clear,
        window: analyst.window.clone(),
    };
    let Plan { hunts, refused } = plan(&analyst.kinds, &about, &indicators, &[]);
    let unread = !record.refused.is_empty();
    let mut refused: Vec<Value> = record.refused.into_iter().chain(refused.iter().map(|r| json!(r))).collect();
    let plain: Vec<Hunt> = hunts.iter().map(|planned| planned.traced.hunt.clone()).collect();
    let mut failures = Vec::new();
    let mut queries = Vec::new();
    for emitter in &analyst.emitters {
        let emissions = emit(emitter, &plain, &analyst.target, &mut failures);
        for (planned, emission) in hunts.iter().zip(emissions) {
            let hunt = &planned.traced.hunt.id;
            queries.extend(
                emission
                    .artifacts
                    .iter()
                    .map(|a| json!({"hunt": hunt, "name": a.name, "query": a.text, "notes": a.notes})),
            );
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
    let partial = add_failures(&mut line, &failures) || unread;
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

/// What a list's hunts are known by: its id, so that rules made of them change with the list and are not added a second
/// time; what has none goes by its values.
fn list_key(id: &Value, indicators: &[Indicator]) -> String {
    if !id.is_null() {
        return format!("list {id}");
    }
    let mut hash = Sha256::new();
    for indicator in indicators {
        hash.update(format!("{}\n{}\n", indicator.kind, indicator.value));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
