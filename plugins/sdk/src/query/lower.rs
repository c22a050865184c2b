//! From the plan's tests to conditions over native columns: values are taken apart into the forms that logs use.

use super::formula::{Atom, Compare, Formula, Kind, Native, Operand, Scalar, Subject};
use super::refusal::{At, Code};
use super::table::{Column, Hives};
use super::text::Origin;
use crate::emitter::Refusal;
use crate::emitter::plan::{Operator, Part, Path, Registry, Test, Url, Value};
use crate::tree::{Tree, operator_name, value_name};
use std::borrow::Cow;

/// Finds the columns of a field; none: the source does not carry it.
pub type Lookup<'l, 'a> = &'l dyn Fn(&'a str) -> Option<Column<'a>>;

/// Lowers a predicate. Every refusal in it is reported, not the first alone.
///
/// # Errors
/// `unsupported-field`, `unsupported-operator` and `unsupported-value`, with their places.
pub fn lower<'a>(tree: &Tree<'a>, at: At, lookup: Lookup<'_, 'a>) -> Result<Formula<'a>, Vec<Refusal>> {
    match tree {
        Tree::All(children) => lower_each(children, at, lookup).map(Formula::all),
        Tree::Any(children) => lower_each(children, at, lookup).map(Formula::any),
        Tree::Not(child) => lower(child, at, lookup).map(Formula::negated),
        Tree::Test(node, test) => lower_test(test, at.node(*node), lookup).map_err(|refusal| vec![refusal]),
        Tree::Keywords(node, keywords) => {
            let at = at.node(*node);
            let each = keywords.values.iter().enumerate().map(|(index, value)| {
                let test = Scope { at, subject: Subject::Anywhere, case_sensitive: false, value: index as u32 };
                let operator = match value {
                    Value::Pattern(_) => Operator::Like,
                    Value::Regex(_) => Operator::Matches,
                    _ => Operator::Contains,
                };
                test.scalar(operator, value)
            });
            let each = each.collect::<Result<Vec<_>, _>>().map_err(|refusal| vec![refusal])?;
            Ok(if keywords.all { Formula::all(each) } else { Formula::any(each) })
        }
    }
}

fn lower_each<'a>(trees: &[Tree<'a>], at: At, lookup: Lookup<'_, 'a>) -> Result<Vec<Formula<'a>>, Vec<Refusal>> {
    let mut formulas = Vec::with_capacity(trees.len());
    let mut refusals = Vec::new();
    for tree in trees {
        match lower(tree, at, lookup) {
            Ok(formula) => formulas.push(formula),
            Err(refused) => refusals.extend(refused),
        }
    }
    if refusals.is_empty() { Ok(formulas) } else { Err(refusals) }
}

fn lower_test<'a>(test: &'a Test, at: At, lookup: Lookup<'_, 'a>) -> Result<Formula<'a>, Refusal> {
    let column = lookup(&test.field).ok_or_else(|| no_field(&test.field, at))?;
    let mut each = Vec::with_capacity(test.values.len());
    for (index, value) in test.values.iter().enumerate() {
        each.push(lower_value(test, value, index as u32, column, at, lookup)?);
    }
    Ok(if test.all { Formula::all(each) } else { Formula::any(each) })
}

fn no_field(field: &str, at: At) -> Refusal {
    at.refuse(Code::UnsupportedField, field, "no column of this source carries the field")
}

fn lower_value<'a>(
    test: &'a Test,
    value: &'a Value,
    index: u32,
    column: Column<'a>,
    at: At,
    lookup: Lookup<'_, 'a>,
) -> Result<Formula<'a>, Refusal> {
    let scope =
        |native| Scope { at, subject: Subject::Column(native), case_sensitive: test.case_sensitive, value: index };
    if let Value::Field(other) = value {
        let (Column::Plain(left), Some(Column::Plain(right))) = (first(column), lookup(other).map(first)) else {
            return Err(no_field(other, at));
        };
        let compare = compare_of(test.operator);
        return Ok(scope(left).atom(compare, Scalar::Column(right), None));
    }
    if let (Operator::Exists, Value::Boolean(there)) = (test.operator, value) {
        let Column::Plain(native) = first(column) else { return Err(no_field(&test.field, at)) };
        return Ok(scope(native).presence(*there));
    }
    match (column, value) {
        (_, Value::Null) => {
            let Column::Plain(native) = first(column) else { return Err(no_field(&test.field, at)) };
            Ok(scope(native).presence(false))
        }
        (Column::Plain(native) | Column::Address(native), Value::Path(path)) => {
            path_forms(test.operator, path, scope(native), None)
        }
        (Column::Path { full, name }, Value::Path(path)) => {
            let main = full.or(name).ok_or_else(|| no_field(&test.field, at))?;
            if full.is_none() && path.directory.is_some() {
                let reason = "the source has the file's name, not its path";
                return Err(at.refuse(Code::UnsupportedValue, "path", reason));
            }
            path_forms(test.operator, path, scope(main), name.map(scope))
        }
        (Column::Path { full, name }, _) => file_text(test, value, full.map(scope), name.map(scope), at),
        (Column::Either(left, right), _) => {
            let either = [left, right].map(|native| lower_value(test, value, index, Column::Plain(native), at, lookup));
            Ok(Formula::any(either.into_iter().collect::<Result<_, _>>()?))
        }
        (Column::Address(native), Value::Address(address)) if address.contains('.') => {
            let scope = scope(native);
            let mapped = Cow::Owned(format!("::ffff:{address}"));
            Ok(Formula::any(vec![
                scope.atom(compare_of(test.operator), Scalar::Text(Cow::Borrowed(address)), None),
                scope.atom(compare_of(test.operator), Scalar::Text(mapped), Some(1)),
            ]))
        }
        (Column::Address(native), _) => scope(native).scalar(test.operator, value),
        (Column::Host { host, within }, _) => {
            let exact = lower_value(test, value, index, Column::Plain(host), at, lookup)?;
            let text = match value {
                Value::Domain(domain) if domain.ascii == domain.unicode => &domain.ascii,
                Value::Text(text) | Value::Address(text) => text,
                _ => return Ok(exact),
            };
            // The host stands in the URL: a cheap comparison before the one that takes the URL apart.
            if text.is_empty() || !matches!(test.operator, Operator::Equals | Operator::EndsWith | Operator::StartsWith)
            {
                return Ok(exact);
            }
            let cheap = scope(within).atom(Compare::Contains, Scalar::Text(Cow::Borrowed(text)), Some(9));
            Ok(Formula::all(vec![cheap, exact]))
        }
        (Column::Digests(columns), _) => digest(test, value, scope, |algorithm| {
            columns.iter().find(|(name, _)| name.eq_ignore_ascii_case(algorithm)).map(|(_, native)| (*native, false))
        }),
        (Column::DigestText(native), _) => digest(test, value, scope, |_| Some((native, true))),
        (Column::Registry { object, key, value: column, hives }, Value::Registry(registry)) => {
            Ok(registry_forms(registry, test.operator, scope(object), key.map(scope), column.map(scope), hives))
        }
        (Column::Registry { object, hives, .. }, Value::Text(text)) if hives == Hives::Long => {
            Ok(long_hive(scope(object), compare_of(test.operator), text))
        }
        (Column::Registry { object, .. }, _) => scope(object).scalar(test.operator, value),
        (Column::Words(native, words), Value::Text(text)) if test.operator == Operator::Equals => {
            let known: Vec<_> = words.iter().filter(|(name, _)| name.eq_ignore_ascii_case(text)).collect();
            if known.is_empty() {
                return Err(at.refuse(Code::UnsupportedValue, text, "the product has no word for this value"));
            }
            let alternatives = known.into_iter().enumerate().map(|(piece, (_, native_word))| {
                scope(native).atom(
                    Compare::Equals,
                    Scalar::Text(Cow::Borrowed(native_word)),
                    Some(NATIVE_WORD + piece as u32),
                )
            });
            Ok(Formula::any(alternatives.collect()))
        }
        (Column::Words(..), _) => {
            Err(at.refuse(Code::UnsupportedOperator, operator_name(test.operator), "only whole words are known here"))
        }
        (Column::Plain(native), Value::Registry(registry)) => {
            Ok(registry_forms(registry, test.operator, scope(native), None, None, Hives::Varied))
        }
        (Column::Plain(native), _) => scope(native).scalar(test.operator, value),
    }
}

/// Pieces from here on are the product's own words for a value.
const NATIVE_WORD: u32 = 100;

/// The one column that holds a field, where there is one.
pub fn single(column: Column<'_>) -> Option<Native<'_>> {
    match first(column) {
        Column::Plain(native) => Some(native),
        _ => None,
    }
}

/// The column that stands for a whole field where only one can.
fn first(column: Column<'_>) -> Column<'_> {
    Column::Plain(match column {
        Column::Plain(native) | Column::Address(native) | Column::DigestText(native) | Column::Words(native, _) => {
            native
        }
        Column::Either(native, _) => native,
        Column::Host { host, .. } => host,
        Column::Registry { object, .. } => object,
        Column::Path { full: Some(native), .. } | Column::Path { name: Some(native), .. } => native,
        Column::Path { .. } | Column::Digests(_) => return column,
    })
}

/// How an operator is said, where it takes its values one by one.
fn compare_of(operator: Operator) -> Compare {
    match operator {
        Operator::Equals => Compare::Equals,
        Operator::Contains => Compare::Contains,
        Operator::StartsWith => Compare::StartsWith,
        Operator::EndsWith => Compare::EndsWith,
        Operator::Word => Compare::Word,
        Operator::Like => Compare::Like,
        Operator::Matches => Compare::Matches,
        Operator::Within => Compare::Within,
        Operator::Less => Compare::Less,
        Operator::LessOrEqual => Compare::LessOrEqual,
        Operator::Greater => Compare::Greater,
        Operator::GreaterOrEqual => Compare::GreaterOrEqual,
        Operator::Exists => Compare::Present,
    }
}

/// One value of one test against one column.
#[derive(Clone, Copy)]
struct Scope<'a> {
    at: At,
    subject: Subject<'a>,
    case_sensitive: bool,
    value: u32,
}

impl<'a> Scope<'a> {
    fn atom(self, compare: Compare, value: Scalar<'a>, piece: Option<u32>) -> Formula<'a> {
        let origin = Origin { at: self.at, value: self.value, piece };
        Formula::Atom(Atom {
            subject: self.subject,
            compare,
            operands: vec![Operand { value, origin }],
            case_sensitive: self.case_sensitive,
            at: self.at,
        })
    }

    fn text(self, compare: Compare, text: impl Into<Cow<'a, str>>, piece: Option<u32>) -> Formula<'a> {
        self.atom(compare, Scalar::Text(text.into()), piece)
    }

    fn presence(self, there: bool) -> Formula<'a> {
        let compare = if there { Compare::Present } else { Compare::Absent };
        let Formula::Atom(atom) = self.atom(compare, Scalar::Boolean(there), None) else { unreachable!() };
        Formula::Atom(Atom { operands: Vec::new(), ..atom })
    }

    /// A value that needs no taking apart.
    fn scalar(self, operator: Operator, value: &'a Value) -> Result<Formula<'a>, Refusal> {
        let compare = compare_of(operator);
        let kind = match self.subject {
            Subject::Column(native) => native.kind,
            Subject::Anywhere => Kind::Text,
        };
        Ok(match value {
            Value::Text(text) => match (compare, text.is_empty()) {
                (Compare::Contains | Compare::StartsWith | Compare::EndsWith, true) => self.presence(true),
                (Compare::Equals, _) => match (kind, text.parse::<i64>()) {
                    (Kind::Integer, Ok(number)) => self.atom(compare, Scalar::Integer(number), None),
                    (Kind::Integer | Kind::Real, Err(_)) => {
                        return Err(self.at.refuse(Code::UnsupportedValue, text, "the column holds numbers"));
                    }
                    _ => self.text(compare, text, None),
                },
                _ => self.text(compare, text, None),
            },
            Value::Regex(text) | Value::Address(text) | Value::Network(text) => self.text(compare, text, None),
            Value::Integer(number) if kind == Kind::Text && !is_order(compare) => {
                self.text(compare, number.to_string(), None)
            }
            Value::Integer(number) => self.atom(compare, Scalar::Integer(*number), None),
            Value::Float(number) => self.atom(compare, Scalar::Float(*number), None),
            Value::Boolean(truth) if kind == Kind::Boolean => self.atom(compare, Scalar::Boolean(*truth), None),
            Value::Boolean(truth) => self.text(compare, if *truth { "true" } else { "false" }, None),
            Value::Pattern(parts) => self.pattern(parts),
            Value::Digest(digest) => self.text(compare, &digest.hex, None),
            Value::Url(url) => self.url(compare, url),
            Value::Domain(domain) => {
                let mut names = vec![(domain.ascii.as_str(), 0)];
                if domain.unicode != domain.ascii {
                    names.push((domain.unicode.as_str(), 2));
                }
                let mut forms = Vec::new();
                for (name, piece) in names {
                    forms.push(self.text(compare, name, Some(piece)));
                    if domain.subdomains && compare == Compare::Equals {
                        forms.push(self.text(Compare::EndsWith, format!(".{name}"), Some(piece + 1)));
                    }
                }
                Formula::any(forms)
            }
            Value::Path(path) => self.text(compare, &path.full, None),
            other => {
                let reason = "this kind of value cannot be compared with the field here";
                return Err(self.at.refuse(Code::UnsupportedValue, value_name(other), reason));
            }
        })
    }

    /// Patterns that an operator of its own says become that operator.
    fn pattern(self, parts: &'a [Part]) -> Formula<'a> {
        match parts {
            [Part::AnyRun] => self.presence(true),
            [Part::Literal(text)] if matches!(self.subject, Subject::Anywhere) => {
                self.text(Compare::Contains, text, None)
            }
            [Part::Literal(text)] => self.text(Compare::Equals, text, None),
            [Part::AnyRun, Part::Literal(text), Part::AnyRun] => self.text(Compare::Contains, text, None),
            [Part::Literal(text), Part::AnyRun] => self.text(Compare::StartsWith, text, None),
            [Part::AnyRun, Part::Literal(text)] => self.text(Compare::EndsWith, text, None),
            parts => self.atom(Compare::Like, Scalar::Pattern(parts), None),
        }
    }

    /// Proxies log a URL with or without its scheme, and a bare host with or without the slash.
    fn url(self, compare: Compare, url: &'a Url) -> Formula<'a> {
        let bare = url.full.split_once("://").map_or(url.full.as_str(), |(_, rest)| rest);
        let mut forms = vec![self.text(compare, url.full.as_str(), None)];
        if bare.len() != url.full.len() && matches!(compare, Compare::Equals | Compare::StartsWith) {
            forms.push(self.text(compare, bare, Some(1)));
        }
        if let (Compare::Equals, Some(host)) = (compare, url.full.strip_suffix('/'))
            && (url.path == "/" || url.path.is_empty())
        {
            forms.push(self.text(compare, host, Some(2)));
            forms.push(self.text(compare, bare.trim_end_matches('/'), Some(3)));
        }
        Formula::any(forms)
    }
}

fn is_order(compare: Compare) -> bool {
    matches!(compare, Compare::Less | Compare::LessOrEqual | Compare::Greater | Compare::GreaterOrEqual)
}

/// A path: whole, as a bare name, or with a variable for a beginning that differs from machine to machine.
fn path_forms<'a>(
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
fn file_text<'a>(
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
fn digest<'a>(
    test: &Test,
    value: &'a Value,
    scope: impl Fn(Native<'a>) -> Scope<'a>,
    column: impl Fn(&str) -> Option<(Native<'a>, bool)>,
) -> Result<Formula<'a>, Refusal> {
    let (algorithm, hex) = match value {
        Value::Digest(digest) => (digest.algorithm.as_str(), digest.hex.as_str()),
        Value::Text(text) => match text.split_once('=') {
            Some((algorithm, hex)) => (algorithm, hex),
            None => (by_length(text, &test.field), text.as_str()),
        },
        Value::Pattern(parts) => match parts.as_slice() {
            [Part::AnyRun, Part::Literal(text), Part::AnyRun] => match text.split_once('=') {
                Some((algorithm, hex)) => (algorithm, hex),
                None => (by_length(text, &test.field), text.as_str()),
            },
            _ => ("", ""),
        },
        _ => ("", ""),
    };
    let scope_of = |native| scope(native);
    let at = scope_of(Native { name: super::text::Name::native(""), kind: Kind::Text }).at;
    if hex.is_empty() || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
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
        return Ok(scope.text(Compare::Equals, hex, None));
    }
    Ok(Formula::any(vec![
        scope.text(Compare::Equals, hex, None),
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
fn registry_forms<'a>(
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
        let (text, compare) = match (&registry.value_name, key.is_some()) {
            (Some(name), false) => (Cow::Owned(format!("{spelling}\\{name}")), Compare::EndsWith),
            _ if at_end => (spelling, Compare::EndsWith),
            _ => (spelling, Compare::Contains),
        };
        forms.push(place.text(compare, text, Some(piece)));
    }
    all.push(Formula::any(forms));
    if let (Some(value), Some(_), Some(name)) = (value, key, &registry.value_name) {
        all.push(value.text(Compare::Equals, name.as_str(), Some(5)));
    }
    Formula::all(all)
}

/// Sigma writes hives as Sysmon does (`HKLM\…`); this product writes them out.
fn long_hive<'a>(scope: Scope<'a>, compare: Compare, text: &'a str) -> Formula<'a> {
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
