//! Words as bytes: boundaries and phrases, for text that is mostly ASCII.

use crate::bytes::starts;

/// A letter, a digit, `_`, or any byte of a character beyond ASCII.
pub fn is_word_byte(byte: u8) -> bool {
    // Without branches, for [`starts`].
    is_alphanumeric(byte) | (byte == b'_') | (byte >= 0x80)
}

/// An ASCII letter or digit, told without branches.
pub fn is_alphanumeric(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10)
}

/// Whether `text[start..end]` has no word character directly before or after it.
pub fn word_bounded(text: &[u8], start: usize, end: usize) -> bool {
    (start == 0 || !is_word_byte(text[start - 1])) && (end >= text.len() || !is_word_byte(text[end]))
}

/// The first place at which `phrase` stands in `text` as whole words. Both are compared as they are, so the caller
/// lowers the case of both.
pub fn contains_phrase(text: &str, phrase: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text[from..].find(phrase) {
        let start = from + found;
        if word_bounded(text.as_bytes(), start, start + phrase.len()) {
            return Some(start);
        }
        from = start + phrase.len();
    }
    None
}

/// Phrases in lower case that are sought together, in one pass over a text.
pub struct Phrases {
    list: &'static [&'static str],
    /// By first letter, a bit for each second letter: most words of a text begin as none of the phrases.
    openings: [u32; LETTERS],
}

impl Phrases {
    /// Every phrase has two letters at the least.
    pub const fn new(list: &'static [&'static str]) -> Phrases {
        let (mut openings, mut at) = ([0; LETTERS], 0);
        while at < list.len() {
            let phrase = list[at].as_bytes();
            openings[letter(phrase[0])] |= 1 << letter(phrase[1]);
            at += 1;
        }
        Phrases { list, openings }
    }

    /// The first place in `lower` at which one of them stands as whole words.
    pub fn first_in(&self, lower: &str) -> Option<usize> {
        let bytes = lower.as_bytes();
        starts(bytes, is_word_byte).find(|at| {
            let Some([first, second]) = bytes[*at..].first_chunk() else { return false };
            let stands = |phrase: &&str| {
                let phrase = phrase.as_bytes();
                // Most end at the first letters: to compare the rest takes a call.
                phrase[..2] == [*first, *second]
                    && bytes[*at..].starts_with(phrase)
                    && word_bounded(bytes, *at, at + phrase.len())
            };
            self.openings[letter(*first)] >> letter(*second) & 1 != 0 && self.list.iter().any(stands)
        })
    }

    /// Whether one of them stands in `lower` as whole words.
    pub fn stand_in(&self, lower: &str) -> bool {
        self.first_in(lower).is_some()
    }

    /// The phrases.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.list.iter().copied()
    }
}

/// Numbers that letters and a few other bytes have.
const LETTERS: usize = 32;

/// A letter's number, the same in both cases; other bytes share numbers with letters.
const fn letter(byte: u8) -> usize {
    byte as usize % LETTERS
}

#[cfg(test)]
mod tests {
    use super::{Phrases, contains_phrase};

    #[test]
    fn phrases_are_found_where_the_first_of_them_stands_alone() {
        let list = &["should be", "can be detected", "used"];
        let phrases = Phrases::new(list);
        for text in [
            "misused, used by",
            "reused; it should be",
            "should bend",
            "",
            "x",
            "it can be detected",
            "used",
            "unused used_",
        ] {
            let each = list.iter().filter_map(|phrase| contains_phrase(text, phrase)).min();
            assert_eq!(phrases.first_in(text), each, "{text}");
        }
    }
}
