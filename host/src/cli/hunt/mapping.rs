//! The user's names of fields and classes of events: `--fields`.

use crate::catalogue::classes::parse_class;
use crate::catalogue::evaluate::{CLASS, nested};
use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// The file: native names, and which events are of which class.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The user's name (`process.executable`, also as a path into objects) to the vocabulary's (`Image`).
    fields: BTreeMap<String, String>,
    /// The first that fits.
    classes: Vec<ClassRule>,
}

/// Events that hold these values are of this class.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRule {
    class: String,
    when: BTreeMap<String, toml::Value>,
}

impl Mapping {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, or is not of this form.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mapping: Self = toml::from_str(&text).with_context(|| {
            format!("{}\n\nhint: `[fields]` maps names; `[[classes]]` has `class` and `when`", path.display())
        })?;
        match mapping.classes.iter().find(|rule| parse_class(&rule.class).is_none() || rule.when.is_empty()) {
            Some(_) => anyhow::bail!("{}: a class without a name or without `when`", path.display()),
            None => Ok(mapping),
        }
    }

    /// The event under the vocabulary's names; its own names stay.
    pub fn apply(&self, mut event: Map<String, Value>) -> Map<String, Value> {
        let value = |event: &Map<String, Value>, name: &String| {
            event.get(name).or_else(|| nested(event, name)).filter(|value| !value.is_null()).cloned()
        };
        let class = self.classes.iter().find(|rule| {
            rule.when.iter().all(|(name, wanted)| value(&event, name).is_some_and(|found| same(&found, wanted)))
        });
        let mapped: Vec<(String, Value)> =
            self.fields.iter().filter_map(|(native, ours)| Some((ours.clone(), value(&event, native)?))).collect();
        event.extend(mapped);
        if let Some(rule) = class {
            event.insert(CLASS.into(), rule.class.clone().into());
        }
        event
    }
}

/// Whether an event's value is the one that a rule names: as text, so that `1` and `"1"` are the same.
fn same(found: &Value, wanted: &toml::Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
    match found {
        Value::Array(values) => values.iter().any(|value| text(value).eq_ignore_ascii_case(&wanted)),
        value => text(value).eq_ignore_ascii_case(&wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_mapped_and_the_first_class_that_fits_is_taken() {
        let text = "[fields]\n\"process.executable\" = \"Image\"\n\n[[classes]]\nclass = \"process_creation\"\n\
                    when = { \"event.code\" = 1, Channel = \"sensor\" }\n";
        let mapping: Mapping = toml::from_str(text).unwrap();
        let event = |code: Value| {
            let event = json!({"process": {"executable": "a.exe"}, "event": {"code": code}, "Channel": ["Sensor"]});
            mapping.apply(event.as_object().unwrap().clone())
        };
        let mapped = event(json!("1"));
        assert_eq!((&mapped["Image"], &mapped["class"]), (&json!("a.exe"), &json!("process_creation")));
        assert!(!event(json!(3)).contains_key("class"));
    }
}
