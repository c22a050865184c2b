//! `huntsmith hunt`: the catalogue of hunts, listed, shown, proved by their events, and run over a log of the user's own.

mod cases;
mod list;
mod mapping;
mod over;
mod test;

use super::host::{EmitArgs, text};
use crate::catalogue::classes::EventTable;
use crate::catalogue::evaluate::Known;
use crate::catalogue::sigma::Frame;
use crate::catalogue::{Catalogue, CatalogueError};
use crate::data::Data;
use crate::kinds::Kinds;
use crate::pipeline::PhaseTable;
use anyhow::Context as _;
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;

/// The catalogue of hunts: list, show, test by their events, run over your own log
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// Folder with newer versions of the data that huntsmith carries, `hunts/` among them
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_DATA_DIR", global = true)]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::ListArgs),
    Show(list::ShowArgs),
    Test(test::Args),
    Run(over::Args),
}

/// Runs the subcommand.
///
/// # Errors
/// A table or an input cannot be read, or the output cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let room = Room::open(args.data_dir)?;
    match args.command {
        Command::List(args) => list::list(&args, &room),
        Command::Show(args) => list::show(&args, &room),
        Command::Test(args) => test::run(&args, &room),
        Command::Run(args) => over::run(&args, &room),
    }
}

/// The tables that hunts are read and evaluated with.
struct Room {
    data: Data,
    frame: Frame,
    kinds: Kinds,
    events: EventTable,
}

impl Room {
    fn open(data_dir: Option<PathBuf>) -> anyhow::Result<Self> {
        let data = Data::new(data_dir);
        let phases = PhaseTable::parse(&text(&data, "phases")?).context("data/phases.toml")?;
        Ok(Self {
            frame: Frame { phases, window: EmitArgs::default().window },
            kinds: Kinds::parse(&text(&data, "kinds")?)?,
            events: EventTable::parse(&text(&data, "events")?).context("data/events.toml")?,
            data,
        })
    }

    fn known(&self) -> Known<'_> {
        Known { events: &self.events, kinds: &self.kinds }
    }

    fn shipped(&self) -> (Catalogue, Vec<CatalogueError>) {
        Catalogue::shipped(&self.data, &self.frame)
    }
}

/// Says what could not be read.
fn warn(errors: &[CatalogueError]) {
    for error in errors {
        anstream::eprintln!("warning: {}", crate::report::plain_lines(&error.to_string()));
    }
}
