//! A hunt from JSON in the form of the host's model, for tests that are data.

use huntsmith_sdk::emitter::plan::*;
use serde_json::Value as Json;

/// Reads a hunt.
///
/// # Errors
/// The path of the first thing that is missing or of another type.
pub fn hunt(json: &Json) -> Result<Hunt, String> {
    Ok(Hunt {
        id: text(json, "id")?,
        title: text(json, "title")?,
        description: text(json, "description").unwrap_or_default(),
        author: text(json, "author").ok(),
        license: text(json, "license").ok(),
        level: text(json, "level").ok(),
        status: text(json, "status").ok(),
        source: text(json, "source").ok(),
        phase: text(json, "phase").unwrap_or_else(|_| "c2".into()),
        confidence: text(json, "confidence").unwrap_or_else(|_| "Medium".into()),
        tlp: text(json, "tlp").unwrap_or_else(|_| "clear".into()),
        techniques: texts(json, "techniques"),
        searches: list(json, "searches", search)?,
        correlations: optional(json, "correlations", correlation)?,
        stages: optional(json, "stages", stage)?,
        window: match json.get("window") {
            None => Window::LastSeconds(2_592_000),
            Some(window) => match window.get("last-seconds").and_then(Json::as_u64) {
                Some(seconds) => Window::LastSeconds(seconds as u32),
                None => {
                    let ends = texts(window, "between");
                    let [from, to] = ends.as_slice() else { return Err("window".into()) };
                    Window::Between((from.clone(), to.clone()))
                }
            },
        },
        false_positives: texts(json, "false_positives"),
        references: texts(json, "references"),
        properties: Vec::new(),
    })
}

fn search(json: &Json) -> Result<Search, String> {
    let class = json.get("class").ok_or("class")?;
    Ok(Search {
        name: text(json, "name")?,
        class: EventClass {
            category: text(class, "category").ok(),
            product: text(class, "product").ok(),
            service: text(class, "service").ok(),
        },
        predicate: predicate(json.get("predicate").ok_or("predicate")?)?,
        fields: texts(json, "fields"),
        properties: Vec::new(),
    })
}

fn predicate(json: &Json) -> Result<Predicate, String> {
    Ok(Predicate { nodes: list(json, "nodes", node)?, root: number(json, "root")? })
}

fn node(json: &Json) -> Result<Node, String> {
    let (name, inner) = variant(json)?;
    Ok(match name {
        "all" => Node::All(ids(inner)),
        "any" => Node::Any(ids(inner)),
        "negate" => Node::Negate(inner.as_u64().ok_or("negate")? as u32),
        "test" => Node::Test(Test {
            field: text(inner, "field")?,
            operator: operator(&text(inner, "operator")?)?,
            values: list(inner, "values", value)?,
            all: flag(inner, "all"),
            case_sensitive: flag(inner, "case_sensitive"),
            properties: Vec::new(),
        }),
        "keywords" => Node::Keywords(Keywords {
            values: list(inner, "values", value)?,
            all: flag(inner, "all"),
            properties: Vec::new(),
        }),
        other => return Err(format!("node {other}")),
    })
}

/// An operator by the contract's name.
pub fn operator(name: &str) -> Result<Operator, String> {
    const ALL: [Operator; 13] = [
        Operator::Equals,
        Operator::Contains,
        Operator::StartsWith,
        Operator::EndsWith,
        Operator::Word,
        Operator::Like,
        Operator::Matches,
        Operator::Within,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
        Operator::Exists,
    ];
    ALL.into_iter()
        .find(|operator| huntsmith_sdk::tree::operator_name(*operator) == name)
        .ok_or_else(|| format!("operator {name}"))
}

fn value(json: &Json) -> Result<Value, String> {
    if json.as_str() == Some("null") {
        return Ok(Value::Null);
    }
    let (name, inner) = variant(json)?;
    let plain = || inner.as_str().map(str::to_owned).ok_or_else(|| format!("value {name}"));
    Ok(match name {
        "text" => Value::Text(plain()?),
        "integer" => Value::Integer(inner.as_i64().ok_or("integer")?),
        "float" => Value::Float(inner.as_f64().ok_or("float")?),
        "boolean" => Value::Boolean(inner.as_bool().ok_or("boolean")?),
        "pattern" => Value::Pattern(inner.as_array().ok_or("pattern")?.iter().map(part).collect::<Result<_, _>>()?),
        "regex" => Value::Regex(plain()?),
        "address" => Value::Address(plain()?),
        "network" => Value::Network(plain()?),
        "field" => Value::Field(plain()?),
        "list-reference" => Value::ListReference(plain()?),
        "placeholder" => Value::Placeholder(plain()?),
        "path" => Value::Path(Path {
            full: text(inner, "full")?,
            directory: text(inner, "directory").ok(),
            name: text(inner, "name")?,
        }),
        "registry" => Value::Registry(Registry {
            hive: text(inner, "hive")?,
            key: text(inner, "key")?,
            value_name: text(inner, "value_name").ok(),
        }),
        "url" => Value::Url(Url {
            full: text(inner, "full")?,
            scheme: text(inner, "scheme")?,
            host: text(inner, "host")?,
            port: inner.get("port").and_then(Json::as_u64).map(|port| port as u16),
            path: text(inner, "path")?,
            query: text(inner, "query").ok(),
        }),
        "domain" => Value::Domain(Domain {
            ascii: text(inner, "ascii")?,
            unicode: text(inner, "unicode")?,
            subdomains: flag(inner, "subdomains"),
        }),
        "digest" => Value::Digest(Digest { algorithm: text(inner, "algorithm")?, hex: text(inner, "hex")? }),
        other => return Err(format!("value {other}")),
    })
}

fn part(json: &Json) -> Result<Part, String> {
    match json.as_str() {
        Some("any-run") => Ok(Part::AnyRun),
        Some("any-one") => Ok(Part::AnyOne),
        _ => text(json, "literal").map(Part::Literal),
    }
}

fn stage(json: &Json) -> Result<Stage, String> {
    let (name, inner) = variant(json)?;
    Ok(match name {
        "aggregate" => Stage::Aggregate(Aggregate {
            by: texts(inner, "by"),
            bucket_seconds: number(inner, "bucket_seconds").ok(),
            measures: list(inner, "measures", |json| {
                Ok(Measure {
                    name: text(json, "name")?,
                    function: text(json, "function")?,
                    field: text(json, "field").ok(),
                    argument: json.get("argument").and_then(Json::as_f64),
                    where_: json.get("where").filter(|json| !json.is_null()).map(predicate).transpose()?,
                })
            })?,
        }),
        "interval" => Stage::Interval(Interval { by: texts(inner, "by"), name: text(inner, "name")? }),
        "derive" => Stage::Derive(Derive {
            name: text(inner, "name")?,
            function: text(inner, "function")?,
            fields: texts(inner, "fields"),
        }),
        "keep" => Stage::Keep(predicate(inner)?),
        "sort" => Stage::Sort(
            inner
                .as_array()
                .ok_or("sort")?
                .iter()
                .map(|key| Ok(SortKey { field: text(key, "field")?, descending: flag(key, "descending") }))
                .collect::<Result<_, String>>()?,
        ),
        "limit" => Stage::Limit(inner.as_u64().ok_or("limit")? as u32),
        other => return Err(format!("stage {other}")),
    })
}

fn correlation(json: &Json) -> Result<Correlation, String> {
    Ok(Correlation {
        name: text(json, "name")?,
        kind: text(json, "kind")?,
        inputs: list(json, "inputs", |json| {
            let (name, inner) = variant(json)?;
            let index = inner.as_u64().ok_or("input")? as u32;
            Ok(if name == "search" { Source::Search(index) } else { Source::Correlation(index) })
        })?,
        by: optional(json, "by", |json| Ok(GroupKey { name: text(json, "name")?, fields: texts(json, "fields") }))?,
        fields: texts(json, "fields"),
        span_seconds: number(json, "span_seconds")?,
        condition: json.get("condition").filter(|json| !json.is_null()).map(predicate).transpose()?,
        properties: Vec::new(),
    })
}

fn variant(json: &Json) -> Result<(&str, &Json), String> {
    let object = json.as_object().ok_or_else(|| format!("not a variant: {json}"))?;
    object.iter().next().map(|(name, inner)| (name.as_str(), inner)).ok_or_else(|| "empty variant".into())
}

fn text(json: &Json, name: &str) -> Result<String, String> {
    json.get(name).and_then(Json::as_str).map(str::to_owned).ok_or_else(|| format!("{name} of {json}"))
}

fn texts(json: &Json, name: &str) -> Vec<String> {
    let array = json.get(name).and_then(Json::as_array);
    array.into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn number(json: &Json, name: &str) -> Result<u32, String> {
    json.get(name).and_then(Json::as_u64).map(|number| number as u32).ok_or_else(|| name.to_owned())
}

fn flag(json: &Json, name: &str) -> bool {
    json.get(name).and_then(Json::as_bool).unwrap_or_default()
}

fn ids(json: &Json) -> Vec<u32> {
    json.as_array().into_iter().flatten().filter_map(Json::as_u64).map(|id| id as u32).collect()
}

fn list<T>(json: &Json, name: &str, each: impl Fn(&Json) -> Result<T, String>) -> Result<Vec<T>, String> {
    json.get(name).and_then(Json::as_array).ok_or_else(|| name.to_owned())?.iter().map(each).collect()
}

fn optional<T>(json: &Json, name: &str, each: impl Fn(&Json) -> Result<T, String>) -> Result<Vec<T>, String> {
    if json.get(name).is_none() { Ok(Vec::new()) } else { list(json, name, each) }
}
