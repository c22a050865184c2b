//! What a value of the plan looks like in an event: each kind of value as the forms of VOCABULARY.md's "Operators and
//! values", compiled once and held against the texts of a field.

use super::error::{At, EvaluateError};
use super::event::{number, text};
use super::registry::RegistryForm;
use crate::model::{DigestValue, Operator, Part, PathValue, UrlValue, Value};
use ipnet::IpNet;
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;
use std::net::IpAddr;

/// Bytes that one compiled regular expression may take.
const REGEX_BYTES: usize = 4 << 20;

/// One way in which a field can hold a value. Texts are folded where the test is.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Equals(String),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    Word(String),
    /// What follows the last separator.
    FileName(String),
    Regex(Regex),
    Address(IpAddr),
    Network(IpNet),
    Number(f64),
    Ordered(Operator, f64),
    Registry(RegistryForm),
    Any(Vec<Form>),
    /// The three that look at more than the field's texts.
    Presence(bool),
    Field(Operator, String),
    Digest(DigestValue),
}

/// Letters without their case, one by one: no letter's form depends on its neighbours.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.chars().flat_map(char::to_lowercase).collect()),
    }
}

/// How the texts of one test are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    pub(super) at: At,
    pub(super) case_sensitive: bool,
    /// The field holds a file's place: `\name` at its end is its name.
    pub(super) is_file: bool,
}

impl Scope {
    fn spell(self, text: &str) -> String {
        if self.case_sensitive { text.to_owned() } else { fold(text).into_owned() }
    }

    fn text(self, operator: Operator, text: &str) -> Form {
        let text = self.spell(text);
        match operator {
            Operator::Contains | Operator::StartsWith | Operator::EndsWith if text.is_empty() => Form::Presence(true),
            Operator::Contains => Form::Contains(text),
            Operator::StartsWith => Form::StartsWith(text),
            Operator::EndsWith => match text.strip_prefix(['\\', '/']) {
                Some(name) if self.is_file && !name.is_empty() && !name.contains(['\\', '/']) => {
                    Form::FileName(name.to_owned())
                }
                _ => Form::EndsWith(text),
            },
            Operator::Word => Form::Word(text),
            _ => Form::Equals(text),
        }
    }

    /// Compiles a value.
    ///
    /// # Errors
    /// The operator does not go with the value, or nothing in this process can say what the value stands for.
    pub(super) fn form(self, operator: Operator, value: &Value) -> Result<Form, EvaluateError> {
        use Operator as O;
        let illegal = |kind: &str| {
            let pair = format!("{} {kind}", operator_name(operator));
            Err(self.at.invalid(pair, "this operator does not go with this kind of value"))
        };
        let textual = matches!(operator, O::Equals | O::Contains | O::StartsWith | O::EndsWith);
        let ordered = matches!(operator, O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual);
        Ok(match value {
            Value::Placeholder(name) => {
                return Err(self.at.value(name, "a placeholder is filled in by the operator's mapping"));
            }
            Value::ListReference(name) if operator == O::Within || operator == O::Equals => {
                return Err(self.at.value(name, "the list is kept in the SIEM"));
            }
            Value::Boolean(there) if operator == O::Exists => Form::Presence(*there),
            Value::Null if operator == O::Equals => Form::Presence(false),
            Value::Field(other) if textual || ordered => Form::Field(operator, other.clone()),
            Value::Text(text) if textual || operator == O::Word => self.text(operator, text),
            Value::Integer(number) if ordered => Form::Ordered(operator, *number as f64),
            Value::Float(number) if ordered => Form::Ordered(operator, *number),
            Value::Integer(number) if operator == O::Equals => {
                Form::Any(vec![Form::Equals(number.to_string()), Form::Number(*number as f64)])
            }
            Value::Integer(number) if textual => self.text(operator, &number.to_string()),
            Value::Float(number) if operator == O::Equals => Form::Number(*number),
            Value::Boolean(truth) if operator == O::Equals => Form::Equals(truth.to_string()),
            Value::Pattern(parts) if operator == O::Like => self.pattern(parts, true)?,
            Value::Regex(regex) if operator == O::Matches => Form::Regex(self.regex(regex)?),
            Value::Address(address) if operator == O::Equals => match address.parse::<IpAddr>() {
                Ok(address) => Form::Address(address.to_canonical()),
                Err(_) => return Err(self.at.invalid(address, "it is no address")),
            },
            Value::Address(address) if operator == O::Contains => self.text(operator, address),
            Value::Network(network) if operator == O::Within => match network.parse() {
                Ok(network) => Form::Network(network),
                Err(_) => return Err(self.at.invalid(network, "it is no network")),
            },
            Value::Path(path) if textual => self.path(operator, path),
            Value::Registry(registry) if operator == O::Equals || operator == O::Contains => {
                Form::Registry(RegistryForm::new(registry, operator == O::Contains))
            }
            Value::Url(url) if textual => self.url(operator, url),
            Value::Domain(domain) if textual => {
                let mut forms = Vec::new();
                for name in [&domain.ascii, &domain.unicode] {
                    forms.push(self.text(operator, name));
                    if domain.subdomains && operator == O::Equals {
                        forms.push(Form::EndsWith(self.spell(&format!(".{name}"))));
                    }
                }
                Form::Any(forms)
            }
            Value::Digest(digest) if operator == O::Equals => Form::Digest(digest.clone()),
            Value::Digest(digest) if operator == O::Contains => self.text(operator, &digest.hex),
            Value::Pattern(_) => return illegal("pattern"),
            Value::Regex(_) => return illegal("regex"),
            Value::Network(_) => return illegal("network"),
            other => return illegal(value_kind(other)),
        })
    }

    /// A pattern, over the whole text or anywhere in it.
    pub(super) fn pattern(self, parts: &[Part], whole: bool) -> Result<Form, EvaluateError> {
        match parts {
            [] => return Err(self.at.invalid("pattern", "a pattern has no part")),
            [Part::AnyRun] => return Ok(Form::Presence(true)),
            [Part::AnyRun, Part::Literal(text)] if whole => return Ok(self.text(Operator::EndsWith, text)),
            _ => {}
        }
        let mut regex = String::from(if whole { r"(?s)\A" } else { "(?s)" });
        for part in parts {
            match part {
                Part::Literal(text) => regex.push_str(&regex::escape(text)),
                Part::AnyRun => regex.push_str(".*"),
                Part::AnyOne => regex.push('.'),
            }
        }
        regex.push_str(if whole { r"\z" } else { "" });
        Ok(Form::Regex(self.regex(&regex)?))
    }

    pub(super) fn regex(self, text: &str) -> Result<Regex, EvaluateError> {
        if text.is_empty() {
            return Err(self.at.invalid("regex", "an empty regular expression matches everything"));
        }
        let built = RegexBuilder::new(text).case_insensitive(!self.case_sensitive).size_limit(REGEX_BYTES).build();
        built.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => self.at.too_large(text, "the regular expression is too large"),
            error => self.at.value(text, error.to_string()),
        })
    }

    /// A file: whole, as a bare name, or behind a variable that is written out in events.
    fn path(self, operator: Operator, path: &PathValue) -> Form {
        if operator != Operator::Equals && operator != Operator::EndsWith {
            return self.text(operator, &path.full);
        }
        let below = below_variable(&path.full);
        if path.name.is_empty() {
            return Form::Contains(self.spell(below));
        }
        if path.directory.is_none() {
            return Form::FileName(self.spell(&path.name));
        }
        if operator == Operator::EndsWith || below.len() != path.full.len() {
            return Form::EndsWith(self.spell(below));
        }
        Form::Equals(self.spell(&path.full))
    }

    /// With or without its scheme, and a bare host with or without the slash.
    fn url(self, operator: Operator, url: &UrlValue) -> Form {
        let bare = url.full.split_once("://").map_or(url.full.as_str(), |(_, rest)| rest);
        let mut forms = vec![self.text(operator, &url.full)];
        if matches!(operator, Operator::Equals | Operator::StartsWith) {
            forms.push(self.text(operator, bare));
        }
        if operator == Operator::Equals && (url.path == "/" || url.path.is_empty()) && url.query.is_none() {
            for spelling in [url.full.as_str(), bare] {
                let host = spelling.trim_end_matches('/');
                forms.extend([Form::Equals(self.spell(host)), Form::Equals(self.spell(&format!("{host}/")))]);
            }
        }
        Form::Any(forms)
    }
}

/// What follows a variable, a home folder or a relative step at the beginning of a path.
fn below_variable(path: &str) -> &str {
    let beginning = path.starts_with(['%', '$', '~', '<']) || path.starts_with("..") || path.starts_with("./");
    match path.find(['\\', '/']) {
        Some(at) if beginning => &path[at..],
        _ => path,
    }
}

/// An operator's name, as the contract writes it.
pub(crate) fn operator_name(operator: Operator) -> &'static str {
    match operator {
        Operator::Equals => "equals",
        Operator::Contains => "contains",
        Operator::StartsWith => "starts-with",
        Operator::EndsWith => "ends-with",
        Operator::Word => "word",
        Operator::Like => "like",
        Operator::Matches => "matches",
        Operator::Within => "within",
        Operator::Less => "less",
        Operator::LessOrEqual => "less-or-equal",
        Operator::Greater => "greater",
        Operator::GreaterOrEqual => "greater-or-equal",
        Operator::Exists => "exists",
    }
}

fn value_kind(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "text",
        Value::Integer(_) | Value::Float(_) => "number",
        Value::Boolean(_) => "boolean",
        Value::Null => "null",
        Value::Address(_) => "address",
        Value::Path(_) => "path",
        Value::Registry(_) => "registry",
        Value::Url(_) => "url",
        Value::Domain(_) => "domain",
        Value::Digest(_) => "digest",
        Value::Field(_) => "field",
        _ => "value",
    }
}

impl Form {
    /// Whether one single value of a field has this form; `folded` is its text as the test compares it.
    pub(super) fn holds(&self, value: &serde_json::Value, folded: &str) -> bool {
        match self {
            Form::Equals(text) => folded == text,
            Form::Contains(text) => memchr::memmem::find(folded.as_bytes(), text.as_bytes()).is_some(),
            Form::StartsWith(text) => folded.starts_with(text.as_str()),
            Form::EndsWith(text) => folded.ends_with(text.as_str()),
            Form::Word(word) => stands_alone(folded, word),
            Form::FileName(name) => folded.rsplit(['\\', '/']).next() == Some(name),
            Form::Regex(regex) => regex.is_match(&text(value)),
            Form::Address(address) => folded.trim().parse().is_ok_and(|found: IpAddr| found.to_canonical() == *address),
            Form::Network(network) => {
                let found = folded.trim().parse::<IpAddr>();
                found.is_ok_and(|found| network.contains(&found) || network.contains(&found.to_canonical()))
            }
            Form::Number(wanted) => number(value) == Some(*wanted),
            Form::Ordered(operator, limit) => number(value).is_some_and(|found| in_order(*operator, found, *limit)),
            Form::Registry(registry) => registry.holds(&fold(folded)),
            Form::Any(forms) => forms.iter().any(|form| form.holds(value, folded)),
            Form::Presence(there) => *there,
            // These need the event: the predicate asks them itself.
            Form::Field(..) | Form::Digest(_) => false,
        }
    }
}

/// Whether a number stands on the operator's side of another.
pub(super) fn in_order(operator: Operator, found: f64, limit: f64) -> bool {
    match operator {
        Operator::Less => found < limit,
        Operator::LessOrEqual => found <= limit,
        Operator::Greater => found > limit,
        Operator::GreaterOrEqual => found >= limit,
        _ => found == limit,
    }
}

/// Whether a word stands in a text with no letter, digit or underscore beside it.
fn stands_alone(text: &str, word: &str) -> bool {
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let mut found = text.match_indices(word);
    found.any(|(at, word)| !joins(text[..at].chars().next_back()) && !joins(text[at + word.len()..].chars().next()))
}

/// Whether a text of digests holds one: bare, or as `ALGORITHM=hex` among others.
pub(super) fn holds_digest(digest: &DigestValue, text: &str) -> bool {
    text.split([',', ' ', ';']).any(|part| match part.trim().split_once('=') {
        Some((algorithm, hex)) => {
            algorithm.eq_ignore_ascii_case(&digest.algorithm) && hex.eq_ignore_ascii_case(&digest.hex)
        }
        None => part.trim().eq_ignore_ascii_case(&digest.hex),
    })
}
