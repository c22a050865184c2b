//! Vulnerabilities by their CVE ids (cve.org, syntax of 2014).

use super::identifier::digits;
use crate::found::Finds;

/// A run that may be one, at `start`. Returns whether it was.
pub fn read(finds: &mut Finds, run: &str, start: usize) -> bool {
    if !run.is_char_boundary(4) || !run[..4].eq_ignore_ascii_case("cve-") {
        return false;
    }
    let year = digits(&run[4..]);
    if year != 4 || run.as_bytes().get(8) != Some(&b'-') {
        return false;
    }
    let number = digits(&run[9..]);
    if !(4..=7).contains(&number) || run.as_bytes().get(9 + number).is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    let value = run[..9 + number].to_ascii_uppercase();
    finds.add("cve", value, start, start + 9 + number);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::value;

    #[test]
    fn four_to_seven_digits() {
        assert_eq!(value(read, "cve-2021-44228").as_deref(), Some("CVE-2021-44228"));
        assert_eq!(value(read, "CVE-2021-44"), None);
        assert_eq!(value(read, "CVE-21-44228"), None);
    }
}
