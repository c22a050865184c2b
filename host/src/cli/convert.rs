//! `huntsmith convert`: Sigma rules and correlations as queries or rules of a dialect.

use super::host::{EmitArgs, Host, HostArgs};
use super::{FINE, PARTIAL};
use crate::catalogue::sigma::{Broken, Collection, Entry, Frame};
use crate::model::{CallFailure, Emission, Hunt, Node, Predicate, Refusal, Target};
use crate::pipeline::{PhaseTable, emit, ordered};
use crate::sandbox::Plugin;
use anyhow::Context as _;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Rules that go into the sandbox together.
const BATCH: usize = 64;

/// Say Sigma rules and correlations in a dialect; a folder is searched for `.yml` and `.yaml` in the order of names
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of rules, or folders of them: any Sigma checkout
    #[arg(value_name = "RULE.yml|DIR", required = true)]
    paths: Vec<PathBuf>,
    /// The dialect, as `huntsmith dialects` names it
    #[arg(long, value_name = "DIALECT", required_unless_present = "plan")]
    to: Option<String>,
    /// Instead of a dialect: the plan that emitters are given, as `{"rule","plan"}`, one a line
    #[arg(long, conflicts_with = "to")]
    plan: bool,
    /// One JSON object a line: `{"rule","dialect","query"}`, or `{"rule","dialect","error":{"code","reason","field"}}`
    #[arg(long)]
    jsonl: bool,
    #[command(flatten)]
    emit: EmitArgs,
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// A path is not there, the dialect is unknown, or the output cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    for path in &args.paths {
        path.metadata().with_context(|| format!("cannot open {}\n\nhint: name a file or a folder", path.display()))?;
    }
    let mut host = Host::open(&args.host, bundle)?;
    let emitter = match &args.to {
        Some(dialect) => host.emitters(std::slice::from_ref(dialect))?.pop(),
        None => None,
    };
    let frame = Frame { phases: host.phases()?, window: args.emit.window.clone() };
    let collection = Collection::open(&args.paths, host.jobs);
    for path in &collection.skipped {
        anstream::eprintln!("note: {} holds no Sigma rule", crate::report::plain(path));
    }
    let work = Work { collection: &collection, frame: &frame, emitter: emitter.as_ref(), target: args.emit.target() };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut partial, mut failed) = (host.failed > 0, None);
    let several = collection.len() > 1;
    let batches = (0..collection.len()).step_by(BATCH);
    let work = |first| work.batch(first);
    ordered(host.jobs, batches, work, |answers: Vec<Answer>| {
        for answer in answers {
            partial |= answer.error.is_some();
            let written = match args.jsonl || args.plan {
                true => answer.lines(args.to.as_deref()).iter().try_for_each(|line| writeln!(out, "{line}")),
                false => answer.tell(&mut out, several),
            };
            failed = failed.take().or(written.err());
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    out.flush()?;
    Ok(ExitCode::from(if partial { PARTIAL } else { FINE }))
}

struct Work<'a> {
    collection: &'a Collection,
    frame: &'a Frame,
    /// None: plans are asked for.
    emitter: Option<&'a Plugin>,
    target: Target,
}

/// What became of a document.
struct Answer {
    rule: String,
    path: String,
    title: String,
    /// Texts with their notes.
    queries: Vec<(String, Vec<String>)>,
    plan: Option<Value>,
    error: Option<Value>,
}

impl Work<'_> {
    fn batch(&self, first: usize) -> Vec<Answer> {
        let last = (first + BATCH).min(self.collection.len());
        let read = (first..last).filter_map(|index| self.collection.hunt(index, self.frame));
        let (mut answers, mut hunts, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for document in read {
            match document {
                Ok(entry) => {
                    places.push(answers.len());
                    answers.push(Answer::of(&entry));
                    hunts.push(entry.hunt);
                }
                Err(broken) => answers.push(Answer::broken(&broken)),
            }
        }
        let Some(emitter) = self.emitter else {
            for (place, hunt) in places.into_iter().zip(hunts) {
                answers[place].plan = Some(json!(hunt));
            }
            return answers;
        };
        for ((place, hunt), said) in places.into_iter().zip(&hunts).zip(self.emit(emitter, &hunts)) {
            answers[place].take(hunt, said);
        }
        answers
    }

    /// A call that fails says nothing about most of its hunts: they are asked for again, one by one.
    fn emit(&self, emitter: &Plugin, hunts: &[Hunt]) -> Vec<Result<Emission, CallFailure>> {
        if hunts.is_empty() {
            return Vec::new();
        }
        let mut failures = Vec::new();
        let emissions = emit(emitter, hunts, &self.target, &mut failures);
        match (failures.pop(), hunts) {
            (None, _) => emissions.into_iter().map(Ok).collect(),
            (Some(failure), [_]) => vec![Err(failure)],
            (Some(_), _) => hunts.chunks(1).flat_map(|one| self.emit(emitter, one)).collect(),
        }
    }
}

impl Answer {
    fn of(entry: &Entry<'_>) -> Self {
        let document = entry.document;
        Self {
            rule: document.label(),
            path: document.path.to_string(),
            title: document.about.title.clone(),
            queries: Vec::new(),
            plan: None,
            error: None,
        }
    }

    fn broken(broken: &Broken) -> Self {
        let error = &broken.error;
        let error = json!({
            "code": error.code.as_str(),
            "reason": error.reason,
            "field": error.field,
            "at": error.at,
            "line": error.line,
        });
        Self {
            rule: broken.label(),
            path: broken.path.to_string(),
            title: broken.title.clone(),
            queries: Vec::new(),
            plan: None,
            error: Some(error),
        }
    }

    fn take(&mut self, hunt: &Hunt, said: Result<Emission, CallFailure>) {
        match said {
            Ok(emission) => {
                self.queries = emission.artifacts.into_iter().map(|artifact| (artifact.text, artifact.notes)).collect();
                let mut refusals = emission.refusals.iter().map(|refusal| refused(hunt, refusal));
                if let Some(mut first) = refusals.next() {
                    let more: Vec<Value> = refusals.collect();
                    if !more.is_empty() {
                        first["more"] = more.into();
                    }
                    self.error = Some(first);
                }
            }
            Err(failure) => {
                self.error = Some(json!({"code": failure.code, "reason": failure.message, "field": null}));
            }
        }
    }

    /// A line a query, and one for the error.
    fn lines(&self, dialect: Option<&str>) -> Vec<Value> {
        let mut base = json!({"rule": self.rule, "path": self.path, "title": self.title});
        if let Some(dialect) = dialect {
            base["dialect"] = dialect.into();
        }
        let mut lines = Vec::new();
        if let Some(plan) = &self.plan {
            let mut line = base.clone();
            line["plan"] = plan.clone();
            lines.push(line);
        }
        for (index, (text, notes)) in self.queries.iter().enumerate() {
            let mut line = base.clone();
            line["query"] = text.as_str().into();
            if !notes.is_empty() {
                line["notes"] = json!(notes);
            }
            if self.queries.len() > 1 {
                line["part"] = json!([index + 1, self.queries.len()]);
            }
            lines.push(line);
        }
        if let Some(error) = &self.error {
            let mut line = base;
            line["error"] = error.clone();
            lines.push(line);
        }
        lines
    }

    /// Queries as they are, for a person; errors on stderr.
    fn tell(&self, out: &mut impl Write, several: bool) -> std::io::Result<()> {
        let title = crate::report::plain(&format!("{} ({})", self.title, self.path));
        if let Some(error) = &self.error {
            let text = |key: &str| crate::report::plain(error[key].as_str().unwrap_or_default());
            let place = match (error["line"].as_u64(), text("at")) {
                (Some(line), at) => format!("line {line}: {at}: "),
                (None, _) => String::new(),
            };
            anstream::eprintln!("error: {title}: {place}{}: {}", text("code"), text("reason"));
        }
        for (text, _) in &self.queries {
            if several {
                writeln!(out, "── {title}")?;
            }
            writeln!(out, "{}\n", crate::report::plain_lines(text.trim_end()))?;
        }
        Ok(())
    }
}

/// A refusal, with the field of the test that it is about.
fn refused(hunt: &Hunt, refusal: &Refusal) -> Value {
    let place = &refusal.place;
    let predicate: Option<&Predicate> = match place.part.as_str() {
        "search" => hunt.searches.get(place.index as usize).map(|search| &search.predicate),
        _ => None,
    };
    let node = predicate.zip(place.node).and_then(|(predicate, node)| predicate.nodes.get(node as usize));
    let field = match (node, refusal.code.as_str()) {
        (_, "unsupported-field") => Some(refusal.what.as_str()),
        (Some(Node::Test(test)), _) => Some(test.field.as_str()),
        _ => None,
    };
    let node = place.node.map(|node| format!(", node {node}")).unwrap_or_default();
    let at = format!("{} {}{node}", place.part, place.index);
    json!({"code": refusal.code, "reason": refusal.reason, "field": field, "what": refusal.what, "at": at})
}

impl Host {
    fn phases(&self) -> anyhow::Result<PhaseTable> {
        let text = super::host::text(&self.data, "phases")?;
        PhaseTable::parse(&text).context("data/phases.toml")
    }
}
