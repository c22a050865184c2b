//! Infers ATT&CK techniques from the sentences of an article by a linear model that lies in the component's static
//! memory. Advice, references, product text and what the author denies count for nothing, and are reported as such.

pub mod document;
pub mod features;
pub mod model;
pub mod procedures;
mod rows;
pub mod score;
pub mod write;

use document::Tally;
use huntsmith_sdk::classifier::*;
use huntsmith_text::{Layout, Range, Section, Stance, Told, sentences};
use model::{Class, General, Kind, Model};
use procedures::Finder;
use score::Scorer;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The committed model; `model/CARD.md` says what it was trained on and how well it does.
pub static MODEL: &[u8] = &BYTES;
/// A static of its own: the linker keeps one copy of it, and of a nameless constant one for each user.
static BYTES: [u8; include_bytes!("../model/techniques.bin").len()] = *include_bytes!("../model/techniques.bin");

/// The model as [`AttackModel::init`] read it.
static LOADED: OnceLock<Model<'static>> = OnceLock::new();

/// The plugin.
pub struct AttackModel;

impl Classifier for AttackModel {
    fn init() -> Result<(), String> {
        let model = Model::verified(MODEL).map_err(|e| e.to_string())?;
        LOADED.get_or_init(|| model);
        Ok(())
    }

    fn classify(
        _ctx: &Context,
        article: &Article,
        _indicators: &[Indicator],
        _observations: &[Observation],
    ) -> Result<Classification, PluginError> {
        let model = LOADED.get().ok_or_else(|| PluginError {
            code: "failed".into(),
            message: "the model was not loaded".into(),
            properties: vec![],
        })?;
        Ok(conclude(model, &read(model, &article.content)))
    }
}

huntsmith_sdk::export_classifier!(AttackModel);

/// Sentences that score at least this are remembered: as evidence, or as what was turned away.
const REMEMBERED: f32 = -0.6;
/// A sentence of fewer words says nothing.
const LEAST_WORDS: usize = 3;
/// A procedure that is right less often than this counts for nothing.
pub const TRUSTED: f32 = 0.5;
/// What procedures alone make of a technique is said from so many in a hundred on, in a short text, whose every sentence
/// was chosen to be told, and in a long report.
const TOLD_LEAST: [f32; 2] = [50.0, 65.0];
/// It is no surer than this: procedures were measured on sentences that all tell of some technique.
const TOLD_MOST: f32 = 85.0;
/// Procedures alone say something in a long text where they tell so many techniques.
const COMPANY: usize = 3;
/// A [length](document::length) below this is a short text's.
const SHORT: f32 = 0.5;
/// A sentence is called no better than this many in a hundred where the model saw no annotated report: without one, how
/// often it is right is not known, and less than half is what a reader should take it for.
const UNCALIBRATED_MOST: f32 = 40.0;

/// A sentence that speaks for a technique.
#[derive(Debug, Clone)]
pub struct Hit {
    pub range: Range,
    pub score: f32,
    /// How often the procedure that it tells is right; 0 where it tells none.
    pub told: f32,
    /// Why it counts for nothing.
    pub refused: Option<&'static str>,
}

/// What the model's classes find in a text, before anything is concluded.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// One for each class.
    pub tallies: Vec<Tally>,
    /// By the technique's number, in reading order.
    pub hits: BTreeMap<usize, Vec<Hit>>,
    /// How many sentences there are.
    pub sentences: usize,
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
        .filter(|(_, range)| text[range.clone()].split_ascii_whitespace().nth(LEAST_WORDS - 1).is_some())
        .collect();
    let mut reading =
        Reading { tallies: vec![Tally::default(); model.len()], hits: BTreeMap::new(), sentences: places.len() };
    let short = document::length(places.len()) < SHORT;
    let (mut finder, mut lower) = (Finder::default(), String::new());
    Scorer::new(model).score(places.iter().map(|(_, range)| &text[range.clone()]), |number, scores| {
        let (unit, range) = &places[number];
        let mut refused = None;
        let mut refusal = || *refused.get_or_insert_with(|| refusal(text, &layout, *unit, range, short));
        lower.clear();
        lower.push_str(&text[range.clone()]);
        lower.make_ascii_lowercase();
        let told = told(model, finder.find(&lower));
        for (class, score) in heard(scores) {
            let told = told.iter().find(|(of, _)| *of == class).map_or(0.0, |(_, right)| *right);
            if refusal().is_none() {
                reading.tallies[class].add(score);
            }
            if score >= REMEMBERED && told == 0.0 {
                let hit = Hit { range: range.clone(), score, told, refused: refusal() };
                reading.hits.entry(class).or_default().push(hit);
            }
        }
        for (technique, right) in told {
            if refusal().is_none() && technique < scores.len() {
                reading.tallies[technique].tell(right);
            }
            let score = scores.get(technique).copied().unwrap_or(document::HEARD);
            let hit = Hit { range: range.clone(), score, told: right, refused: refusal() };
            reading.hits.entry(technique).or_default().push(hit);
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

/// The techniques of procedures that can be trusted, each once, and how often the best of its procedures is right.
fn told(model: &Model, found: &[u16]) -> Vec<(usize, f32)> {
    let mut told: Vec<(usize, f32)> = Vec::new();
    for index in found {
        let (right, technique) = model.procedure(usize::from(*index));
        match told.iter_mut().find(|(of, _)| *of == technique) {
            _ if right < TRUSTED => {}
            Some((_, best)) => *best = best.max(right),
            None => told.push((technique, right)),
        }
    }
    told
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
fn refusal(text: &str, layout: &Layout, unit: usize, range: &Range, short: bool) -> Option<&'static str> {
    let told = Told::of(&text[range.clone()]);
    let own_act = || told.tells_of_own_acts() && layout.tells_of_a_trial(text);
    let by_stance = match told.stance(range.len(), || layout.lists_attackers_acts(text, unit)) {
        Stance::Plain if told.supposes() => Some("hypothetical"),
        Stance::Plain => told.aside().or_else(|| own_act().then_some("simulated")),
        Stance::Negated => Some("negated"),
        Stance::Advice => Some("advice-only"),
    };
    // A short text that offers something says of attackers in general what they do.
    let offer = || (short && layout.offers(text)).then_some("product-text");
    let mentioned = || layout.tells_of_attack_itself(text).then_some("mentioned-only");
    by_stance.or_else(|| {
        section_refusal(layout.units[unit].section).or_else(offer).or_else(mentioned).filter(|_| !told.narrates())
    })
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
    let id_of = |index: usize| match index.checked_sub(model.len()) {
        None => model.class(index).id,
        Some(told) => procedures::ALL[told].technique,
    };
    let mut shown: Vec<(usize, Option<Shown>)> = Vec::with_capacity(reading.hits.len());
    for (&index, hits) in &reading.hits {
        let class = (index < model.len()).then(|| model.class(index));
        let counted: Vec<&Hit> = hits.iter().filter(|hit| hit.refused.is_none()).collect();
        let told = |class| by_sentences(&general, class, reading, &counted);
        let by_class = match class {
            Some(class) if class.kind == Kind::Reports => in_report(&general, class, reading, index, &counted)
                .or_else(|| told(None).filter(|_| document::length(reading.sentences) < SHORT)),
            class => told(class),
        };
        shown.push((index, by_class));
    }
    // A word or two that could be a procedure's are in any long text: procedures alone need company there.
    let claimed = || shown.iter().filter_map(|(index, shown)| Some((*index, shown.as_ref()?)));
    let parents: BTreeSet<&str> = claimed().filter_map(|(index, _)| id_of(index).split('.').next()).collect();
    let long = document::length(reading.sentences) >= SHORT;
    let lonely = long && parents.len() < COMPANY && claimed().all(|(_, shown)| shown.told_alone);
    let mut found = Classification { techniques: vec![], actors: vec![], rejections: vec![] };
    for (index, shown) in shown {
        let (id, hits) = (id_of(index), &reading.hits[&index]);
        if let Some(shown) = shown.filter(|_| !lonely) {
            found.techniques.push(technique(id, &shown));
            continue;
        }
        let least = if index < model.len() { enough(model.class(index), reading) } else { f32::INFINITY };
        let speaks = |hit: &&Hit| hit.told > 0.0 || hit.score >= least;
        if let Some(best) = hits.iter().filter(speaks).max_by(|a, b| a.score.total_cmp(&b.score)) {
            found.rejections.push(Rejection {
                kind: "technique".into(),
                value: id.into(),
                span: span(&best.range),
                reason: best.refused.unwrap_or("weak-evidence").into(),
                properties: vec![],
            });
        }
    }
    found.techniques.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

fn technique(id: &str, shown: &Shown) -> Technique {
    let of = |reason: &str, says: bool| says.then(|| reason.to_owned());
    let reasons = [
        of("sentence-model", shown.evidence.iter().any(|hit| hit.told == 0.0 || hit.score >= REMEMBERED)),
        of("procedure", shown.evidence.iter().any(|hit| hit.told > 0.0)),
        of("independent-sentences", shown.evidence.len() > 1),
        of("uncalibrated", shown.uncalibrated),
    ];
    Technique {
        id: id.into(),
        source: "inferred".into(),
        confidence: shown.confidence.round().clamp(1.0, 99.0) as u8,
        evidence: shown.evidence.iter().map(|hit| span(&hit.range)).collect(),
        reasons: reasons.into_iter().flatten().collect(),
        properties: vec![],
    }
}

/// What speaks for a technique, and how sure that makes it, in a hundred.
struct Shown<'r> {
    confidence: f32,
    evidence: Vec<&'r Hit>,
    uncalibrated: bool,
    /// Nothing but procedures says so.
    told_alone: bool,
}

/// The score from which a sentence alone speaks for a technique.
fn enough(class: Class, reading: &Reading) -> f32 {
    match class.kind {
        Kind::Reports => REMEMBERED,
        Kind::Procedures => {
            let long = document::length(reading.sentences);
            class.threshold + (class.threshold_long - class.threshold) * long
        }
    }
}

/// A technique that annotated reports show: by the document's log-odds.
fn in_report<'r>(
    general: &General,
    class: Class,
    reading: &Reading,
    index: usize,
    hits: &[&'r Hit],
) -> Option<Shown<'r>> {
    let inputs = reading.tallies[index].inputs(class.prior, reading.sentences);
    let odds = document::log_odds(&inputs, &general.document);
    let weigh = |hit: &Hit| sentence_odds(general, hit, odds);
    let best = hits.iter().max_by(|a, b| weigh(a).total_cmp(&weigh(b)))?;
    if odds < document_threshold(general, reading.sentences) {
        return None;
    }
    let strong = hits.iter().filter(|hit| weigh(hit) >= general.sentence_threshold);
    let mut evidence: Vec<&Hit> = strong.copied().collect();
    if evidence.is_empty() {
        evidence.push(best);
    }
    Some(Shown { confidence: 100.0 / (1.0 + (-odds).exp()), evidence, uncalibrated: false, told_alone: false })
}

/// The log-odds from which a document of so many sentences shows a technique.
pub fn document_threshold(general: &General, sentences: usize) -> f32 {
    let [short, long] = general.document_thresholds;
    short + (long - short) * document::length(sentences)
}

/// The log-odds that a sentence of a document with these log-odds speaks for the technique.
pub fn sentence_odds(general: &General, hit: &Hit, document: f32) -> f32 {
    let [score, of_document, told, intercept] = general.evidence;
    score * hit.score + of_document * document + told * f32::from(u8::from(hit.told > 0.0)) + intercept
}

/// A technique that no annotated report shows: by its best sentences, each for itself.
fn by_sentences<'r>(general: &General, class: Option<Class>, reading: &Reading, hits: &[&'r Hit]) -> Option<Shown<'r>> {
    let scored = |hit: &&&Hit| class.is_some_and(|class| hit.score >= enough(class, reading));
    let evidence: Vec<&Hit> = hits.iter().filter(|hit| hit.told > 0.0 || scored(hit)).copied().collect();
    let [slope, intercept] = general.worth;
    let worth = |right: f32| 1.0 / (1.0 + (-(slope * (right / (1.0 - right)).ln() + intercept)).exp());
    // What a procedure is worth was measured on whole reports: more sentences that tell one add nothing.
    let best = evidence.iter().map(|hit| hit.told).fold(0.0, f32::max);
    let told = if best > 0.0 { (100.0 * worth(best)).min(TOLD_MOST) } else { 0.0 };
    let least = TOLD_LEAST[0] + (TOLD_LEAST[1] - TOLD_LEAST[0]) * document::length(reading.sentences);
    let modelled = match class {
        Some(class) if hits.iter().any(|hit| scored(&hit)) => (100.0 * class.prior).min(UNCALIBRATED_MOST),
        _ => 0.0,
    };
    let confidence = told.max(modelled);
    let (uncalibrated, told_alone) = (told <= modelled, modelled == 0.0);
    (modelled > 0.0 || told >= least).then_some(Shown { confidence, evidence, uncalibrated, told_alone })
}

fn span(range: &Range) -> Span {
    Span { start: range.start as u32, end: range.end as u32 }
}
