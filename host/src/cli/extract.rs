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
    let readers = args.input.readers(&mut host)?;
    let code = batch::work(host.jobs, batch::texts(&args.input, readers)?, |record| answer(&analyst, record))?;
    Ok(if host.failed > 0 { ExitCode::from(super::PARTIAL) } else { code })
}

fn answer(analyst: &Analyst, record: TextRecord) -> Answer {
    let opened = Opened::of(record);
    let way_back = &opened.way_back;
    let mut analysis = analyst.extract(&opened.article);
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
    let rejected: Vec<Value> = analysis.extraction.rejections.iter().map(|r| rejected(r, way_back)).collect();
    let line = json!({"id": opened.id, "indicators": indicators, "rejected": rejected});
    opened.answer(line, &analysis.failures)
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

/// An input as an article.
pub struct Opened {
    pub id: Value,
    pub article: Article,
    /// To the text as the caller gave it, where it was given as text.
    pub way_back: Normalised,
    /// It was read out of a document, so that the caller does not have the text.
    was_read: bool,
}

impl Opened {
    pub fn of(record: TextRecord) -> Self {
        let TextRecord { id, text, read } = record;
        let was_read = read.is_some();
        let (given, way_back) = article(text);
        Self { id, article: read.unwrap_or(given), way_back, was_read }
    }

    /// The answer with the calls that failed, and with the text that its spans are of where the caller does not have it.
    pub fn answer(self, mut line: Value, failures: &[CallFailure]) -> Answer {
        let partial = add_failures(&mut line, failures);
        if self.was_read {
            line["text"] = self.article.content.text.into();
        }
        Answer { line, partial }
    }
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
