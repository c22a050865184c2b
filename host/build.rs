//! Says where the bundle of built-in plugins lies, and puts an empty one there where none was made yet; and packs what
//! `plugin new` writes into a project: the contract, the SDK and the examples.
//!
//! It must not run again when the bundle changes: the library would be compiled again, where relinking the command is
//! enough.

use std::path::{Path, PathBuf};

/// Packed, by their paths in the repository. Folders are walked.
const KIT: [&str; 6] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "wit", "plugins/sdk", "examples/plugins"];

/// What building leaves behind in them.
const LEFT: [&str; 5] = ["target", "node_modules", "Cargo.lock", "__pycache__", ".venv"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=HUNTSMITH_BUNDLE");
    let host = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = host.parent().expect("the host lies in the workspace");
    let bundle = match std::env::var_os("HUNTSMITH_BUNDLE") {
        Some(path) => PathBuf::from(path),
        None => root.join("target/plugins/bundle.bin"),
    };
    if !bundle.exists() {
        let folder = bundle.parent().expect("a file lies in a folder");
        std::fs::create_dir_all(folder).expect("the folder of the bundle can be made");
        std::fs::write(&bundle, b"").expect("an empty bundle can be written");
    }
    println!("cargo:rustc-env=HUNTSMITH_BUNDLE_PATH={}", bundle.display());
    let mut kit = Vec::new();
    for path in KIT {
        pack(root, &root.join(path), &mut kit);
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("kit.bin");
    std::fs::write(out, kit).expect("the kit can be written");
}

/// Appends a file, or the files of a folder by their names: length and path, length and bytes, little endian.
fn pack(root: &Path, path: &Path, kit: &mut Vec<u8>) {
    let left = path.file_name().is_some_and(|name| LEFT.iter().any(|left| *left == name));
    if left || path.extension().is_some_and(|ending| ending == "wasm") {
        return;
    }
    if path.is_dir() {
        println!("cargo:rerun-if-changed={}", path.display());
        let entries = std::fs::read_dir(path).expect("a folder of the repository can be listed");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it has entries").path()).collect();
        paths.sort();
        paths.iter().for_each(|path| pack(root, path, kit));
        return;
    }
    println!("cargo:rerun-if-changed={}", path.display());
    let name = path.strip_prefix(root).expect("it lies in the repository").to_str().expect("names are ASCII");
    let bytes = std::fs::read(path).expect("a file of the repository can be read");
    for part in [name.as_bytes(), &bytes] {
        kit.extend_from_slice(&u32::try_from(part.len()).expect("no file is that large").to_le_bytes());
        kit.extend_from_slice(part);
    }
}
