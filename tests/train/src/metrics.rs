//! Precision, recall and F1 over sets of labels, micro and macro, with bootstrap intervals over documents.

use std::collections::{BTreeMap, BTreeSet};

/// Right, wrong and missed of one label in one document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub right: usize,
    pub wrong: usize,
    pub missed: usize,
}

impl Counts {
    pub fn precision(self) -> f64 {
        ratio(self.right, self.right + self.wrong)
    }

    pub fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }

    pub fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }

    fn plus(self, other: Counts) -> Counts {
        Counts { right: self.right + other.right, wrong: self.wrong + other.wrong, missed: self.missed + other.missed }
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// One document's counts by label.
pub type Document = BTreeMap<String, Counts>;

/// Counts two sets of labels against each other.
pub fn compare(found: &BTreeSet<String>, wanted: &BTreeSet<String>) -> Document {
    let mut counts = Document::new();
    for label in found.union(wanted) {
        let entry = counts.entry(label.clone()).or_default();
        match (found.contains(label), wanted.contains(label)) {
            (true, true) => entry.right += 1,
            (true, false) => entry.wrong += 1,
            _ => entry.missed += 1,
        }
    }
    counts
}

/// Figures over documents.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub micro: Counts,
    /// Means over the labels that were wanted: precision, recall, F1.
    pub means: [f64; 3],
    /// 2.5th and 97.5th percentile of micro F1 over resampled documents.
    pub interval: (f64, f64),
}

const RESAMPLES: usize = 1_000;

/// Sums documents up.
pub fn figures(documents: &[Document]) -> Figures {
    let micro_of = |document: &Document| document.values().fold(Counts::default(), |a, b| a.plus(*b));
    let each: Vec<Counts> = documents.iter().map(micro_of).collect();
    let mut by_label: BTreeMap<&str, Counts> = BTreeMap::new();
    for (label, counts) in documents.iter().flatten() {
        let entry = by_label.entry(label).or_default();
        *entry = entry.plus(*counts);
    }
    let labels: Vec<Counts> = by_label.into_values().filter(|c| c.right + c.missed > 0).collect();
    let mean = |of: fn(Counts) -> f64| labels.iter().map(|c| of(*c)).sum::<f64>() / labels.len().max(1) as f64;
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut samples: Vec<f64> = (0..if each.is_empty() { 0 } else { RESAMPLES })
        .map(|_| {
            let sum = (0..each.len()).fold(Counts::default(), |sum, _| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                sum.plus(each[(seed % each.len() as u64) as usize])
            });
            sum.f1()
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    let at = |part: f64| samples.get((samples.len() as f64 * part) as usize).copied().unwrap_or(0.0);
    Figures {
        micro: each.iter().fold(Counts::default(), |a, b| a.plus(*b)),
        means: [mean(Counts::precision), mean(Counts::recall), mean(Counts::f1)],
        interval: (at(0.025), at(0.975)),
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let c = self.micro;
        write!(
            f,
            "micro P {:.3} R {:.3} F1 {:.3} [{:.3}, {:.3}]  macro P {:.3} R {:.3} F1 {:.3}",
            c.precision(),
            c.recall(),
            c.f1(),
            self.interval.0,
            self.interval.1,
            self.means[0],
            self.means[1],
            self.means[2]
        )
    }
}
