//! What the article says around a find: its sentence and paragraph, the headings above it, the header of its table, its
//! neighbours.

use super::Judge;
use crate::cues::{self, Cues};
use crate::layout::{Layout, Unit};

/// A paragraph longer than this is a text without line ends: its beginning says nothing of its end.
const PARAGRAPH: usize = 2_000;

/// What the article says around a find.
pub struct Place {
    pub sentence: Cues,
    pub heading: Cues,
    pub header: Cues,
    /// The header of its own column.
    pub column: Cues,
    /// The find is most of what its line or row says, and its neighbours are like it.
    pub in_list: bool,
    pub in_row: bool,
    /// A word directly before the find.
    pub label: Cues,
}

impl Judge<'_> {
    /// Reads the place of a find that begins at a position of the original; positions ascend.
    pub(super) fn place(&mut self, start: usize) -> Place {
        let Some(index) = self.layout.index(start) else {
            return Place {
                sentence: Cues::default(),
                heading: Cues::default(),
                header: Cues::default(),
                column: Cues::default(),
                in_list: false,
                in_row: false,
                label: Cues::default(),
            };
        };
        let unit = &self.layout.units[index];
        let (first, last) = self.sentences.around(self.text, unit, start);
        let cues = match self.last {
            Some((from, to, cues)) if (from, to) == (first, last) => cues,
            _ => cues::read_outside(&self.text[first..last], first, &self.spans),
        };
        self.last = Some((first, last, cues));
        let heading = unit.heading.map(|at| &self.layout.headings[at]);
        let mut sentence = cues;
        // What programs do is an attack where the paragraph or the line that announces it speaks of one.
        let announced = heading
            .is_some_and(|heading| heading.announces && index - heading.unit <= 12 && heading.cues.has(Cues::ATTACK));
        if announced
            || cues.has(Cues::ACT)
                && !cues.has(Cues::ATTACK)
                && (self.paragraph(index).has(Cues::ATTACK)
                    || heading.is_some_and(|heading| heading.cues.has(Cues::ATTACK)))
        {
            sentence = sentence.or(Cues::ATTACK);
        }
        Place {
            sentence,
            heading: unit.heading.map_or(Cues::default(), |at| self.layout.headings[at].cues),
            header: unit.table.map_or(Cues::default(), |at| self.layout.tables[at].header),
            column: self.layout.column(self.text, start),
            in_list: self.listed[index],
            in_row: unit.table.is_some(),
            label: self.label(unit, start),
        }
    }

    /// Cues of a whole unit, as far as a paragraph reaches.
    fn paragraph(&mut self, index: usize) -> Cues {
        if let Some((at, cues)) = self.paragraph
            && at == index
        {
            return cues;
        }
        let unit = &self.layout.units[index];
        let mut end = unit.end.min(unit.start + PARAGRAPH);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let cues = cues::read_outside(&self.text[unit.start..end], unit.start, &self.spans);
        self.paragraph = Some((index, cues));
        cues
    }

    /// Cues in the few words before a find.
    fn label(&self, unit: &Unit, start: usize) -> Cues {
        let mut from = start.saturating_sub(40).max(unit.start);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let before = &self.text[from..start];
        let before = before.rfind(['.', ';', '\n', '|', '\t']).map_or(before, |at| &before[at + 1..]);
        cues::read(before)
    }
}

/// Ranges without those that lie within the one before.
pub(super) fn disjoint(spans: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for span in spans {
        if out.last().is_none_or(|last| span.0 >= last.1) {
            out.push(*span);
        }
    }
    out
}

/// Units that finds fill, at least two of them within three units of each other.
pub(super) fn listed_units(text: &str, layout: &Layout, spans: &[(usize, usize)]) -> Vec<bool> {
    let mut covered = vec![0usize; layout.units.len()];
    let mut leading = vec![false; layout.units.len()];
    let mut seen = 0usize;
    for &(start, end) in spans {
        let Some(index) = layout.index(start) else { continue };
        covered[index] += end.saturating_sub(start.max(seen));
        seen = seen.max(end);
        let unit = &layout.units[index];
        leading[index] |=
            start - unit.start <= 64 && text.as_bytes()[unit.start..start].iter().all(|b| !b.is_ascii_alphanumeric());
    }
    let filled: Vec<bool> = layout
        .units
        .iter()
        .enumerate()
        .map(|(index, unit)| {
            let length = text.as_bytes()[unit.start..unit.end.min(unit.start + 4096)]
                .iter()
                .filter(|b| !b.is_ascii_whitespace())
                .count();
            covered[index] * 10 >= length * 6
                || unit.table.is_some() && covered[index] > 0
                || leading[index] && covered[index] * 10 >= length * 3
        })
        .collect();
    (0..filled.len())
        .map(|at| {
            filled[at] && (at.saturating_sub(2)..(at + 3).min(filled.len())).any(|near| near != at && filled[near])
        })
        .collect()
}
