//! Words that say what something is, in sentences, headings and table headers. They count where a word begins, so only
//! there is one looked up, by its first two letters.

use huntsmith_text::{is_alphanumeric, places, starts};
use labels::*;
use std::sync::OnceLock;
use words::*;

mod labels;
mod languages;
mod words;

/// What a word or phrase says of the things near it; a bit set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cues(u64);

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
    /// What was imitated stands beside what imitates it.
    IMITATION = 25;
    /// What a victim is asked for: whom to write to is then the attacker.
    EXTORTION = 26;
    /// The site that somebody named in the text has.
    OWN_SITE = 27;
    /// Leads on to more to read, whatever that is about.
    FURTHER = 28;
    /// A column of families of malware.
    FAMILY = 29;
    /// Whether there is a connection, and from where: everybody's services are asked for it.
    PROBE = 30;
    /// As [`Cues::ASIDE`] where the heading says nothing else.
    WEAK_ASIDE = 31;
    /// Not to be blocked, whatever else the sentence says.
    SPARED = 32;
    /// From whom a message came.
    SENDER = 33;
    /// The name of an application.
    APPLICATION = 34;
}

impl Cues {
    pub fn has(self, other: Cues) -> bool {
        self.0 & other.0 != 0
    }

    /// Those of `other` that it has.
    pub const fn only(self, other: Cues) -> Cues {
        Cues(self.0 & other.0)
    }

    pub const fn or(self, other: Cues) -> Cues {
        Cues(self.0 | other.0)
    }
}

struct Table {
    /// In lower case, sorted by [`pair`].
    words: Vec<(&'static str, Cues)>,
    /// Where the words of each pair begin, and behind the last pair where they end.
    begins: Vec<u16>,
}

/// Letters, sixteen groups of the bytes of other scripts, and everything else.
const LETTERS: usize = 43;

fn letter(byte: u8) -> usize {
    match byte | 0x20 {
        lower @ b'a'..=b'z' => usize::from(lower - b'a') + 1,
        _ if byte >= 0x80 => 27 + usize::from(byte & 0x3f) / 4,
        _ => 0,
    }
}

/// What the first two bytes of a word are, without case.
fn pair(bytes: &[u8]) -> usize {
    let at = |index: usize| bytes.get(index).map_or(0, |byte| letter(*byte));
    at(0) * LETTERS + at(1)
}

static TABLE: OnceLock<Table> = OnceLock::new();

fn table() -> &'static Table {
    TABLE.get_or_init(|| {
        let groups: [(&[&str], Cues); 42] = [
            (ATTACK, Cues::ATTACK),
            (ACT, Cues::ACT),
            (LEGITIMATE, Cues::LEGITIMATE),
            (IMITATION, Cues::IMITATION),
            (EXTORTION, Cues::EXTORTION),
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
            (OWN_SITE, Cues::OWN_SITE),
            (&["family", "malware name", "threat name"], Cues::FAMILY),
            (FURTHER, Cues::FURTHER.or(Cues::REFERENCE)),
            (languages::ATTACK, Cues::ATTACK),
            (languages::ACT, Cues::ACT),
            (languages::IOC_CHAPTER, Cues::IOC.or(Cues::IOC_CHAPTER)),
            (languages::REFERENCE, Cues::REFERENCE),
            (languages::ASIDE, Cues::ASIDE),
            (languages::PROBE, Cues::PROBE),
            (PROBE, Cues::PROBE),
            (WEAK_ASIDE, Cues::WEAK_ASIDE),
            (SPARED, Cues::SPARED.or(Cues::LEGITIMATE)),
            (SENDER, Cues::SENDER),
            (APPLICATION, Cues::APPLICATION),
            (GENUINE, Cues::LEGITIMATE),
        ];
        let mut words: Vec<(&str, Cues)> = Vec::new();
        for (group, cue) in groups {
            for word in group {
                match words.iter_mut().find(|(known, _)| known == word) {
                    Some((_, cues)) => *cues = cues.or(cue),
                    None => words.push((word, cue)),
                }
            }
        }
        words.sort_by_key(|(word, _)| pair(word.as_bytes()));
        let begins = (0..=LETTERS * LETTERS)
            .map(|of| words.partition_point(|(word, _)| pair(word.as_bytes()) < of) as u16)
            .collect();
        Table { words, begins }
    })
}

/// Builds the table; for `init`.
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
    // Other scripts write words without blanks: one may begin at each of their letters.
    let wide = places(bytes, |byte| byte >= 0xC3);
    for at in starts(bytes, is_alphanumeric).chain(wide) {
        let rest = &bytes[at..];
        let pair = pair(rest);
        for (word, cue) in &table.words[table.begins[pair].into()..table.begins[pair + 1].into()] {
            if !rest.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes())) {
                continue;
            }
            // Two and three letters are words only as a whole.
            let whole = word.len() > 3
                || rest.get(word.len()).is_none_or(|b| !b.is_ascii_alphanumeric() || *b == b's' || *b == b'S');
            let meant = !cue.has(Cues::LEGITIMATE) || !is_pretended(bytes, at, at + word.len());
            if whole && meant && counts(at) {
                cues = cues.or(*cue);
            }
        }
    }
    cues
}

/// "legitimate-looking", "appears genuine": said of what is not.
fn is_pretended(text: &[u8], start: usize, end: usize) -> bool {
    const AFTER: [&[u8]; 4] = [b"looking", b"seeming", b"sounding", b"appearing"];
    const BEFORE: &str = "look looks looked looking appear appears appeared seem seems seemed seemingly apparently";
    let next = text[end..].strip_prefix(b"-").or_else(|| text[end..].strip_prefix(b" ")).unwrap_or_default();
    let before = text[..start].trim_ascii_end().rsplit(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
    AFTER.iter().any(|word| next.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word)))
        || BEFORE.split(' ').any(|word| before.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_where_they_begin() {
        assert!(read("The C2 server").has(Cues::ATTACK));
        assert!(!read("an EC2 instance").has(Cues::ATTACK));
        assert!(read("a Legitimate site").has(Cues::LEGITIMATE));
        for pretended in ["the legitimate-looking site", "a site that looks genuine", "Seemingly official mails"] {
            assert!(!read(pretended).has(Cues::LEGITIMATE), "{pretended}");
        }
        assert!(read("Indicators of compromise").has(Cues::IOC));
        assert!(read("Индикаторы компрометации").has(Cues::IOC_CHAPTER));
        assert!(read("\u{653b}\u{6483}\u{8005}\u{306f}").has(Cues::ATTACK));
    }
}
