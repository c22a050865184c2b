//! Words as bytes: boundaries and phrases, for text that is mostly ASCII.

/// A letter, a digit, `_`, or any byte of a character beyond ASCII.
pub fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
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
    /// A bit for each pair of letters that a phrase begins with: most words of a text begin with none of them.
    openings: u64,
}

impl Phrases {
    /// Every phrase has two letters at the least.
    pub const fn new(list: &'static [&'static str]) -> Phrases {
        let (mut openings, mut at) = (0, 0);
        while at < list.len() {
            let phrase = list[at].as_bytes();
            openings |= opening(phrase[0], phrase[1]);
            at += 1;
        }
        Phrases { list, openings }
    }

    /// The first place in `lower` at which one of them stands as whole words.
    pub fn first_in(&self, lower: &str) -> Option<usize> {
        let bytes = lower.as_bytes();
        let mut inside = false;
        for (at, pair) in bytes.windows(2).enumerate() {
            let begins = !inside && self.openings & opening(pair[0], pair[1]) != 0;
            inside = is_word_byte(pair[0]);
            let stands = |phrase: &&str| {
                bytes[at..].starts_with(phrase.as_bytes()) && word_bounded(bytes, at, at + phrase.len())
            };
            if begins && self.list.iter().any(stands) {
                return Some(at);
            }
        }
        None
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

const fn opening(first: u8, second: u8) -> u64 {
    1 << ((first as u32).wrapping_mul(7).wrapping_add(second as u32) & 63)
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
