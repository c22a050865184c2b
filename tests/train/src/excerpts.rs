//! Short texts: stretches of the annotated reports, and what ATT&CK says of one page in procedure sentences. Calibration
//! sees them beside whole reports: whoever tells an intrusion in ten sentences names in each what a report spreads over
//! pages.

use crate::data::{Procedure, Report};
use attack_model::Reading;
use std::collections::{BTreeMap, BTreeSet};

/// So many sentences a stretch has.
const SENTENCES: [usize; 3] = [5, 10, 20];
/// Sentences of ATT&CK of one page make a text of so many.
const PROCEDURES: usize = 8;
/// A short text tells of so many techniques at the least.
const TECHNIQUES: usize = 2;

/// What a short text looked like to the model that had not seen it.
#[derive(Clone)]
pub struct Excerpt {
    pub reading: Reading,
    /// Annotated in it.
    classes: BTreeSet<u16>,
    /// Neither annotated nor not.
    open: BTreeSet<u16>,
}

impl Excerpt {
    /// Whether it is annotated with the class; `None` where nobody knows.
    pub fn shows(&self, class: usize) -> Option<bool> {
        let class = class as u16;
        let shown = self.classes.contains(&class);
        (shown || !self.open.contains(&class)).then_some(shown)
    }

    fn of(reading: Reading, classes: BTreeSet<u16>, open: BTreeSet<u16>) -> Option<Excerpt> {
        let told = reading.hits.values().flatten().all(|hit| hit.refused != Some("no-attacker"));
        (told && classes.len() >= TECHNIQUES).then_some(Excerpt { reading, classes, open })
    }
}

/// The stretches of a report, apart from each other, as `read` reads them; `labels` has each of its sentences' classes.
pub fn of_report(report: &Report, labels: &[Vec<u16>], read: impl Fn(&str) -> Reading) -> Vec<Excerpt> {
    let stretches = SENTENCES.iter().flat_map(|count| report.sentences.chunks(*count).zip(labels.chunks(*count)));
    stretches
        .filter_map(|(sentences, labels)| {
            let classes: BTreeSet<u16> = labels.iter().flatten().copied().collect();
            let (first, last) = (sentences.first()?, sentences.last()?);
            Excerpt::of(read(report.text.get(first.s..last.e)?), classes, BTreeSet::new())
        })
        .collect()
}

/// A procedure sentence, its classes, and those that are open for it.
type Sentence<'p> = (&'p str, &'p [u16], &'p [u16]);

/// Texts of the procedure sentences that cite one page; each comes with its classes and those that are open for it.
pub fn of_procedures<'p>(
    sentences: impl Iterator<Item = (&'p Procedure, &'p [u16], &'p [u16])>,
    read: impl Fn(&str) -> Reading,
) -> Vec<Excerpt> {
    let mut pages: BTreeMap<&str, Vec<Sentence>> = BTreeMap::new();
    for (sentence, classes, open) in sentences {
        let page = sentence.source().next().unwrap_or_default();
        pages.entry(page).or_default().push((&sentence.text, classes, open));
    }
    let texts = pages.values().flat_map(|page| {
        // What the page shows by ATT&CK is open for a text that does not tell it.
        let all: BTreeSet<u16> =
            page.iter().flat_map(|(_, classes, open)| classes.iter().chain(*open)).copied().collect();
        page.chunks(PROCEDURES).map(move |part| (part, all.clone()))
    });
    texts
        .filter_map(|(part, open)| {
            let text: Vec<&str> = part.iter().map(|(text, ..)| *text).collect();
            let classes = part.iter().flat_map(|(_, classes, _)| *classes).copied().collect();
            Excerpt::of(read(&text.join(" ")), classes, open)
        })
        .collect()
}
