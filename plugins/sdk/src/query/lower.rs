//! From the plan's tests to conditions over native columns: values are taken apart into the forms that logs use.

use super::forms::{digest, file_text, long_hive, path_forms, registry_forms};
use super::formula::{Atom, Compare, Formula, Kind, Native, Operand, Scalar, Subject};
use super::refusal::{At, Code};
use super::table::{Column, Hives};
use super::text::Origin;
use crate::emitter::Refusal;
use crate::emitter::plan::{Operator, Part, Test, Url, Value};
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
            let each = each.collect::<Result<Vec<_>, _>>()?;
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
        (Column::Registry { object, hives: Hives::Long, .. }, Value::Text(text)) => {
            Ok(long_hive(scope(object), compare_of(test.operator), text))
        }
        (Column::Registry { object, .. }, _) => scope(object).scalar(test.operator, value),
        (Column::Words(native, words), Value::Text(_) | Value::Integer(_) | Value::Boolean(_))
            if test.operator == Operator::Equals =>
        {
            let word = match value {
                Value::Integer(number) => Cow::Owned(number.to_string()),
                Value::Boolean(truth) => Cow::Owned(truth.to_string()),
                Value::Text(text) => Cow::Borrowed(text.as_str()),
                _ => Cow::default(),
            };
            let known: Vec<_> = words.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&word)).collect();
            if known.is_empty() {
                return Err(at.refuse(Code::UnsupportedValue, &word, "the product has no word for this value"));
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
    // Values that go by other words: what a later step compares them with would never be there.
    if let Column::Words(_, words) = column
        && words.iter().any(|(word, native)| !word.eq_ignore_ascii_case(native))
    {
        return None;
    }
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
pub(super) fn compare_of(operator: Operator) -> Compare {
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
pub(super) struct Scope<'a> {
    pub(super) at: At,
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

    pub(super) fn text(self, compare: Compare, text: impl Into<Cow<'a, str>>, piece: Option<u32>) -> Formula<'a> {
        self.atom(compare, Scalar::Text(text.into()), piece)
    }

    pub(super) fn presence(self, there: bool) -> Formula<'a> {
        let compare = if there { Compare::Present } else { Compare::Absent };
        let Formula::Atom(atom) = self.atom(compare, Scalar::Boolean(there), None) else { unreachable!() };
        Formula::Atom(Atom { operands: Vec::new(), ..atom })
    }

    /// A value that needs no taking apart.
    pub(super) fn scalar(self, operator: Operator, value: &'a Value) -> Result<Formula<'a>, Refusal> {
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
            Value::Integer(number) if kind == Kind::Text && !compare.is_order() => {
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
