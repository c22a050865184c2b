//! Names to find in a text. Only where a word begins can one stand, so its first letters are looked up there and nothing
//! is read letter by letter.

use huntsmith_text::{Range, is_word_byte, starts, word_bounded};

/// Names to find in a text, without case in ASCII, each with what it stands for.
pub(crate) struct Dictionary<T> {
    pub entries: Vec<T>,
    name: fn(&T) -> &str,
    /// By bucket, then the longest name first, then in the order of the entries.
    keys: Vec<Key>,
    /// Where each bucket's keys begin, and behind the last where they end.
    begins: Vec<u32>,
}

struct Key {
    head: u32,
    /// Bytes of the name before its first word: the `/` of `/etc/passwd`.
    lead: u32,
    entry: u32,
}

const BUCKETS: usize = 1 << 12;

/// The first four bytes of the word that begins here, in lower case; a shorter word's are filled up with NUL.
#[inline]
fn head(bytes: &[u8]) -> u32 {
    let mut four = [0; 4];
    match bytes.first_chunk() {
        Some(all) => four = *all,
        None => four[..bytes.len()].copy_from_slice(bytes),
    }
    // No loop and no branch: this is asked of every word.
    let word = four.map(|byte| if is_word_byte(byte) { 0xff } else { 0 });
    let kept = [word[0], word[0] & word[1], word[0] & word[1] & word[2], word[0] & word[1] & word[2] & word[3]];
    u32::from_le_bytes(four.map(|byte| byte.to_ascii_lowercase())) & u32::from_le_bytes(kept)
}

#[inline]
fn bucket(head: u32) -> usize {
    (head.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BUCKETS.trailing_zeros())) as usize
}

impl<T> Dictionary<T> {
    /// `name` says how an entry is written. Of entries with one name the first is found.
    pub fn new(entries: Vec<T>, name: fn(&T) -> &str) -> Self {
        let mut keys = Vec::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let bytes = name(entry).as_bytes();
            if let Some(lead) = bytes.iter().position(|byte| is_word_byte(*byte)) {
                keys.push(Key { head: head(&bytes[lead..]), lead: lead as u32, entry: index as u32 });
            }
        }
        let length = |key: &Key| name(&entries[key.entry as usize]).len();
        keys.sort_by_key(|key| (bucket(key.head), std::cmp::Reverse(length(key)), key.entry));
        let begins = (0..=BUCKETS).map(|of| keys.partition_point(|key| bucket(key.head) < of) as u32).collect();
        Dictionary { entries, name, keys, begins }
    }

    /// Where names stand as whole words, ascending and apart: the longest at each place, and its entry's index.
    pub fn find_iter<'d>(&'d self, text: &'d str) -> impl Iterator<Item = (Range, usize)> + 'd {
        let bytes = text.as_bytes();
        let mut floor = 0;
        starts(bytes, is_word_byte).filter_map(move |at| {
            let head = head(&bytes[at..]);
            let bucket = bucket(head);
            let keys = &self.keys[self.begins[bucket] as usize..self.begins[bucket + 1] as usize];
            let found = keys.iter().filter(|key| key.head == head).find_map(|key| {
                let begin = at.checked_sub(key.lead as usize).filter(|begin| *begin >= floor)?;
                let name = (self.name)(&self.entries[key.entry as usize]).as_bytes();
                let end = begin + name.len();
                let stands = bytes.get(begin..end)?.eq_ignore_ascii_case(name) && word_bounded(bytes, begin, end);
                stands.then_some((begin..end, key.entry as usize))
            })?;
            floor = found.0.end;
            Some(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Dictionary;

    const SHADOW: &str = "/etc/passwd and /etc/shadow";

    #[test]
    fn the_longest_whole_name_is_found_in_any_case() {
        let names = vec!["Net", "Cobalt Strike", "cobalt", SHADOW, "APT29", "net", "at"];
        let dictionary = Dictionary::new(names, |name| name);
        let found = |text: &'static str| {
            dictionary.find_iter(text).map(|(at, index)| (&text[at], dictionary.entries[index])).collect::<Vec<_>>()
        };
        assert_eq!(found("COBALT STRIKE, cobalt striker"), [("COBALT STRIKE", "Cobalt Strike"), ("cobalt", "cobalt")]);
        assert_eq!(found("subnet net nets"), [("net", "Net")]);
        assert_eq!(found("(/etc/passwd and /etc/shadow)"), [(SHADOW, SHADOW)]);
        assert_eq!(found("apt29 apt2 é_at at"), [("apt29", "APT29"), ("at", "at")]);
        assert!(found("").is_empty() && found("cobal").is_empty());
    }
}
