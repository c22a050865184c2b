//! `huntsmith plugin sign`: a minisign signature beside a component, and keys to make it with.

use crate::cli::FINE;
use crate::plugin::component::read_manifest;
use crate::plugin::trust::{beside, new_key, secret_key, sign};
use anyhow::Context as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The password of a secret key is read from here: nothing secret stands on a command line.
const PASSWORD: &str = "HUNTSMITH_KEY_PASSWORD";

/// Options of the subcommand. A key's password is read from the environment variable HUNTSMITH_KEY_PASSWORD.
#[derive(Debug, clap::Args)]
pub struct Sign {
    /// The component; its signature goes beside it, as FILE.minisig
    #[arg(value_name = "FILE", required_unless_present = "new_key")]
    component: Option<PathBuf>,
    /// The secret key
    #[arg(long, value_name = "FILE", required_unless_present = "new_key")]
    key: Option<PathBuf>,
    /// Make a key: the secret one there, the public one beside it as FILE.pub
    #[arg(long, value_name = "FILE", conflicts_with_all = ["component", "key"])]
    new_key: Option<PathBuf>,
}

/// Runs the subcommand.
///
/// # Errors
/// The key cannot be read or made, or the component is none.
pub fn run(args: &Sign) -> anyhow::Result<ExitCode> {
    let password = std::env::var(PASSWORD).ok();
    let mut out = std::io::stdout().lock();
    if let Some(path) = &args.new_key {
        let (secret, public) = new_key(password)?;
        let mut public_path = path.as_os_str().to_owned();
        public_path.push(".pub");
        let beside = PathBuf::from(public_path);
        for path in [path, &beside] {
            anyhow::ensure!(!path.exists(), "{} is there already\n\nhint: keys are never overwritten", path.display());
        }
        write_secret(path, &secret).with_context(|| path.display().to_string())?;
        std::fs::write(&beside, &public).with_context(|| beside.display().to_string())?;
        writeln!(out, "{}: the secret key; keep it to yourself", path.display())?;
        writeln!(out, "{}: the public key; its second line goes under [trust.keys.NAME] as `key`", beside.display())?;
        return Ok(ExitCode::from(FINE));
    }
    if let (Some(path), Some(key)) = (&args.component, &args.key) {
        let component = super::read(path)?;
        let manifest = read_manifest(&component).with_context(|| path.display().to_string())?;
        let text = std::fs::read_to_string(key).with_context(|| key.display().to_string())?;
        let signature = sign(&component, &manifest, &secret_key(&text, password)?)?;
        let beside = beside(path);
        std::fs::write(&beside, signature).with_context(|| beside.display().to_string())?;
        writeln!(out, "{}: the signature of {}@{}", beside.display(), manifest.name, manifest.version)?;
    }
    Ok(ExitCode::from(FINE))
}

/// For its owner's eyes.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
