//! Words of an article that weigh: phrases by whole words, taken back by negation, and not counted in sentences that
//! speak of a product or in sections that advise. The lists are data (`data/severity.toml`).

use crate::model::{Article, Block, Cell, Content, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// How words are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Wording {
    reach: usize,
    after: usize,
    negations: Vec<Phrase>,
    negations_after: Vec<Phrase>,
    clause_negations: Vec<Phrase>,
    denying_values: Vec<Phrase>,
    affirming_values: Vec<Phrase>,
    clause_breaks: Vec<Phrase>,
    product: Vec<Phrase>,
    sections: Vec<Phrase>,
    announcements: Vec<Phrase>,
    offers: Vec<Phrase>,
    told_attacks: Vec<Phrase>,
}

/// Words in a row, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Phrase(Vec<String>);

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self(words(&text, 0).into_iter().map(|word| word.lower).collect())
    }
}

#[derive(Debug)]
struct Word {
    lower: String,
    /// Counts the clauses of the sentence.
    clause: usize,
}

impl Word {
    fn is_number(&self) -> bool {
        self.lower.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// A sentence of the article that is told as fact: not of a product, not in a section that advises.
#[derive(Debug)]
pub struct Sentence {
    pub span: Span,
    /// Index of its block; sentences of one block stand together.
    pub block: usize,
    words: Vec<Word>,
}

/// Runs of letters and digits; marks that end a clause are counted.
fn words(text: &str, first_clause: usize) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut clause = first_clause;
    let mut current = String::new();
    let mut before = ' ';
    for letter in text.chars().chain([' ']) {
        if letter.is_alphanumeric() {
            current.extend(letter.to_lowercase());
            before = letter;
            continue;
        }
        if !current.is_empty() {
            found.push(Word { lower: std::mem::take(&mut current), clause });
        }
        let dash = letter == '-' && before == ' ';
        if dash || matches!(letter, ',' | ';' | ':' | '=' | '|' | '—' | '–' | '(' | ')') {
            clause += 1;
        }
        before = letter;
    }
    found
}

impl Phrase {
    /// Where the phrase stands among words, as ranges of their indexes.
    fn places<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = Range<usize>> + 'a {
        let length = self.0.len().max(1);
        let windows = words.windows(length).enumerate();
        let same = |window: &[Word]| window.iter().map(|word| &word.lower).eq(self.0.iter());
        windows.filter(move |(_, window)| same(window)).map(move |(at, _)| at..at + length)
    }

    fn stands_in(&self, words: &[Word]) -> bool {
        self.places(words).next().is_some()
    }

    fn is(&self, words: &[Word]) -> bool {
        self.0.len() == words.len() && self.stands_in(words)
    }
}

impl Wording {
    /// Whether the title announces a product.
    pub fn announces(&self, article: &Article) -> bool {
        stand_in(&self.announcements, &title(article))
    }

    /// Whether the text offers a product and the title tells of no attack.
    pub fn offers(&self, article: &Article) -> bool {
        !stand_in(&self.told_attacks, &title(article)) && stand_in(&self.offers, &words(&article.content.text, 0))
    }

    /// The sentences that tell what happened, in reading order.
    pub fn sentences(&self, article: &Article) -> Vec<Sentence> {
        let content = &article.content;
        let mut found = Vec::new();
        let mut heads = BTreeMap::new();
        for (at, block) in content.blocks.iter().enumerate() {
            let is_code = matches!(block.kind.as_str(), "code" | "preformatted");
            if is_code || self.advises(article, at) {
                continue;
            }
            match block.cell {
                Some(cell) => self.cell(content, at, cell, &mut heads, &mut found),
                None => self.split(&content.text, block.span, at, &mut found),
            }
        }
        if content.blocks.is_empty() {
            self.split(&content.text, Span { start: 0, end: content.text.len() as u32 }, 0, &mut found);
        }
        found
    }

    /// Whether a heading above the block opens a section that does not tell what happened.
    fn advises(&self, article: &Article, block: usize) -> bool {
        let blocks = &article.content.blocks;
        let mut above = blocks[block].heading;
        let mut at = block;
        while let Some(heading) = above.map(|heading| heading as usize).filter(|&heading| heading < at) {
            let words = words(blocks[heading].span.of(&article.content.text), 0);
            if self.sections.iter().any(|phrase| phrase.stands_in(&words)) {
                return true;
            }
            at = heading;
            above = blocks[heading].heading;
        }
        false
    }

    /// A table's cell says what it says together with its column's or row's head, where it is a bare `Yes`, or with the cell
    /// behind it, which may be a bare `No`. A head says nothing alone; `heads` has those before, by table and column.
    fn cell(
        &self,
        content: &Content,
        at: usize,
        cell: Cell,
        heads: &mut BTreeMap<(u32, u32), Span>,
        found: &mut Vec<Sentence>,
    ) {
        if is_head(content, cell) {
            heads.insert((cell.table, cell.column), content.blocks[at].span);
            return;
        }
        let first = found.len();
        self.split(&content.text, content.blocks[at].span, at, found);
        let [sentence] = &mut found[first..] else { return };
        let in_row = |block: &&Block| block.cell.is_some_and(|of| (of.table, of.row) == (cell.table, cell.row));
        if self.affirming_values.iter().any(|value| value.is(&sentence.words)) {
            let before = at.checked_sub(1).map(|before| &content.blocks[before]);
            let of_row = before.filter(in_row).filter(|block| block.cell.is_some_and(|of| of.header));
            let head = heads.get(&(cell.table, cell.column)).copied().or(of_row.map(|block| block.span));
            sentence.words.splice(..0, head.map_or(Vec::new(), |head| words(head.of(&content.text), 0)));
        } else if let Some(next) = content.blocks.get(at + 1).filter(in_row) {
            let clause = sentence.words.last().map_or(0, |last| last.clause + 1);
            sentence.words.extend(words(next.span.of(&content.text), clause));
        }
    }

    fn split(&self, text: &str, span: Span, block: usize, found: &mut Vec<Sentence>) {
        let part = span.of(text);
        let mut start = 0;
        let mut letters = part.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let end = at + letter.len_utf8();
            let next = letters.peek().map(|&(_, next)| next);
            let ends = matches!(letter, '.' | '!' | '?') && next.is_none_or(char::is_whitespace) || letter == '\n';
            if (ends && begins_a_sentence(&part[end..])) || next.is_none() {
                let mut words = words(&part[start..end], 0);
                self.break_clauses(&mut words);
                // A question says nothing.
                if !words.is_empty() && letter != '?' && !self.product.iter().any(|phrase| phrase.stands_in(&words)) {
                    let span = Span { start: span.start + start as u32, end: span.start + end as u32 };
                    found.push(Sentence { span: trimmed(text, span), block, words });
                }
                start = end;
            }
        }
    }

    fn break_clauses(&self, words: &mut [Word]) {
        let starts: Vec<usize> = self
            .clause_breaks
            .iter()
            .flat_map(|phrase| phrase.places(words).map(|r| r.start).collect::<Vec<_>>())
            .collect();
        for (at, word) in words.iter_mut().enumerate() {
            // Marks count by ones; words that break a clause count apart from them.
            word.clause += starts.iter().filter(|&&start| start <= at).count() * 1000;
        }
    }

    /// Whether one of the phrases stands in the sentence and nothing takes it back.
    pub fn says(&self, sentence: &Sentence, phrases: &[Phrase]) -> bool {
        let words = &sentence.words;
        phrases.iter().any(|phrase| phrase.places(words).any(|place| !self.takes_back(words, place)))
    }

    /// Whether the words around those at `place` take them back: a few before and behind in the same clause, a subject
    /// that is denied for all of its clause, or a value behind what is a label.
    fn takes_back(&self, words: &[Word], place: Range<usize>) -> bool {
        let clause = words[place.start].clause;
        let in_clause = |range: Range<usize>, negations: &[Phrase]| {
            negations.iter().any(|negation| {
                negation.places(&words[range.clone()]).any(|p| words[range.start + p.start].clause == clause)
            })
        };
        let counted = (0..place.start).rev().filter(|&at| !words[at].is_number());
        let before = counted.take(self.reach).last().unwrap_or(place.start)..place.start;
        let after = place.end..(place.end + self.after).min(words.len());
        let value = words[place.end..].iter().take_while(|word| word.clause == words[place.end].clause).count();
        let value = &words[place.end..place.end + value];
        let labels = value.first().is_some_and(|first| first.clause == words[place.end - 1].clause + 1);
        in_clause(before, &self.negations)
            || in_clause(after, &self.negations_after)
            || in_clause(0..place.start, &self.clause_negations)
            || labels && self.denying_values.iter().any(|denial| denial.is(value))
            || self.goes_on_denied(words, place.start)
    }

    /// `None of the flaws, which have fixes, were exploited`: the clause goes on behind one that stands between commas, with
    /// the verb among its first words.
    fn goes_on_denied(&self, words: &[Word], at: usize) -> bool {
        let clause = words[at].clause;
        let verb = words[..at].iter().rev().take_while(|word| word.clause == clause).count() < self.reach;
        let denied =
            |negation: &Phrase| negation.places(&words[..at]).any(|place| words[place.start].clause + 2 == clause);
        verb && self.clause_negations.iter().any(denied)
    }
}

/// Whether a cell names its column: the reader says so, or it stands in the first row of more than a label and its value.
fn is_head(content: &Content, cell: Cell) -> bool {
    let beyond = |block: &Block| block.cell.is_some_and(|of| of.table == cell.table && of.column > 1);
    cell.header || cell.row == 0 && content.blocks.iter().any(beyond)
}

fn title(article: &Article) -> Vec<Word> {
    words(article.content.title.as_deref().unwrap_or_default(), 0)
}

fn stand_in(phrases: &[Phrase], words: &[Word]) -> bool {
    phrases.iter().any(|phrase| phrase.stands_in(words))
}

/// After a full stop, a sentence begins with anything but a lower-case letter.
fn begins_a_sentence(rest: &str) -> bool {
    rest.trim_start().chars().next().is_none_or(|letter| !letter.is_lowercase())
}

/// The span without blanks at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let part = span.of(text);
    let start = span.start + (part.len() - part.trim_start().len()) as u32;
    Span { start, end: start + part.trim().len() as u32 }
}

#[cfg(test)]
mod tests {
    use crate::model::Cell;
    use crate::pipeline::fixtures::article;
    use crate::pipeline::severity::SeverityTable;

    /// Whether the shipped list of active exploitation holds for the text.
    fn active(text: &str) -> bool {
        let table = SeverityTable::shipped();
        let sentences = table.wording.sentences(&article("Title", text));
        sentences.iter().any(|sentence| table.wording.says(sentence, &table.active_exploitation.phrases))
    }

    #[test]
    fn active_exploitation_is_told() {
        for text in [
            "The flaw is being exploited in the wild.",
            "CISA says it is under\nactive exploitation since May",
            "In-the-wild exploitation began on Monday.",
            "No patch is available, but the bug is actively exploited.",
            "There is no fix; attackers are exploiting it now.",
            "No patch exists, and CVE-2025-1111 is under active exploitation.",
            "Exploited in the wild: Yes",
            "Exploited in the wild: no patch is available",
            "None of the vendors answered, but the flaw is being exploited.",
        ] {
            assert!(active(text), "{text}");
        }
    }

    #[test]
    fn negation_doubt_products_and_parts_of_words_are_not() {
        for text in [
            "There is no evidence of active exploitation.",
            "We have not seen it exploited in the wild.",
            "It could be actively exploited by anyone.",
            "Active exploitation has not been observed.",
            "Our platform finds flaws that are actively exploited.",
            "The scanner protects against bugs exploited in the wild.",
            "Hyperactive exploitations",
            "If it is exploited by someone, rotate the keys.",
            "There are no indications that CVE-2025-1111 has been exploited.",
            "It is not clear whether CVE-2025-1111 has been exploited.",
            "The flaw has yet to be exploited in the wild.",
            "The claim that it was exploited in the wild is false.",
            "Reports that it was exploited in the wild were retracted.",
            "Exploited in the wild: No",
            "Exploited in the wild - no",
            "Severity: critical | Exploited in the wild: None known | CVSS: 9.8",
            "Active exploitation (none observed)",
            "Known exploited = false",
            "Was it exploited in the wild?",
            "None of the flaws that were fixed this month were exploited in the wild.",
            "None of the six vulnerabilities, two of which are critical, were exploited in the wild.",
            "Not one of the bugs that the vendor lists has been exploited.",
            "Neither of the two holes in the gateway is known to be exploited.",
            "There are no reports that any of these flaws in the product has been exploited.",
            "Microsoft is not aware of attacks in which one of these bugs was exploited.",
            "The vendor found no indication that any customer's instance was exploited.",
        ] {
            assert!(!active(text), "{text}");
        }
    }

    #[test]
    fn a_table_says_what_its_rows_say() {
        let table = SeverityTable::shipped();
        let told = |columns: u32, text: &str| {
            let mut article = article("Title", text);
            for (at, block) in article.content.blocks.iter_mut().enumerate() {
                let at = at as u32;
                block.kind = "table-cell".into();
                block.cell = Some(Cell { table: 0, row: at / columns, column: at % columns, header: false });
            }
            let sentences = table.wording.sentences(&article);
            sentences.iter().any(|sentence| table.wording.says(sentence, &table.active_exploitation.phrases))
        };
        let head = "CVE\nSeverity\nExploited in the wild";
        assert!(!told(3, &format!("{head}\nCVE-2025-1111\n9.8\nNo")));
        assert!(told(3, &format!("{head}\nCVE-2025-1111\n9.8\nYes")));
        assert!(!told(2, "Exploited in the wild\nNo\nSeverity\nhigh"));
        assert!(told(2, "Exploited in the wild\nYes\nSeverity\nhigh"));
        assert!(told(2, "CVE-2025-1111\nThe flaw is actively exploited."));
    }

    #[test]
    fn advice_and_code_tell_nothing() {
        let mut advised = article("Title", "Mitigations\nPatch what was exploited in the wild.");
        advised.content.blocks[0].kind = "heading".into();
        advised.content.blocks[1].heading = Some(0);
        let wording = SeverityTable::shipped().wording;
        assert_eq!(wording.sentences(&advised).len(), 1);
        let mut code = article("Title", "# exploited in the wild");
        code.content.blocks[0].kind = "code".into();
        assert!(wording.sentences(&code).is_empty());
    }

    #[test]
    fn sentences_are_cut_at_full_stops_and_not_in_names() {
        let article = article("Title", "Loads node.js from v2.1 e.g. here. It ran cmd.exe! Then\nit left");
        let sentences = SeverityTable::shipped().wording.sentences(&article);
        let texts: Vec<&str> = sentences.iter().map(|s| s.span.of(&article.content.text)).collect();
        assert_eq!(texts, ["Loads node.js from v2.1 e.g. here.", "It ran cmd.exe!", "Then", "it left"]);
    }
}
