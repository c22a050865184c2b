//! Where a rule of Elastic's reads: patterns of indices, or one of Kibana's data views. The languages themselves name none.

use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::text::Name;

/// The options that say so.
pub const OPTIONS: &[&str] = &["index", "data_view"];

/// What a rule reads.
#[derive(Debug, Clone)]
pub enum Reads<'o> {
    /// The query says it.
    InQuery,
    Patterns(Vec<String>),
    View(&'o str),
}

impl<'o> Reads<'o> {
    /// What the operator's options say; Elastic's own patterns where they say nothing.
    ///
    /// # Errors
    /// `invalid-options` for patterns that are none, and for both options at once.
    pub fn of(options: &'o Options) -> Result<Self, Refusal> {
        let index: Name<'_> = options.name("index", "-.*,:", "logs-*,winlogbeat-*")?;
        match (options.text("data_view")?, options.text("index")?) {
            (Some(_), Some(_)) => {
                let reason = "a rule reads patterns of indices or a data view, not both";
                Err(At::HUNT.refuse(Code::InvalidOptions, "data_view", reason))
            }
            (Some(view), None) => Ok(Reads::View(view)),
            (None, _) => Ok(Reads::Patterns(index.to_string().split(',').map(str::to_owned).collect())),
        }
    }

    /// For who sends the query: where to.
    pub fn note(&self) -> Option<String> {
        match self {
            Reads::InQuery => None,
            Reads::Patterns(patterns) => Some(format!("Search the indices {}.", patterns.join(","))),
            Reads::View(view) => Some(format!("Search the data view {view}.")),
        }
    }
}
