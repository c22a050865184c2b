//! Knows a few phrases and the technique that each stands for. The evidence is the sentence that holds the phrase.

use huntsmith_sdk::classifier::*;

pub struct Phrases;

/// Lower-case phrase, technique, and how sure one can be: of a hundred at 70, about seventy are right.
const PHRASES: &[(&str, &str, u8)] = &[
    ("scheduled task", "T1053.005", 60),
    ("dumped lsass", "T1003.001", 85),
    ("golden ticket", "T1558.001", 80),
    ("phishing mail", "T1566", 70),
];

impl Classifier for Phrases {
    fn classify(
        _ctx: &Context,
        article: &Article,
        _indicators: &[Indicator],
        _observations: &[Observation],
    ) -> Result<Classification, PluginError> {
        let text = &article.content.text;
        let mut found = Classification { techniques: vec![], actors: vec![], rejections: vec![] };
        for sentence in sentences(text) {
            let lower = text[sentence.start as usize..sentence.end as usize].to_ascii_lowercase();
            for (_, id, confidence) in PHRASES.iter().filter(|(phrase, ..)| lower.contains(phrase)) {
                match found.techniques.iter_mut().find(|technique| technique.id == *id) {
                    Some(known) => known.evidence.push(sentence),
                    None => found.techniques.push(technique(id, *confidence, sentence)),
                }
            }
        }
        Ok(found)
    }
}

/// Half-open byte ranges. A full stop, and the bytes before and after it, lie on character boundaries.
fn sentences(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(['.', '\n']) {
        let lead = piece.len() - piece.trim_start().len();
        let (from, to) = (start + lead, start + piece.trim_end().len());
        if from < to {
            spans.push(Span { start: from as u32, end: to as u32 });
        }
        start += piece.len();
    }
    spans
}

fn technique(id: &str, confidence: u8, sentence: Span) -> Technique {
    Technique {
        id: id.into(),
        source: "inferred".into(),
        confidence,
        evidence: vec![sentence],
        reasons: vec!["phrase".into()],
        properties: vec![],
    }
}

huntsmith_sdk::export_classifier!(Phrases);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_has_no_blanks_at_its_ends() {
        let text = "They came. They made a scheduled task.\n";
        let said: Vec<&str> = sentences(text).iter().map(|s| &text[s.start as usize..s.end as usize]).collect();
        assert_eq!(said, ["They came.", "They made a scheduled task."]);
    }
}
