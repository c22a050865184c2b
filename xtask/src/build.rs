//! `build`: the command, the plugins' components and prepared code, and the command again with them built in. A second
//! run does nothing.

use crate::guests::{self, Guest};
use crate::run::{cargo, fingerprint, huntsmith, program, root, run, step, target};
use crate::setup;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Sources of the host that say what a component looks like: components are made anew when they change.
const ENCODER: [&str; 6] = [
    "host/src/plugin/build.rs",
    "host/src/plugin/component.rs",
    "host/src/plugin/contract.rs",
    "host/src/plugin/manifest.rs",
    "host/src/plugin/source.rs",
    "host/src/plugin/validate.rs",
];

/// Builds everything; the path of the command. Only the plugins in `wanted` are built in, unless that is empty.
pub fn build(wanted: &[String]) -> Result<PathBuf> {
    let toolchain = setup::toolchain()?;
    let guests = guests::find(wanted)?;
    step("host", host)?;
    eprintln!("   guests are built by {toolchain}");
    let modules = guests::compile(&toolchain, &guests)?;
    let components = components(&guests, &modules)?;
    let bundle = target().join("plugins/bundle.bin");
    let before = modified(&bundle);
    step("bundle", || {
        let mut command = program(huntsmith());
        run(command.arg("__bundle").arg("--output").arg(&bundle).args(&components))
    })?;
    if modified(&bundle) != before {
        step("host, with the plugins built in", host)?;
    }
    Ok(huntsmith())
}

/// Builds the command with the bundle as it is.
fn host() -> Result<()> {
    let bundle = target().join("plugins/bundle.bin");
    if !bundle.exists() {
        std::fs::create_dir_all(bundle.parent().expect("it lies in a folder"))?;
        std::fs::write(&bundle, b"")?;
    }
    run(cargo().args(["build", "--release", "--package", "huntsmith"]))
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    path.metadata().and_then(|known| known.modified()).ok()
}

/// Makes components of the modules that have changed, by the command that was just built.
fn components(guests: &[Guest], modules: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let folder = target().join("plugins");
    std::fs::create_dir_all(&folder)?;
    let record = folder.join("fingerprints");
    let known = read_record(&record);
    let mut now = BTreeMap::new();
    let mut components = Vec::new();
    for (guest, module) in guests.iter().zip(modules) {
        let output = folder.join(format!("{}.wasm", guest.name));
        let mut inputs = vec![module.clone(), guest.folder.join("plugin.toml"), guest.folder.join("Cargo.toml")];
        inputs.push(root().join("Cargo.toml"));
        inputs.extend(ENCODER.iter().map(|path| root().join(path)));
        let print = fingerprint(&inputs)?;
        if known.get(&guest.name) != Some(&print) || !output.exists() {
            let mut command = program(huntsmith());
            command.args(["plugin", "build", "--quiet"]).arg(&guest.folder);
            command.arg("--wasm").arg(module).arg("--output").arg(&output);
            run(&mut command).with_context(|| guest.name.clone())?;
        }
        now.insert(guest.name.clone(), print);
        components.push(output);
    }
    let text: String = now.iter().map(|(name, print)| format!("{name} {print}\n")).collect();
    std::fs::write(&record, text)?;
    Ok(components)
}

fn read_record(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, print)| (name.to_owned(), print.to_owned()))
        .collect()
}
