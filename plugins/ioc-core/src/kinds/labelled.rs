//! Names that only the word beside them tells. The word comes first, and the name is quoted, announced ("named", "called", a
//! colon), or has a form of its own. Which words announce what stands in the kinds' own files.

use super::{
    certificate_serial, discord, file_name, mutex, named_pipe, package, process_name, scheduled_task, service_name,
    slack, telegram, user_agent, xmpp, yara_rule,
};
use crate::found::Finds;

/// A kind of name, and how it is announced.
pub struct Label {
    pub kind: &'static str,
    /// In small letters.
    pub words: &'static [&'static str],
    /// What is said within a few words before the label, or a colon after it: the label alone says too little.
    pub with: Option<&'static str>,
    /// How many words such a name has at most.
    pub longest: usize,
    /// Reads the name that the label at `start..end` of the text announces. Returns where it ends.
    pub read: fn(&Label, &mut Finds, &str, usize, usize) -> Option<usize>,
}

impl Label {
    /// A label that is enough, of names in up to five words.
    pub const fn of(kind: &'static str, words: &'static [&'static str]) -> Label {
        Label { kind, words, with: None, longest: 5, read: name }
    }
}

const LABELS: [Label; 13] = [
    user_agent::LABEL,
    mutex::LABEL,
    named_pipe::LABEL,
    service_name::LABEL,
    scheduled_task::LABEL,
    process_name::LABEL,
    yara_rule::LABEL,
    package::LABEL,
    certificate_serial::LABEL,
    xmpp::LABEL,
    telegram::LABEL,
    discord::LABEL,
    slack::LABEL,
];

/// The lengths, a bit each, that the labels have, by first letter: most words end here.
const LENGTHS: [u32; 26] = {
    let mut lengths = [0; 26];
    let mut at = 0;
    while at < LABELS.len() {
        let mut word = 0;
        while word < LABELS[at].words.len() {
            let label = LABELS[at].words[word].as_bytes();
            lengths[(label[0] - b'a') as usize] |= 1 << label.len();
            word += 1;
        }
        at += 1;
    }
    lengths
};

/// What a word announces; ASCII only.
pub fn label(word: &str) -> Option<&'static Label> {
    static ALL: [Label; LABELS.len()] = LABELS;
    let letter = (word.as_bytes().first()? | 0x20).wrapping_sub(b'a');
    if LENGTHS.get(usize::from(letter))?.checked_shr(word.len() as u32)? & 1 == 0 {
        return None;
    }
    ALL.iter().find(|label| label.words.iter().any(|one| word.eq_ignore_ascii_case(one)))
}

/// A name in quotes, one that is announced, or one that is made: "creates the service WinUpd32".
pub fn name(label: &Label, finds: &mut Finds, text: &str, start: usize, end: usize) -> Option<usize> {
    let announced = Announced::after(text, end)?;
    if label.with.is_some_and(|word| !announced.colon && !said_before(text, start, word)) {
        return None;
    }
    let made = || ["creat", "install", "regist", "new "].iter().any(|verb| said_before(text, start, verb));
    let (start, stop) = match announced.quoted(text) {
        Some(place) => place,
        None if announced.cell => announced.whole_cell(text)?,
        None if announced.named || made() => {
            announced.word(text).filter(|(start, stop)| is_coined(&text[*start..*stop]))?
        }
        None => return None,
    };
    label.add(finds, text, start, stop)
}

/// A name in an account's form, where more than the service's name announces it.
pub fn account(label: &Label, finds: &mut Finds, text: &str, _: usize, end: usize) -> Option<usize> {
    let announced = Announced::after(text, end).filter(|announced| announced.named)?;
    let (start, stop) = announced
        .quoted(text)
        .or_else(|| announced.word(text).filter(|(start, stop)| is_coined(&text[*start..*stop])))
        .filter(|(start, stop)| !text[*start..*stop].contains(['/', ':', '@', '.']))?;
    label.add(finds, text, start, stop)
}

impl Label {
    /// Adds what stands at a place if it can be such a name.
    pub fn add(&self, finds: &mut Finds, text: &str, start: usize, stop: usize) -> Option<usize> {
        let name = text[start..stop].trim();
        if !is_plausible(name, self.longest) {
            return None;
        }
        finds.add(self.kind, name.to_string(), start, stop);
        Some(stop)
    }
}

/// Whether a word stands within a few words before a position.
pub(super) fn said_before(text: &str, position: usize, word: &str) -> bool {
    let from = floor_boundary(text, position.saturating_sub(24));
    text[from..position].to_ascii_lowercase().contains(word)
}

pub(super) fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What stands after a label.
pub struct Announced {
    pub at: usize,
    /// "named", "called" or a colon was read.
    pub named: bool,
    pub colon: bool,
    /// The label is a cell of a table, and here begins the next one.
    pub cell: bool,
}

impl Announced {
    pub fn after(text: &str, end: usize) -> Option<Announced> {
        let mut at = end;
        let (mut named, mut colon) = (false, false);
        for _ in 0..4 {
            let rest = &text[at..];
            let blanks = rest.bytes().take(2).take_while(|b| matches!(b, b' ' | b'\n')).count();
            if rest[blanks..].starts_with(['\t', '|']) {
                let border = rest.bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'|')).count();
                return Some(Announced { at: at + border, named: true, colon: true, cell: true });
            }
            if rest.starts_with(':') || rest.starts_with('=') {
                at += 1;
                (named, colon) = (true, true);
                continue;
            }
            let word = rest[blanks..].bytes().take(12).take_while(u8::is_ascii_alphabetic).count();
            let next = &rest[blanks..blanks + word];
            match next.to_ascii_lowercase().as_str() {
                "named" | "called" | "dubbed" => named = true,
                "name" | "names" | "is" | "was" | "the" | "a" | "object" | "with" | "as" | "using" | "installed"
                | "created" | "registered" | "string" | "user" | "username" | "handle" | "account" | "id" | "tag" => {}
                _ => {
                    at += blanks;
                    return (at < text.len()).then_some(Announced { at, named, colon, cell: false });
                }
            }
            at += blanks + word;
        }
        let blanks = text[at..].bytes().take(2).take_while(|b| *b == b' ').count();
        Some(Announced { at: at + blanks, named, colon, cell: false })
    }

    /// The text between the quotes that begin here.
    pub fn quoted(&self, text: &str) -> Option<(usize, usize)> {
        let open = text[self.at..].chars().next()?;
        let close = match open {
            '"' | '`' | '\'' => open,
            '\u{201c}' => '\u{201d}',
            '\u{2018}' => '\u{2019}',
            '\u{ab}' => '\u{bb}',
            _ => return None,
        };
        let start = self.at + open.len_utf8();
        let limit = floor_boundary(text, text.len().min(start + 160));
        let length = text[start..limit].find([close, '\n'])?;
        (text[start + length..].starts_with(close) && length > 0).then_some((start, start + length))
    }

    /// The cell that begins here, if all of it is one coined word: `Mutex | qwe_sync_11`, but not `Service | Owner`.
    fn whole_cell(&self, text: &str) -> Option<(usize, usize)> {
        let (start, stop) = self.word(text)?;
        let alone = text[stop..].trim_start_matches(' ').chars().next().is_none_or(|c| matches!(c, '\t' | '|' | '\n'));
        let name = &text[start..stop];
        (alone && is_coined(name) && !is_of_another_kind(name)).then_some((start, stop))
    }

    /// The word that begins here, without the sentence's punctuation.
    pub fn word(&self, text: &str) -> Option<(usize, usize)> {
        let limit = floor_boundary(text, text.len().min(self.at + 128));
        let rest = &text[self.at..limit];
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '`' | '|' | '<' | '>'))
            .unwrap_or(rest.len());
        let word = rest[..length].trim_end_matches(['.', ',', ':', ')', '\u{201d}', '\u{2019}']);
        (word.len() >= 3).then_some((self.at, self.at + word.len()))
    }
}

/// Ids of techniques and vulnerabilities, numbers and dates, files and addresses: columns hold them beside such words, too.
fn is_of_another_kind(cell: &str) -> bool {
    // `T1053.005`, `DS0009`, `KB5001330`, `CVE-2024-1234`.
    let digits = cell.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '-');
    let id = (1..=4).contains(&(cell.len() - digits.len()))
        && digits.len() >= 4
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    let number = !cell.bytes().any(|b| b.is_ascii_alphabetic());
    id || number || cell.contains(['/', '@']) || file_name::ending(cell).is_some()
}

/// A name, not a part of the sentence: `words` at most.
fn is_plausible(name: &str, words: usize) -> bool {
    let begins = |c: char| c.is_alphanumeric() || matches!(c, '\\' | '{' | '_' | '$' | '%');
    (3..=128).contains(&name.len())
        && !name.contains("://")
        && name.split_whitespace().count() <= words
        && (words == 1 || name.starts_with(begins))
}

/// A word that no dictionary has: a digit, a sign or a capital inside.
pub(super) fn is_coined(name: &str) -> bool {
    name.bytes().any(|b| b.is_ascii_digit() || matches!(b, b'_' | b'\\' | b'-' | b'{' | b'$' | b'%' | b'@' | b'.'))
        || name.chars().skip(1).any(char::is_uppercase) && name.chars().any(char::is_lowercase)
}

/// What the first label of a text announces.
#[cfg(test)]
pub(super) fn announced(text: &str) -> Option<(&'static str, String)> {
    let mut finds = Finds::default();
    let (at, label) = text
        .split_whitespace()
        .find_map(|word| label(word.trim_matches(':')).map(|label| (text.find(word).unwrap(), label)))?;
    let length = text[at..].bytes().take_while(u8::is_ascii_alphabetic).count();
    (label.read)(label, &mut finds, text, at, at + length);
    finds.found.pop().map(|found| (found.kind, found.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_announces_nothing() {
        for text in [
            "the service was stopped",
            "a process that runs",
            "as a rule the attackers",
            "the task is done",
            "customer service is good",
            "Service\tDisplay name\n",
            "| Task | Due-date of it |",
            "Scheduled Task\tT1053.005\tIt creates one",
            "Service | 2024-03-01 |",
            "Service\thelper.exe",
        ] {
            assert_eq!(announced(text), None, "{text}");
        }
    }

    #[test]
    fn a_cell_announces_the_next_one() {
        assert_eq!(announced("Mutex\tqwe_sync_11\tloader"), Some(("mutex", "qwe_sync_11".to_string())));
        assert_eq!(announced("| Mutex | Global\\7f3a-sync |"), Some(("mutex", "Global\\7f3a-sync".to_string())));
        assert_eq!(announced("Service name\tWinDefSvc"), Some(("service_name", "WinDefSvc".to_string())));
    }

    #[test]
    fn every_word_has_its_label() {
        for one in &LABELS {
            assert!(one.words.iter().all(|word| label(&word.to_uppercase()).is_some_and(|it| it.kind == one.kind)));
        }
    }
}
