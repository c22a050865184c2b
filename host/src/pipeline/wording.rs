//! Words of an article that weigh: phrases by whole words, taken back by negation, and not counted in sentences that
//! speak of a product or in sections that advise. The lists are data (`data/severity.toml`).

use crate::model::{Article, Span};
use serde::Deserialize;

/// How words are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Wording {
    reach: usize,
    after: usize,
    negations: Vec<Phrase>,
    negations_after: Vec<Phrase>,
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
    for letter in text.chars().chain([' ']) {
        if letter.is_alphanumeric() {
            current.extend(letter.to_lowercase());
            continue;
        }
        if !current.is_empty() {
            found.push(Word { lower: std::mem::take(&mut current), clause });
        }
        if matches!(letter, ',' | ';' | ':' | '—' | '–' | '(' | ')') {
            clause += 1;
        }
    }
    found
}

impl Phrase {
    /// Where the phrase stands among words, as ranges of their indexes.
    fn places<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
        let length = self.0.len().max(1);
        let windows = words.windows(length).enumerate();
        let same = |window: &[Word]| window.iter().map(|word| &word.lower).eq(self.0.iter());
        windows.filter(move |(_, window)| same(window)).map(move |(at, _)| at..at + length)
    }

    fn stands_in(&self, words: &[Word]) -> bool {
        self.places(words).next().is_some()
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
        for (at, block) in content.blocks.iter().enumerate() {
            let is_code = matches!(block.kind.as_str(), "code" | "preformatted");
            if !is_code && !self.advises(article, at) {
                self.split(&content.text, block.span, at, &mut found);
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
                if !words.is_empty() && !self.product.iter().any(|phrase| phrase.stands_in(&words)) {
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
        phrases.iter().any(|phrase| {
            phrase.places(words).any(|place| {
                let clause = words[place.start].clause;
                let counted = (0..place.start).rev().filter(|&at| !words[at].is_number());
                let before = counted.take(self.reach).last().unwrap_or(place.start)..place.start;
                let after = place.end..(place.end + self.after).min(words.len());
                let taken_back = |range: std::ops::Range<usize>, negations: &[Phrase]| {
                    negations.iter().any(|negation| {
                        negation.places(&words[range.clone()]).any(|p| words[range.start + p.start].clause == clause)
                    })
                };
                !taken_back(before, &self.negations) && !taken_back(after, &self.negations_after)
            })
        })
    }
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
        ] {
            assert!(!active(text), "{text}");
        }
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
