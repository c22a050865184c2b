//! A rule's detections and its condition, as one predicate.

use super::error::{Code, Place, SigmaError};
use super::value;
use super::yaml::{Node as YamlNode, Yaml};
use crate::catalogue::predicate::{Arena, DEPTH, contradiction};
use crate::model::Predicate;
use rsigma_parser::{ConditionExpr, Quantifier, SigmaParserError, parse_condition, parse_field_spec};

/// Parentheses and negations that a condition may nest. The grammar's parser recurses, so that it is held against this
/// before.
const NESTING: usize = 60;

/// Ways of choosing that `2 of selection_*` may stand for.
const CHOICES: usize = 500;

/// Keys of a detection that are no detections.
const RESERVED: [&str; 2] = ["condition", "timeframe"];

/// The predicate of a `detection` (or of what a filter has in its place).
///
/// # Errors
/// The first thing in it that cannot be said, with its place.
pub fn predicate(detection: &Yaml, top: &Place<'_>, key: &str) -> Result<Predicate, SigmaError> {
    let place = top.key(key, detection.line);
    let mut arena = Arena::default();
    let root = read(&mut arena, detection, &place)?;
    finish(arena, root, &place)
}

/// Checks what a whole predicate must hold.
///
/// # Errors
/// It is nested too deeply, or no event can meet it.
pub fn finish(arena: Arena, root: u32, place: &Place<'_>) -> Result<Predicate, SigmaError> {
    if arena.depth(root) > DEPTH {
        return Err(place.error(Code::TooLarge, format!("the condition is more than {DEPTH} deep")));
    }
    let predicate = arena.finish(root);
    if let Some(field) = contradiction(&predicate) {
        let reason = "no event can meet the condition: it asks for two things that exclude each other";
        return Err(SigmaError { field, ..place.error(Code::Contradiction, reason) });
    }
    Ok(predicate)
}

/// Reads detections and their condition into an arena.
///
/// # Errors
/// As [`predicate`].
pub fn read(arena: &mut Arena, detection: &Yaml, place: &Place<'_>) -> Result<u32, SigmaError> {
    if !matches!(detection.node, YamlNode::Map(_)) {
        return Err(place.error(Code::InvalidKey, format!("it must be a mapping, and is {}", detection.kind())));
    }
    let condition =
        detection.get("condition").ok_or_else(|| place.error(Code::MissingKey, "a detection needs a `condition`"))?;
    let mut named: Vec<(&str, u32)> = Vec::new();
    for (name, body) in detection.entries().iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())) {
        let here = place.key(name, body.line);
        named.push((name, selection(arena, body, &here, 0)?));
    }
    if named.is_empty() {
        return Err(place.error(Code::EmptySet, "there is nothing to look for beside the condition"));
    }
    let here = place.key("condition", condition.line);
    let mut roots = Vec::new();
    for item in condition.items() {
        let YamlNode::Text(text) = &item.node else {
            return Err(here.error(Code::InvalidKey, format!("a condition is a text, not {}", item.kind())));
        };
        let parsed = parse(text, &here)?;
        roots.push(build(arena, &parsed, &named, &here)?);
    }
    if roots.is_empty() {
        return Err(here.error(Code::EmptySet, "the condition is empty"));
    }
    // Several conditions are several ways for the rule to hold.
    Ok(arena.any(roots))
}

/// One detection: a mapping (all of it), a list of mappings (any of them), or words to look for.
fn selection(arena: &mut Arena, body: &Yaml, place: &Place<'_>, depth: usize) -> Result<u32, SigmaError> {
    if depth > DEPTH {
        return Err(place.error(Code::TooLarge, format!("it is nested more than {DEPTH} deep")));
    }
    match &body.node {
        YamlNode::Map(entries) if entries.is_empty() => Err(place.error(Code::EmptySet, "it is empty")),
        YamlNode::List(items) if items.is_empty() => Err(place.error(Code::EmptySet, "it is empty")),
        YamlNode::Null => Err(place.error(Code::EmptySet, "it is empty")),
        YamlNode::Map(entries) => {
            let mut all = Vec::with_capacity(entries.len());
            for (key, values) in entries {
                all.push(entry(arena, key, values, place)?);
            }
            Ok(arena.all(all))
        }
        YamlNode::List(items) if items.iter().any(|item| matches!(item.node, YamlNode::Map(_) | YamlNode::List(_))) => {
            let mut any = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                any.push(selection(arena, item, &place.item(index, item.line), depth + 1)?);
            }
            Ok(arena.any(any))
        }
        _ => value::item(arena, None, &[], body, place),
    }
}

/// `Field|modifier: values`.
fn entry(arena: &mut Arena, key: &str, values: &Yaml, place: &Place<'_>) -> Result<u32, SigmaError> {
    let here = place.key(key, values.line);
    let name = key.split('|').next().unwrap_or_default();
    let here = if name.is_empty() { here } else { here.about(name) };
    let spec = parse_field_spec(key).map_err(|error| match error {
        SigmaParserError::UnknownModifier(name) => {
            here.error(Code::UnknownModifier, format!("there is no modifier `{name}`"))
        }
        other => here.error(Code::UnknownModifier, other.to_string()),
    })?;
    value::item(arena, spec.name.as_deref(), &spec.modifiers, values, &here)
}

/// A condition's text as an expression.
///
/// # Errors
/// It does not follow the grammar, or nests too deeply.
pub fn parse(text: &str, place: &Place<'_>) -> Result<ConditionExpr, SigmaError> {
    let mut open = 0usize;
    let mut deepest = 0usize;
    let mut negations = 0usize;
    for word in text.split_inclusive(['(', ')', ' ', '\t', '\n']) {
        negations = match word.trim() {
            "" | "(" => negations,
            "not" | "not(" => negations + 1,
            _ => 0,
        };
        match word.as_bytes().last() {
            Some(b'(') => open += 1,
            Some(b')') => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open + negations);
    }
    if deepest > NESTING {
        return Err(place.error(Code::TooLarge, format!("the condition nests more than {NESTING} deep")));
    }
    if text.contains('|') {
        let reason = "`|` in a condition was given up by Sigma 2: write a correlation";
        return Err(place.error(Code::InvalidCondition, reason));
    }
    parse_condition(text).map_err(|error| {
        let reason = error.to_string();
        // The parser draws the place; the last line says what it expected.
        let reason = reason.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
        place.error(Code::InvalidCondition, format!("`{}`: {}", shortened(text), reason.trim_start_matches("= ")))
    })
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(120).map_or(text, |(at, _)| &text[..at])
}

fn build(
    arena: &mut Arena,
    expression: &ConditionExpr,
    named: &[(&str, u32)],
    place: &Place<'_>,
) -> Result<u32, SigmaError> {
    match expression {
        ConditionExpr::Identifier(name) => {
            named.iter().find(|(known, _)| known == name).map(|(_, node)| *node).ok_or_else(|| {
                let known: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
                let reason = format!("there is no detection `{name}` (there are: {})", known.join(", "));
                place.error(Code::InvalidCondition, reason)
            })
        }
        ConditionExpr::Not(inner) => {
            let inner = build(arena, inner, named, place)?;
            Ok(arena.negate(inner))
        }
        ConditionExpr::And(children) | ConditionExpr::Or(children) => {
            let mut nodes = Vec::with_capacity(children.len());
            for child in children {
                nodes.push(build(arena, child, named, place)?);
            }
            Ok(match expression {
                ConditionExpr::And(_) => arena.all(nodes),
                _ => arena.any(nodes),
            })
        }
        ConditionExpr::Selector { quantifier, pattern } => {
            let matching = named.iter().filter(|(name, _)| pattern.matches_detection_name(name));
            let nodes: Vec<u32> = matching.map(|(_, node)| *node).collect();
            if nodes.is_empty() {
                return Err(place.error(Code::EmptySet, format!("`of {pattern}` names no detection")));
            }
            match quantifier {
                Quantifier::Any => Ok(arena.any(nodes)),
                Quantifier::All => Ok(arena.all(nodes)),
                Quantifier::Count(count) => choose(arena, &nodes, *count, place),
            }
        }
    }
}

/// At least `count` of the nodes: any of the ways to choose so many.
fn choose(arena: &mut Arena, nodes: &[u32], count: u64, place: &Place<'_>) -> Result<u32, SigmaError> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if count == 0 || count > nodes.len() {
        let reason = format!("`{count} of` chooses among {}", nodes.len());
        return Err(place.error(Code::InvalidCondition, reason));
    }
    let mut ways: Vec<Vec<u32>> = vec![Vec::new()];
    for (index, node) in nodes.iter().enumerate() {
        let left = nodes.len() - index;
        let mut longer: Vec<Vec<u32>> = Vec::new();
        for way in ways {
            if way.len() < count {
                longer.push(way.iter().copied().chain([*node]).collect());
            }
            if way.len() + left > count {
                longer.push(way);
            }
        }
        if longer.len() > CHOICES {
            return Err(place.error(Code::TooLarge, format!("`{count} of {}` stands for too many ways", nodes.len())));
        }
        ways = longer;
    }
    let any = ways.into_iter().map(|way| arena.all(way)).collect();
    Ok(arena.any(any))
}
