//! Guests that are not Rust: which tool makes a component of them, where it is looked for, and how it is asked. The
//! contract is handed to the tool out of the command itself, so that it is the one which the manifest names.

use super::contract;
use super::manifest::Manifest;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A language other than Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Python,
}

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    #[error("{tool} is not installed; it makes components of {what}\n\nhint: {install}")]
    NoTool { tool: &'static str, what: &'static str, install: &'static str },
    #[error("{tool} could not make a component ({status})\n\nhint: its own messages are above")]
    ToolFailed { tool: &'static str, status: std::process::ExitStatus },
    #[error("there is no version {version} of the contract\n\nhint: there are {known}")]
    Contract { version: String, known: String },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
}

impl LanguageError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            LanguageError::NoTool { .. } => "no-guest-tool",
            LanguageError::ToolFailed { .. } => "guest-tool-failed",
            LanguageError::Contract { .. } => "contract-version",
            LanguageError::File { .. } => "file",
        }
    }
}

impl Language {
    const ALL: [Language; 1] = [Language::Python];

    /// The language of the program in a folder, by its file.
    pub fn of(folder: &Path) -> Option<Self> {
        Self::ALL.into_iter().find(|language| folder.join(language.program()).is_file())
    }

    /// The file that is the program.
    pub fn program(self) -> &'static str {
        match self {
            Language::Python => "plugin.py",
        }
    }

    fn tool(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Language::Python => ("componentize-py", "Python", "python3 -m pip install componentize-py==0.25.1"),
        }
    }

    /// The tool: the project's own, then the one on `PATH`.
    fn find(self, folder: &Path) -> Result<PathBuf, LanguageError> {
        let (tool, what, install) = self.tool();
        let own = [folder.join(".venv/bin")];
        let path = std::env::var_os("PATH").unwrap_or_default();
        own.into_iter()
            .chain(std::env::split_paths(&path))
            .map(|place| place.join(tool))
            .find(|path| path.is_file())
            .and_then(|path| path.canonicalize().ok().map(|_| path))
            .ok_or(LanguageError::NoTool { tool, what, install })
    }
}

/// Runs the language's tool over the program in `folder`; the component, and what made it.
pub fn compile(language: Language, folder: &Path, manifest: &Manifest) -> Result<(Vec<u8>, String), LanguageError> {
    let tool = language.find(folder)?;
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| LanguageError::File { path, error }
    };
    let folder = folder.canonicalize().map_err(at(folder))?;
    let scratch = tempfile::tempdir().map_err(at(&std::env::temp_dir()))?;
    let wit = scratch.path().join("wit");
    let files = contract::files(manifest.world, &manifest.contract)
        .map_err(|known| LanguageError::Contract { version: manifest.contract.clone(), known: known.join(", ") })?;
    for (path, text) in files {
        let path = wit.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&wit)).map_err(at(&path))?;
        std::fs::write(&path, text).map_err(at(&path))?;
    }
    let output = scratch.path().join("plugin.wasm");
    let mut command = Command::new(std::path::absolute(&tool).map_err(at(&tool))?);
    command.args(arguments(language, &folder, &wit, manifest, &output));
    // Beside the scratch folder: tools leave bindings and caches where they run.
    command.current_dir(scratch.path()).stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status().map_err(at(&tool))?;
    if !status.success() {
        return Err(LanguageError::ToolFailed { tool: language.tool().0, status });
    }
    Ok((std::fs::read(&output).map_err(at(&output))?, tool.display().to_string()))
}

fn arguments(language: Language, folder: &Path, wit: &Path, manifest: &Manifest, output: &Path) -> Vec<OsString> {
    let text = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
    let world = manifest.world.as_str();
    match language {
        Language::Python => [
            text(&["--quiet", "--wit-path"]),
            vec![wit.into()],
            text(&["--world", world, "componentize", "--stub-wasi", "--python-path"]),
            vec![folder.into()],
            text(&["plugin", "--output"]),
            vec![output.into()],
        ]
        .concat(),
    }
}
