//! `huntsmith extract`: indicators out of texts, one JSON object a text.

use super::batch::{self, Answer, BatchArgs, TextRecord};
use super::host::{EmitArgs, FilterArgs, Host, HostArgs};
use crate::model::{Article, CallFailure, Content, Rejection};
use crate::pipeline::{Analyst, Normalised, article_id};
use crate::plugin::World;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Find indicators in texts: NDJSON `{"id","text"}` or files in, NDJSON out, in the same order
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: BatchArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// The input cannot be opened, the plugins cannot be had, or the output cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let mut host = Host::open(&args.host, bundle)?;
    let mut analyst = host.analyst(&[World::IocExtractor], &[], &EmitArgs::default())?;
    if analyst.extractors.is_empty() {
        anyhow::bail!("no extractor could be loaded\n\nhint: `huntsmith plugin list` shows what there is");
    }
    analyst.filter = args.filter.filter(&host.config);
    let code = batch::work(host.jobs, batch::texts(&args.input)?, |record| answer(&analyst, record))?;
    Ok(if host.failed > 0 { ExitCode::from(super::PARTIAL) } else { code })
}

fn answer(analyst: &Analyst, record: TextRecord) -> Answer {
    let (article, way_back) = article(record.text);
    let mut analysis = analyst.extract(&article);
    analyst.filter.apply(&mut analysis.extraction);
    let indicators: Vec<Value> = analysis
        .extraction
        .indicators
        .iter()
        .map(|i| {
            json!({
                "kind": i.kind,
                "value": i.value,
                "role": i.role,
                "confidence": i.confidence,
                "defanged": i.defanged,
                "reasons": i.reasons,
                "spans": i.spans.iter().map(|s| way_back.original(*s)).collect::<Vec<_>>(),
                "plugin": i.plugin.as_ref().map(ToString::to_string),
            })
        })
        .collect();
    let rejected: Vec<Value> = analysis.extraction.rejections.iter().map(|r| rejected(r, &way_back)).collect();
    let mut line = json!({"id": record.id, "indicators": indicators, "rejected": rejected});
    let partial = add_failures(&mut line, &analysis.failures);
    Answer { line, partial }
}

/// A rejection as the batch commands write it.
pub fn rejected(rejection: &Rejection, way_back: &Normalised) -> Value {
    json!({
        "value": rejection.value,
        "kind": rejection.kind,
        "span": way_back.original(rejection.span),
        "reason": rejection.reason,
        "plugin": rejection.plugin.as_ref().map(ToString::to_string),
    })
}

/// Names the calls that failed; whether there were any.
pub fn add_failures(line: &mut Value, failures: &[CallFailure]) -> bool {
    if !failures.is_empty() {
        line["errors"] = json!(failures);
    }
    !failures.is_empty()
}

/// A bare text as an article, and the way back to the text as the caller gave it.
pub fn article(text: String) -> (Article, Normalised) {
    let mut normalised = Normalised::new(text);
    let content = Content { text: std::mem::take(&mut normalised.text), ..Default::default() };
    let id = article_id("", "", &content);
    (Article { id, content, ..Default::default() }, normalised)
}
