//! The command line: one file a subcommand. The only place that prints. stdout is data, everything else goes to stderr.

mod attack;
mod batch;
mod bundle;
mod classify;
mod config;
mod configured;
mod convert;
mod data;
mod dialects;
mod doctor;
mod extract;
mod feeds;
mod gc;
mod history;
mod host;
mod hunt;
mod hunts;
mod playbook;
mod plugin;
mod run;
mod search;
mod state;
mod summary;

use crate::fetch::FetchError;
use crate::model::Tlp;
use crate::store::StoreError;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Turns threat reporting into hunts, with sandboxed plugins.
///
/// Exit codes: 0 fine, 1 the gate `--fail-on` tripped, 2 usage or configuration, 3 partial result (something could not
/// be read or said; what could be is there). A gate that tripped outweighs a partial result.
#[derive(Debug, Parser)]
#[command(name = "huntsmith", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Extract(extract::Args),
    Classify(classify::Args),
    Convert(convert::Args),
    Dialects(dialects::Args),
    Hunt(hunt::Args),
    Hunts(hunts::Args),
    Feeds(feeds::Args),
    Plugin(plugin::Args),
    Attack(attack::Args),
    Data(data::Args),
    Playbook(playbook::Args),
    Search(search::Args),
    History(history::Args),
    Gc(gc::Args),
    Config(config::Args),
    Doctor(doctor::Args),
    #[command(name = "__bundle", hide = true)]
    Bundle(bundle::Args),
}

/// Everything is fine.
pub const FINE: u8 = 0;
/// A brief reached the severity of `--fail-on`.
pub const GATE: u8 = 1;
/// The command line or the configuration is wrong.
pub const USAGE: u8 = 2;
/// Something could not be read or said; what could be is there.
pub const PARTIAL: u8 = 3;

/// A marking as the command line has it.
fn marking(text: &str) -> Result<Tlp, String> {
    Tlp::parse(text).ok_or_else(|| "one of clear, green, amber, amber+strict, red".into())
}

/// Runs the command line of this process with the plugins that the binary carries.
pub fn main(bundle: &'static [u8]) -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Run(args) => run::run(args, bundle),
        Command::Extract(args) => extract::run(args, bundle),
        Command::Classify(args) => classify::run(args, bundle),
        Command::Convert(args) => convert::run(args, bundle),
        Command::Dialects(args) => dialects::run(args, bundle),
        Command::Hunt(args) => hunt::run(args),
        Command::Hunts(args) => hunts::run(args, bundle),
        Command::Feeds(args) => feeds::run(args, bundle),
        Command::Plugin(args) => plugin::run(args, bundle),
        Command::Attack(args) => attack::run(args),
        Command::Data(args) => data::run(args, bundle),
        Command::Playbook(args) => playbook::run(args),
        Command::Search(args) => search::run(args),
        Command::History(args) => history::run(args),
        Command::Gc(args) => gc::run(args),
        Command::Config(args) => config::run(args),
        Command::Doctor(args) => doctor::run(args, bundle),
        Command::Bundle(args) => bundle::run(args),
    };
    match outcome {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::from(FINE),
        Err(error) => {
            anstream::eprintln!("error: {}", run::told(&format!("{error:#}"), &hint(&error)));
            ExitCode::from(USAGE)
        }
    }
}

/// What to do about it, where the message does not say so itself.
fn hint(error: &anyhow::Error) -> String {
    let of = |cause: &(dyn std::error::Error + 'static)| {
        let store = cause.downcast_ref::<StoreError>().map(StoreError::hint);
        store.or_else(|| cause.downcast_ref::<FetchError>().map(FetchError::hint))
    };
    error.chain().find_map(of).unwrap_or_default()
}

/// Who reads our output has seen enough.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe))
}
