//! What Elastic's three languages share: the fields of the Elastic Common Schema, and Lucene's regular expressions.

mod anchors;
mod edges;
pub mod reads;
pub mod regex;
pub mod rule;
pub mod table;

use huntsmith_sdk::emitter::{Hunt, Refusal};
use huntsmith_sdk::query::formula::Subject;
use huntsmith_sdk::query::search::{Resolved, resolve_open};

/// Resolves a hunt's searches over the schema.
///
/// # Errors
/// Every refusal of the hunt.
pub fn resolve(hunt: &Hunt) -> Result<Vec<Resolved<'_>>, Vec<Refusal>> {
    resolve_open(hunt, table::SOURCES, &table::OPEN)
}

/// What a reader must know of words that stand anywhere in an event.
pub fn anywhere(resolved: &[Resolved<'_>]) -> Option<String> {
    let mut atoms = resolved.iter().flat_map(|one| one.formula.atoms());
    let words = atoms.any(|atom| atom.subject == Subject::Anywhere);
    words
        .then(|| "Words anywhere in an event are looked for in `message`, where the integration keeps its text.".into())
}

/// What narrows a search to its class: a field, and the values any of which it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub field: &'static str,
    pub values: Vec<&'static str>,
}

/// The conditions under which an event belongs to the class of a search: its categories, its types or codes, and for
/// Windows' logs the channel.
pub fn scopes(one: &Resolved<'_>) -> Vec<Scope> {
    let words = |text: &'static str| text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>();
    let (codes, types) = words(one.source.only).into_iter().partition(|word: &&str| word.parse::<u32>().is_ok());
    let channels = huntsmith_sdk::query::windows::channels(&one.search.class).to_vec();
    let scopes = [
        Scope { field: "event.category", values: words(one.source.table) },
        Scope { field: "event.type", values: types },
        Scope { field: "event.code", values: codes },
        Scope { field: "winlog.channel", values: channels },
    ];
    scopes.into_iter().filter(|scope| !scope.values.is_empty()).collect()
}
