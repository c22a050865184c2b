//! Infers ATT&CK techniques from the sentences of an article by a linear model that lies in the component's static
//! memory. Advice, references, product text and what the author denies count for nothing, and are reported as such.

pub mod document;
pub mod features;
pub mod model;
pub mod score;

use document::Tally;
use huntsmith_sdk::classifier::*;
use huntsmith_text::{Layout, Range, Section, Stance, aside, narrates, sentences, stance, supposes, tells_of_own_acts};
use model::{Kind, Model};
use score::Scorer;
use std::collections::BTreeMap;

/// The committed model; `model/CARD.md` says what it was trained on and how well it does.
pub static MODEL: &[u8] = &BYTES;
/// A static of its own: the linker keeps one copy of it, and of a nameless constant one for each user.
static BYTES: [u8; include_bytes!("../model/techniques.bin").len()] = *include_bytes!("../model/techniques.bin");

/// The plugin.
pub struct AttackModel;

impl Classifier for AttackModel {
    fn init() -> Result<(), String> {
        Model::verified(MODEL).map(drop).map_err(|e| e.to_string())
    }

    fn classify(
        _ctx: &Context,
        article: &Article,
        _indicators: &[Indicator],
        _observations: &[Observation],
    ) -> Result<Classification, PluginError> {
        let model = Model::read(MODEL).map_err(|e| PluginError {
            code: "failed".into(),
            message: e.to_string(),
            properties: vec![],
        })?;
        Ok(conclude(&model, &read(&model, &article.content)))
    }
}

huntsmith_sdk::export_classifier!(AttackModel);

/// Sentences that score at least this are remembered: as evidence, or as what was turned away.
const REMEMBERED: f32 = -0.4;
/// A sentence is called no better than this many in a hundred where the model saw no annotated report: without one, how
/// often it is right is not known, and less than half is what a reader should take it for.
const UNCALIBRATED_MOST: f32 = 40.0;

/// A sentence that speaks for a technique.
#[derive(Debug, Clone)]
pub struct Hit {
    pub range: Range,
    pub score: f32,
    /// Why it counts for nothing.
    pub refused: Option<&'static str>,
}

/// What the model's classes find in a text, before anything is concluded.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// One for each class.
    pub tallies: Vec<Tally>,
    /// By class, in reading order.
    pub hits: BTreeMap<usize, Vec<Hit>>,
}

/// Scores every sentence of a text.
pub fn read(model: &Model, content: &Content) -> Reading {
    let text = content.text.as_str();
    let layout = Layout::of(content);
    let places: Vec<(usize, Range)> = layout
        .units
        .iter()
        .enumerate()
        .flat_map(|(unit, u)| sentences(text, u.range.clone()).into_iter().map(move |range| (unit, range)))
        .collect();
    let mut reading = Reading { tallies: vec![Tally::default(); model.len()], hits: BTreeMap::new() };
    Scorer::new(model).score(places.iter().map(|(_, range)| &text[range.clone()]), |number, scores| {
        let (unit, range) = &places[number];
        let mut refused = None;
        for (class, score) in heard(scores) {
            let refused = *refused.get_or_insert_with(|| refusal(text, &layout, *unit, range));
            if refused.is_none() {
                reading.tallies[class].add(score);
            }
            if score >= REMEMBERED {
                let hit = Hit { range: range.clone(), score, refused };
                reading.hits.entry(class).or_default().push(hit);
            }
        }
    });
    if !reading.hits.is_empty() && !layout.tells_of_attackers(text) {
        for hit in reading.hits.values_mut().flatten() {
            hit.refused = hit.refused.or(Some("no-attacker"));
        }
        reading.tallies.fill(Tally::default());
    }
    reading
}

/// The classes whose score is [`document::HEARD`], and their scores. Most are not: they are passed over a block at a time.
fn heard(scores: &[f32]) -> impl Iterator<Item = (usize, f32)> {
    const BLOCK: usize = 16;
    let is_heard = |score: &f32| *score >= document::HEARD;
    let blocks = scores
        .chunks(BLOCK)
        .enumerate()
        .filter(move |(_, block)| block.iter().map(|score| u32::from(is_heard(score))).sum::<u32>() > 0);
    blocks.flat_map(move |(at, block)| {
        let scores = block.iter().enumerate().filter(move |(_, score)| is_heard(score));
        scores.map(move |(class, score)| (at * BLOCK + class, *score))
    })
}

/// Why a sentence counts for nothing; `None`: it counts. What tells of an attacker's act counts in advice, too.
fn refusal(text: &str, layout: &Layout, unit: usize, range: &Range) -> Option<&'static str> {
    let lower = text[range.clone()].to_ascii_lowercase();
    // The document is asked once.
    let own_act = || layout.tells_of_a_trial(text) && tells_of_own_acts(&lower);
    let by_stance = match stance(&lower, lower.len(), || layout.lists_attackers_acts(text, unit)) {
        Stance::Plain if supposes(&lower) => Some("hypothetical"),
        Stance::Plain => aside(&lower).or_else(|| own_act().then_some("simulated")),
        Stance::Negated => Some("negated"),
        Stance::Advice => Some("advice-only"),
    };
    by_stance.or_else(|| section_refusal(layout.units[unit].section).filter(|_| !narrates(&lower)))
}

fn section_refusal(section: Section) -> Option<&'static str> {
    match section {
        Section::Advice => Some("advice-only"),
        Section::References => Some("reference-list"),
        Section::Product => Some("product-text"),
        Section::Forecast => Some("hypothetical"),
        Section::Body | Section::Attack => None,
    }
}

/// What a reading shows: techniques with their evidence, and what was turned away.
pub fn conclude(model: &Model, reading: &Reading) -> Classification {
    let general = model.general();
    let mut found = Classification { techniques: vec![], actors: vec![], rejections: vec![] };
    for (&index, hits) in &reading.hits {
        let class = model.class(index);
        let enough = if class.kind == Kind::Reports { general.sentence_threshold } else { class.threshold };
        let strong = |hit: &&Hit| hit.refused.is_none() && hit.score >= enough;
        let mut evidence: Vec<&Hit> = hits.iter().filter(strong).collect();
        let confidence = match class.kind {
            Kind::Reports => {
                let odds = document::log_odds(&reading.tallies[index].inputs(class.prior), &general.document);
                if evidence.is_empty() {
                    evidence
                        .extend(hits.iter().filter(|h| h.refused.is_none()).max_by(|a, b| a.score.total_cmp(&b.score)));
                }
                (odds >= general.document_threshold).then(|| 100.0 / (1.0 + (-odds).exp()))
            }
            Kind::Procedures => Some((100.0 * class.prior).min(UNCALIBRATED_MOST)),
        };
        match confidence {
            Some(confidence) if !evidence.is_empty() => {
                let mut reasons = vec!["sentence-model".to_string()];
                if evidence.len() > 1 {
                    reasons.push("independent-sentences".into());
                }
                if class.kind == Kind::Procedures {
                    reasons.push("uncalibrated".into());
                }
                found.techniques.push(Technique {
                    id: class.id.into(),
                    source: "inferred".into(),
                    confidence: confidence.round().clamp(1.0, 99.0) as u8,
                    evidence: evidence.iter().map(|hit| span(&hit.range)).collect(),
                    reasons,
                    properties: vec![],
                });
            }
            _ => {
                let best = hits.iter().filter(|h| h.score >= enough).max_by(|a, b| a.score.total_cmp(&b.score));
                if let Some(best) = best {
                    found.rejections.push(Rejection {
                        kind: "technique".into(),
                        value: class.id.into(),
                        span: span(&best.range),
                        reason: best.refused.unwrap_or("weak-evidence").into(),
                        properties: vec![],
                    });
                }
            }
        }
    }
    found.techniques.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

fn span(range: &Range) -> Span {
    Span { start: range.start as u32, end: range.end as u32 }
}
