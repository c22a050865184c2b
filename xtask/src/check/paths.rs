//! No path of a developer's machine and no package index in what is committed.

use super::Violation;
use crate::run::root;

/// Files that could send a package manager elsewhere.
const PACKAGE_FILES: [&str; 9] = [
    "Cargo.lock",
    ".cargo/config.toml",
    "package-lock.json",
    "package.json",
    ".npmrc",
    "requirements.txt",
    "pip.conf",
    "uv.lock",
    "yarn.lock",
];

/// The one source that a lock file of cargo's names for itself.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Looks at one file. `path` is relative to the workspace.
pub fn scan(path: &str, text: &str) -> Vec<Violation> {
    let mut found = machine_paths(path, text, &machine());
    if PACKAGE_FILES.iter().any(|name| path == *name || path.ends_with(&format!("/{name}"))) {
        found.extend(package_index(path, text));
    }
    found
}

/// Folders that exist on this machine only.
fn machine() -> Vec<String> {
    let mut folders = vec![root(), root().join("../shared")];
    folders.extend(std::env::var_os("CARGO_HOME").map(Into::into));
    folders.extend(std::env::home_dir().map(|home| home.join(".cargo")));
    folders.extend(std::env::home_dir().map(|home| home.join(".rustup")));
    folders
        .into_iter()
        .map(|folder| folder.canonicalize().unwrap_or(folder).to_string_lossy().into_owned())
        // A folder at the root has a name that anything could have.
        .filter(|folder| folder.matches('/').count() >= 2)
        .collect()
}

fn machine_paths(path: &str, text: &str, folders: &[String]) -> Vec<Violation> {
    let mut found = Vec::new();
    for folder in folders {
        for (at, _) in text.match_indices(folder.as_str()) {
            found.push(Violation::at(path, text, at, "a path of this machine".to_owned()));
        }
    }
    found
}

fn package_index(path: &str, text: &str) -> Vec<Violation> {
    let cargo = path.ends_with("Cargo.lock");
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let own = cargo && (!trimmed.starts_with("source = ") || trimmed.contains(CRATES_IO));
        let names_index =
            ["\"resolved\"", "registry", "index-url", "extra-index", "replace-with", "find-links", "source = "]
                .iter()
                .any(|key| trimmed.contains(key));
        if !own && names_index && (trimmed.contains("://") || trimmed.contains("replace-with")) {
            found.push(Violation::at(path, text, at, "a package index: everybody has their own".to_owned()));
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_machine_is_caught_with_its_line() {
        let text = format!("fine\nsee {}/target\n", root().display());
        assert_eq!(scan("README.md", &text).iter().map(|violation| violation.line).collect::<Vec<_>>(), [2]);
        assert!(scan("README.md", "see /usr/bin/rustc and target/release").is_empty());
    }

    #[test]
    fn a_package_index_is_caught_where_package_managers_look() {
        let lock = format!("name = \"x\"\nsource = \"{CRATES_IO}\"\n");
        assert!(scan("Cargo.lock", &lock).is_empty());
        assert_eq!(scan("Cargo.lock", "source = \"registry+https://mirror.example/index\"\n").len(), 1);
        assert_eq!(scan("tests/validate/package-lock.json", "\"resolved\": \"https://mirror.example/x.tgz\"").len(), 1);
        assert_eq!(scan(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"mirror\"\n").len(), 1);
        assert_eq!(scan("tests/requirements.txt", "--index-url https://mirror.example/simple\n").len(), 1);
        assert!(scan("README.md", "registry: https://example.org").is_empty());
    }
}
