//! Words as bytes: their boundaries, for text that is mostly ASCII.

/// A letter, a digit, `_`, or any byte of a character beyond ASCII.
#[inline]
pub fn is_word_byte(byte: u8) -> bool {
    // Without branches, for [`crate::starts`].
    is_alphanumeric(byte) | (byte == b'_') | (byte >= 0x80)
}

/// An ASCII letter or digit, told without branches.
#[inline]
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
