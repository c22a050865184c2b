//! The operator's mapping for a dialect: a JSON object, read once per call.

use super::refusal::{At, Code};
use super::text::Name;
use crate::emitter::Refusal;
use serde_json::{Map, Value};

/// The options of one call.
#[derive(Debug, Clone, Default)]
pub struct Options(Map<String, Value>);

impl Options {
    /// Reads the mapping; `known` are the options that the dialect has.
    ///
    /// # Errors
    /// `invalid-options` for what is no JSON object, and for an option that the dialect does not have.
    pub fn parse(mapping: &str, known: &[&str]) -> Result<Self, Refusal> {
        let value: Value = serde_json::from_str(mapping)
            .map_err(|error| At::HUNT.refuse(Code::InvalidOptions, "mapping", format!("not JSON: {error}")))?;
        let Value::Object(options) = value else {
            return Err(At::HUNT.refuse(Code::InvalidOptions, "mapping", "not a JSON object"));
        };
        if let Some(unknown) = options.keys().find(|key| !known.contains(&key.as_str())) {
            let reason = format!("the dialect has no such option; it has: {}", known.join(", "));
            return Err(At::HUNT.refuse(Code::InvalidOptions, unknown, reason));
        }
        Ok(Self(options))
    }

    /// One of a few words; the first of them where the option is not given.
    ///
    /// # Errors
    /// `invalid-options` for any other word.
    pub fn choice(&self, name: &str, words: &[&'static str]) -> Result<&'static str, Refusal> {
        let Some(value) = self.0.get(name) else { return Ok(words[0]) };
        let chosen = value.as_str().and_then(|given| words.iter().copied().find(|word| *word == given));
        chosen.ok_or_else(|| {
            At::HUNT.refuse(Code::InvalidOptions, name, format!("{value} is not one of: {}", words.join(", ")))
        })
    }

    /// Whether something is switched on.
    ///
    /// # Errors
    /// `invalid-options` for what is not `true` or `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.0.get(name) {
            None => Ok(false),
            Some(Value::Bool(on)) => Ok(*on),
            Some(_) => Err(At::HUNT.refuse(Code::InvalidOptions, name, "neither true nor false")),
        }
    }

    /// A name that goes into the query as it is: an index, a table, a label; `otherwise` where it is not given.
    ///
    /// # Errors
    /// `invalid-options` for what has more than ASCII letters, digits, `_` and what `also` allows.
    pub fn name<'o>(&'o self, name: &str, also: &str, otherwise: &'static str) -> Result<Name<'o>, Refusal> {
        let Some(given) = self.text(name)? else { return Ok(Name::native(otherwise)) };
        let reason = "not a name that can be written without quotes";
        Name::checked(given, also).ok_or_else(|| At::HUNT.refuse(Code::InvalidOptions, name, reason))
    }

    /// Text, where it is given.
    ///
    /// # Errors
    /// `invalid-options` for what is not text.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(At::HUNT.refuse(Code::InvalidOptions, name, "not text")),
        }
    }
}
