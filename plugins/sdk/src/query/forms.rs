//! The forms in which logs hold a path, a digest or a registry object.

use super::formula::{Compare, Formula, Kind, Native};
use super::lower::{Scope, compare_of};
use super::refusal::{At, Code};
use super::table::Hives;
use crate::emitter::Refusal;
use crate::emitter::plan::{Operator, Part, Path, Registry, Test, Value};
use crate::tree::{operator_name, value_name};
use std::borrow::Cow;

/// A path: whole, as a bare name, or with a variable for a beginning that differs from machine to machine.
pub(super) fn path_forms<'a>(
    operator: Operator,
    path: &'a Path,
    full: Scope<'a>,
    name: Option<Scope<'a>>,
) -> Result<Formula<'a>, Refusal> {
    let compare = compare_of(operator);
    if compare != Compare::Equals && compare != Compare::EndsWith {
        return Ok(full.text(compare, path.full.as_str(), None));
    }
    if path.name.is_empty() {
        // A folder: everything below it.
        return Ok(full.text(Compare::Contains, below_variable(&path.full), Some(0)));
    }
    if path.directory.is_none() {
        if let Some(name) = name {
            return Ok(name.text(Compare::Equals, path.name.as_str(), None));
        }
        return Ok(Formula::any(vec![
            full.text(Compare::Equals, path.name.as_str(), None),
            full.text(Compare::EndsWith, format!("\\{}", path.name), Some(1)),
            full.text(Compare::EndsWith, format!("/{}", path.name), Some(2)),
        ]));
    }
    let below = below_variable(&path.full);
    if compare == Compare::EndsWith || below.len() != path.full.len() {
        return Ok(full.text(Compare::EndsWith, below, Some(0)));
    }
    Ok(full.text(Compare::Equals, path.full.as_str(), None))
}

/// What follows a variable or a home folder at the beginning: `\Local\x.exe` of `%LOCALAPPDATA%\Local\x.exe`.
fn below_variable(path: &str) -> &str {
    let beginning = path.starts_with(['%', '$', '~', '<']) || path.starts_with("..") || path.starts_with("./");
    if !beginning {
        return path;
    }
    path.find(['\\', '/']).map_or(path, |at| &path[at..])
}

/// Text against a file's columns: `\name` at the end of a path is its name.
pub(super) fn file_text<'a>(
    test: &Test,
    value: &'a Value,
    full: Option<Scope<'a>>,
    name: Option<Scope<'a>>,
    at: At,
) -> Result<Formula<'a>, Refusal> {
    let ending = match (test.operator, value) {
        (Operator::EndsWith, Value::Text(text)) => Some(text.as_str()),
        (Operator::Like, Value::Pattern(parts)) => match parts.as_slice() {
            [Part::AnyRun, Part::Literal(text)] => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    };
    let bare = ending
        .and_then(|text| text.strip_prefix(['\\', '/']))
        .filter(|rest| !rest.is_empty() && !rest.contains(['\\', '/']));
    match (full, name, bare) {
        (_, Some(name), Some(bare)) => Ok(name.text(Compare::Equals, bare, Some(0))),
        (Some(full), _, _) => full.scalar(test.operator, value),
        (None, Some(name), None) if !has_separator(value) && test.operator == Operator::EndsWith => {
            name.scalar(test.operator, value)
        }
        _ => Err(at.refuse(Code::UnsupportedValue, &test.field, "the source has the file's name, not its path")),
    }
}

fn has_separator(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.contains(['\\', '/']))
}

/// A digest, or Sigma's `ALGORITHM=hex`, or bare hex whose length tells the algorithm.
pub(super) fn digest<'a>(
    test: &Test,
    value: &'a Value,
    scope: impl Fn(Native<'a>) -> Scope<'a>,
    column: impl Fn(&str) -> Option<(Native<'a>, bool)>,
) -> Result<Formula<'a>, Refusal> {
    // Of `ALGORITHM=hex`, the digest is a piece of the value.
    let named = |text: &'a str| match text.split_once('=') {
        Some((algorithm, hex)) => (algorithm, hex, Some(2)),
        None => (by_length(text, &test.field), text, None),
    };
    let (algorithm, hex, piece) = match value {
        Value::Digest(digest) => (digest.algorithm.as_str(), digest.hex.as_str(), None),
        Value::Text(text) => named(text),
        Value::Pattern(parts) => match parts.as_slice() {
            [Part::AnyRun, Part::Literal(text), Part::AnyRun] => named(text),
            _ => ("", "", None),
        },
        _ => ("", "", None),
    };
    let scope_of = |native| scope(native);
    let at = scope_of(Native { name: super::text::Name::native(""), kind: Kind::Text }).at;
    // A part of a digest may stand anywhere in a column; only whole ones are compared.
    let whole = matches!(hex.len(), 32 | 40 | 56 | 64 | 96 | 128);
    if !whole || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(at.refuse(
            Code::UnsupportedValue,
            value_name(value),
            "a digest field is compared with whole digests",
        ));
    }
    let Some((native, in_text)) = column(algorithm) else {
        return Err(at.refuse(Code::UnsupportedField, algorithm, "the source has no digest of this algorithm"));
    };
    if !matches!(test.operator, Operator::Equals | Operator::Contains | Operator::EndsWith | Operator::Like)
        && !matches!(test.operator, Operator::StartsWith)
    {
        let reason = "a digest field is compared with whole digests";
        return Err(at.refuse(Code::UnsupportedOperator, operator_name(test.operator), reason));
    }
    let scope = scope_of(native);
    if !in_text {
        return Ok(scope.text(Compare::Equals, hex, piece));
    }
    Ok(Formula::any(vec![
        scope.text(Compare::Equals, hex, piece),
        scope.text(Compare::Contains, format!("={hex}"), Some(1)),
    ]))
}

fn by_length<'f>(hex: &str, field: &'f str) -> &'f str {
    match hex.len() {
        40 => "sha1",
        64 => "sha256",
        128 => "sha512",
        32 if field.eq_ignore_ascii_case("imphash") => "imphash",
        32 => "md5",
        _ => field,
    }
}

/// A registry key or value. Control sets go by their numbers in logs, and users' hives by the user's SID.
pub(super) fn registry_forms<'a>(
    registry: &'a Registry,
    operator: Operator,
    object: Scope<'a>,
    key: Option<Scope<'a>>,
    value: Option<Scope<'a>>,
    hives: Hives,
) -> Formula<'a> {
    let mut spellings: Vec<(Cow<'a, str>, u32)> = vec![(Cow::Owned(format!("\\{}", registry.key)), 0)];
    if let Some(position) = find_ignoring_case(&registry.key, "CurrentControlSet") {
        let (before, rest) = registry.key.split_at(position);
        let after = &rest["CurrentControlSet".len()..];
        spellings.push((Cow::Owned(format!("\\{before}ControlSet001{after}")), 1));
    }
    let at_end = operator == Operator::Equals || registry.value_name.is_some();
    let place = key.unwrap_or(object);
    let mut all = Vec::new();
    if let (Hives::Long, "HKEY_LOCAL_MACHINE") = (hives, registry.hive.as_str()) {
        all.push(place.text(Compare::StartsWith, registry.hive.as_str(), Some(4)));
    }
    let mut forms = Vec::new();
    for (spelling, piece) in spellings {
        if !at_end {
            // What lies below, and not a key whose name only begins so.
            forms.push(place.text(Compare::Contains, format!("{spelling}\\"), Some(piece)));
        }
        let text = match (&registry.value_name, key.is_some()) {
            (Some(name), false) => Cow::Owned(format!("{spelling}\\{name}")),
            _ => spelling,
        };
        forms.push(place.text(Compare::EndsWith, text, Some(piece)));
    }
    all.push(Formula::any(forms));
    if let (Some(value), Some(_), Some(name)) = (value, key, &registry.value_name) {
        all.push(value.text(Compare::Equals, name.as_str(), Some(5)));
    }
    Formula::all(all)
}

/// Sigma writes hives as Sysmon does (`HKLM\…`); this product writes them out.
pub(super) fn long_hive<'a>(scope: Scope<'a>, compare: Compare, text: &'a str) -> Formula<'a> {
    const HIVES: [(&str, &str); 5] = [
        ("HKLM\\", "HKEY_LOCAL_MACHINE\\"),
        ("HKCU\\", "HKEY_CURRENT_USER\\"),
        ("HKU\\", "HKEY_USERS\\"),
        ("HKCR\\", "HKEY_CLASSES_ROOT\\"),
        ("HKCC\\", "HKEY_CURRENT_CONFIG\\"),
    ];
    for (short, long) in HIVES {
        if text.get(..short.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(short)) {
            return scope.text(compare, format!("{long}{}", &text[short.len()..]), Some(0));
        }
    }
    if text.is_empty() && compare != Compare::Equals { scope.presence(true) } else { scope.text(compare, text, None) }
}

fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    text.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}
