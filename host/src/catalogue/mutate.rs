//! Mutants of a hunt: each node of its predicates flipped or taken out, one at a time. A hunt's events prove it only
//! where every such change shows in a verdict.

use super::evaluate::operator_name;
use super::predicate::Arena;
use crate::model::{Hunt, Node, Place, Predicate, Stage, Value};

/// How a mutant differs from its hunt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    Flipped,
    Removed,
}

/// A hunt with one change.
#[derive(Debug, Clone)]
pub struct Mutant {
    pub how: How,
    pub place: Place,
    /// The node as people read it.
    pub node: String,
    pub hunt: Hunt,
}

/// Where a hunt has a predicate.
#[derive(Debug, Clone, Copy)]
enum Site {
    Search(usize),
    Keep(usize),
    Measure(usize, usize),
    Condition(usize),
}

/// The change of one predicate.
#[derive(Debug, Clone, Copy)]
enum Change {
    Flip(u32),
    /// A child out of a group, by its position.
    Child(u32, usize),
    /// A value out of a test or keywords that need all.
    Value(u32, usize),
}

/// Every mutant of a hunt, in the order of its parts.
pub fn mutants(hunt: &Hunt) -> Vec<Mutant> {
    let mut sites: Vec<Site> = (0..hunt.searches.len()).map(Site::Search).collect();
    sites.extend((0..hunt.correlations.len()).map(Site::Condition));
    for (index, stage) in hunt.stages.iter().enumerate() {
        match stage {
            Stage::Keep(_) => sites.push(Site::Keep(index)),
            Stage::Aggregate(aggregate) => {
                sites.extend((0..aggregate.measures.len()).map(|measure| Site::Measure(index, measure)));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for site in sites {
        let Some(predicate) = site.of(&mut hunt.clone()).cloned() else { continue };
        for change in changes(&predicate) {
            let mut mutated = hunt.clone();
            if let Some(place) = site.of(&mut mutated) {
                *place = change.apply(&predicate);
            }
            let (how, node) = match change {
                Change::Flip(node) => (How::Flipped, node),
                Change::Child(parent, position) => {
                    (How::Removed, children(&predicate.nodes[parent as usize])[position])
                }
                Change::Value(node, _) => (How::Removed, node),
            };
            let value = if let Change::Value(_, value) = change { Some(value) } else { None };
            let described = describe(&predicate, node, value);
            found.push(Mutant { how, place: site.place(node), node: described, hunt: mutated });
        }
    }
    found
}

impl Site {
    fn of(self, hunt: &mut Hunt) -> Option<&mut Predicate> {
        match self {
            Site::Search(index) => Some(&mut hunt.searches[index].predicate),
            Site::Condition(index) => hunt.correlations[index].condition.as_mut(),
            Site::Keep(index) => match &mut hunt.stages[index] {
                Stage::Keep(predicate) => Some(predicate),
                _ => None,
            },
            Site::Measure(index, measure) => match &mut hunt.stages[index] {
                Stage::Aggregate(aggregate) => aggregate.measures[measure].filter.as_mut(),
                _ => None,
            },
        }
    }

    fn place(self, node: u32) -> Place {
        let (part, index) = match self {
            Site::Search(index) => ("search", index),
            Site::Condition(index) => ("correlation", index),
            Site::Keep(index) | Site::Measure(index, _) => ("stage", index),
        };
        Place { part: part.into(), index: index as u32, node: Some(node) }
    }
}

fn children(node: &Node) -> &[u32] {
    match node {
        Node::All(children) | Node::Any(children) => children,
        Node::Negate(child) => std::slice::from_ref(child),
        Node::Test(_) | Node::Keywords(_) => &[],
    }
}

fn changes(predicate: &Predicate) -> Vec<Change> {
    let mut changes = Vec::new();
    for (id, node) in predicate.nodes.iter().enumerate() {
        let id = id as u32;
        // A negation turned round is its child turned round.
        if !matches!(node, Node::Negate(_)) {
            changes.push(Change::Flip(id));
        }
        match node {
            Node::All(children) | Node::Any(children) if children.len() > 1 => {
                changes.extend((0..children.len()).map(|position| Change::Child(id, position)));
            }
            Node::Test(test) if test.all && test.values.len() > 1 => {
                changes.extend((0..test.values.len()).map(|value| Change::Value(id, value)));
            }
            Node::Keywords(words) if words.all && words.values.len() > 1 => {
                changes.extend((0..words.values.len()).map(|value| Change::Value(id, value)));
            }
            _ => {}
        }
    }
    changes
}

impl Change {
    fn apply(self, predicate: &Predicate) -> Predicate {
        let mut arena = Arena::default();
        let mut moved: Vec<u32> = Vec::with_capacity(predicate.nodes.len());
        for (id, node) in predicate.nodes.iter().enumerate() {
            let id = id as u32;
            let mut node = node.clone();
            match (&mut node, self) {
                (Node::All(children) | Node::Any(children), Change::Child(parent, position)) if parent == id => {
                    children.remove(position);
                }
                (Node::Test(test), Change::Value(changed, value)) if changed == id => {
                    test.values.remove(value);
                }
                (Node::Keywords(words), Change::Value(changed, value)) if changed == id => {
                    words.values.remove(value);
                }
                _ => {}
            }
            match &mut node {
                Node::All(children) | Node::Any(children) => {
                    children.iter_mut().for_each(|child| *child = moved[*child as usize]);
                }
                Node::Negate(child) => *child = moved[*child as usize],
                Node::Test(_) | Node::Keywords(_) => {}
            }
            let built = arena.push(node);
            moved.push(match self {
                Change::Flip(flipped) if flipped == id => arena.push(Node::Negate(built)),
                _ => built,
            });
        }
        arena.finish(moved[predicate.root as usize])
    }
}

/// A node in a line: `Image ends-with \cmd.exe (and 3 more)`, `all of 3`.
fn describe(predicate: &Predicate, node: u32, value: Option<usize>) -> String {
    let values = |values: &[Value]| match (values, value) {
        (values, Some(at)) => shown(&values[at]),
        ([one], _) => shown(one),
        ([first, rest @ ..], _) => format!("{} (and {} more)", shown(first), rest.len()),
        ([], _) => String::new(),
    };
    match &predicate.nodes[node as usize] {
        Node::All(children) => format!("all of {}", children.len()),
        Node::Any(children) => format!("any of {}", children.len()),
        Node::Negate(child) => format!("not ({})", describe(predicate, *child, None)),
        Node::Test(test) => format!("{} {} {}", test.field, operator_name(test.operator), values(&test.values)),
        Node::Keywords(words) => format!("anywhere {}", values(&words.values)),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Regex(text) | Value::Network(text) | Value::Address(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Operator, Test};

    #[test]
    fn every_node_is_flipped_and_every_member_removed() {
        let test = |field: &str, values: &[&str], all: bool| {
            let values = values.iter().map(|text| Value::Text((*text).into())).collect();
            let operator = Operator::Contains;
            Node::Test(Test { field: field.into(), operator, values, all, case_sensitive: false, properties: vec![] })
        };
        let mut hunt = crate::pipeline::fixtures::hunt("h", "c2", "catalogue").traced.hunt;
        let nodes =
            vec![test("a", &["1"], false), test("b", &["2", "3"], true), Node::Negate(1), Node::All(vec![0, 2])];
        hunt.searches[0].predicate = Predicate { nodes, root: 3 };
        let seen: Vec<String> =
            mutants(&hunt).iter().map(|mutant| format!("{:?} {}", mutant.how, mutant.node)).collect();
        assert_eq!(
            seen,
            [
                "Flipped a contains 1",
                "Flipped b contains 2 (and 1 more)",
                "Removed b contains 2",
                "Removed b contains 3",
                "Flipped all of 2",
                "Removed a contains 1",
                "Removed not (b contains 2 (and 1 more))",
            ]
        );
        let flipped = &mutants(&hunt)[1].hunt.searches[0].predicate;
        assert_eq!(flipped.nodes.len(), 5);
        assert_eq!(flipped.nodes[4], Node::All(vec![0, 3]));
    }
}
