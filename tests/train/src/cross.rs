//! Cross-validation by report: every fold's model reads reports that it has not seen, through the plugin's own code;
//! thresholds and calibration come from the other folds.

use crate::calibrate::{Calibration, calibrate};
use crate::data::{Procedure, Report, first_rows};
use crate::examples::{Examples, Origin};
use crate::excerpts::{Excerpt, of_procedures, of_report};
use crate::fit::fit;
use attack_model::model::{Class, Kind, Model};
use attack_model::score::Scorer;
use attack_model::write::{Quantised, write};
use attack_model::{Reading, read};
use huntsmith_sdk::classifier::Classification;
use huntsmith_sdk::testing::content;
use std::collections::BTreeSet;

/// A fold's weights, and what each report looked like to the model that had not seen it.
pub struct OutOfFold {
    pub folds: Vec<Vec<(Quantised, f32)>>,
    pub readings: Vec<Reading>,
    /// By report: what stretches of it looked like; and by fold, what short texts of procedure sentences did.
    pub excerpts: Vec<Vec<Excerpt>>,
    pub told: Vec<Vec<Excerpt>>,
    /// By class that no report is annotated with: scores of unseen procedure sentences.
    pub procedures: Vec<Vec<(f32, bool)>>,
}

/// The model's bytes, with the classes for which `kept` holds.
pub fn assemble(
    examples: &Examples,
    fitted: &[(Quantised, f32)],
    calibration: &Calibration,
    kept: impl Fn(usize) -> bool,
) -> Vec<u8> {
    let numbers: Vec<usize> = (0..examples.classes.len()).filter(|index| kept(*index)).collect();
    let class = |index: &usize| {
        let (class, (weights, bias)) = (&examples.classes[*index], &fitted[*index]);
        let [threshold, threshold_long] = calibration.thresholds.get(*index).copied().unwrap_or_default();
        Class {
            id: &class.id,
            bias: *bias,
            scale: weights.scale,
            threshold,
            threshold_long,
            prior: calibration.priors.get(*index).copied().unwrap_or(0.0),
            kind: if class.in_reports { Kind::Reports } else { Kind::Procedures },
        }
    };
    let classes: Vec<Class> = numbers.iter().map(class).collect();
    write(&calibration.general, &classes, numbers.iter().map(|index| &fitted[*index].0), &examples.told)
}

/// Trains a model a fold and reads what it has not seen.
pub fn out_of_fold(
    examples: &Examples,
    reports: &[Report],
    procedures: &[Procedure],
    fold: &[usize],
    count: usize,
) -> OutOfFold {
    let mut found = OutOfFold {
        folds: vec![],
        readings: vec![Reading::default(); reports.len()],
        excerpts: vec![vec![]; reports.len()],
        told: vec![],
        procedures: vec![vec![]; examples.classes.len()],
    };
    let firsts = first_rows(reports);
    for held in 0..count {
        let fitted = fit(examples, &|origin, in_reports| match origin {
            Origin::Report(report) => fold[*report] == held,
            Origin::Procedure { fold: own, cites, sampled } => {
                cites.iter().any(|report| fold[*report] == held) || (*sampled || !in_reports) && *own == held
            }
        });
        let bytes = assemble(examples, &fitted, &Calibration::default(), |_| true);
        let model = Model::read(&bytes).expect("a model that was just written");
        for (index, report) in reports.iter().enumerate().filter(|(index, _)| fold[*index] == held) {
            found.readings[index] = read(&model, &content(&report.text));
            let labels = &examples.labels[firsts[index]..firsts[index] + report.sentences.len()];
            found.excerpts[index] = of_report(report, labels, |text| read(&model, &content(text)));
        }
        let mut scorer = Scorer::new(&model);
        let first = examples.rows.len() - procedures.len();
        for (index, procedure) in procedures.iter().enumerate() {
            let row = first + index;
            if !matches!(examples.origins[row], Origin::Procedure { fold, .. } if fold == held) {
                continue;
            }
            scorer.score([procedure.text.as_str()].into_iter(), |_, scores| {
                for (class, score) in scores.iter().enumerate() {
                    let number = class as u16;
                    if !examples.classes[class].in_reports && !examples.unknown[row].contains(&number) {
                        found.procedures[class].push((*score, examples.labels[row].contains(&number)));
                    }
                }
            });
        }
        let sampled = procedures.iter().enumerate().filter_map(|(index, procedure)| {
            let row = first + index;
            let sampled =
                matches!(examples.origins[row], Origin::Procedure { fold, sampled: true, .. } if fold == held);
            sampled.then(|| (procedure, &examples.labels[row][..], &examples.unknown[row][..]))
        });
        found.told.push(of_procedures(sampled, |text| read(&model, &content(text))));
        eprintln!("fold {} of {count} trained and read", held + 1);
        found.folds.push(fitted);
    }
    found
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
        let calibration = calibrate(examples, found, reports, &used, ids, Some(held));
        let bytes = assemble(examples, fitted, &calibration, |_| true);
        let model = Model::read(&bytes).expect("a model that was just written");
        for report in (0..reports.len()).filter(|r| fold[*r] == held) {
            all[report] = Some(attack_model::conclude(&model, &found.readings[report]));
        }
    }
    all.into_iter().flatten().collect()
}
