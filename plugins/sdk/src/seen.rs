//! What a feed has given already, as fingerprints in its cursor: a feed that lists all its old entries in every answer
//! is read once, and an entry that was changed is given again.

use std::collections::BTreeSet;

/// Hexadecimal digits of a fingerprint. Twelve of them for 5,000 entries stay under the contract's 64 KiB for a cursor.
const DIGITS: usize = 12;
/// Entries that are remembered; a source that lists more has to be read only so far.
pub const MOST: usize = 5_000;

/// The fingerprints of a cursor, and those of the entries that came since.
#[derive(Debug, Default)]
pub struct Seen {
    known: BTreeSet<u64>,
    before: Vec<u64>,
    now: Vec<u64>,
}

impl Seen {
    /// From what [`Seen::into_text`] gave; anything else counts as nothing seen.
    pub fn from_text(text: &str) -> Seen {
        let parsed =
            text.as_bytes().chunks(DIGITS).map(|digits| u64::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        let before: Vec<u64> = parsed.collect::<Option<_>>().unwrap_or_default();
        Seen { known: before.iter().copied().collect(), before, now: Vec::new() }
    }

    /// Whether an entry is new or was changed; `content` is all of it that matters.
    pub fn is_new(&mut self, content: &str) -> bool {
        let fingerprint = fingerprint(content);
        self.now.push(fingerprint);
        !self.known.contains(&fingerprint)
    }

    /// Whether the cursor has it; nothing is remembered.
    pub fn knows(&self, content: &str) -> bool {
        self.known.contains(&fingerprint(content))
    }

    /// For the cursor: what the source lists now, then what it listed before, as far as there is room.
    pub fn into_text(self) -> String {
        let mut written = BTreeSet::new();
        let all = self.now.into_iter().chain(self.before).filter(|fingerprint| written.insert(*fingerprint));
        all.take(MOST).map(|fingerprint| format!("{fingerprint:012x}")).collect()
    }
}

/// 16 hexadecimal digits that tell contents apart, for keys of items that have no id of their own. It guards against
/// nobody: who writes a source can make two contents alike, and then loses one of their own items.
pub fn digest(content: &[u8]) -> String {
    format!("{:016x}", hash(content))
}

/// The hash, folded to 48 bits.
fn fingerprint(content: &str) -> u64 {
    let hash = hash(content.as_bytes());
    (hash >> 16) ^ (hash & 0xffff)
}

/// FNV-1a.
fn hash(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn entries_are_new_once() {
        let mut first = Seen::from_text("");
        assert!(first.is_new("a") && first.is_new("b"));
        let text = first.into_text();
        let mut second = Seen::from_text(&text);
        assert!(!second.is_new("a") && second.is_new("c"));
        let mut third = Seen::from_text(&second.into_text());
        assert!(!third.is_new("b"));
        assert!(Seen::from_text("no fingerprints").is_new("a"));
    }
}
