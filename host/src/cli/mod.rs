//! The command line: one file a subcommand, and the only place that prints.

mod plugin;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What the subcommands share.
pub(crate) struct Context {
    /// The plugins that were built in.
    #[allow(dead_code)]
    pub bundle: &'static [u8],
}

#[derive(Parser)]
#[command(name = "huntsmith", version, about = "Turns threat reporting into hunts")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build, list and inspect plugins
    #[command(subcommand)]
    Plugin(plugin::Command),
}

/// Runs the command that the arguments name.
pub fn main(bundle: &'static [u8]) -> ExitCode {
    let context = Context { bundle };
    let done = match Arguments::parse().command {
        Command::Plugin(command) => plugin::run(&context, command),
    };
    done.unwrap_or_else(|error| {
        anstream::eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}
