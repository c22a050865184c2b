//! Hunts as KQL for Microsoft Sentinel: the normalised (ASIM) tables, and native ones for mail and cloud.

mod fields;
mod table;

use huntsmith_kql::Product;
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::rule::{Json, Level, description};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::Window;

/// A Log Analytics workspace with Sentinel.
pub struct Sentinel;

const PRODUCT: Product = Product {
    sources: table::SOURCES,
    time: "TimeGenerated",
    values: 4_000,
    note: "Microsoft Sentinel: reads the ASIM tables, which data connectors and ingestion-time parsers fill.",
    rule,
    rule_columns: |_| Some(&[]),
};

impl Emitter for Sentinel {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        huntsmith_kql::emit(&PRODUCT, hunt, target)
    }
}

/// An analytics rule: the body of a call that creates or changes it under its identity.
///
/// Source: Microsoft, "Alert Rules - Create Or Update" (Sentinel's REST API). A rule looks back 14 days at most.
fn rule(hunt: &Hunt, id: &str, title: &str, query: Query) -> Result<Query, Refusal> {
    const DAY: u32 = 1_440;
    let minutes = match Window::of(&hunt.window)? {
        Window::Last(seconds) => (seconds / 60).clamp(5, 14 * DAY),
        Window::Between(..) => 14 * DAY,
    };
    let severity = match Level::of(hunt) {
        Level::Informational => "Informational",
        Level::Low => "Low",
        Level::Medium => "Medium",
        Level::High | Level::Critical => "High",
    };
    // The service takes techniques and sub-techniques apart.
    let mut techniques: Vec<&str> = hunt.techniques.iter().map(|id| id.split('.').next().unwrap_or(id)).collect();
    techniques.sort_unstable();
    techniques.dedup();
    let mut json = Json::object();
    json.text("name", id)?.text("kind", "Scheduled")?.open("properties").text("displayName", title)?;
    json.text("description", &description(hunt))?.text("severity", severity)?.own("enabled", "true");
    json.query("query", query)?.text("queryFrequency", &format!("PT{}M", minutes.min(DAY)))?;
    json.text("queryPeriod", &format!("PT{minutes}M"))?.text("triggerOperator", "GreaterThan")?;
    json.number("triggerThreshold", 0).text("suppressionDuration", "PT5H")?.own("suppressionEnabled", "false");
    json.texts("techniques", techniques.into_iter())?;
    json.texts("subTechniques", hunt.techniques.iter().map(String::as_str).filter(|id| id.contains('.')))?;
    json.close();
    Ok(json.finish())
}

huntsmith_sdk::export_emitter!(Sentinel);
