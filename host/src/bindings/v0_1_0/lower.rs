//! From `model/` to the contract's types. Nothing is copied: texts are borrowed, lists lie in an arena that lives as long
//! as the call. What is lowered is counted, in bytes, so that an input over the limit is refused before the call.

use super::generated::exports::huntsmith::hunt::emitter::Target;
use super::generated::huntsmith::article::types as article;
use super::generated::huntsmith::host::common;
use crate::model;
use bumpalo::Bump;
use std::cell::Cell as Counter;
use wasmtime::component::ComponentType;

/// The arena of one call and the bytes that lowering its contents takes.
pub(crate) struct Lowering<'a> {
    arena: &'a Bump,
    bytes: Counter<u64>,
}

impl<'a> Lowering<'a> {
    pub fn new(arena: &'a Bump) -> Self {
        Self { arena, bytes: Counter::new(0) }
    }

    /// Bytes of all texts and list elements, as the component model lays them out.
    pub fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    fn count(&self, bytes: usize) {
        self.bytes.set(self.bytes.get().saturating_add(bytes as u64));
    }

    pub(super) fn text(&self, text: &'a str) -> &'a str {
        self.count(text.len());
        text
    }

    pub(super) fn maybe(&self, text: &'a Option<String>) -> Option<&'a str> {
        text.as_deref().map(|text| self.text(text))
    }

    pub(super) fn list<S, T: ComponentType>(&self, items: &'a [S], lower: impl Fn(&'a S) -> T) -> &'a [T] {
        self.count(items.len().saturating_mul(T::SIZE32));
        self.arena.alloc_slice_fill_iter(items.iter().map(lower))
    }

    pub(super) fn texts(&self, items: &'a [String]) -> &'a [&'a str] {
        self.list(items, |item| self.text(item))
    }

    pub(super) fn properties(&self, items: &'a [model::Property]) -> &'a [common::PropertyParam<'a>] {
        self.list(items, |p| common::PropertyParam { name: self.text(&p.name), value: self.text(&p.value) })
    }

    fn spans(&self, items: &'a [model::Span]) -> &'a [article::Span] {
        self.list(items, |s| span(*s))
    }

    pub fn context(&self, context: &'a model::CallContext) -> common::Context<'a> {
        common::Context {
            config: self.text(&context.config),
            tlp: context.tlp.as_str(),
            properties: self.properties(&context.properties),
        }
    }

    pub fn document(&self, document: &'a model::Document) -> article::DocumentParam<'a> {
        self.count(document.bytes.len());
        article::DocumentParam {
            name: self.maybe(&document.name),
            media_type: self.text(&document.media_type),
            base_url: self.maybe(&document.base_url),
            bytes: &document.bytes,
        }
    }

    fn block(&self, block: &'a model::Block) -> article::BlockParam<'a> {
        article::BlockParam {
            span: span(block.span),
            kind: self.text(&block.kind),
            level: block.level,
            heading: block.heading,
            cell: block.cell.map(|cell| article::Cell {
                table: cell.table,
                row: cell.row,
                column: cell.column,
                header: cell.header,
            }),
            language: self.maybe(&block.language),
            properties: self.properties(&block.properties),
        }
    }

    fn content(&self, content: &'a model::Content) -> article::ContentParam<'a> {
        article::ContentParam {
            title: self.maybe(&content.title),
            published: self.maybe(&content.published),
            language: self.maybe(&content.language),
            text: self.text(&content.text),
            blocks: self.list(&content.blocks, |block| self.block(block)),
            links: self.list(&content.links, |link| article::LinkParam {
                span: span(link.span),
                target: self.text(&link.target),
                properties: self.properties(&link.properties),
            }),
            properties: self.properties(&content.properties),
        }
    }

    pub fn article(&self, it: &'a model::Article) -> article::Article<'a> {
        article::Article {
            id: self.text(&it.id),
            source: self.text(&it.source),
            url: self.text(&it.url),
            content: self.content(&it.content),
            facts: self.list(&it.facts, |fact| article::FactParam {
                id: self.text(&fact.id),
                kind: self.text(&fact.kind),
                value: self.text(&fact.value),
                properties: self.properties(&fact.properties),
            }),
            properties: self.properties(&it.properties),
        }
    }

    pub fn indicators(&self, items: &'a [model::Indicator]) -> &'a [article::IndicatorParam<'a>] {
        self.list(items, |it| article::IndicatorParam {
            kind: self.text(&it.kind),
            value: self.text(&it.value),
            parts: self.properties(&it.parts),
            spans: self.spans(&it.spans),
            defanged: it.defanged,
            role: self.text(&it.role),
            confidence: it.confidence,
            reasons: self.texts(&it.reasons),
            properties: self.properties(&it.properties),
        })
    }

    pub fn observations(&self, items: &'a [model::Observation]) -> &'a [article::ObservationParam<'a>] {
        self.list(items, |it| article::ObservationParam {
            class: self.text(&it.class),
            fields: self.list(&it.fields, |field| article::ObservedFieldParam {
                name: self.text(&field.name),
                value: self.text(&field.value),
                span: span(field.span),
            }),
            spans: self.spans(&it.spans),
            confidence: it.confidence,
            properties: self.properties(&it.properties),
        })
    }

    pub fn target(&self, target: &'a model::Target) -> Target<'a> {
        Target { form: self.text(&target.form), mapping: self.text(&target.mapping) }
    }
}

fn span(span: model::Span) -> article::Span {
    article::Span { start: span.start, end: span.end }
}
