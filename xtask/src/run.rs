//! Commands, folders and files, the way that every part of the build tool uses them.

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_owned()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The command that was built.
pub fn huntsmith() -> PathBuf {
    target().join("release/huntsmith")
}

/// Cargo as the caller has it, in the workspace.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    huntsmith_toolchain::without_outer_cargo(&mut command);
    command.current_dir(root());
    command
}

/// Any other program, in the workspace.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    huntsmith_toolchain::without_outer_cargo(&mut command);
    command.current_dir(root());
    command
}

/// Runs it; an error where it fails, with the line to repeat it.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("failed ({status}): {line}");
    }
    Ok(())
}

/// Whether it can be started and succeeds; its output is nobody's business.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// As a person would type it.
fn line(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default();
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Says what comes, does it, and says how long it took where that was long.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("── {name}");
    let begin = Instant::now();
    let done = work().with_context(|| name.to_owned())?;
    let seconds = begin.elapsed().as_secs_f64();
    if seconds >= 5.0 {
        eprintln!("   {name}: {seconds:.0} s");
    }
    Ok(done)
}

/// Lower-case hex SHA-256 of files, in the order given, with their lengths between.
pub fn fingerprint<P: AsRef<Path>>(files: &[P]) -> Result<String> {
    let mut hasher = Sha256::new();
    for path in files {
        let path = path.as_ref();
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Lower-case hex SHA-256 of one file, as `sha256sum` prints it.
pub fn fingerprint_one(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}
