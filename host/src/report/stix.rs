//! A brief as a STIX 2.1 bundle: a report with its indicators, vulnerabilities, attack patterns and named actors, under
//! the TLP 2.0 marking. Ids come from content: the same brief is the same bundle, and an importer updates what it has.

use super::is_high_fidelity;
use crate::kinds::Kinds;
use crate::model::{Actor, Brief, BriefTechnique, Indicator, Property, Tlp, property};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// huntsmith's own namespace for ids (a random UUID, fixed for ever).
pub const NAMESPACE: Uuid = Uuid::from_u128(0x6f0e_2b1c_94d7_4c0a_8a5e_1d3b_7c62_f950);

/// The TLP 2.0 markings as OASIS published them (cti-stix-common-objects, extension-definition-specifications/tlp-2.0).
const TLP_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
const TLP_CREATED: &str = "2022-10-01T00:00:00.000Z";

fn marking_id(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
}

/// Writes the bundle. What has no place in STIX is listed in a note of it.
pub fn write(brief: &Brief, kinds: &Kinds) -> Value {
    let mut bundle = Bundle { time: time(brief), tlp: brief.tlp, objects: BTreeMap::new() };
    let author = bundle.identity();
    let mut without_place = Vec::new();
    let listed = brief.indicators.iter().filter(|indicator| kinds.listed(&indicator.kind));
    for indicator in listed {
        let path = kinds.kinds.get(&indicator.kind).map_or("", |kind| kind.stix.as_str());
        match path.split_once(':') {
            Some(("vulnerability", _)) => bundle.vulnerability(indicator),
            Some((object, path)) if is_high_fidelity(indicator) => bundle.indicator(brief, indicator, object, path),
            Some(_) => {}
            None if is_high_fidelity(indicator) => {
                without_place.push(format!("{}: {}", kinds.name(&indicator.kind), indicator.value));
            }
            None => {}
        }
    }
    brief.techniques.iter().filter(|found| found.is_likely()).for_each(|found| bundle.attack_pattern(found));
    brief.actors.iter().for_each(|actor| bundle.actor(actor));
    let refs: Vec<String> = bundle.objects.keys().cloned().collect();
    let report = bundle.report(brief, refs);
    if !without_place.is_empty() {
        let content = without_place.join("\n");
        bundle.add(
            "note",
            &brief.article,
            json!({
                "abstract": "Indicators that STIX has no pattern for",
                "content": content,
                "object_refs": [report],
            }),
        );
    }
    for object in bundle.objects.values_mut() {
        if object["type"] != "identity" {
            object["created_by_ref"] = author.as_str().into();
        }
    }
    let id = Uuid::new_v5(&NAMESPACE, format!("bundle {}", brief.article).as_bytes());
    let objects: Vec<Value> = std::iter::once(marking(brief.tlp)).chain(bundle.objects.into_values()).collect();
    json!({"type": "bundle", "id": format!("bundle--{id}"), "objects": objects})
}

/// When the article says that it was published; without a date the beginning of time, never the clock's.
fn time(brief: &Brief) -> String {
    let published = brief.published.as_deref().unwrap_or_default();
    let day = published.get(..10).and_then(|day| format!("{day}T00:00:00Z").parse::<jiff::Timestamp>().ok());
    let time = published.parse::<jiff::Timestamp>().ok().or(day).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

fn marking(tlp: Tlp) -> Value {
    json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking_id(tlp),
        "created": TLP_CREATED,
        "name": format!("TLP:{}", tlp.as_str().to_uppercase()),
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.as_str()}},
    })
}

/// The objects by id, so that their order is that of the ids.
struct Bundle {
    time: String,
    tlp: Tlp,
    objects: BTreeMap<String, Value>,
}

impl Bundle {
    /// Adds an object of `kind`; `key` is what makes it the same object in another bundle.
    fn add(&mut self, kind: &str, key: &str, own: Value) -> String {
        let id = format!("{kind}--{}", Uuid::new_v5(&NAMESPACE, format!("{kind} {key}").as_bytes()));
        let mut object = Map::new();
        object.insert("type".into(), kind.into());
        object.insert("spec_version".into(), "2.1".into());
        object.insert("id".into(), id.clone().into());
        object.insert("created".into(), self.time.clone().into());
        object.insert("modified".into(), self.time.clone().into());
        object.insert("object_marking_refs".into(), json!([marking_id(self.tlp)]));
        object.extend(own.as_object().cloned().unwrap_or_default());
        self.objects.insert(id.clone(), object.into());
        id
    }

    fn identity(&mut self) -> String {
        self.add("identity", "huntsmith", json!({"name": "huntsmith", "identity_class": "system"}))
    }

    fn indicator(&mut self, brief: &Brief, found: &Indicator, object: &str, path: &str) {
        let pattern = pattern(found, object, path);
        let quote = found.spans.first().map(|span| super::sentence(&brief.text, *span)).unwrap_or_default();
        let own = json!({
            "name": super::shortened(&found.value, 200),
            "description": super::shortened(&super::plain(quote), 500),
            "indicator_types": ["malicious-activity"],
            "pattern": pattern,
            "pattern_type": "stix",
            "valid_from": self.time,
            "confidence": found.confidence,
            "labels": [found.role],
        });
        // Of one article: another one may hold the same value for something else.
        self.add("indicator", &format!("{} {pattern}", brief.article), own);
    }

    fn vulnerability(&mut self, found: &Indicator) {
        let source = if found.value.to_ascii_uppercase().starts_with("CVE-") { "cve" } else { "advisory" };
        let reference = json!([{"source_name": source, "external_id": found.value}]);
        self.add("vulnerability", &found.value, json!({"name": found.value, "external_references": reference}));
    }

    fn attack_pattern(&mut self, found: &BriefTechnique) {
        let id = &found.technique.id;
        let url = format!("https://attack.mitre.org/techniques/{}", id.replace('.', "/"));
        let phases: Vec<Value> = found
            .tactics
            .iter()
            .map(|tactic| json!({"kill_chain_name": "mitre-attack", "phase_name": tactic}))
            .collect();
        let mut own = json!({
            "name": found.name,
            "external_references": [{"source_name": "mitre-attack", "external_id": id, "url": url}],
            "confidence": found.technique.confidence,
        });
        if !phases.is_empty() {
            own["kill_chain_phases"] = phases.into();
        }
        self.add("attack-pattern", id, own);
    }

    fn actor(&mut self, actor: &Actor) {
        let kind = match actor.kind.as_str() {
            "group" => "intrusion-set",
            "campaign" => "campaign",
            _ => "malware",
        };
        let mut own = json!({"name": actor.name, "confidence": actor.confidence});
        if kind == "malware" {
            own["is_family"] = true.into();
        }
        if let Some(id) = &actor.id {
            own["external_references"] = json!([{"source_name": "mitre-attack", "external_id": id}]);
        }
        self.add(kind, actor.id.as_ref().unwrap_or(&actor.name), own);
    }

    fn report(&mut self, brief: &Brief, refs: Vec<String>) -> String {
        let mut references = vec![json!({"source_name": source(&brief.source), "url": brief.url})];
        references.extend(brief.links.iter().map(|link| json!({"source_name": source(&link.source), "url": link.url})));
        references.retain(|reference| reference["url"].as_str().is_some_and(|url| !url.is_empty()));
        let mut own = json!({
            "name": super::shortened(&super::plain(&brief.title), 500),
            "description": super::shortened(&super::plain(&brief.text), 2_000),
            "report_types": ["threat-report"],
            "published": self.time,
            "object_refs": refs,
            "labels": [format!("severity:{}", brief.severity.as_str().to_lowercase())],
        });
        if !references.is_empty() {
            own["external_references"] = references.into();
        }
        self.add("report", &brief.article, own)
    }
}

fn source(name: &str) -> &str {
    if name.is_empty() { "unknown" } else { name }
}

/// The pattern that an event with this value matches (STIX 2.1, section 9).
fn pattern(found: &Indicator, object: &str, path: &str) -> String {
    let object = match object {
        "ipv4-addr" if found.value.contains(':') => "ipv6-addr",
        other => other,
    };
    let digits = found.value.trim_start_matches(|c: char| !c.is_ascii_digit());
    if path == "number" && digits.parse::<u32>().is_ok() {
        return format!("[{object}:{path} = {digits}]");
    }
    let part = |name: &str| property(&found.parts as &[Property], name).filter(|part| !part.is_empty());
    match (object, path, part("directory"), part("name")) {
        ("file", "name", Some(directory), Some(name)) => {
            format!("[file:name = {} AND file:parent_directory_ref.path = {}]", literal(name), literal(directory))
        }
        _ => format!("[{object}:{path} = {}]", literal(&found.value)),
    }
}

/// A string of the pattern language: backslash and quote are escaped, nothing else is special in it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_literal() {
        assert_eq!(literal(r"a\' OR file:name = 'b"), r"'a\\\' OR file:name = \'b'");
    }

    #[test]
    fn the_time_is_the_articles_own() {
        let at = |published: Option<&str>| time(&Brief { published: published.map(str::to_owned), ..Brief::default() });
        assert_eq!(at(Some("2026-03-01T09:30:00Z")), "2026-03-01T09:30:00.000Z");
        assert_eq!(at(Some("2026-03-01")), "2026-03-01T00:00:00.000Z");
        assert_eq!(at(Some("in March")), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(None), "1970-01-01T00:00:00.000Z");
    }
}
