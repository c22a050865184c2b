//! Correlations: rules, and correlations of rules, as one plan.
//!
//! Source: Sigma specification 2.1.0, "Sigma Correlation Rules Specification".

use super::collection::Collection;
use super::detection;
use super::document::{Body, Document};
use super::error::{Code, Place, SigmaError};
use super::rule::words;
use super::yaml::{Node as YamlNode, Yaml};
use crate::catalogue::predicate::Arena;
use crate::model::{Correlation, CorrelationInput, GroupKey, Node, Operator, Predicate, Property, Search, Test, Value};
use rsigma_parser::{ConditionExpr, CorrelationType};
use std::collections::BTreeMap;

/// Searches and correlations that one plan may hold.
const INPUTS: usize = 200;

/// What a correlation reads, gathered from the rules that it names.
#[derive(Debug, Default)]
pub struct Graph {
    pub searches: Vec<Search>,
    pub correlations: Vec<Correlation>,
    /// By document: what it became.
    known: BTreeMap<usize, CorrelationInput>,
    /// Documents that are being read: one that comes again reads itself.
    open: Vec<usize>,
}

impl Graph {
    /// Adds a document and all that it reads.
    ///
    /// # Errors
    /// It, or what it reads, cannot be said.
    pub fn add(&mut self, rules: &Collection, index: usize) -> Result<CorrelationInput, SigmaError> {
        if let Some(known) = self.known.get(&index) {
            return Ok(*known);
        }
        let document = rules.document(index);
        let top = Place::top(document.line);
        if let Some(start) = self.open.iter().position(|open| *open == index) {
            let mut names: Vec<String> = self.open[start..].iter().map(|open| rules.document(*open).label()).collect();
            names.push(document.label());
            return Err(top.key("correlation", document.line).error(Code::Cycle, names.join(" reads ")));
        }
        if self.searches.len() + self.correlations.len() + self.open.len() >= INPUTS {
            return Err(top.error(Code::TooLarge, format!("it reads more than {INPUTS} rules")));
        }
        let input = match &document.body {
            Body::Correlation(body) => {
                self.open.push(index);
                let correlation = self.read(rules, document, index, body, &top)?;
                self.open.pop();
                self.correlations.push(correlation);
                CorrelationInput::Correlation(self.correlations.len() as u32 - 1)
            }
            _ => {
                self.searches.push(rules.search(index, self.name(document))?);
                CorrelationInput::Search(self.searches.len() as u32 - 1)
            }
        };
        self.known.insert(index, input);
        Ok(input)
    }

    fn read(
        &mut self,
        rules: &Collection,
        document: &Document,
        index: usize,
        body: &Yaml,
        top: &Place<'_>,
    ) -> Result<Correlation, SigmaError> {
        words(document, top)?;
        let place = top.key("correlation", body.line);
        if !matches!(body.node, YamlNode::Map(_)) {
            return Err(place.error(Code::InvalidKey, format!("it must be a mapping, and is {}", body.kind())));
        }
        for key in ["window", "gap"] {
            if let Some(value) = body.get(key) {
                let reason = "windows of another kind than Sigma's cannot be said";
                return Err(place.key(key, value.line).error(Code::UnsupportedCorrelation, reason));
            }
        }
        let kind = kind(body, &place)?;
        let named = texts(body, "rules", &place)?;
        if named.is_empty() {
            return Err(place.error(Code::EmptySet, "the correlation names no rule"));
        }
        let mut inputs = Vec::with_capacity(named.len());
        for (position, name) in named.iter().enumerate() {
            let here = place.key("rules", body.line);
            let here = here.item(position, body.line);
            let found = rules.resolve(name, index).map_err(|reason| here.error(Code::UnknownRule, reason))?;
            inputs.push(self.add(rules, found).map_err(|error| match error.code {
                Code::Cycle | Code::TooLarge | Code::UnknownRule | Code::BrokenReference => error,
                _ => SigmaError {
                    reason: format!("the rule `{name}` cannot be said: {error}"),
                    field: error.field.clone(),
                    ..here.error(Code::BrokenReference, "")
                },
            })?);
        }
        let by = keys(body, &named, &place)?;
        let span = body.get("timespan").or_else(|| body.get("timeframe"));
        let span = span.ok_or_else(|| place.error(Code::MissingKey, "a correlation needs a `timespan`"))?;
        let span_seconds = super::staged::span(span, &place.key("timespan", span.line))?;
        let temporal = matches!(kind, CorrelationType::Temporal | CorrelationType::TemporalOrdered);
        let condition = body.get("condition").filter(|condition| condition.node != YamlNode::Null);
        let mut fields = Vec::new();
        let mut properties = Vec::new();
        let condition = match condition {
            None if temporal => None,
            None => return Err(place.error(Code::MissingKey, "the correlation needs a `condition`")),
            Some(condition) if temporal => {
                let here = place.key("condition", condition.line);
                every_rule(condition, &named, &here)?;
                None
            }
            Some(condition) => {
                let here = place.key("condition", condition.line);
                fields = texts(condition, "field", &here)?;
                if fields.is_empty() && kind != CorrelationType::EventCount {
                    return Err(here.error(Code::MissingKey, "the condition needs a `field` to count or to sum"));
                }
                if kind == CorrelationType::ValuePercentile {
                    let value = condition.get("percentile").and_then(Yaml::text).unwrap_or_else(|| "50".into());
                    properties.push(Property { name: "percentile".into(), value });
                }
                Some(threshold(condition, &here)?)
            }
        };
        Ok(Correlation {
            name: self.name(document),
            kind: kind.as_str().to_owned(),
            inputs,
            by,
            fields,
            span_seconds,
            condition,
            properties,
        })
    }

    /// A name for a document in this plan: lower-case words joined by `_`.
    pub fn name(&self, document: &Document) -> String {
        let about = &document.about;
        let name = slug(if about.name.is_empty() { &about.title } else { &about.name });
        let taken = |name: &str| {
            self.searches.iter().any(|search| search.name == name)
                || self.correlations.iter().any(|correlation| correlation.name == name)
        };
        if !taken(&name) {
            return name;
        }
        (2..).map(|number| format!("{name}_{number}")).find(|name| !taken(name)).unwrap_or(name)
    }
}

/// Lower-case words joined by `_`, at most 48 characters.
pub fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        if slug.len() + word.len() >= 48 {
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    if slug.is_empty() { "rule".into() } else { slug }
}

fn kind(body: &Yaml, place: &Place<'_>) -> Result<CorrelationType, SigmaError> {
    let word = body.get("type").and_then(Yaml::text);
    let word = word.ok_or_else(|| place.error(Code::MissingKey, "a correlation needs a `type`"))?;
    word.parse().map_err(|()| {
        place.key("type", body.line).error(Code::UnsupportedCorrelation, format!("there is no kind `{word}`"))
    })
}

fn texts(map: &Yaml, key: &str, place: &Place<'_>) -> Result<Vec<String>, SigmaError> {
    let Some(list) = map.get(key).filter(|list| list.node != YamlNode::Null) else { return Ok(Vec::new()) };
    let text = |item: &Yaml| {
        item.text().ok_or_else(|| place.key(key, item.line).error(Code::InvalidKey, "it must be a list of texts"))
    };
    list.items().iter().map(text).collect()
}

/// `group-by`, each key under its common name, with the field that carries it in each rule.
fn keys(body: &Yaml, named: &[String], place: &Place<'_>) -> Result<Vec<GroupKey>, SigmaError> {
    let aliases = body.get("aliases");
    let key = |name: String| {
        let alias = aliases.and_then(|aliases| aliases.get(&name));
        let field = |rule: &String| match alias {
            None => Ok(name.clone()),
            Some(alias) => alias.get(rule).and_then(Yaml::text).ok_or_else(|| {
                let reason = format!("the alias `{name}` has no field for the rule `{rule}`");
                place.key("aliases", alias.line).error(Code::MissingKey, reason)
            }),
        };
        let fields = named.iter().map(field).collect::<Result<_, _>>()?;
        Ok(GroupKey { name, fields })
    };
    texts(body, "group-by", place)?.into_iter().map(key).collect()
}

/// `gte: 10` and its like, as a predicate over `value`.
fn threshold(condition: &Yaml, place: &Place<'_>) -> Result<Predicate, SigmaError> {
    if !matches!(condition.node, YamlNode::Map(_)) {
        let reason = format!("it must be a mapping, and is {}", condition.kind());
        return Err(place.error(Code::InvalidKey, reason));
    }
    let mut arena = Arena::default();
    let mut nodes = Vec::new();
    for (key, value) in condition.entries() {
        let (operator, negated) = match key.as_str() {
            "eq" => (Operator::Equals, false),
            "neq" => (Operator::Equals, true),
            "gt" => (Operator::Greater, false),
            "gte" => (Operator::GreaterOrEqual, false),
            "lt" => (Operator::Less, false),
            "lte" => (Operator::LessOrEqual, false),
            "field" | "percentile" => continue,
            other => {
                let reason = format!("there is no comparison `{other}`");
                return Err(place.key(key, value.line).error(Code::InvalidCondition, reason));
            }
        };
        let number = match value.node {
            YamlNode::Integer(number) => Value::Integer(number),
            YamlNode::Float(number) => Value::Float(number),
            _ => return Err(place.key(key, value.line).error(Code::InvalidValue, "a number is needed here")),
        };
        let node = arena.push(Node::Test(Test {
            field: "value".into(),
            operator,
            values: vec![number],
            all: false,
            case_sensitive: false,
            properties: Vec::new(),
        }));
        nodes.push(if negated { arena.negate(node) } else { node });
    }
    if nodes.is_empty() {
        return Err(place.error(Code::EmptySet, "the condition compares nothing"));
    }
    let root = arena.all(nodes);
    detection::finish(arena, root, place)
}

/// A temporal correlation asks for every rule; a condition that says the same is taken, another cannot be said.
fn every_rule(condition: &Yaml, named: &[String], place: &Place<'_>) -> Result<(), SigmaError> {
    let same = match &condition.node {
        YamlNode::Text(text) => match detection::parse(text, place)? {
            ConditionExpr::And(parts) => {
                let asked = |name: &String| parts.contains(&ConditionExpr::Identifier(name.clone()));
                parts.len() == named.len() && named.iter().all(asked)
            }
            ConditionExpr::Identifier(one) => *named == [one],
            _ => false,
        },
        // Counts of rules that must be seen: all of them.
        YamlNode::Map(entries) => entries.iter().all(|(key, value)| {
            let all = YamlNode::Integer(named.len() as i64);
            (key == "gte" || key == "eq") && value.node == all
        }),
        _ => false,
    };
    if same {
        return Ok(());
    }
    let reason = "a plan's temporal correlation asks for every rule; another condition cannot be said";
    Err(place.error(Code::UnsupportedCorrelation, reason))
}
