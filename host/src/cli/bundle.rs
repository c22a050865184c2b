//! `huntsmith __bundle`: part of the build. Puts components with their prepared code into one file, which the command is
//! then linked with; prepares only what is new.

use crate::data::Data;
use crate::plugin::build::replace;
use crate::plugin::bundle::{self, Bundled, PreparedCode};
use crate::plugin::component::{digest, read_manifest};
use crate::sandbox::{Prepared, Sandbox, Settings};
use anyhow::Context as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Part of the build
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The bundle; left alone where nothing in it would change
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// The plugins' components
    #[arg(value_name = "COMPONENT")]
    components: Vec<PathBuf>,
}

/// Runs the subcommand.
///
/// # Errors
/// A component is none or cannot be prepared, or the bundle cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let sandbox = Sandbox::new(Settings::default())?;
    let data = Data::shipped();
    let old = std::fs::read(&args.output).unwrap_or_default();
    // A bundle of another version is no obstacle to making a new one.
    let known = bundle::parse(&old).unwrap_or_default();
    let mut contents = Vec::new();
    for path in &args.components {
        let component = std::fs::read(path).with_context(|| path.display().to_string())?;
        let manifest = read_manifest(&component).with_context(|| path.display().to_string())?;
        let key = sandbox.key_for(&component, &manifest, &data);
        let before = known.iter().filter_map(|plugin| plugin.prepared).find(|prepared| prepared.key == key);
        let prepared = match before {
            Some(PreparedCode { key, code }) => Prepared { key: key.to_owned(), code: code.to_vec() },
            None => {
                anstream::eprintln!("   preparing {}@{}", manifest.name, manifest.version);
                sandbox.prepare(&component, &manifest, &data)?
            }
        };
        contents.push((component, manifest, prepared));
    }
    let plugins: Vec<Bundled> = contents
        .iter()
        .map(|(component, manifest, prepared)| Bundled {
            manifest: manifest.clone(),
            digest: digest(component),
            component,
            prepared: Some(PreparedCode { key: &prepared.key, code: &prepared.code }),
        })
        .collect();
    replace(&args.output, &bundle::write(&plugins)?).with_context(|| args.output.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}
