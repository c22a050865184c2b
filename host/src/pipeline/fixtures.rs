//! Small values of the model for the tests of the stages.

use crate::model::{
    Actor, Article, Block, BriefHunt, BriefTechnique, Content, EventClass, Hunt, Indicator, Node, Predicate, Search,
    Span, Technique, Tlp, TracedHunt, Window,
};

/// A technique of one tactic with this confidence, inferred from the first bytes of the text.
pub fn technique(id: &str, tactic: &str, confidence: u8) -> BriefTechnique {
    BriefTechnique {
        technique: Technique {
            id: id.into(),
            source: "inferred".into(),
            confidence,
            evidence: vec![Span { start: 0, end: 1 }],
            reasons: Vec::new(),
            properties: Vec::new(),
            plugin: None,
        },
        name: id.into(),
        tactics: vec![tactic.into()],
        was: None,
    }
}

/// A hunt of this phase and origin.
pub fn hunt(id: &str, phase: &str, origin: &str) -> BriefHunt {
    let predicate = Predicate { nodes: vec![Node::All(Vec::new())], root: 0 };
    let search = Search {
        name: "search".into(),
        class: EventClass { category: Some("process_creation".into()), ..EventClass::default() },
        predicate,
        fields: Vec::new(),
        properties: Vec::new(),
    };
    let hunt = Hunt {
        id: id.into(),
        title: id.into(),
        description: String::new(),
        author: None,
        license: None,
        level: None,
        status: None,
        source: None,
        phase: phase.into(),
        confidence: "High".into(),
        tlp: Tlp::Clear,
        techniques: Vec::new(),
        searches: vec![search],
        correlations: Vec::new(),
        stages: Vec::new(),
        window: Window::LastSeconds(86_400),
        false_positives: Vec::new(),
        references: Vec::new(),
        properties: Vec::new(),
    };
    BriefHunt {
        traced: TracedHunt { hunt, origins: Vec::new() },
        origin: origin.into(),
        because: Vec::new(),
        emissions: Vec::new(),
    }
}

/// An indicator in a role, at the place where the text first has its value.
pub fn indicator(kind: &str, value: &str, role: &str, text: &str) -> Indicator {
    let start = text.find(value).unwrap_or(0);
    Indicator {
        kind: kind.into(),
        value: value.into(),
        parts: Vec::new(),
        spans: vec![Span { start: start as u32, end: (start + value.len()) as u32 }],
        defanged: false,
        role: role.into(),
        confidence: 90,
        reasons: Vec::new(),
        properties: Vec::new(),
        plugin: None,
    }
}

/// A group that the article names.
pub fn group(name: &str) -> Actor {
    Actor {
        kind: "group".into(),
        name: name.into(),
        id: None,
        spans: vec![Span { start: 0, end: 1 }],
        confidence: 90,
        properties: Vec::new(),
        plugin: None,
    }
}

/// An article whose text has one paragraph a line.
pub fn article(title: &str, text: &str) -> Article {
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let end = start + line.len();
        if !line.is_empty() {
            blocks.push(Block {
                span: Span { start: start as u32, end: end as u32 },
                kind: "paragraph".into(),
                level: 0,
                heading: None,
                cell: None,
                language: None,
                properties: Vec::new(),
            });
        }
        start = end + 1;
    }
    let content = Content { title: Some(title.into()), text: text.into(), blocks, ..Content::default() };
    Article { content, ..Article::default() }
}
