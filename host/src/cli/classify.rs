//! `huntsmith classify`: techniques and kill-chain phases out of texts, one JSON object a text.

use super::batch::{self, Answer, BatchArgs, TextRecord};
use super::extract::{Opened, rejected};
use super::host::{EmitArgs, Host, HostArgs};
use crate::model::Span;
use crate::pipeline::{Analyst, derive_phases};
use crate::plugin::World;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Map texts to ATT&CK: NDJSON `{"id","text"}` or files in, NDJSON out, in the same order
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: BatchArgs,
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// The input cannot be opened, the plugins cannot be had, or the output cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let mut host = Host::open(&args.host, bundle)?;
    let analyst = host.analyst(&[World::IocExtractor, World::TechniqueClassifier], &[], &EmitArgs::default())?;
    if analyst.classifiers.is_empty() {
        anyhow::bail!("no classifier could be loaded\n\nhint: `huntsmith plugin list` shows what there is");
    }
    let readers = args.input.readers(&mut host)?;
    let code = batch::work(host.jobs, batch::texts(&args.input, readers)?, |record| answer(&analyst, record))?;
    Ok(if host.failed > 0 { ExitCode::from(super::PARTIAL) } else { code })
}

fn answer(analyst: &Analyst, record: TextRecord) -> Answer {
    let opened = Opened::of(record);
    let (article, way_back) = (&opened.article, &opened.way_back);
    let analysis = analyst.analyse(article);
    let text = &article.content.text;
    let evidence = |span: &Span| json!({"span": way_back.original(*span), "text": span.of(text)});
    let techniques: Vec<Value> = analysis
        .classified
        .techniques
        .iter()
        .map(|found| {
            let technique = &found.technique;
            json!({
                "id": technique.id,
                "name": found.name,
                "confidence": technique.confidence,
                "source": technique.source,
                "evidence": technique.evidence.iter().map(evidence).collect::<Vec<_>>(),
                "was": found.was,
                "plugin": technique.plugin.as_ref().map(ToString::to_string),
            })
        })
        .collect();
    let likely: Vec<_> = analysis.classified.techniques.iter().filter(|t| t.is_likely()).cloned().collect();
    let phases = derive_phases(&likely, &[], &analyst.phases);
    let codes: Vec<&str> = phases.iter().map(|phase| phase.code.as_str()).collect();
    let turned_away: Vec<Value> = analysis.classified.rejections.iter().map(|r| rejected(r, way_back)).collect();
    let line = json!({
        "id": opened.id,
        "techniques": techniques,
        "phases": codes,
        "actors": analysis.classified.actors.iter().map(|a| json!({"kind": a.kind, "name": a.name, "id": a.id})).collect::<Vec<_>>(),
        "rejected": turned_away,
    });
    opened.answer(line, &analysis.failures)
}
