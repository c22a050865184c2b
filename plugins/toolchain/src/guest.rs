//! What a guest's build is: its profile, and where cargo leaves its module.

use std::path::{Path, PathBuf};

/// The profile `guest`, given to cargo on its command line so that crates outside this workspace are built alike.
pub const GUEST_PROFILE: [&str; 8] = [
    "inherits=\"release\"",
    "opt-level=3",
    "lto=\"fat\"",
    "codegen-units=1",
    "panic=\"abort\"",
    "strip=true",
    "debug=false",
    "incremental=false",
];

/// Where cargo leaves the module of the library target `library` (as cargo names it, `-` or `_`).
pub fn core_module(target_dir: &Path, library: &str) -> PathBuf {
    target_dir.join(super::TARGET).join("guest").join(format!("{}.wasm", library.replace('-', "_")))
}

/// Cargo's home, whose path stands in panics of dependencies unless it is remapped; none where there is no home at all.
pub fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .filter(|home| home.is_absolute())
}
