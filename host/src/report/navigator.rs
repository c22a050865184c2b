//! A brief's techniques as a layer of the ATT&CK Navigator (layer format 4.5).

use crate::model::Brief;
use serde_json::{Value, json};

/// Writes the likely techniques, each with its confidence as score. `version` is that of ATT&CK.
pub fn write(brief: &Brief, version: &str) -> Value {
    let major = version.split('.').next().unwrap_or_default();
    let techniques = brief.techniques.iter().filter(|found| found.is_likely());
    let techniques: Vec<Value> = techniques
        .map(|found| {
            let reasons = found.technique.reasons.join(", ");
            json!({
                "techniqueID": found.technique.id,
                "score": found.technique.confidence,
                "comment": format!("{} ({reasons})", found.technique.source),
                "enabled": true,
                "showSubtechniques": found.technique.id.contains('.'),
            })
        })
        .collect();
    let marking = format!("TLP:{}", brief.tlp.as_str().to_uppercase());
    json!({
        "name": super::shortened(&super::plain(&brief.title), 200),
        "versions": {"attack": major, "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": super::plain(&format!("{} {marking}", brief.url)),
        "techniques": techniques,
        "gradient": {"colors": ["#ffffff", "#ff6666"], "minValue": 0, "maxValue": 100},
        "metadata": [{"name": "article", "value": brief.article}],
    })
}
