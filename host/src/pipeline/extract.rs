//! All extractors over one article: their findings joined, one indicator for each kind and value.

use super::gather::call_failure;
use crate::model::{Article, CallContext, CallFailure, Extraction, Indicator, Span};
use crate::sandbox::Plugin;
use std::collections::BTreeMap;

/// Asks every extractor and joins what they found; one that fails is reported and the others count.
pub fn extract(article: &Article, extractors: &[Plugin], failures: &mut Vec<CallFailure>) -> Extraction {
    let ctx = CallContext { tlp: article.tlp, ..Default::default() };
    let mut joined = Joined::default();
    for extractor in extractors {
        match extractor.extract(&ctx, article) {
            Ok(called) => joined.add(called.value),
            Err(error) => failures.push(call_failure("extract", error)),
        }
    }
    joined.finish()
}

/// The join of several extractions.
#[derive(Debug, Default)]
struct Joined {
    extraction: Extraction,
    at: BTreeMap<(String, String), u32>,
}

impl Joined {
    fn add(&mut self, found: Extraction) {
        let places: Vec<u32> = found.indicators.into_iter().map(|indicator| self.indicator(indicator)).collect();
        self.extraction.relations.extend(found.relations.into_iter().map(|mut relation| {
            relation.subject = places[relation.subject as usize];
            relation.object = places[relation.object as usize];
            relation
        }));
        self.extraction.observations.extend(found.observations);
        self.extraction.rejections.extend(found.rejections);
    }

    /// Where two plugins found the same value, the surer one's judgement stands, with the places of both.
    fn indicator(&mut self, indicator: Indicator) -> u32 {
        let indicators = &mut self.extraction.indicators;
        let key = (indicator.kind.clone(), indicator.value.clone());
        let at = *self.at.entry(key).or_insert(indicators.len() as u32);
        match indicators.get_mut(at as usize) {
            None => indicators.push(indicator),
            Some(known) => {
                let spans = merged(&known.spans, &indicator.spans);
                let defanged = known.defanged || indicator.defanged;
                if indicator.confidence > known.confidence {
                    *known = indicator;
                }
                known.spans = spans;
                known.defanged = defanged;
            }
        }
        at
    }

    /// Indicators by first place, so that the order in which plugins were asked does not show.
    fn finish(self) -> Extraction {
        let mut extraction = self.extraction;
        let mut order: Vec<u32> = (0..extraction.indicators.len() as u32).collect();
        let key = |i: u32| {
            let indicator = &extraction.indicators[i as usize];
            (indicator.spans.first().copied(), indicator.kind.clone(), indicator.value.clone())
        };
        order.sort_by_cached_key(|i| key(*i));
        let mut places = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            places[*old as usize] = new as u32;
        }
        for relation in &mut extraction.relations {
            relation.subject = places[relation.subject as usize];
            relation.object = places[relation.object as usize];
        }
        let mut indicators: Vec<Option<Indicator>> = extraction.indicators.into_iter().map(Some).collect();
        extraction.indicators = order.iter().filter_map(|i| indicators[*i as usize].take()).collect();
        extraction.relations.sort_by(|a, b| (a.subject, &a.kind, a.object).cmp(&(b.subject, &b.kind, b.object)));
        extraction.rejections.sort_by(|a, b| (a.span, &a.kind, &a.value).cmp(&(b.span, &b.kind, &b.value)));
        extraction
    }
}

fn merged(a: &[Span], b: &[Span]) -> Vec<Span> {
    let mut spans: Vec<Span> = a.iter().chain(b).copied().collect();
    spans.sort();
    spans.dedup();
    // The contract promises spans that do not overlap: of two that do, the first stands.
    let mut end = 0;
    spans.retain(|span| {
        let apart = span.start >= end;
        end = if apart { span.end } else { end };
        apart
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Relation;

    fn indicator(value: &str, start: u32, confidence: u8) -> Indicator {
        Indicator {
            kind: "domain".into(),
            value: value.into(),
            parts: vec![],
            spans: vec![Span { start, end: start + 3 }],
            defanged: false,
            role: "unknown".into(),
            confidence,
            reasons: vec![],
            properties: vec![],
            plugin: None,
        }
    }

    #[test]
    fn two_plugins_that_find_the_same_make_one_indicator_and_relations_follow() {
        let mut joined = Joined::default();
        let relation = Relation { subject: 0, kind: "resolves-to".into(), object: 1, spans: vec![] };
        joined.add(Extraction {
            indicators: vec![indicator("late", 50, 10), indicator("both", 20, 10)],
            relations: vec![relation.clone()],
            ..Default::default()
        });
        joined.add(Extraction {
            indicators: vec![indicator("both", 5, 90), indicator("first", 0, 1)],
            relations: vec![relation],
            ..Default::default()
        });
        let extraction = joined.finish();
        let values: Vec<_> = extraction.indicators.iter().map(|i| i.value.as_str()).collect();
        assert_eq!(values, ["first", "both", "late"]);
        assert_eq!(extraction.indicators[1].confidence, 90);
        assert_eq!(extraction.indicators[1].spans.len(), 2);
        let pairs: Vec<_> = extraction.relations.iter().map(|r| (r.subject, r.object)).collect();
        assert_eq!(pairs, [(1, 0), (2, 1)]);
    }

    #[test]
    fn spans_that_overlap_are_not_joined_twice() {
        let span = |start, end| Span { start, end };
        assert_eq!(merged(&[span(0, 5), span(8, 9)], &[span(3, 6)]), [span(0, 5), span(8, 9)]);
    }
}
