//! A MISP event (misp-standard.org, core format) as an item: its attributes as facts and as a text that a reader and
//! the extractors can read, techniques from its galaxies as facts.

use huntsmith_sdk::feed::{Document, Fact, Item, Property};
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
    let tlp = event
        .tags
        .iter()
        .filter_map(|tag| marking(&tag.name))
        .max_by_key(|level| LEVELS.iter().position(|l| l == level));
    let mut properties = Vec::new();
    let mut add = |name: &str, value: &str| {
        if !value.trim().is_empty() {
            properties.push(Property { name: name.to_string(), value: value.trim().to_string() });
        }
    };
    add("author", &event.organisation.name);
    add("misp_threat_level", &number(&event.threat_level_id).map(|n| n.to_string()).unwrap_or_default());
    event.tags.iter().filter(|tag| marking(&tag.name).is_none()).for_each(|tag| add("category", &tag.name));
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
        body: Some(Document {
            name: None,
            media_type: "text/html; charset=utf-8".to_string(),
            base_url: base.map(str::to_string),
            bytes: page.into_bytes(),
        }),
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
    for (name, value) in optional {
        if let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) {
            properties.push(Property { name: name.to_string(), value: value.to_string() });
        }
    }
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

/// `T1059` and `T1059.001` as words of a text.
fn technique_ids(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    let is_id = |word: &&str| {
        let Some(digits) = word.strip_prefix('T') else { return false };
        let (main, sub) = digits.split_once('.').unwrap_or((digits, "000"));
        main.len() == 4 && sub.len() == 3 && main.bytes().chain(sub.bytes()).all(|b| b.is_ascii_digit())
    };
    words.filter(is_id).map(str::to_string).collect()
}

/// TLP 2.0, least first.
const LEVELS: [&str; 5] = ["clear", "green", "amber", "amber+strict", "red"];

fn marking(tag: &str) -> Option<&'static str> {
    let lower = tag.to_ascii_lowercase();
    match lower.strip_prefix("tlp:")?.trim() {
        "white" => Some("clear"),
        level => LEVELS.into_iter().find(|known| *known == level),
    }
}

/// MISP writes numbers as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The event as a page: what is for detection in one table, the rest in another, reports and comments as text.
fn page(info: &str, attributes: &[(Attribute, Option<String>)]) -> String {
    let mut page = format!("<h1>{}</h1>\n", escape(info));
    let is_text = |attribute: &Attribute| {
        matches!(attribute.r#type.as_str(), "text" | "comment" | "other") || attribute.value.contains('\n')
    };
    for (attribute, _) in attributes.iter().filter(|(a, _)| is_text(a)) {
        for paragraph in attribute.value.split("\n\n") {
            page.push_str(&format!("<p>{}</p>\n", escape(paragraph)));
        }
    }
    for (heading, for_detection) in [("Indicators of compromise", true), ("Context", false)] {
        let rows: Vec<_> = attributes.iter().filter(|(a, _)| a.to_ids == for_detection && !is_text(a)).collect();
        if rows.is_empty() {
            continue;
        }
        page.push_str(&format!("<h2>{heading}</h2>\n<table>\n<tr><th>Type</th><th>Value</th><th>Comment</th></tr>\n"));
        for (attribute, object) in rows {
            let kind =
                object.as_deref().map_or(attribute.r#type.clone(), |object| format!("{object} {}", attribute.r#type));
            let value = escape(&attribute.value).replace('|', " | ");
            page.push_str(&format!(
                "<tr><td>{}</td><td>{value}</td><td>{}</td></tr>\n",
                escape(&kind),
                escape(&attribute.comment)
            ));
        }
        page.push_str("</table>\n");
    }
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
