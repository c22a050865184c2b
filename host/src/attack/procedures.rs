//! Which of ATT&CK's procedure sentences a technique keeps: few, short, and the most concrete ones.

/// At most this many sentences a technique.
const KEPT: usize = 3;
/// Characters of a sentence that is kept.
const LENGTH: std::ops::RangeInclusive<usize> = 40..=260;

/// The sentences that show most of what an event would hold, at most three, of different actors where there are such.
pub(super) fn select(mut sentences: Vec<String>) -> Vec<String> {
    sentences.retain(|sentence| LENGTH.contains(&sentence.chars().count()));
    sentences.sort_by(|a, b| concreteness(b).cmp(&concreteness(a)).then_with(|| a.cmp(b)));
    sentences.dedup();
    let mut kept: Vec<String> = Vec::new();
    for other_actor in [true, false] {
        for sentence in &sentences {
            let actor = sentence.split_whitespace().next();
            let seen = kept.iter().any(|k| k == sentence || (other_actor && k.split_whitespace().next() == actor));
            if kept.len() < KEPT && !seen {
                kept.push(sentence.clone());
            }
        }
    }
    kept
}

/// Counts words that could stand in an event: file names, paths, options, calls; at most four.
fn concreteness(sentence: &str) -> usize {
    let telling = |word: &&str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() && !matches!(c, '-' | '/' | '\\' | '%' | '.'));
        let inner_dot = word.trim_end_matches('.').contains('.') && !word.ends_with("..");
        let inner_case = word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
        inner_dot || inner_case || word.contains('\\') || word.contains('%') || word.starts_with(['/', '-'])
    };
    sentence.split_whitespace().skip(1).filter(telling).count().min(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concrete_sentences_of_different_actors_are_kept() {
        let sentences = [
            "Alpha has used PowerShell scripts to run its payload on hosts.",
            "Beta has run schtasks.exe /create /tn Updater to start C:\\Users\\Public\\a.exe.",
            "Beta has written a key under HKCU\\Software\\Microsoft and %APPDATA%\\b.dll as well.",
            "Gamma executed rundll32.exe on its target machines today.",
            "too short.",
        ];
        let kept = select(sentences.iter().map(|s| (*s).to_owned()).collect());
        assert_eq!(kept.len(), 3);
        assert!(kept[0].starts_with("Beta"));
        assert_eq!(kept.iter().filter(|k| k.starts_with("Beta")).count(), 1);
        assert!(kept.iter().any(|k| k.starts_with("Alpha")));
    }
}
