//! From an official STIX 2.x bundle of Enterprise ATT&CK to the knowledge base. Bundles from version 18 on carry
//! analytics with log sources; older ones a detection text and data components, which become one analytic.

use super::stix::{Bundle, Object, Stix};
use super::{
    Analytic, AttackError, Knowledge, LogSource, Named, NamedKind, Tactic, Technique, TechniqueId, procedures,
};
use std::collections::{BTreeMap, BTreeSet};

/// The largest bundle that is read, in bytes: five times the size of version 18's.
pub const BUNDLE_LIMIT: u64 = 256 << 20;

/// The kill chain that Enterprise techniques name; other domains name their own.
const ENTERPRISE_CHAIN: &str = "mitre-attack";
/// The matrix' id in Enterprise.
const ENTERPRISE: &str = "enterprise-attack";

/// Reads a bundle.
///
/// # Errors
/// [`AttackError`]: too large, not JSON, no bundle, another domain or publisher, or only a part of ATT&CK.
pub fn from_bundle(bytes: &[u8]) -> Result<Knowledge, AttackError> {
    if bytes.len() as u64 > BUNDLE_LIMIT {
        return Err(AttackError::TooLarge { size: bytes.len() as u64, limit: BUNDLE_LIMIT });
    }
    let bundle: Bundle =
        serde_json::from_slice(bytes).map_err(|error| AttackError::BadJson { message: error.to_string() })?;
    if bundle.kind != "bundle" {
        return Err(AttackError::NotABundle { message: format!("its type is `{}`", clip(&bundle.kind)) });
    }
    let stix = Stix::new(&bundle.objects);
    let tactics = tactics(&stix)?;
    let codes: BTreeSet<&str> = tactics.iter().map(|tactic| tactic.code.as_str()).collect();
    let mut techniques = BTreeMap::new();
    let mut revoked = BTreeMap::new();
    for object in stix.of("attack-pattern") {
        let Some(id) = stix.technique_id(object) else { continue };
        if object.revoked {
            if let Some(successor) = stix.target(&object.id, "revoked-by").and_then(|to| stix.technique_id(to)) {
                revoked.insert(id, successor);
            }
        } else if !object.deprecated {
            let technique = technique(&stix, object, id, &tactics);
            if let Some(code) = technique.tactics.iter().find(|code| !codes.contains(code.as_str())) {
                let message = format!("{id} names the tactic `{}`, which the matrix does not have", clip(code));
                return Err(AttackError::IncompleteBundle { message });
            }
            if techniques.insert(id, technique).is_some() {
                return Err(AttackError::IncompleteBundle { message: format!("{id} stands in it twice") });
            }
        }
    }
    whole(&techniques)?;
    revoked.retain(|id, _| !techniques.contains_key(id));
    let procedures = techniques.keys().map(|&id| (id, procedures::select(stix.procedures(id))));
    let procedures = procedures.filter(|(_, sentences)| !sentences.is_empty()).collect();
    let version = bundle_version(&stix);
    Ok(Knowledge::new(version, techniques, tactics, revoked, named(&stix), procedures))
}

/// At most forty characters of a foreign text, for a message.
fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn whole(techniques: &BTreeMap<TechniqueId, Technique>) -> Result<(), AttackError> {
    let missing = |id: &TechniqueId| id.parent().filter(|parent| !techniques.contains_key(parent));
    if techniques.is_empty() {
        return Err(AttackError::IncompleteBundle { message: "it has no technique".into() });
    }
    match techniques.keys().find_map(|id| missing(id).map(|parent| (id, parent))) {
        Some((id, parent)) => Err(AttackError::IncompleteBundle { message: format!("it has {id}, but not {parent}") }),
        None => Ok(()),
    }
}

/// The version that the collection states; in a bundle without a collection, the day of its latest change.
fn bundle_version(stix: &Stix<'_>) -> String {
    let stated = stix.of("x-mitre-collection").find_map(|collection| collection.version.as_deref());
    let latest = || stix.objects.iter().filter_map(|object| object.modified.get(..10)).max();
    match stated {
        Some(version) => clip(version),
        None => format!("of {}", latest().map_or_else(|| "an unstated day".into(), clip)),
    }
}

/// The tactics of the Enterprise matrix, in its order.
fn tactics(stix: &Stix<'_>) -> Result<Vec<Tactic>, AttackError> {
    let matrices: Vec<&Object> = stix.of("x-mitre-matrix").filter(|o| !o.revoked && !o.deprecated).collect();
    if matrices.is_empty() {
        let message = match stix.of("attack-pattern").next() {
            Some(_) => return Err(AttackError::IncompleteBundle { message: "it has no matrix".into() }),
            None => "it has neither a matrix nor a technique".into(),
        };
        return Err(AttackError::ForeignBundle { message });
    }
    let Some(matrix) = matrices.iter().find(|m| m.external_id().is_some_and(|id| id == ENTERPRISE)) else {
        let found = matrices[0].external_id().unwrap_or("one without a name");
        return Err(AttackError::ForeignBundle { message: format!("its matrix is {}", clip(found)) });
    };
    let tactic = |reference: &String| {
        let object = stix.get(reference).filter(|object| object.kind == "x-mitre-tactic");
        let object = object.ok_or_else(|| format!("the matrix names {}, which is not there", clip(reference)))?;
        let code = object.shortname.clone().ok_or_else(|| format!("{} has no short name", clip(reference)))?;
        Ok(Tactic { id: object.external_id().map(clip), code, name: object.name.clone() })
    };
    let tactics: Result<Vec<Tactic>, String> = matrix.tactic_refs.iter().map(tactic).collect();
    tactics.map_err(|message| AttackError::IncompleteBundle { message })
}

fn technique(stix: &Stix<'_>, object: &Object, id: TechniqueId, order: &[Tactic]) -> Technique {
    let phases = object.kill_chain_phases.iter().filter(|phase| phase.kill_chain_name == ENTERPRISE_CHAIN);
    let mut tactics: Vec<String> = phases.map(|phase| phase.phase_name.clone()).collect();
    tactics.sort_by_key(|code| order.iter().position(|tactic| tactic.code == *code));
    let mut mitigations: Vec<String> =
        stix.sources(&object.id, "mitigates").map(|course| course.name.clone()).collect();
    mitigations.sort();
    mitigations.dedup();
    Technique {
        id,
        name: object.name.clone(),
        tactics,
        platforms: object.platforms.clone(),
        description: plain(&object.description),
        mitigations,
        analytics: analytics(stix, object),
    }
}

fn analytics(stix: &Stix<'_>, technique: &Object) -> Vec<Analytic> {
    let mut found = Vec::new();
    for strategy in stix.sources(&technique.id, "detects") {
        for analytic in strategy.analytic_refs.iter().filter_map(|reference| stix.get(reference)) {
            let logs = analytic.log_source_references.iter().map(|log| LogSource {
                component: log
                    .component
                    .as_ref()
                    .and_then(|c| stix.get(c))
                    .map_or_else(String::new, |c| c.name.clone()),
                name: log.name.trim().to_owned(),
                channel: log.channel.clone().filter(|channel| !channel.trim().is_empty() && channel != "None"),
            });
            let mut logs: Vec<LogSource> = logs.collect();
            logs.sort_by(|a, b| (&a.component, &a.name, &a.channel).cmp(&(&b.component, &b.name, &b.channel)));
            found.push(Analytic { platforms: analytic.platforms.clone(), text: plain(&analytic.description), logs });
        }
    }
    if found.is_empty() { older(stix, technique) } else { found }
}

/// Before version 18 a technique has one detection text, and data components that detect it.
fn older(stix: &Stix<'_>, technique: &Object) -> Vec<Analytic> {
    let mut logs: Vec<LogSource> = stix
        .sources(&technique.id, "detects")
        .filter(|component| component.kind == "x-mitre-data-component")
        .map(|component| {
            let source = component.data_source_ref.as_ref().and_then(|reference| stix.get(reference));
            let name = source.map_or_else(|| component.name.clone(), |source| source.name.clone());
            LogSource { component: component.name.clone(), name, channel: None }
        })
        .collect();
    logs.extend(
        technique
            .data_sources
            .iter()
            .filter(|_| logs.is_empty())
            .map(|source| {
                let (name, component) = source.split_once(": ").unwrap_or((source, source));
                LogSource { component: component.to_owned(), name: name.to_owned(), channel: None }
            })
            .collect::<Vec<_>>(),
    );
    logs.sort_by(|a, b| (&a.component, &a.name).cmp(&(&b.component, &b.name)));
    let text = plain(technique.detection.as_deref().unwrap_or_default());
    if text.is_empty() && logs.is_empty() {
        return Vec::new();
    }
    vec![Analytic { platforms: technique.platforms.clone(), text, logs }]
}

fn named(stix: &Stix<'_>) -> Vec<Named> {
    let kinds = [
        ("intrusion-set", NamedKind::Group),
        ("campaign", NamedKind::Campaign),
        ("malware", NamedKind::Software),
        ("tool", NamedKind::Software),
    ];
    let mut found = Vec::new();
    for (kind, named) in kinds {
        for object in stix.of(kind).filter(|object| !object.revoked && !object.deprecated) {
            let Some(id) = object.external_id() else { continue };
            let mut aliases = if object.aliases.is_empty() { object.x_aliases.clone() } else { object.aliases.clone() };
            if !aliases.contains(&object.name) {
                aliases.insert(0, object.name.clone());
            }
            found.push(Named { kind: named, id: clip(id), name: object.name.clone(), aliases });
        }
    }
    found.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    found
}

/// ATT&CK's Markdown as one paragraph of plain text: links become their text, citations and code marks go.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(at) = rest.find(['(', '[', '<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("(Citation:").and_then(|r| r.split_once(')')) {
            rest = after.1;
        } else if let Some((label, after)) = link(rest) {
            text.push_str(label);
            rest = after;
        } else if let Some((mark, shown)) = MARKS.iter().find(|(mark, _)| rest.starts_with(mark)) {
            text.push_str(shown);
            rest = &rest[mark.len()..];
        } else {
            text.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Marks of code and entities, and what is shown for them.
const MARKS: [(&str, &str); 6] =
    [("<code>", ""), ("</code>", ""), ("<br>", " "), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];

/// `[label](address)` at the start: the label, and what follows.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, after) = text.strip_prefix('[')?.split_once("](")?;
    let (address, after) = after.split_once(')')?;
    let fits = !label.contains(['[', ']']) && address.starts_with("http");
    fits.then_some((label, after))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn markdown_becomes_plain_text() {
        let markdown =
            "Uses [Proxy](https://attack.example/T1090) (Citation: A b) with <code>a &lt; b</code>\n\n[x] (y) & z";
        assert_eq!(plain(markdown), "Uses Proxy with a < b [x] (y) & z");
        assert_eq!(plain("(Citation: open"), "(Citation: open");
    }
}
