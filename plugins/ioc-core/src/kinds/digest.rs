//! Digests in hexadecimal: the length tells the algorithms apart, each of which has a file of its own.

use super::{md5, sha1, sha224, sha256, sha384, sha512};
use crate::codes::turned;
use crate::found::Finds;

/// An algorithm, and how long its digests are.
pub struct Algorithm {
    pub kind: &'static str,
    pub digits: usize,
}

const ALGORITHMS: [Algorithm; 6] =
    [md5::ALGORITHM, sha1::ALGORITHM, sha224::ALGORITHM, sha256::ALGORITHM, sha384::ALGORITHM, sha512::ALGORITHM];

const LONGEST: usize = sha512::ALGORITHM.digits;

/// The kind by length; every run of word characters asks.
const KINDS: [Option<&str>; LONGEST + 1] = {
    let mut kinds = [None; LONGEST + 1];
    let mut at = 0;
    while at < ALGORITHMS.len() {
        kinds[ALGORITHMS[at].digits] = Some(ALGORITHMS[at].kind);
        at += 1;
    }
    kinds
};

/// The kind of a run of hexadecimal digits by its length.
pub fn kind(length: usize) -> Option<&'static str> {
    KINDS.get(length).copied().flatten()
}

/// Whether a kind is a file's digest.
pub fn is_digest(kind: &str) -> bool {
    ALGORITHMS.iter().any(|algorithm| algorithm.kind == kind)
}

/// `run` is a maximal run of word characters, all of them hexadecimal digits, at `start`.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) {
    let run = &text[start..end];
    let Some(kind) = kind(run.len()) else { return };
    let value = run.to_ascii_lowercase();
    if let Some(reason) = implausible(&value) {
        finds.turn_away(kind, &value, start, end, reason);
        return;
    }
    let parts = vec![("algorithm", kind.to_string()), ("hex", value.clone())];
    finds.add(kind, value, start, end).parts = parts;
}

/// A digest that a margin broke: a run of hexadecimal digits at the end of a line, and the run at the beginning of the
/// next line that makes a digest of it and is none by itself. Returns where it ends.
pub fn read_broken(finds: &mut Finds, text: &str, start: usize, end: usize) -> Option<usize> {
    let rest = text[end..].strip_prefix('\r').unwrap_or(&text[end..]).strip_prefix('\n')?;
    let next = text.len() - rest.len();
    let length = rest.bytes().take(128).take_while(u8::is_ascii_hexdigit).count();
    let kind = kind(end - start + length).filter(|_| length > 0 && self::kind(length).is_none())?;
    if rest.as_bytes().get(length).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
        return None;
    }
    // A run that is a digest by itself is the beginning of another only where the next line holds nothing but the rest,
    // and that is no date.
    let rest_alone = rest.len() == length || rest[length..].starts_with(['\n', '\r']);
    if self::kind(end - start).is_some() && (length < 16 || !rest_alone) {
        return None;
    }
    let value = format!("{}{}", &text[start..end], &rest[..length]).to_ascii_lowercase();
    if implausible(&value).is_some() {
        return None;
    }
    let parts = vec![("algorithm", kind.to_string()), ("hex", value.clone())];
    finds.add(kind, value, start, next + length).parts = parts;
    Some(next + length)
}

/// A digest as pairs of digits parted by colons, as certificates' and keys' are shown. Returns where it ends.
pub fn read_pairs(finds: &mut Finds, text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let length = bytes[start..].iter().take(97).take_while(|b| b.is_ascii_hexdigit() || **b == b':').count();
    let run = &text[start..start + length];
    let value: String = run.split(':').collect::<String>().to_ascii_lowercase();
    let kind = kind(value.len())?;
    let pairs = run.split(':').all(|pair| pair.len() == 2);
    if !pairs || bytes.get(start + length).is_some_and(u8::is_ascii_alphanumeric) || implausible(&value).is_some() {
        return None;
    }
    let parts = vec![("algorithm", kind.to_string()), ("hex", value.clone())];
    let found = finds.add(kind, value, start, start + length);
    found.parts = parts;
    found.properties.push(("pairs", "true".to_string()));
    Some(start + length)
}

/// Digits of one sort only, or few different ones: an amount, a key of zeros, a sample of a format. A digest of 32 or
/// more random digits has fewer than six different ones, or no letter, less than once in a million.
fn implausible(value: &str) -> Option<&'static str> {
    let mut seen = 0u16;
    for byte in value.bytes() {
        seen |= 1 << (byte as char).to_digit(16).unwrap_or(0);
    }
    if seen.count_ones() < 6 || seen & 0xFC00 == 0 {
        return Some(turned::NUMBER);
    }
    // `0123456789abcdef…` and its like: every digit one above the last.
    let steps = value.as_bytes().windows(2).filter(|pair| {
        let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or(0);
        (digit(pair[0]) + 1) % 16 == digit(pair[1])
    });
    (steps.count() * 10 > value.len() * 8).then_some(turned::NUMBER)
}

#[cfg(test)]
impl Algorithm {
    /// Holds that a sample is found in any case, and neither a part of it nor a number as long as it is.
    pub(super) fn check(&self, sample: &str) {
        let found = |text: &str| {
            let mut finds = Finds::default();
            read(&mut finds, text, 0, text.len());
            finds.found.pop().map(|found| (found.kind, found.value))
        };
        assert_eq!(sample.len(), self.digits);
        assert_eq!(found(&sample.to_uppercase()), Some((self.kind, sample.to_string())));
        assert_eq!(found(&sample[1..]), None);
        assert_eq!(found(&"7".repeat(self.digits)), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_rising_digits_are_none() {
        let mut finds = Finds::default();
        read(&mut finds, "12345678901234567890123456789012", 0, 32);
        read(&mut finds, "0123456789abcdef0123456789abcdef", 0, 32);
        assert_eq!((finds.found.len(), finds.turned.len()), (0, 2));
    }

    #[test]
    fn a_margin_breaks_one_and_colons_pair_its_digits() {
        let mut finds = Finds::default();
        assert_eq!(read_broken(&mut finds, "d41d8cd98f00b204e980\n0998ecf8427e next", 0, 20), Some(33));
        assert_eq!(finds.found[0].value, "d41d8cd98f00b204e9800998ecf8427e");
        let pairs = "a9:99:3e:36:47:06:81:6a:ba:3e:25:71:78:50:c2:6c:9c:d0:d8:9d,";
        assert_eq!(read_pairs(&mut finds, pairs, 0), Some(59));
        assert_eq!(finds.found[1].kind, "sha1");
    }
}
