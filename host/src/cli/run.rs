//! `huntsmith run`: from inputs to briefs.

use super::configured::{Configured, call_failure, files};
use super::host::{Host, HostArgs};
use super::summary::{Row, Summary};
use crate::config::{Config, FeedConfig};
use crate::fetch::{Client, FetchConfig, FetchKind, Fetcher, Grant, HostPattern, OfflinePages, PageSource};
use crate::model::{Brief, Document, FeedPage, HttpClient, Note, Severity};
use crate::pipeline::{
    Analyst, Entry, Gathered, Input, InputFailure, Inputs, Pages, gather, ordered, poll, read, read_file, resolve,
};
use crate::plugin::World;
use crate::report;
use crate::sandbox::Plugin;
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Turn feeds and articles into briefs with hunts
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, folders, addresses, names of configured feeds
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// Configuration with feeds [default: huntsmith.toml of this folder, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder for the briefs; made if it is not there
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// Only this dialect, as `huntsmith plugin list` names it; may be given more than once
    #[arg(long, value_name = "DIALECT")]
    dialect: Vec<String>,
    /// JSON object for the emitters: index or table overrides, data-model version
    #[arg(long, value_name = "JSON", default_value = "{}")]
    mapping: String,
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
    #[command(flatten)]
    host: HostArgs,
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

/// Runs the subcommand.
///
/// # Errors
/// The plugins cannot be had, a dialect is unknown, or the output folder cannot be written.
pub fn run(args: Args, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let mut summary = Summary::default();
    let started = Instant::now();
    let mut host = Host::open(&args.host, bundle)?;
    let feeds = host.load(World::FeedSource);
    let readers = host.load(World::DocumentReader);
    let worlds = [World::IocExtractor, World::TechniqueClassifier, World::QueryEmitter];
    let mut analyst = host.analyst(&worlds, &args.dialect, &args.mapping)?;
    let config = Config::open(args.config.as_deref())?;
    if !args.no_catalogue {
        let telemetry = if args.telemetry.is_empty() { &config.telemetry } else { &args.telemetry };
        analyst.catalogue = host.catalogue(&analyst.phases, &args.sigma, telemetry)?;
    }
    summary.stage("load", started.elapsed());
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder {}\n\nhint: name another with `--out`", args.out.display()))?;

    let started = Instant::now();
    let world = Outside::new(&args, &config)?;
    let gathered = gather_all(&args, &config, &feeds, &world);
    summary.stage("gather", started.elapsed());
    for note in &gathered.notes {
        anstream::eprintln!("note: {}", told(&note.message, ""));
        summary.notes += 1;
    }
    for failure in &gathered.failures {
        anstream::eprintln!("warning: {}", told(&failure.message, &failure.hint));
        summary.failed += 1;
    }
    summary.failed += host.failed;

    let started = Instant::now();
    let progress = progress(gathered.entries.len());
    let mut writer = Writer { args: &args, seen: BTreeSet::new(), summary: &mut summary, error: None };
    let work = |entry: Entry| briefs(entry, &readers, &analyst, &world);
    ordered(host.jobs, gathered.entries.into_iter(), work, |briefs| {
        progress.inc(1);
        for brief in briefs {
            writer.take(brief, &analyst);
        }
    });
    progress.finish_and_clear();
    if let Some(error) = writer.error {
        return Err(error);
    }
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

fn gather_all(args: &Args, config: &Config, feeds: &[Plugin], world: &Outside) -> Gathered {
    let mut all = Gathered::default();
    for word in &args.inputs {
        if let Some(feed) = config.feeds.get(word) {
            match world.poll(word, feed, config, feeds) {
                Ok(pages) => pages.into_iter().for_each(|page| all.add(page, word)),
                Err(failure) => all.failures.push(failure),
            }
            continue;
        }
        let inputs = match resolve(word) {
            Ok(inputs) => inputs,
            Err(failure) => {
                all.failures.push(failure);
                continue;
            }
        };
        for input in inputs {
            let (name, document) = match &input {
                Input::File(path) => (path.display().to_string(), read_file(path, args.max_input_mib << 20)),
                Input::Url(url) => (url.clone(), world.fetch(url)),
            };
            match document {
                Ok(document) => {
                    let gathered = gather(document, &name, feeds, world);
                    all.entries.extend(gathered.entries);
                    all.notes.extend(gathered.notes);
                    all.failures.extend(gathered.failures);
                }
                Err(failure) => all.failures.push(failure),
            }
        }
    }
    all
}

fn briefs(entry: Entry, readers: &[Plugin], analyst: &Analyst, pages: &dyn Pages) -> Vec<Brief> {
    let read = analyst.times.measure("read", || read(entry, readers, pages));
    read.articles.into_iter().map(|article| analyst.brief(article, read.notes.clone(), read.failures.clone())).collect()
}

/// What lies outside the run: pages saved beside the inputs, the cache, the network.
struct Outside {
    saved: Vec<OfflinePages>,
    client: Client,
    fetcher: Fetcher,
    /// Bytes that an input file may have.
    most: u64,
}

impl Outside {
    /// The operator named the inputs, and so the hosts that their items link to: any public host is granted.
    fn new(args: &Args, config: &Config) -> anyhow::Result<Self> {
        let folders: BTreeSet<&Path> = args
            .inputs
            .iter()
            .map(Path::new)
            .filter_map(|path| if path.is_dir() { Some(path) } else { path.parent() })
            .collect();
        let cap = args.max_input_mib << 20;
        let mut saved = Vec::new();
        for folder in folders {
            saved.extend(OfflinePages::beside(folder, cap)?);
        }
        let cache = args.host.cache_dir.as_ref().map(|folder| folder.join("http"));
        let client = Client::new(FetchConfig { offline: args.offline, cache, ..config.fetch.clone() })?;
        let grant = Grant { hosts: vec![HostPattern::Any], allow_http: true, ..Default::default() };
        Ok(Self { saved, fetcher: client.fetcher(grant), client, most: cap })
    }

    /// Asks a configured feed, which may reach what its manifest asks for and the configuration grants.
    fn poll(
        &self,
        name: &str,
        feed: &FeedConfig,
        config: &Config,
        feeds: &[Plugin],
    ) -> Result<Vec<FeedPage>, InputFailure> {
        let Configured { plugin, ctx, grant } = Configured::new(name, feed, config, feeds)?;
        let failed = |error| call_failure(name, error);
        let Some(files) = files(feed)? else {
            return poll(plugin, &ctx, None, None, Some(Arc::new(self.client.fetcher(grant)))).map_err(failed);
        };
        let mut pages = Vec::new();
        for file in files {
            let document = read_file(&file, self.most)?;
            pages.extend(poll(plugin, &ctx, Some(&document), None, None).map_err(failed)?);
        }
        Ok(pages)
    }
}

impl Inputs for Outside {
    fn fetch(&self, url: &str) -> Result<Document, InputFailure> {
        self.fetcher.get(url, FetchKind::Page).map(|fetched| fetched.document).map_err(|error| InputFailure {
            input: url.to_owned(),
            code: error.code().into(),
            message: error.to_string(),
            hint: error.hint(),
        })
    }

    /// A feed that was named as a file or an address is read by the host; its plugin has no use for the network.
    fn http(&self, _plugin: &Plugin) -> Option<Arc<dyn HttpClient>> {
        None
    }
}

impl Pages for Outside {
    fn page(&self, url: &str) -> Result<Option<Document>, Note> {
        let note = |error: crate::fetch::FetchError| Note {
            code: "page_not_read".into(),
            message: format!("only what the feed carries was read: {error}"),
            properties: Vec::new(),
        };
        for saved in &self.saved {
            if let Some(page) = saved.page(url).map_err(note)? {
                return Ok(Some(page));
            }
        }
        self.fetcher.page(url).map_err(note)
    }
}

/// Takes the briefs in their order: files, JSON lines, summary.
struct Writer<'a> {
    args: &'a Args,
    seen: BTreeSet<String>,
    summary: &'a mut Summary,
    error: Option<anyhow::Error>,
}

impl Writer<'_> {
    fn take(&mut self, brief: Brief, analyst: &Analyst) {
        if self.error.is_some() {
            return;
        }
        if !self.seen.insert(brief.article.clone()) {
            self.summary.duplicates += 1;
            return;
        }
        for failure in &brief.failures {
            let message = format!("{} ({}): {}: {}", failure.plugin, failure.stage, brief.title, failure.message);
            anstream::eprintln!("warning: {}", told(&message, &failure.hint));
        }
        let written = analyst.times.measure("write", || self.write(&brief, analyst));
        if let Err(error) = written {
            self.error = Some(error);
        }
    }

    fn write(&mut self, brief: &Brief, analyst: &Analyst) -> anyhow::Result<()> {
        let stem = report::file_stem(brief);
        let json = report::json(brief)?;
        write_file(&self.args.out.join(format!("{stem}.md")), &report::markdown(brief, &analyst.kinds))?;
        write_file(&self.args.out.join(format!("{stem}.json")), &json)?;
        if self.args.json {
            writeln!(std::io::stdout().lock(), "{json}")?;
        }
        self.summary.add(Row::new(brief, format!("{stem}.md")));
        Ok(())
    }
}

/// A reader of the folder sees the old file or the new one, never a part.
pub fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".huntsmith-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn progress(articles: usize) -> indicatif::ProgressBar {
    if !std::io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(articles as u64);
    let style = indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} articles, {elapsed}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
