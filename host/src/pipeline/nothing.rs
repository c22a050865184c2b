//! Why there is nothing to hunt: short sentences made of what was found and what was turned away.

use crate::model::{BriefTechnique, Indicator, Observation, Rejection};
use std::collections::BTreeMap;

/// At most this many kinds of reason or role are named in one sentence.
const NAMED: usize = 4;

/// The reasons, for an article without a hunt. Never empty.
pub fn reasons(
    indicators: &[Indicator],
    observations: &[Observation],
    techniques: &[BriefTechnique],
    rejections: &[Rejection],
) -> Vec<String> {
    vec![about_indicators(indicators, rejections), about_behaviour(observations), about_techniques(techniques)]
}

fn about_indicators(indicators: &[Indicator], rejections: &[Rejection]) -> String {
    let attackers = indicators.iter().filter(|indicator| indicator.role == "attacker").count();
    let mut sentence = match (indicators.len(), attackers) {
        (0, _) => "no indicator was found".to_owned(),
        (found, 0) => {
            let roles = tally(indicators.iter().map(|indicator| indicator.role.as_str()));
            format!("no indicator has an attacker's role: {found} found ({roles})")
        }
        (_, attackers) => format!(
            "{} in an attacker's role, but of a kind or confidence that no hunt takes",
            plural(attackers, "indicator")
        ),
    };
    if !rejections.is_empty() {
        let why = tally(rejections.iter().map(|rejection| rejection.reason.as_str()));
        sentence.push_str(&format!("; {} turned away ({why})", plural(rejections.len(), "candidate")));
    }
    sentence
}

fn about_behaviour(observations: &[Observation]) -> String {
    match observations.len() {
        0 => "no behaviour is tied to an attacker".to_owned(),
        found => format!("{} found, none sure enough to hunt", plural(found, "behaviour")),
    }
}

fn about_techniques(techniques: &[BriefTechnique]) -> String {
    match techniques {
        [] => "no technique has evidence".to_owned(),
        some => {
            let ids: Vec<&str> = some.iter().map(|known| known.technique.id.as_str()).take(NAMED).collect();
            let more = some.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("no hunt of the catalogue covers {}{more}", ids.join(", "))
        }
    }
}

fn plural(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `2 reference, 1 unknown`: the most frequent first.
fn tally<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut parts: Vec<String> = counts.iter().take(NAMED).map(|(word, number)| format!("{number} {word}")).collect();
    if counts.len() > NAMED {
        parts.push(format!("{} others", counts[NAMED..].iter().map(|(_, number)| number).sum::<usize>()));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;
    use crate::pipeline::fixtures::{indicator, technique};

    #[test]
    fn an_empty_article_has_three_reasons() {
        assert_eq!(
            reasons(&[], &[], &[], &[]),
            ["no indicator was found", "no behaviour is tied to an attacker", "no technique has evidence"]
        );
    }

    #[test]
    fn reasons_count_what_was_found_and_turned_away() {
        let indicators = [("a.test", "reference"), ("b.test", "reference"), ("c.test", "unknown")]
            .map(|(v, r)| indicator("domain", v, r, v));
        let rejection = |reason: &str| Rejection {
            kind: "file_name".into(),
            value: "node.js".into(),
            span: Span { start: 0, end: 1 },
            reason: reason.into(),
            properties: Vec::new(),
            plugin: None,
        };
        let rejections = [rejection("product-name"), rejection("product-name"), rejection("version")];
        let techniques = [technique("T1190", "initial-access", 60)];
        let reasons = reasons(&indicators, &[], &techniques, &rejections);
        assert_eq!(
            reasons[0],
            "no indicator has an attacker's role: 3 found (2 reference, 1 unknown); 3 candidates turned away (2 \
             product-name, 1 version)"
        );
        assert_eq!(reasons[2], "no hunt of the catalogue covers T1190");
    }
}
