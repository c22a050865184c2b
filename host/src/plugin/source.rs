//! A plugin's source folder: `plugin.toml`, completed by what the crate beside it says of itself.

use super::manifest::Manifest;
use super::validate::ManifestError;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why a folder is no plugin's source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{} cannot be read: {error}\n\nhint: name the folder that holds plugin.toml", path.display())]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("{}: {error}", path.display())]
    Manifest { path: PathBuf, error: ManifestError },
    /// Cargo does not take the crate.
    #[error("cargo does not take {}:\n{message}", path.display())]
    Crate { path: PathBuf, message: String },
    #[error("the crate {name} builds no guest\n\nhint: in its Cargo.toml: [lib] crate-type = [\"cdylib\", \"rlib\"]")]
    NoLibrary { name: String },
}

impl SourceError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            SourceError::Unreadable { .. } => "source-unreadable",
            SourceError::Manifest { error, .. } => error.code(),
            SourceError::Crate { .. } => "crate-unreadable",
            SourceError::NoLibrary { .. } => "no-cdylib",
        }
    }
}

/// What cargo says of a crate (`cargo metadata`, format version 1).
#[derive(Debug, Clone, Deserialize)]
pub struct Crate {
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    #[serde(default)]
    pub authors: Vec<String>,
    pub description: Option<String>,
    pub repository: Option<String>,
    pub manifest_path: PathBuf,
    targets: Vec<Target>,
    /// Of the workspace that it is in.
    #[serde(skip)]
    pub target_directory: PathBuf,
    #[serde(skip)]
    pub workspace_root: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Crate>,
    target_directory: PathBuf,
    workspace_root: PathBuf,
}

impl Crate {
    /// Asks `cargo`, set up for guests, about the crate in `folder`.
    pub fn read(mut cargo: Command, folder: &Path) -> Result<Self, SourceError> {
        let path = folder.join("Cargo.toml");
        let unreadable = |error| SourceError::Unreadable { path: path.clone(), error };
        let path = path.canonicalize().map_err(unreadable)?;
        let output = cargo
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(&path)
            .output()
            .map_err(|error| SourceError::Unreadable { path: path.clone(), error })?;
        let refuse = |message: String| SourceError::Crate { path: path.clone(), message };
        if !output.status.success() {
            return Err(refuse(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| refuse(error.to_string()))?;
        let Metadata { packages, target_directory, workspace_root } = metadata;
        let mut found = packages
            .into_iter()
            .find(|package| package.manifest_path == path)
            .ok_or_else(|| refuse("it is a workspace without a package of its own".to_owned()))?;
        found.target_directory = target_directory;
        found.workspace_root = workspace_root;
        Ok(found)
    }

    /// Name of the library target that becomes the guest.
    pub fn library(&self) -> Result<&str, SourceError> {
        self.targets
            .iter()
            .find(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
            .map(|target| target.name.as_str())
            .ok_or_else(|| SourceError::NoLibrary { name: self.name.clone() })
    }
}

/// The manifest of the plugin in `folder`: its `plugin.toml`, and what it leaves out from the crate, if there is one.
pub fn manifest(folder: &Path, of: Option<&Crate>) -> Result<Manifest, SourceError> {
    let path = folder.join("plugin.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| SourceError::Unreadable { path: path.clone(), error })?;
    let complete = || {
        let mut manifest = Manifest::draft(&text)?;
        if let Some(package) = of {
            inherit(&mut manifest, package);
        }
        manifest.validate()?;
        Ok(manifest)
    };
    complete().map_err(|error| SourceError::Manifest { path, error })
}

fn inherit(manifest: &mut Manifest, package: &Crate) {
    let fill = |own: &mut String, theirs: Option<&str>| {
        if own.is_empty() {
            *own = theirs.unwrap_or_default().to_owned();
        }
    };
    fill(&mut manifest.name, Some(&package.name));
    fill(&mut manifest.version, Some(&package.version));
    fill(&mut manifest.license, package.license.as_deref());
    fill(&mut manifest.description, package.description.as_deref());
    fill(&mut manifest.source, package.repository.as_deref());
    if manifest.authors.is_empty() {
        manifest.authors.clone_from(&package.authors);
    }
}
