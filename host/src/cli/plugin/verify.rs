//! `huntsmith plugin verify`: whether what is installed is what was locked, and a file what was signed.

use crate::cli::host::HostArgs;
use crate::cli::{FINE, GATE};
use crate::config::Config;
use crate::plugin::lock::{Lock, Shelf};
use crate::plugin::trust::{Verdict, beside};
use crate::report::plain_lines;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Options of the subcommand.
///
/// Exit codes: 0 all is well, 1 something is not, 2 usage.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// A component with its signature beside it, or the name of an installed plugin; none: all that are installed
    #[arg(value_name = "FILE|NAME")]
    plugin: Option<String>,
    #[command(flatten)]
    host: HostArgs,
}

/// Runs the subcommand.
///
/// # Errors
/// The lock or the configuration cannot be read, or there is no such plugin.
pub fn run(args: &Verify) -> anyhow::Result<ExitCode> {
    let trust = Config::open(args.host.config.as_deref())?.trust;
    let mut out = std::io::stdout().lock();
    if let Some(path) = args.plugin.as_deref().map(Path::new).filter(|path| path.is_file()) {
        let component = super::read(path)?;
        let signature = std::fs::read_to_string(beside(path)).ok();
        return Ok(ExitCode::from(match trust.judge(&component, signature.as_deref(), false) {
            Ok(Verdict::Signed(signer)) => {
                writeln!(out, "{}: signed by `{}` ({})", path.display(), signer.name, signer.id)?;
                FINE
            }
            Ok(Verdict::Unsigned { warning }) => {
                let why = warning.unwrap_or_else(|| "the policy asks for no signature".into());
                writeln!(out, "{}: not verified: {}", path.display(), plain_lines(&why))?;
                FINE
            }
            Err(error) => {
                anstream::eprintln!("error: {}: {}", error.code(), plain_lines(&error.to_string()));
                GATE
            }
        }));
    }
    let lock = Lock::read(&args.host.lock)?;
    let shelf = Shelf::open(args.host.plugin_dir.as_deref());
    let wanted = |name: &str| args.plugin.as_ref().is_none_or(|it| it == name);
    if let Some(name) = args.plugin.as_ref().filter(|name| lock.get(name).is_none()) {
        return Err(crate::plugin::install::not_installed(name, &lock).into());
    }
    let mut failed = false;
    for pinned in lock.plugins.iter().filter(|pinned| wanted(&pinned.name)) {
        let name = format!("{}@{}", pinned.name, pinned.version);
        let signed = match &pinned.signer {
            Some(signer) if trust.is_revoked(signer) => {
                failed = true;
                format!("the key `{}` ({}) that signed it is revoked", signer.name, signer.id)
            }
            Some(signer) => format!("signed by `{}` ({})", signer.name, signer.id),
            None => "not signed".to_owned(),
        };
        match shelf.get(pinned) {
            Ok(_) => writeln!(out, "{name}: sha256 {}, {signed}, granted: {}", pinned.digest, pinned.granted)?,
            Err(error) => {
                failed = true;
                anstream::eprintln!("error: {}: {}", error.code(), plain_lines(&error.to_string()));
            }
        }
    }
    Ok(ExitCode::from(if failed { GATE } else { FINE }))
}
