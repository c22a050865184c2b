//! A brief as a MISP event (MISP core format): its indicators as attributes, its techniques and actors as tags.

use super::is_high_fidelity;
use super::stix::NAMESPACE;
use crate::kinds::Kinds;
use crate::model::{Brief, Indicator, Severity};
use serde_json::{Value, json};
use uuid::Uuid;

/// The type under which MISP keeps what it has no type for.
const TEXT: &str = "text";

/// Categories in which MISP has the types of `data/kinds.toml`, from its `describeTypes.json`; others are `Other`.
const CATEGORIES: [(&str, &[&str]); 7] = [
    (
        "Network activity",
        &["ip-dst", "domain", "url", "AS", "mac-address", "user-agent", "ja3-fingerprint-md5", "x509-fingerprint-sha1"],
    ),
    (
        "Payload delivery",
        &[
            "md5",
            "sha1",
            "sha224",
            "sha256",
            "sha384",
            "sha512",
            "ssdeep",
            "tlsh",
            "imphash",
            "authentihash",
            "filename",
            "email-src",
            "mobile-application-id",
        ],
    ),
    ("Persistence mechanism", &["regkey"]),
    ("Artifacts dropped", &["mutex", "named pipe", "pdb", "windows-service-name", "windows-scheduled-task"]),
    ("External analysis", &["vulnerability"]),
    ("Financial fraud", &["btc", "xmr", "dash"]),
    ("Social network", &["github-repository", "jabber-id"]),
];

/// Writes the event; it is unpublished and stays in the importer's organisation until somebody shares it.
pub fn write(brief: &Brief, kinds: &Kinds) -> Value {
    let event = Uuid::new_v5(&NAMESPACE, format!("event {}", brief.article).as_bytes());
    let listed = brief.indicators.iter().filter(|indicator| kinds.listed(&indicator.kind));
    let mut attributes: Vec<Value> = listed.map(|indicator| attribute(brief, kinds, event, indicator)).collect();
    for url in std::iter::once(&brief.url).chain(brief.links.iter().map(|link| &link.url)).filter(|u| !u.is_empty()) {
        attributes.push(json!({
            "uuid": id(event, &format!("link {url}")),
            "type": "link",
            "category": "External analysis",
            "value": url,
            "to_ids": false,
            "distribution": "5",
            "comment": "the article",
        }));
    }
    let day = brief.published.as_deref().and_then(|p| p.get(..10)).filter(|day| super::is_date(day));
    let threat = match brief.severity {
        Severity::Crit | Severity::High => "1",
        Severity::Med => "2",
        Severity::Low => "3",
    };
    json!({"Event": {
        "uuid": event.to_string(),
        "info": super::shortened(&super::plain(&brief.title), 500),
        "date": day.unwrap_or("1970-01-01"),
        "threat_level_id": threat,
        "analysis": "2",
        "distribution": "0",
        "published": false,
        "Attribute": attributes,
        "Tag": tags(brief),
    }})
}

fn id(event: Uuid, key: &str) -> String {
    Uuid::new_v5(&event, key.as_bytes()).to_string()
}

fn attribute(brief: &Brief, kinds: &Kinds, event: Uuid, found: &Indicator) -> Value {
    let kind = kinds.kinds.get(&found.kind).map_or("", |kind| kind.misp.as_str());
    let kind = if kind.is_empty() { TEXT } else { kind };
    let category = CATEGORIES.iter().find(|(_, types)| types.contains(&kind)).map_or("Other", |(name, _)| name);
    let quote = found.spans.first().map(|span| super::sentence(&brief.text, *span)).unwrap_or_default();
    let quote = super::shortened(&super::plain(quote), 300);
    json!({
        "uuid": id(event, &format!("{} {}", found.kind, found.value)),
        "type": kind,
        "category": category,
        "value": found.value,
        // A free text matches nothing, and what is not held against an attacker must not.
        "to_ids": is_high_fidelity(found) && !matches!(kind, TEXT | "vulnerability"),
        "distribution": "5",
        "comment": format!("{}, {}, confidence {}: {quote}", kinds.name(&found.kind), found.role, found.confidence),
    })
}

fn tags(brief: &Brief) -> Vec<Value> {
    let mut names = vec![format!("tlp:{}", brief.tlp.as_str())];
    let quoted = |text: &str| super::plain(text).replace('"', "'");
    for found in brief.techniques.iter().filter(|found| found.is_likely()) {
        // The galaxy has a sub-technique under its own name.
        let name = found.name.rsplit_once(": ").map_or(found.name.as_str(), |(_, own)| own);
        names.push(format!("misp-galaxy:mitre-attack-pattern=\"{} - {}\"", quoted(name), found.technique.id));
    }
    for actor in brief.actors.iter().filter(|actor| actor.kind == "group") {
        let id = actor.id.as_ref().map(|id| format!(" - {}", quoted(id))).unwrap_or_default();
        names.push(format!("misp-galaxy:mitre-intrusion-set=\"{}{id}\"", quoted(&actor.name)));
    }
    names.into_iter().map(|name| json!({"name": name})).collect()
}
