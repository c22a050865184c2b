//! Measures what an extractor finds against labelled texts: precision, recall and F1 by type, every error, and the same
//! on a copy in which every labelled value is a random one.

pub mod native;
pub mod randomise;
pub mod table;

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Values by type.
pub type Values = BTreeMap<String, BTreeSet<String>>;

/// A labelled text.
#[derive(Debug, Clone, Deserialize)]
pub struct Sample {
    pub id: String,
    pub text: String,
    /// Must be found.
    pub expected: Values,
    /// May be found: other readings, values that are well known.
    #[serde(default)]
    pub optional: Values,
    /// The types that are labelled; others are not counted.
    pub types: Vec<String>,
}

/// What an extractor reported for a text; the form of `huntsmith extract --jsonl`.
#[derive(Debug, Clone, Deserialize)]
pub struct Extracted {
    pub id: String,
    pub indicators: Vec<Reported>,
    /// What was turned away.
    #[serde(default)]
    pub rejected: Vec<Rejected>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Reported {
    pub kind: String,
    pub value: String,
    /// Why it has its role.
    #[serde(default)]
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Rejected {
    pub kind: String,
    pub value: String,
    pub reason: String,
}

/// Right, superfluous and missing values of one type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub right: usize,
    pub superfluous: usize,
    pub missing: usize,
}

impl Count {
    pub fn precision(self) -> f64 {
        ratio(self.right, self.right + self.superfluous)
    }

    pub fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missing)
    }

    pub fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.superfluous + self.missing)
    }

    fn add(&mut self, other: Count) {
        self.right += other.right;
        self.superfluous += other.superfluous;
        self.missing += other.missing;
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// One wrong answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub id: String,
    pub kind: String,
    pub value: String,
    /// Reported and wrong; else expected and missing.
    pub superfluous: bool,
    /// The extractor's own reasons for it.
    pub reasons: Vec<String>,
}

/// The whole measurement.
#[derive(Debug, Default)]
pub struct Score {
    pub by_type: BTreeMap<String, Count>,
    pub mistakes: Vec<Mistake>,
}

impl Score {
    /// All types together.
    pub fn micro(&self) -> Count {
        let mut all = Count::default();
        for count in self.by_type.values() {
            all.add(*count);
        }
        all
    }
}

/// Compares what was reported with what is labelled; a text that nothing was reported for counts as empty.
pub fn score(samples: &[Sample], extracted: &[Extracted]) -> Score {
    let reported: BTreeMap<&str, &Extracted> = extracted.iter().map(|one| (one.id.as_str(), one)).collect();
    let mut score = Score::default();
    for sample in samples {
        let mut found = Values::new();
        let answer = reported.get(sample.id.as_str()).copied();
        for indicator in answer.map_or(&[][..], |one| &one.indicators) {
            found.entry(indicator.kind.clone()).or_default().insert(normal(&indicator.kind, &indicator.value));
        }
        for kind in &sample.types {
            let expected = normal_set(kind, sample.expected.get(kind));
            let optional = normal_set(kind, sample.optional.get(kind));
            let found = found.remove(kind).unwrap_or_default();
            let count = score.by_type.entry(kind.clone()).or_default();
            count.right += found.intersection(&expected).count();
            let mut mistake = |value: &String, superfluous| {
                score.mistakes.push(Mistake {
                    id: sample.id.clone(),
                    kind: kind.clone(),
                    value: value.clone(),
                    superfluous,
                    reasons: answer.map_or_else(Vec::new, |answer| reasons(answer, kind, value, superfluous)),
                });
            };
            for value in found.iter().filter(|value| !expected.contains(*value) && !optional.contains(*value)) {
                count.superfluous += 1;
                mistake(value, true);
            }
            for value in expected.difference(&found) {
                count.missing += 1;
                mistake(value, false);
            }
        }
    }
    score
}

/// Why a value was reported, or turned away.
fn reasons(answer: &Extracted, kind: &str, value: &str, reported: bool) -> Vec<String> {
    let is = |of: &str, written: &str| of == kind && normal(kind, written) == value;
    if reported {
        let one = answer.indicators.iter().find(|one| is(&one.kind, &one.value));
        return one.map_or_else(Vec::new, |one| one.reasons.clone());
    }
    answer.rejected.iter().filter(|one| is(&one.kind, &one.value)).map(|one| one.reason.clone()).collect()
}

fn normal_set(kind: &str, values: Option<&BTreeSet<String>>) -> BTreeSet<String> {
    values.into_iter().flatten().map(|value| normal(kind, value)).collect()
}

/// One spelling for values that say the same: case where it has no meaning, an empty path.
fn normal(kind: &str, value: &str) -> String {
    if kind != "url" {
        return value.to_ascii_lowercase();
    }
    let value = value.strip_suffix('/').filter(|rest| rest.matches('/').count() <= 2).unwrap_or(value);
    let rest = value.find("://").map_or(0, |at| at + 3);
    let host = value[rest..].find(['/', '?', '#']).map_or(value.len(), |at| rest + at);
    format!("{}{}", value[..host].to_ascii_lowercase(), &value[host..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_ignores_what_may_be_found() {
        let sample: Sample = serde_json::from_str(
            r#"{"id":"a","text":"","types":["domain"],"expected":{"domain":["x.com","y.com"]},"optional":{"domain":["z.com"]}}"#,
        )
        .unwrap();
        let extracted: Extracted =
            serde_json::from_str(r#"{"id":"a","indicators":[{"kind":"domain","value":"X.com"},{"kind":"domain","value":"z.com"},{"kind":"domain","value":"w.com"},{"kind":"asn","value":"AS1"}]}"#).unwrap();
        let score = score(&[sample], &[extracted]);
        assert_eq!(score.by_type["domain"], Count { right: 1, superfluous: 1, missing: 1 });
        assert_eq!(score.mistakes.len(), 2);
    }
}
