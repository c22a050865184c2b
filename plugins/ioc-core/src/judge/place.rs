//! What the article says around a find: its sentence and paragraph, the headings above it, the header of its table, its
//! neighbours.

use super::Judge;
use crate::cues::{self, Cues};
use crate::layout::{Layout, Unit};

/// A paragraph longer than this is a text without line ends: its beginning says nothing of its end.
const PARAGRAPH: usize = 2_000;

/// What the article says around a find.
#[derive(Default)]
pub struct Place {
    /// Of the sentence, with what the paragraph and the line that announces it add to it.
    pub sentence: Cues,
    /// Of the sentence alone.
    pub own: Cues,
    pub heading: Cues,
    pub header: Cues,
    /// The header of its own column.
    pub column: Cues,
    /// The find is most of what its line or row says, and its neighbours are like it.
    pub in_list: bool,
    pub in_row: bool,
    /// It stands in code.
    pub in_code: bool,
    /// Words lead up to it in its line, and the sentence has enough of them: it is told of, not listed.
    pub in_prose: bool,
    /// A digest stands in its sentence or row.
    pub beside_digest: bool,
    /// Its clause calls it harmless.
    pub legitimate: bool,
    /// A word directly before the find, or in the first cell of its row.
    pub label: Cues,
}

impl Place {
    /// A heading, a header or its neighbours make it a part of a list of indicators.
    pub fn announced(&self) -> bool {
        self.heading.has(Cues::IOC) || self.header.has(Cues::IOC) || self.in_list
    }
}

impl Judge<'_> {
    /// Reads the place of a find that begins at a position of the original; positions ascend.
    pub(super) fn place(&mut self, start: usize) -> Place {
        let Some(index) = self.layout.index(start) else {
            return Place::default();
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
        let (from, to) = if unit.table.is_some() { (unit.start, unit.end) } else { (first, last) };
        let digest = self.digests.partition_point(|digest| *digest < from);
        Place {
            sentence,
            own: cues,
            heading: unit.heading.map_or(Cues::default(), |at| self.layout.headings[at].cues),
            header: unit.table.map_or(Cues::default(), |at| self.layout.tables[at].header),
            column: self.layout.column(self.text, start),
            in_list: self.listed[index],
            in_row: unit.table.is_some(),
            in_code: unit.code,
            in_prose: self.in_prose(unit, (first, last), start),
            beside_digest: self.digests.get(digest).is_some_and(|digest| *digest < to),
            label: self.label(unit, start),
            legitimate: self.is_called_legitimate((first, last), start, sentence),
        }
    }

    /// Whether its own clause calls a find harmless: of "They registered okta-login[.]net; the genuine portal is okta.com"
    /// the second alone does.
    fn is_called_legitimate(&self, (first, last): (usize, usize), start: usize, sentence: Cues) -> bool {
        const TURNS: [&str; 7] = ["; ", ". ", ",\"", " but ", ", while ", ", whereas ", " instead of "];
        if !sentence.has(Cues::LEGITIMATE) {
            return false;
        }
        let (before, after) = self.text[first..last].split_at(start.clamp(first, last) - first);
        let from = TURNS.iter().filter_map(|turn| before.rfind(turn)).max().unwrap_or(0);
        let to = TURNS.iter().filter_map(|turn| after.find(turn)).min().unwrap_or(after.len());
        let clause = &self.text[first + from..first + before.len() + to];
        clause.len() == last - first || cues::read_outside(clause, first + from, &self.spans).has(Cues::LEGITIMATE)
    }

    fn in_prose(&self, unit: &Unit, (first, last): (usize, usize), start: usize) -> bool {
        const WORDS: usize = 4;
        let lead = &self.text.as_bytes()[unit.start.max(first.min(start))..start];
        let led = lead.iter().any(u8::is_ascii_alphanumeric) || lead.iter().any(|b| *b >= 0x80);
        led && unit.table.is_none() && self.text[first..last].split_ascii_whitespace().take(WORDS).count() == WORDS
    }

    /// Whether the article's beginning, or a heading of it, speaks of an attack or announces indicators.
    pub(super) fn article_attack(&mut self) -> bool {
        const BEGINNING: usize = 4_000;
        let (text, layout, spans) = (self.text, self.layout, &self.spans);
        let (defangs, digests) = (self.defangs_hosts, self.digests.len());
        *self.attack.get_or_insert_with(|| {
            // Nobody defangs what can be clicked without harm, or lists digests of what is no malware.
            const DIGESTS: usize = 2;
            let told = Cues::ATTACK.or(Cues::IOC_CHAPTER);
            if defangs || digests >= DIGESTS {
                return true;
            }
            layout.headings.iter().any(|heading| heading.cues.has(told))
                || cues::read_outside(&text[..floor(text, BEGINNING)], 0, spans).has(told)
        })
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

    /// Cues in the few words before a find, and in the first cell of a row that holds nothing but words there.
    fn label(&self, unit: &Unit, start: usize) -> Cues {
        let mut from = start.saturating_sub(40).max(unit.start);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let before = &self.text[from..start];
        // A line end inside a paragraph is a margin's.
        let lines = unit.code || unit.table.is_some();
        let parts = |c| matches!(c, '.' | ';' | '|' | '\t') || lines && c == '\n';
        let before = before.rfind(parts).map_or(before, |at| &before[at + 1..]);
        let own = cues::read(before);
        if unit.table.is_none() {
            return own;
        }
        let row = &self.text[unit.start..start.min(floor(self.text, unit.start + FIRST_CELL))];
        let row = row.trim_start_matches(['|', ' ', '\t']);
        match row.find(['|', '\t', '\n', ',']) {
            Some(end) if !row[..end].contains(char::is_numeric) => own.or(cues::read(&row[..end])),
            _ => own,
        }
    }
}

/// Words lead up to a position in a unit that is neither a row nor code.
pub(super) fn is_told(text: &str, unit: &Unit, position: usize) -> bool {
    const LEAD: usize = 64;
    const WORDS: usize = 3;
    let lead = &text[floor(text, unit.start.max(position.saturating_sub(LEAD)))..position];
    unit.table.is_none() && !unit.code && lead.split_ascii_whitespace().take(WORDS).count() == WORDS
}

/// A first cell that is longer says more than what its row is of.
const FIRST_CELL: usize = 64;

pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Ranges, those that overlap as one.
pub(super) fn disjoint(spans: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            // An address begins where its host does and goes on.
            Some(last) if span.0 < last.1 => last.1 = last.1.max(span.1),
            _ => out.push(*span),
        }
    }
    out
}

/// Units that finds fill, at least two of them within three units of each other.
pub(super) fn listed_units(text: &str, layout: &Layout, spans: &[(usize, usize)]) -> Vec<bool> {
    /// So many words outside its finds make a unit a sentence, however long what it names.
    const SENTENCE: usize = 7;
    let mut words = vec![0usize; layout.units.len()];
    let mut covered = vec![0usize; layout.units.len()];
    let mut leading = vec![false; layout.units.len()];
    let mut seen = 0usize;
    for &(start, end) in spans {
        let Some(index) = layout.index(start) else { continue };
        // What a Markdown link leads to is for the reader, however much of the line it is.
        if text[..start].ends_with("](") {
            continue;
        }
        let unit = &layout.units[index];
        let gap = &text[floor(text, seen.max(unit.start).max(start.saturating_sub(256)).min(start))..start];
        words[index] += gap.split_ascii_whitespace().filter(|word| word.starts_with(char::is_alphabetic)).count();
        covered[index] += end.saturating_sub(start.max(seen));
        seen = seen.max(end);
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
            covered[index] * 10 >= length * 6 && (unit.table.is_some() || words[index] < SENTENCE)
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
