//! Sentences that name what attackers do and tell of no attack: trials, ATT&CK itself and data about it, offers,
//! forecasts.

use crate::told::{Told, list};

/// Attacks that somebody plays who may. A malware that is run in a laboratory acts all the same: no word for the place is
/// among them.
pub(crate) const TRIALS: &[&str] = &[
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
    "tryhackme",
    "walkthrough",
];
/// What is said of a technique as an entry of a catalogue, a label of data, a page.
pub(crate) const ENTRIES: &[&str] = &[
    "labelled with",
    "labeled with",
    "annotated with",
    "the description of",
    "the page for",
    "the log sources",
    "future work",
];
/// What a vendor says to a customer.
pub(crate) const OFFERS: &[&str] = &[
    "you receive",
    "you will receive",
    "your employees",
    "our services",
    "our certified",
    "we offer",
    "book a demo",
    "request a demo",
    "our platform",
    "our product",
    "our products",
    "our solution",
    "our solutions",
    "free trial",
    "contact sales",
];
/// What is to come.
pub(crate) const FORECASTS: &[&str] = &[
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
];
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
pub(crate) const WATCHING: &[&str] = &[
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
];

/// ATT&CK's name, without which nothing changes its content.
pub(crate) const ATTACK_NAME: &[&str] = &["att&ck"];
/// Beginnings of words by which authors speak of themselves.
pub(crate) const OWN: &[&str] = &["we ", "we'", "i ", "i'", "our "];

impl Told {
    /// Why the sentence tells of no attack, as a rejection's reason; `None`: it may.
    pub fn aside(&self) -> Option<&'static str> {
        if self.tells_of_a_trial() {
            Some("simulated")
        } else if self.has(list::ENTRIES) || self.edits_attack() {
            Some("mentioned-only")
        } else if self.offers() {
            Some("product-text")
        } else {
            self.has(list::FORECASTS).then_some("hypothetical")
        }
    }

    /// Whether a vendor offers something to a customer in the sentence.
    pub fn offers(&self) -> bool {
        self.has(list::OFFERS)
    }

    /// Whether somebody plays an attack in the sentence.
    pub fn tells_of_a_trial(&self) -> bool {
        self.has(list::TRIALS)
    }

    /// Whether the sentence tells what its author did, and not what they saw.
    pub fn tells_of_own_acts(&self) -> bool {
        self.has(list::OWN) && !self.has(list::WATCHING)
    }

    /// `ATT&CK v18 adds …`.
    pub fn edits_attack(&self) -> bool {
        self.has(list::ATTACK_NAME)
            && self.lower().split("att&ck").skip(1).any(|behind| {
                let mut words =
                    behind.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty());
                words.by_ref().take(EDIT_REACH).any(|word| EDITS.contains(&word))
            })
    }
}

#[cfg(test)]
mod tests {
    use crate::Told;

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
            assert_eq!(Told::of(sentence).aside(), expected, "{sentence}");
        }
        assert!(Told::of("then we dumped lsass").tells_of_own_acts());
        assert!(!Told::of("we observed that the actors dumped lsass").tells_of_own_acts());
        assert!(!Told::of("the web shell was used").tells_of_own_acts());
    }
}
