//! The operator's options for a plugin, held against the JSON schema of its manifest: those keywords of JSON Schema
//! 2020-12 that options need. A schema with any other is refused when the plugin is built, so that nothing in it is
//! passed over in silence.

use serde_json::Value;

/// Keywords that are held.
const HELD: [&str; 10] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "enum",
    "items",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
];
/// Keywords that say something to people.
const TOLD: [&str; 7] = ["$schema", "title", "description", "default", "examples", "format", "deprecated"];

/// What is wrong with an option.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} {what}\n\nhint: {hint}")]
pub struct OptionError {
    /// Where it stands: `first`, `include[2]`.
    pub place: String,
    pub what: String,
    pub hint: String,
}

impl OptionError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        "plugin-option"
    }
}

/// Holds options, a JSON object, against a manifest's `config`; a plugin without one has no options.
///
/// # Errors
/// The first option that breaks the schema; for a name that is not known, the one that was meant.
pub fn check(schema: Option<&Value>, options: &Value) -> Result<(), OptionError> {
    let none = serde_json::json!({"type": "object", "additionalProperties": false});
    hold(schema.unwrap_or(&none), options, "")
}

/// The first keyword of a schema that [`check`] would not hold.
pub fn unknown_keyword(schema: &Value) -> Option<String> {
    let object = schema.as_object()?;
    let below = |value: &Value| match value {
        Value::Object(schemas) => schemas.values().find_map(unknown_keyword),
        _ => None,
    };
    object
        .keys()
        .find(|key| !HELD.contains(&key.as_str()) && !TOLD.contains(&key.as_str()))
        .cloned()
        .or_else(|| object.get("properties").and_then(below))
        .or_else(|| ["items", "additionalProperties"].iter().find_map(|key| object.get(*key).and_then(unknown_keyword)))
}

fn hold(schema: &Value, value: &Value, place: &str) -> Result<(), OptionError> {
    let fail = |what: String, hint: String| {
        let place = if place.is_empty() { "the options".to_owned() } else { format!("`{place}`") };
        Err(OptionError { place, what, hint })
    };
    let description = schema["description"].as_str().unwrap_or("see the plugin's documentation").to_owned();
    if schema == &Value::Bool(false) {
        return fail("is not an option of this plugin".into(), "leave it out".into());
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    if !types.is_empty() && !types.iter().any(|wanted| is_of(wanted, value)) {
        return fail(format!("is {value}, not of the type {}", types.join(" or ")), description);
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        let allowed: Vec<String> = allowed.iter().map(Value::to_string).collect();
        return fail(format!("is {value}"), format!("one of {}", allowed.join(", ")));
    }
    if let Some(number) = value.as_f64() {
        let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
        if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
            let bound = |bound: Option<f64>| bound.map_or("any".to_owned(), |bound| bound.to_string());
            return fail(format!("is {value}"), format!("from {} to {}", bound(least), bound(most)));
        }
    }
    if let Some(text) = value.as_str() {
        let length = text.chars().count() as u64;
        let (least, most) = (schema["minLength"].as_u64(), schema["maxLength"].as_u64());
        if least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most) {
            return fail(format!("has {length} characters"), description);
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        hold(schema.get("items").unwrap_or(&Value::Bool(true)), item, &format!("{place}[{index}]"))?;
    }
    let Some(members) = value.as_object() else { return Ok(()) };
    let properties = schema["properties"].as_object();
    let known = || properties.into_iter().flat_map(|properties| properties.keys());
    for (name, value) in members {
        let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        match properties.and_then(|properties| properties.get(name)).or(schema.get("additionalProperties")) {
            Some(Value::Bool(false)) => {
                let meant = known().max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
                let hint = match meant.filter(|meant| strsim::jaro(meant, name) > 0.7) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None if known().next().is_none() => "this plugin has no options".into(),
                    None => format!("options are {}", known().cloned().collect::<Vec<_>>().join(", ")),
                };
                let what = "is not an option of this plugin".into();
                return Err(OptionError { place: format!("`{place}`"), what, hint });
            }
            Some(schema) => hold(schema, value, &place)?,
            None => {}
        }
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    match required.into_iter().find(|name| !members.contains_key(*name)) {
        Some(missing) => fail(format!("lack `{missing}`"), description),
        None => Ok(()),
    }
}

fn is_of(wanted: &str, value: &Value) -> bool {
    match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn options_are_held_against_their_schema() {
        let schema = json!({"type": "object", "additionalProperties": false, "required": ["url"], "properties": {
            "url": {"type": "string", "minLength": 1}, "first": {"type": "integer", "minimum": 1, "maximum": 9},
            "mode": {"enum": ["a", "b"]}, "include": {"type": "array", "items": {"type": "string"}},
            "deep": {"type": "object", "properties": {"on": {"type": ["boolean", "null"]}}}}});
        let ok = json!({"url": "x", "first": 3, "mode": "a", "include": ["y"], "deep": {"on": null, "other": 1}});
        assert_eq!(check(Some(&schema), &ok), Ok(()));
        for (options, place, hint) in [
            (json!({"url": "x", "frist": 3}), "`frist`", "did you mean `first`?"),
            (json!({"url": "x", "zzz": 3}), "`zzz`", "options are deep, first, include, mode, url"),
            (json!({"url": 1}), "`url`", "see the plugin's documentation"),
            (json!({"url": ""}), "`url`", "see the plugin's documentation"),
            (json!({"url": "x", "first": 10}), "`first`", "from 1 to 9"),
            (json!({"url": "x", "first": 1.5}), "`first`", "see the plugin's documentation"),
            (json!({"url": "x", "mode": "c"}), "`mode`", "one of \"a\", \"b\""),
            (json!({"url": "x", "include": ["y", 2]}), "`include[1]`", "see the plugin's documentation"),
            (json!({"url": "x", "deep": {"on": 1}}), "`deep.on`", "see the plugin's documentation"),
            (json!({}), "the options", "see the plugin's documentation"),
        ] {
            let error = check(Some(&schema), &options).unwrap_err();
            assert_eq!((error.place.as_str(), error.hint.as_str()), (place, hint), "{options}");
        }
        assert_eq!(check(None, &json!({"a": 1})).unwrap_err().hint, "this plugin has no options");
    }

    #[test]
    fn keywords_that_are_not_held_are_found() {
        assert_eq!(unknown_keyword(&json!({"type": "object", "properties": {"a": {"description": "x"}}})), None);
        let deep = json!({"properties": {"a": {"items": {"pattern": "x"}}}});
        assert_eq!(unknown_keyword(&deep).as_deref(), Some("pattern"));
    }
}
