//! What `test`, `call` and `dev` share: a plugin loaded from its folder or component.

use crate::cli::host::HostArgs;
use crate::data::Data;
use crate::plugin::build::{self, Request};
use crate::plugin::component::read_manifest;
use crate::report::plain;
use crate::sandbox::{LogLine, Plugin, Sandbox, Settings};
use std::path::Path;

/// The sandbox for trying one plugin, and the data that its `init` may read.
pub struct Bench {
    sandbox: Sandbox,
    data: Data,
}

impl Bench {
    pub fn open(args: &HostArgs) -> anyhow::Result<Self> {
        let settings = Settings { cache_dir: args.cache_dir.clone(), jobs: 1, ..Default::default() };
        Ok(Self { sandbox: Sandbox::new(settings)?, data: Data::new(args.data_dir.clone()) })
    }

    /// Loads a component.
    pub fn load(&self, component: &[u8]) -> anyhow::Result<Plugin> {
        let manifest = read_manifest(component)?;
        Ok(self.sandbox.load(component, manifest, &self.data)?)
    }

    /// Builds the plugin in a folder, into a place of its own, and loads it.
    pub fn build(&self, folder: &Path) -> anyhow::Result<Plugin> {
        let scratch = tempfile::tempdir()?;
        let output = scratch.path().join("plugin.wasm");
        build::build(&Request { folder: folder.to_owned(), wasm: None, output: Some(output.clone()) })?;
        self.load(&std::fs::read(output)?)
    }

    /// A folder is built, a file is loaded.
    pub fn take(&self, path: &Path) -> anyhow::Result<Plugin> {
        if path.is_dir() { self.build(path) } else { self.load(&super::read(path)?) }
    }
}

/// What a plugin logged, for whoever watches it.
pub fn tell(log: &[LogLine]) {
    for line in log {
        anstream::eprintln!("{}: {}", format!("{:?}", line.level).to_lowercase(), plain(&line.message));
    }
}
