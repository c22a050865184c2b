//! End to end: the command as users run it, with the plugins that it carries.

mod bad_input;
mod batch;
mod convert;
mod determinism;
mod extension;
mod feeds;
mod feeds_command;
mod hostile_run;
mod hunt;
mod kill;
mod linear;
mod readers;
mod reference;
mod sample;
mod sandbox;
mod serve;
mod sources;
mod state;
