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
    /// 2.5th and 97.5th percentile over resampled documents, of micro precision, recall and F1, then of the means.
    pub intervals: [(f64, f64); 6],
}

impl Figures {
    /// That of micro F1.
    pub fn interval(&self) -> (f64, f64) {
        self.intervals[2]
    }
}

const RESAMPLES: usize = 1_000;

/// Counts by label over chosen documents; `documents` hold labels by their number, of which there are `labels`.
fn sums(documents: &[Vec<(usize, Counts)>], labels: usize, chosen: impl Iterator<Item = usize>) -> Vec<Counts> {
    let mut sums = vec![Counts::default(); labels];
    for document in chosen {
        for (label, counts) in &documents[document] {
            sums[*label] = sums[*label].plus(*counts);
        }
    }
    sums
}

/// Micro precision, recall and F1, and their means over the labels that were wanted.
fn summary(sums: &[Counts]) -> (Counts, [f64; 6]) {
    let micro = sums.iter().fold(Counts::default(), |a, b| a.plus(*b));
    let wanted: Vec<Counts> = sums.iter().filter(|c| c.right + c.missed > 0).copied().collect();
    let mean = |of: fn(Counts) -> f64| wanted.iter().map(|c| of(*c)).sum::<f64>() / wanted.len().max(1) as f64;
    let means = [mean(Counts::precision), mean(Counts::recall), mean(Counts::f1)];
    (micro, [micro.precision(), micro.recall(), micro.f1(), means[0], means[1], means[2]])
}

/// Sums documents up.
pub fn figures(documents: &[Document]) -> Figures {
    let labels: BTreeSet<&String> = documents.iter().flat_map(|document| document.keys()).collect();
    let numbers: BTreeMap<&String, usize> =
        labels.into_iter().enumerate().map(|(number, label)| (label, number)).collect();
    let numbered = |document: &Document| document.iter().map(|(label, counts)| (numbers[label], *counts)).collect();
    let all: Vec<Vec<(usize, Counts)>> = documents.iter().map(numbered).collect();
    let count = all.len();
    let (micro, [.., precision, recall, f1]) = summary(&sums(&all, numbers.len(), 0..count));
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |_| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % count as u64) as usize
    };
    let resampled: Vec<[f64; 6]> = (0..if count == 0 { 0 } else { RESAMPLES })
        .map(|_| summary(&sums(&all, numbers.len(), (0..count).map(&mut draw))).1)
        .collect();
    let intervals = std::array::from_fn(|figure| {
        let mut values: Vec<f64> = resampled.iter().map(|sample| sample[figure]).collect();
        values.sort_by(f64::total_cmp);
        let at = |part: f64| values.get((values.len() as f64 * part) as usize).copied().unwrap_or(0.0);
        (at(0.025), at(0.975))
    });
    Figures { micro, means: [precision, recall, f1], intervals }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let micro = [self.micro.precision(), self.micro.recall(), self.micro.f1()];
        for (name, values, intervals) in
            [("micro", micro, &self.intervals[..3]), ("  macro", self.means, &self.intervals[3..])]
        {
            write!(f, "{name}")?;
            for ((figure, value), (low, high)) in ["P", "R", "F1"].into_iter().zip(values).zip(intervals) {
                write!(f, " {figure} {value:.3} [{low:.3}, {high:.3}]")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, compare, figures};
    use std::collections::BTreeSet;

    fn document(found: &[&str], wanted: &[&str]) -> Document {
        let set = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect::<BTreeSet<_>>();
        compare(&set(found), &set(wanted))
    }

    #[test]
    fn micro_counts_claims_and_macro_labels() {
        let documents = [document(&["a", "b"], &["a"]), document(&["a"], &["a", "c"])];
        let figures = figures(&documents);
        assert_eq!((figures.micro.right, figures.micro.wrong, figures.micro.missed), (2, 1, 1));
        // `b` was never wanted: it lowers the micro figures and is no label of the macro ones.
        assert_eq!(figures.means, [0.5, 0.5, 0.5]);
        // Two documents that are as good as each other vary in nothing; a third, all wrong, makes an interval.
        assert_eq!(figures.interval(), (figures.micro.f1(), figures.micro.f1()));
        let [first, second] = documents;
        let varied = super::figures(&[first, second, document(&["a"], &["b"])]);
        let (low, high) = varied.interval();
        assert!(0.0 <= low && low < varied.micro.f1() && varied.micro.f1() < high && high <= 1.0, "{low} {high}");
        assert!(super::figures(&[]).intervals.iter().all(|interval| *interval == (0.0, 0.0)));
    }
}
