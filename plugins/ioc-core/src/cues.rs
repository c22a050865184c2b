//! Words that say what something is: one automaton over sentences, headings and table headers, compiled in `init`.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::sync::OnceLock;

/// What a word or phrase says of the things near it; a bit set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cues(u32);

macro_rules! cues {
    ($($(#[$doc:meta])* $name:ident = $bit:expr;)*) => {
        impl Cues { $($(#[$doc])* pub const $name: Cues = Cues(1 << $bit);)* }
    };
}

cues! {
    /// An attacker's doing, or a thing that only attackers have.
    ATTACK = 0;
    /// The author calls it harmless.
    LEGITIMATE = 1;
    /// It belongs to those who were attacked.
    VICTIM = 2;
    /// A tool that others have as well.
    TOOL = 3;
    SINKHOLE = 4;
    /// "See", "read more": a link for the reader.
    REFERENCE = 5;
    VERSION = 6;
    COMMIT = 7;
    IMPHASH = 8;
    AUTHENTIHASH = 9;
    CERTIFICATE = 10;
    SERIAL = 11;
    JA3 = 12;
    JA3S = 13;
    /// A heading or header that announces indicators.
    IOC = 14;
    /// A heading under which nothing is an indicator: references, about us, mitigations.
    ASIDE = 15;
    /// Files: names, samples, scripts.
    FILE = 16;
    /// Network: domains, servers, addresses.
    NETWORK = 17;
    UUID = 18;
    CHECKSUM = 19;
    /// A list of endings that malware looks for.
    EXTENSIONS = 20;
    /// Whom to write to.
    CONTACT = 21;
    /// What a defender should do.
    DEFENCE = 22;
    /// A heading that announces indicators for everything below it.
    IOC_CHAPTER = 23;
    /// What programs do, an attacker's as well as anybody's: it counts where the paragraph speaks of an attack.
    ACT = 24;
}

impl Cues {
    pub fn has(self, other: Cues) -> bool {
        self.0 & other.0 != 0
    }

    pub fn or(self, other: Cues) -> Cues {
        Cues(self.0 | other.0)
    }
}

const ATTACK: &[&str] = &[
    "c2", "c&c", "c&amp;c", "cnc", "command and control", "command-and-control", "command & control", "malicious", "malware", "phish", "attacker", "adversar",
    "threat actor", "actors", "payload", "backdoor", "trojan", "ransomware", "exfiltrat", "beacon", "dropp", "implant", "loader", "stager", "bot ", "gang", "the group", "stolen data", "stealer", "spyware",
    "keylog", "botnet", "compromis", "exploit", "weaponi", "infect", "webshell", "web shell", "rootkit", "wiper", "spearphish", "attacked", "downloader",
    "typosquat", "fake ", "masquerad", "rogue", "lateral movement", "persistence", "injected", "shellcode", "cobalt strike", "intrusion", "evil", "hijack", "callback", "scam",
    "fraud", "decoy", "lure", "stage 2", "second stage", "second-stage", "next stage", "next-stage", "connect back", "connects back", "called back", "calls back", "calls home", "phones home", "ioc", "attack", "intruder",
    "abused by", "extort", "leak site", "ransom", "spread by the",
];
const ACT: &[&str] = &[
    "connects to", "connected to", "contacts", "contacted", "communicat", "fetch", "download", "sends", "posts data", "upload", "drops", "dropped", "execut", "encrypt", "deploy", "spread", "abus", "campaign", "talks to", "resolves to", "distribut",
    "creates", "created", "installs", "installed", "writes", "written", "copies itself", "runs", "ran ", "launch", "spawn", "loads", "sets ", "hosted", "served", "registered", "injects", "steals", "came from", "used by", "uses", "used to", "queries", "named", "saved", "beacons",
    "called", "located in", "stored", "asked to", "pay ",
];
const LEGITIMATE: &[&str] = &[
    "legitimate", "benign", "clean file", "harmless", "not malicious", "non-malicious", "trusted", "genuine", "official", "whitelist", "allowlist", "false positive", "innocuous", "unrelated",
];
const VICTIM: &[&str] = &["victim's", "victims'", "of a victim", "of the victim", "compromised site", "hacked site", "hacked website", "compromised website", "compromised server", "targeted organi", "impersonated", "targeted by"];
const TOOL: &[&str] = &["open-source", "open source", "publicly available", "legitimate tool", "dual-use", "utility", "lolbin", "living off the land", "living-off-the-land"];
const SINKHOLE: &[&str] = &["sinkhole", "seized", "taken over by", "takedown", "took down"];
const REFERENCE: &[&str] = &[
    "read more", "see also", "for more", "more information", "learn more", "available at", "available here", "reported by", "according to", "blog post", "blogpost", "documentation", "we thank", "thanks to",
    "contact us", "follow us", "subscribe", "please refer", "refer to", "reference", "source:", "published", "visit our", "report to", "white paper", "whitepaper", "join us", "copyright", "guidance", "homepage", "release notes", "advisory", "project page",
    "detailed analysis", "press release", "questions", "e-mail us", "email us", "reach us", "rules are", "webinar", "download the pdf",
];
const CONTACT: &[&str] = &[
    "contact us", "contact your", "contact information", "please contact", "to report", "report incidents", "report to", "e-mail us", "email us", "reach us", "press office", "media inquir", "media contact", "24/7",
    "hotline", "field office", "helpdesk", "write to us", "contact:", "contact the", "questions",
];
const DEFENCE: &[&str] = &[
    "monitor", "mitigat", "recommend", "audit", "ensure", "restrict", "defender", "consider ", "should ", "enforce", "disable unneeded", "administrators", "detection", "look for",
];
const IOC_CHAPTER: &[&str] = &["indicators of compromise", "indicator of compromise", "indicators", "iocs", "ioc", "hashes", "samples", "observables", "network indicators"];
const VERSION: &[&str] = &["version", "firmware", "release", "build ", "update to", "upgrade", "patched", "prior to", "v.", "ver."];
const COMMIT: &[&str] = &["commit", "git ", "revision", "changeset", "pull request", "merged", "sha pinned", "pinned to", "branch"];
const UUID: &[&str] = &["uuid", "guid", "correlation id", "tenant id", "request id", "trace id", "session id", "etag", "document id", "build id", "api key", "asset id", "cache key"];
const CHECKSUM: &[&str] = &["checksum", "verify the download", "integrity", "installer sha", "release hash", "our product", "download page"];
const IOC: &[&str] = &["indicator", "ioc", "c&c", "c2", "command and control", "hashes", "samples", "malicious", "network infrastructure", "artifact", "artefact", "malware files", "sha-1", "sha1", "sha256", "sha-256", "md5", "dropper", "payload", "backdoor", "observable", "certificate", "wallet"];
const ASIDE: &[&str] = &[
    "reference", "further reading", "related", "acknowledg", "about ", "contact", "resources", "mitigation", "recommendation", "conclusion", "disclaimer", "credits", "additional reading", "sources", "footnote", "see also", "share this", "newsletter", "changelog",
    "revision history", "feedback",
];
const FILE: &[&str] = &["file name", "filename", "file", "script", "dll", "executable", "binary", "sample", "archive", "attachment", "document", "dropped", "installer", "module", "process"];
const NETWORK: &[&str] = &["domain", "server", "c2", "c&c", "host", "url", "address", "resolv", "dns", "website", "site", "network", "infrastructure", "registrar", "ip "];

struct Table {
    automaton: AhoCorasick,
    cues: Vec<Cues>,
}

static TABLE: OnceLock<Table> = OnceLock::new();

fn table() -> &'static Table {
    TABLE.get_or_init(|| {
        let groups: [(&[&str], Cues); 26] = [
            (ATTACK, Cues::ATTACK),
            (ACT, Cues::ACT),
            (LEGITIMATE, Cues::LEGITIMATE),
            (VICTIM, Cues::VICTIM),
            (TOOL, Cues::TOOL),
            (SINKHOLE, Cues::SINKHOLE),
            (REFERENCE, Cues::REFERENCE),
            (VERSION, Cues::VERSION),
            (COMMIT, Cues::COMMIT),
            (UUID, Cues::UUID),
            (CHECKSUM, Cues::CHECKSUM),
            (IOC, Cues::IOC),
            (CONTACT, Cues::CONTACT),
            (DEFENCE, Cues::DEFENCE),
            (IOC_CHAPTER, Cues::IOC_CHAPTER),
            (ASIDE, Cues::ASIDE),
            (FILE, Cues::FILE),
            (NETWORK, Cues::NETWORK),
            (&["imphash", "import hash"], Cues::IMPHASH),
            (&["authentihash", "authenticode hash"], Cues::AUTHENTIHASH),
            (&["thumbprint", "fingerprint"], Cues::CERTIFICATE),
            (&["serial number", "serial"], Cues::SERIAL),
            (&["ja3", "tls fingerprint"], Cues::JA3),
            (&["ja3s"], Cues::JA3S),
            (&["extension"], Cues::EXTENSIONS),
            (&["do not block", "don't block"], Cues::LEGITIMATE),
        ];
        let mut patterns: Vec<&str> = Vec::new();
        let mut cues: Vec<Cues> = Vec::new();
        for (words, cue) in groups {
            for word in words {
                match patterns.iter().position(|known| known == word) {
                    Some(at) => cues[at] = cues[at].or(cue),
                    None => {
                        patterns.push(word);
                        cues.push(cue);
                    }
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns)
            .expect("the patterns are constants");
        Table { automaton, cues }
    })
}

/// Builds the automaton; for `init`.
pub fn prepare() {
    table();
}

/// As [`read`], but not inside ranges of the article; `text` begins at `offset` of it.
pub fn read_outside(text: &str, offset: usize, ranges: &[(usize, usize)]) -> Cues {
    read_if(text, |at| {
        let next = ranges.partition_point(|range| range.1 <= offset + at);
        ranges.get(next).is_none_or(|range| offset + at < range.0)
    })
}

/// All cues in a text. A word counts where it begins: "infected" has "infect", "c2" is not in "ec2".
pub fn read(text: &str) -> Cues {
    read_if(text, |_| true)
}

fn read_if(text: &str, counts: impl Fn(usize) -> bool) -> Cues {
    let table = table();
    let bytes = text.as_bytes();
    let mut cues = Cues::default();
    for found in table.automaton.find_overlapping_iter(text) {
        let starts_word = found.start() == 0 || !bytes[found.start() - 1].is_ascii_alphanumeric();
        // Two and three letters are words only as a whole.
        let whole = found.len() > 3 || bytes.get(found.end()).is_none_or(|b| !b.is_ascii_alphanumeric() || *b == b's' || *b == b'S');
        if starts_word && whole && counts(found.start()) {
            cues = cues.or(table.cues[found.pattern().as_usize()]);
        }
    }
    cues
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_where_they_begin() {
        assert!(read("The C2 server").has(Cues::ATTACK));
        assert!(!read("an EC2 instance").has(Cues::ATTACK));
        assert!(read("a Legitimate site").has(Cues::LEGITIMATE));
        assert!(read("Indicators of compromise").has(Cues::IOC));
    }
}
