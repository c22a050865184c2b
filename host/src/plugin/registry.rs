//! The plugins that there are: those that ship, those that the operator adds. Listing reads manifests; loading (preparing
//! where that is needed, trying out) is done for a world at a time, when it is wanted.

use super::bundle::{self, BundleError};
use super::component::{MAXIMUM_COMPONENT, digest, read_manifest};
use super::lock::Pinned;
use super::manifest::{Manifest, World};
use crate::config::{Config, ConfigError};
use crate::data::Data;
use crate::model::PluginId;
use crate::sandbox::{Code, LoadError, Plugin, Sandbox};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Plugins that are loaded at the same time: each may need a child process that compiles with some memory.
const LOADERS: usize = 4;

/// What a plugin is given of which the operator says nothing.
const NO_OPTIONS: &str = "{}";

/// Where plugins come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Those that ship.
    pub bundle: &'static [u8],
    /// Those of the lock, each with its bytes. One that has a shipped plugin's name takes its place.
    pub installed: Vec<(Pinned, Vec<u8>)>,
    /// Components, and folders of them (`*.wasm`). One that has a shipped plugin's name takes its place.
    pub extra: Vec<PathBuf>,
    /// Names of plugins to leave out.
    pub disabled: Vec<String>,
}

/// Why there is no registry: what the operator asked for is not there, or huntsmith itself is damaged.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("{}: {error}\n\nhint: name a plugin's component, or a folder of them", path.display())]
    Path { path: PathBuf, error: std::io::Error },
    #[error("there is no plugin `{name}` to leave out\n\nhint: there are {known}")]
    Disabled { name: String, known: String },
}

impl RegistryError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            RegistryError::Bundle(_) => "bundle",
            RegistryError::Path { .. } => "plugin-path",
            RegistryError::Disabled { .. } => "plugin-unknown",
        }
    }
}

/// Where a plugin was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In the command itself.
    Bundled,
    /// By `plugin install`, from there.
    Installed(String),
    File(PathBuf),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::Bundled => f.write_str("built in"),
            Origin::Installed(source) => f.write_str(source),
            Origin::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// A plugin that was found, and not yet loaded.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: PluginId,
    pub manifest: Manifest,
    pub origin: Origin,
    pub component: Cow<'static, [u8]>,
    /// The operator's options for it; a JSON object.
    pub options: String,
}

/// Every plugin by name: those that ship first, in the order of their names, then the operator's, in the order given.
#[derive(Debug)]
pub struct Registry {
    sandbox: Sandbox,
    data: Data,
    listed: Vec<Listed>,
    failures: Vec<LoadError>,
    notes: Vec<String>,
}

impl Registry {
    /// Lists what there is. A component that cannot be read is among [`Registry::failures`], and the rest goes on.
    pub fn open(sandbox: &Sandbox, sources: &Sources, data: &Data) -> Result<Self, RegistryError> {
        let mut registry = Self {
            sandbox: sandbox.clone(),
            data: data.clone(),
            listed: Vec::new(),
            failures: Vec::new(),
            notes: Vec::new(),
        };
        for bundled in bundle::parse(sources.bundle)? {
            if let Some(prepared) = bundled.prepared {
                sandbox.seed(prepared.key, prepared.code);
            }
            let Manifest { name, version, .. } = &bundled.manifest;
            registry.listed.push(Listed {
                id: PluginId { name: name.clone(), version: version.clone(), digest: bundled.digest },
                manifest: bundled.manifest,
                origin: Origin::Bundled,
                component: Cow::Borrowed(bundled.component),
                options: NO_OPTIONS.to_owned(),
            });
        }
        for (pinned, component) in &sources.installed {
            let mut manifest = match read_manifest(component) {
                Ok(manifest) => manifest,
                Err(error) => {
                    registry.failures.push(unreadable(
                        Path::new(&pinned.source),
                        Code::MalformedComponent,
                        &error.to_string(),
                    ));
                    continue;
                }
            };
            // What was not granted is not asked for.
            manifest.capabilities.http.retain(|host| pinned.granted.http.contains(host));
            manifest.capabilities.secrets.retain(|name| pinned.granted.secrets.contains(name));
            let id = PluginId {
                name: manifest.name.clone(),
                version: manifest.version.clone(),
                digest: pinned.digest.clone(),
            };
            let origin = Origin::Installed(pinned.source.clone());
            let listed = Listed {
                id,
                manifest,
                origin,
                component: Cow::Owned(component.clone()),
                options: NO_OPTIONS.to_owned(),
            };
            registry.put(listed, Path::new(&pinned.source));
        }
        for path in &sources.extra {
            for file in components(path).map_err(|error| RegistryError::Path { path: path.clone(), error })? {
                registry.add(&file).map_err(|error| RegistryError::Path { path: file, error })?;
            }
        }
        for name in &sources.disabled {
            let before = registry.listed.len();
            registry.listed.retain(|plugin| plugin.id.name != *name);
            if registry.listed.len() == before {
                return Err(RegistryError::Disabled { name: name.clone(), known: registry.names().join(", ") });
            }
        }
        Ok(registry)
    }

    fn add(&mut self, path: &Path) -> std::io::Result<()> {
        let length = std::fs::metadata(path)?.len();
        if length > MAXIMUM_COMPONENT as u64 {
            let message = format!("the file has {length} bytes, more than {MAXIMUM_COMPONENT}");
            self.failures.push(unreadable(path, Code::TooLarge, &message));
            return Ok(());
        }
        let component = std::fs::read(path)?;
        let manifest = match read_manifest(&component) {
            Ok(manifest) => manifest,
            Err(error) => {
                self.failures.push(unreadable(path, Code::MalformedComponent, &error.to_string()));
                return Ok(());
            }
        };
        let id =
            PluginId { name: manifest.name.clone(), version: manifest.version.clone(), digest: digest(&component) };
        let origin = Origin::File(path.to_owned());
        let listed = Listed { id, manifest, origin, component: Cow::Owned(component), options: NO_OPTIONS.to_owned() };
        self.put(listed, path);
        Ok(())
    }

    /// Adds a plugin. It takes the place of one of its name that came before from elsewhere; two files of one name are a
    /// mistake.
    fn put(&mut self, listed: Listed, path: &Path) {
        let is_file = |origin: &Origin| matches!(origin, Origin::File(_));
        match self.listed.iter_mut().find(|known| known.id.name == listed.id.name) {
            None => self.listed.push(listed),
            Some(known) if known.origin == Origin::Bundled => {
                self.notes
                    .push(format!("{} of {} takes the place of the built-in {}", listed.id, listed.origin, known.id));
                *known = listed;
            }
            Some(known) if is_file(&listed.origin) && !is_file(&known.origin) => {
                self.notes
                    .push(format!("{} of {} takes the place of the installed {}", listed.id, listed.origin, known.id));
                *known = listed;
            }
            Some(known) => {
                let message = format!("{} has the same name, and came first", known.origin);
                self.failures.push(unreadable(path, Code::Internal, &message));
            }
        }
    }

    /// Puts the configuration on: who is left out, in which order the others are asked, their limits and options.
    ///
    /// # Errors
    /// It names a plugin or a dialect that is not there, or a limit or an option that may not be.
    pub fn configure(&mut self, config: &Config) -> Result<(), ConfigError> {
        let dialects: Vec<&str> =
            self.listed.iter().filter_map(|it| it.manifest.dialect.as_ref()).map(|it| it.name.as_str()).collect();
        config.check_names(&self.names(), &dialects)?;
        for listed in &mut self.listed {
            let Some(own) = config.plugins.get(&listed.id.name) else { continue };
            let wrong = |message| ConfigError::Wrong {
                where_: format!("[plugins.{}] of the configuration", listed.id.name),
                message,
            };
            listed.options = own.apply(&mut listed.manifest).map_err(wrong)?;
        }
        let of = |listed: &Listed| config.plugins.get(&listed.id.name);
        self.listed.retain(|listed| of(listed).is_none_or(|own| own.enabled));
        self.listed.sort_by_key(|listed| of(listed).map_or(0, |own| own.order));
        Ok(())
    }

    /// Every plugin, in order.
    pub fn plugins(&self) -> &[Listed] {
        &self.listed
    }

    /// The plugin of that name.
    pub fn get(&self, name: &str) -> Option<&Listed> {
        self.listed.iter().find(|plugin| plugin.id.name == name)
    }

    fn names(&self) -> Vec<&str> {
        self.listed.iter().map(|plugin| plugin.id.name.as_str()).collect()
    }

    /// Components that could not be read, and why.
    pub fn failures(&self) -> &[LoadError] {
        &self.failures
    }

    /// What the operator should know: which built-in plugin another one has taken the place of.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The indicator kinds that plugins add, with the plugin's name.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, toml::Table>)> {
        self.listed
            .iter()
            .filter(|plugin| !plugin.manifest.kinds.is_empty())
            .map(|plugin| (plugin.id.name.as_str(), &plugin.manifest.kinds))
    }

    /// Loads the plugins of a world, several at a time; both lists are in the registry's order.
    pub fn load(&self, world: World) -> (Vec<Plugin>, Vec<LoadError>) {
        let wanted: Vec<&Listed> = self.listed.iter().filter(|plugin| plugin.manifest.world == world).collect();
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            let work = || {
                while let Some(plugin) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let loaded = self.load_one(plugin);
                    done.lock().unwrap_or_else(|broken| broken.into_inner()).push((&plugin.id.name, loaded));
                }
            };
            for _ in 1..wanted.len().min(LOADERS) {
                scope.spawn(work);
            }
            work();
        });
        let mut done = done.into_inner().unwrap_or_else(|broken| broken.into_inner());
        done.sort_by_key(|(name, _)| wanted.iter().position(|plugin| plugin.id.name == **name));
        let (mut plugins, mut errors) = (Vec::new(), Vec::new());
        for (_, loaded) in done {
            match loaded {
                Ok(plugin) => plugins.push(plugin),
                Err(error) => errors.push(error),
            }
        }
        (plugins, errors)
    }

    /// Loads one plugin.
    pub fn load_one(&self, plugin: &Listed) -> Result<Plugin, LoadError> {
        for name in &plugin.manifest.data {
            // `init` would only see that the data is not there; here it can be said why.
            if let Err(error) = self.data.digest(name) {
                let (message, hint) = parted(&error.to_string());
                let id = plugin.id.clone();
                return Err(LoadError { plugin: id, code: Code::InitFailed, message, hint, log: Vec::new() });
            }
        }
        let loaded = self.sandbox.load(&plugin.component, plugin.manifest.clone(), &self.data)?;
        Ok(loaded.with_options(&plugin.options))
    }
}

/// A failure of a file whose plugin is not known: it goes by the file's name.
fn unreadable(path: &Path, code: Code, said: &str) -> LoadError {
    let (message, hint) = parted(said);
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    LoadError {
        plugin: PluginId { name, version: "unknown".to_owned(), digest: String::new() },
        code,
        message: format!("{}: {message}", path.display()),
        hint: if hint.is_empty() { code.hint().to_owned() } else { hint },
        log: Vec::new(),
    }
}

/// A message and the hint after it.
pub(crate) fn parted(said: &str) -> (String, String) {
    match said.split_once("\n\nhint: ") {
        Some((message, hint)) => (message.to_owned(), hint.to_owned()),
        None => (said.to_owned(), String::new()),
    }
}

/// A file itself, or the `*.wasm` of a folder, by name.
pub(crate) fn components(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !std::fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::bundle::{Bundled, write};
    use super::super::guests::{component, manifest};
    use super::*;
    use crate::sandbox::Settings;

    fn bundle(names: &[&str]) -> &'static [u8] {
        let components: Vec<Vec<u8>> = names.iter().map(|name| component(name)).collect();
        let plugins: Vec<Bundled> = names
            .iter()
            .zip(&components)
            .map(|(name, component)| Bundled {
                manifest: manifest(name),
                digest: digest(component),
                component,
                prepared: None,
            })
            .collect();
        Box::leak(write(&plugins).unwrap().into_boxed_slice())
    }

    fn open(sources: &Sources) -> Result<Registry, RegistryError> {
        let cache = tempfile::tempdir().unwrap();
        let settings = Settings { cache_dir: Some(cache.path().to_owned()), jobs: 1, ..Default::default() };
        Registry::open(&Sandbox::new(settings).unwrap(), sources, &Data::shipped())
    }

    #[test]
    fn shipped_ones_come_by_name_then_the_operators_and_one_of_a_shipped_name_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1.wasm"), component("bbb")).unwrap();
        std::fs::write(folder.path().join("2.wasm"), component("aaa-own")).unwrap();
        std::fs::write(folder.path().join("readme.txt"), b"not a plugin").unwrap();
        let extra = vec![folder.path().to_owned()];
        let registry = open(&Sources { bundle: bundle(&["ccc", "bbb"]), extra, ..Sources::default() }).unwrap();
        assert_eq!(registry.names(), ["bbb", "ccc", "aaa-own"]);
        assert!(matches!(registry.get("bbb").unwrap().origin, Origin::File(_)));
        assert!(
            registry.notes().len() == 1 && registry.notes()[0].contains("takes the place"),
            "{:?}",
            registry.notes()
        );
        assert!(registry.failures().is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_the_rest_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("broken.wasm"), b"garbage").unwrap();
        std::fs::write(folder.path().join("one.wasm"), component("twice")).unwrap();
        std::fs::write(folder.path().join("two.wasm"), component("twice")).unwrap();
        let extra = vec![folder.path().to_owned()];
        let registry = open(&Sources { bundle: b"", extra, ..Sources::default() }).unwrap();
        assert_eq!(registry.names(), ["twice"]);
        let failed: Vec<&str> = registry.failures().iter().map(|error| error.plugin.name.as_str()).collect();
        assert_eq!(failed, ["broken", "two"]);
    }

    #[test]
    fn what_the_operator_names_has_to_be_there() {
        let bundle = bundle(&["only"]);
        let extra = Sources { bundle, extra: vec!["/nonexistent/x.wasm".into()], ..Sources::default() };
        assert_eq!(open(&extra).unwrap_err().code(), "plugin-path");
        let disabled = Sources { bundle, disabled: vec!["onyl".into()], ..Sources::default() };
        let error = open(&disabled).unwrap_err();
        assert!(error.to_string().contains("there are only"), "{error}");
        let fine = Sources { bundle, disabled: vec!["only".into()], ..Sources::default() };
        assert!(open(&fine).unwrap().plugins().is_empty());
    }
}
