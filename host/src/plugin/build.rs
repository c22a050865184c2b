//! From a plugin's source folder to its component: cargo for `wasm32-unknown-unknown`, or another language's tool, then
//! [`super::component`].

use super::component::{self, ComponentError};
use super::languages::{self, Language, LanguageError};
use super::manifest::Manifest;
use super::sections::{Layer, layer};
use super::source::{self, Crate, SourceError};
use huntsmith_toolchain::{NotFound, Toolchain, core_module};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What to build.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Holds `plugin.toml`, and for a Rust crate `Cargo.toml`.
    pub folder: PathBuf,
    /// A core module or component that another tool has built already; none: the folder is a crate, cargo builds it.
    pub wasm: Option<PathBuf>,
    /// None: `NAME.wasm` in the current folder.
    pub output: Option<PathBuf>,
}

/// What was built.
#[derive(Debug, Clone)]
pub struct Built {
    pub path: PathBuf,
    pub manifest: Manifest,
    /// SHA-256, lower-case hex.
    pub digest: String,
    pub bytes: u64,
    /// How the compiler was found; none where another tool compiled.
    pub toolchain: Option<String>,
}

/// Why nothing was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Toolchain(#[from] NotFound),
    #[error(transparent)]
    Language(#[from] LanguageError),
    #[error(
        "{} holds no program\n\nhint: Cargo.toml for Rust, plugin.py for Python, plugin.js for JavaScript, \
         plugin.c for C; for a component that another tool has built, --wasm FILE", folder.display()
    )]
    NoProgram { folder: PathBuf },
    #[error("cargo failed to build {name} ({status})\n\nhint: its own messages are above")]
    Cargo { name: String, status: std::process::ExitStatus },
    #[error("{name}: {}", with_path(error, path))]
    Component {
        name: String,
        error: ComponentError,
        /// The dependencies that lead to a foreign import, on a line of their own; empty where they are not known.
        path: String,
    },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
}

impl BuildError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            BuildError::Source(error) => error.code(),
            BuildError::Toolchain(_) => "no-guest-toolchain",
            BuildError::Language(error) => error.code(),
            BuildError::NoProgram { .. } => "no-program",
            BuildError::Cargo { .. } => "cargo-failed",
            BuildError::Component { error, .. } => error.code(),
            BuildError::File { .. } => "file",
        }
    }
}

/// The path stands before the hint: it is what the hint is about.
fn with_path(error: &ComponentError, path: &str) -> String {
    let said = error.to_string();
    match said.split_once("\n\nhint: ") {
        Some((message, hint)) => format!("{message}{path}\n\nhint: {hint}"),
        None => said + path,
    }
}

/// Builds one plugin and writes its component.
pub fn build(request: &Request) -> Result<Built, BuildError> {
    let folder = &request.folder;
    let is_crate = folder.join("Cargo.toml").exists();
    let toolchain = if is_crate { Some(Toolchain::find()) } else { None };
    let package = match &toolchain {
        Some(Ok(toolchain)) => Some(Crate::read(toolchain.cargo(&[]), folder)?),
        _ => None,
    };
    let manifest = source::manifest(folder, package.as_ref())?;
    let (wasm, compiled_by) = match (&request.wasm, toolchain, &package) {
        (Some(path), ..) => (read(path)?, None),
        (None, Some(Ok(toolchain)), Some(package)) => (compile(&toolchain, package)?, Some(toolchain.to_string())),
        (None, Some(Err(not_found)), _) => return Err(not_found.into()),
        (None, ..) => match Language::of(folder) {
            Some(language) => {
                let (component, tool) = languages::compile(language, folder, &manifest)?;
                (component, Some(tool))
            }
            None => return Err(BuildError::NoProgram { folder: folder.clone() }),
        },
    };
    let encoded = match layer(&wasm) {
        Some(Layer::Component) => component::adopt(&wasm, &manifest),
        _ => component::componentize(&wasm, &manifest),
    };
    let encoded = encoded.map_err(|error| BuildError::Component {
        path: package.as_ref().and_then(|package| culprits(&error, package)).unwrap_or_default(),
        name: manifest.name.clone(),
        error,
    })?;
    let path = request.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.wasm", manifest.name)));
    replace(&path, &encoded).map_err(|error| BuildError::File { path: path.clone(), error })?;
    let digest = component::digest(&encoded);
    Ok(Built { path, manifest, digest, bytes: encoded.len() as u64, toolchain: compiled_by })
}

/// Runs cargo; its own progress and messages go to where ours go.
fn compile(toolchain: &Toolchain, package: &Crate) -> Result<Vec<u8>, BuildError> {
    let library = package.library()?;
    let target_dir = package.target_directory.join("guests");
    let home = huntsmith_toolchain::cargo_home();
    let mut remap = vec![(package.workspace_root.as_path(), "/guest")];
    if let Some(home) = &home {
        remap.push((home, "/cargo"));
    }
    let status = toolchain
        .cargo(&remap)
        .arg("build")
        .args(toolchain.build_arguments())
        .args([OsStr::new("--manifest-path"), package.manifest_path.as_os_str()])
        .args([OsStr::new("--target-dir"), target_dir.as_os_str(), OsStr::new("--lib")])
        .stdin(std::process::Stdio::null())
        .status()
        .map_err(|error| BuildError::File { path: toolchain.cargo.clone(), error })?;
    if !status.success() {
        return Err(BuildError::Cargo { name: package.name.clone(), status });
    }
    read(&core_module(&target_dir, library))
}

fn read(path: &Path) -> Result<Vec<u8>, BuildError> {
    std::fs::read(path).map_err(|error| BuildError::File { path: path.to_owned(), error })
}

/// Writes beside and renames; leaves a file alone that holds the same already, so that nothing after it is made anew.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    if std::fs::metadata(path).is_ok_and(|known| known.len() == bytes.len() as u64) && std::fs::read(path)? == bytes {
        return Ok(false);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, bytes)?;
    // Temporary files are the owner's alone; a component or a bundle is no secret.
    #[cfg(unix)]
    std::fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(true)
}

/// The chain of crates from the plugin to the one that brings a foreign import, where that crate is known.
fn culprits(error: &ComponentError, package: &Crate) -> Option<String> {
    let ComponentError::ForeignImport { imports, .. } = error else { return None };
    let suspects: &[&str] = if imports.iter().any(|name| name.contains("wbindgen")) {
        &["wasm-bindgen"]
    } else if imports.iter().any(|name| name.contains("wasi")) {
        &["wasip1", "wasip2", "wasi"]
    } else {
        &[]
    };
    let toolchain = Toolchain::find().ok()?;
    suspects.iter().find_map(|suspect| {
        let output = toolchain
            .cargo(&[])
            .args(["tree", "--target", huntsmith_toolchain::TARGET, "--edges", "normal", "--prefix", "depth"])
            .args(["--invert", suspect, "--package", &package.name, "--manifest-path"])
            .arg(&package.manifest_path)
            .output()
            .ok()?;
        let chain = first_chain(&String::from_utf8_lossy(&output.stdout));
        (chain.len() > 1).then(|| format!("\nbrought by {}", chain.join(" → ")))
    })
}

/// From `cargo tree --invert --prefix depth`: the first path, from the plugin down to the crate that was asked about.
fn first_chain(tree: &str) -> Vec<String> {
    let mut chain = Vec::new();
    for line in tree.lines() {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        if line[..digits].parse::<usize>().ok() != Some(chain.len()) {
            break;
        }
        chain.push(line[digits..].split_whitespace().take(2).collect::<Vec<_>>().join(" "));
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_chain_leads_from_the_plugin_to_the_culprit() {
        let tree = "0wasm-bindgen v0.2.130\n1js-sys v0.3.80\n2uuid v1.18.1\n3my-plugin v0.1.0 (/x)\n1web-sys v0.3.1\n";
        assert_eq!(first_chain(tree), ["my-plugin v0.1.0", "uuid v1.18.1", "js-sys v0.3.80", "wasm-bindgen v0.2.130"]);
        assert!(first_chain("error: nothing\n").is_empty());
    }

    #[test]
    fn the_same_bytes_leave_the_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/x.wasm");
        assert!(replace(&path, b"one").unwrap());
        assert!(!replace(&path, b"one").unwrap());
        assert!(replace(&path, b"two").unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
    }
}
