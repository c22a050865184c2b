//! What every subcommand that runs plugins shares: their options, and opening the sandbox, the plugins and the tables.

use crate::attack::Knowledge;
use crate::catalogue::Catalogue;
use crate::catalogue::sigma::{Collection, Frame};
use crate::config::{Config, OnError};
use crate::data::Data;
use crate::kinds::Kinds;
use crate::model::{Target, Window};
use crate::pipeline::{Analyst, CatalogueStage, IndicatorFilter, PhaseTable, SeverityTable};
use crate::playbook::Overrides;
use crate::plugin::conformance::mapping_refused;
use crate::plugin::lock::{Lock, LockError, Pinned, Shelf};
use crate::plugin::{Registry, Sources, World};
use crate::report::Format;
use crate::sandbox::{LogLevel, LogListener, Plugin, Sandbox, Settings};
use anyhow::Context as _;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// How far back hunts look unless the operator says otherwise.
const WINDOW: &str = "30d";

/// Options of every subcommand that runs plugins.
#[derive(Debug, Clone, clap::Args)]
pub struct HostArgs {
    /// A component, or a folder of them, beside the plugins that huntsmith carries; may be given more than once
    #[arg(long = "plugin", value_name = "FILE|DIR", help_heading = "Plugins")]
    pub plugins: Vec<PathBuf>,
    /// Leave this plugin out; may be given more than once
    #[arg(long, value_name = "NAME", help_heading = "Plugins")]
    pub without: Vec<String>,
    /// The configuration [default: huntsmith.toml of this folder, if there is one]
    #[arg(long, value_name = "FILE", env = "HUNTSMITH_CONFIG")]
    pub config: Option<PathBuf>,
    /// The lock of installed plugins
    #[arg(long, value_name = "FILE", env = "HUNTSMITH_LOCK", default_value = crate::plugin::lock::FILE_NAME, help_heading = "Plugins")]
    pub lock: PathBuf,
    /// Folder for the components of installed plugins
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_PLUGIN_DIR", help_heading = "Plugins")]
    pub plugin_dir: Option<PathBuf>,
    /// Folder with newer versions of the data that huntsmith carries
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_DATA_DIR", help_heading = "Plugins")]
    pub data_dir: Option<PathBuf>,
    /// Folder for prepared plugins
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_CACHE_DIR", help_heading = "Plugins")]
    pub cache_dir: Option<PathBuf>,
    /// Worker threads; 0: one for each processor
    #[arg(long, short, default_value_t = 0, value_name = "N")]
    pub jobs: usize,
    /// Show what plugins log from this level on: debug, info, warn or error
    #[arg(long, value_name = "LEVEL", value_parser = level, help_heading = "Plugins")]
    pub log: Option<LogLevel>,
    /// Show what plugins log, `--log debug`
    #[arg(long, short, conflicts_with = "log", help_heading = "Plugins")]
    pub verbose: bool,
}

/// Options of every subcommand that says hunts.
#[derive(Debug, Clone, clap::Args)]
pub struct EmitArgs {
    /// `query` to paste or send, `rule` to deploy
    #[arg(long, value_name = "FORM", default_value = "query", value_parser = ["query", "rule"])]
    pub form: String,
    /// JSON object for the emitters: index or table overrides, data-model version
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub mapping: String,
    /// The time that hunts look at: back from now (`90m`, `12h`, `30d`), or `FROM/TO` in UTC
    /// (`2026-03-01T00:00:00Z/2026-03-08T00:00:00Z`)
    #[arg(long, value_name = "SPAN", default_value = WINDOW, value_parser = window)]
    pub window: Window,
}

/// Options of every subcommand that shows indicators.
#[derive(Debug, Clone, clap::Args)]
pub struct FilterArgs {
    /// Leave out indicators below this confidence: they are turned away, with the reason [default: `min-confidence` of the
    /// configuration's `[indicators]`, or 0]
    #[arg(long, value_name = "0-100", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_confidence: Option<u8>,
    /// Only indicators in this role; may be given more than once [default: `roles` of the configuration's `[indicators]`,
    /// or all]
    #[arg(long, value_name = "ROLE")]
    pub role: Vec<String>,
}

impl FilterArgs {
    /// What is asked for here, or else in the configuration.
    pub fn filter(&self, config: &Config) -> IndicatorFilter {
        let configured = config.indicators.clone();
        IndicatorFilter {
            min_confidence: self.min_confidence.unwrap_or(configured.min_confidence),
            roles: if self.role.is_empty() { configured.roles } else { self.role.clone() },
        }
    }
}

impl Default for EmitArgs {
    fn default() -> Self {
        let Target { form, mapping } = Target::default();
        Self { form, mapping, window: Window::LastSeconds(30 * 86_400) }
    }
}

fn window(text: &str) -> Result<Window, String> {
    let wrong =
        || format!("`{text}` is neither a span like `30d` nor two ascending times of UTC with a `/` between them");
    if let Some((from, to)) = text.split_once('/') {
        let time = |text: &str| text.parse::<jiff::Timestamp>().ok().filter(|_| text.ends_with('Z'));
        let (from, to) = time(from).zip(time(to)).filter(|(from, to)| from < to).ok_or_else(wrong)?;
        return Ok(Window::Between(from.to_string(), to.to_string()));
    }
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        _ => return Err(wrong()),
    };
    let count = text[..text.len() - 1].parse::<u32>().ok().and_then(|count| count.checked_mul(seconds));
    count.filter(|seconds| *seconds > 0).map(Window::LastSeconds).ok_or_else(wrong)
}

impl EmitArgs {
    /// What emitters are asked for.
    pub fn target(&self) -> Target {
        Target { form: self.form.clone(), mapping: self.mapping.clone() }
    }
}

fn level(text: &str) -> Result<LogLevel, String> {
    match text {
        "debug" => Ok(LogLevel::Debug),
        "info" => Ok(LogLevel::Info),
        "warn" => Ok(LogLevel::Warn),
        "error" => Ok(LogLevel::Error),
        _ => Err("one of debug, info, warn, error".into()),
    }
}

impl HostArgs {
    /// Prints what plugins log, where that was asked for.
    fn log_listener(&self) -> Option<LogListener> {
        let least = self.log.or(self.verbose.then_some(LogLevel::Debug))?;
        Some(Arc::new(move |plugin, line| {
            if line.level >= least {
                let level = format!("{:?}", line.level).to_lowercase();
                anstream::eprintln!("log: {plugin} {level}: {}", crate::report::plain(&line.message));
            }
        }))
    }
}

/// The opened sandbox with its plugins, and what went wrong opening them.
pub struct Host {
    pub registry: Registry,
    pub config: Config,
    data_dir: Option<PathBuf>,
    pub data: Data,
    pub kinds: Kinds,
    pub jobs: usize,
    /// Plugins that did not load; the run goes on without them, and says so.
    pub failed: usize,
}

impl Host {
    /// Opens the sandbox and finds the plugins; none is loaded yet.
    ///
    /// # Errors
    /// The sandbox cannot be had on this machine, or the tables or `--plugin` files are broken.
    pub fn open(args: &HostArgs, bundle: &'static [u8]) -> anyhow::Result<Self> {
        let jobs = match args.jobs {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            jobs => jobs,
        };
        let data = Data::new(args.data_dir.clone());
        let log = args.log_listener();
        let settings = Settings { cache_dir: args.cache_dir.clone(), jobs, log, ..Default::default() };
        let sandbox = Sandbox::new(settings)?;
        let config = Config::open(args.config.as_deref())?;
        let sources = Sources {
            bundle,
            installed: installed(args, &config)?,
            extra: args.plugins.clone(),
            disabled: args.without.clone(),
        };
        let mut registry = Registry::open(&sandbox, &sources, &data)?;
        registry.configure(&config)?;
        for note in registry.notes() {
            anstream::eprintln!("note: {}", crate::report::plain(note));
        }
        for error in registry.failures() {
            anstream::eprintln!("warning: {}", super::run::told(&error.to_string(), &error.hint));
        }
        let mut failed = registry.failures().len();
        let mut kinds = Kinds::parse(&text(&data, "kinds")?)?;
        for (plugin, declared) in registry.kinds() {
            if let Err(error) = kinds.add(plugin, declared) {
                anstream::eprintln!("warning: {}", super::run::told(&error.to_string(), ""));
                failed += 1;
            }
        }
        Ok(Self { registry, config, data_dir: args.data_dir.clone(), data, kinds, jobs, failed })
    }

    /// Whether a failure of the plugin is one of the run.
    pub fn must(&self, plugin: &str) -> bool {
        self.config.plugins.get(plugin).is_some_and(|own| own.on_error == OnError::Fail)
    }

    /// Loads the plugins of a world; those that fail are named on stderr.
    ///
    /// # Errors
    /// One failed without which, as the configuration has it, nothing is to be done.
    pub fn load(&mut self, world: World) -> anyhow::Result<Vec<Plugin>> {
        let (plugins, errors) = self.registry.load(world);
        for error in &errors {
            anyhow::ensure!(!self.must(&error.plugin.name), "{error}");
            anstream::eprintln!("warning: {}", super::run::told(&error.to_string(), &error.hint));
        }
        self.failed += errors.len();
        Ok(plugins)
    }

    /// Emitters of the dialects asked for, or all that do not wait to be asked, in a brief's order.
    ///
    /// # Errors
    /// No plugin says one of the dialects.
    pub fn emitters(&mut self, dialects: &[String]) -> anyhow::Result<Vec<Plugin>> {
        let mut emitters = self.load(World::QueryEmitter)?;
        let order = |plugin: &Plugin| plugin.manifest().dialect.as_ref().map(|d| (d.order, d.name.clone()));
        emitters.sort_by_key(order);
        let name = |plugin: &Plugin| plugin.manifest().dialect.as_ref().map(|d| d.name.clone()).unwrap_or_default();
        let known: Vec<String> = emitters.iter().map(name).collect();
        if let Some(unknown) = dialects.iter().find(|dialect| !known.contains(dialect)) {
            anyhow::bail!("no plugin says the dialect `{unknown}`\n\nhint: known are {}", known.join(", "));
        }
        let on_request = |plugin: &Plugin| plugin.manifest().dialect.as_ref().is_some_and(|d| d.on_request);
        emitters.retain(|plugin| match dialects {
            [] => !on_request(plugin),
            named => named.contains(&name(plugin)),
        });
        emitters.into_iter().map(|plugin| self.mapped(&name(&plugin), plugin)).collect()
    }

    /// An emitter with the mapping that is configured for its dialect.
    fn mapped(&self, dialect: &str, plugin: Plugin) -> anyhow::Result<Plugin> {
        let Some(mapping) = self.config.mapping(dialect) else { return Ok(plugin) };
        let target = Target { mapping, ..Target::default() };
        if let Some(refusal) = mapping_refused(&plugin, &target)? {
            anyhow::bail!(
                "[dialects.{dialect}] of the configuration: `{}`: {}\n\nhint: \"Mapping options of the dialects\" in VOCABULARY.md",
                refusal.what,
                refusal.reason
            );
        }
        Ok(plugin.with_mapping(&target.mapping))
    }

    /// ATT&CK: the operator's where there is one, else what ships.
    ///
    /// # Errors
    /// The operator's files are damaged.
    pub fn knowledge(&self) -> anyhow::Result<Cow<'static, Knowledge>> {
        Ok(match &self.data_dir {
            Some(folder) => crate::attack::load(folder)?,
            None => Cow::Borrowed(Knowledge::shipped()),
        })
    }

    /// What turns articles into briefs, with the plugins of the worlds asked for.
    ///
    /// # Errors
    /// A table is broken, or a dialect is unknown.
    pub fn analyst(&mut self, worlds: &[World], dialects: &[String], emit: &EmitArgs) -> anyhow::Result<Analyst> {
        let mut of = |world: World| if worlds.contains(&world) { self.load(world) } else { Ok(Vec::new()) };
        let extractors = of(World::IocExtractor)?;
        let classifiers = of(World::TechniqueClassifier)?;
        let emitters = if worlds.contains(&World::QueryEmitter) { self.emitters(dialects)? } else { Vec::new() };
        let knowledge = match classifiers.is_empty() && emitters.is_empty() {
            true => None,
            false => Some(self.knowledge()?),
        };
        Ok(Analyst {
            extractors,
            classifiers,
            emitters,
            kinds: self.kinds.clone(),
            filter: IndicatorFilter::default(),
            knowledge,
            phases: PhaseTable::parse(&text(&self.data, "phases")?).context("data/phases.toml")?,
            severity: SeverityTable::parse(&text(&self.data, "severity")?).context("data/severity.toml")?,
            window: emit.window.clone(),
            target: emit.target(),
            times: Default::default(),
            catalogue: Default::default(),
        })
    }

    /// The hunts that briefs show for techniques: those that ship, and the best of the rules in folders. What cannot be
    /// read is named on stderr.
    ///
    /// # Errors
    /// A folder is not there.
    pub fn catalogue(
        &mut self,
        phases: &PhaseTable,
        rules: &[PathBuf],
        telemetry: &[String],
        window: &Window,
    ) -> anyhow::Result<CatalogueStage> {
        let frame = Frame { phases: phases.clone(), window: window.clone() };
        let (mut catalogue, errors) = Catalogue::shipped(&self.data, &frame);
        for error in &errors {
            anstream::eprintln!("warning: {}", super::run::told(&error.to_string(), ""));
        }
        self.failed += errors.len();
        for path in rules {
            path.metadata()
                .with_context(|| format!("cannot open {}\n\nhint: `--sigma` takes a folder", path.display()))?;
        }
        if !rules.is_empty() {
            let collection = Collection::open(rules, self.jobs);
            let broken = catalogue.add(&collection, telemetry, &frame);
            anstream::eprintln!("note: {} Sigma documents in {} folders", collection.len(), rules.len());
            for broken in broken {
                anstream::eprintln!("warning: {}", super::run::told(&format!("{}: {}", broken.path, broken.error), ""));
                self.failed += 1;
            }
        }
        Ok(CatalogueStage::new(catalogue, telemetry.to_vec()))
    }
}

impl Host {
    /// The operator's rows of playbooks where runs write playbooks; none where they do not.
    ///
    /// # Errors
    /// A file of rows cannot be used.
    pub fn overrides(&self, knowledge: &Knowledge) -> anyhow::Result<Option<Overrides>> {
        let own = &self.config.playbooks;
        let read = |path: &PathBuf| super::playbook::read_overrides(path, knowledge);
        own.enabled.then(|| own.overrides.as_ref().map_or_else(|| Ok(Overrides::default()), read)).transpose()
    }

    /// What a brief and its playbooks depend on besides the article and the plugins: this version of huntsmith, its
    /// settings and the data. `rules`: whether rules to deploy are written beside it.
    pub fn settings(
        &self,
        analyst: &Analyst,
        formats: &[Format],
        overrides: Option<&Overrides>,
        rules: bool,
    ) -> String {
        let plugins = analyst.extractors.iter().chain(&analyst.classifiers).chain(&analyst.emitters);
        let named = plugins.flat_map(|plugin| plugin.manifest().data.iter().map(String::as_str));
        let own = Data::names().into_iter().filter(|name| !name.contains('/'));
        let names: BTreeSet<&str> = named.chain(own).collect();
        let data: BTreeMap<&str, Option<String>> =
            names.into_iter().map(|name| (name, self.data.digest(name).ok())).collect();
        let kinds: BTreeMap<&str, _> = self.registry.kinds().collect();
        serde_json::json!({
            "huntsmith": env!("CARGO_PKG_VERSION"),
            "schema": crate::model::BRIEF_SCHEMA_VERSION,
            "window": analyst.window,
            "form": analyst.target.form,
            "rules": rules,
            "mapping": analyst.target.mapping,
            "plugins": self.config.plugins,
            "dialects": self.config.dialects,
            "telemetry": analyst.catalogue.telemetry,
            "indicators": analyst.filter,
            "catalogue": digest_of(&analyst.catalogue.catalogue.entries()),
            "formats": formats.iter().map(|format| format.ending()).collect::<BTreeSet<_>>(),
            "data": data,
            "kinds": kinds,
            "playbooks": overrides.map(digest_of),
        })
        .to_string()
    }
}

/// Changes when anything in it does.
fn digest_of(thing: &impl std::fmt::Debug) -> String {
    crate::plugin::component::digest(format!("{thing:?}").as_bytes())
}

/// The plugins of the lock with their bytes, which are those that were installed. Nothing is got from anywhere.
fn installed(args: &HostArgs, config: &Config) -> anyhow::Result<Vec<(Pinned, Vec<u8>)>> {
    let lock = Lock::read(&args.lock)?;
    if lock.plugins.is_empty() {
        return Ok(Vec::new());
    }
    let shelf = Shelf::open(args.plugin_dir.as_deref());
    let mut all = Vec::new();
    for pinned in lock.plugins.into_iter().filter(|pinned| !args.without.contains(&pinned.name)) {
        if let Some(signer) = pinned.signer.as_ref().filter(|signer| config.trust.is_revoked(signer)) {
            let plugin = format!("{}@{}", pinned.name, pinned.version);
            return Err(LockError::Revoked { plugin, id: signer.id.clone(), name: pinned.name }.into());
        }
        let component = shelf.get(&pinned)?;
        all.push((pinned, component));
    }
    Ok(all)
}

/// One of the host's own tables.
pub fn text(data: &Data, name: &str) -> anyhow::Result<String> {
    let bytes = data.read(name)?.into_owned();
    String::from_utf8(bytes).with_context(|| format!("the data `{name}` is not UTF-8"))
}
