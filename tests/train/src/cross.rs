//! Cross-validation by report: every fold's model reads reports that it has not seen, through the plugin's own code;
//! thresholds and calibration come from the other folds.

use crate::data::Report;
use crate::examples::{Examples, Origin};
use crate::fit::fit;
use crate::judge::{article, overlap};
use crate::logistic::Logistic;
use attack_model::document::INPUTS;
use attack_model::model::{Class, General, Kind, Model, Quantised, write};
use attack_model::score::Scorer;
use attack_model::{Reading, read};
use huntsmith_sdk::classifier::Classification;
use std::collections::BTreeSet;

/// A fold's weights, and what each report looked like to the model that had not seen it.
pub struct OutOfFold {
    pub folds: Vec<Vec<(Quantised, f32)>>,
    pub readings: Vec<Reading>,
    /// By class that no report is annotated with: scores of unseen procedure sentences.
    pub procedures: Vec<Vec<(f32, bool)>>,
}

/// Everything but the weights that a model needs.
pub struct Calibration {
    pub general: General,
    pub priors: Vec<f32>,
    pub thresholds: Vec<f32>,
}

impl Default for Calibration {
    fn default() -> Self {
        let general = General {
            document: [0.0; INPUTS + 1],
            evidence: [1.0, 0.0],
            sentence_threshold: 0.0,
            document_threshold: 0.0,
        };
        Calibration { general, priors: vec![], thresholds: vec![] }
    }
}

/// The model's bytes.
pub fn assemble(examples: &Examples, fitted: &[(Quantised, f32)], calibration: &Calibration) -> Vec<u8> {
    let classes: Vec<Class> = examples
        .classes
        .iter()
        .enumerate()
        .map(|(index, class)| Class {
            id: &class.id,
            bias: fitted[index].1,
            scale: fitted[index].0.scale,
            threshold: calibration.thresholds.get(index).copied().unwrap_or(0.0),
            prior: calibration.priors.get(index).copied().unwrap_or(0.0),
            kind: if class.in_reports { Kind::Reports } else { Kind::Procedures },
        })
        .collect();
    write(&calibration.general, &classes, fitted.iter().map(|(weights, _)| weights))
}

/// Trains a model a fold and reads what it has not seen.
pub fn out_of_fold(
    examples: &Examples,
    reports: &[Report],
    texts: &[String],
    fold: &[usize],
    count: usize,
) -> OutOfFold {
    let mut found = OutOfFold {
        folds: vec![],
        readings: vec![Reading::default(); reports.len()],
        procedures: vec![vec![]; examples.classes.len()],
    };
    for held in 0..count {
        let fitted = fit(examples, &|origin, in_reports| match origin {
            Origin::Report(report) => fold[*report] == held,
            Origin::Procedure { fold: own, cites } => {
                cites.iter().any(|report| fold[*report] == held) || !in_reports && *own == held
            }
        });
        let bytes = assemble(examples, &fitted, &Calibration::default());
        let model = Model::read(&bytes).expect("a model that was just written");
        for (index, report) in reports.iter().enumerate().filter(|(index, _)| fold[*index] == held) {
            found.readings[index] = read(&model, &article(&report.text).content);
        }
        let mut scorer = Scorer::new(&model);
        let first = examples.rows.len() - texts.len();
        for (index, text) in texts.iter().enumerate() {
            let row = first + index;
            if !matches!(examples.origins[row], Origin::Procedure { fold, .. } if fold == held) {
                continue;
            }
            scorer.score([text.as_str()].into_iter(), |_, scores| {
                for (class, score) in scores.iter().enumerate() {
                    let number = class as u16;
                    if !examples.classes[class].in_reports && !examples.unknown[row].contains(&number) {
                        found.procedures[class].push((*score, examples.labels[row].contains(&number)));
                    }
                }
            });
        }
        eprintln!("fold {} of {count} trained and read", held + 1);
        found.folds.push(fitted);
    }
    found
}

/// Fits calibration and thresholds on the reports that `used` names.
pub fn calibrate(
    examples: &Examples,
    found: &OutOfFold,
    reports: &[Report],
    used: &[usize],
    ids: &[BTreeSet<String>],
) -> Calibration {
    let classes = &examples.classes;
    let annotated: Vec<usize> = (0..classes.len()).filter(|c| classes[*c].in_reports).collect();
    let mut priors = vec![0.0; classes.len()];
    for class in &annotated {
        let shown = used.iter().filter(|r| ids[**r].contains(&classes[*class].id)).count() as f32;
        priors[*class] = ((shown + 0.5) / (used.len() as f32 - shown + 0.5)).ln();
    }
    let rows: Vec<(Vec<f64>, bool, f64)> = used
        .iter()
        .flat_map(|report| annotated.iter().map(move |class| (*report, *class)))
        .map(|(report, class)| {
            let inputs = found.readings[report].tallies[class].inputs(priors[class]);
            (inputs.iter().map(|x| f64::from(*x)).collect(), ids[report].contains(&classes[class].id), 1.0)
        })
        .collect();
    let document = Logistic::fit(&rows, 2.0);
    let odds: Vec<(f32, bool)> = rows.iter().map(|(row, label, _)| (document.logit(row) as f32, *label)).collect();
    let sentences = sentence_scores(examples, found, reports, used, &annotated);
    let evidence: Vec<_> = sentences.iter().map(|(score, label)| (vec![f64::from(*score)], *label, 1.0)).collect();
    let evidence = Logistic::fit(&evidence, 1e-3);
    let missed = 0;
    let general = General {
        document: std::array::from_fn(|i| document.of[i] as f32),
        evidence: [evidence.of[0] as f32, evidence.of[1] as f32],
        sentence_threshold: best_threshold(sentences, missed),
        document_threshold: best_threshold(odds, 0),
    };
    let mut thresholds = vec![0.0; classes.len()];
    for class in (0..classes.len()).filter(|c| !classes[*c].in_reports) {
        (thresholds[class], priors[class]) = procedure_threshold(found, class, used);
    }
    Calibration { general, priors, thresholds }
}

/// The best score of each annotated or remembered pair of sentence and technique.
fn sentence_scores(
    examples: &Examples,
    found: &OutOfFold,
    reports: &[Report],
    used: &[usize],
    annotated: &[usize],
) -> Vec<(f32, bool)> {
    let first: Vec<usize> = reports
        .iter()
        .scan(0, |at, report| {
            let here = *at;
            *at += report.sentences.len();
            Some(here)
        })
        .collect();
    let mut scores = Vec::new();
    for report in used {
        for class in annotated {
            let hits = found.readings[*report].hits.get(class).map_or(&[][..], Vec::as_slice);
            for (index, sentence) in reports[*report].sentences.iter().enumerate() {
                let label = examples.labels[first[*report] + index].contains(&(*class as u16));
                let score = hits
                    .iter()
                    .filter(|hit| {
                        hit.refused.is_none() && overlap((hit.range.start, hit.range.end), (sentence.s, sentence.e))
                    })
                    .map(|hit| hit.score)
                    .max_by(f32::total_cmp);
                if label || score.is_some() {
                    scores.push((score.unwrap_or(-1.0), label));
                }
            }
        }
    }
    scores
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
const PRECISION: f32 = 0.8;
/// So many unseen reports out of a hundred may show it at most, as far as anybody knows.
const SHOWN_MOST: usize = 8;

/// The threshold and the precision there.
fn procedure_threshold(found: &OutOfFold, class: usize, used: &[usize]) -> (f32, f32) {
    let mut scores = found.procedures[class].clone();
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut right = 0;
    let (mut threshold, mut precision) = (f32::INFINITY, 0.0);
    for (index, (score, label)) in scores.iter().enumerate() {
        right += usize::from(*label);
        // One more of each kind than was seen: a few examples are no proof.
        let at_least = right as f32 / (index + 2) as f32;
        if at_least >= PRECISION {
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
    (threshold.max(limit + 1e-3), precision)
}

/// What each report shows, by the model of its fold and the calibration of the other folds.
pub fn classifications(
    examples: &Examples,
    found: &OutOfFold,
    reports: &[Report],
    fold: &[usize],
    ids: &[BTreeSet<String>],
) -> Vec<Classification> {
    let mut all: Vec<Option<Classification>> = vec![None; reports.len()];
    for (held, fitted) in found.folds.iter().enumerate() {
        let used: Vec<usize> = (0..reports.len()).filter(|r| fold[*r] != held).collect();
        let calibration = calibrate(examples, found, reports, &used, ids);
        let bytes = assemble(examples, fitted, &calibration);
        let model = Model::read(&bytes).expect("a model that was just written");
        for report in (0..reports.len()).filter(|r| fold[*r] == held) {
            all[report] = Some(attack_model::conclude(&model, &found.readings[report]));
        }
    }
    all.into_iter().flatten().collect()
}
