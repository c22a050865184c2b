//! Finds a way to build Rust guests for `wasm32-unknown-unknown` on this machine, and sets up cargo for it.
//!
//! Two ways work: a compiler whose standard library for the target is installed (rustup's target, or a distribution's
//! package), and a compiler whose library sources are installed, which then builds that library itself.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

mod guest;

pub use guest::{GUEST_PROFILE, cargo_home, core_module};

/// The target that guests are built for: no WASI, no JavaScript.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Chooses the way by hand, for one who has both: `installed` or `build-std`.
pub const CHOICE_VARIABLE: &str = "HUNTSMITH_GUEST_TOOLCHAIN";

/// What lets rustup's toolchain build guests.
pub const RUSTUP_HINT: &str = "rustup target add wasm32-unknown-unknown";

/// What lets Debian 12's compiler build guests where rustup cannot get the target.
pub const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// How the standard library for the target is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is installed beside the compiler.
    Installed,
    /// Cargo builds it from the compiler's own sources (`-Z build-std`); the first build takes some 100 s longer.
    BuildStd,
}

/// A compiler and the cargo that goes with it, able to build guests.
#[derive(Debug, Clone)]
pub struct Toolchain {
    pub way: Way,
    pub cargo: PathBuf,
    pub rustc: PathBuf,
    /// The first line of `rustc --version`.
    pub version: String,
}

impl Toolchain {
    /// The first way that works: an installed target before sources, the caller's own compiler (`RUSTC`, else the one
    /// on `PATH`) before the system's.
    pub fn find() -> Result<Self, NotFound> {
        let choice = std::env::var(CHOICE_VARIABLE).unwrap_or_default();
        let ways: &[Way] = match choice.as_str() {
            "installed" => &[Way::Installed],
            "build-std" => &[Way::BuildStd],
            _ => &[Way::Installed, Way::BuildStd],
        };
        let candidates = candidates();
        let mut tried = Vec::new();
        for &way in ways {
            for (rustc, cargo) in &candidates {
                match probe(way, rustc) {
                    Ok(version) => return Ok(Self { way, cargo: cargo.clone(), rustc: rustc.clone(), version }),
                    Err(why) => tried.push(format!("{}: {why}", rustc.display())),
                }
            }
        }
        tried.dedup();
        Err(NotFound { tried })
    }

    /// Cargo with the compiler, the flags and the environment that a guest needs. The caller adds the subcommand; a
    /// subcommand that compiles takes [`Toolchain::build_arguments`] as well.
    ///
    /// `remap` are folders whose paths shall not stand in the module, so that it is the same wherever it is built.
    pub fn cargo(&self, remap: &[(&Path, &str)]) -> Command {
        let mut command = Command::new(&self.cargo);
        without_outer_cargo(&mut command);
        for name in ["RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "CARGO_TARGET_DIR"] {
            command.env_remove(name);
        }
        command.env("RUSTC", &self.rustc);
        command.env("CARGO_ENCODED_RUSTFLAGS", flags(remap));
        if self.way == Way::BuildStd {
            // Building the library is an unstable option of cargo; the sources match the compiler exactly.
            command.env("RUSTC_BOOTSTRAP", "1");
            if let Some(folder) = self.rustc.parent().filter(|folder| folder.is_absolute()) {
                let mut path = OsString::from(folder);
                path.push(":");
                path.push(std::env::var_os("PATH").unwrap_or_default());
                command.env("PATH", path);
            }
        }
        command
    }

    /// Arguments after `build`: the target, the profile of guests, and how the standard library is had.
    pub fn build_arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--target".to_owned(), TARGET.to_owned(), "--profile".to_owned(), "guest".to_owned()];
        for setting in GUEST_PROFILE {
            arguments.push("--config".to_owned());
            arguments.push(format!("profile.guest.{setting}"));
        }
        if self.way == Way::BuildStd {
            arguments.push("-Zbuild-std=std,panic_abort".to_owned());
        }
        arguments
    }
}

/// Takes out what an outer `cargo run` or `cargo test` has set for itself and would leak into a build that starts there.
pub fn without_outer_cargo(command: &mut Command) {
    const OUTER: [&str; 5] = ["CARGO_PKG_", "CARGO_CFG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if OUTER.iter().any(|prefix| text.starts_with(prefix)) || text == "CARGO" || text == "CARGO_PRIMARY_PACKAGE" {
            command.env_remove(&name);
        }
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::Installed => "with the installed target",
            Way::BuildStd => "building the standard library from the compiler's sources",
        };
        write!(f, "{} ({}), {TARGET} {way}", self.rustc.display(), self.version)
    }
}

/// No compiler on this machine can build guests.
#[derive(Debug, Clone)]
pub struct NotFound {
    /// Each compiler that was looked at, and what it lacks.
    pub tried: Vec<String>,
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "no compiler here can build guests for {TARGET}")?;
        for line in &self.tried {
            writeln!(f, "  {line}")?;
        }
        writeln!(f)?;
        writeln!(f, "hint: {RUSTUP_HINT}")?;
        write!(
            f,
            "hint: where rustup cannot get the target, on Debian: apt-get install -y --no-install-recommends {}",
            DEBIAN_PACKAGES.join(" ")
        )
    }
}

impl std::error::Error for NotFound {}

/// Pairs of a compiler and its cargo, best first.
fn candidates() -> Vec<(PathBuf, PathBuf)> {
    let own = (
        std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from),
        std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from),
    );
    let system = (PathBuf::from("/usr/bin/rustc"), PathBuf::from("/usr/bin/cargo"));
    let mut pairs = vec![own];
    if system.0.exists() && system.1.exists() {
        pairs.push(system);
    }
    pairs
}

/// Whether `rustc` can go that way; its version, or what it lacks.
fn probe(way: Way, rustc: &Path) -> Result<String, String> {
    let version = ask(rustc, &["--version"])?;
    match way {
        Way::Installed => {
            let folder = PathBuf::from(ask(rustc, &["--print", "target-libdir", "--target", TARGET])?);
            if !holds_core(&folder) {
                return Err(format!("the target {TARGET} is not installed"));
            }
        }
        Way::BuildStd => {
            let sysroot = PathBuf::from(ask(rustc, &["--print", "sysroot"])?);
            if !sysroot.join("lib/rustlib/src/rust/library/Cargo.toml").exists() {
                return Err("the sources of its standard library are not installed".to_owned());
            }
            if !has_linker(&sysroot) {
                return Err("it has no linker for WebAssembly (rust-lld)".to_owned());
            }
        }
    }
    Ok(version)
}

/// The compiled core library lies in the target's folder.
fn holds_core(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
    })
}

/// `rust-lld` lies beside the compiler, among its own tools, or on `PATH`.
fn has_linker(sysroot: &Path) -> bool {
    let own = std::fs::read_dir(sysroot.join("lib/rustlib"))
        .into_iter()
        .flatten()
        .flatten()
        .any(|host| host.path().join("bin/rust-lld").exists());
    let path = std::env::var_os("PATH").unwrap_or_default();
    own || sysroot.join("bin/rust-lld").exists()
        || std::env::split_paths(&path).any(|folder| folder.join("rust-lld").exists())
}

/// What a compiler prints, trimmed.
fn ask(rustc: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(rustc).args(arguments).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(said.lines().next().unwrap_or("it failed without a message").to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The flags for guests, in the form of `CARGO_ENCODED_RUSTFLAGS`: it outranks every configuration file, so that a
/// guest is built the same way everywhere.
fn flags(remap: &[(&Path, &str)]) -> OsString {
    const SEPARATOR: &str = "\u{1f}";
    let mut flags = OsString::from("-Ctarget-feature=+simd128,+bulk-memory");
    flags.push(SEPARATOR);
    // Without it `getrandom` brings JavaScript's imports; the SDK's own backend refuses.
    flags.push("--cfg=getrandom_backend=\"custom\"");
    for (from, to) in remap {
        flags.push(SEPARATOR);
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_separated_and_remapped() {
        let flags = flags(&[(Path::new("/somewhere/crate"), "/guest")]).into_string().unwrap();
        let flags: Vec<&str> = flags.split('\u{1f}').collect();
        assert_eq!(flags.len(), 3);
        assert_eq!(flags[2], "--remap-path-prefix=/somewhere/crate=/guest");
    }

    #[test]
    fn a_missing_compiler_is_named() {
        let why = probe(Way::Installed, Path::new("/nonexistent/rustc")).unwrap_err();
        assert!(why.contains("No such file"), "{why}");
    }

    #[test]
    fn not_found_says_both_ways_out() {
        let text = NotFound { tried: vec!["rustc: the target is not installed".into()] }.to_string();
        assert!(text.contains(RUSTUP_HINT) && text.contains("rust-web-src"), "{text}");
    }
}
