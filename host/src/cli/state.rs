//! Where huntsmith remembers: the option that several subcommands have, and opening what it names.

use crate::config::Config;
use crate::folders;
use crate::store::Store;
use anyhow::Context as _;
use std::path::PathBuf;

/// The configuration and the state folder.
#[derive(Debug, Clone, clap::Args)]
pub struct StateArgs {
    /// Configuration [default: huntsmith.toml of this folder, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder in which huntsmith remembers [default: `[state] folder` of the configuration, else the user's own]
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_STATE_DIR")]
    state: Option<PathBuf>,
}

impl StateArgs {
    /// For a subcommand that has the two options for itself.
    pub fn of(config: Option<PathBuf>, state: Option<PathBuf>) -> Self {
        Self { config, state }
    }

    /// The configuration.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn config(&self) -> anyhow::Result<Config> {
        Ok(Config::open(self.config.as_deref())?)
    }

    /// The folder that the command line or the configuration names.
    pub fn named(&self, config: &Config) -> Option<PathBuf> {
        self.state.clone().or_else(|| config.state.folder.clone())
    }

    /// The named folder, else the user's own.
    ///
    /// # Errors
    /// There is neither.
    pub fn folder(&self, config: &Config) -> anyhow::Result<PathBuf> {
        self.named(config)
            .or_else(folders::state)
            .context("this user has no home folder to remember in\n\nhint: name a folder with `--state`")
    }

    /// The store of earlier runs.
    ///
    /// # Errors
    /// There was none, or it cannot be opened.
    pub fn store(&self) -> anyhow::Result<Store> {
        let folder = self.folder(&self.config()?)?;
        anyhow::ensure!(
            Store::is_in(&folder),
            "nothing is remembered in {}\n\nhint: run over a configured feed, or with `--state`, or name the folder",
            folder.display()
        );
        Ok(Store::in_folder(&folder)?)
    }
}
