//! Calibration: what a document's inputs are worth, what a sentence's are, and from where on something is claimed.

use crate::cross::OutOfFold;
use crate::data::{Report, first_rows};
use crate::examples::Examples;
use crate::judge::overlap;
use crate::logistic::Logistic;
use attack_model::document::{INPUTS, log_odds};
use attack_model::model::{EVIDENCE, General};
use attack_model::{Hit, Reading, sentence_odds};
use std::collections::BTreeSet;

/// A stretch of a report counts so much beside a whole one.
const EXCERPT: f64 = 0.3;

/// Everything but the weights that a model needs.
pub struct Calibration {
    pub general: General,
    pub priors: Vec<f32>,
    /// By class: the least score of a sentence in a short text, and in a long report.
    pub thresholds: Vec<[f32; 2]>,
}

impl Calibration {
    /// Whether a class can ever be claimed: a threshold that no unseen sentence of its own reached is none.
    pub fn reaches(&self, class: usize) -> bool {
        self.thresholds[class].iter().all(|threshold| threshold.is_finite())
    }
}

impl Default for Calibration {
    fn default() -> Self {
        let general = General {
            document: [0.0; INPUTS + 1],
            evidence: [0.0; EVIDENCE + 1],
            sentence_threshold: 0.0,
            document_thresholds: [0.0; 2],
            worth: [1.0, 0.0],
        };
        Calibration { general, priors: vec![], thresholds: vec![] }
    }
}

/// Fits calibration and thresholds on the reports that `used` names, and on short texts of procedure sentences but for
/// those of the fold that is held out.
pub fn calibrate(
    examples: &Examples,
    found: &OutOfFold,
    reports: &[Report],
    used: &[usize],
    ids: &[BTreeSet<String>],
    held_out: Option<usize>,
) -> Calibration {
    let classes = &examples.classes;
    let annotated: Vec<usize> = (0..classes.len()).filter(|c| classes[*c].in_reports).collect();
    let mut priors = vec![0.0; classes.len()];
    for class in &annotated {
        let shown = used.iter().filter(|r| ids[**r].contains(&classes[*class].id)).count() as f32;
        priors[*class] = ((shown + 0.5) / (used.len() as f32 - shown + 0.5)).ln();
    }
    let row = |reading: &Reading, class: usize, shown: bool, weight: f64| {
        let inputs = reading.tallies[class].inputs(priors[class], reading.sentences);
        (inputs.iter().map(|x| f64::from(*x)).collect::<Vec<_>>(), shown, weight)
    };
    let mut rows = Vec::new();
    for report in used {
        for class in &annotated {
            rows.push(row(&found.readings[*report], *class, ids[*report].contains(&classes[*class].id), 1.0));
        }
    }
    let whole = rows.len();
    let stretches = used.iter().flat_map(|report| &found.excerpts[*report]);
    let told = found.told.iter().enumerate().filter(|(fold, _)| Some(*fold) != held_out).flat_map(|(_, told)| told);
    for excerpt in stretches.chain(told) {
        for class in &annotated {
            rows.extend(excerpt.shows(*class).map(|shown| row(&excerpt.reading, *class, shown, EXCERPT)));
        }
    }
    let document = Logistic::fit(&rows, 2.0);
    let odds: Vec<(f32, bool)> = rows.iter().map(|(row, label, _)| (document.logit(row) as f32, *label)).collect();
    let (long, short) = odds.split_at(whole);
    let mut general = General {
        document: std::array::from_fn(|i| document.of[i] as f32),
        document_thresholds: [best_threshold(short.to_vec(), 0), best_threshold(long.to_vec(), 0)],
        worth: worth(found, used, &annotated, examples, ids),
        ..Calibration::default().general
    };
    let (sentences, missed) = sentences(examples, found, reports, used, &annotated, &general, &priors);
    let inputs: Vec<_> = sentences
        .iter()
        .map(|(hit, document, label)| (vec![f64::from(hit.score), f64::from(*document), tells(hit)], *label, 1.0))
        .collect();
    let evidence = Logistic::fit(&inputs, 1e-3);
    general.evidence = std::array::from_fn(|i| evidence.of[i] as f32);
    let odds = sentences
        .iter()
        .filter(|(_, document, _)| *document >= general.document_thresholds[1])
        .map(|(hit, document, label)| (sentence_odds(&general, hit, *document), *label))
        .collect();
    general.sentence_threshold = best_threshold(odds, missed);
    let mut thresholds = vec![[0.0; 2]; classes.len()];
    for class in (0..classes.len()).filter(|c| !classes[*c].in_reports) {
        (thresholds[class], priors[class]) = procedure_threshold(found, class, used);
    }
    Calibration { general, priors, thresholds }
}

fn tells(hit: &Hit) -> f64 {
    f64::from(u8::from(hit.told > 0.0))
}

/// What a procedure is worth in a report: how often the technique of the best that is told is annotated, by how often it is
/// right by ATT&CK.
fn worth(
    found: &OutOfFold,
    used: &[usize],
    annotated: &[usize],
    examples: &Examples,
    ids: &[BTreeSet<String>],
) -> [f32; 2] {
    let mut rows = Vec::new();
    for report in used {
        for class in annotated {
            let hits = found.readings[*report].hits.get(class).map_or(&[][..], Vec::as_slice);
            let best = hits.iter().filter(|hit| hit.refused.is_none()).map(|hit| hit.told).fold(0.0, f32::max);
            if best > 0.0 {
                let shown = ids[*report].contains(&examples.classes[*class].id);
                rows.push((vec![f64::from((best / (1.0 - best)).ln())], shown, 1.0));
            }
        }
    }
    let fitted = Logistic::fit(&rows, 1.0);
    [fitted.of[0] as f32, fitted.of[1] as f32]
}

/// Each remembered pair of an annotated sentence and a technique: its best hit, the document's log-odds, and whether it is
/// annotated with it; and how many annotated pairs are not remembered.
fn sentences<'f>(
    examples: &Examples,
    found: &'f OutOfFold,
    reports: &[Report],
    used: &[usize],
    annotated: &[usize],
    general: &General,
    priors: &[f32],
) -> (Vec<(&'f Hit, f32, bool)>, usize) {
    let first = first_rows(reports);
    let (mut scores, mut missed) = (Vec::new(), 0);
    for report in used {
        let reading = &found.readings[*report];
        for class in annotated {
            let hits = reading.hits.get(class).map_or(&[][..], Vec::as_slice);
            let inputs = reading.tallies[*class].inputs(priors[*class], reading.sentences);
            let odds = log_odds(&inputs, &general.document);
            for (index, sentence) in reports[*report].sentences.iter().enumerate() {
                let label = examples.labels[first[*report] + index].contains(&(*class as u16));
                let best = hits
                    .iter()
                    .filter(|hit| {
                        hit.refused.is_none() && overlap((hit.range.start, hit.range.end), (sentence.s, sentence.e))
                    })
                    .max_by(|a, b| a.score.total_cmp(&b.score));
                missed += usize::from(label && (best.is_none() || odds < general.document_thresholds[1]));
                scores.extend(best.map(|hit| (hit, odds, label)));
            }
        }
    }
    (scores, missed)
}

/// The score from which F1 is best; `missed` positives are out of reach.
fn best_threshold(mut scores: Vec<(f32, bool)>, missed: usize) -> f32 {
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = missed + scores.iter().filter(|(_, label)| *label).count();
    let (mut right, mut best, mut threshold) = (0, 0.0, f32::INFINITY);
    for (index, (score, label)) in scores.iter().enumerate() {
        right += usize::from(*label);
        let next = scores.get(index + 1).map(|(next, _)| *next);
        let f1 = 2.0 * right as f64 / (index + 1 + positives) as f64;
        if f1 > best && next != Some(*score) {
            (best, threshold) = (f1, next.map_or(*score, |next| (score + next) / 2.0));
        }
    }
    threshold
}

/// Least precision on unseen procedure sentences for a technique that no report is annotated with.
pub const PRECISION: f32 = 0.8;
/// Such a technique needs this part of its unseen procedure sentences to be found there; else only words that define it
/// speak for it.
const RECALL: f32 = 0.05;
/// So many unseen reports out of a hundred may show it at most, as far as anybody knows.
const SHOWN_MOST: usize = 8;

/// The thresholds, and the precision on procedure sentences at the first.
fn procedure_threshold(found: &OutOfFold, class: usize, used: &[usize]) -> ([f32; 2], f32) {
    let mut scores = found.procedures[class].clone();
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut right = 0;
    let least = RECALL * scores.iter().filter(|(_, label)| *label).count() as f32;
    let (mut threshold, mut precision) = (f32::INFINITY, 0.0);
    for (index, (score, label)) in scores.iter().enumerate() {
        right += usize::from(*label);
        // One more of each kind than was seen: a few examples are no proof.
        let at_least = right as f32 / (index + 2) as f32;
        if at_least >= PRECISION && right as f32 >= least {
            (threshold, precision) = (*score, at_least);
        }
    }
    let mut shown: Vec<f32> = used
        .iter()
        .filter_map(|report| found.readings[*report].hits.get(&class))
        .filter_map(|hits| hits.iter().filter(|h| h.refused.is_none()).map(|h| h.score).max_by(f32::total_cmp))
        .collect();
    shown.sort_by(|a, b| b.total_cmp(a));
    let limit = shown.get(used.len() * SHOWN_MOST / 100).copied().unwrap_or(-1.0);
    ([threshold, threshold.max(limit + 1e-3)], precision)
}
