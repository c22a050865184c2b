//! Trains the classes and cuts their weights down to what the component carries.

use crate::examples::{Examples, Origin};
use crate::linear::{Settings, Weights, train};
use attack_model::features::{BUCKETS, OWN_BUCKETS};
use attack_model::model::STEPS;
use attack_model::write::Quantised;

/// Chosen by cross-validation over the 120 reports; `CARD.md` has the figures.
const SETTINGS: Settings = Settings { cost: 0.5, positive: 2.0, passes: 12 };
/// Weight of a procedure sentence beside a report's, where it is an example and where it is a counter-example.
const PROCEDURE_POSITIVE: f32 = 0.5;
const PROCEDURE_NEGATIVE: f32 = 0.3;
/// Weight of a report's sentence as a counter-example to a technique that nobody looked for in it.
const UNSEEN_NEGATIVE: f32 = 0.15;
/// So many weights are kept of a class.
const KEPT_REPORTS: usize = 5_000;
const KEPT_PROCEDURES: usize = 800;

/// Trains every class for which `wanted` holds, on the rows that `held_out` does not hold back from it.
pub fn fit(examples: &Examples, held_out: &(impl Fn(&Origin, bool) -> bool + Sync)) -> Vec<(Quantised, f32)> {
    let classes = examples.classes.len();
    let threads = 2;
    let mut all: Vec<Option<(Quantised, f32)>> = (0..classes).map(|_| None).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || {
                    (first..classes)
                        .step_by(threads)
                        .map(|class| (class, fit_class(examples, class, held_out)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        for worker in workers {
            for (class, fitted) in worker.join().expect("a training thread ends") {
                all[class] = Some(fitted);
            }
        }
    });
    all.into_iter().flatten().collect()
}

fn fit_class(examples: &Examples, class: usize, held_out: &impl Fn(&Origin, bool) -> bool) -> (Quantised, f32) {
    let in_reports = examples.classes[class].in_reports;
    let number = class as u16;
    let chosen: Vec<(u32, bool, f32)> = (0..examples.rows.len())
        .filter(|row| !held_out(&examples.origins[*row], in_reports))
        .filter(|row| in_reports || !examples.unknown[*row].contains(&number))
        .map(|row| {
            let positive = examples.labels[row].contains(&number);
            let weight = match (&examples.origins[row], positive) {
                (Origin::Report(_), _) if in_reports => 1.0,
                (Origin::Report(_), _) => UNSEEN_NEGATIVE,
                (Origin::Procedure { .. }, true) => PROCEDURE_POSITIVE,
                (Origin::Procedure { .. }, false) => PROCEDURE_NEGATIVE,
            };
            (row as u32, positive, weight)
        })
        .collect();
    let mut weights = train(&examples.rows, BUCKETS as usize, &chosen, SETTINGS);
    if !in_reports {
        // Procedure sentences stand alone: what stands beside a sentence says of them only where none was.
        weights.of[OWN_BUCKETS as usize..].fill(0.0);
    }
    let kept = if in_reports { KEPT_REPORTS } else { KEPT_PROCEDURES };
    (quantise(&weights, kept), weights.bias)
}

/// Keeps the `kept` largest weights, each as the square of a step, so that small ones keep their difference.
fn quantise(weights: &Weights, kept: usize) -> Quantised {
    let mut order: Vec<(u32, f32)> =
        weights.of.iter().enumerate().filter(|(_, w)| **w != 0.0).map(|(f, w)| (f as u32, *w)).collect();
    order.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    order.truncate(kept);
    let largest = order.first().map_or(1.0, |(_, weight)| weight.abs());
    let scale = largest / (STEPS * STEPS) as f32;
    let mut weights: Vec<(u32, i8)> = order
        .iter()
        .map(|(feature, weight)| (*feature, ((weight.abs() / scale).sqrt().round() * weight.signum()) as i8))
        .filter(|(_, weight)| *weight != 0)
        .collect();
    weights.sort_unstable();
    Quantised { weights, scale }
}
