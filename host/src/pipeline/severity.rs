//! How much an article matters: a documented sum. Terms, points and thresholds are data (`data/severity.toml`); every
//! term says what was counted, and those that were set aside say why.

use super::wording::{Phrase, Sentence, Wording};
use crate::model::{Actor, Article, BriefHunt, BriefTechnique, Indicator, Severity, SeverityTerm, Span, property};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// At most this many places a term shows.
const EVIDENCE_SHOWN: usize = 8;

/// The terms of the sum, and where it is cut.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SeverityTable {
    thresholds: Thresholds,
    known_exploited: KnownExploited,
    exploited_vulnerability: ExploitedVulnerability,
    attacker_indicators: AttackerIndicators,
    behaviour_hunts: BehaviourHunts,
    techniques: TechniqueWeights,
    named_actor: NamedActor,
    pub(super) active_exploitation: ActiveExploitation,
    ransomware: Ransomware,
    pub(super) wording: Wording,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Thresholds {
    med: i32,
    high: i32,
    crit: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct KnownExploited {
    names: Vec<String>,
    first: i32,
    more: i32,
    cap: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ExploitedVulnerability {
    kinds: Vec<String>,
    points: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct AttackerIndicators {
    roles: Vec<String>,
    not_kinds: Vec<String>,
    minimum_confidence: u8,
    each: i32,
    cap: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct BehaviourHunts {
    origins: Vec<String>,
    each: i32,
    cap: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct TechniqueWeights {
    minimum_confidence: u8,
    cap: i32,
    evidence_from: i32,
    weight_otherwise: i32,
    weights: BTreeMap<String, i32>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct NamedActor {
    minimum_confidence: u8,
    kinds: BTreeMap<String, i32>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ActiveExploitation {
    points: i32,
    pub(super) phrases: Vec<Phrase>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Ransomware {
    points: i32,
    properties: BTreeMap<String, String>,
    techniques: Vec<String>,
    /// Of those techniques: a verdict this grave wants more certainty than a term of the sum.
    minimum_confidence: u8,
    phrases: Vec<Phrase>,
}

/// The table cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the table of severity cannot be read: {0}\n\nhint: data/severity.toml shows the form")]
pub struct SeverityError(#[from] toml::de::Error);

impl SeverityTable {
    /// Reads a table.
    ///
    /// # Errors
    /// [`SeverityError`], where it has another form.
    pub fn parse(text: &str) -> Result<Self, SeverityError> {
        Ok(toml::from_str(text)?)
    }

    /// The table that ships.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../../../data/severity.toml")).expect("the shipped table is tested")
    }

    fn cut(&self, sum: i32) -> Severity {
        match sum {
            sum if sum >= self.thresholds.crit => Severity::Crit,
            sum if sum >= self.thresholds.high => Severity::High,
            sum if sum >= self.thresholds.med => Severity::Med,
            _ => Severity::Low,
        }
    }
}

/// The severity of an article and the terms of its sum: those that count, and those that were found and set aside with
/// nought points. `sentences` are those of the article that tell what happened.
pub fn assess(
    table: &SeverityTable,
    article: &Article,
    sentences: &[Sentence],
    indicators: &[Indicator],
    techniques: &[BriefTechnique],
    actors: &[Actor],
    hunts: &[BriefHunt],
) -> (Severity, Vec<SeverityTerm>) {
    let exploited: Vec<&Sentence> =
        sentences.iter().filter(|s| table.wording.says(s, &table.active_exploitation.phrases)).collect();
    let of_vulnerabilities =
        [table.known_exploited(article, indicators), table.exploited_vulnerability(indicators, &exploited, sentences)];
    let of_attackers = [table.attacker_indicators(indicators), table.behaviour_hunts(hunts)];
    let technique_term = table.technique_term(techniques);
    let of_words = [
        table.named_actor(actors),
        table.active_exploitation(&exploited),
        table.ransomware(article, techniques, sentences),
    ];

    let is_stated = article.facts.iter().any(|fact| table.known_exploited.names.contains(&fact.kind));
    let shown = technique_term.as_ref().is_some_and(|term| term.points >= table.techniques.evidence_from);
    let told = of_attackers.iter().any(Option::is_some) || is_stated;
    let announces = !told && (table.wording.announces(article) || !shown && table.wording.offers(article));
    // Whoever announces a product names what is exploited as a reason to buy it: no more than words.
    let (hard, soft): (Vec<_>, Vec<_>) = match announces {
        true => (vec![], of_vulnerabilities.into_iter().chain(of_words).flatten().collect()),
        false => {
            let hard = of_vulnerabilities.into_iter().chain(of_attackers).flatten();
            (hard.collect(), of_words.into_iter().flatten().collect())
        }
    };

    let evidence = !hard.is_empty() || (shown && !announces);
    let mut terms = hard;
    let set_aside = |term: SeverityTerm, why: &str| SeverityTerm {
        points: 0,
        because: format!("{} (not counted: {why})", term.because),
        ..term
    };
    let lone = "nothing in the article shows an attacker at work";
    terms.extend(technique_term.map(|term| match announces {
        true => set_aside(term, "it announces a product and nothing shows an attacker"),
        false => term,
    }));
    terms.extend(soft.into_iter().map(|term| if evidence { term } else { set_aside(term, lone) }));
    if terms.is_empty() {
        terms.push(term("no-attacker-evidence", 0, lone.into(), Vec::new()));
    }
    let sum = terms.iter().map(|term| term.points).sum();
    (table.cut(sum), terms)
}

fn term(code: &str, points: i32, because: String, mut evidence: Vec<Span>) -> SeverityTerm {
    evidence.sort();
    evidence.dedup();
    evidence.truncate(EVIDENCE_SHOWN);
    SeverityTerm { code: code.into(), points, because, evidence }
}

/// `1 technique`, `3 techniques`.
fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The first few names, and how many more there are.
fn listed(names: &BTreeSet<&str>) -> String {
    let first: Vec<&str> = names.iter().take(5).copied().collect();
    match names.len() - first.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

impl SeverityTable {
    fn known_exploited(&self, article: &Article, indicators: &[Indicator]) -> Option<SeverityTerm> {
        let rule = &self.known_exploited;
        let facts = article.facts.iter().filter(|fact| rule.names.contains(&fact.kind)).map(|fact| fact.value.as_str());
        let says = |indicator: &&Indicator| {
            let value = rule.names.iter().find_map(|name| property(&indicator.properties, name));
            value.is_some_and(|value| value != "false")
        };
        let marked: Vec<&Indicator> = indicators.iter().filter(says).collect();
        let known: BTreeSet<&str> = facts.chain(marked.iter().map(|indicator| indicator.value.as_str())).collect();
        let more = known.len().checked_sub(1)?;
        let points = (rule.first + rule.more.saturating_mul(more as i32)).min(rule.cap);
        let spans = marked.iter().flat_map(|indicator| indicator.spans.clone()).collect();
        Some(term("known-exploited", points, format!("known to be exploited: {}", listed(&known)), spans))
    }

    fn exploited_vulnerability(
        &self,
        indicators: &[Indicator],
        exploited: &[&Sentence],
        sentences: &[Sentence],
    ) -> Option<SeverityTerm> {
        let rule = &self.exploited_vulnerability;
        let mut named = BTreeSet::new();
        let mut spans = Vec::new();
        for indicator in indicators.iter().filter(|indicator| rule.kinds.contains(&indicator.kind)) {
            for span in &indicator.spans {
                let home = sentences.iter().position(|s| s.span.start <= span.start && span.end <= s.span.end);
                let Some(home) = home else { continue };
                let near = exploited.iter().find(|said| {
                    let at = sentences.iter().position(|s| s.span == said.span).unwrap_or(home);
                    at.abs_diff(home) <= 1 && said.block == sentences[home].block
                });
                if let Some(said) = near {
                    named.insert(indicator.value.as_str());
                    spans.push(said.span);
                }
            }
        }
        if named.is_empty() {
            return None;
        }
        let because = format!("the article says that {} is exploited", listed(&named));
        Some(term("exploited-vulnerability", rule.points, because, spans))
    }

    fn attacker_indicators(&self, indicators: &[Indicator]) -> Option<SeverityTerm> {
        let rule = &self.attacker_indicators;
        let counts = |indicator: &&Indicator| {
            rule.roles.contains(&indicator.role)
                && !rule.not_kinds.contains(&indicator.kind)
                && indicator.confidence >= rule.minimum_confidence
        };
        let counted: Vec<&Indicator> = indicators.iter().filter(counts).collect();
        if counted.is_empty() {
            return None;
        }
        let confidence: i32 = counted.iter().map(|indicator| i32::from(indicator.confidence)).sum();
        let points = (confidence.saturating_mul(rule.each) / 100).clamp(1, rule.cap);
        let mean = confidence / counted.len() as i32;
        let because =
            format!("{} in an attacker's role, confidence {mean} on average", count(counted.len(), "indicator"));
        let spans = counted.iter().filter_map(|indicator| indicator.spans.first().copied()).collect();
        Some(term("attacker-indicators", points, because, spans))
    }

    fn behaviour_hunts(&self, hunts: &[BriefHunt]) -> Option<SeverityTerm> {
        let rule = &self.behaviour_hunts;
        let counted: Vec<&BriefHunt> = hunts.iter().filter(|hunt| rule.origins.contains(&hunt.origin)).collect();
        if counted.is_empty() {
            return None;
        }
        let points = rule.each.saturating_mul(counted.len() as i32).min(rule.cap);
        let because = format!("{} of what the attacker did on a host", count(counted.len(), "hunt"));
        let origins = counted.iter().flat_map(|hunt| &hunt.traced.origins);
        let spans = origins.flat_map(|origin| origin.spans.clone()).collect();
        Some(term("behaviour-hunts", points, because, spans))
    }

    fn technique_term(&self, techniques: &[BriefTechnique]) -> Option<SeverityTerm> {
        let rule = &self.techniques;
        let weight = |known: &BriefTechnique| {
            let weights = known.tactics.iter().map(|tactic| rule.weights.get(tactic).copied());
            weights.map(|weight| weight.unwrap_or(rule.weight_otherwise)).max().unwrap_or(rule.weight_otherwise)
        };
        let counted: Vec<&BriefTechnique> =
            techniques.iter().filter(|known| known.technique.confidence >= rule.minimum_confidence).collect();
        if counted.is_empty() {
            return None;
        }
        let weighed = counted.iter().map(|known| weight(known) * i32::from(known.technique.confidence));
        let points = (weighed.sum::<i32>() / 100).min(rule.cap);
        let ids: BTreeSet<&str> = counted.iter().map(|known| known.technique.id.as_str()).collect();
        let because = format!("{} by tactic and confidence: {}", count(counted.len(), "technique"), listed(&ids));
        let spans = counted.iter().flat_map(|known| known.technique.evidence.clone()).collect();
        Some(term("techniques", points, because, spans))
    }

    fn named_actor(&self, actors: &[Actor]) -> Option<SeverityTerm> {
        let rule = &self.named_actor;
        let sure = |actor: &&Actor| actor.confidence >= rule.minimum_confidence && rule.kinds.contains_key(&actor.kind);
        let counted: Vec<&Actor> = actors.iter().filter(sure).collect();
        if counted.is_empty() {
            return None;
        }
        let kinds: BTreeSet<&str> = counted.iter().map(|actor| actor.kind.as_str()).collect();
        let points = kinds.iter().filter_map(|kind| rule.kinds.get(*kind)).sum();
        let names: BTreeSet<&str> = counted.iter().map(|actor| actor.name.as_str()).collect();
        let spans = counted.iter().filter_map(|actor| actor.spans.first().copied()).collect();
        Some(term("named-actor", points, format!("names {}", listed(&names)), spans))
    }

    fn active_exploitation(&self, exploited: &[&Sentence]) -> Option<SeverityTerm> {
        let spans: Vec<Span> = exploited.iter().map(|sentence| sentence.span).collect();
        if spans.is_empty() {
            return None;
        }
        let because = format!("{} of attacks that happen", count(spans.len(), "sentence"));
        Some(term("active-exploitation", self.active_exploitation.points, because, spans))
    }

    fn ransomware(&self, article: &Article, techniques: &[BriefTechnique], all: &[Sentence]) -> Option<SeverityTerm> {
        let rule = &self.ransomware;
        let stated = article.facts.iter().filter(|fact| self.known_exploited.names.contains(&fact.kind)).any(|fact| {
            let says = |(name, value): (&String, &String)| {
                property(&fact.properties, name).is_some_and(|stated| stated.eq_ignore_ascii_case(value))
            };
            rule.properties.iter().any(says)
        });
        let known = techniques.iter().find(|known| {
            rule.techniques.contains(&known.technique.id) && known.technique.confidence >= rule.minimum_confidence
        });
        let told = all.iter().filter(|sentence| self.wording.says(sentence, &rule.phrases));
        let mut spans: Vec<Span> = told.map(|sentence| sentence.span).collect();
        let because = match (stated, known) {
            (true, _) => "the source states use in ransomware campaigns".to_owned(),
            (false, Some(known)) => {
                spans.extend(known.technique.evidence.clone());
                format!("ransomware at work ({})", known.technique.id)
            }
            (false, None) if !spans.is_empty() => format!("{} of ransomware at work", count(spans.len(), "sentence")),
            _ => return None,
        };
        Some(term("ransomware", rule.points, because, spans))
    }
}

#[cfg(test)]
#[path = "severity_tests.rs"]
mod tests;
