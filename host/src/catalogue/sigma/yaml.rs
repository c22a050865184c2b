//! YAML as a tree with line numbers. The reader is `serde-saphyr`, with its budgets: depth, nodes, what aliases may
//! repeat; a key that stands twice is an error.

use super::error::{Code, SigmaError};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use std::fmt;

/// Values that one document may hold, lists and mappings counted; a list of 50,000 values stays well below.
const NODES: usize = 500_000;

/// How deep lists and mappings may nest. Rules nest a handful; reading recurses, on the small stack of a worker thread.
const DEPTH: usize = 32;

/// Events that aliases of one file may repeat: rules hardly use them, and bombs are made of them.
const REPEATED: usize = 20_000;

/// A node and the line that it begins in.
#[derive(Debug, Clone, PartialEq)]
pub struct Yaml {
    pub line: u32,
    pub node: Node,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Yaml>),
    /// In the file's order.
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Yaml> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Keys and values; none of what is no mapping.
    pub fn entries(&self) -> &[(String, Yaml)] {
        match &self.node {
            Node::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; a single value is a list of one.
    pub fn items(&self) -> &[Yaml] {
        match &self.node {
            Node::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// A text, or a number or truth value as it is written.
    pub fn text(&self) -> Option<String> {
        Some(match &self.node {
            Node::Text(text) => text.clone(),
            Node::Integer(number) => number.to_string(),
            Node::Float(number) => number.to_string(),
            Node::Boolean(truth) => truth.to_string(),
            Node::Null | Node::List(_) | Node::Map(_) => return None,
        })
    }

    /// What is here, for a message.
    pub fn kind(&self) -> &'static str {
        match &self.node {
            Node::Null => "nothing",
            Node::Boolean(_) => "a truth value",
            Node::Integer(_) | Node::Float(_) => "a number",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Map(_) => "a mapping",
        }
    }
}

/// The documents of a file, in order. A document that breaks a limit or repeats a key is an error and the next goes on;
/// after text that is no YAML nothing more is read.
pub fn documents(text: &str) -> Vec<Result<Yaml, SigmaError>> {
    let options = || {
        serde_saphyr::options! {
            budget: serde_saphyr::budget! { max_nodes: NODES, max_events: 2 * NODES, max_depth: DEPTH },
            alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: REPEATED },
            with_snippet: false,
        }
    };
    match serde_saphyr::from_multiple_with_options::<Yaml>(text, options()) {
        Ok(all) => all.into_iter().map(Ok).collect(),
        // Again, document by document: those before and after the broken one are still good.
        Err(_) => serde_saphyr::read_with_options::<_, Yaml>(&mut text.as_bytes(), options())
            .map(|document| document.map_err(|error| invalid(&error)))
            .collect(),
    }
}

fn invalid(error: &serde_saphyr::Error) -> SigmaError {
    let line = error.location().map_or(0, |location| location.line() as u32);
    let reason = error.render().lines().next().unwrap_or("not YAML").to_owned();
    SigmaError { code: Code::InvalidYaml, reason, field: None, at: String::new(), line }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Node>::deserialize(deserializer)?;
        Ok(Yaml { line: spanned.referenced.line() as u32, node: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Boolean(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(i64::try_from(number).map_or_else(|_| Node::Text(number.to_string()), Node::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<Node, Yaml>()? {
            let line = value.line;
            let key = Yaml { line, node: key };
            entries.push((key.text().ok_or_else(|| de::Error::custom("a key is no plain value"))?, value));
        }
        Ok(Node::Map(entries))
    }
}
