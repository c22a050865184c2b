//! The sandbox from outside: what a plugin gets, what it is refused, and that one bad call changes nothing for the next.

mod calls;
pub mod guest;
pub mod hostile;
mod http;
mod loading;

use huntsmith::model::{Article, CallContext, Content, Extraction};
use huntsmith::plugin::manifest::{Manifest, World};
use huntsmith::sandbox::{CallError, Called, DataSource, LoadError, Plugin, Sandbox, Settings};
use std::borrow::Cow;
use std::collections::BTreeMap;
use tempfile::TempDir;

/// A sandbox with a cache folder of its own and the real binary as its preparing child.
pub struct Bench {
    pub sandbox: Sandbox,
    pub folder: TempDir,
}

pub fn settings(folder: &TempDir) -> Settings {
    Settings {
        cache_dir: Some(folder.path().join("prepared")),
        prepare_exe: Some(huntsmith_tests::binary()),
        jobs: 2,
        ..Settings::default()
    }
}

pub fn bench_with(change: impl FnOnce(&mut Settings)) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(&folder);
    change(&mut settings);
    Bench { sandbox: Sandbox::new(settings).unwrap(), folder }
}

pub fn bench() -> Bench {
    bench_with(|_| {})
}

/// Data in memory.
#[derive(Default)]
pub struct Data(pub BTreeMap<String, Vec<u8>>);

impl DataSource for Data {
    fn read(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        self.0.get(name).map(|bytes| Cow::Borrowed(&bytes[..]))
    }

    fn digest(&self, _: &str) -> Option<String> {
        None
    }
}

impl Bench {
    pub fn load(&self, component: &[u8], manifest: Manifest) -> Result<Plugin, LoadError> {
        self.sandbox.load(component, manifest, &Data::default())
    }

    /// Loads an extractor with these fields in its manifest, which must work.
    pub fn extractor(&self, component: &[u8], more: serde_json::Value) -> Plugin {
        self.load(component, guest::manifest(World::IocExtractor, more)).unwrap_or_else(|error| panic!("{error}"))
    }
}

pub fn article(text: &str) -> Article {
    Article { id: "0".repeat(64), content: Content { text: text.into(), ..Content::default() }, ..Article::default() }
}

pub fn extract(plugin: &Plugin, text: &str) -> Result<Called<Extraction>, CallError> {
    plugin.extract(&CallContext::default(), &article(text))
}
