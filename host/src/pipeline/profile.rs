//! What an article is about, in its own sentences: of those that tell what happened, the ones in which most of what was
//! found stands. Bylines, notes on the document and advice hold nothing that was found, so they do not come first.

use super::wording::Sentence;
use crate::model::{Actor, Article, BriefTechnique, Indicator, SeverityTerm, Span};
use std::collections::BTreeSet;

/// At most this many bytes of text.
const LENGTH: usize = 700;

/// A sentence has at least this many words; less is a label, a date, a byline.
const WORDS: usize = 7;

/// Findings of a sentence that count.
const MOST: usize = 4;

/// A later sentence must hold this much more for each that comes before it.
const LATER: f64 = 0.04;

/// What was found, where it stands.
pub struct Findings<'a> {
    pub indicators: &'a [Indicator],
    pub techniques: &'a [BriefTechnique],
    pub actors: &'a [Actor],
    pub severity: &'a [SeverityTerm],
}

/// Sentences of the text, in reading order: at most [`LENGTH`] bytes together, and at least one where there is a whole
/// sentence at all.
pub fn profile(article: &Article, sentences: &[Sentence], findings: &Findings) -> Vec<Span> {
    let text = &article.content.text;
    let blocks = &article.content.blocks;
    let is_prose = |sentence: &Sentence| {
        blocks.get(sentence.block).is_none_or(|block| matches!(block.kind.as_str(), "paragraph" | "quote"))
    };
    let spans: Vec<Span> =
        sentences.iter().filter(|s| is_prose(s)).map(|s| s.span).filter(|span| is_whole(span.of(text))).collect();
    let held = findings.held(&spans);
    let weight = |at: usize| held[at] as f64 - LATER * at as f64;
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)).then(a.cmp(b)));
    // Where nothing was found, the article's beginning says what it is about.
    let least = usize::from(held.iter().any(|held| *held > 0));
    let mut chosen = BTreeSet::new();
    let mut length = 0;
    for at in order.into_iter().filter(|at| held[*at] >= least) {
        let more = (spans[at].end - spans[at].start) as usize;
        if chosen.is_empty() || length + more <= LENGTH {
            length += more;
            chosen.insert(spans[at]);
        }
    }
    chosen.into_iter().collect()
}

/// Whether a text is a sentence of prose, whole. Chinese and Japanese write theirs without blanks.
fn is_whole(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '“' | '"' | '\''));
    let ends = text.ends_with(['.', '!', '?', '”', '"']) && text.split_whitespace().count() >= WORDS;
    begins && (ends || text.ends_with('。'))
}

impl Findings<'_> {
    /// How much of what was found stands in each of the sentences; what is more than [`MOST`] makes no difference.
    fn held(&self, sentences: &[Span]) -> Vec<usize> {
        let mut held: Vec<BTreeSet<(u8, &str)>> = vec![BTreeSet::new(); sentences.len()];
        let mut add = |kind: u8, name, span: &Span| {
            let first = sentences.partition_point(|sentence| sentence.end <= span.start);
            for (at, sentence) in sentences.iter().enumerate().skip(first) {
                if sentence.start >= span.end {
                    break;
                }
                held[at].insert((kind, name));
            }
        };
        for actor in self.actors {
            actor.spans.iter().for_each(|span| add(0, &actor.name, span));
        }
        for found in self.techniques {
            found.technique.evidence.iter().for_each(|span| add(1, &found.technique.id, span));
        }
        for indicator in self.indicators.iter().filter(|it| it.role == "attacker") {
            indicator.spans.iter().for_each(|span| add(2, &indicator.kind, span));
        }
        for term in self.severity {
            term.evidence.iter().for_each(|span| add(3, &term.code, span));
        }
        held.iter().map(|held| held.len().min(MOST)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::SeverityTable;
    use crate::pipeline::fixtures::{article, technique};

    const TEXT: &str = "By A. Writer, 3 May\nThis report was first printed in our newsletter last week. \
        The intruders moved laterally over shares with stolen credentials. Contact us for more of it at any time. \
        Later they deleted the shadow copies of every server.";

    fn told(text: &str, found: &[(&str, &str)]) -> Vec<String> {
        let article = article("", text);
        let span = |words: &str| {
            let start = text.find(words).unwrap();
            Span { start: start as u32, end: (start + words.len()) as u32 }
        };
        let techniques: Vec<BriefTechnique> = found
            .iter()
            .map(|(id, words)| {
                let mut technique = technique(id, "impact", 90);
                technique.technique.evidence = vec![span(words)];
                technique
            })
            .collect();
        let sentences = SeverityTable::shipped().wording.sentences(&article);
        let findings = Findings { indicators: &[], techniques: &techniques, actors: &[], severity: &[] };
        let spans = profile(&article, &sentences, &findings);
        spans.iter().map(|span| span.of(text).to_owned()).collect()
    }

    #[test]
    fn sentences_with_findings_tell_what_it_is_about() {
        let found = [("T1021", "moved laterally"), ("T1490", "deleted the shadow copies")];
        let profile = told(TEXT, &found);
        assert_eq!(profile.len(), 2, "{profile:?}");
        assert!(profile[0].starts_with("The intruders") && profile[1].starts_with("Later they"), "{profile:?}");
    }

    #[test]
    fn without_findings_the_beginning_tells_it_and_bylines_do_not() {
        let profile = told(TEXT, &[]);
        assert!(profile[0].starts_with("This report was first printed"), "{profile:?}");
        assert!(told("By A. Writer\n3 May", &[]).is_empty());
    }

    #[test]
    fn it_is_no_longer_than_a_paragraph() {
        let sentence = "One more sentence of the same kind that says nothing new at all. ";
        let profile = told(&sentence.repeat(100), &[]);
        let length: usize = profile.iter().map(String::len).sum();
        assert!(length <= LENGTH && length > LENGTH - sentence.len(), "{length}");
    }
}
