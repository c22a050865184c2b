//! Building predicates: the plan's arena, node by node, and what no event can meet.

use crate::model::{Node, Operator, Predicate, Test, Value};
use std::collections::BTreeSet;

/// How deep a predicate may be, as the contract bounds it.
pub const DEPTH: usize = 64;

/// A predicate in the making: children are there before their parents.
#[derive(Debug, Clone, Default)]
pub struct Arena {
    nodes: Vec<Node>,
    depths: Vec<usize>,
}

impl Arena {
    /// Adds a node whose children are there.
    pub fn push(&mut self, node: Node) -> u32 {
        let below = match &node {
            Node::All(children) | Node::Any(children) => children.iter().map(|child| self.depth(*child)).max(),
            Node::Negate(child) => Some(self.depth(*child)),
            Node::Test(_) | Node::Keywords(_) => None,
        };
        self.depths.push(below.unwrap_or(0) + 1);
        self.nodes.push(node);
        self.nodes.len() as u32 - 1
    }

    /// All of the children; one alone stands for itself, and conjunctions among them are taken apart.
    pub fn all(&mut self, children: Vec<u32>) -> u32 {
        self.gather(children, |node| if let Node::All(inner) = node { Some(inner) } else { None }, Node::All)
    }

    /// Any of the children; likewise.
    pub fn any(&mut self, children: Vec<u32>) -> u32 {
        self.gather(children, |node| if let Node::Any(inner) = node { Some(inner) } else { None }, Node::Any)
    }

    /// The opposite; a double negation falls away.
    pub fn negate(&mut self, child: u32) -> u32 {
        match self.nodes[child as usize] {
            Node::Negate(inner) => inner,
            _ => self.push(Node::Negate(child)),
        }
    }

    /// How deep a node is: 1 for a test.
    pub fn depth(&self, node: u32) -> usize {
        self.depths[node as usize]
    }

    /// The predicate below `root`, without nodes that nothing refers to.
    pub fn finish(self, root: u32) -> Predicate {
        let mut kept = vec![None; self.nodes.len()];
        let mut nodes = Vec::new();
        let mut wanted = vec![false; self.nodes.len()];
        wanted[root as usize] = true;
        for (id, node) in self.nodes.iter().enumerate().rev() {
            if wanted[id] {
                match node {
                    Node::All(children) | Node::Any(children) => {
                        children.iter().for_each(|child| wanted[*child as usize] = true);
                    }
                    Node::Negate(child) => wanted[*child as usize] = true,
                    Node::Test(_) | Node::Keywords(_) => {}
                }
            }
        }
        for (id, mut node) in self.nodes.into_iter().enumerate().filter(|(id, _)| wanted[*id]) {
            let moved = |child: &mut u32| *child = kept[*child as usize].unwrap_or(*child);
            match &mut node {
                Node::All(children) | Node::Any(children) => children.iter_mut().for_each(moved),
                Node::Negate(child) => moved(child),
                Node::Test(_) | Node::Keywords(_) => {}
            }
            kept[id] = Some(nodes.len() as u32);
            nodes.push(node);
        }
        Predicate { root: nodes.len() as u32 - 1, nodes }
    }

    fn gather(
        &mut self,
        children: Vec<u32>,
        same: impl Fn(&Node) -> Option<&Vec<u32>>,
        make: impl Fn(Vec<u32>) -> Node,
    ) -> u32 {
        if let [child] = children[..] {
            return child;
        }
        let mut flat = Vec::with_capacity(children.len());
        for child in children {
            match same(&self.nodes[child as usize]) {
                Some(inner) => flat.extend(inner),
                None => flat.push(child),
            }
        }
        self.push(make(flat))
    }
}

/// The field, or none for a whole condition, of the first thing that no event can meet: a field that must be equal to
/// values of two lists which share none, that must be there and not there, or a condition beside its opposite.
pub fn contradiction(predicate: &Predicate) -> Option<Option<String>> {
    impossible(predicate, predicate.root)
}

fn impossible(predicate: &Predicate, id: u32) -> Option<Option<String>> {
    match &predicate.nodes[id as usize] {
        Node::Any(children) => {
            let mut first = None;
            for child in children {
                let found = impossible(predicate, *child)?;
                first.get_or_insert(found);
            }
            first
        }
        Node::All(children) => children
            .iter()
            .find_map(|child| impossible(predicate, *child))
            .or_else(|| opposed(predicate, children))
            .or_else(|| disjoint(predicate, children)),
        Node::Negate(_) | Node::Test(_) | Node::Keywords(_) => None,
    }
}

/// `x and not x`.
fn opposed(predicate: &Predicate, children: &[u32]) -> Option<Option<String>> {
    let node = |id: u32| &predicate.nodes[id as usize];
    let denied: Vec<u32> = children
        .iter()
        .filter_map(|id| if let Node::Negate(inner) = node(*id) { Some(*inner) } else { None })
        .collect();
    let same = |a: u32, b: u32| a == b || matches!(node(a), Node::Test(_) | Node::Keywords(_)) && node(a) == node(b);
    children.iter().find(|child| denied.iter().any(|inner| same(*inner, **child))).map(|child| match node(*child) {
        Node::Test(test) => Some(test.field.clone()),
        _ => None,
    })
}

/// The same field against lists that share no value, or there and not there.
fn disjoint(predicate: &Predicate, children: &[u32]) -> Option<Option<String>> {
    let mut possible: Vec<(&str, BTreeSet<String>)> = Vec::new();
    let mut absent: Vec<&str> = Vec::new();
    let tests: Vec<&Test> = children
        .iter()
        .filter_map(|id| if let Node::Test(test) = &predicate.nodes[*id as usize] { Some(test) } else { None })
        .collect();
    for test in &tests {
        let exact = test.operator == Operator::Equals && (!test.all || test.values.len() == 1);
        if test.operator == Operator::Exists && test.values == [Value::Boolean(false)] {
            absent.push(&test.field);
        }
        let Some(values) = test.values.iter().map(exact_text).collect::<Option<BTreeSet<_>>>().filter(|_| exact) else {
            continue;
        };
        match possible.iter_mut().find(|(field, _)| *field == test.field) {
            Some((_, known)) => known.retain(|value| values.contains(value)),
            None => possible.push((&test.field, values)),
        }
    }
    let needs = |test: &&Test| test.operator != Operator::Exists && !test.values.contains(&Value::Null);
    let empty = possible.iter().find(|(_, values)| values.is_empty()).map(|(field, _)| *field);
    let missing = tests.iter().filter(|test| needs(test)).find(|test| absent.contains(&test.field.as_str()));
    empty.or_else(|| missing.map(|test| test.field.as_str())).map(|field| Some(field.to_owned()))
}

/// A value that stands for one text alone.
fn exact_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_lowercase()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(field: &str, operator: Operator, values: &[&str]) -> Node {
        let values = values.iter().map(|text| Value::Text((*text).into())).collect();
        Node::Test(Test {
            field: field.into(),
            operator,
            values,
            all: false,
            case_sensitive: false,
            properties: vec![],
        })
    }

    #[test]
    fn what_nothing_refers_to_is_left_out_and_the_rest_keeps_its_order() {
        let mut arena = Arena::default();
        let unused = arena.push(test("a", Operator::Equals, &["1"]));
        let b = arena.push(test("b", Operator::Equals, &["1"]));
        let c = arena.push(test("c", Operator::Equals, &["1"]));
        let not = arena.negate(c);
        let root = arena.all(vec![b, not]);
        assert_eq!((arena.depth(root), arena.negate(not), unused), (3, c, 0));
        let predicate = arena.finish(root);
        assert_eq!(predicate.nodes.len(), 4);
        assert_eq!(predicate.nodes[3], Node::All(vec![0, 2]));
    }

    #[test]
    fn conditions_that_nothing_meets_are_found_and_others_are_not() {
        let both = |left: Node, right: Node| {
            let mut arena = Arena::default();
            let ids = vec![arena.push(left), arena.push(right)];
            let root = arena.all(ids);
            contradiction(&arena.finish(root))
        };
        let a = |values: &[&str]| test("a", Operator::Equals, values);
        assert_eq!(both(a(&["1", "2"]), a(&["3"])), Some(Some("a".into())));
        assert_eq!(both(a(&["X"]), a(&["x"])), None);
        assert_eq!(both(a(&["1"]), test("a", Operator::Contains, &["2"])), None);
        let mut arena = Arena::default();
        let test = arena.push(a(&["1"]));
        let not = arena.negate(test);
        let root = arena.all(vec![test, not]);
        assert_eq!(contradiction(&arena.finish(root)), Some(Some("a".into())));
    }
}
