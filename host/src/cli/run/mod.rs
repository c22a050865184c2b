//! `huntsmith run`: from inputs to briefs.

mod files;
mod output;
mod outside;
mod plain;
mod remembered;
mod rules;
mod sources;

use super::host::{EmitArgs, FilterArgs, Host, HostArgs};
use super::marking;
use super::state::StateArgs;
use crate::config::Config;
use crate::model::{Severity, Tlp};
use crate::pipeline::{Analyst, ReadEntry};
use crate::playbook::Playbooks;
use crate::plugin::World;
use crate::report::{self, Format};
use crate::sandbox::Plugin;
use crate::store::{Store, fingerprint};
use anyhow::bail;
use files::Renderer;
use output::Writer;
pub use output::write_file;
use outside::Outside;
use remembered::Remembered;
use sources::{Source, SourcePage};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Turn feeds and articles into briefs with hunts
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, folders, addresses, names of configured feeds [default: all configured feeds]
    #[arg(value_name = "INPUT")]
    inputs: Vec<String>,
    /// Folder for the briefs; made if it is not there
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// What each brief is written as
    #[arg(long, value_name = "FORMAT", value_enum, value_delimiter = ',', default_values = ["markdown", "json"])]
    format: Vec<Format>,
    /// Only this dialect, as `huntsmith plugin list` names it; may be given more than once
    #[arg(long, value_name = "DIALECT")]
    dialect: Vec<String>,
    #[command(flatten)]
    emit: EmitArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// Folder for the rules to deploy, beside the briefs: DIALECT/HUNT.ENDING, under the same names at every run
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Folder in which huntsmith remembers [default: `[state] folder` of the configuration, else the user's own]
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_STATE_DIR")]
    state: Option<PathBuf>,
    /// Remember nothing: every input is read as a whole, whatever was before
    #[arg(long, conflicts_with_all = ["state", "force"])]
    no_state: bool,
    /// Read everything and make every brief anew
    #[arg(long)]
    force: bool,
    /// Write no brief that is marked higher
    #[arg(long, value_name = "TLP", default_value = "red", value_parser = marking)]
    max_tlp: Tlp,
    /// The least marking of files and addresses that are named here
    #[arg(long, value_name = "TLP", default_value = "clear", value_parser = marking)]
    tlp: Tlp,
    /// Do not use the network: only what is in the inputs and in the cache
    #[arg(long)]
    offline: bool,
    /// Print one JSON object an article on standard output
    #[arg(long)]
    json: bool,
    /// Exit with 1 if a brief has this severity or a higher one
    #[arg(long, value_name = "LOW|MED|HIGH|CRIT", value_parser = severity)]
    fail_on: Option<Severity>,
    /// Largest input file
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1024))]
    max_input_mib: u64,
    /// Folder of Sigma rules, of which briefs show the best for their techniques; may be given more than once
    #[arg(long, value_name = "DIR")]
    sigma: Vec<PathBuf>,
    /// A class of events that you have (`process_creation`): only such hunts of the catalogue are shown; may be given more
    /// than once [default: `telemetry` of the configuration, or all]
    #[arg(long, value_name = "CLASS")]
    telemetry: Vec<String>,
    /// No hunts of the catalogue
    #[arg(long, conflicts_with = "sigma")]
    no_catalogue: bool,
    /// No playbooks beside the Markdown briefs
    #[arg(long)]
    no_playbooks: bool,
    #[command(flatten)]
    host: HostArgs,
}

impl Args {
    fn remembering(&self) -> StateArgs {
        StateArgs::of(self.host.config.clone(), self.state.clone())
    }
}

fn severity(text: &str) -> Result<Severity, String> {
    match text.to_ascii_uppercase().as_str() {
        "LOW" => Ok(Severity::Low),
        "MED" => Ok(Severity::Med),
        "HIGH" => Ok(Severity::High),
        "CRIT" => Ok(Severity::Crit),
        _ => Err("one of LOW, MED, HIGH, CRIT".into()),
    }
}

/// A message with its hint, safe for a terminal.
pub fn told(message: &str, hint: &str) -> String {
    let message = report::plain_lines(message);
    if hint.is_empty() || message.contains(hint) {
        message
    } else {
        format!("{message}\n\nhint: {}", report::plain_lines(hint))
    }
}

/// What every part of a run uses.
struct Run<'a> {
    args: &'a Args,
    config: &'a Config,
    outside: &'a Outside,
    feeds: Vec<Plugin>,
    readers: Vec<Plugin>,
    analyst: &'a Analyst,
    renderer: Renderer<'a>,
    jobs: usize,
    progress: indicatif::ProgressBar,
    told: Told,
}

/// What was said on the way; counted from whatever thread it came.
#[derive(Default)]
struct Told {
    notes: AtomicUsize,
    failed: AtomicUsize,
    missing: AtomicUsize,
    withheld: AtomicUsize,
}

/// Runs the subcommand.
///
/// # Errors
/// The plugins cannot be had, a dialect is unknown, or the output folder or the state cannot be written.
pub fn run(mut args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let mut host = Host::open(&args.host, bundle)?;
    if args.inputs.is_empty() {
        args.inputs = host.config.feeds.keys().cloned().collect();
    }
    if args.inputs.is_empty() {
        bail!(
            "there is nothing to read: no input is named, and no feed is configured\n\nhint: name files, folders or addresses, or add a feed: `huntsmith feeds list`, `huntsmith feeds add NAME`"
        );
    }
    let feeds = host.load(World::FeedSource)?;
    let readers = host.load(World::DocumentReader)?;
    let worlds = [World::IocExtractor, World::TechniqueClassifier, World::QueryEmitter];
    let mut analyst = host.analyst(&worlds, &args.dialect, &args.emit)?;
    host.config.playbooks.enabled &= !args.no_playbooks && args.format.contains(&Format::Markdown);
    let config = host.config.clone();
    analyst.filter = args.filter.filter(&config);
    if !args.no_catalogue {
        let telemetry = if args.telemetry.is_empty() { &config.telemetry } else { &args.telemetry };
        analyst.catalogue = host.catalogue(&analyst.phases, &args.sigma, telemetry, &args.emit.window)?;
    }
    let knowledge = analyst.knowledge.as_deref();
    let overrides = knowledge.map(|known| host.overrides(known)).transpose()?.flatten();
    let settings = host.settings(&analyst, &args.format, overrides.as_ref(), args.rules.is_some());
    let playbooks = knowledge.zip(overrides).map(|(known, overrides)| Playbooks::new(known, overrides));
    let loaded = started.elapsed();
    output::prepare(&args.out)?;

    let started = Instant::now();
    let outside = Outside::new(&args, &config)?;
    let progress = progress();
    let (jobs, told) = (host.jobs, Told::default());
    let (formats, json, rules) = (&args.format[..], args.json, args.rules.is_some());
    let renderer = Renderer { analyst: &analyst, formats, json, rules, playbooks };
    let run = Run {
        args: &args,
        config: &config,
        outside: &outside,
        feeds,
        readers,
        analyst: &analyst,
        renderer,
        jobs,
        progress,
        told,
    };
    let sources = run.sources();
    let mut writer = Writer::new(&args, &analyst, &config);
    match run.state_folder(&sources)? {
        None => plain::run(&run, &sources, &mut writer)?,
        Some(folder) => {
            let _lock = Store::lock(&folder)?;
            let readers: Vec<_> = run.readers.iter().map(|reader| reader.id().clone()).collect();
            Remembered {
                run: &run,
                store: &Store::in_folder(&folder)?,
                fingerprint: fingerprint(&analyst.plugins(), &settings),
                readers: fingerprint(&readers, ""),
            }
            .work(&sources, &mut writer)?;
        }
    }
    run.progress.finish_and_clear();
    writer.rules.tell();

    let mut summary = writer.summary;
    run.told.add_to(&mut summary);
    summary.failed += host.failed;
    summary.stage("load", loaded);
    summary.stage("all", started.elapsed());
    for (stage, took) in analyst.times.all() {
        summary.stage(stage, took);
    }
    if args.json {
        anstream::eprint!("{}", summary.table(&args.out));
    } else {
        anstream::print!("{}", summary.table(&args.out));
    }
    let gate = args.fail_on.is_some_and(|gate| summary.worst >= Some(gate));
    Ok(ExitCode::from(match (gate, summary.failed > 0) {
        (true, _) => super::GATE,
        (false, true) => super::PARTIAL,
        (false, false) => super::FINE,
    }))
}

impl Run<'_> {
    /// Where the run remembers; none: nowhere. A run over configured feeds does unless it is told not to, one over files
    /// only where it is told.
    fn state_folder(&self, sources: &[Source]) -> anyhow::Result<Option<PathBuf>> {
        if self.args.no_state {
            return Ok(None);
        }
        match self.args.remembering().named(self.config) {
            Some(folder) => Ok(Some(folder)),
            None if sources.iter().any(Source::is_feed) => self.args.remembering().folder(self.config).map(Some),
            None => Ok(None),
        }
    }

    /// Whether what is marked so may be written.
    fn shows(&self, tlp: Tlp) -> bool {
        tlp <= self.args.max_tlp
    }

    /// Counts a brief that may not be written.
    fn withheld(&self) {
        self.told.withheld.fetch_add(1, Ordering::Relaxed);
    }

    /// Says what a page has to say beside its entries.
    fn tell(&self, page: &mut SourcePage) {
        let (notes, failures) = page.told();
        for note in &notes {
            anstream::eprintln!("note: {}", told(&note.message, ""));
        }
        for failure in &failures {
            anstream::eprintln!("warning: {}", told(&failure.message, &failure.hint));
        }
        self.told.notes.fetch_add(notes.len(), Ordering::Relaxed);
        self.told.failed.fetch_add(failures.len(), Ordering::Relaxed);
    }

    /// Says which page was not read, and what failed where no brief will say it.
    fn tell_read(&self, read: &ReadEntry, without_article: bool) {
        if let Some(missing) = &read.missing {
            anstream::eprintln!("note: {}", told(&missing.message, ""));
            self.told.missing.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(unread) = &read.unread {
            anstream::eprintln!("warning: {}", told(&unread.message, &unread.hint));
            self.told.failed.fetch_add(1, Ordering::Relaxed);
        }
        for failure in read.failures.iter().filter(|_| without_article) {
            let message = format!("{} ({}): {}", failure.plugin, failure.stage, failure.message);
            anstream::eprintln!("warning: {}", told(&message, &failure.hint));
            self.told.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Told {
    fn add_to(&self, summary: &mut super::summary::Summary) {
        summary.notes += self.notes.load(Ordering::Relaxed);
        summary.failed += self.failed.load(Ordering::Relaxed);
        summary.missing += self.missing.load(Ordering::Relaxed);
        summary.withheld += self.withheld.load(Ordering::Relaxed);
    }
}

fn progress() -> indicatif::ProgressBar {
    if !std::io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(0);
    let style = indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} articles, {elapsed}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
