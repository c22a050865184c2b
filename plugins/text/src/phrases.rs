//! Phrases of several lists, sought together: one pass over a text says which lists have a phrase in it, and where.

use crate::bytes::starts;
use crate::words::{is_alphanumeric, is_word_byte};

/// A list of phrases in lower case, each of two bytes at the least, the first of them a letter or a digit. One string may
/// hold several, parted by `|`.
#[derive(Clone, Copy)]
pub struct List {
    pub(crate) phrases: &'static [&'static str],
    /// They stand as whole words; else what stands may go on.
    whole: bool,
}

impl List {
    /// Phrases that stand as whole words.
    pub const fn of(phrases: &'static [&'static str]) -> List {
        List { phrases, whole: true }
    }

    /// Beginnings of words.
    pub const fn of_beginnings(phrases: &'static [&'static str]) -> List {
        List { phrases, whole: false }
    }
}

/// How many phrases lists have together.
pub const fn count(lists: &[List]) -> usize {
    let (mut at, mut sum) = (0, 0);
    while at < lists.len() {
        let mut entry = 0;
        while entry < lists[at].phrases.len() {
            let mut rest = lists[at].phrases[entry].as_bytes();
            while let Some((_, next)) = first_phrase(rest) {
                (sum, rest) = (sum + 1, next);
            }
            entry += 1;
        }
        at += 1;
    }
    sum
}

/// The phrase up to the next `|`, and what follows.
const fn first_phrase(text: &'static [u8]) -> Option<(&'static [u8], &'static [u8])> {
    if text.is_empty() {
        return None;
    }
    let mut end = 0;
    while end < text.len() && text[end] != b'|' {
        end += 1;
    }
    let (phrase, rest) = text.split_at(end);
    match rest {
        [_, rest @ ..] => Some((phrase, rest)),
        [] => Some((phrase, rest)),
    }
}

/// Where a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The list's place among the lists.
    pub list: usize,
    pub start: usize,
    pub end: usize,
}

/// `N` phrases, by the letters that they begin with: most words of a text begin as none of them.
pub struct Phrases<const N: usize> {
    keys: [Key; N],
    /// Where the phrases of each bucket begin, and behind the last where they end.
    begins: [u16; BUCKETS + 1],
}

#[derive(Clone, Copy)]
struct Key {
    /// The first bytes: to compare them takes no call.
    head: u128,
    /// Which bytes of a text's sixteen are compared with them.
    mask: u128,
    phrase: &'static [u8],
    list: u16,
    whole: bool,
}

/// So many bytes of a phrase are compared at once.
const HEAD: usize = size_of::<u128>();

/// Buckets of phrases of four bytes and more, by a hash of the first four, then those of shorter ones, by the first two.
const LONG_BITS: u32 = 12;
const LONG: usize = 1 << LONG_BITS;
const LETTERS: usize = 32;
const BUCKETS: usize = LONG + LETTERS * LETTERS;

const fn long(four: [u8; 4]) -> usize {
    (u32::from_le_bytes(four).wrapping_mul(0x9e37_79b1) >> (u32::BITS - LONG_BITS)) as usize
}

/// Letters have numbers of their own; other bytes share them.
const fn short(first: u8, second: u8) -> usize {
    LONG + first as usize % LETTERS * LETTERS + second as usize % LETTERS
}

const fn bucket(phrase: &[u8]) -> usize {
    match *phrase {
        [first, second, third, fourth, ..] => long([first, second, third, fourth]),
        [first, second, ..] => short(first, second),
        _ => panic!("a phrase has two bytes at the least"),
    }
}

impl Key {
    const fn of(phrase: &'static [u8], list: usize, whole: bool) -> Key {
        let (mut head, mut mask, mut at) = (0, 0, 0);
        while at < phrase.len() && at < HEAD {
            head |= (phrase[at] as u128) << (8 * at);
            mask |= 0xff << (8 * at);
            at += 1;
        }
        Key { head, mask, phrase, list: list as u16, whole }
    }
}

impl<const N: usize> Phrases<N> {
    /// `N` is the [`count`] of the lists.
    pub const fn new(lists: &[List]) -> Phrases<N> {
        assert!(lists.len() <= u16::MAX as usize && N <= u16::MAX as usize);
        let mut begins = [0_u16; BUCKETS + 1];
        let mut keys = [Key::of(b"", 0, false); N];
        // Counted, then placed.
        let mut placing = false;
        loop {
            let mut list = 0;
            while list < lists.len() {
                let mut at = 0;
                while at < lists[list].phrases.len() {
                    let mut rest = lists[list].phrases[at].as_bytes();
                    while let Some((phrase, next)) = first_phrase(rest) {
                        let bucket = bucket(phrase);
                        if placing {
                            begins[bucket] -= 1;
                            keys[begins[bucket] as usize] = Key::of(phrase, list, lists[list].whole);
                        } else {
                            begins[bucket] += 1;
                        }
                        rest = next;
                    }
                    at += 1;
                }
                list += 1;
            }
            if placing {
                return Phrases { keys, begins };
            }
            let mut bucket = 1;
            while bucket <= BUCKETS {
                begins[bucket] += begins[bucket - 1];
                bucket += 1;
            }
            placing = true;
        }
    }

    /// Calls `found` with every phrase that stands in `lower`, in the order of their beginnings.
    #[inline]
    pub fn each(&self, lower: &str, mut found: impl FnMut(Place)) {
        let bytes = lower.as_bytes();
        for start in starts(bytes, |byte| is_alphanumeric(byte) | (byte == b'_')) {
            if let Some(four) = bytes[start..].first_chunk() {
                self.look(long(*four), bytes, start, &mut found);
            }
            if let Some([first, second]) = bytes[start..].first_chunk() {
                self.look(short(*first, *second), bytes, start, &mut found);
            }
        }
    }

    #[inline(always)]
    fn look(&self, bucket: usize, bytes: &[u8], start: usize, found: &mut impl FnMut(Place)) {
        let keys = usize::from(self.begins[bucket])..usize::from(self.begins[bucket + 1]);
        if !keys.is_empty() {
            stand_at(&self.keys[keys], bytes, start, found);
        }
    }

    /// The lists that have a phrase in `lower`, as bits: for 32 lists at most.
    pub fn in_text(&self, lower: &str) -> u32 {
        let mut lists = 0;
        self.each(lower, |place| lists |= 1 << place.list);
        lists
    }
}

/// Which of the phrases stand where a word begins.
#[inline(never)]
fn stand_at(keys: &[Key], bytes: &[u8], start: usize, found: &mut impl FnMut(Place)) {
    let rest = &bytes[start..];
    let head = match rest.first_chunk() {
        Some(bytes) => u128::from_le_bytes(*bytes),
        None => rest.iter().rev().fold(0, |head, byte| head << 8 | u128::from(*byte)),
    };
    for key in keys {
        let length = key.phrase.len();
        if head & key.mask != key.head || length > HEAD && !rest.starts_with(key.phrase) {
            continue;
        }
        let before = start.checked_sub(1).map(|at| bytes[at]);
        let stands = match key.whole {
            true => !before.is_some_and(is_word_byte) && !rest.get(length).copied().is_some_and(is_word_byte),
            false => before != Some(b'\''),
        };
        if stands {
            found(Place { list: key.list.into(), start, end: start + length });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{List, Phrases, count};

    const LISTS: &[List] = &[
        List::of(&["should be|can be detected", "used"]),
        List::of_beginnings(&["attack", "ra"]),
        List::of(&["used by", "att&ck"]),
    ];
    static PHRASES: Phrases<{ count(LISTS) }> = Phrases::new(LISTS);

    /// The same, one phrase after the other.
    fn plainly(text: &str) -> Vec<(usize, usize, usize)> {
        let word = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80);
        let mut found = Vec::new();
        for (number, list) in LISTS.iter().enumerate() {
            for phrase in list.phrases.iter().flat_map(|entry| entry.split('|')) {
                for (start, _) in text.match_indices(phrase) {
                    let end = start + phrase.len();
                    let before = start.checked_sub(1).map(|at| text.as_bytes()[at]);
                    let goes_on = list.whole && word(text.as_bytes().get(end).copied());
                    if !word(before) && before != Some(b'\'') && !goes_on {
                        found.push((number, start, end));
                    }
                }
            }
        }
        found.sort_unstable();
        found
    }

    #[test]
    fn phrases_stand_where_they_stand_alone() {
        for text in [
            "misused, used by attackers",
            "reused; it should be",
            "should bend ras",
            "",
            "x",
            "it can be detected (att&ck) att&cks",
            "used",
            "unused used_ r a",
        ] {
            let mut found = Vec::new();
            PHRASES.each(text, |place| found.push((place.list, place.start, place.end)));
            found.sort_unstable();
            assert_eq!(found, plainly(text), "{text}");
            assert_eq!(PHRASES.in_text(text), found.iter().fold(0, |all, (list, ..)| all | 1 << list), "{text}");
        }
    }
}
