//! Guests that are not Rust: which tool makes WebAssembly of them, where it is looked for, and how it is asked; one file a
//! language. The contract is handed to the tool out of the command itself, so that it is the one which the manifest names.

pub mod c;
mod javascript;
mod python;

use super::contract;
use super::flatten::FlattenError;
use super::manifest::Manifest;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A language other than Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Python,
    JavaScript,
    C,
}

/// A program that compiles a language, and what it is always told first.
struct Tool {
    program: &'static str,
    arguments: &'static [&'static str],
}

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    #[error("{tool} is not installed; it makes components of {what}\n\nhint: {install}")]
    NoTool { tool: &'static str, what: &'static str, install: &'static str },
    #[error("{} could not compile the plugin ({status})\n\nhint: its own messages are above", tool.display())]
    ToolFailed { tool: PathBuf, status: std::process::ExitStatus },
    #[error("what {tool} made is not what this huntsmith takes apart: {error}\n\nhint: {install}")]
    Unknown { tool: &'static str, error: FlattenError, install: &'static str },
    #[error("there is no version {version} of the contract\n\nhint: there are {known}")]
    Contract { version: String, known: String },
    #[error("the contract cannot be said in C: {message}")]
    Bindings { message: String },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
}

impl LanguageError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            LanguageError::NoTool { .. } => "no-guest-tool",
            LanguageError::ToolFailed { .. } => "guest-tool-failed",
            LanguageError::Unknown { .. } => "guest-tool-unknown",
            LanguageError::Contract { .. } => "contract-version",
            LanguageError::Bindings { .. } => "contract-bindings",
            LanguageError::File { .. } => "file",
        }
    }

    fn contract(version: &str, known: &[&str]) -> Self {
        LanguageError::Contract { version: version.to_owned(), known: known.join(", ") }
    }

    /// For the errors of what is done with a file.
    fn at(path: &Path) -> impl Fn(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| LanguageError::File { path: path.clone(), error }
    }
}

impl Language {
    const ALL: [Language; 3] = [Language::Python, Language::JavaScript, Language::C];

    /// The language of the program in a folder, by its file.
    pub fn of(folder: &Path) -> Option<Self> {
        Self::ALL.into_iter().find(|language| folder.join(language.program()).is_file())
    }

    /// The file that is the program.
    pub fn program(self) -> &'static str {
        match self {
            Language::Python => "plugin.py",
            Language::JavaScript => "plugin.js",
            Language::C => "plugin.c",
        }
    }

    /// The tools that do, best first.
    fn tools(self) -> &'static [Tool] {
        match self {
            Language::Python => python::TOOLS,
            Language::JavaScript => javascript::TOOLS,
            Language::C => c::TOOLS,
        }
    }

    /// What people call the tool, what it is for, and the command that gets it.
    fn missing(self) -> LanguageError {
        let (tool, what, install) = match self {
            Language::Python => ("componentize-py", "Python", python::INSTALL),
            Language::JavaScript => ("jco", "JavaScript", javascript::INSTALL),
            Language::C => ("a compiler from C to WebAssembly", "C", c::INSTALL),
        };
        LanguageError::NoTool { tool, what, install }
    }

    /// The tool: the project's own, then the one on `PATH`.
    fn find(self, folder: &Path) -> Result<(PathBuf, &'static Tool), LanguageError> {
        let own = [folder.join(".venv/bin"), folder.join("node_modules/.bin")];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let places: Vec<PathBuf> = own.into_iter().chain(std::env::split_paths(&path)).collect();
        let found = self.tools().iter().find_map(|tool| {
            let path = places.iter().map(|place| place.join(tool.program)).find(|path| path.is_file())?;
            Some((std::path::absolute(path).ok()?, tool))
        });
        found.ok_or_else(|| self.missing())
    }
}

/// One plugin on its way through a tool.
struct Job<'a> {
    manifest: &'a Manifest,
    /// The plugin's folder, absolute.
    folder: PathBuf,
    /// Gone when the job is done. Tools run in it: they leave bindings and caches where they run.
    scratch: &'a Path,
    tool: PathBuf,
    /// What the tool is always told first.
    always: &'static [&'static str],
}

impl Job<'_> {
    /// The contract's files in a folder of the scratch folder; `world` may change the text of the world's own package.
    fn contract(&self, world: impl Fn(&str) -> String) -> Result<PathBuf, LanguageError> {
        let (of, version) = (self.manifest.world, &self.manifest.contract);
        let files = contract::files(of, version).map_err(|known| LanguageError::contract(version, &known))?;
        let wit = self.scratch.join("wit");
        for (name, text) in files {
            let path = wit.join(&name);
            let text = if name == contract::WORLD_FILE { world(text) } else { text.to_owned() };
            std::fs::create_dir_all(path.parent().unwrap_or(&wit)).map_err(LanguageError::at(&path))?;
            std::fs::write(&path, text).map_err(LanguageError::at(&path))?;
        }
        Ok(wit)
    }

    /// Runs the tool, and gives what it wrote to the file that it is told last.
    fn run(&self, arguments: &[&OsStr]) -> Result<Vec<u8>, LanguageError> {
        let output = self.scratch.join("plugin.wasm");
        let mut command = Command::new(&self.tool);
        command.args(self.always).args(arguments).arg(&output);
        command.current_dir(self.scratch).stdin(Stdio::null()).stdout(Stdio::null());
        let status = command.status().map_err(LanguageError::at(&self.tool))?;
        if !status.success() {
            return Err(LanguageError::ToolFailed { tool: self.tool.clone(), status });
        }
        std::fs::read(&output).map_err(LanguageError::at(&output))
    }
}

/// Runs the language's tool over the program in `folder`; the component or core module, and what made it.
pub fn compile(language: Language, folder: &Path, manifest: &Manifest) -> Result<(Vec<u8>, String), LanguageError> {
    let (tool, found) = language.find(folder)?;
    let shown = tool.display().to_string();
    let folder = folder.canonicalize().map_err(LanguageError::at(folder))?;
    let scratch = tempfile::tempdir().map_err(LanguageError::at(&std::env::temp_dir()))?;
    let job = Job { manifest, folder, scratch: scratch.path(), tool, always: found.arguments };
    let compiled = match language {
        Language::Python => python::compile(&job),
        Language::JavaScript => javascript::compile(&job),
        Language::C => c::compile(&job),
    };
    Ok((compiled?, shown))
}
