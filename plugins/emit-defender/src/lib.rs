//! Hunts as KQL for Microsoft Defender XDR's advanced hunting: one statement a hunt.

mod fields;
mod table;

use huntsmith_kql::Product;
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Form, form, is_stepped};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::rule::{Json, Level, description};
use huntsmith_sdk::query::table::Source;
use huntsmith_sdk::query::text::Query;

/// Advanced hunting.
pub struct Defender;

const PRODUCT: Product = Product {
    sources: table::SOURCES,
    time: "Timestamp",
    values: 4_000,
    note: "Microsoft Defender XDR, advanced hunting.",
    rule,
    rule_columns: identifying,
};

impl Emitter for Defender {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        if form(target)? == Form::Rule && is_stepped(hunt) {
            let reason = "a custom detection needs the events' own columns, which stages and correlations do away with";
            return Err(vec![At::HUNT.refuse(Code::UnsupportedStage, "rule", reason)]);
        }
        huntsmith_kql::emit(&PRODUCT, hunt, target)
    }
}

/// What identifies an event and what it happened on, which a custom detection must show.
fn identifying(source: &Source) -> Option<&'static [&'static str]> {
    match source.table {
        table if table.starts_with("Device") && !table.starts_with("DeviceTvm") => Some(&["DeviceId", "ReportId"]),
        _ => None,
    }
}

/// A custom detection: the body of a call that creates it.
///
/// Source: Microsoft Graph, "detectionRule resource type".
fn rule(hunt: &Hunt, id: &str, title: &str, query: Query) -> Result<Query, Refusal> {
    let severity = match Level::of(hunt) {
        Level::Informational => "informational",
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High | Level::Critical => "high",
    };
    let mut json = Json::object();
    // Graph gives a rule its number; the identity goes into the name, by which a second run finds it.
    json.text("displayName", &format!("{title} [{id}]"))?.own("isEnabled", "true").open("queryCondition");
    json.query("queryText", query)?.close().open("schedule").text("period", "24H")?.close().open("detectionAction");
    json.open("alertTemplate").text("title", title)?.text("description", &description(hunt))?;
    json.text("severity", severity)?.text("category", "SuspiciousActivity")?;
    json.texts("mitreTechniques", hunt.techniques.iter().map(String::as_str))?;
    json.own(
        "impactedAssets",
        "[{\"@odata.type\":\"#microsoft.graph.security.impactedDeviceAsset\",\"identifier\":\"deviceId\"}]",
    );
    json.close().own("responseActions", "[]").close();
    Ok(json.finish())
}

huntsmith_sdk::export_emitter!(Defender);
