//! Says where the bundle of built-in plugins lies, and puts an empty one there where none was made yet.
//!
//! It must not run again when the bundle changes: the library would be compiled again, where relinking the command is
//! enough.

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=HUNTSMITH_BUNDLE");
    let host = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let bundle = match std::env::var_os("HUNTSMITH_BUNDLE") {
        Some(path) => PathBuf::from(path),
        None => host.parent().expect("the host lies in the workspace").join("target/plugins/bundle.bin"),
    };
    if !bundle.exists() {
        let folder = bundle.parent().expect("a file lies in a folder");
        std::fs::create_dir_all(folder).expect("the folder of the bundle can be made");
        std::fs::write(&bundle, b"").expect("an empty bundle can be written");
    }
    println!("cargo:rustc-env=HUNTSMITH_BUNDLE_PATH={}", bundle.display());
}
