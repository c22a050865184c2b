//! What Splunk's dialects share: literals, comparisons in a search and after it, and a hunt as one search over data
//! models or raw events. A dialect brings its tables.

mod expression;
mod filter;
mod pipeline;
mod quote;
mod rows;
mod saved;

pub use rows::{Frame, Reading};

use huntsmith_sdk::emitter::{Artifact, Hunt, Refusal};
use huntsmith_sdk::query::answer::{Comment, Form, artifacts, divide, is_stepped, queries};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::text::Name;

/// How many values one search may compare with.
const VALUES: usize = 2_000;

/// Three backticks would end a comment.
const COMMENT: Comment = Comment { open: "``` ", close: " ```\n", forbidden: &['`'] };

/// The indexes that the operator wants searched, in which a star stands for any text; none: all of them.
///
/// # Errors
/// `invalid-options` for what is no name of an index.
pub fn indexes(options: &Options) -> Result<Vec<&str>, Refusal> {
    options.texts("index", |text| Name::checked(text, "-*").is_some())
}

/// Says a hunt whose searches are resolved.
///
/// # Errors
/// Every refusal of the hunt.
pub fn emit(
    hunt: &Hunt,
    frame: Frame<'_>,
    resolved: Vec<Resolved<'_>>,
    notes: &[String],
    asked: Form,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let names = Names::of(hunt);
    let parts = divide(hunt, resolved, VALUES)?;
    let queries = queries(Some(&COMMENT), hunt, &parts, |query, part| match is_stepped(hunt) {
        true => pipeline::steps(query, hunt, part, frame, &names),
        false => rows::hits(query, frame, part),
    })?;
    match asked {
        Form::Query => Ok(artifacts(hunt, "spl", notes, queries)),
        Form::Rule => saved::stanzas(hunt, notes, queries),
    }
}
