//! Autonomous systems (RFC 5396, asplain).

use super::identifier::digits;
use crate::found::Finds;

/// A run that may be one, at `start`. Returns whether it was.
pub fn read(finds: &mut Finds, run: &str, start: usize) -> bool {
    let bytes = run.as_bytes();
    let prefix = if bytes[..3].eq_ignore_ascii_case(b"ASN") { 3 } else { 2 };
    if !bytes[..2].eq_ignore_ascii_case(b"AS") || bytes[0] != b'A' || bytes[1] != b'S' {
        return false;
    }
    let length = digits(&run[prefix..]);
    // AS1 to AS99 would be any product's name; an author who means them writes "AS 12" and gets no hunt for it.
    if !(3..=10).contains(&length) || bytes.len() > prefix + length {
        return false;
    }
    let Ok(number) = run[prefix..].parse::<u32>() else { return false };
    finds.add("asn", format!("AS{number}"), start, start + run.len());
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::value;

    #[test]
    fn three_digits_at_least() {
        assert_eq!(value(read, "AS14061").as_deref(), Some("AS14061"));
        assert_eq!(value(read, "ASN14061").as_deref(), Some("AS14061"));
        assert_eq!(value(read, "AS12"), None);
        assert_eq!(value(read, "ASCII"), None);
    }
}
