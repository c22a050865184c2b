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
    /// Each phrase once, however many lists have it; what is left over is empty.
    keys: [Key; N],
    /// The lists of the keys, in their order.
    lists: [u16; N],
    /// Where the keys of each bucket begin, and behind the last where they end.
    begins: [u16; BUCKETS + 1],
    /// By bucket, as bits: the [bytes](following) that go on one of its phrases behind what chose it. Most words that
    /// begin as a phrase go on as none.
    following: [u16; BUCKETS],
}

#[derive(Clone, Copy)]
struct Key {
    /// The first bytes: to compare them takes no call.
    head: u128,
    /// Which bytes of a text's sixteen are compared with them.
    mask: u128,
    phrase: &'static [u8],
    whole: bool,
    /// Where its lists begin, and where they end.
    lists: (u16, u16),
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

/// Bytes share bits: letters that are common in words have their own.
const fn following(byte: u8) -> u16 {
    1 << (byte % 16)
}

/// What follows in a phrase behind the bytes that chose its bucket; any byte, where it ends there.
const fn goes_on(phrase: &[u8]) -> u16 {
    match *phrase {
        [_, _, _, _, next, ..] | [_, _, next] => following(next),
        _ => u16::MAX,
    }
}

impl Key {
    const fn of(phrase: &'static [u8], whole: bool) -> Key {
        let (mut head, mut mask, mut at) = (0, 0, 0);
        while at < phrase.len() && at < HEAD {
            head |= (phrase[at] as u128) << (8 * at);
            mask |= 0xff << (8 * at);
            at += 1;
        }
        Key { head, mask, phrase, whole, lists: (0, 0) }
    }

    const fn is(&self, other: &Key) -> bool {
        if self.head != other.head || self.mask != other.mask || self.whole != other.whole {
            return false;
        }
        let mut at = HEAD;
        while at < self.phrase.len() && at < other.phrase.len() && self.phrase[at] == other.phrase[at] {
            at += 1;
        }
        at >= self.phrase.len() && self.phrase.len() == other.phrase.len()
    }
}

impl<const N: usize> Phrases<N> {
    /// `N` is the [`count`] of the lists.
    pub const fn new(lists: &[List]) -> Phrases<N> {
        assert!(lists.len() <= u16::MAX as usize && N <= u16::MAX as usize);
        let mut ends = [0_u16; BUCKETS + 1];
        let mut all = [(Key::of(b"", false), 0_u16); N];
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
                            all[ends[bucket] as usize] = (Key::of(phrase, lists[list].whole), list as u16);
                        }
                        ends[if placing { bucket } else { bucket + 1 }] += 1;
                        rest = next;
                    }
                    at += 1;
                }
                list += 1;
            }
            if placing {
                return Phrases::joined(&all, &ends);
            }
            let mut bucket = 1;
            while bucket <= BUCKETS {
                ends[bucket] += ends[bucket - 1];
                bucket += 1;
            }
            placing = true;
        }
    }

    /// One key of all that are alike, which stand in one bucket.
    const fn joined(all: &[(Key, u16); N], ends: &[u16; BUCKETS + 1]) -> Phrases<N> {
        let keys = [Key::of(b"", false); N];
        let mut joined = Phrases { keys, lists: [0; N], begins: [0; BUCKETS + 1], following: [0; BUCKETS] };
        let (mut bucket, mut first, mut keys, mut placed) = (0, 0, 0, 0);
        while bucket < BUCKETS {
            let (begin, end) = (first, ends[bucket] as usize);
            while first < end {
                let mut other = begin;
                while other < first && !all[other].0.is(&all[first].0) {
                    other += 1;
                }
                // Where none before it is alike, it is the first of those that are.
                if other == first {
                    let begins = placed;
                    while other < end {
                        if all[other].0.is(&all[first].0) {
                            joined.lists[placed] = all[other].1;
                            placed += 1;
                        }
                        other += 1;
                    }
                    joined.keys[keys] = all[first].0;
                    joined.keys[keys].lists = (begins as u16, placed as u16);
                    joined.following[bucket] |= goes_on(all[first].0.phrase);
                    keys += 1;
                }
                first += 1;
            }
            bucket += 1;
            joined.begins[bucket] = keys as u16;
        }
        joined
    }

    /// Calls `found` with every phrase that stands in `lower`, in the order of their beginnings.
    #[inline]
    pub fn each(&self, lower: &str, mut found: impl FnMut(Place)) {
        let bytes = lower.as_bytes();
        for start in starts(bytes, |byte| is_alphanumeric(byte) | (byte == b'_')) {
            // Behind the text's end no phrase goes on.
            let [first, second, third, fourth, fifth] = match bytes[start..].first_chunk() {
                Some(five) => *five,
                None => std::array::from_fn(|at| bytes.get(start + at).copied().unwrap_or_default()),
            };
            self.look(long([first, second, third, fourth]), fifth, bytes, start, &mut found);
            self.look(short(first, second), third, bytes, start, &mut found);
        }
    }

    #[inline(always)]
    fn look(&self, bucket: usize, next: u8, bytes: &[u8], start: usize, found: &mut impl FnMut(Place)) {
        if self.following[bucket] & following(next) != 0 {
            let keys = usize::from(self.begins[bucket])..usize::from(self.begins[bucket + 1]);
            stand_at(&self.keys[keys], &self.lists, bytes, start, found);
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
fn stand_at(keys: &[Key], lists: &[u16], bytes: &[u8], start: usize, found: &mut impl FnMut(Place)) {
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
            let lists = &lists[usize::from(key.lists.0)..usize::from(key.lists.1)];
            lists.iter().for_each(|list| found(Place { list: (*list).into(), start, end: start + length }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{List, Phrases, count};

    const LISTS: &[List] = &[
        List::of(&["should be|can be detected", "used"]),
        List::of_beginnings(&["attack", "ra"]),
        List::of(&["used by", "att&ck", "used"]),
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
