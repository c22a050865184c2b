//! Whether a sentence says that an attacker did something, denies it, or tells the reader what to do.

use crate::words::{contains_phrase, is_word_byte};

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

/// Denials, in lower case. They reach from their place to the end of their clause.
const DENIALS: &[&str] = &[
    "did not observe",
    "didn't observe",
    "not observed",
    "no evidence",
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
];
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
];
/// Where a clause ends for a denial.
const CLAUSE_ENDS: &[&str] =
    &["; ", ", but ", " but ", ", however", " however,", " instead ", ", although ", " while "];
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
    "always",
    "never",
    "don't",
];
/// Verbs by which a sentence tells what was done.
const ACTS: &[&str] = &[
    "used",
    "uses",
    "using",
    "leveraged",
    "leverages",
    "exploited",
    "exploits",
    "observed",
    "deployed",
    "executed",
    "executes",
    "gained",
    "employed",
    "obtained",
    "stole",
    "established",
    "dropped",
    "drops",
    "downloaded",
    "downloads",
    "created",
    "creates",
    "ran",
    "runs",
    "launched",
    "sends",
    "sent",
    "injected",
    "injects",
    "moved",
    "dumped",
];
/// Phrases that speak to defenders, in lower case.
const ADVICE: &[&str] = &[
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
const DEFENCE_ENDS: &[&str] = &[
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
];
/// Who acts in a report, as beginnings of words.
const ATTACKERS: &[&str] = &[
    "actor",
    "attacker",
    "adversar",
    "malware",
    "ransomware",
    "trojan",
    "backdoor",
    "implant",
    "loader",
    "dropper",
    "payload",
    "group",
    "operator",
    "affiliate",
    "campaign",
    "intruder",
    "hacker",
    "threat",
    "botnet",
    "worm",
    "stealer",
    "infostealer",
    "beacon",
    "shellcode",
    "exploit",
    "criminal",
    "gang",
    "wiper",
    "rootkit",
    "spyware",
    "keylogger",
    "downloader",
    "miner",
    "cryptominer",
    "webshell",
    "victim",
    "intrusion",
    "malicious",
];

/// Words too short to be beginnings.
const SHORT_ATTACKERS: &[&str] = &["rat", "rats", "apt", "apts"];

/// `apt29`.
fn is_numbered_apt(word: &str) -> bool {
    word.strip_prefix("apt").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a word of the sentence (in lower case) names an attacker or an attacker's tool.
pub fn names_attacker(lower: &str) -> bool {
    words(lower).any(|word| {
        ATTACKERS.iter().any(|start| word.starts_with(start))
            || SHORT_ATTACKERS.contains(&word)
            || is_numbered_apt(word)
    })
}

/// Whether the sentence, in lower case, tells what an attacker did: inside advice, too, that is no advice.
pub fn narrates(lower: &str) -> bool {
    names_attacker(lower) && ACTS.iter().any(|verb| contains_phrase(lower, verb).is_some())
}

/// Which lists of phrases a sentence can match at all, by its words: one pass instead of a hundred searches.
#[derive(Default)]
struct Triggers {
    denial: bool,
    advice: bool,
    defence: bool,
}

impl Triggers {
    fn of(lower: &str) -> Triggers {
        let mut found = Triggers::default();
        for word in words(lower) {
            match word {
                "no" | "not" | "never" | "without" | "ruled" => found.denial = true,
                "recommend" | "recommends" | "recommended" | "advise" | "advised" | "should" | "can" | "encouraged"
                | "protect" | "defend" | "mitigate" | "reduce" | "help" | "helps" => found.advice = true,
                "prevent" | "detect" | "block" | "stop" | "hunt" | "identify" | "alert" | "prevents" | "blocks"
                | "protects" | "detects" | "detecting" => found.defence = true,
                _ => found.denial |= word.ends_with("n't"),
            }
        }
        found
    }
}

/// The stance of a sentence to what stands at byte `at` of it; `lower` is the sentence in ASCII lower case. In a list
/// of what an attacker does (`attackers_list`) "Use Windows Restart Manager to …" orders nobody about.
pub fn stance(lower: &str, at: usize, attackers_list: impl FnOnce() -> bool) -> Stance {
    let at = at.min(lower.len());
    let triggers = Triggers::of(lower);
    if triggers.denial && denied(lower, at) {
        return Stance::Negated;
    }
    let opening = lower.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let first = words(opening).next().unwrap_or("");
    if IMPERATIVES.contains(&first) && !opening[first.len()..].starts_with(" of ") && !attackers_list() {
        return Stance::Advice;
    }
    if triggers.advice && ADVICE.iter().any(|phrase| contains_phrase(lower, phrase).is_some()) {
        return Stance::Advice;
    }
    let ends = || DEFENCE_ENDS.iter().filter_map(|phrase| contains_phrase(lower, phrase)).min();
    match triggers.defence.then(ends).flatten() {
        Some(end) if end <= at && !names_attacker(&lower[..end]) => Stance::Advice,
        _ => Stance::Plain,
    }
}

fn denied(lower: &str, at: usize) -> bool {
    let clause_start = CLAUSE_ENDS.iter().filter_map(|end| lower[..at].rfind(end)).max().unwrap_or(0);
    let before = &lower[clause_start..at];
    let behind = &lower[at..];
    let clause_end = CLAUSE_ENDS.iter().filter_map(|end| behind.find(end)).min().unwrap_or(behind.len());
    DENIALS.iter().any(|phrase| contains_phrase(before, phrase).is_some())
        || DENIALS_AFTER.iter().any(|phrase| contains_phrase(&behind[..clause_end], phrase).is_some())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii() && is_word_byte(c as u8) || c == '\'')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Stance, stance};

    #[test]
    fn every_phrase_has_a_word_that_triggers_its_list() {
        assert!(super::DENIALS.iter().chain(super::DENIALS_AFTER).all(|phrase| super::Triggers::of(phrase).denial));
        assert!(super::ADVICE.iter().all(|phrase| super::Triggers::of(phrase).advice));
        assert!(super::DEFENCE_ENDS.iter().all(|phrase| super::Triggers::of(phrase).defence));
    }

    #[test]
    fn says_denies_or_advises() {
        for (sentence, what, expected) in [
            ("The actors used PowerShell to run code.", "PowerShell", Stance::Plain),
            ("We did not observe credential dumping.", "dumping", Stance::Negated),
            ("We did not observe dumping, but they used phishing.", "phishing", Stance::Plain),
            ("Process hollowing was not observed.", "hollowing", Stance::Negated),
            ("Monitor for process hollowing.", "hollowing", Stance::Advice),
            ("Organizations should disable macros.", "macros", Stance::Advice),
            ("The malware disables Defender to prevent detection.", "Defender", Stance::Plain),
            ("The rule is meant to detect process hollowing.", "hollowing", Stance::Advice),
            ("Use of web shells was seen.", "web shells", Stance::Plain),
        ] {
            let lower = sentence.to_ascii_lowercase();
            let at = lower.find(&what.to_ascii_lowercase()).unwrap();
            assert_eq!(stance(&lower, at, || false), expected, "{sentence}");
        }
    }
}
