//! What is wrong with a rule: a stable code, the reason, and the place in the file.

use std::fmt;

/// Codes of rules that cannot become a hunt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The file cannot be read, or is no UTF-8.
    UnreadableFile,
    /// More bytes than are read of one file.
    FileTooLarge,
    /// Not YAML, or YAML beyond the reader's limits.
    InvalidYaml,
    /// Neither a rule, nor a correlation, nor a filter.
    NotARule,
    /// A part that a rule must have is not there.
    MissingKey,
    /// A part has another form than the specification gives it.
    InvalidKey,
    /// A modifier that nobody knows.
    UnknownModifier,
    /// A modifier that is known and not said here, or modifiers that do not go together.
    UnsupportedModifier,
    /// A value that does not go with its modifiers: no network, no number, no regular expression.
    InvalidValue,
    /// A list, a detection or a selection without anything in it.
    EmptySet,
    /// A condition that does not follow the grammar, or names what is not there.
    InvalidCondition,
    /// No event can meet the condition.
    Contradiction,
    /// Nested deeper, or larger, than a plan may be.
    TooLarge,
    /// A correlation or a filter names a rule that is not among those given.
    UnknownRule,
    /// Correlations that read each other.
    Cycle,
    /// A correlation that a plan cannot hold.
    UnsupportedCorrelation,
    /// A rule that is read by this one cannot become a hunt.
    BrokenReference,
}

impl Code {
    /// As it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::UnreadableFile => "unreadable-file",
            Code::FileTooLarge => "file-too-large",
            Code::InvalidYaml => "invalid-yaml",
            Code::NotARule => "not-a-rule",
            Code::MissingKey => "missing-key",
            Code::InvalidKey => "invalid-key",
            Code::UnknownModifier => "unknown-modifier",
            Code::UnsupportedModifier => "unsupported-modifier",
            Code::InvalidValue => "invalid-value",
            Code::EmptySet => "empty-set",
            Code::InvalidCondition => "invalid-condition",
            Code::Contradiction => "contradiction",
            Code::TooLarge => "too-large",
            Code::UnknownRule => "unknown-rule",
            Code::Cycle => "cycle",
            Code::UnsupportedCorrelation => "unsupported-correlation",
            Code::BrokenReference => "broken-reference",
        }
    }
}

/// Why a rule did not become a hunt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SigmaError {
    pub code: Code,
    pub reason: String,
    /// The field of the rule that it is about, where it is about one.
    pub field: Option<String>,
    /// Keys from the document's top, joined by dots: `detection.selection.Image|endswith`.
    pub at: String,
    /// In the file, from 1; 0: unknown.
    pub line: u32,
}

impl fmt::Display for SigmaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.at.is_empty() {
            write!(f, "{}: ", self.at)?;
        }
        write!(f, "{}: {}", self.code.as_str(), self.reason)
    }
}

/// A place in a document, from its top: cheap to go down in, written out for an error alone.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    above: Option<&'a Place<'a>>,
    key: &'a str,
    index: Option<usize>,
    line: u32,
    field: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// A document.
    pub fn top(line: u32) -> Self {
        Self { above: None, key: "", index: None, line, field: None }
    }

    /// Below a key.
    pub fn key<'b>(&'b self, key: &'b str, line: u32) -> Place<'b> {
        Place { above: Some(self), key, index: None, line, field: self.field }
    }

    /// An item of a list.
    pub fn item(&self, index: usize, line: u32) -> Place<'_> {
        Place { above: Some(self), key: "", index: Some(index), line, field: self.field }
    }

    /// The same place, about a field.
    pub fn about<'b>(&'b self, field: &'b str) -> Place<'b> {
        Place { field: Some(field), ..*self }
    }

    /// An error here.
    pub fn error(&self, code: Code, reason: impl Into<String>) -> SigmaError {
        let field = self.field.map(str::to_owned);
        SigmaError { code, reason: reason.into(), field, at: self.to_string(), line: self.line }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(above) = self.above else { return Ok(()) };
        above.fmt(f)?;
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None if above.above.is_some() => write!(f, ".{}", self.key),
            None => f.write_str(self.key),
        }
    }
}
