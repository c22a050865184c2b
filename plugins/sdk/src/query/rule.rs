//! Rules to deploy, in JSON: what every product's has, and the query as one string of it.

use super::answer::artifacts;
use super::identity::rule_id;
use super::quote::{BACKSLASHED, Hidden, Quoting};
use super::refusal::At;
use super::text::Query;
use crate::emitter::{Artifact, Hunt, Refusal};

/// A string in JSON (RFC 8259).
pub const JSON: Quoting = Quoting { hidden: Hidden::Units, ..BACKSLASHED };

/// A hunt's level, one of five.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl Level {
    /// The hunt's own; medium where it has none.
    pub fn of(hunt: &Hunt) -> Self {
        match hunt.level.as_deref() {
            Some("informational") => Level::Informational,
            Some("low") => Level::Low,
            Some("high") => Level::High,
            Some("critical") => Level::Critical,
            _ => Level::Medium,
        }
    }

    /// As the contract and Sigma write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Informational => "informational",
            Level::Low => "low",
            Level::Medium => "medium",
            Level::High => "high",
            Level::Critical => "critical",
        }
    }
}

/// One rule in JSON under construction.
#[derive(Debug)]
pub struct Json {
    query: Query,
    first: bool,
}

impl Json {
    pub fn object() -> Self {
        let mut query = Query::default();
        query.word("{");
        Self { query, first: true }
    }

    fn key(&mut self, key: &'static str) -> &mut Query {
        let comma = if std::mem::take(&mut self.first) { "" } else { "," };
        self.query.word(comma).word("\"").word(key).word("\":")
    }

    /// A member of the product's own: its value as JSON.
    pub fn own(&mut self, key: &'static str, json: &'static str) -> &mut Self {
        self.key(key).word(json);
        self
    }

    /// # Errors
    /// None: JSON can say every character.
    pub fn text(&mut self, key: &'static str, text: &str) -> Result<&mut Self, Refusal> {
        self.key(key).constant(&JSON, text, At::HUNT)?;
        Ok(self)
    }

    /// # Errors
    /// None, as [`Json::text`].
    pub fn texts<'t>(&mut self, key: &'static str, texts: impl Iterator<Item = &'t str>) -> Result<&mut Self, Refusal> {
        let query = self.key(key).word("[");
        for (index, text) in texts.enumerate() {
            query.word(if index == 0 { "" } else { "," }).constant(&JSON, text, At::HUNT)?;
        }
        query.word("]");
        Ok(self)
    }

    /// # Errors
    /// None, as [`Json::text`].
    pub fn query(&mut self, key: &'static str, query: Query) -> Result<&mut Self, Refusal> {
        self.key(key).embed(&JSON, query, At::HUNT)?;
        Ok(self)
    }

    pub fn number(&mut self, key: &'static str, number: u64) -> &mut Self {
        self.key(key).count(number, "");
        self
    }

    /// A member that is an object.
    pub fn open(&mut self, key: &'static str) -> &mut Self {
        self.key(key).word("{");
        self.first = true;
        self
    }

    pub fn close(&mut self) -> &mut Self {
        self.query.word("}");
        self.first = false;
        self
    }

    /// A member that is a list of objects, each from [`Json::item`] to [`Json::close`]; ends with [`Json::end`].
    pub fn list(&mut self, key: &'static str) -> &mut Self {
        self.key(key).word("[");
        self.first = true;
        self
    }

    pub fn item(&mut self) -> &mut Self {
        let comma = if std::mem::take(&mut self.first) { "" } else { "," };
        self.query.word(comma).word("{");
        self.first = true;
        self
    }

    pub fn end(&mut self) -> &mut Self {
        self.query.word("]");
        self.first = false;
        self
    }

    /// The whole, on one line.
    pub fn finish(mut self) -> Query {
        self.query.word("}\n");
        self.query
    }
}

/// Makes a rule of every query of a hunt; each has an identity of its own that a second run gives again.
///
/// # Errors
/// Those of `rule`.
pub fn rules(
    hunt: &Hunt,
    language: &str,
    notes: &[String],
    queries: Vec<Query>,
    rule: impl Fn(&str, &str, Query) -> Result<Query, Refusal>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let many = queries.len() > 1;
    let each = queries.into_iter().enumerate().map(|(index, query)| {
        let part = if many { (index + 1).to_string() } else { String::new() };
        let title = if many { format!("{} (part {part})", hunt.title) } else { hunt.title.clone() };
        // People read it in consoles: one line without what cannot be seen.
        let title = super::comment::one_line(&title, &[]);
        rule(&rule_id(&hunt.id, &part), &title, query)
    });
    let queries = each.collect::<Result<Vec<_>, _>>()?;
    Ok(artifacts(hunt, language, notes, queries))
}

/// What a rule says of its hunt: the description, the source, what may be found that is no attack.
pub fn description(hunt: &Hunt) -> String {
    let mut text = if hunt.description.is_empty() { hunt.title.clone() } else { hunt.description.clone() };
    for (label, items) in [("False positives", &hunt.false_positives), ("References", &hunt.references)] {
        if !items.is_empty() {
            text.push_str(&format!("\n{label}: {}", items.join("; ")));
        }
    }
    if let Some(source) = &hunt.source {
        text.push_str(&format!("\nSource: {source}"));
    }
    if let Some(license) = &hunt.license {
        text.push_str(&format!("\nLicence: {license}"));
    }
    text
}
