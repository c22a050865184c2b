//! `examples`: every plugin of `examples/plugins` built by its language's tool, held against the suite of its kind and
//! against its own cases. Tools that are missing are got into `target/tools`.

use crate::run::{huntsmith, program, root, run, step, target};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::PathBuf;

/// The version that `plugin build` names in its hint.
const PYTHON_TOOL: &str = "componentize-py==0.25.1";

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
                run(command.arg("plugin").args(words).env("PATH", &path))?;
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

/// Gets the tool for Python into a folder of its own; `PATH` with it first.
fn tools() -> Result<OsString> {
    let python = target().join("tools/python");
    if !python.join("bin/componentize-py").exists() {
        step(&format!("get {PYTHON_TOOL}"), || {
            run(program("python3").args(["-m", "venv"]).arg(&python))?;
            run(program(python.join("bin/pip")).args(["install", "--quiet", PYTHON_TOOL]))
        })?;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths([python.join("bin")].into_iter().chain(std::env::split_paths(&path)))?)
}
