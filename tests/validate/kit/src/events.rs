//! Events for a hunt, and whether it must find each: conditions in native terms are evaluated here, apart from every
//! dialect, and by the dialect's own engine elsewhere.

use crate::generate::Numbers;
use huntsmith_sdk::emitter::Hunt;
use huntsmith_sdk::emitter::plan::Part;
use huntsmith_sdk::query::formula::{Atom, Compare, Formula, Kind, Operand, Scalar, Subject};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A search's condition, and the columns with the words that make an event one of its class.
pub type Search<'a> = (Formula<'a>, Vec<(String, String)>);

/// An event, and whether the hunt must find it.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    pub event: Map<String, Value>,
    pub hit: bool,
}

/// How many events are made for each search.
const EACH: usize = 8;

/// Events for a hunt. None where a comparison minds case or needs the whole event: engines differ there.
pub fn of(hunt: &Hunt, searches: &[Search<'_>]) -> Vec<Tried> {
    let plain = |atom: &Atom<'_>| {
        !atom.case_sensitive && matches!(atom.subject, Subject::Column(_)) && atom.operands.iter().all(folds)
    };
    let apart = hunt.correlations.is_empty() && hunt.stages.is_empty();
    if !apart || !searches.iter().all(|(formula, _)| formula.atoms().into_iter().all(plain)) {
        return Vec::new();
    }
    let seed =
        hunt.id.bytes().fold(searches.len() as u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut numbers = Numbers(seed);
    let mut tried = Vec::new();
    for (formula, scope) in searches {
        for _ in 0..EACH {
            let event = event(&mut numbers, formula, scope);
            let of_class = |scope: &[(String, String)]| {
                scope.iter().all(|(column, word)| event.get(column).and_then(Value::as_str) == Some(word))
            };
            let hit = searches.iter().any(|(formula, scope)| of_class(scope) && holds(formula, &event));
            tried.push(Tried { event, hit });
        }
    }
    tried
}

/// An event of the class, each column with a value of one of its comparisons, changed at times, or none.
fn event(numbers: &mut Numbers, formula: &Formula<'_>, scope: &[(String, String)]) -> Map<String, Value> {
    let mut event: Map<String, Value> =
        scope.iter().map(|(column, word)| (column.clone(), Value::from(word.as_str()))).collect();
    let atoms = formula.atoms();
    let columns: BTreeSet<String> = atoms.iter().filter_map(|atom| column(atom)).collect();
    for name in columns {
        let on: Vec<&&Atom<'_>> = atoms.iter().filter(|atom| column(atom).as_ref() == Some(&name)).collect();
        let atom = on[numbers.below(on.len())];
        if atom.operands.is_empty() {
            if numbers.below(2) == 0 {
                event.insert(name, Value::from("there"));
            }
            continue;
        }
        let operand = &atom.operands[numbers.below(atom.operands.len())];
        let value = match (&operand.value, numbers.below(8)) {
            (_, 0) => continue,
            (Scalar::Integer(number), change) => {
                Value::from(if change == 1 { number.wrapping_add(1) } else { *number })
            }
            (_, change) => {
                let mut text = text(atom.compare, operand);
                match if is_address(atom) { 7 } else { change } {
                    1 => text.push('~'),
                    2 => text.insert(0, '~'),
                    3 => text = text.to_uppercase(),
                    _ => {}
                }
                Value::from(text)
            }
        };
        event.insert(name, value);
    }
    event
}

fn is_address(atom: &Atom<'_>) -> bool {
    let typed = matches!(atom.subject, Subject::Column(native) if native.kind == Kind::Address);
    typed || atom.compare == Compare::Within
}

/// Whether every letter has one small form: engines differ in the others.
fn folds(operand: &Operand<'_>) -> bool {
    let each = |text: &str| text.chars().all(|c| c.to_lowercase().count() == 1);
    match &operand.value {
        Scalar::Text(text) => each(text),
        Scalar::Pattern(parts) => parts.iter().all(|part| !matches!(part, Part::Literal(text) if !each(text))),
        _ => true,
    }
}

fn column(atom: &Atom<'_>) -> Option<String> {
    match atom.subject {
        Subject::Column(native) => Some(native.name.to_string()),
        Subject::Anywhere => None,
    }
}

/// A text for which a comparison holds.
fn text(compare: Compare, operand: &Operand<'_>) -> String {
    match (&operand.value, compare) {
        (Scalar::Text(text), Compare::Contains | Compare::Word) => format!("(a {text} b)"),
        (Scalar::Text(text), Compare::StartsWith) => format!("{text} b"),
        (Scalar::Text(text), Compare::EndsWith) => format!("a {text}"),
        (Scalar::Text(text), Compare::Within) => text.split('/').next().unwrap_or_default().to_owned(),
        (Scalar::Text(text), _) => text.to_string(),
        (Scalar::Pattern(parts), _) => parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.as_str(),
                Part::AnyRun => "run",
                Part::AnyOne => "1",
            })
            .collect(),
        _ => String::new(),
    }
}

/// Whether a condition holds for an event. What is not there meets no comparison.
pub fn holds(formula: &Formula<'_>, event: &Map<String, Value>) -> bool {
    match formula {
        Formula::All(children) => children.iter().all(|child| holds(child, event)),
        Formula::Any(children) => children.iter().any(|child| holds(child, event)),
        Formula::Not(child) => !holds(child, event),
        Formula::Fixed(truth) => *truth,
        Formula::Atom(atom) => {
            let value = column(atom).and_then(|column| event.get(&column));
            match (atom.compare, value) {
                (Compare::Present, value) => value.is_some(),
                (Compare::Absent, value) => value.is_none(),
                (_, None) => false,
                (compare, Some(value)) => atom.operands.iter().any(|operand| meets(compare, value, operand)),
            }
        }
    }
}

fn meets(compare: Compare, value: &Value, operand: &Operand<'_>) -> bool {
    if let Scalar::Integer(planned) = operand.value {
        let Some(found) = value.as_i64() else { return false };
        return match compare {
            Compare::Less => found < planned,
            Compare::LessOrEqual => found <= planned,
            Compare::Greater => found > planned,
            Compare::GreaterOrEqual => found >= planned,
            _ => found == planned,
        };
    }
    let Some(found) = value.as_str() else { return false };
    let lower = found.to_lowercase();
    let matches = |pattern: String| {
        let compiled = regex::RegexBuilder::new(&pattern).case_insensitive(true).dot_matches_new_line(true).build();
        compiled.is_ok_and(|regex| regex.is_match(found))
    };
    match (&operand.value, compare) {
        (Scalar::Text(text), Compare::Contains) => lower.contains(&text.to_lowercase()),
        (Scalar::Text(text), Compare::StartsWith) => lower.starts_with(&text.to_lowercase()),
        (Scalar::Text(text), Compare::EndsWith) => lower.ends_with(&text.to_lowercase()),
        (Scalar::Text(text), Compare::Equals) => lower == text.to_lowercase(),
        (Scalar::Text(text), Compare::Word) => {
            matches(format!(r"(?:^|[^\pL\pN_]){}(?:$|[^\pL\pN_])", regex::escape(text)))
        }
        (Scalar::Text(text), Compare::Matches) => matches(text.to_string()),
        (Scalar::Text(text), Compare::Within) => match (text.parse::<ipnet::IpNet>(), found.parse()) {
            (Ok(network), Ok(address)) => network.contains::<&std::net::IpAddr>(&address),
            _ => false,
        },
        (Scalar::Pattern(parts), _) => {
            let each = parts.iter().map(|part| match part {
                Part::Literal(text) => regex::escape(text),
                Part::AnyRun => ".*".into(),
                Part::AnyOne => ".".into(),
            });
            matches(format!("^(?:{})$", each.collect::<String>()))
        }
        _ => false,
    }
}
