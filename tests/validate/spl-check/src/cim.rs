//! The Common Information Model of one version: data models, data sets, fields; and the add-on's macros.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a Splunk with the add-on has.
pub struct Cim {
    /// Fields by `Model.Path.To.Dataset`; inherited fields are under the data set's own name as well.
    sets: BTreeMap<String, BTreeSet<String>>,
    macros: BTreeSet<String>,
    /// Whether a search may begin with raw events, which have any field.
    pub raw: bool,
}

impl Cim {
    /// From `splunk_cim.json` and `splunk_macros.json`; `version` is `501`, `640`, `850`, or `raw`: no data model.
    pub fn read(models: &Value, macros: &Value, version: &str) -> Option<Self> {
        if version == "raw" {
            return Some(Self { sets: BTreeMap::new(), macros: BTreeSet::new(), raw: true });
        }
        let mut sets = BTreeMap::new();
        for (model, nodes) in models.get(version)?.as_object()? {
            for (path, fields) in nodes.as_object()? {
                let known = fields.as_object()?.keys().cloned().collect();
                sets.insert(format!("{model}.{path}"), known);
            }
        }
        let macros =
            macros.get("cim")?.as_array()?.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        Some(Self { sets, macros, raw: false })
    }

    /// The fields that may be named in a search over a data set, with their prefixes.
    pub fn fields(&self, data_set: &str) -> Option<BTreeSet<String>> {
        self.sets.get(data_set)?;
        let (model, path) = data_set.split_once('.')?;
        let mut fields =
            BTreeSet::from(["_time".to_owned(), "host".into(), "source".into(), "sourcetype".into(), "index".into()]);
        let mut prefix = String::new();
        for node in path.split('.') {
            prefix = if prefix.is_empty() { node.to_owned() } else { format!("{prefix}.{node}") };
            let known = self.sets.get(&format!("{model}.{prefix}"))?;
            fields.extend(known.iter().map(|field| format!("{prefix}.{field}")));
        }
        Some(fields)
    }

    pub fn has_macro(&self, name: &str) -> bool {
        self.macros.contains(name)
    }
}
