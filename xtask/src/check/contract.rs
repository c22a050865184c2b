//! What is published does not change: every file of `wit/` has the digest that `wit/PUBLISHED` has for it.

use super::Violation;
use crate::run::{fingerprint_one, root};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;

const LIST: &str = "wit/PUBLISHED";

pub fn check() -> Result<Vec<Violation>> {
    check_in(&root())
}

fn check_in(root: &Path) -> Result<Vec<Violation>> {
    let text = std::fs::read_to_string(root.join(LIST)).context(LIST)?;
    let published: BTreeMap<&str, &str> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            line.split_once("  ").map(|(digest, path)| (path, digest)).with_context(|| format!("{LIST}: {line}"))
        })
        .collect::<Result<_>>()?;
    let mut there = BTreeMap::new();
    for package in folders(&root.join("wit"))? {
        for version in folders(&package)? {
            for entry in std::fs::read_dir(&version)?.flatten() {
                let path = entry.path();
                if path.extension().is_some_and(|extension| extension == "wit") {
                    let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
                    there.insert(name, fingerprint_one(&path)?);
                }
            }
        }
    }
    let mut found = Vec::new();
    for (path, digest) in &published {
        match there.get(*path) {
            None => found.push(Violation::whole(path, "was published and is not there".to_owned())),
            Some(now) if now != digest => found.push(Violation::whole(
                path,
                "has changed since it was published: a change is a new minor in a new folder".to_owned(),
            )),
            Some(_) => {}
        }
    }
    for (path, digest) in &there {
        if !published.contains_key(path.as_str()) {
            found
                .push(Violation::whole(path, format!("is not in {LIST}: publish it with the line `{digest}  {path}`")));
        }
    }
    Ok(found)
}

fn folders(of: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries = std::fs::read_dir(of).with_context(|| of.display().to_string())?;
    Ok(entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_missing_and_an_unlisted_file_are_caught() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let package = root.join("wit/host/0.1.0");
        std::fs::create_dir_all(&package).unwrap();
        let file = package.join("host.wit");
        std::fs::write(&file, "package a:b@0.1.0;").unwrap();
        let digest = fingerprint_one(&file).unwrap();
        std::fs::write(root.join(LIST), format!("# published\n{digest}  wit/host/0.1.0/host.wit\n")).unwrap();
        assert_eq!(check_in(root).unwrap(), []);
        std::fs::write(&file, "package a:b@0.1.0; ").unwrap();
        assert_eq!(check_in(root).unwrap().len(), 1);
        std::fs::rename(&file, package.join("other.wit")).unwrap();
        assert_eq!(check_in(root).unwrap().len(), 2);
    }
}
