//! Which indicators a user asks for. Nothing is looked for or judged differently: when everything is known, what was not
//! asked for goes to what was turned away, and no hunt is made of it.

use crate::model::{Extraction, Indicator, Property, Rejection};
use serde::{Deserialize, Serialize};

/// The reason of what is not sure enough.
const CONFIDENCE: &str = "below-min-confidence";
/// The reason of what has another role.
const ROLE: &str = "other-role";

/// Which indicators briefs show and hunt for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct IndicatorFilter {
    /// 0 to 100: those below are left out.
    #[schemars(range(max = 100))]
    pub min_confidence: u8,
    /// Only these roles (`attacker`); empty: all.
    pub roles: Vec<String>,
}

impl IndicatorFilter {
    /// Why an indicator is left out.
    fn reason(&self, indicator: &Indicator) -> Option<&'static str> {
        if !self.roles.is_empty() && !self.roles.contains(&indicator.role) {
            Some(ROLE)
        } else {
            (indicator.confidence < self.min_confidence).then_some(CONFIDENCE)
        }
    }

    /// Moves what is left out to what was turned away, with what it was taken for; relations stay where both ends do.
    pub fn apply(&self, extraction: &mut Extraction) {
        let mut places: Vec<Option<u32>> = Vec::with_capacity(extraction.indicators.len());
        let mut kept = Vec::new();
        for indicator in std::mem::take(&mut extraction.indicators) {
            match self.reason(&indicator) {
                None => {
                    places.push(Some(kept.len() as u32));
                    kept.push(indicator);
                }
                Some(reason) => {
                    places.push(None);
                    extraction.rejections.extend(rejection(indicator, reason));
                }
            }
        }
        extraction.indicators = kept;
        extraction.relations.retain_mut(|relation| {
            let ends = places[relation.subject as usize].zip(places[relation.object as usize]);
            if let Some((subject, object)) = ends {
                (relation.subject, relation.object) = (subject, object);
            }
            ends.is_some()
        });
        extraction.rejections.sort_by(|a, b| (a.span, &a.kind, &a.value).cmp(&(b.span, &b.kind, &b.value)));
    }
}

fn rejection(indicator: Indicator, reason: &str) -> Option<Rejection> {
    let property = |name: &str, value: String| Property { name: name.to_owned(), value };
    let Indicator { kind, value, spans, role, confidence, plugin, .. } = indicator;
    let properties = vec![property("role", role), property("confidence", confidence.to_string())];
    let span = spans.first().copied()?;
    Some(Rejection { kind, value, span, reason: reason.to_owned(), properties, plugin })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Relation, Span};
    use crate::pipeline::fixtures::indicator;

    #[test]
    fn what_is_left_out_is_turned_away_and_relations_follow() {
        let text = "a.test b.test c.test";
        let sure =
            |value: &str, role: &str, confidence| Indicator { confidence, ..indicator("domain", value, role, text) };
        let mut extraction = Extraction {
            indicators: vec![
                sure("a.test", "reference", 90),
                sure("b.test", "attacker", 40),
                sure("c.test", "attacker", 90),
            ],
            relations: [(0, 2), (2, 2)]
                .map(|(subject, object)| Relation { subject, kind: "resolves-to".into(), object, spans: Vec::new() })
                .into(),
            ..Default::default()
        };
        IndicatorFilter { min_confidence: 50, roles: vec!["attacker".into()] }.apply(&mut extraction);
        assert_eq!(extraction.indicators.iter().map(|one| one.value.as_str()).collect::<Vec<_>>(), ["c.test"]);
        let gone: Vec<_> = extraction.rejections.iter().map(|one| (one.value.as_str(), one.reason.as_str())).collect();
        assert_eq!(gone, [("a.test", ROLE), ("b.test", CONFIDENCE)]);
        assert_eq!(extraction.rejections[1].span, Span { start: 7, end: 13 });
        assert_eq!(extraction.relations.iter().map(|one| (one.subject, one.object)).collect::<Vec<_>>(), [(0, 0)]);
    }
}
