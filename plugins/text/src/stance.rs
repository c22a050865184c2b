//! Whether a sentence says that an attacker did something, denies it, or tells the reader what to do.

use crate::bytes::runs;
use crate::words::{Phrases, is_alphanumeric};

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
static DENIALS: Phrases = Phrases::new(&[
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
]);
/// Denials that reach to the next comma.
static SHORT_DENIALS: Phrases = Phrases::new(&["instead of", "rather than", "unlike"]);
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
/// Denials that stand behind what they deny.
static DENIALS_AFTER: Phrases = Phrases::new(&[
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
]);
/// Where a clause ends for a denial.
const CLAUSE_ENDS: &[&str] =
    &["; ", ", but ", " but ", ", however", " however,", " instead ", ", although ", " while ", ", so "];
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
/// Verbs by which a sentence tells what was done.
static ACTS: Phrases = Phrases::new(&[
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
]);
/// Phrases that speak to defenders, in lower case.
static ADVICE: Phrases = Phrases::new(&[
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
]);
/// What an attacker could do, by whoever describes a flaw: nobody did it.
static SUPPOSITIONS: Phrases = Phrases::new(&[
    "an attacker could",
    "an attacker can",
    "an attacker may",
    "an attacker might",
    "an attacker who",
    "an attacker would",
    "attackers could",
    "attackers might",
    "actors could",
    "allow an attacker",
    "allows an attacker",
    "allowing an attacker",
    "allow attackers",
    "allows attackers",
    "lets an attacker",
    "enable an attacker",
    "enables an attacker",
    "could allow",
]);
/// Ends that a defender has; an attacker has them too, so they count only where no attacker acts before them.
static DEFENCE_ENDS: Phrases = Phrases::new(&[
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
]);
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
const SHORT_ATTACKERS: &[&[u8]] = &[b"rat", b"rats", b"apt", b"apts"];

/// The first four bytes of each of [`ATTACKERS`]: most words begin with none of them, and one comparison says so.
static OPENINGS: [[u8; 4]; ATTACKERS.len()] = {
    let mut openings = [[0; 4]; ATTACKERS.len()];
    let mut at = 0;
    while at < ATTACKERS.len() {
        openings[at] = *ATTACKERS[at].as_bytes().first_chunk().expect("a beginning has four letters");
        at += 1;
    }
    openings
};

/// `apt29`.
fn is_numbered_apt(word: &[u8]) -> bool {
    word.strip_prefix(b"apt").is_some_and(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
}

/// Whether a word of the sentence (in lower case) names an attacker or an attacker's tool.
pub fn names_attacker(lower: &str) -> bool {
    words(lower).any(|word| {
        let opens = word.first_chunk().is_some_and(|opening| OPENINGS.contains(opening));
        opens && ATTACKERS.iter().any(|start| word.starts_with(start.as_bytes()))
            || SHORT_ATTACKERS.contains(&word)
            || is_numbered_apt(word)
    })
}

/// Whether the sentence, in lower case, tells what an attacker did: inside advice, too, that is no advice.
pub fn narrates(lower: &str) -> bool {
    names_attacker(lower) && ACTS.stand_in(lower)
}

/// Whether the sentence, in lower case, tells that something was done, by whomever.
pub fn tells_of_acts(lower: &str) -> bool {
    ACTS.stand_in(lower)
}

/// Whether the sentence, in lower case, says what an attacker could do.
pub fn supposes(lower: &str) -> bool {
    SUPPOSITIONS.stand_in(lower)
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
                b"no" | b"without" | b"ruled" | b"excluded" | b"neither" | b"lacks" | b"lacked" | b"instead"
                | b"rather" | b"unlike" | b"unclear" | b"unknown" => found.denial = true,
                b"recommend" | b"recommends" | b"recommended" | b"advise" | b"advised" | b"should" | b"can"
                | b"encouraged" | b"learn" | b"protect" | b"defend" | b"mitigate" | b"reduce" | b"help" | b"helps" => {
                    found.advice = true
                }
                b"prevent" | b"detect" | b"block" | b"stop" | b"hunt" | b"identify" | b"alert" | b"prevents"
                | b"blocks" | b"protects" | b"detects" | b"detecting" | b"recognises" | b"recognizes" => {
                    found.defence = true
                }
                _ => found.denial |= is_negator(word),
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
    let first = words(opening).next().unwrap_or_default();
    let orders = IMPERATIVES.iter().any(|verb| verb.as_bytes() == first);
    if orders && !opening[first.len()..].starts_with(" of ") && !attackers_list() {
        return Stance::Advice;
    }
    if triggers.advice && ADVICE.stand_in(lower) {
        return Stance::Advice;
    }
    match triggers.defence.then(|| DEFENCE_ENDS.first_in(lower)).flatten() {
        Some(end) if end <= at && !names_attacker(&lower[..end]) => Stance::Advice,
        _ => Stance::Plain,
    }
}

fn denied(lower: &str, at: usize) -> bool {
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
    at < lower.len() && SHORT_DENIALS.stand_in(part)
        || DENIALS.stand_in(before)
        || denies_act(before)
        || DENIALS_AFTER.stand_in(behind)
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
fn words(text: &str) -> impl Iterator<Item = &[u8]> {
    let inner = |byte| is_alphanumeric(byte) | (byte == b'_') | (byte == b'\'');
    runs(text.as_bytes(), inner).map(|run| &text.as_bytes()[run])
}

#[cfg(test)]
mod tests {
    use super::{Stance, stance};

    #[test]
    fn every_phrase_has_a_word_that_triggers_its_list() {
        assert!(
            [&super::DENIALS, &super::SHORT_DENIALS, &super::DENIALS_AFTER]
                .iter()
                .flat_map(|list| list.iter())
                .all(|phrase| super::Triggers::of(phrase).denial)
        );
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
            let lower = sentence.to_ascii_lowercase();
            let at = lower.find(&what.to_ascii_lowercase()).unwrap();
            assert_eq!(stance(&lower, at, || false), expected, "{sentence}");
        }
    }
}
