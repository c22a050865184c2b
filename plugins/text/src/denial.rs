//! Denials: whether a sentence says that something was not seen, not done or not used, and how far that reaches.

use crate::bytes::runs;
use crate::phrases::{List, Phrases, count};
use crate::words::is_alphanumeric;

/// Words of which every denial has one; what ends in `n't` is the other.
pub(crate) const DENYING: &[&str] = &[
    "no", "not", "never", "neither", "without", "ruled", "excluded", "lacks", "lacked", "instead", "rather", "unlike",
    "unclear", "unknown",
];
/// Beginnings of words that end in `n't`, some of them as a typographic apostrophe leaves them.
pub(crate) const DENYING_BEGINNINGS: &[&str] = &[
    "didn", "doesn", "don'", "don’", "wasn", "weren", "hasn", "haven", "isn'", "aren'", "hadn'", "couldn'", "wouldn'",
    "shouldn'", "mustn'", "needn'", "ain'", "can't", "won't",
];
/// Denials, in lower case. They reach from their place to the end of their clause.
const DENIALS: &[&str] = &[
    "did not observe",
    "didn't observe",
    "not observed",
    "no evidence",
    "there was no",
    "there were no",
    "neither",
    "lacks",
    "lacked",
    "no indication",
    "no sign of",
    "no signs of",
    "did not see",
    "have not seen",
    "has not been seen",
    "not been observed",
    "have not observed",
    "has not observed",
    "not been seen",
    "did not use",
    "does not use",
    "do not use",
    "didn't use",
    "doesn't use",
    "not using",
    "never used",
    "did not attempt",
    "did not find",
    "found no",
    "without using",
    "ruled out",
    "not leverage",
    "not employ",
    "not involve",
    "not rely on",
    "no use of",
    "no attempt",
    "not detected any",
    "unclear whether",
    "unclear if",
    "not clear whether",
    "not clear if",
    "not known whether",
    "unknown whether",
];
/// Denials that reach to the next comma.
const SHORT_DENIALS: &[&str] = &["instead of", "rather than", "unlike"];
/// Denials that stand behind what they deny.
const DENIALS_AFTER: &[&str] = &[
    "was not observed",
    "were not observed",
    "not been observed",
    "was not used",
    "were not used",
    "was not seen",
    "were not seen",
    "was ruled out",
    "were ruled out",
    "can be ruled out",
    "can be excluded",
    "could be excluded",
];

const LISTS: &[List] = &[List::of(DENIALS), List::of(SHORT_DENIALS), List::of(DENIALS_AFTER)];
static PHRASES: Phrases<{ count(LISTS) }> = Phrases::new(LISTS);
/// Places of the lists in [`LISTS`], as bits.
const BEFORE: u32 = 1;
const SHORT: u32 = 2;
const AFTER: u32 = 4;

/// First words of a clause that ends at the next comma, whatever stands in it.
const CONCESSIONS: &[&str] = &["although ", "though ", "even though ", "while ", "whereas "];
/// Words that deny the verb behind them; `n't` does too. The last are what a typographic apostrophe leaves of `n't`.
const NEGATORS: &[&[u8]] = &[b"not", b"never", b"didn", b"doesn", b"don", b"wasn", b"weren", b"hasn", b"haven"];
/// What may stand between a negator and its verb.
const BETWEEN: &[&[u8]] = &[
    b"yet",
    b"actually",
    b"directly",
    b"appear",
    b"seem",
    b"to",
    b"try",
    b"been",
    b"be",
    b"currently",
    b"also",
    b"ever",
    b"t",
];
/// Verbs of attackers and of those who watch them: denied, nothing was done. Verbs of defenders and products ("did not
/// detect", "did not have", "does not require") are not among them: what they leave undone opens the door.
const DENIED_ACTS: &[&[u8]] = &[
    b"observe",
    b"observed",
    b"see",
    b"seen",
    b"find",
    b"found",
    b"identify",
    b"identified",
    b"use",
    b"used",
    b"employ",
    b"employed",
    b"leverage",
    b"leveraged",
    b"create",
    b"created",
    b"establish",
    b"established",
    b"deploy",
    b"deployed",
    b"execute",
    b"executed",
    b"run",
    b"drop",
    b"dropped",
    b"download",
    b"downloaded",
    b"upload",
    b"uploaded",
    b"install",
    b"installed",
    b"inject",
    b"injected",
    b"dump",
    b"dumped",
    b"steal",
    b"stolen",
    b"exfiltrate",
    b"exfiltrated",
    b"encrypt",
    b"encrypted",
    b"move",
    b"moved",
    b"spread",
    b"modify",
    b"modified",
    b"delete",
    b"deleted",
    b"disable",
    b"disabled",
    b"access",
    b"accessed",
    b"involve",
    b"involved",
    b"implement",
    b"implemented",
    b"support",
    b"supported",
    b"perform",
    b"performed",
    b"conduct",
    b"conducted",
    b"attempt",
    b"attempted",
    b"rely",
    b"exploit",
    b"exploited",
    b"collect",
    b"collected",
    b"capture",
    b"captured",
    b"persist",
    b"communicate",
    b"contact",
    b"contacted",
    b"send",
    b"sent",
    b"confirm",
    b"confirmed",
];
/// Forms of `to be` that a denied participle stands behind: `No files were encrypted`.
const BEING: &[&[u8]] = &[b"was", b"were", b"is", b"are", b"been"];
/// Where a clause ends for a denial.
const CLAUSE_ENDS: &[&str] =
    &["; ", ", but ", " but ", ", however", " however,", " instead ", ", although ", " while ", ", so "];

/// Whether the sentence, in lower case, denies what stands at byte `at` of it; at its end, whether it denies anything.
pub(crate) fn denied(lower: &str, at: usize) -> bool {
    let concession = if CONCESSIONS.iter().any(|word| lower.starts_with(word)) { lower.find(", ") } else { None };
    let ends = CLAUSE_ENDS.iter().filter_map(|end| lower[..at].rfind(end));
    let clause_start = ends.chain(concession.filter(|end| *end < at)).max().unwrap_or(0);
    let before = &lower[clause_start..at];
    let behind = &lower[at..];
    let ends = CLAUSE_ENDS.iter().filter_map(|end| behind.find(end));
    let clause_end = ends.chain(concession.and_then(|end| end.checked_sub(at))).min().unwrap_or(behind.len());
    let behind = &behind[..clause_end];
    let part = &before[before.rfind(", ").unwrap_or(0)..];
    // What a whole sentence tells happened instead of something else.
    at < lower.len() && PHRASES.in_text(part) & SHORT != 0
        || PHRASES.in_text(before) & BEFORE != 0
        || denies_act(before)
        || PHRASES.in_text(behind) & AFTER != 0
        || denies_passive(behind)
        || denies_subject(&lower[clause_start..at + clause_end])
}

fn is_negator(word: &[u8]) -> bool {
    NEGATORS.contains(&word) || word.ends_with(b"n't")
}

/// `did not create`, `has never been seen`, `doesn't appear to use`.
fn denies_act(clause: &str) -> bool {
    let mut negated = false;
    words(clause).any(|word| {
        let denied = negated && DENIED_ACTS.contains(&word);
        negated = is_negator(word) || negated && BETWEEN.contains(&word);
        denied
    })
}

/// `… has not been seen`, `… wasn't used`; `… and did not drop files` denies something else.
fn denies_passive(clause: &str) -> bool {
    let (mut passive, mut negated) = (false, false);
    words(clause).any(|word| {
        let denied = negated && DENIED_ACTS.contains(&word);
        let short = [&b"wasn't"[..], b"weren't", b"isn't", b"aren't", b"hasn't", b"haven't"].contains(&word);
        negated = passive && matches!(word, b"not" | b"never") || short || negated && BETWEEN.contains(&word);
        passive = BEING.contains(&word) || [&b"has"[..], b"have", b"had"].contains(&word);
        denied
    })
}

/// `No scheduled tasks were created`.
fn denies_subject(clause: &str) -> bool {
    let mut words = words(clause);
    let mut before: &[u8] = b"";
    words.next() == Some(b"no")
        && words.any(|word| BEING.contains(&std::mem::replace(&mut before, word)) && DENIED_ACTS.contains(&word))
}

/// Runs of ASCII letters, digits, `_` and `'`.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &[u8]> {
    let inner = |byte| is_alphanumeric(byte) | (byte == b'_') | (byte == b'\'');
    runs(text.as_bytes(), inner).map(|run| &text.as_bytes()[run])
}

#[cfg(test)]
mod tests {
    use super::{DENYING, DENYING_BEGINNINGS, LISTS, words};

    #[test]
    fn every_denial_has_a_word_that_announces_it() {
        for phrase in LISTS.iter().flat_map(|list| list.phrases) {
            let announced = words(phrase).any(|word| {
                let word = str::from_utf8(word).unwrap();
                DENYING.contains(&word) || DENYING_BEGINNINGS.iter().any(|start| word.starts_with(start))
            });
            assert!(announced, "{phrase}");
        }
    }
}
