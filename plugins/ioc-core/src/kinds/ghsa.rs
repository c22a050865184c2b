//! GitHub's security advisories (the alphabet that its advisory database documents).

use crate::found::Finds;

/// `GHSA-xxxx-xxxx-xxxx`. Returns whether it was one.
pub fn read(finds: &mut Finds, run: &str, start: usize) -> bool {
    let bytes = run.as_bytes();
    let group = |from: usize| {
        bytes[from] == b'-'
            && bytes[from + 1..from + 5].iter().all(|b| b"23456789cfghjmpqrvwx".contains(&b.to_ascii_lowercase()))
    };
    let grouped = bytes[..4].eq_ignore_ascii_case(b"ghsa") && group(4) && group(9) && group(14);
    if !grouped || bytes.get(19).is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    finds.add("ghsa", format!("GHSA{}", run[4..19].to_ascii_lowercase()), start, start + 19);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::value;

    #[test]
    fn three_groups() {
        assert_eq!(value(read, "GHSA-jfh8-c2jp-5v3q").as_deref(), Some("GHSA-jfh8-c2jp-5v3q"));
        assert_eq!(value(read, "GHSA-aeiou-c2jp-5v3"), None);
    }
}
