//! From the contract's types to `model/`. Texts and lists are moved; a list whose elements keep their size keeps its
//! place in memory.

use super::generated::exports::huntsmith::article::{classifier, extractor, reader};
use super::generated::exports::huntsmith::feed::feed;
use super::generated::exports::huntsmith::hunt::emitter;
use super::generated::huntsmith::article::types as article;
use super::generated::huntsmith::host::common;
use crate::model;

/// Lists element by element.
fn all<S, T: From<S>>(items: Vec<S>) -> Vec<T> {
    items.into_iter().map(T::from).collect()
}

impl From<common::PropertyResult> for model::Property {
    fn from(it: common::PropertyResult) -> Self {
        Self { name: it.name, value: it.value }
    }
}

impl From<common::Note> for model::Note {
    fn from(it: common::Note) -> Self {
        Self { code: it.code, message: it.message, properties: all(it.properties) }
    }
}

impl From<article::Span> for model::Span {
    fn from(it: article::Span) -> Self {
        Self { start: it.start, end: it.end }
    }
}

impl From<article::Cell> for model::Cell {
    fn from(it: article::Cell) -> Self {
        Self { table: it.table, row: it.row, column: it.column, header: it.header }
    }
}

impl From<article::BlockResult> for model::Block {
    fn from(it: article::BlockResult) -> Self {
        Self {
            span: it.span.into(),
            kind: it.kind,
            level: it.level,
            heading: it.heading,
            cell: it.cell.map(Into::into),
            language: it.language,
            properties: all(it.properties),
        }
    }
}

impl From<article::LinkResult> for model::Link {
    fn from(it: article::LinkResult) -> Self {
        Self { span: it.span.into(), target: it.target, properties: all(it.properties) }
    }
}

impl From<article::FactResult> for model::Fact {
    fn from(it: article::FactResult) -> Self {
        Self { id: it.id, kind: it.kind, value: it.value, properties: all(it.properties) }
    }
}

impl From<article::DocumentResult> for model::Document {
    fn from(it: article::DocumentResult) -> Self {
        Self { name: it.name, media_type: it.media_type, base_url: it.base_url, bytes: it.bytes }
    }
}

impl From<article::ContentResult> for model::Content {
    fn from(it: article::ContentResult) -> Self {
        Self {
            title: it.title,
            published: it.published,
            language: it.language,
            text: it.text,
            blocks: all(it.blocks),
            links: all(it.links),
            properties: all(it.properties),
        }
    }
}

impl From<article::IndicatorResult> for model::Indicator {
    fn from(it: article::IndicatorResult) -> Self {
        Self {
            kind: it.kind,
            value: it.value,
            parts: all(it.parts),
            spans: all(it.spans),
            defanged: it.defanged,
            role: it.role,
            confidence: it.confidence,
            reasons: it.reasons,
            properties: all(it.properties),
            plugin: None,
        }
    }
}

impl From<article::ObservedFieldResult> for model::ObservedField {
    fn from(it: article::ObservedFieldResult) -> Self {
        Self { name: it.name, value: it.value, span: it.span.into() }
    }
}

impl From<article::ObservationResult> for model::Observation {
    fn from(it: article::ObservationResult) -> Self {
        Self {
            class: it.class,
            fields: all(it.fields),
            spans: all(it.spans),
            confidence: it.confidence,
            properties: all(it.properties),
            plugin: None,
        }
    }
}

impl From<article::Relation> for model::Relation {
    fn from(it: article::Relation) -> Self {
        Self { subject: it.subject, kind: it.kind, object: it.object, spans: all(it.spans) }
    }
}

impl From<article::Rejection> for model::Rejection {
    fn from(it: article::Rejection) -> Self {
        Self {
            kind: it.kind,
            value: it.value,
            span: it.span.into(),
            reason: it.reason,
            properties: all(it.properties),
            plugin: None,
        }
    }
}

impl From<reader::Reading> for model::Reading {
    fn from(it: reader::Reading) -> Self {
        Self { contents: all(it.contents), children: all(it.children), notes: all(it.notes) }
    }
}

impl From<extractor::Extraction> for model::Extraction {
    fn from(it: extractor::Extraction) -> Self {
        Self {
            indicators: all(it.indicators),
            observations: all(it.observations),
            relations: all(it.relations),
            rejections: all(it.rejections),
        }
    }
}

impl From<classifier::Technique> for model::Technique {
    fn from(it: classifier::Technique) -> Self {
        Self {
            id: it.id,
            source: it.source,
            confidence: it.confidence,
            evidence: all(it.evidence),
            reasons: it.reasons,
            properties: all(it.properties),
            plugin: None,
        }
    }
}

impl From<classifier::Actor> for model::Actor {
    fn from(it: classifier::Actor) -> Self {
        Self {
            kind: it.kind,
            name: it.name,
            id: it.id,
            spans: all(it.spans),
            confidence: it.confidence,
            properties: all(it.properties),
            plugin: None,
        }
    }
}

impl From<classifier::Classification> for model::Classification {
    fn from(it: classifier::Classification) -> Self {
        Self { techniques: all(it.techniques), actors: all(it.actors), rejections: all(it.rejections) }
    }
}

impl From<emitter::Place> for model::Place {
    fn from(it: emitter::Place) -> Self {
        Self { part: it.part, index: it.index, node: it.node }
    }
}

impl From<emitter::Literal> for model::Literal {
    fn from(it: emitter::Literal) -> Self {
        Self { place: it.place.into(), value: it.value, piece: it.piece, start: it.start, end: it.end }
    }
}

impl From<emitter::Artifact> for model::Artifact {
    fn from(it: emitter::Artifact) -> Self {
        Self {
            name: it.name,
            media_type: it.media_type,
            language: it.language,
            text: it.text,
            notes: it.notes,
            literals: all(it.literals),
            properties: all(it.properties),
        }
    }
}

impl From<emitter::Refusal> for model::Refusal {
    fn from(it: emitter::Refusal) -> Self {
        Self { code: it.code, what: it.what, place: it.place.into(), reason: it.reason }
    }
}

/// One result a hunt.
pub(in crate::bindings) fn emissions(
    items: Vec<Result<Vec<emitter::Artifact>, Vec<emitter::Refusal>>>,
) -> Vec<Result<Vec<model::Artifact>, Vec<model::Refusal>>> {
    items.into_iter().map(|item| item.map(all).map_err(all)).collect()
}

/// A page of a feed; an item's marking must be one of TLP 2.0, else the word that is none comes back.
pub(in crate::bindings) fn page(page: feed::Page) -> Result<model::FeedPage, String> {
    let items = page.items.into_iter().map(item).collect::<Result<_, _>>()?;
    Ok(model::FeedPage { title: page.title, items, cursor: page.cursor, more: page.more, notes: all(page.notes) })
}

fn item(it: feed::Item) -> Result<model::Item, String> {
    let tlp =
        match it.tlp {
            Some(word) => Some(model::Tlp::parse(&word).ok_or_else(|| {
                format!("the item `{}` has the marking `{word}`, which is not one of TLP 2.0", it.key)
            })?),
            None => None,
        };
    Ok(model::Item {
        key: it.key,
        url: it.url,
        title: it.title,
        published: it.published,
        updated: it.updated,
        tlp,
        summary: it.summary.map(Into::into),
        body: it.body.map(Into::into),
        facts: all(it.facts),
        properties: all(it.properties),
    })
}
