//! A predicate of the plan, checked and compiled once, then held against events or rows.

use super::error::{At, EvaluateError};
use super::event::{Fields, field, number, scalars, text};
use super::form::{Form, Scope, fold, holds_digest, in_order};
use crate::catalogue::classes::EventTable;
use crate::kinds::{Kinds, Shape};
use crate::model::{DigestValue, Keywords, Node, Operator, Predicate, Test, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// How deep a predicate may be, and how many nodes and values it may have, as VOCABULARY.md says.
const DEPTH: u32 = 64;
const SIZE: u64 = 400_000;

/// From so many values on, equality is looked up instead of tried one by one.
const LOOKED_UP: usize = 16;

/// What compiling and evaluating need to know of fields.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    pub events: &'k EventTable,
    pub kinds: &'k Kinds,
}

/// A compiled predicate.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    nodes: Vec<CompiledNode>,
    root: usize,
}

#[derive(Debug, Clone)]
enum CompiledNode {
    All(Vec<usize>),
    Any(Vec<usize>),
    Negate(usize),
    Test(CompiledTest),
    Keywords { forms: Vec<Form>, all: bool },
}

#[derive(Debug, Clone)]
struct CompiledTest {
    field: String,
    forms: Vec<Form>,
    /// Texts that the whole field may be; they are in no form.
    equal: HashSet<String>,
    all: bool,
    case_sensitive: bool,
}

impl Compiled {
    /// Checks and compiles a predicate.
    ///
    /// # Errors
    /// The plan breaks the contract, is too large, or says something that cannot be evaluated.
    pub(super) fn new(predicate: &Predicate, at: At, kinds: &Kinds) -> Result<Self, EvaluateError> {
        measure(predicate, at)?;
        let compile = |(id, node): (usize, &Node)| {
            let at = at.node(id as u32);
            let places = |children: &[u32]| children.iter().map(|&child| child as usize).collect();
            Ok(match node {
                Node::All(children) => CompiledNode::All(places(children)),
                Node::Any(children) => CompiledNode::Any(places(children)),
                Node::Negate(child) => CompiledNode::Negate(*child as usize),
                Node::Test(test) => CompiledNode::Test(compile_test(test, at, kinds)?),
                Node::Keywords(keywords) => {
                    CompiledNode::Keywords { forms: keyword_forms(keywords, at)?, all: keywords.all }
                }
            })
        };
        let nodes = predicate.nodes.iter().enumerate().map(compile).collect::<Result<_, EvaluateError>>()?;
        Ok(Self { nodes, root: predicate.root as usize })
    }

    /// Whether it holds.
    pub(super) fn holds(&self, fields: &dyn Fields, table: &EventTable) -> bool {
        self.node(self.root, fields, table)
    }

    fn node(&self, id: usize, fields: &dyn Fields, table: &EventTable) -> bool {
        match &self.nodes[id] {
            CompiledNode::All(children) => children.iter().all(|&child| self.node(child, fields, table)),
            CompiledNode::Any(children) => children.iter().any(|&child| self.node(child, fields, table)),
            CompiledNode::Negate(child) => !self.node(*child, fields, table),
            CompiledNode::Test(test) => test.holds(fields, table),
            CompiledNode::Keywords { forms, all } => {
                let stands = |form: &Form| {
                    fields.all().any(|value| scalars(value, &mut |single| form.holds(single, &fold(&text(single)))))
                };
                if *all { forms.iter().all(stands) } else { forms.iter().any(stands) }
            }
        }
    }

    /// The fields that it reads.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().flat_map(|node| match node {
            CompiledNode::Test(test) => {
                let others = test.forms.iter().filter_map(|form| match form {
                    Form::Field(_, other) => Some(other.as_str()),
                    _ => None,
                });
                std::iter::once(test.field.as_str()).chain(others).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        })
    }

    /// Whether it looks at events as a whole.
    pub(super) fn has_keywords(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node, CompiledNode::Keywords { .. }))
    }
}

impl CompiledTest {
    fn holds(&self, fields: &dyn Fields, table: &EventTable) -> bool {
        let found = field(fields, table, &self.field);
        let mut held: Vec<(&serde_json::Value, Cow<'_, str>)> = Vec::new();
        if let Some(value) = found {
            scalars(value, &mut |single| {
                held.push((single, self.spell(single)));
                false
            });
        }
        let holds = |form: &Form| match form {
            Form::Presence(there) => found.is_some() == *there,
            Form::Digest(digest) => self.holds_digest(digest, fields, table),
            Form::Field(operator, other) => self.holds_field(*operator, other, found, fields, table),
            form => held.iter().any(|(single, spelled)| form.holds(single, spelled)),
        };
        if self.all {
            return self.forms.iter().all(holds);
        }
        held.iter().any(|(_, spelled)| self.equal.contains(spelled.as_ref())) || self.forms.iter().any(holds)
    }

    /// A single value as the test compares it.
    fn spell<'v>(&self, value: &'v serde_json::Value) -> Cow<'v, str> {
        match text(value) {
            text if self.case_sensitive => text,
            Cow::Borrowed(text) => fold(text),
            Cow::Owned(text) => Cow::Owned(fold(&text).into_owned()),
        }
    }

    /// In the field itself, in one named by the algorithm, or in one of many digests.
    fn holds_digest(&self, digest: &DigestValue, fields: &dyn Fields, table: &EventTable) -> bool {
        let names = [&self.field, &digest.algorithm].into_iter().chain(&table.digests);
        names
            .filter_map(|name| field(fields, table, name))
            .any(|value| scalars(value, &mut |single| holds_digest(digest, &text(single))))
    }

    fn holds_field(
        &self,
        operator: Operator,
        other: &str,
        found: Option<&serde_json::Value>,
        fields: &dyn Fields,
        table: &EventTable,
    ) -> bool {
        let (Some(left), Some(right)) = (found, field(fields, table, other)) else { return false };
        scalars(left, &mut |left| {
            scalars(right, &mut |right| {
                let (a, b) = (self.spell(left), self.spell(right));
                match operator {
                    Operator::Equals => a == b,
                    Operator::Contains => a.contains(b.as_ref()),
                    Operator::StartsWith => a.starts_with(b.as_ref()),
                    Operator::EndsWith => a.ends_with(b.as_ref()),
                    ordered => match (number(left), number(right)) {
                        (Some(left), Some(right)) => in_order(ordered, left, right),
                        _ => false,
                    },
                }
            })
        })
    }
}

fn compile_test(test: &Test, at: At, kinds: &Kinds) -> Result<CompiledTest, EvaluateError> {
    if test.field.is_empty() || test.values.is_empty() {
        return Err(at.invalid(&test.field, "a test names a field and at least one value"));
    }
    let is_file = kinds.fields.get(&test.field).is_some_and(|field| matches!(field.value, Shape::Path | Shape::Name));
    let scope = Scope { at, case_sensitive: test.case_sensitive, is_file };
    let mut forms = test.values.iter().map(|value| scope.form(test.operator, value)).collect::<Result<Vec<_>, _>>()?;
    let mut equal = HashSet::new();
    if !test.all && forms.len() >= LOOKED_UP {
        forms.retain(|form| match form {
            Form::Equals(text) => {
                equal.insert(text.clone());
                false
            }
            _ => true,
        });
    }
    Ok(CompiledTest { field: test.field.clone(), forms, equal, all: test.all, case_sensitive: test.case_sensitive })
}

fn keyword_forms(keywords: &Keywords, at: At) -> Result<Vec<Form>, EvaluateError> {
    if keywords.values.is_empty() {
        return Err(at.invalid("keywords", "keywords without a value"));
    }
    let scope = Scope { at, case_sensitive: false, is_file: false };
    let form = |value: &Value| match value {
        Value::Text(text) if text.is_empty() => Err(at.invalid("keywords", "an empty keyword stands in every event")),
        Value::Text(_) | Value::Integer(_) => scope.form(Operator::Contains, value),
        Value::Pattern(parts) => scope.pattern(parts, false),
        Value::Regex(regex) => Ok(Form::Regex(scope.regex(regex)?)),
        Value::Placeholder(_) => scope.form(Operator::Contains, value),
        _ => Err(at.invalid("keywords", "a keyword is text, a number, a pattern or a regular expression")),
    };
    keywords.values.iter().map(form).collect()
}

/// Sizes and depths in one pass: children come before their parents. A shared node counts as often as it is used.
fn measure(predicate: &Predicate, at: At) -> Result<(), EvaluateError> {
    let mut measured: Vec<(u64, u32)> = Vec::with_capacity(predicate.nodes.len());
    for (id, node) in predicate.nodes.iter().enumerate() {
        let here = at.node(id as u32);
        let children: &[u32] = match node {
            Node::All(children) | Node::Any(children) if children.is_empty() => {
                return Err(here.invalid("node", "an `all` or `any` has no child"));
            }
            Node::All(children) | Node::Any(children) => children,
            Node::Negate(child) => std::slice::from_ref(child),
            Node::Test(_) | Node::Keywords(_) => &[],
        };
        let own = match node {
            Node::Test(test) => test.values.len() as u64,
            Node::Keywords(keywords) => keywords.values.len() as u64,
            _ => 1,
        };
        let mut sum = (own, 0);
        for &child in children {
            let below = measured.get(child as usize).copied();
            let (size, depth) =
                below.ok_or_else(|| here.invalid("node", "a node names a child that does not come before it"))?;
            sum = (sum.0.saturating_add(size), sum.1.max(depth));
        }
        if sum.1 + 1 > DEPTH {
            return Err(here.too_large("depth", "the predicate is nested too deeply"));
        }
        measured.push((sum.0, sum.1 + 1));
    }
    match measured.get(predicate.root as usize) {
        None => Err(at.invalid("root", "the predicate's root is not one of its nodes")),
        Some((size, _)) if *size > SIZE => Err(at.too_large("size", "the predicate has too many nodes and values")),
        Some(_) => Ok(()),
    }
}
