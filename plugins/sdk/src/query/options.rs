//! The operator's mapping for a dialect: a JSON object, read once per call.

use super::refusal::{At, Code};
use super::table::Source;
use super::text::Name;
use crate::emitter::Refusal;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Names of tables that this installation has instead of the dialect's own.
#[derive(Debug, Clone, Default)]
pub struct Tables<'o>(BTreeMap<&'static str, Name<'o>>);

impl<'o> Tables<'o> {
    /// The name of a source's table.
    pub fn name(&self, source: &Source) -> Name<'o> {
        self.0.get(source.table).copied().unwrap_or(Name::native(source.table))
    }
}

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

    /// Some texts, of which any will do: one, or a list of them; none where the option is not given.
    ///
    /// # Errors
    /// `invalid-options` for anything else, an empty list or text, and what `sound` does not take.
    pub fn texts<'o>(&'o self, name: &str, sound: impl Fn(&str) -> bool) -> Result<Vec<&'o str>, Refusal> {
        let wrong = |reason: &str| At::HUNT.refuse(Code::InvalidOptions, name, reason);
        let given = match self.0.get(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(list)) if !list.is_empty() => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let text = |value: &'o Value| match value {
            Value::String(text) if !text.is_empty() => {
                sound(text).then_some(text.as_str()).ok_or_else(|| wrong("a text that the dialect cannot write there"))
            }
            _ => Err(wrong("neither a text nor a list of texts")),
        };
        given.iter().map(text).collect()
    }

    /// Other names of the dialect's tables: an object of its own names and those of this installation.
    ///
    /// # Errors
    /// `invalid-options` for what is no object, a table that the dialect does not read, and what has more than ASCII
    /// letters, digits, `_` and what `also` allows.
    pub fn tables(&self, also: &str, sources: &'static [Source]) -> Result<Tables<'_>, Refusal> {
        let wrong = |reason: &str| At::HUNT.refuse(Code::InvalidOptions, "tables", reason);
        let mut tables = Tables::default();
        let given = match self.0.get("tables") {
            None => return Ok(tables),
            Some(given) => given.as_object().ok_or_else(|| wrong("not an object of names"))?,
        };
        for (own, theirs) in given {
            let own = sources.iter().find(|source| source.table == own.as_str());
            let own = own.ok_or_else(|| wrong("the dialect reads no table of that name"))?;
            let theirs = theirs.as_str().and_then(|name| Name::checked(name, also));
            let theirs = theirs.ok_or_else(|| wrong("not a name that can be written without quotes"))?;
            tables.0.insert(own.table, theirs);
        }
        Ok(tables)
    }

    /// Those of a few words that a list has.
    ///
    /// # Errors
    /// `invalid-options` for what is no list, and for any other word.
    pub fn chosen(&self, name: &str, words: &[&'static str]) -> Result<Option<Vec<&'static str>>, Refusal> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let reason = || format!("not a list of: {}", words.join(", "));
        let wrong = || At::HUNT.refuse(Code::InvalidOptions, name, reason());
        let known = |item: &Value| words.iter().copied().find(|word| item.as_str() == Some(word)).ok_or_else(wrong);
        value.as_array().ok_or_else(wrong)?.iter().map(known).collect::<Result<_, _>>().map(Some)
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
