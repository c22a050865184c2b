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

/// Every text that a literal for this value may be, to the byte, where it is no regular expression and no word of the
/// product's own: the value, and the forms in which logs hold it.
pub fn exact(value: &Value) -> Vec<String> {
    let mut forms = texts(value);
    match value {
        Value::Text(text) => {
            // A file's name, a hive that is written out, the digest of `ALGORITHM=hex`.
            forms.extend(text.strip_prefix(['\\', '/']).map(str::to_owned));
            let hives = [
                ("HKLM", "HKEY_LOCAL_MACHINE"),
                ("HKCU", "HKEY_CURRENT_USER"),
                ("HKU", "HKEY_USERS"),
                ("HKCR", "HKEY_CLASSES_ROOT"),
                ("HKCC", "HKEY_CURRENT_CONFIG"),
            ];
            if let Some((hive, rest)) = text.split_once('\\') {
                let long = hives.iter().find(|(short, _)| short.eq_ignore_ascii_case(hive));
                forms.extend(long.map(|(_, long)| format!("{long}\\{rest}")));
            }
            if let Some((_, hex)) = text.split_once('=') {
                forms.extend([hex.to_owned(), format!("={hex}")]);
            }
        }
        // Of a file that ends in a name.
        Value::Pattern(parts) => {
            if let [Part::AnyRun, Part::Literal(end)] = parts.as_slice() {
                forms.extend(end.strip_prefix(['\\', '/']).map(str::to_owned));
            }
        }
        Value::Address(address) => forms.push(format!("::ffff:{address}")),
        Value::Path(path) => {
            forms.extend([format!("\\{}", path.name), format!("/{}", path.name)]);
            forms.extend(path.full.find(['\\', '/']).map(|at| path.full[at..].to_owned()));
        }
        Value::Registry(registry) => {
            let numbered = registry.key.find("CurrentControlSet").map(|at| {
                let (before, rest) = registry.key.split_at(at);
                format!("{before}ControlSet001{}", &rest["CurrentControlSet".len()..])
            });
            for key in [Some(registry.key.clone()), numbered].into_iter().flatten() {
                forms.extend(registry.value_name.iter().map(|name| format!("\\{key}\\{name}")));
                forms.extend([format!("\\{key}"), format!("\\{key}\\")]);
            }
        }
        Value::Url(url) => {
            let bare = url.full.split_once("://").map_or(url.full.as_str(), |(_, rest)| rest);
            forms.extend([bare, url.full.trim_end_matches('/'), bare.trim_end_matches('/')].map(str::to_owned));
        }
        Value::Domain(domain) => forms.extend([&domain.ascii, &domain.unicode].map(|name| format!(".{name}"))),
        Value::Digest(digest) => forms.push(format!("={}", digest.hex)),
        _ => {}
    }
    forms
}

/// What a regular expression that is made of this value stands for, piece by piece: texts, `.*` and `.`.
pub fn parts(value: &Value) -> Vec<String> {
    match value {
        Value::Pattern(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => format!("={text}"),
                Part::AnyRun => ".*".into(),
                Part::AnyOne => ".".into(),
            })
            .collect(),
        value => texts(value).into_iter().map(|text| format!("={text}")).collect(),
    }
}
