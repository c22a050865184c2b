//! The training data as it is on disk: annotated reports, and procedure sentences of ATT&CK.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::Path;

/// An annotated report.
#[derive(Debug, Deserialize)]
pub struct Report {
    pub id: String,
    #[serde(default)]
    pub url: String,
    pub text: String,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub sentences: Vec<Sentence>,
}

/// A sentence of a report: half-open range into its text, counted in characters, and its techniques.
#[derive(Debug, Deserialize)]
pub struct Sentence {
    pub s: usize,
    pub e: usize,
    pub labels: Vec<String>,
}

/// A sentence that stands alone.
#[derive(Debug, Deserialize)]
pub struct Procedure {
    pub text: String,
    pub labels: Vec<String>,
    #[serde(default)]
    pub cited: Vec<String>,
}

impl Procedure {
    /// The pages that it cites, or else itself.
    pub fn source(&self) -> impl Iterator<Item = &str> {
        let own = self.cited.is_empty().then_some(self.text.as_str());
        self.cited.iter().map(String::as_str).chain(own)
    }
}

/// Reads NDJSON.
pub fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            serde_json::from_str(line).with_context(|| format!("{}, line {}", path.display(), index + 1))
        })
        .collect()
}

/// The reports, their sentences' ranges in bytes.
pub fn reports(path: &Path) -> Result<Vec<Report>> {
    let mut reports: Vec<Report> = read(path)?;
    for report in &mut reports {
        let mut bytes: Vec<usize> = report.text.char_indices().map(|(at, _)| at).collect();
        bytes.push(report.text.len());
        for sentence in &mut report.sentences {
            sentence.s = bytes[sentence.s.min(bytes.len() - 1)];
            sentence.e = bytes[sentence.e.min(bytes.len() - 1)];
        }
    }
    Ok(reports)
}

/// Of each report the number of its first sentence among all reports' sentences.
pub fn first_rows(reports: &[Report]) -> Vec<usize> {
    let counts = reports.iter().map(|report| report.sentences.len());
    counts.scan(0, |next, count| Some(std::mem::replace(next, *next + count))).collect()
}

/// The lower-case words of a text.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// Folds of reports for cross-validation: reports that share much of their text, or an address, stay together; the
/// groups go, the largest first, to the fold with the fewest reports.
pub fn folds(reports: &[Report], count: usize) -> Vec<usize> {
    use std::collections::{BTreeMap, BTreeSet};
    let shingles: Vec<BTreeSet<u64>> = reports
        .iter()
        .map(|report| {
            words(&report.text).windows(8).map(|w| fingerprint(&w.join(" "))).filter(|h| h % 4 == 0).collect()
        })
        .collect();
    let mut group: Vec<usize> = (0..reports.len()).collect();
    for a in 0..reports.len() {
        for b in 0..a {
            let shared = shingles[a].intersection(&shingles[b]).count();
            let smaller = shingles[a].len().min(shingles[b].len()).max(1);
            let same_page = !reports[a].url.is_empty() && reports[a].url == reports[b].url;
            if same_page || shared * 5 > smaller {
                let (from, to) = (group[a], group[b]);
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (report, group) in group.iter().enumerate() {
        members.entry(*group).or_default().push(report);
    }
    let mut groups: Vec<Vec<usize>> = members.into_values().collect();
    groups.sort_by_key(|g| (std::cmp::Reverse(g.len()), fingerprint(&reports[g[0]].id)));
    let mut sizes = vec![0; count];
    let mut fold = vec![0; reports.len()];
    for group in groups {
        let smallest = (0..count).min_by_key(|f| (sizes[*f], *f)).unwrap_or(0);
        sizes[smallest] += group.len();
        for report in group {
            fold[report] = smallest;
        }
    }
    fold
}

/// FNV-1a, 64 bits.
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
