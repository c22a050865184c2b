//! Detection rules of Elastic Security, in the form in which they are imported: NDJSON.
//!
//! Source: Elastic, "Detections API: import detection rules".

use crate::reads::Reads;
use huntsmith_sdk::emitter::{Artifact, Hunt, Refusal};
use huntsmith_sdk::query::rule::{Json, Level, description, rules};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::{Window, in_units};

/// Wraps every query of a hunt as a rule.
///
/// # Errors
/// A window that the hunt's plan breaks the contract with.
pub fn wrap(
    hunt: &Hunt,
    kind: &'static str,
    language: &'static str,
    reads: &Reads<'_>,
    notes: &[String],
    queries: Vec<Query>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let last = match Window::of(&hunt.window)? {
        Window::Last(seconds) => Some(seconds),
        Window::Between(..) => None,
    };
    rules(hunt, "ndjson", notes, queries, |id, title, query| {
        rule(hunt, (kind, language, reads), last, (id, title, query))
    })
}

fn rule(
    hunt: &Hunt,
    (kind, language, reads): (&'static str, &'static str, &Reads<'_>),
    last: Option<u32>,
    (id, title, query): (&str, &str, Query),
) -> Result<Query, Refusal> {
    let (severity, risk) = match Level::of(hunt) {
        Level::Informational | Level::Low => ("low", 21),
        Level::Medium => ("medium", 47),
        Level::High => ("high", 73),
        Level::Critical => ("critical", 99),
    };
    let mut json = Json::object();
    json.text("rule_id", id)?.text("name", title)?.text("description", &description(hunt))?;
    json.text("type", kind)?.text("language", language)?.query("query", query)?;
    match reads {
        Reads::InQuery => &mut json,
        Reads::Patterns(patterns) => json.texts("index", patterns.iter().map(String::as_str))?,
        Reads::View(view) => json.text("data_view_id", view)?,
    };
    json.text("severity", severity)?.number("risk_score", risk).own("enabled", "false").text("interval", "1d")?;
    if let Some(seconds) = last {
        let (count, unit) = in_units(seconds);
        json.text("from", &format!("now-{count}{unit}"))?;
    }
    json.texts("author", hunt.author.as_deref().into_iter())?;
    json.texts("references", hunt.references.iter().map(String::as_str))?;
    json.texts("false_positives", hunt.false_positives.iter().map(String::as_str))?;
    json.texts("tags", hunt.techniques.iter().map(String::as_str))?;
    if let Some(license) = &hunt.license {
        json.text("license", license)?;
    }
    Ok(json.finish())
}
