//! A predicate as a tree: the contract's arena, checked once, then borrowed. What comes out of here is sound: children
//! exist and come first, lists are not empty, operators and values go together, size and depth are bounded.

use crate::emitter::{Refusal, plan};
use crate::query::refusal::{At, Code};
use plan::{Keywords, Node, Operator, Predicate, Test, Value};

/// How deep a predicate may be. Deeper ones are refused: every emitter's recursion rests on it.
pub const MAXIMUM_DEPTH: u32 = 64;

/// How many nodes and values a predicate may have once its shared nodes are written out.
pub const MAXIMUM_SIZE: u64 = 400_000;

/// A checked predicate. The number with a leaf is its index in the arena.
#[derive(Debug, Clone)]
pub enum Tree<'a> {
    All(Vec<Tree<'a>>),
    Any(Vec<Tree<'a>>),
    Not(Box<Tree<'a>>),
    Test(u32, &'a Test),
    Keywords(u32, &'a Keywords),
}

impl<'a> Tree<'a> {
    /// Checks a predicate and borrows it as a tree.
    ///
    /// # Errors
    /// `invalid-plan` where the arena breaks the contract, `too-large` beyond [`MAXIMUM_DEPTH`] and [`MAXIMUM_SIZE`].
    pub fn of(predicate: &'a Predicate, at: At) -> Result<Self, Refusal> {
        measure(predicate, at)?;
        Ok(grow(predicate, predicate.root))
    }

    /// Every test, from left to right.
    pub fn tests(&self) -> Vec<(u32, &'a Test)> {
        let mut found = Vec::new();
        self.visit(&mut |node, test| found.push((node, test)));
        found
    }

    fn visit(&self, seen: &mut impl FnMut(u32, &'a Test)) {
        match self {
            Tree::All(children) | Tree::Any(children) => children.iter().for_each(|child| child.visit(seen)),
            Tree::Not(child) => child.visit(seen),
            Tree::Test(node, test) => seen(*node, test),
            Tree::Keywords(..) => {}
        }
    }
}

fn grow(predicate: &Predicate, id: u32) -> Tree<'_> {
    match &predicate.nodes[id as usize] {
        Node::All(children) => Tree::All(children.iter().map(|&child| grow(predicate, child)).collect()),
        Node::Any(children) => Tree::Any(children.iter().map(|&child| grow(predicate, child)).collect()),
        Node::Negate(child) => Tree::Not(Box::new(grow(predicate, *child))),
        Node::Test(test) => Tree::Test(id, test),
        Node::Keywords(keywords) => Tree::Keywords(id, keywords),
    }
}

/// Sizes and depths from the first node on: children come before parents, so that one pass is enough, and a node that
/// many share is counted as often as it would be written.
fn measure(predicate: &Predicate, at: At) -> Result<(), Refusal> {
    let mut measured: Vec<(u64, u32)> = Vec::with_capacity(predicate.nodes.len());
    for (id, node) in predicate.nodes.iter().enumerate() {
        let here = at.node(id as u32);
        let (size, depth) = match node {
            Node::All(children) | Node::Any(children) => {
                if children.is_empty() {
                    return Err(here.refuse(Code::InvalidPlan, "node", "an `all` or `any` has no child"));
                }
                let mut sum = (1u64, 0u32);
                for &child in children {
                    let (size, depth) = earlier(&measured, child, here)?;
                    sum = (sum.0.saturating_add(size), sum.1.max(depth));
                }
                (sum.0, sum.1 + 1)
            }
            Node::Negate(child) => {
                let (size, depth) = earlier(&measured, *child, here)?;
                (size.saturating_add(1), depth + 1)
            }
            Node::Test(test) => {
                check_test(test, here)?;
                (test.values.len() as u64, 1)
            }
            Node::Keywords(keywords) => {
                check_keywords(keywords, here)?;
                (keywords.values.len() as u64, 1)
            }
        };
        if depth > MAXIMUM_DEPTH {
            let reason = "the predicate is nested too deeply: flatten it, or split the hunt";
            return Err(here.refuse(Code::TooLarge, "depth", reason));
        }
        measured.push((size, depth));
    }
    let Some(&(size, _)) = measured.get(predicate.root as usize) else {
        return Err(at.refuse(Code::InvalidPlan, "root", "the predicate's root is not one of its nodes"));
    };
    if size > MAXIMUM_SIZE {
        let reason = "the predicate has too many nodes and values once written out: split the hunt";
        return Err(at.refuse(Code::TooLarge, "size", reason));
    }
    Ok(())
}

fn earlier(measured: &[(u64, u32)], child: u32, here: At) -> Result<(u64, u32), Refusal> {
    let reason = "a node names a child that does not come before it";
    measured.get(child as usize).copied().ok_or_else(|| here.refuse(Code::InvalidPlan, "node", reason))
}

fn check_test(test: &Test, here: At) -> Result<(), Refusal> {
    if test.field.is_empty() {
        return Err(here.refuse(Code::InvalidPlan, "field", "a test names no field"));
    }
    if test.values.is_empty() {
        return Err(here.refuse(Code::InvalidPlan, &test.field, "a test has no value"));
    }
    for value in &test.values {
        if !is_legal(test.operator, value) {
            let pair = format!("{} {}", operator_name(test.operator), value_name(value));
            return Err(here.refuse(Code::InvalidPlan, &pair, "this operator does not go with this kind of value"));
        }
        check_pattern(value, here)?;
    }
    Ok(())
}

fn check_keywords(keywords: &Keywords, here: At) -> Result<(), Refusal> {
    if keywords.values.is_empty() {
        return Err(here.refuse(Code::InvalidPlan, "keywords", "keywords without a value"));
    }
    for value in &keywords.values {
        match value {
            Value::Text(text) if text.is_empty() => {
                return Err(here.refuse(Code::InvalidPlan, "keywords", "an empty keyword stands in every event"));
            }
            Value::Text(_) | Value::Integer(_) | Value::Pattern(_) | Value::Regex(_) | Value::Placeholder(_) => {}
            other => {
                let reason = "a keyword is text, a number, a pattern or a regular expression";
                return Err(here.refuse(Code::InvalidPlan, value_name(other), reason));
            }
        }
        check_pattern(value, here)?;
    }
    Ok(())
}

fn check_pattern(value: &Value, here: At) -> Result<(), Refusal> {
    match value {
        Value::Pattern(parts) if parts.is_empty() => {
            Err(here.refuse(Code::InvalidPlan, "pattern", "a pattern has no part"))
        }
        Value::Regex(regex) if regex.is_empty() => {
            Err(here.refuse(Code::InvalidPlan, "regex", "an empty regular expression matches everything"))
        }
        _ => Ok(()),
    }
}

/// The contract's table of operators and the kinds of value that go with them (VOCABULARY.md, "Operators and values").
pub fn is_legal(operator: Operator, value: &Value) -> bool {
    use Operator as O;
    use Value as V;
    if matches!(value, V::Placeholder(_)) {
        return !matches!(operator, O::Exists);
    }
    match operator {
        O::Equals => !matches!(value, V::Pattern(_) | V::Regex(_) | V::Network(_)),
        O::Contains => {
            matches!(value, V::Text(_) | V::Integer(_) | V::Path(_) | V::Registry(_) | V::Url(_) | V::Domain(_))
                || matches!(value, V::Digest(_) | V::Address(_) | V::Field(_))
        }
        O::StartsWith | O::EndsWith => {
            matches!(value, V::Text(_) | V::Integer(_) | V::Path(_) | V::Url(_) | V::Domain(_) | V::Field(_))
        }
        O::Word => matches!(value, V::Text(_)),
        O::Like => matches!(value, V::Pattern(_)),
        O::Matches => matches!(value, V::Regex(_)),
        O::Within => matches!(value, V::Network(_) | V::ListReference(_)),
        O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual => {
            matches!(value, V::Integer(_) | V::Float(_) | V::Field(_))
        }
        O::Exists => matches!(value, V::Boolean(_)),
    }
}

/// An operator's name, as the contract writes it.
pub fn operator_name(operator: Operator) -> &'static str {
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

/// The name of a value's kind, as the contract writes it.
pub fn value_name(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "text",
        Value::Integer(_) => "integer",
        Value::Float(_) => "float",
        Value::Boolean(_) => "boolean",
        Value::Null => "null",
        Value::Pattern(_) => "pattern",
        Value::Regex(_) => "regex",
        Value::Address(_) => "address",
        Value::Network(_) => "network",
        Value::Path(_) => "path",
        Value::Registry(_) => "registry",
        Value::Url(_) => "url",
        Value::Domain(_) => "domain",
        Value::Digest(_) => "digest",
        Value::Field(_) => "field",
        Value::ListReference(_) => "list-reference",
        Value::Placeholder(_) => "placeholder",
    }
}
