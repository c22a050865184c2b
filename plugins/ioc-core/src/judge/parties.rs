//! Whom the text itself shows to stand behind a name: who publishes it, and parties that it calls by their names. A site
//! of theirs that is left as it is stands there for the reader.

use super::shown::{self, MailField};
use crate::codes::turned;
use crate::cues::{self, Cues};
use crate::found::Found;
use crate::kinds::email;
use huntsmith_text::{is_alphanumeric, runs};
use std::collections::{BTreeMap, BTreeSet};

/// Registrable names of the parties of one text.
#[derive(Debug, Default)]
pub struct Parties {
    publishers: BTreeSet<String>,
    /// Of those to whom a message that is shown was sent.
    recipients: BTreeSet<String>,
    namesakes: BTreeSet<String>,
}

impl Parties {
    /// `publisher` is what the article's address says; `spans` are the ranges of `found` in the text, both ascending.
    pub fn of(publisher: Option<String>, text: &str, found: &[Found], spans: &[(usize, usize)]) -> Self {
        let mut publishers: BTreeSet<String> = publisher.into_iter().collect();
        let (mut namesakes, mut recipients) = (BTreeSet::new(), BTreeSet::new());
        let mut labels: BTreeMap<String, &str> = BTreeMap::new();
        for (found, &(start, _)) in found.iter().zip(spans) {
            let Some(name) = registrable(found).filter(|_| !found.defanged) else { continue };
            if found.kind == "email" && is_contact(text, start, name) {
                publishers.insert(name.to_string());
            }
            let received = shown::mail_field(text, start) == Some(MailField::Recipient);
            if received && !email::is_free(name) {
                recipients.insert(name.to_string());
            }
            if matches!(found.kind, "domain" | "url" | "email") && is_prime(name) {
                labels.extend(own_words(name).map(|label| (label, name)));
            }
        }
        if !labels.is_empty() {
            namesakes.append(&mut named(text, &labels));
        }
        Self { publishers, recipients, namesakes }
    }

    /// Why a name that nobody defanged is there for the reader.
    pub fn reason(&self, registrable: &str) -> Option<&'static str> {
        if self.publishers.contains(registrable) {
            Some(turned::PUBLISHER)
        } else if self.recipients.contains(registrable) {
            Some(turned::RECIPIENT)
        } else {
            self.namesakes.contains(registrable).then_some(turned::NAMED_PARTY)
        }
    }
}

fn registrable(found: &Found) -> Option<&str> {
    found.parts.iter().find(|(name, _)| *name == "registrable").map(|(_, value)| value.as_str())
}

/// "Contact us at press@…": who asks readers to write is the publisher, unless money is asked for.
fn is_contact(text: &str, start: usize, host: &str) -> bool {
    const BEFORE: usize = 120;
    let from = super::place::floor(text, start.saturating_sub(BEFORE));
    let words = &text[from..start];
    let words = words.rfind('\n').map_or(words, |at| &words[at + 1..]);
    let cues = cues::read(words);
    cues.has(Cues::CONTACT) && !cues.has(Cues::EXTORTION.or(Cues::ATTACK)) && !email::is_free(host)
}

/// Roots below which the exact name of a known party is that party's: the first generic ones, the trade's usual ones, and
/// countries' that do not give names away.
fn is_prime(registrable: &str) -> bool {
    const GENERIC: [&str; 12] =
        ["com", "org", "net", "edu", "int", "gov", "mil", "io", "ai", "dev", "security", "foundation"];
    const GIVEN_AWAY: [&str; 12] = ["tk", "ml", "ga", "cf", "gq", "pw", "su", "cc", "ws", "me", "to", "la"];
    let root = registrable.rsplit('.').next().unwrap_or_default();
    GENERIC.contains(&root) || root.len() == 2 && !GIVEN_AWAY.contains(&root)
}

/// What a party with this name would be called, as one word in small letters: `vandermeer-logistics.nl`,
/// `filezilla-project.org` without what says what it is.
fn own_words(registrable: &str) -> impl Iterator<Item = String> {
    const KINDS: [&str; 8] = ["project", "software", "labs", "lab", "networks", "systems", "inc", "hq"];
    let label = registrable.split('.').next().unwrap_or_default();
    let whole: String = label.chars().filter(|c| *c != '-').collect();
    let short = KINDS
        .iter()
        .filter(|kind| **kind != "hq" || !label.contains('-'))
        .find_map(|kind| whole.strip_suffix(kind))
        .filter(|rest| rest.len() >= 4)
        .map(str::to_string);
    std::iter::once(whole).filter(|word| word.len() >= 3).chain(short)
}

/// Which of the labels a text calls by name: a capitalised word, or up to three of them that follow each other.
fn named(text: &str, labels: &BTreeMap<String, &str>) -> BTreeSet<String> {
    const WORDS: usize = 3;
    let bytes = text.as_bytes();
    let mut names = BTreeSet::new();
    // Beginnings of the capitalised words that the last one follows.
    let mut run: Vec<usize> = Vec::with_capacity(WORDS);
    let mut last_end = 0;
    let mut joined = String::new();
    let initials: BTreeSet<u8> = labels.keys().filter_map(|label| label.bytes().next()).collect();
    let begins: [bool; 256] = std::array::from_fn(|byte| initials.contains(&(byte as u8).to_ascii_lowercase()));
    for std::ops::Range { start, end } in runs(bytes, is_alphanumeric) {
        // A word inside a longer token is part of an address or of code.
        let inside = start > 0 && matches!(bytes[start - 1], b'.' | b'/' | b'@' | b'\\' | b'_' | 0x80..)
            || matches!(bytes.get(end), Some(b'@' | b'/' | b'\\' | b'_' | b'[' | 0x80..))
                && bytes.get(end) != Some(&0xE2)
            || bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
        if inside || !bytes[start].is_ascii_uppercase() || end - start > 63 {
            run.clear();
            continue;
        }
        if run.is_empty() || start != last_end + 1 || !matches!(bytes[last_end], b' ' | b'-') {
            run.clear();
        } else if run.len() == WORDS {
            run.remove(0);
        }
        run.push(start);
        last_end = end;
        for first in run.iter().filter(|first| begins[usize::from(bytes[**first])]) {
            joined.clear();
            joined
                .extend(text[*first..end].chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
            if let Some(name) = labels.get(&joined) {
                names.insert((*name).to_string());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, registrable: &str) -> bool {
        let labels: BTreeMap<String, &str> = own_words(registrable).map(|word| (word, registrable)).collect();
        named(text, &labels).contains(registrable)
    }

    #[test]
    fn a_party_is_called_by_its_name() {
        assert!(names("an attack on VanderMeer Logistics was", "vandermeer-logistics.nl"));
        assert!(names("They used FileZilla to copy", "filezilla-project.org"));
        assert!(names("Affected: Ray Ban and others", "ray-ban.com"));
        assert!(names("Cleo\u{2019}s advisory", "cleo.com"));
        assert!(!names("at Www.Kestrel.biz the", "kestrel.biz"));
        assert!(!names("a kestrel flew", "kestrel.com"));
        assert!(!names("the Kestrel loader", "kestrel-panel.com"));
        assert!(is_prime("cleo.com") && is_prime("eset.sk") && !is_prime("dropbox.live") && !is_prime("x.tk"));
    }
}
