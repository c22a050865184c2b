//! Where plugins run: the engine, preparing in a child process, the cache of prepared code, limits and calls. A plugin
//! reaches only what its world imports, and only components that were prepared here ever answer a call.

mod cache;
mod check;
pub(crate) mod engine;
pub(crate) mod error;
pub(crate) mod log;
pub(crate) mod plugin;
mod pool;
mod prepare;
pub(crate) mod state;
pub(crate) mod world;

pub use error::{CallError, Code, LoadError, SandboxError};
pub use log::{LogLevel, LogLine};
pub use plugin::{Called, Emitted, Plugin};
#[cfg(test)]
pub(crate) use prepare::prepare_here;
pub use prepare::{CHILD_COMMAND, EXE_VARIABLE, PrepareLimits, prepare_child_main};

use crate::bindings::Exports;
use crate::bindings::v0_1_0::add_to_linker;
use crate::model::PluginId;
use crate::plugin::manifest::Manifest;
use cache::Cache;
use engine::Making;
use error::{Fault, chain};
use plugin::Inner;
use pool::Pool;
use prepare::Preparer;
use sha2::{Digest, Sha256};
use state::State;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

/// Part of every key: changes when what is prepared changes without the engine changing.
const PREPARED_VERSION: &str = "huntsmith-prepared-1";

/// Who is told what plugins log, call by call, from whatever thread it was.
pub type LogListener = Arc<dyn Fn(&PluginId, &LogLine) + Send + Sync>;

/// How the sandbox is set up.
#[derive(Clone)]
pub struct Settings {
    /// Where prepared code is kept; none: the user's cache folder.
    pub cache_dir: Option<PathBuf>,
    /// Threads that call plugins at once.
    pub jobs: usize,
    /// The huntsmith binary, where the running program is another; else `HUNTSMITH_PREPARE_EXE`, else this program.
    pub prepare_exe: Option<PathBuf>,
    /// Unless set: as the environment says, else the defaults.
    pub prepare_limits: PrepareLimits,
    /// Instances that the pool holds at least, busy and warm; 0: from `jobs`.
    pub instances: u32,
    /// Counts instructions, for checks that compare work; calls take about twice as long.
    pub deterministic_fuel: bool,
    /// Takes half the time to prepare a plugin, and more for each call.
    pub quick_code: bool,
    /// Bytes of an instance's memory that stay with its slot when it ends.
    pub keep_resident: usize,
    /// None: what plugins log is only handed back with each call.
    pub log: Option<LogListener>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cache_dir: None,
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            prepare_exe: None,
            prepare_limits: PrepareLimits::from_environment(),
            instances: 0,
            deterministic_fuel: false,
            quick_code: false,
            keep_resident: 1 << 20,
            log: None,
        }
    }
}

/// Data that manifests name and `init` reads.
pub trait DataSource: Send + Sync {
    /// The bytes of the data with this name, or none if the host does not have it.
    fn read(&self, name: &str) -> Option<Cow<'_, [u8]>>;

    /// Its lower-case hex SHA-256, if that is known without reading it.
    fn digest(&self, name: &str) -> Option<String>;
}

/// Prepared machine code and the key that it is kept under.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub key: String,
    pub code: Vec<u8>,
}

/// The sandbox. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    engine: Engine,
    compatibility: String,
    pub(crate) pool: Arc<Pool>,
    slots: u32,
    pub(crate) fuel: bool,
    preparer: Preparer,
    cache: Option<Cache>,
    seeds: Mutex<BTreeMap<String, &'static [u8]>>,
    serial: AtomicU64,
    log: Option<LogListener>,
}

impl Shared {
    fn tell(&self, plugin: &PluginId, lines: &[LogLine]) {
        if let Some(log) = &self.log {
            lines.iter().for_each(|line| log(plugin, line));
        }
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sandbox({} slots)", self.shared.slots)
    }
}

impl Sandbox {
    /// Reserves the pool and starts the clock. Without a usable cache folder it works, and prepares more often.
    pub fn new(settings: Settings) -> Result<Self, SandboxError> {
        let slots = engine::slots(settings.jobs, settings.instances);
        let making = Making { fuel: settings.deterministic_fuel, quick: settings.quick_code };
        let engine = engine::running(making, slots, settings.keep_resident)?;
        engine::start_ticker(&engine)?;
        let cache = match settings.cache_dir.or_else(Cache::default_folder).map(Cache::open) {
            Some(Ok(cache)) => Some(cache),
            Some(Err(why)) => {
                tracing::warn!("prepared plugins are not kept: {why}");
                None
            }
            None => None,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                compatibility: engine::compatibility(&engine),
                engine,
                pool: Pool::new(slots),
                slots,
                fuel: making.fuel,
                preparer: Preparer {
                    exe: settings.prepare_exe,
                    limits: settings.prepare_limits,
                    threads: settings.jobs.max(1),
                    making,
                },
                cache,
                seeds: Mutex::new(BTreeMap::new()),
                serial: AtomicU64::new(0),
                log: settings.log,
            }),
        })
    }

    /// Digest of everything that machine code depends on; part of every key.
    pub fn engine_hash(&self) -> String {
        self.shared.compatibility.clone()
    }

    /// Takes machine code that lies in our own binary, for the key that it was prepared under. Never code from outside.
    pub fn seed(&self, key: &str, code: &'static [u8]) {
        self.shared.seeds.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), code);
    }

    /// The key that [`Sandbox::prepare`] would put the code under.
    pub fn key_for(&self, component: &[u8], manifest: &Manifest, data: &dyn DataSource) -> String {
        self.key(&id(component, manifest), manifest, data)
    }

    /// Prepares without loading: for the build, which puts the code into the binary.
    pub fn prepare(&self, component: &[u8], manifest: &Manifest, data: &dyn DataSource) -> Result<Prepared, LoadError> {
        let id = id(component, manifest);
        self.prepare_as(&id, component, manifest, data)
    }

    /// Checks, prepares (or takes what was prepared before) and tries a component.
    pub fn load(&self, component: &[u8], manifest: Manifest, data: &dyn DataSource) -> Result<Plugin, LoadError> {
        let id = id(component, &manifest);
        let key = self.key(&id, &manifest, data);
        let found = match self.prepared(&key) {
            Some(found) => found,
            None => {
                let prepared = self.prepare_as(&id, component, &manifest, data)?;
                self.keep(&prepared).map_err(|fault| load_error(&id, fault, Vec::new()))?
            }
        };
        self.try_out(id, manifest, found)
    }

    /// Loads what was prepared before and refuses to prepare.
    pub fn load_prepared(
        &self,
        component: &[u8],
        manifest: Manifest,
        data: &dyn DataSource,
    ) -> Result<Plugin, LoadError> {
        let id = id(component, &manifest);
        match self.prepared(&self.key(&id, &manifest, data)) {
            Some(found) => self.try_out(id, manifest, found),
            None => {
                let fault = Fault::new(Code::NotPrepared, "the component was not prepared for this host and its data");
                Err(load_error(&id, fault, Vec::new()))
            }
        }
    }

    fn key(&self, id: &PluginId, manifest: &Manifest, data: &dyn DataSource) -> String {
        let digest = |name: &String| data.digest(name).or_else(|| data.read(name).map(|bytes| engine::sha256(&bytes)));
        self.key_of(id, manifest, manifest.data.iter().map(|name| (name.as_str(), digest(name))))
    }

    /// Each part with its length before it, so that no two lists of parts are the same bytes.
    fn key_of<'a>(
        &self,
        id: &PluginId,
        manifest: &Manifest,
        data: impl Iterator<Item = (&'a str, Option<String>)>,
    ) -> String {
        let mut hasher = Sha256::new();
        let mut add = |part: &str| {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        };
        add(PREPARED_VERSION);
        add(&self.shared.compatibility);
        add(&id.digest);
        add(manifest.world.as_str());
        add(&manifest.contract);
        add(&manifest.limits.memory_mib.to_string());
        for (name, digest) in data {
            add(name);
            add(digest.as_deref().unwrap_or("missing"));
        }
        engine::hex(&hasher.finalize())
    }

    fn prepare_as(
        &self,
        id: &PluginId,
        component: &[u8],
        manifest: &Manifest,
        data: &dyn DataSource,
    ) -> Result<Prepared, LoadError> {
        let data: Vec<(String, Option<Vec<u8>>)> =
            manifest.data.iter().map(|name| (name.clone(), data.read(name).map(Cow::into_owned))).collect();
        // Of the bytes that are really used: they may have changed since somebody noted their digest.
        let key = self.key_of(
            id,
            manifest,
            data.iter().map(|(name, bytes)| (name.as_str(), bytes.as_ref().map(|bytes| engine::sha256(bytes)))),
        );
        let began = std::time::Instant::now();
        let shared = &*self.shared;
        let prepared = shared.preparer.prepare(component, manifest, &data, &shared.compatibility);
        shared.tell(id, prepared.as_ref().map_or_else(|(_, log)| log, |(_, log)| log));
        let (code, _) = prepared.map_err(|(fault, log)| load_error(id, fault, log))?;
        tracing::debug!(plugin = %id, took = ?began.elapsed(), bytes = code.len(), "prepared");
        Ok(Prepared { key, code })
    }

    /// Code that was prepared before: from the binary's bundle or from the cache.
    fn prepared(&self, key: &str) -> Option<Component> {
        let engine = &self.shared.engine;
        let seed = self.shared.seeds.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        if let Some(code) = seed {
            // SAFETY: seeds are machine code of our own build, embedded in this binary.
            match unsafe { Component::deserialize(engine, code) } {
                Ok(component) => return Some(component),
                Err(error) => tracing::warn!("bundled code does not run here and is made anew: {}", chain(&error)),
            }
        }
        let cache = self.shared.cache.as_ref()?;
        let path = cache.find(key)?;
        // SAFETY: the file lies in a folder that only this user can write to, and its digest is the one that was noted
        // when our own child made it.
        match unsafe { Component::deserialize_file(engine, &path) } {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::warn!(path = %path.display(), "prepared code does not run here and is made anew: {}", chain(&error));
                cache.remove(key);
                None
            }
        }
    }

    fn keep(&self, prepared: &Prepared) -> Result<Component, Fault> {
        let engine = &self.shared.engine;
        let unusable = |error: wasmtime::Error| match error.downcast_ref::<Fault>() {
            Some(fault) => fault.clone(),
            None => Fault::new(Code::TooLarge, format!("the component does not fit the pool: {}", chain(&error))),
        };
        // SAFETY: the code comes from our own child, which made it with this engine's settings.
        let component = unsafe { Component::deserialize(engine, &prepared.code) }.map_err(unusable)?;
        if let Some(cache) = &self.shared.cache
            && let Err(error) = cache.store(&prepared.key, &prepared.code)
        {
            tracing::warn!("prepared code is not kept: {error}");
        }
        Ok(component)
    }

    /// Links, checks the names again (code from before too), and makes one instance: a changed record passes linking and
    /// fails only there.
    fn try_out(&self, id: PluginId, manifest: Manifest, component: Component) -> Result<Plugin, LoadError> {
        match self.link(&manifest, &component) {
            Ok((component, exports, slots)) => {
                let serial = self.shared.serial.fetch_add(1, Ordering::Relaxed);
                let inner = Inner { id, manifest, shared: Arc::clone(&self.shared), component, exports, slots, serial };
                match inner.instantiate(self.shared.pool.acquire(slots)) {
                    Ok(ready) => drop(ready),
                    Err((fault, log)) => {
                        let fault = match fault.code {
                            Code::InvalidResult => Fault::new(Code::Incompatible, fault.message),
                            _ => fault,
                        };
                        return Err(load_error(&inner.id, fault, log));
                    }
                }
                Ok(Plugin::new(inner))
            }
            Err(fault) => Err(load_error(&id, fault, Vec::new())),
        }
    }

    fn link(&self, manifest: &Manifest, component: &Component) -> Result<(InstancePre<State>, Exports, u32), Fault> {
        let engine = &self.shared.engine;
        let kind = component.component_type();
        world::check(manifest, kind.imports(engine).map(|(name, _)| name), kind.exports(engine).map(|(name, _)| name))?;
        let incompatible = |error: wasmtime::Error| {
            Fault::new(Code::Incompatible, format!("the component does not fit the contract: {}", chain(&error)))
        };
        let mut linker = Linker::new(engine);
        add_to_linker(&mut linker, manifest.world).map_err(incompatible)?;
        let linked = linker.instantiate_pre(component).map_err(incompatible)?;
        let exports = Exports::new(manifest, &linked).map_err(incompatible)?;
        let slots = component.resources_required().map_or(engine::SLOTS_PER_COMPONENT, |needs| {
            needs.num_memories.max(needs.num_tables.div_ceil(engine::SLOT_TABLES)).max(1)
        });
        if slots > engine::SLOTS_PER_COMPONENT {
            let most = engine::SLOTS_PER_COMPONENT;
            return Err(Fault::new(
                Code::TooLarge,
                format!("the component takes {slots} slots of the pool, at most {most} are allowed"),
            ));
        }
        Ok((linked, exports, slots))
    }
}

fn id(component: &[u8], manifest: &Manifest) -> PluginId {
    PluginId { name: manifest.name.clone(), version: manifest.version.clone(), digest: engine::sha256(component) }
}

fn load_error(id: &PluginId, fault: Fault, log: Vec<LogLine>) -> LoadError {
    LoadError { plugin: id.clone(), code: fault.code, message: fault.message, hint: fault.code.hint().to_owned(), log }
}
