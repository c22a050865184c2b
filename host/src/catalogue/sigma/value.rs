//! Values and their modifiers: from an item of a detection to tests of the plan.
//!
//! Source: Sigma specification 2.1.0, "Sigma Modifiers Specification" and "Sigma Rules Specification", escaping.

use super::encode::{base64_offsets, utf16, windows_dashes};
use super::error::{Code, Place, SigmaError};
use super::yaml::{Node as YamlNode, Yaml};
use crate::catalogue::predicate::Arena;
use crate::model::{Keywords, Node, Operator, Part, Test, Value};
use base64::Engine as _;
use rsigma_parser::{Modifier, SigmaString, SpecialChar, StringPart};

/// What the modifiers of an item ask for.
struct Asked {
    operator: Operator,
    all: bool,
    cased: bool,
    negated: bool,
    /// Inline flags of a regular expression, without case.
    flags: String,
    /// Changes of the value itself, in order.
    changes: Vec<Modifier>,
    field_reference: bool,
    placeholders: bool,
}

/// An item: a field (none: anywhere in the event) with modifiers, and its values.
pub fn item(
    arena: &mut Arena,
    field: Option<&str>,
    modifiers: &[Modifier],
    values: &Yaml,
    place: &Place<'_>,
) -> Result<u32, SigmaError> {
    let asked = ask(modifiers, place)?;
    let items = values.items();
    if items.is_empty() {
        return Err(place.error(Code::EmptySet, "the list has no value"));
    }
    let mut tests: Vec<(Operator, Vec<Value>)> = Vec::new();
    // With `all`, each value's alternatives are a group of their own.
    let mut groups: Vec<Vec<(Operator, Vec<Value>)>> = Vec::new();
    for (index, value) in items.iter().enumerate() {
        let here = place.item(index, value.line);
        let here = if matches!(values.node, YamlNode::List(_)) { &here } else { place };
        let mut forms = forms(&asked, value, here)?;
        if field.is_none() {
            for form in &mut forms {
                *form = keyword(std::mem::replace(form, (Operator::Equals, Value::Null)), here)?;
            }
        }
        if asked.all && items.len() > 1 && forms.len() > 1 {
            let mut group = Vec::new();
            forms.into_iter().for_each(|(operator, value)| add(&mut group, operator, value));
            groups.push(group);
        } else {
            forms.into_iter().for_each(|(operator, value)| add(&mut tests, operator, value));
        }
    }
    let all = asked.all && items.len() > 1;
    let push = |arena: &mut Arena, (operator, values): (Operator, Vec<Value>), all: bool| {
        let all = all && values.len() > 1;
        arena.push(match field {
            Some(field) => Node::Test(Test {
                field: field.to_owned(),
                operator,
                values,
                all,
                case_sensitive: asked.cased,
                properties: Vec::new(),
            }),
            None => Node::Keywords(Keywords { values, all, properties: Vec::new() }),
        })
    };
    let mut nodes: Vec<u32> = tests.into_iter().map(|test| push(arena, test, all)).collect();
    for group in groups {
        let alternatives = group.into_iter().map(|test| push(arena, test, false)).collect();
        nodes.push(arena.any(alternatives));
    }
    let node = if all { arena.all(nodes) } else { arena.any(nodes) };
    Ok(if asked.negated { arena.negate(node) } else { node })
}

/// What stands anywhere in an event is compared in one way alone.
fn keyword((operator, value): (Operator, Value), place: &Place<'_>) -> Result<(Operator, Value), SigmaError> {
    let value = match (operator, value) {
        (Operator::Matches, regex) => regex,
        (Operator::Like, Value::Pattern(parts)) => {
            let open = |part: &&Part| **part == Part::AnyRun;
            let start = parts.iter().take_while(open).count();
            let end = parts.len() - parts.iter().rev().take_while(open).count();
            match parts.get(start..end) {
                None | Some([]) => return Err(place.error(Code::InvalidValue, "it stands in every event")),
                Some([Part::Literal(text)]) => Value::Text(text.clone()),
                Some(parts) => Value::Pattern(parts.to_vec()),
            }
        }
        (
            Operator::Equals | Operator::Contains | Operator::StartsWith | Operator::EndsWith,
            value @ (Value::Text(_) | Value::Integer(_) | Value::Placeholder(_)),
        ) => value,
        (Operator::Equals, Value::Boolean(truth)) => Value::Text(truth.to_string()),
        (Operator::Equals, Value::Float(number)) => Value::Text(number.to_string()),
        _ => return Err(place.error(Code::UnsupportedModifier, "words without a field are looked for, not compared")),
    };
    if value == Value::Text(String::new()) {
        return Err(place.error(Code::InvalidValue, "an empty word stands in every event"));
    }
    Ok((Operator::Contains, value))
}

/// Values of one operator stand in one test.
fn add(tests: &mut Vec<(Operator, Vec<Value>)>, operator: Operator, value: Value) {
    match tests.iter_mut().find(|(known, _)| *known == operator) {
        Some((_, values)) => values.push(value),
        None => tests.push((operator, vec![value])),
    }
}

fn ask(modifiers: &[Modifier], place: &Place<'_>) -> Result<Asked, SigmaError> {
    let mut asked = Asked {
        operator: Operator::Equals,
        all: false,
        cased: false,
        negated: false,
        flags: String::new(),
        changes: Vec::new(),
        field_reference: false,
        placeholders: false,
    };
    let mut comparisons = 0;
    let mut ignore_case = false;
    for modifier in modifiers {
        let operator = match modifier {
            Modifier::Contains => Some(Operator::Contains),
            Modifier::StartsWith => Some(Operator::StartsWith),
            Modifier::EndsWith => Some(Operator::EndsWith),
            Modifier::Re => Some(Operator::Matches),
            Modifier::Cidr => Some(Operator::Within),
            Modifier::Exists => Some(Operator::Exists),
            Modifier::Gt => Some(Operator::Greater),
            Modifier::Gte => Some(Operator::GreaterOrEqual),
            Modifier::Lt => Some(Operator::Less),
            Modifier::Lte => Some(Operator::LessOrEqual),
            Modifier::All => {
                asked.all = true;
                None
            }
            Modifier::Cased => {
                asked.cased = true;
                None
            }
            Modifier::Neq => {
                asked.negated = true;
                None
            }
            Modifier::FieldRef => {
                asked.field_reference = true;
                None
            }
            Modifier::Expand => {
                asked.placeholders = true;
                None
            }
            Modifier::IgnoreCase => {
                ignore_case = true;
                None
            }
            Modifier::Multiline => {
                asked.flags.push('m');
                None
            }
            Modifier::DotAll => {
                asked.flags.push('s');
                None
            }
            Modifier::Base64
            | Modifier::Base64Offset
            | Modifier::Wide
            | Modifier::Utf16
            | Modifier::Utf16be
            | Modifier::WindAsh => {
                asked.changes.push(*modifier);
                None
            }
            Modifier::Minute | Modifier::Hour | Modifier::Day | Modifier::Week | Modifier::Month | Modifier::Year => {
                return Err(place.error(Code::UnsupportedModifier, "parts of a time cannot be compared in a plan"));
            }
        };
        if let Some(operator) = operator {
            asked.operator = operator;
            comparisons += 1;
        }
    }
    let regex = asked.operator == Operator::Matches;
    if comparisons > 1 {
        return Err(place.error(Code::UnsupportedModifier, "two modifiers say how to compare"));
    }
    if (ignore_case || !asked.flags.is_empty()) && !regex {
        return Err(place.error(Code::UnsupportedModifier, "flags of a regular expression go with `re` alone"));
    }
    let text =
        matches!(asked.operator, Operator::Equals | Operator::Contains | Operator::StartsWith | Operator::EndsWith);
    if !asked.changes.is_empty() && !text {
        return Err(place.error(Code::UnsupportedModifier, "an encoding goes with texts alone"));
    }
    // Regular expressions are the one comparison of Sigma's that minds the case unless told otherwise.
    asked.cased |= regex && !ignore_case;
    Ok(asked)
}

/// One value as what it is compared with: one form, or the several that its modifiers stand for.
fn forms(asked: &Asked, value: &Yaml, place: &Place<'_>) -> Result<Vec<(Operator, Value)>, SigmaError> {
    let operator = asked.operator;
    let wrong =
        |needed: &str| place.error(Code::InvalidValue, format!("{needed} is needed here, not {}", value.kind()));
    let text = || value.text().ok_or_else(|| wrong("a plain value"));
    if matches!(value.node, YamlNode::List(_) | YamlNode::Map(_)) {
        return Err(wrong("a plain value"));
    }
    if asked.field_reference {
        return Ok(vec![(operator, Value::Field(text()?))]);
    }
    let one = match operator {
        Operator::Exists => match &value.node {
            YamlNode::Boolean(truth) => Value::Boolean(*truth),
            YamlNode::Text(text) if text == "yes" => Value::Boolean(true),
            YamlNode::Text(text) if text == "no" => Value::Boolean(false),
            _ => return Err(wrong("`true` or `false`")),
        },
        Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual => {
            number(value).ok_or_else(|| wrong("a number"))?
        }
        Operator::Within => network(&text()?).ok_or_else(|| {
            place.error(Code::InvalidValue, format!("`{}` is no network", value.text().unwrap_or_default()))
        })?,
        Operator::Matches => regex(&text()?, &asked.flags, place)?,
        _ => match &value.node {
            YamlNode::Null if operator == Operator::Equals => Value::Null,
            YamlNode::Null => return Err(wrong("a text")),
            YamlNode::Boolean(truth) if operator == Operator::Equals => Value::Boolean(*truth),
            YamlNode::Integer(number) if asked.changes.is_empty() => Value::Integer(*number),
            YamlNode::Float(number) if operator == Operator::Equals => Value::Float(*number),
            _ => return texts(asked, &text()?, place),
        },
    };
    Ok(vec![(operator, one)])
}

/// A text with wildcards, after its changes.
fn texts(asked: &Asked, text: &str, place: &Place<'_>) -> Result<Vec<(Operator, Value)>, SigmaError> {
    if asked.placeholders
        && let Some(name) = placeholder(text)
    {
        return Ok(vec![(asked.operator, Value::Placeholder(name.to_owned()))]);
    }
    if asked.placeholders && text.matches('%').count() >= 2 {
        let reason = "a placeholder must be the whole value: a plan cannot hold one inside a text";
        return Err(place.error(Code::UnsupportedModifier, reason));
    }
    let mut forms = vec![Form::Parts(parts(text))];
    for change in &asked.changes {
        let mut changed = Vec::new();
        for form in forms {
            changed.extend(change_of(*change, form, place)?);
        }
        forms = changed;
    }
    let compare = |form| match form {
        Form::Parts(parts) => Ok(compared(asked.operator, parts)),
        Form::Bytes(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok((asked.operator, Value::Text(text))),
            Err(_) => Err(place.error(Code::InvalidValue, "the encoded bytes are no text: encode them with base64")),
        },
    };
    forms.into_iter().map(compare).collect()
}

/// A value between two changes.
enum Form {
    Parts(Vec<Part>),
    Bytes(Vec<u8>),
}

fn change_of(change: Modifier, form: Form, place: &Place<'_>) -> Result<Vec<Form>, SigmaError> {
    if change == Modifier::WindAsh {
        let Form::Parts(parts) = form else {
            return Err(place.error(Code::UnsupportedModifier, "`windash` comes before an encoding"));
        };
        let spellings = windows_dashes(&parts)
            .ok_or_else(|| place.error(Code::TooLarge, "its dashes stand for too many spellings"))?;
        return Ok(spellings.into_iter().map(Form::Parts).collect());
    }
    let bytes = match form {
        Form::Bytes(bytes) => bytes,
        Form::Parts(parts) => match <[Part; 1]>::try_from(parts) {
            Ok([Part::Literal(text)]) => text.into_bytes(),
            _ => return Err(place.error(Code::UnsupportedModifier, "wildcards cannot be encoded")),
        },
    };
    let text = |text: String| Form::Parts(vec![Part::Literal(text)]);
    Ok(match change {
        Modifier::Base64 => vec![text(base64::prelude::BASE64_STANDARD.encode(&bytes))],
        Modifier::Base64Offset => base64_offsets(&bytes).map(text).collect(),
        wide => match std::str::from_utf8(&bytes) {
            Ok(plain) => vec![Form::Bytes(utf16(plain, wide))],
            Err(_) => return Err(place.error(Code::UnsupportedModifier, "a text is made UTF-16 once")),
        },
    })
}

/// Sigma's wildcards and escapes, as parts of a pattern.
fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for part in SigmaString::new(text).parts {
        let part = match part {
            StringPart::Plain(text) => Part::Literal(text),
            StringPart::Special(SpecialChar::WildcardMulti) => Part::AnyRun,
            StringPart::Special(SpecialChar::WildcardSingle) => Part::AnyOne,
        };
        if !(part == Part::AnyRun && parts.last() == Some(&Part::AnyRun)) {
            parts.push(part);
        }
    }
    if parts.is_empty() { vec![Part::Literal(String::new())] } else { parts }
}

/// The simplest operator that says a pattern where `operator` compares with it.
fn compared(operator: Operator, mut parts: Vec<Part>) -> (Operator, Value) {
    let open_start = matches!(operator, Operator::Contains | Operator::EndsWith);
    let open_end = matches!(operator, Operator::Contains | Operator::StartsWith);
    if let [Part::Literal(text)] = parts.as_mut_slice() {
        return (operator, Value::Text(std::mem::take(text)));
    }
    if open_start && parts.first() != Some(&Part::AnyRun) {
        parts.insert(0, Part::AnyRun);
    }
    if open_end && parts.last() != Some(&Part::AnyRun) {
        parts.push(Part::AnyRun);
    }
    match parts.as_mut_slice() {
        [Part::AnyRun, Part::Literal(text), Part::AnyRun] => (Operator::Contains, Value::Text(std::mem::take(text))),
        [Part::Literal(text), Part::AnyRun] => (Operator::StartsWith, Value::Text(std::mem::take(text))),
        [Part::AnyRun, Part::Literal(text)] => (Operator::EndsWith, Value::Text(std::mem::take(text))),
        _ => (Operator::Like, Value::Pattern(parts)),
    }
}

fn placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix('%')?.strip_suffix('%')?;
    (!name.is_empty() && !name.contains('%')).then_some(name)
}

fn number(value: &Yaml) -> Option<Value> {
    match &value.node {
        YamlNode::Integer(number) => Some(Value::Integer(*number)),
        YamlNode::Float(number) => Some(Value::Float(*number)),
        YamlNode::Text(text) => text.parse().map(Value::Integer).or_else(|_| text.parse().map(Value::Float)).ok(),
        _ => None,
    }
}

fn network(text: &str) -> Option<Value> {
    let network: ipnet::IpNet = match text.parse::<std::net::IpAddr>() {
        Ok(address) => address.into(),
        Err(_) => text.parse().ok()?,
    };
    Some(Value::Network(network.trunc().to_string()))
}

/// A regular expression that dialects with RE2 can run.
fn regex(text: &str, flags: &str, place: &Place<'_>) -> Result<Value, SigmaError> {
    if text.is_empty() {
        return Err(place.error(Code::InvalidValue, "an empty regular expression matches everything"));
    }
    let regex = if flags.is_empty() { text.to_owned() } else { format!("(?{flags}){text}") };
    let mut parser = regex_syntax::ParserBuilder::new().nest_limit(100).build();
    match parser.parse(&regex) {
        Ok(_) => Ok(Value::Regex(regex)),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Err(place.error(Code::InvalidValue, format!("`{text}` is no regular expression of RE2: {reason}")))
        }
    }
}

#[cfg(test)]
#[path = "value_tests.rs"]
mod tests;
