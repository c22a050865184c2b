//! Whether a sentence says that an attacker did something, denies it, or tells the reader what to do.

use crate::denial::{denied, words};
use crate::told::{Told, list};

/// How the author stands to what a sentence names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// Said without denial or advice.
    Plain,
    /// Denied: it was not seen, not done.
    Negated,
    /// Told to the reader: prevent, detect, consider.
    Advice,
}

/// First words of a sentence that orders a defender about. Verbs that also list what malware can do ("Search for files",
/// "Disable the firewall") are not among them.
const IMPERATIVES: &[&str] = &[
    "monitor",
    "ensure",
    "consider",
    "enforce",
    "educate",
    "patch",
    "audit",
    "require",
    "prioritize",
    "mitigate",
    "train",
    "harden",
    "review",
    "implement",
    "restrict",
    "apply",
    "configure",
    "segment",
    "validate",
    "look",
    "hunt",
    "investigate",
    "verify",
    "always",
    "never",
    "don't",
];
/// Phrases that speak to defenders, in lower case.
pub(crate) const ADVICE: &[&str] = &[
    "we recommend",
    "recommends that",
    "is recommended",
    "are recommended",
    "recommend that",
    "it is advised",
    "are advised",
    "we advise",
    "should be",
    "should monitor",
    "should look",
    "analysts should",
    "customers should",
    "learn how",
    "should consider",
    "should enable",
    "should disable",
    "should block",
    "should implement",
    "should review",
    "should ensure",
    "should use",
    "should also",
    "should not",
    "organizations should",
    "defenders should",
    "defenders can",
    "organizations can",
    "administrators can",
    "administrators should",
    "users should",
    "companies should",
    "organizations are encouraged",
    "to protect against",
    "to defend against",
    "to mitigate",
    "to reduce the risk",
    "helps prevent",
    "help prevent",
    "can be mitigated",
    "can be detected",
];
/// Ends that a defender has; an attacker has them too, so they count only where no attacker acts before them.
pub(crate) const DEFENCE_ENDS: &[&str] = &[
    "to prevent",
    "to detect",
    "to block",
    "to stop",
    "to hunt for",
    "to identify",
    "to alert on",
    "prevents",
    "blocks",
    "protects against",
    "detects and",
    "for detecting",
    "that recognises",
    "that recognizes",
];

impl Told {
    /// The stance to what stands at byte `at` of the sentence. In a list of what an attacker does (`attackers_list`) "Use
    /// Windows Restart Manager to …" orders nobody about.
    pub fn stance(&self, at: usize, attackers_list: impl FnOnce() -> bool) -> Stance {
        let lower = self.lower();
        let at = at.min(lower.len());
        if self.has(list::DENYING) && denied(lower, at) {
            return Stance::Negated;
        }
        let opening = lower.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let first = words(opening).next().unwrap_or_default();
        let orders = IMPERATIVES.iter().any(|verb| verb.as_bytes() == first);
        if orders && !opening[first.len()..].starts_with(" of ") && !attackers_list() {
            return Stance::Advice;
        }
        if self.has(list::ADVICE) {
            return Stance::Advice;
        }
        match self.defence_end() {
            Some(end) if end <= at && !self.names_attacker_before(end) => Stance::Advice,
            _ => Stance::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stance;
    use crate::Told;

    #[test]
    fn says_denies_or_advises() {
        for (sentence, what, expected) in [
            ("The actors used PowerShell to run code.", "PowerShell", Stance::Plain),
            ("We did not observe credential dumping.", "dumping", Stance::Negated),
            ("We did not observe dumping, but they used phishing.", "phishing", Stance::Plain),
            ("Process hollowing was not observed.", "hollowing", Stance::Negated),
            ("The malware doesn't create scheduled tasks.", "tasks", Stance::Negated),
            ("The malware didn’t actually dump LSASS.", "LSASS", Stance::Negated),
            ("No scheduled tasks were created by the malware.", "tasks", Stance::Negated),
            ("Neither dumping nor persistence was found.", "dumping", Stance::Negated),
            ("There was no MFA, so they used brute force.", "brute force", Stance::Plain),
            ("The antivirus did not detect process hollowing.", "hollowing", Stance::Plain),
            ("Process hollowing has not been seen yet.", "hollowing", Stance::Negated),
            ("They used hollowing and did not drop files.", "hollowing", Stance::Plain),
            ("We could not confirm process hollowing.", "hollowing", Stance::Negated),
            ("Analysts should look for hollowing.", "hollowing", Stance::Advice),
            ("They not only used phishing.", "phishing", Stance::Plain),
            ("Instead of dumping LSASS, they deleted logs.", "dumping", Stance::Negated),
            ("Instead of dumping LSASS, they deleted logs.", "logs", Stance::Plain),
            ("Although they didn't dump LSASS, they listed trusts.", "trusts", Stance::Plain),
            ("Although they didn't dump LSASS, they listed trusts.", "LSASS", Stance::Negated),
            ("Hollowing was never seen.", "Hollowing", Stance::Negated),
            ("It is unclear whether they used hollowing.", "hollowing", Stance::Negated),
            ("No patch was available when they used a web shell.", "web shell", Stance::Plain),
            ("Monitor for process hollowing.", "hollowing", Stance::Advice),
            ("Organizations should disable macros.", "macros", Stance::Advice),
            ("The malware disables Defender to prevent detection.", "Defender", Stance::Plain),
            ("The rule is meant to detect process hollowing.", "hollowing", Stance::Advice),
            ("Use of web shells was seen.", "web shells", Stance::Plain),
        ] {
            let at = sentence.find(what).unwrap();
            assert_eq!(Told::of(sentence).stance(at, || false), expected, "{sentence}");
        }
    }
}
