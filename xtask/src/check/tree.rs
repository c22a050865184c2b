//! No crate that could give a plugin WASI is among what the host is made of.

use super::Violation;
use crate::run::cargo;
use anyhow::{Context, Result, bail};

const WASI: [&str; 8] =
    ["wasmtime-wasi", "wasi-common", "wasi-cap-std-sync", "wiggle", "cap-std", "wasmer", "wasi", "wasmtime-cli"];

pub fn check() -> Result<Vec<Violation>> {
    let output = cargo()
        .args([
            "tree",
            "--locked",
            "--package",
            "huntsmith",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .output()
        .context("cargo tree")?;
    if !output.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(scan(&String::from_utf8_lossy(&output.stdout)))
}

fn scan(tree: &str) -> Vec<Violation> {
    let mut found: Vec<Violation> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| {
            WASI.iter().any(|wasi| name == wasi || name.strip_prefix(wasi).is_some_and(|rest| rest.starts_with("-")))
        })
        .map(|name| Violation::whole("Cargo.lock", format!("the host is made with `{name}`, which brings WASI")))
        .collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasi_is_caught_and_nothing_else() {
        assert_eq!(scan("huntsmith v0.1.0 (x)\nwasmtime v48.0.8\nwasmtime-wasi v48.0.8\n").len(), 1);
        assert_eq!(scan("wasmtime-wasi-http v48.0.8\ncap-std v4.0.0\n").len(), 2);
        assert_eq!(scan("wasmtime v48.0.8\nwasmtime-wizer v48.0.8\nwasmparser v0.254.2\n").len(), 0);
    }
}
