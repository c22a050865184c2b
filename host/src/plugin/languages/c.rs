//! C, through `zig cc` or clang, both with WASI's C library: what a plugin calls of it (memory, texts, numbers) asks nothing
//! of the system. The bindings are made here, by `wit-bindgen`.

use super::{Job, LanguageError, Tool};
use crate::plugin::contract;
use crate::plugin::manifest::World;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;

const ZIG: &[&str] = &["cc", "-target", "wasm32-wasi"];
const CLANG: &[&str] = &["--target=wasm32-wasi"];

pub(super) const TOOLS: &[Tool] = &[
    Tool { program: "zig", arguments: ZIG },
    Tool { program: "python-zig", arguments: ZIG },
    Tool { program: "clang", arguments: CLANG },
];
pub(super) const INSTALL: &str = "python3 -m pip install ziglang==0.17.1";

/// Where Debian's `wasi-libc` lies below `/usr`; its clang does not look there by itself.
const DEBIAN: &str = "include/wasm32-wasi";

/// A reactor: functions to call, and no program that runs and ends. Stripped of names and of what is for debuggers.
const FLAGS: [&str; 5] = ["-std=c11", "-Os", "-s", "-Wall", "-mexec-model=reactor"];

/// The bindings to a world, as files: a header, its implementation, and an object with the world's types.
///
/// # Errors
/// There is no such version, or the generator does not take it.
pub fn bindings(world: World, version: &str) -> Result<Vec<(String, Vec<u8>)>, LanguageError> {
    let packages = contract::files(world, version).map_err(|known| LanguageError::contract(version, &known))?;
    let failed = |error: anyhow::Error| LanguageError::Bindings { message: format!("{error:#}") };
    let mut resolve = Resolve::default();
    let mut known = Vec::new();
    // What the world's package uses comes before it.
    for (path, text) in packages[1..].iter().chain(&packages[..1]) {
        known.push(resolve.push_str(path, text).map_err(failed)?);
    }
    let world = resolve.select_world(&known[packages.len() - 1..], Some(world.as_str())).map_err(failed)?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default().build().generate(&mut resolve, world, &mut files).map_err(failed)?;
    Ok(files.iter().map(|(name, bytes)| (name.to_owned(), bytes.to_owned())).collect())
}

pub(super) fn compile(job: &Job) -> Result<Vec<u8>, LanguageError> {
    let mut sources = sources(job)?;
    for (name, bytes) in bindings(job.manifest.world, &job.manifest.contract)? {
        let path = job.scratch.join(name);
        std::fs::write(&path, bytes).map_err(LanguageError::at(&path))?;
        if path.extension().is_some_and(|ending| ending != "h") {
            sources.push(path);
        }
    }
    let mut include = OsString::from("-I");
    include.push(job.scratch);
    let debian = (job.always == CLANG && Path::new("/usr").join(DEBIAN).is_dir()).then_some("--sysroot=/usr");
    let flags = FLAGS.into_iter().chain(debian).map(OsStr::new).chain([include.as_os_str()]);
    let arguments: Vec<&OsStr> =
        flags.chain(sources.iter().map(|path| path.as_os_str())).chain(["-o".as_ref()]).collect();
    job.run(&arguments)
}

/// Every `*.c` of the folder, by name.
fn sources(job: &Job) -> Result<Vec<PathBuf>, LanguageError> {
    let entries = std::fs::read_dir(&job.folder).map_err(LanguageError::at(&job.folder))?;
    let mut sources: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    sources.retain(|path| path.extension().is_some_and(|ending| ending == "c"));
    sources.sort();
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_world_can_be_said_in_c() {
        for world in World::ALL {
            let files = bindings(world, "0.1.0").unwrap();
            let name = world.as_str().replace('-', "_");
            let endings = [".c", ".h", "_component_type.o"].map(|ending| format!("{name}{ending}"));
            assert_eq!(files.iter().map(|(file, _)| file).collect::<Vec<_>>(), endings.iter().collect::<Vec<_>>());
            let header = String::from_utf8_lossy(&files[1].1);
            assert!(header.contains(&format!("bool exports_{name}_init(")), "{header}");
        }
        assert_eq!(bindings(World::QueryEmitter, "9.0.0").unwrap_err().code(), "contract-version");
    }
}
