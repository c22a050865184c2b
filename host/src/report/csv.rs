//! A brief's indicators as CSV (RFC 4180): one line each, for lists and spreadsheets.

use super::is_high_fidelity;
use crate::kinds::Kinds;
use crate::model::Brief;

const COLUMNS: [&str; 11] =
    ["kind", "value", "role", "confidence", "high_fidelity", "reasons", "severity", "tlp", "published", "title", "url"];

/// Writes the indicators that are in a list for people, refanged.
///
/// # Errors
/// None that is known; the library's.
pub fn write(brief: &Brief, kinds: &Kinds) -> anyhow::Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    for indicator in brief.indicators.iter().filter(|indicator| kinds.listed(&indicator.kind)) {
        out.write_record([
            indicator.kind.as_str(),
            &harmless(&indicator.value),
            &indicator.role,
            &indicator.confidence.to_string(),
            if is_high_fidelity(indicator) { "true" } else { "false" },
            &indicator.reasons.join(" "),
            brief.severity.as_str(),
            brief.tlp.as_str(),
            brief.published.as_deref().unwrap_or_default(),
            &harmless(&brief.title),
            &harmless(&brief.url),
        ])?;
    }
    Ok(String::from_utf8(out.into_inner().map_err(|e| e.into_error())?)?)
}

/// A cell that no spreadsheet takes for a formula: an apostrophe before what would begin one (OWASP, CSV Injection).
fn harmless(text: &str) -> String {
    let text = super::plain(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}
