//! The plugins that ship: found by their `plugin.toml`, compiled a world at a time.

use crate::run::{root, run, step, target};
use anyhow::{Context, Result, bail};
use huntsmith_toolchain::{Toolchain, core_module};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One plugin's source.
#[derive(Debug, Clone)]
pub struct Guest {
    pub folder: PathBuf,
    /// The plugin's and its component's.
    pub name: String,
    pub package: String,
    /// The library target's.
    pub library: String,
    pub world: String,
}

/// Every crate in `plugins/` with a `plugin.toml`, by name; only those in `wanted` unless that is empty.
pub fn find(wanted: &[String]) -> Result<Vec<Guest>> {
    let mut guests = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("plugins"))?.flatten() {
        let folder = entry.path();
        if folder.join("plugin.toml").exists() && folder.join("Cargo.toml").exists() {
            let guest = read(&folder).with_context(|| folder.display().to_string())?;
            guests.insert(guest.name.clone(), guest);
        }
    }
    let known: BTreeSet<&String> = guests.keys().collect();
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(name)) {
        let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
        bail!("there is no plugin `{unknown}` in plugins/\n\nhint: {}", known.join(", "));
    }
    Ok(guests.into_values().filter(|guest| wanted.is_empty() || wanted.contains(&guest.name)).collect())
}

fn read(folder: &Path) -> Result<Guest> {
    let table = |name: &str| -> Result<toml::Table> {
        let text = std::fs::read_to_string(folder.join(name))?;
        text.parse().with_context(|| name.to_owned())
    };
    let (plugin, package) = (table("plugin.toml")?, table("Cargo.toml")?);
    let text = |table: &toml::Table, key: &str| table.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let section = |key: &str| package.get(key).and_then(|value| value.as_table());
    let name = section("package").and_then(|section| text(section, "name")).context("Cargo.toml has no name")?;
    Ok(Guest {
        folder: folder.to_owned(),
        name: text(&plugin, "name").unwrap_or_else(|| name.clone()),
        library: section("lib").and_then(|section| text(section, "name")).unwrap_or_else(|| name.clone()),
        package: name,
        world: text(&plugin, "world").context("plugin.toml has no `world`")?,
    })
}

/// Compiles them to core modules; the path of each, in the order given. A world at a time: features of the SDK would
/// add up, and a component answers to one world.
pub fn compile(toolchain: &Toolchain, guests: &[Guest]) -> Result<Vec<PathBuf>> {
    let target_dir = target().join("guests");
    let worlds: BTreeSet<&str> = guests.iter().map(|guest| guest.world.as_str()).collect();
    let (root, home) = (root(), huntsmith_toolchain::cargo_home());
    let mut remap = vec![(root.as_path(), "/guest")];
    if let Some(home) = &home {
        remap.push((home, "/cargo"));
    }
    for world in worlds {
        let of_world: Vec<&Guest> = guests.iter().filter(|guest| guest.world == world).collect();
        let names: Vec<&str> = of_world.iter().map(|guest| guest.name.as_str()).collect();
        step(&format!("{world}: {}", names.join(", ")), || {
            let mut command = toolchain.cargo(&remap);
            command.current_dir(&root).arg("build").args(toolchain.build_arguments());
            command.arg("--lib").arg("--target-dir").arg(&target_dir);
            for guest in &of_world {
                command.args(["--package", &guest.package]);
            }
            run(&mut command)
        })?;
    }
    Ok(guests.iter().map(|guest| core_module(&target_dir, &guest.library)).collect())
}
