//! Identifiers that say themselves what they are, told apart by their first letter.

use super::{advisory, asn, attack_id, cve, ghsa};
use crate::found::Finds;

/// A run of word characters at `start`. Returns whether it was one of these.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    let bytes = run.as_bytes();
    let known = match bytes[0].to_ascii_uppercase() {
        b'C' if bytes.len() >= 13 => cve::read(finds, run, start),
        b'G' if bytes.len() >= 19 => ghsa::read(finds, run, start),
        b'T' if (5..=9).contains(&bytes.len()) => attack_id::read(finds, run, start),
        b'A' if (4..=12).contains(&bytes.len()) => asn::read(finds, run, start),
        _ => false,
    };
    known || (8..=48).contains(&bytes.len()) && advisory::read(finds, run, start, end)
}

/// How many digits a text begins with.
pub(super) fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}
