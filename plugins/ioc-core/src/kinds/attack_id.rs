//! ATT&CK's techniques by id (attack.mitre.org).

use super::account::Segments;
use super::identifier::digits;
use crate::found::Finds;

/// The technique in an address of the knowledge base: `/techniques/T1059/001/`.
pub fn of_address(first: &str, rest: &mut Segments<'_>) -> Option<String> {
    let technique = rest.next().filter(|id| first == "techniques" && is_technique(id))?;
    let of = rest.next().filter(|sub| sub.len() == 3 && digits(sub) == 3);
    Some(of.map_or_else(|| technique.to_string(), |sub| format!("{technique}.{sub}")))
}

/// `T1059`: a technique's id without a sub-technique's.
fn is_technique(id: &str) -> bool {
    id.len() == 5 && id.starts_with('T') && digits(&id[1..]) == 4
}

/// A run that may be one, at `start`. Returns whether it was.
pub fn read(finds: &mut Finds, run: &str, start: usize) -> bool {
    let bytes = run.as_bytes();
    if bytes[0] != b'T' || digits(&run[1..]) != 4 {
        return false;
    }
    let full = bytes.len() == 9 && bytes[5] == b'.' && digits(&run[6..]) == 3;
    if !full && bytes.len() > 5 && bytes[5] != b'.' {
        return false;
    }
    let length = if full { 9 } else { 5 };
    finds.add("attack_id", run[..length].to_string(), start, start + length);
    true
}

#[cfg(test)]
mod tests {
    use super::super::account::accounts;
    use super::*;
    use crate::tests_support::value;

    #[test]
    fn with_and_without_sub_technique() {
        assert_eq!(value(read, "T1059.001").as_deref(), Some("T1059.001"));
        assert_eq!(value(read, "T1059").as_deref(), Some("T1059"));
        assert_eq!(value(read, "T10599"), None);
        assert_eq!(accounts("https://attack.mitre.org/techniques/T1059/001/"), ["T1059.001"]);
        assert_eq!(accounts("https://attack.mitre.org/groups/G0032/"), [""; 0]);
        assert!(is_technique("T1486") && !is_technique("T1486.001"));
    }
}
