//! What can go wrong when a plugin is made, loaded or called: one stable code each, and what to do about it.

use super::log::LogLine;
use crate::model::{PluginId, Property};

/// Every code that the sandbox gives. A plugin's own error codes (`malformed`, `configuration`, …) are in
/// [`CallError::plugin_code`] and reported under [`Code::Plugin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The bytes are not a component, or not one that this engine takes.
    MalformedComponent,
    /// The component asks for something that its world does not have.
    UnknownImport,
    /// The component does not export what its manifest's world needs.
    WrongWorld,
    /// Built for a version of the contract that this host does not know.
    ContractVersion,
    /// The names fit but the types do not.
    Incompatible,
    /// `init` answered an error, trapped or met a limit.
    InitFailed,
    /// Preparing took too long.
    PrepareTimeout,
    /// Preparing took too much memory.
    PrepareMemory,
    /// Preparing ended in a way of its own: the child crashed or could not be started.
    PrepareFailed,
    /// There is no prepared code, and nothing may be prepared now.
    NotPrepared,
    /// Larger than the pool of instances can hold.
    TooLarge,
    /// What it would be given is marked higher than a plugin with its network grant may have.
    Marking,
    /// The plugin's own work took longer than the manifest says.
    Deadline,
    /// Memories and tables together grew over the manifest's limit.
    Memory,
    /// The input is over the manifest's limit.
    InputTooLarge,
    /// What the plugin hands back is over the manifest's limit.
    OutputTooLarge,
    /// More records than the manifest says.
    Records,
    /// The plugin stopped itself: a panic, an out-of-bounds access, an `unreachable`.
    Trap,
    /// Recursion without end.
    StackOverflow,
    /// The result breaks the contract.
    InvalidResult,
    /// The plugin answered an error of its own.
    Plugin,
    /// A fault of the host's, not of the plugin's.
    Internal,
}

impl Code {
    /// Every code, for documentation and tests.
    pub const ALL: [Code; 22] = [
        Code::MalformedComponent,
        Code::UnknownImport,
        Code::WrongWorld,
        Code::ContractVersion,
        Code::Incompatible,
        Code::InitFailed,
        Code::PrepareTimeout,
        Code::PrepareMemory,
        Code::PrepareFailed,
        Code::NotPrepared,
        Code::TooLarge,
        Code::Marking,
        Code::Deadline,
        Code::Memory,
        Code::InputTooLarge,
        Code::OutputTooLarge,
        Code::Records,
        Code::Trap,
        Code::StackOverflow,
        Code::InvalidResult,
        Code::Plugin,
        Code::Internal,
    ];

    /// As reports and `--json` have it; stable.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::MalformedComponent => "malformed-component",
            Code::UnknownImport => "unknown-import",
            Code::WrongWorld => "wrong-world",
            Code::ContractVersion => "contract-version",
            Code::Incompatible => "incompatible",
            Code::InitFailed => "init-failed",
            Code::PrepareTimeout => "prepare-timeout",
            Code::PrepareMemory => "prepare-memory",
            Code::PrepareFailed => "prepare-failed",
            Code::NotPrepared => "not-prepared",
            Code::TooLarge => "too-large",
            Code::Marking => "marking",
            Code::Deadline => "deadline",
            Code::Memory => "memory",
            Code::InputTooLarge => "input-too-large",
            Code::OutputTooLarge => "output-too-large",
            Code::Records => "records",
            Code::Trap => "trap",
            Code::StackOverflow => "stack-overflow",
            Code::InvalidResult => "invalid-result",
            Code::Plugin => "plugin",
            Code::Internal => "internal",
        }
    }

    /// The code that [`Code::as_str`] writes so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }

    /// What an operator or author can do.
    pub fn hint(self) -> &'static str {
        match self {
            Code::MalformedComponent => "build the plugin with `huntsmith plugin build` and copy the file unchanged",
            Code::UnknownImport => {
                "a plugin reaches only what its world imports: take out the crate or call that brings this import, \
                 or name another world in the manifest"
            }
            Code::WrongWorld => "name the world that the plugin was built for in its manifest, and build it again",
            Code::ContractVersion => "take a plugin and a huntsmith that know the same minor of the contract",
            Code::Incompatible => {
                "build the plugin against the published WIT, unchanged, with `huntsmith plugin build`"
            }
            Code::InitFailed => {
                "the plugin's data may be missing or unreadable: see the message and `--data-dir`, else tell its author"
            }
            Code::PrepareTimeout => {
                "the component is too costly to compile: make it smaller, or raise HUNTSMITH_PREPARE_SECONDS"
            }
            Code::PrepareMemory => {
                "the component is too costly to compile: make it smaller, or raise HUNTSMITH_PREPARE_MEMORY_MIB"
            }
            Code::PrepareFailed => {
                "tell the plugin's author, with this message; `huntsmith doctor` checks the host's side"
            }
            Code::NotPrepared => "let huntsmith prepare the component: `huntsmith plugin list` does it",
            Code::TooLarge => "use fewer or smaller memories, tables and core modules",
            Code::Marking => {
                "raise `max-tlp` of the feed if its plugin may carry such a text outside, or read it without the network"
            }
            Code::Deadline => {
                "raise `deadline-ms` under [plugins.NAME.limits] if the input is fair; else tell the plugin's author"
            }
            Code::Memory => {
                "raise `memory-mib` under [plugins.NAME.limits] if the input is fair; else tell the plugin's author"
            }
            Code::InputTooLarge => "raise `input-bytes` under [plugins.NAME.limits], or give it less at once",
            Code::OutputTooLarge => "raise `output-bytes` under [plugins.NAME.limits] if the input is fair",
            Code::Records => "raise `records` under [plugins.NAME.limits] if the input is fair",
            Code::Trap => "tell the plugin's author, with the article and the log lines",
            Code::StackOverflow => "tell the plugin's author: recursion must be bounded",
            Code::InvalidResult => "tell the plugin's author, with the article: the contract's comments say what holds",
            Code::Plugin => {
                "see the message; the plugin's own code says whether the input or the configuration is at fault"
            }
            Code::Internal => "report this to huntsmith's developers",
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The sandbox could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("{message}\n\nhint: {hint}")]
pub struct SandboxError {
    pub message: String,
    pub hint: String,
}

/// A plugin could not be prepared or loaded. The rest of the run goes on without it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{plugin}: {message}\n\nhint: {hint}")]
pub struct LoadError {
    pub plugin: PluginId,
    pub code: Code,
    pub message: String,
    pub hint: String,
    /// What the plugin logged in `init`.
    pub log: Vec<LogLine>,
}

/// A call failed. Nothing of its result is used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{plugin}: {message}\n\nhint: {hint}")]
pub struct CallError {
    pub plugin: PluginId,
    pub code: Code,
    /// The plugin's own code, where `code` is [`Code::Plugin`].
    pub plugin_code: Option<String>,
    pub message: String,
    pub hint: String,
    /// What the plugin's error carries besides.
    pub properties: Vec<Property>,
    /// What the plugin logged up to the failure.
    pub log: Vec<LogLine>,
}

impl CallError {
    /// The code for reports: the plugin's own, as `plugin:malformed`, or the sandbox's.
    pub fn report_code(&self) -> String {
        match &self.plugin_code {
            Some(code) => format!("plugin:{code}"),
            None => self.code.as_str().to_owned(),
        }
    }
}

/// A failure without the plugin's name, which the caller adds. Travels through wasmtime as an error.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Fault {
    pub code: Code,
    pub message: String,
}

/// A failure with what the plugin logged before it.
pub(crate) type Logged = (Fault, Vec<LogLine>);

impl Fault {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// What wasmtime's error means. Our own faults pass through it; its traps are told apart by type; what is left is
    /// the component breaking the canonical ABI or the contract's types.
    pub fn of(error: &wasmtime::Error) -> Self {
        if let Some(fault) = error.downcast_ref::<Fault>() {
            return fault.clone();
        }
        match error.downcast_ref::<wasmtime::Trap>() {
            Some(wasmtime::Trap::StackOverflow) => {
                return Self::new(Code::StackOverflow, "the plugin's stack overflowed");
            }
            Some(wasmtime::Trap::Interrupt) => return Self::new(Code::Deadline, "the plugin was interrupted"),
            Some(wasmtime::Trap::OutOfFuel) => return Self::new(Code::Deadline, "the plugin used up its fuel"),
            Some(trap) => return Self::new(Code::Trap, format!("the plugin trapped: {trap}")),
            None => {}
        }
        if error.downcast_ref::<wasmtime::PoolConcurrencyLimitError>().is_some() {
            return Self::new(Code::Internal, "the pool of instances is exhausted although slots were free");
        }
        let text = chain(error);
        // The type of this error is private to wasmtime; a test holds its wording.
        if text.contains("fuel allocated for hostcalls has been exhausted") {
            return Self::new(Code::OutputTooLarge, "the plugin hands back more than its limit of output bytes");
        }
        Self::new(Code::InvalidResult, format!("the plugin broke the component model's rules: {text}"))
    }
}

/// An error with what caused it, in one line.
pub(crate) fn chain(error: &wasmtime::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !text.ends_with(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(cause.trim());
        }
    }
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_read_back() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(code));
            assert!(!code.hint().is_empty());
        }
    }
}
