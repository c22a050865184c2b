//! Saved searches: stanzas of `savedsearches.conf` that run once a day and alert where something is found.
//!
//! Source: Splunk, "savedsearches.conf". A value goes on in the next line after a backslash at the end of a line.

use huntsmith_sdk::emitter::{Artifact, Hunt, Refusal};
use huntsmith_sdk::query::quote::{BARE, Hidden, Quoting};
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::rule::{Level, description, rules};
use huntsmith_sdk::query::text::Query;

/// A setting's value.
const VALUE: Quoting = Quoting { escapes: &[('\n', " \\\n")], hidden: Hidden::Plain, ..BARE };

/// Makes a stanza of every query of a hunt. Its name ends in the rule's identity, by which a second run finds it.
///
/// # Errors
/// None that a query has not had before.
pub fn stanzas(hunt: &Hunt, notes: &[String], queries: Vec<Query>) -> Result<Vec<Artifact>, Vec<Refusal>> {
    rules(hunt, "conf", notes, queries, |id, title, query| {
        let severity = match Level::of(hunt) {
            Level::Informational => 1,
            Level::Low => 2,
            Level::Medium => 3,
            Level::High => 4,
            Level::Critical => 5,
        };
        let brackets = ['[', ']', '\\'];
        let mut stanza = Query::default();
        stanza.word("[").comment(title, &brackets).word(" - ").comment(id, &brackets).word("]\ndescription = ");
        stanza.comment(&description(hunt), &['\\']).word("\nsearch = ").embed(&VALUE, query.trimmed(), At::HUNT)?;
        stanza.word("\nenableSched = 1\ncron_schedule = 17 5 * * *\ncounttype = number of events\n");
        stanza.word("relation = greater than\nquantity = 0\nalert.track = 1\nalert.severity = ");
        stanza.count(severity, "\n");
        Ok(stanza)
    })
}
