//! STIX objects as they came, each in its newest version, with what the others say of it: names, relationships,
//! markings.

use huntsmith_sdk::stated;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Marking definitions with fixed ids: TLP 1.0 (STIX 2.1, 7.2.1.4) and TLP 2.0 (OASIS's extension).
const MARKINGS: [(&str, &str); 9] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "clear"),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber"),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"),
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
];

/// A member that is text; empty where it is none.
pub fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default().trim()
}

/// The texts of a member that is a list.
pub fn texts<'a>(object: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    object.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Ids of `external_references` of a source: `mitre-attack`, `cve`.
pub fn external_ids<'a>(object: &'a Value, source: &str) -> Vec<&'a str> {
    let references = object.get("external_references").and_then(Value::as_array).into_iter().flatten();
    references.filter(|r| text(r, "source_name").eq_ignore_ascii_case(source)).map(|r| text(r, "external_id")).collect()
}

/// What was read of a collection.
#[derive(Debug, Default)]
pub struct Objects {
    by_id: BTreeMap<String, Value>,
    /// Values that are no STIX object.
    pub malformed: usize,
}

impl Objects {
    /// Takes an object in; of several versions the newest is kept.
    pub fn add(&mut self, object: Value) {
        let id = text(&object, "id");
        let good = id.split_once("--").is_some_and(|(kind, uuid)| kind == text(&object, "type") && uuid.len() == 36);
        if !good {
            self.malformed += 1;
            return;
        }
        let version = |object: &Value| text(object, "modified").to_string();
        if self.by_id.get(id).is_none_or(|known| version(known) <= version(&object)) {
            self.by_id.insert(id.to_string(), object);
        }
    }

    /// The object, unless its author took it back.
    pub fn get(&self, id: &str) -> Option<&Value> {
        self.by_id.get(id).filter(|object| object.get("revoked") != Some(&Value::Bool(true)))
    }

    /// Whether it came at all.
    pub fn has(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// All that are not revoked, by id.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.by_id.keys().filter_map(|id| Some((id.as_str(), self.get(id)?)))
    }

    /// All of one type.
    pub fn of_type(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.all().filter(move |(_, object)| text(object, "type") == kind)
    }

    /// What an object is called.
    pub fn name(&self, id: &str) -> &str {
        self.get(id).map_or("", |object| match text(object, "name") {
            "" => text(object, "value"),
            name => name,
        })
    }

    /// What relationships lead to, by where they begin.
    pub fn relations(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut relations: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (_, relation) in self.of_type("relationship") {
            relations.entry(text(relation, "source_ref")).or_default().insert(text(relation, "target_ref"));
        }
        relations
    }

    /// The TLP that an object is marked with.
    pub fn tlp(&self, object: &Value) -> Option<&'static str> {
        let level = |id: &str| {
            let fixed = MARKINGS.iter().find(|(known, _)| *known == id).map(|(_, level)| *level);
            fixed.or_else(|| {
                let marking = self.get(id)?;
                let defined = marking.pointer("/definition/tlp").and_then(Value::as_str).unwrap_or_default();
                stated::tlp(text(marking, "name")).or_else(|| stated::tlp(&format!("tlp:{defined}")))
            })
        };
        stated::strictest(texts(object, "object_marking_refs").filter_map(level))
    }
}
