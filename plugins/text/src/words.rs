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
    /// The phrases' numbers by their first letters.
    order: [u8; MOST],
    /// Where the numbers of each first letter begin, and behind the last where they end.
    begins: [u8; LETTERS + 1],
}

/// The most phrases of one list.
const MOST: usize = 128;

impl Phrases {
    /// At most [`MOST`] phrases, each of two letters at the least.
    pub const fn new(list: &'static [&'static str]) -> Phrases {
        assert!(list.len() <= MOST);
        let (mut openings, mut order, mut begins) = ([0; LETTERS], [0; MOST], [0; LETTERS + 1]);
        let (mut first, mut placed) = (0, 0);
        while first < LETTERS {
            let mut at = 0;
            while at < list.len() {
                let phrase = list[at].as_bytes();
                if letter(phrase[0]) == first {
                    openings[first] |= 1 << letter(phrase[1]);
                    order[placed] = at as u8;
                    placed += 1;
                }
                at += 1;
            }
            first += 1;
            begins[first] = placed as u8;
        }
        Phrases { list, openings, order, begins }
    }

    /// The first place in `lower` at which one of them stands as whole words.
    pub fn first_in(&self, lower: &str) -> Option<usize> {
        let bytes = lower.as_bytes();
        starts(bytes, is_word_byte).find(|at| self.may_open(bytes, *at) && self.stands_at(bytes, *at))
    }

    /// For each of several lists whether one of its phrases stands in `lower` as whole words, in one pass.
    pub fn stand_among<const N: usize>(lists: [&Phrases; N], lower: &str) -> [bool; N] {
        let bytes = lower.as_bytes();
        let mut found = [false; N];
        for at in starts(bytes, is_word_byte) {
            for (list, found) in lists.iter().zip(&mut found) {
                *found = *found || list.may_open(bytes, at) && list.stands_at(bytes, at);
            }
        }
        found
    }

    /// Whether a phrase begins with the two letters at `at`.
    #[inline(always)]
    fn may_open(&self, bytes: &[u8], at: usize) -> bool {
        bytes[at..]
            .first_chunk()
            .is_some_and(|[first, second]| self.openings[letter(*first)] >> letter(*second) & 1 != 0)
    }

    /// Whether a phrase stands as whole words where the word at `at` begins.
    #[inline(never)]
    fn stands_at(&self, bytes: &[u8], at: usize) -> bool {
        let first = letter(bytes[at]);
        let numbers = &self.order[self.begins[first].into()..self.begins[first + 1].into()];
        numbers.iter().any(|number| {
            let phrase = self.list[usize::from(*number)].as_bytes();
            // Most end at the second letter: to compare the rest takes a call.
            phrase[1] == bytes[at + 1] && bytes[at..].starts_with(phrase) && word_bounded(bytes, at, at + phrase.len())
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
