//! What kind a bare value is: the extractor plugins are asked, since the host knows no indicator's form.

use super::super::extract::article;
use super::Bare;
use crate::model::Span;
use crate::pipeline::Analyst;

/// Values that are asked about together, one a line.
const BATCH: usize = 2_000;

/// For each value what the extractors take it for, in order; none: nothing.
pub fn kinds(analyst: &Analyst, values: &[&str]) -> Vec<Option<Bare>> {
    values.chunks(BATCH).flat_map(|batch| batch_kinds(analyst, batch)).collect()
}

fn batch_kinds(analyst: &Analyst, batch: &[&str]) -> Vec<Option<Bare>> {
    let mut text = String::new();
    let mut ends = Vec::with_capacity(batch.len());
    for value in batch {
        text.push_str(value);
        ends.push(text.len() as u32);
        // An empty line keeps neighbours from being read as one.
        text.push_str("\n\n");
    }
    let (article, way_back) = article(text);
    let extraction = analyst.extract(&article).extraction;
    let mut best: Vec<Option<(u32, Bare)>> = vec![None; batch.len()];
    let mut offer = |span: Span, kind: &str, value: &str| {
        let span = way_back.original(span);
        let place = ends.partition_point(|end| *end < span.start);
        let length = span.end.saturating_sub(span.start);
        let Some(slot) = best.get_mut(place) else { return };
        if !kind.is_empty() && slot.as_ref().is_none_or(|(known, _)| length > *known) {
            *slot = Some((length, Bare { kind: kind.to_owned(), value: value.to_owned() }));
        }
    };
    for indicator in &extraction.indicators {
        indicator.spans.iter().for_each(|span| offer(*span, &indicator.kind, &indicator.value));
    }
    // Who hands over a list means its values: what an extractor turns away as harmless is still of its kind.
    for rejection in &extraction.rejections {
        offer(rejection.span, &rejection.kind, &rejection.value);
    }
    best.into_iter().map(|found| found.map(|(_, bare)| bare)).collect()
}
