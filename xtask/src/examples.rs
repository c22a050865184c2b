//! `examples`: every plugin of `examples/plugins` built by its language's tool, held against the suite of its kind and
//! against its own cases. Tools that are missing are got into `target/tools`.

use crate::run::{huntsmith, program, root, run, step, succeeds, target};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The versions that `plugin build` names in its hints; the engine under `jco` as well, for `jco` does not pin it.
const PYTHON_TOOLS: [&str; 2] = ["componentize-py==0.25.1", "ziglang==0.17.1"];
const NODE_TOOLS: [&str; 2] = ["@bytecodealliance/jco@1.35.0", "componentize-qjs@0.4.5"];

/// Builds and tries all of them; each even where another fails.
pub fn examples() -> Result<()> {
    let path = tools()?;
    let out = target().join("examples");
    std::fs::create_dir_all(&out)?;
    let mut failed = Vec::new();
    for folder in folders()? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let component = out.join(format!("{name}.wasm"));
        let tried = step(&name, || {
            for words in [
                vec![
                    OsString::from("build"),
                    folder.clone().into(),
                    "--quiet".into(),
                    "--output".into(),
                    component.clone().into(),
                ],
                vec!["check".into(), component.clone().into()],
                vec!["test".into(), component.clone().into(), "--cases".into(), folder.join("cases").into()],
            ] {
                let mut command = program(huntsmith());
                // One folder for all: what the crates have in common is compiled once.
                command.env("PATH", &path).env("CARGO_TARGET_DIR", out.join("cargo"));
                // A busy machine is no fault of the example's.
                command.env("HUNTSMITH_PREPARE_SECONDS", "600");
                run(command.arg("plugin").args(words))?;
            }
            Ok(())
        });
        if let Err(error) = tried {
            eprintln!("error: {error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// The folders with a manifest, by name.
fn folders() -> Result<Vec<PathBuf>> {
    let all = root().join("examples/plugins");
    let entries = std::fs::read_dir(&all).with_context(|| all.display().to_string())?;
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join("plugin.toml").is_file());
    folders.sort();
    Ok(folders)
}

/// Gets the tools for Python, C and JavaScript into folders of their own; `PATH` with them first.
pub fn tools() -> Result<OsString> {
    let (python, node) = (target().join("tools/python"), target().join("tools/node"));
    pinned(&python, &PYTHON_TOOLS, || {
        run(program("python3").args(["-m", "venv"]).arg(&python))?;
        run(program(python.join("bin/pip")).args(["install", "--quiet"]).args(PYTHON_TOOLS))
    })?;
    pinned(&node, &NODE_TOOLS, || {
        if !succeeds(program("npm").arg("--version")) {
            bail!("npm is not installed\n\nhint: install Node.js 20 or newer: apt-get install npm");
        }
        let install = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"];
        run(program("npm").args(install).arg(&node).args(NODE_TOOLS))
    })?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = [python.join("bin"), node.join("node_modules/.bin")];
    Ok(std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path)))?)
}

/// Fills a folder with these versions, unless they are there already.
fn pinned(folder: &Path, versions: &[&str], install: impl FnOnce() -> Result<()>) -> Result<()> {
    let (mark, versions) = (folder.join("pinned"), versions.join(" "));
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == versions) {
        return Ok(());
    }
    step(&format!("get {versions}"), || {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        install()?;
        Ok(std::fs::write(&mark, versions)?)
    })
}
