//! The objects of a STIX bundle that ATT&CK is made of, and their relationships by both ends.

use super::TechniqueId;
use super::bundle::plain;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Deserialize)]
pub(super) struct Bundle {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub objects: Vec<Object>,
}

/// One object: the union of what the kinds that matter have. Fields that huntsmith does not use are passed over.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Object {
    #[serde(rename = "type")]
    pub kind: String,
    pub id: String,
    pub name: String,
    pub description: String,
    pub revoked: bool,
    #[serde(rename = "x_mitre_deprecated")]
    pub deprecated: bool,
    #[serde(rename = "x_mitre_version")]
    pub version: Option<String>,
    /// RFC 3339.
    pub modified: String,
    pub external_references: Vec<ExternalReference>,
    pub kill_chain_phases: Vec<KillChainPhase>,
    #[serde(rename = "x_mitre_platforms")]
    pub platforms: Vec<String>,
    #[serde(rename = "x_mitre_detection")]
    pub detection: Option<String>,
    #[serde(rename = "x_mitre_data_sources")]
    pub data_sources: Vec<String>,
    #[serde(rename = "x_mitre_data_source_ref")]
    pub data_source_ref: Option<String>,
    #[serde(rename = "x_mitre_shortname")]
    pub shortname: Option<String>,
    pub tactic_refs: Vec<String>,
    #[serde(rename = "x_mitre_analytic_refs")]
    pub analytic_refs: Vec<String>,
    #[serde(rename = "x_mitre_log_source_references")]
    pub log_source_references: Vec<LogSourceReference>,
    pub aliases: Vec<String>,
    #[serde(rename = "x_mitre_aliases")]
    pub x_aliases: Vec<String>,
    pub relationship_type: String,
    pub source_ref: String,
    pub target_ref: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ExternalReference {
    pub source_name: String,
    pub external_id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct KillChainPhase {
    pub kill_chain_name: String,
    pub phase_name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct LogSourceReference {
    #[serde(rename = "x_mitre_data_component_ref")]
    pub component: Option<String>,
    pub name: String,
    pub channel: Option<String>,
}

impl Object {
    /// The id that MITRE gives it: `T1059.001`, `G0016`, `TA0002`.
    pub fn external_id(&self) -> Option<&str> {
        let ours = self.external_references.iter().find(|reference| reference.source_name == "mitre-attack");
        ours.and_then(|reference| reference.external_id.as_deref())
    }
}

/// A bundle's objects by id, and its relationships by source and by target.
pub(super) struct Stix<'a> {
    pub objects: &'a [Object],
    by_id: HashMap<&'a str, &'a Object>,
    from: HashMap<&'a str, Vec<&'a Object>>,
    to: HashMap<&'a str, Vec<&'a Object>>,
    patterns: BTreeMap<TechniqueId, &'a str>,
}

impl<'a> Stix<'a> {
    pub fn new(objects: &'a [Object]) -> Self {
        let mut stix = Self {
            objects,
            by_id: HashMap::with_capacity(objects.len()),
            from: HashMap::new(),
            to: HashMap::new(),
            patterns: BTreeMap::new(),
        };
        for object in objects {
            if object.kind == "relationship" {
                if !object.revoked && !object.deprecated {
                    stix.from.entry(&object.source_ref).or_default().push(object);
                    stix.to.entry(&object.target_ref).or_default().push(object);
                }
            } else {
                stix.by_id.insert(&object.id, object);
            }
        }
        let patterns = stix.of("attack-pattern").filter(|object| !object.revoked && !object.deprecated);
        stix.patterns = patterns.filter_map(|object| Some((stix.technique_id(object)?, object.id.as_str()))).collect();
        stix
    }

    /// Objects of a kind, in the bundle's order.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &'a Object> + use<'a, '_> {
        let kind = kind.to_owned();
        self.objects.iter().filter(move |object| object.kind == kind)
    }

    pub fn get(&self, id: &str) -> Option<&'a Object> {
        self.by_id.get(id).copied()
    }

    pub fn technique_id(&self, object: &Object) -> Option<TechniqueId> {
        object.external_id()?.parse().ok()
    }

    /// The object that `id` points to by such a relationship.
    pub fn target(&self, id: &str, relation: &str) -> Option<&'a Object> {
        let relations = self.from.get(id)?;
        relations.iter().filter(|r| r.relationship_type == relation).find_map(|r| self.get(&r.target_ref))
    }

    /// Objects in use that point to `id` by such a relationship, in the order of their ids.
    pub fn sources(&self, id: &str, relation: &str) -> impl Iterator<Item = &'a Object> {
        let relations = self.to.get(id).into_iter().flatten();
        let mut sources: Vec<&'a Object> = relations
            .filter(|r| r.relationship_type == relation)
            .filter_map(|r| self.get(&r.source_ref))
            .filter(|source| !source.revoked && !source.deprecated)
            .collect();
        sources.sort_by(|a, b| (a.external_id(), &a.id).cmp(&(b.external_id(), &b.id)));
        sources.into_iter()
    }

    /// What ATT&CK says of how groups and software used a technique, as plain text.
    pub fn procedures(&self, id: TechniqueId) -> Vec<String> {
        let Some(pattern) = self.patterns.get(&id) else { return Vec::new() };
        let relations = self.to.get(pattern).into_iter().flatten();
        relations.filter(|r| r.relationship_type == "uses").map(|r| plain(&r.description)).collect()
    }
}
