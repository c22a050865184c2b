//! Sentences that name what attackers do and tell of no attack: trials, ATT&CK itself and data about it, offers,
//! forecasts.

use crate::words::{Phrases, contains_phrase};

/// Attacks that somebody plays who may. A malware that is run in a laboratory acts all the same: no word for the place is
/// among them.
static TRIALS: Phrases = Phrases::new(&[
    "we simulated",
    "we simulate",
    "we emulated",
    "simulated attack",
    "simulated attacks",
    "simulated attacker",
    "simulated attackers",
    "simulated adversary",
    "simulated intrusion",
    "simulated breach",
    "our simulation",
    "attack simulation",
    "the simulation",
    "purple team",
    "purple teaming",
    "atomic red team",
    "atomic test",
    "invoke-atomictest",
    "emulation plan",
    "adversary emulation",
    "tabletop exercise",
    "red team exercise",
    "the exercise",
    "capture the flag",
    "hack the box",
]);
/// What is said of a technique as an entry of a catalogue, a label of data, a page.
static ENTRIES: Phrases = Phrases::new(&[
    "labelled with",
    "labeled with",
    "annotated with",
    "the description of",
    "the page for",
    "the log sources",
    "future work",
]);
/// What a vendor says to a customer.
static OFFERS: Phrases = Phrases::new(&[
    "you receive",
    "you will receive",
    "your employees",
    "our services",
    "our certified",
    "we offer",
    "book a demo",
    "request a demo",
]);
/// What is to come.
static FORECASTS: Phrases = Phrases::new(&[
    "next year",
    "coming year",
    "coming years",
    "coming months",
    "we expect",
    "we predict",
    "we anticipate",
    "will likely",
    "will probably",
    "will continue to",
]);
/// Verbs by which ATT&CK's own content changes.
const EDITS: &[&str] = &[
    "adds",
    "added",
    "introduces",
    "introduced",
    "revokes",
    "revoked",
    "deprecates",
    "deprecated",
    "renames",
    "renamed",
    "merges",
    "merged",
    "splits",
    "changes",
    "updates",
    "removes",
    "removed",
];
/// So many words behind ATT&CK's name such a verb may stand: `ATT&CK version 18 adds`.
const EDIT_REACH: usize = 4;
/// Verbs of somebody who watches: what they see was done by others.
static WATCHING: Phrases = Phrases::new(&[
    "observed",
    "saw",
    "see",
    "found",
    "identified",
    "noticed",
    "detected",
    "discovered",
    "assess",
    "believe",
    "attribute",
    "attributed",
    "tracked",
    "track",
    "analyzed",
    "analysed",
    "recovered",
    "suspect",
]);

/// Why the sentence, in lower case, tells of no attack, as a rejection's reason; `None`: it may.
pub fn aside(lower: &str) -> Option<&'static str> {
    let [trial, entry, offer, forecast] = Phrases::stand_among([&TRIALS, &ENTRIES, &OFFERS, &FORECASTS], lower);
    if trial {
        Some("simulated")
    } else if entry || edits_attack(lower) {
        Some("mentioned-only")
    } else if offer {
        Some("product-text")
    } else {
        forecast.then_some("hypothetical")
    }
}

/// Whether somebody plays an attack in the sentence, in lower case.
pub fn tells_of_a_trial(lower: &str) -> bool {
    TRIALS.stand_in(lower)
}

/// Whether the sentence, in lower case, tells what its author did, and not what they saw.
pub fn tells_of_own_acts(lower: &str) -> bool {
    ["we", "i", "our"].iter().any(|word| contains_phrase(lower, word).is_some()) && !WATCHING.stand_in(lower)
}

/// `ATT&CK v18 adds …`, in lower case.
pub fn edits_attack(lower: &str) -> bool {
    // A search takes longer to begin than a sentence is long.
    lower.bytes().fold(false, |any, byte| any | (byte == b'&'))
        && lower.split("att&ck").skip(1).any(|behind| {
            let mut words = behind.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty());
            words.by_ref().take(EDIT_REACH).any(|word| EDITS.contains(&word))
        })
}

#[cfg(test)]
mod tests {
    use super::{aside, tells_of_own_acts};

    #[test]
    fn trials_entries_offers_and_forecasts_are_told_from_attacks() {
        for (sentence, expected) in [
            ("In our lab we simulated a ransomware attack with PsExec.", Some("simulated")),
            ("In our lab the malware dropped a DLL.", None),
            ("Atomic Red Team test T1003.001-2 dumps LSASS.", Some("simulated")),
            ("The agency's red team used pass the hash.", None),
            ("ATT&CK version 18 adds T1680.", Some("mentioned-only")),
            ("The actors added an account (MITRE ATT&CK T1136).", None),
            ("The samples were labelled with T1055.", Some("mentioned-only")),
            ("You receive a report with techniques such as T1566.", Some("product-text")),
            ("Next year attackers will turn to cloud consoles.", Some("hypothetical")),
            ("The loader will download the payload.", None),
        ] {
            assert_eq!(aside(&sentence.to_ascii_lowercase()), expected, "{sentence}");
        }
        assert!(tells_of_own_acts("then we dumped lsass"));
        assert!(!tells_of_own_acts("we observed that the actors dumped lsass"));
        assert!(!tells_of_own_acts("the web shell was used"));
    }
}
