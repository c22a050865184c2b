//! Where a user's own files lie unless the operator says otherwise: the XDG base directories.

use std::path::PathBuf;

/// What can be made again: `huntsmith` in the XDG cache folder.
pub fn cache() -> Option<PathBuf> {
    base("XDG_CACHE_HOME", ".cache")
}

/// What is remembered between runs: `huntsmith` in the XDG state folder.
pub fn state() -> Option<PathBuf> {
    base("XDG_STATE_HOME", ".local/state")
}

/// A relative path in such a variable is no path (XDG Base Directory Specification 0.8).
fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(below_home)))?;
    Some(base.join("huntsmith"))
}
