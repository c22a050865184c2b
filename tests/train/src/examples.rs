//! From files to rows: the classes, and each sentence as features with its techniques and where it came from.

use crate::data::{Procedure, Report, fingerprint};
use crate::linear::Rows;
use attack_model::features::{BUCKETS, Extractor};
use attack_model::procedures::{self, Finder};
use attack_model::score::{NEAR, OWN};
use std::collections::{BTreeMap, BTreeSet};

/// A technique needs so many examples for a class of its own; with fewer its examples go to its parent.
const EXAMPLES_FOR_A_CLASS: usize = 10;

/// Of so many pages that procedure sentences cite, one is read as a short text by models that have not seen it.
const SAMPLED: u64 = 5;

/// A procedure's precision is drawn to the mean by so many sentences.
const DRAWN: f32 = 2.0;

/// Features in more than this part of the rows get no weight: words of grammar, which cost time in every sentence.
const FREQUENT: f32 = 0.1;
/// So do, of a neighbouring sentence, words in more than this part of the sentences.
const FREQUENT_NEAR: f32 = 0.04;

/// A technique that the model learns.
#[derive(Debug, Clone)]
pub struct Class {
    pub id: String,
    /// Annotated in reports, so that there are negatives that an annotator has seen.
    pub in_reports: bool,
    pub reports: usize,
    pub sentences: usize,
    pub procedures: usize,
}

/// Where a row came from.
#[derive(Debug, Clone)]
pub enum Origin {
    Report(usize),
    /// Its fold among the procedures, and the reports that it cites. What its fold samples is held back from every class.
    Procedure {
        fold: usize,
        cites: Vec<usize>,
        sampled: bool,
    },
}

/// All examples.
pub struct Examples {
    pub classes: Vec<Class>,
    pub rows: Rows,
    pub origins: Vec<Origin>,
    /// Positive classes of each row.
    pub labels: Vec<Vec<u16>>,
    /// Classes for which a row is neither positive nor negative: its annotation is coarser or finer.
    pub unknown: Vec<Vec<u16>>,
    /// How often each of the plugin's procedures is right in procedure sentences.
    pub told: [f32; procedures::COUNT],
}

/// The current id of `id`, by the revocations.
pub fn current<'a>(revoked: &'a BTreeMap<String, String>, id: &'a str) -> &'a str {
    revoked.get(id).map_or(id, String::as_str)
}

fn parent(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

impl Examples {
    pub fn of(
        reports: &[Report],
        procedures: &[Procedure],
        revoked: &BTreeMap<String, String>,
        folds: usize,
    ) -> Examples {
        let classes = classes(reports, procedures, revoked);
        let number: BTreeMap<&str, u16> = classes.iter().enumerate().map(|(i, c)| (c.id.as_str(), i as u16)).collect();
        let mut found = Examples {
            classes: vec![],
            rows: Rows::default(),
            origins: vec![],
            labels: vec![],
            unknown: vec![],
            told: told(procedures, revoked),
        };
        let mut extractor = Extractor::default();
        for (index, report) in reports.iter().enumerate() {
            let texts: Vec<&str> = report.sentences.iter().map(|s| &report.text[s.s..s.e]).collect();
            for (at, sentence) in report.sentences.iter().enumerate() {
                let beside = [at.checked_sub(1).map(|before| texts[before]), texts.get(at + 1).copied()];
                push_row(&mut found.rows, &mut extractor, texts[at], &beside);
                let ids: BTreeSet<&str> = sentence.labels.iter().map(|id| current(revoked, id)).collect();
                found.labels.push(ids.iter().filter_map(|id| number.get(id).copied()).collect());
                // An annotated parent leaves its sub-techniques open.
                let open = classes.iter().enumerate().filter(|(_, c)| !c.in_reports && ids.contains(parent(&c.id)));
                found.unknown.push(open.map(|(i, _)| i as u16).collect());
                found.origins.push(Origin::Report(index));
            }
        }
        let pages: BTreeMap<&str, usize> =
            reports.iter().enumerate().map(|(i, r)| (r.url.trim_end_matches('/'), i)).collect();
        for procedure in procedures {
            push_row(&mut found.rows, &mut extractor, &procedure.text, &[None, None]);
            let mut labels = BTreeSet::new();
            for id in procedure.labels.iter().map(|id| current(revoked, id)) {
                let own = number.get(id).copied();
                let above = number.get(parent(id)).copied();
                labels.extend(own);
                // Reports are annotated with 50 techniques: what has no class among them was annotated as its parent.
                let coarse = above.filter(|a| classes[usize::from(*a)].in_reports);
                let annotated = own.is_some_and(|o| classes[usize::from(o)].in_reports);
                labels.extend(if own.is_none() { above } else { coarse.filter(|_| !annotated) });
            }
            let open = classes.iter().enumerate().filter(|(i, c)| {
                !labels.contains(&(*i as u16)) && procedure.labels.iter().any(|id| parent(id) == parent(&c.id))
            });
            found.unknown.push(open.map(|(i, _)| i as u16).collect());
            found.labels.push(labels.into_iter().collect());
            let cites = procedure.cited.iter().filter_map(|url| pages.get(url.trim_end_matches('/')).copied());
            let source = fingerprint(procedure.source().next().unwrap_or_default());
            let (fold, sampled) = ((source % folds as u64) as usize, (source / folds as u64).is_multiple_of(SAMPLED));
            found.origins.push(Origin::Procedure { fold, cites: cites.collect(), sampled });
        }
        let frequencies = found.rows.frequencies(BUCKETS as usize);
        let mut near = vec![0; BUCKETS as usize];
        let sentences = reports.iter().flat_map(|report| report.sentences.iter().map(|s| &report.text[s.s..s.e]));
        for sentence in sentences.chain(procedures.iter().map(|procedure| procedure.text.as_str())) {
            extractor.read(sentence).near.iter().for_each(|feature| near[*feature as usize] += 1);
        }
        let [most, most_near] = [FREQUENT, FREQUENT_NEAR].map(|part| (found.rows.len() as f32 * part) as u32);
        let frequent = |feature: u32| frequencies[feature as usize] > most || near[feature as usize] > most_near;
        found.rows = found.rows.without(frequent);
        found.classes = classes;
        found
    }
}

/// How often a procedure that stands in a procedure sentence is right by the report that the sentence cites: ATT&CK says of
/// that report, with this sentence or another, that it shows the technique or one of its sub-techniques. A few sentences are
/// no proof: each row is drawn to what rows are on average.
fn told(sentences: &[Procedure], revoked: &BTreeMap<String, String>) -> [f32; procedures::COUNT] {
    let mut shown: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for sentence in sentences {
        for page in sentence.source() {
            let ids = sentence.labels.iter().map(|id| current(revoked, id));
            shown.entry(page).or_default().extend(ids.flat_map(|id| [id, parent(id)]));
        }
    }
    let mut counts = [(0.0, 0.0); procedures::COUNT];
    let mut finder = Finder::default();
    for sentence in sentences {
        for index in finder.find(&sentence.text.to_ascii_lowercase()) {
            let technique = procedures::ALL[usize::from(*index)].technique;
            let (right, all) = &mut counts[usize::from(*index)];
            *all += 1.0;
            *right += if sentence.source().any(|page| shown[page].contains(technique)) { 1.0 } else { 0.0 };
        }
    }
    let (right, all) = counts.iter().fold((0.0, 0.0), |sum: (f32, f32), (right, all)| (sum.0 + right, sum.1 + all));
    let mean = right / f32::max(all, 1.0);
    counts.map(|(right, all)| (right + DRAWN * mean) / (all + DRAWN))
}

fn push_row(rows: &mut Rows, extractor: &mut Extractor, sentence: &str, beside: &[Option<&str>; 2]) {
    let mut features: Vec<(u32, f32)> = extractor.read(sentence).own.iter().map(|f| (*f, OWN as f32)).collect();
    for near in beside.iter().flatten() {
        features.extend(extractor.read(near).near.iter().map(|f| (*f, NEAR as f32)));
    }
    let norm = features.iter().map(|(_, v)| v * v).sum::<f32>().max(1.0).sqrt();
    rows.push(features.into_iter().map(|(feature, value)| (feature, value / norm)));
}

fn classes(reports: &[Report], procedures: &[Procedure], revoked: &BTreeMap<String, String>) -> Vec<Class> {
    let mut annotated: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for report in reports {
        for id in report.labels.iter().map(|id| current(revoked, id)).collect::<BTreeSet<_>>() {
            annotated.entry(id.to_string()).or_default().0 += 1;
        }
        for id in report.sentences.iter().flat_map(|s| &s.labels) {
            annotated.entry(current(revoked, id).to_string()).or_default().1 += 1;
        }
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for id in procedures.iter().flat_map(|p| &p.labels) {
        *counts.entry(current(revoked, id).to_string()).or_default() += 1;
    }
    let enough = |count: usize| count >= EXAMPLES_FOR_A_CLASS;
    let mut backed_off = counts.clone();
    for (id, count) in &counts {
        if id.contains('.') && !enough(*count) && !annotated.contains_key(id) {
            *backed_off.entry(parent(id).to_string()).or_default() += count;
            backed_off.remove(id);
        }
    }
    let ids: BTreeSet<&String> =
        annotated.keys().chain(backed_off.iter().filter(|(_, count)| enough(**count)).map(|(id, _)| id)).collect();
    ids.into_iter()
        .map(|id| {
            let (reports, sentences) = annotated.get(id).copied().unwrap_or_default();
            let procedures = backed_off.get(id).copied().unwrap_or(0);
            Class { id: id.clone(), in_reports: annotated.contains_key(id), reports, sentences, procedures }
        })
        .collect()
}
