//! End to end: the command as users run it, with the plugins that it carries.

mod bad_input;
mod batch;
mod contract;
mod convert;
mod determinism;
mod extension;
mod feeds;
mod feeds_command;
mod guide;
mod hostile_run;
mod hunt;
mod kill;
mod linear;
mod playbooks;
mod plugin_check;
mod plugin_new;
mod plugin_trust;
mod readers;
mod reference;
mod registry;
mod sample;
mod sandbox;
mod serve;
mod sources;
mod state;
mod vocabulary;
