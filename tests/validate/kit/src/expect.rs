//! What a literal of a query must decode to: the plan's value at its place, or a piece of it.

use huntsmith_sdk::emitter::plan::{Hunt, Node, Part, Predicate, Stage, Value};
use huntsmith_sdk::emitter::{Literal, Place};
use huntsmith_sdk::tree::operator_name;

/// The value that a literal stands for, and the operator that compares with it (`keywords` where none does).
pub fn value<'a>(hunt: &'a Hunt, literal: &Literal) -> Option<(&'a Value, &'static str)> {
    let Place { part, index, node } = &literal.place;
    let predicate: &Predicate = match part.as_str() {
        "search" => &hunt.searches.get(*index as usize)?.predicate,
        "stage" => match hunt.stages.get(*index as usize)? {
            Stage::Keep(predicate) => predicate,
            Stage::Aggregate(aggregate) => aggregate.measures.iter().find_map(|measure| measure.where_.as_ref())?,
            _ => return None,
        },
        "correlation" => hunt.correlations.get(*index as usize)?.condition.as_ref()?,
        _ => return None,
    };
    let (values, operator) = match predicate.nodes.get((*node)? as usize)? {
        Node::Test(test) => (&test.values, operator_name(test.operator)),
        Node::Keywords(keywords) => (&keywords.values, "keywords"),
        _ => return None,
    };
    values.get(literal.value as usize).map(|value| (value, operator))
}

/// The texts of which a literal for this value may be made.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) | Value::Regex(text) | Value::Address(text) | Value::Network(text) => vec![text.clone()],
        Value::Integer(number) => vec![number.to_string()],
        Value::Float(number) => vec![format!("{number:?}")],
        Value::Boolean(truth) => vec![truth.to_string()],
        Value::Pattern(parts) => parts
            .iter()
            .filter_map(|part| match part {
                Part::Literal(text) => Some(text.clone()),
                Part::AnyRun | Part::AnyOne => None,
            })
            .collect(),
        Value::Path(path) => vec![path.full.clone(), path.name.clone()],
        Value::Registry(registry) => {
            let mut texts = vec![registry.hive.clone(), registry.key.clone()];
            texts.extend(registry.value_name.clone());
            texts
        }
        Value::Url(url) => vec![url.full.clone()],
        Value::Domain(domain) => vec![domain.ascii.clone(), domain.unicode.clone()],
        Value::Digest(digest) => vec![digest.hex.clone()],
        Value::Null | Value::Field(_) | Value::ListReference(_) | Value::Placeholder(_) => Vec::new(),
    }
}

/// For a pattern: a text that it matches.
pub fn sample(value: &Value) -> Option<String> {
    let Value::Pattern(parts) = value else { return None };
    let each = parts.iter().map(|part| match part {
        Part::Literal(text) => text.as_str(),
        Part::AnyRun => "run",
        Part::AnyOne => "1",
    });
    Some(each.collect())
}
