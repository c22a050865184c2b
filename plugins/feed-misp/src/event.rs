//! A MISP event (misp-standard.org, core format) as an item: its attributes as facts and as a text that a reader and
//! the extractors can read, techniques from its galaxies as facts.

use huntsmith_sdk::feed::{Fact, Item, Property, property};
use huntsmith_sdk::report::Report;
use huntsmith_sdk::stated::{self, technique_ids};
use huntsmith_sdk::time;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// An event; what is missing is empty.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct Event {
    pub uuid: String,
    info: String,
    date: String,
    timestamp: Value,
    publish_timestamp: Value,
    threat_level_id: Value,
    #[serde(rename = "Orgc")]
    organisation: Organisation,
    #[serde(rename = "Attribute")]
    attributes: Vec<Value>,
    #[serde(rename = "Object")]
    objects: Vec<Value>,
    #[serde(rename = "Tag")]
    tags: Vec<Tag>,
    #[serde(rename = "Galaxy")]
    galaxies: Vec<Value>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Organisation {
    name: String,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Tag {
    name: String,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Attribute {
    uuid: String,
    r#type: String,
    category: String,
    value: String,
    comment: String,
    to_ids: bool,
    deleted: bool,
    object_relation: Option<String>,
    #[serde(rename = "Tag")]
    tags: Vec<Tag>,
    #[serde(rename = "Galaxy")]
    galaxies: Vec<Value>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Object {
    name: String,
    deleted: bool,
    #[serde(rename = "Attribute")]
    attributes: Vec<Value>,
}

/// Makes an item; the number says how many attributes are not of the format and were left out.
pub fn item(event: Event, base: Option<&str>) -> (Item, usize) {
    let mut skipped = 0;
    let mut attributes: Vec<(Attribute, Option<String>)> = Vec::new();
    let mut take = |values: Vec<Value>, object: Option<&str>| {
        for value in values {
            match Attribute::deserialize(value) {
                Ok(attribute) if attribute.deleted => {}
                Ok(attribute) if attribute.value.trim().is_empty() => skipped += 1,
                Ok(attribute) => attributes.push((attribute, object.map(str::to_string))),
                Err(_) => skipped += 1,
            }
        }
    };
    take(event.attributes, None);
    for object in event.objects {
        match Object::deserialize(object) {
            Ok(object) if object.deleted => {}
            Ok(object) => take(object.attributes, Some(&object.name)),
            Err(_) => take(vec![Value::Null], None),
        }
    }
    let mut facts = Vec::new();
    let mut techniques = BTreeSet::new();
    let mut tags: Vec<&Tag> = event.tags.iter().collect();
    for galaxy in &event.galaxies {
        galaxy_techniques(galaxy, &mut techniques);
    }
    for (attribute, object) in &attributes {
        tags.extend(&attribute.tags);
        attribute.galaxies.iter().for_each(|galaxy| galaxy_techniques(galaxy, &mut techniques));
        facts.extend(attribute_facts(attribute, object.as_deref()));
    }
    for tag in &tags {
        if tag.name.starts_with("misp-galaxy:mitre-") {
            techniques.extend(technique_ids(&tag.name));
        }
    }
    let technique_facts = techniques.into_iter().map(|id| Fact {
        id: String::new(),
        kind: "technique".to_string(),
        value: id,
        properties: Vec::new(),
    });
    facts.extend(technique_facts);
    let tlp = stated::strictest(event.tags.iter().filter_map(|tag| stated::tlp(&tag.name)));
    let threat_level = number(&event.threat_level_id).map(|n| n.to_string()).unwrap_or_default();
    let categories = event.tags.iter().filter(|tag| stated::tlp(&tag.name).is_none());
    let properties = [("author", event.organisation.name.as_str()), ("misp_threat_level", &threat_level)]
        .into_iter()
        .chain(categories.map(|tag| ("category", tag.name.as_str())))
        .filter_map(|(name, value)| property(name, value))
        .collect();
    let moment = |value: &Value| number(value).and_then(time::from_unix);
    let page = page(&event.info, &attributes);
    let item = Item {
        key: event.uuid,
        url: None,
        title: Some(event.info.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|title| !title.is_empty()),
        published: time::parse(&event.date).or_else(|| moment(&event.publish_timestamp)),
        updated: moment(&event.timestamp),
        tlp: tlp.map(str::to_string),
        summary: None,
        body: Some(page.finish(base)),
        facts,
        properties,
    };
    (item, skipped)
}

/// Facts of one attribute: its value under the contract's kind, a composite type's parts each under their own.
fn attribute_facts(attribute: &Attribute, object: Option<&str>) -> Vec<Fact> {
    let mut properties = vec![
        Property { name: "misp_type".to_string(), value: attribute.r#type.clone() },
        Property { name: "to_ids".to_string(), value: attribute.to_ids.to_string() },
    ];
    let optional = [
        ("category", Some(attribute.category.as_str())),
        ("comment", Some(attribute.comment.as_str())),
        ("misp_object", object),
        ("misp_relation", attribute.object_relation.as_deref()),
    ];
    properties.extend(optional.into_iter().filter_map(|(name, value)| property(name, value?)));
    let types: Vec<&str> = attribute.r#type.split('|').collect();
    let values: Vec<&str> =
        if types.len() > 1 { attribute.value.splitn(types.len(), '|').collect() } else { vec![&attribute.value] };
    let pairs = types.into_iter().zip(values);
    let known = pairs.filter_map(|(misp, value)| {
        let value = value.trim();
        let kind = kind(misp, value)?;
        Some(Fact {
            id: attribute.uuid.clone(),
            kind: kind.to_string(),
            value: value.to_string(),
            properties: properties.clone(),
        })
    });
    known.collect()
}

/// The indicator kind of a MISP type; none for what is no indicator.
fn kind(misp: &str, value: &str) -> Option<&'static str> {
    Some(match misp {
        "ip-src" | "ip-dst" | "ip" => match (value.contains('/'), value.contains(':')) {
            (true, _) => "cidr",
            (false, true) => "ipv6",
            (false, false) => "ipv4",
        },
        "domain" | "hostname" => "domain",
        "url" | "uri" | "link" => "url",
        "email" | "email-src" | "email-dst" | "email-reply-to" => "email",
        "md5" => "md5",
        "sha1" => "sha1",
        "sha224" => "sha224",
        "sha256" => "sha256",
        "sha384" => "sha384",
        "sha512" => "sha512",
        "ssdeep" => "ssdeep",
        "tlsh" => "tlsh",
        "imphash" => "imphash",
        "authentihash" => "authentihash",
        "filename" if value.contains(['\\', '/']) => "file_path",
        "filename" => "file_name",
        "pdb" => "pdb_path",
        "regkey" => "registry_key",
        "mutex" => "mutex",
        "named pipe" => "named_pipe",
        "windows-service-name" => "service_name",
        "windows-scheduled-task" => "scheduled_task",
        "vulnerability" if value.starts_with("CVE-") => "cve",
        "AS" => "asn",
        "mac-address" => "mac",
        "user-agent" => "user_agent",
        "ja3-fingerprint-md5" => "ja3",
        "btc" => "btc",
        "xmr" => "xmr",
        "dash" => "dash",
        "jabber-id" => "xmpp",
        _ => return None,
    })
}

/// Ids of ATT&CK techniques in a galaxy's clusters.
fn galaxy_techniques(galaxy: &Value, techniques: &mut BTreeSet<String>) {
    let is_attack = galaxy.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("mitre-"));
    for cluster in galaxy.get("GalaxyCluster").and_then(Value::as_array).into_iter().flatten().filter(|_| is_attack) {
        let stated = cluster.pointer("/meta/external_id").map(|ids| match ids {
            Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
            Value::String(id) => vec![id.as_str()],
            _ => vec![],
        });
        let name = cluster.get("value").and_then(Value::as_str);
        for text in stated.unwrap_or_default().into_iter().chain(name) {
            techniques.extend(technique_ids(text));
        }
    }
}

/// MISP writes numbers as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The event as a page: what is for detection in one table, the rest in another, reports and comments as text.
fn page(info: &str, attributes: &[(Attribute, Option<String>)]) -> Report {
    let mut page = Report::new(info);
    let is_text = |attribute: &Attribute| {
        matches!(attribute.r#type.as_str(), "text" | "comment" | "other") || attribute.value.contains('\n')
    };
    attributes.iter().filter(|(a, _)| is_text(a)).for_each(|(attribute, _)| page.text(&attribute.value));
    for (heading, for_detection) in [("Indicators of compromise", true), ("Context", false)] {
        let listed = attributes.iter().filter(|(a, _)| a.to_ids == for_detection && !is_text(a));
        let rows: Vec<_> = listed
            .map(|(attribute, object)| {
                let kind = object.iter().map(String::as_str).chain([attribute.r#type.as_str()]);
                [kind.collect::<Vec<_>>().join(" "), attribute.value.replace('|', " | "), attribute.comment.clone()]
            })
            .collect();
        page.table(heading, ["Type", "Value", "Comment"], &rows);
    }
    page
}
