//! Identifiers that say themselves what they are: CVE (cve.org, syntax of 2014), GitHub's and vendors' advisories,
//! ATT&CK ids, AS numbers (RFC 5396 asplain), TLP markings (FIRST, TLP 2.0).

use crate::found::Finds;

/// A run of word characters at `start`. Returns whether it was one of these.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    let bytes = run.as_bytes();
    let known = match bytes[0].to_ascii_uppercase() {
        b'C' if bytes.len() >= 13 => cve(finds, run, start),
        b'G' if bytes.len() >= 19 => ghsa(finds, run, start),
        b'T' if (5..=9).contains(&bytes.len()) => attack(finds, run, start),
        b'A' if (4..=12).contains(&bytes.len()) => asn(finds, run, start),
        _ => false,
    };
    known || (8..=48).contains(&bytes.len()) && advisory(finds, run, start, end)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn cve(finds: &mut Finds, run: &str, start: usize) -> bool {
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

/// `GHSA-xxxx-xxxx-xxxx`, in the alphabet that GitHub's advisory database documents.
fn ghsa(finds: &mut Finds, run: &str, start: usize) -> bool {
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

/// Vendors' own numbers, by the forms that their bulletins use.
fn advisory(finds: &mut Finds, run: &str, start: usize, end: usize) -> bool {
    // A prefix, and the number of digits in each group after it.
    const FORMS: [(&str, &[(usize, usize)]); 25] = [
        ("MS", &[(2, 2), (3, 3)]),
        ("ZDI-", &[(2, 2), (3, 4)]),
        ("ZDI-CAN-", &[(4, 6)]),
        ("VMSA-", &[(4, 4), (4, 4)]),
        ("DSA-", &[(4, 5)]),
        ("USN-", &[(3, 5), (1, 2)]),
        ("ICSA-", &[(2, 2), (3, 3), (2, 2)]),
        ("EDB-", &[(4, 6)]),
        ("DLA-", &[(3, 5)]),
        ("RUSTSEC-", &[(4, 4), (4, 4)]),
        ("KB", &[(6, 7)]),
        ("ADV", &[(6, 6)]),
        ("APSB", &[(2, 2), (2, 3)]),
        ("CTX", &[(6, 6)]),
        ("FG-IR-", &[(2, 2), (3, 4)]),
        ("PAN-SA-", &[(4, 4), (4, 4)]),
        ("SA-CORE-", &[(4, 4), (3, 3)]),
        ("CNVD-", &[(4, 4), (5, 6)]),
        ("CNNVD-", &[(6, 6), (3, 5)]),
        ("JVNDB-", &[(4, 4), (6, 6)]),
        ("SNWLID-", &[(4, 4), (4, 4)]),
        ("TALOS-", &[(4, 4), (4, 4)]),
        ("GLSA-", &[(6, 6), (2, 2)]),
        ("SSA-", &[(6, 6)]),
        ("ELSA-", &[(4, 4), (4, 5)]),
    ];
    // Cisco names its bulletins by date and a few letters.
    let cisco = run.strip_prefix("cisco-sa-").is_some_and(|rest| digits(rest) == 8 || rest.len() >= 8);
    let fits = cisco
        || FORMS.iter().any(|(prefix, groups)| {
            let Some(rest) = run.strip_prefix(prefix) else { return false };
            let parts: Vec<&str> = rest.split('-').collect();
            parts.len() == groups.len()
                && parts
                    .iter()
                    .zip(*groups)
                    .all(|(part, (least, most))| digits(part) == part.len() && (*least..=*most).contains(&part.len()))
        });
    if fits {
        finds.add("advisory", run.to_string(), start, end);
    }
    fits
}

/// `TLP:AMBER+STRICT`, for a label `TLP` that ends at `colon`. Returns where it ends.
pub fn read_tlp(finds: &mut Finds, text: &str, start: usize, colon: usize) -> Option<usize> {
    // TLP 1.0's `WHITE` is 2.0's `CLEAR`.
    const LEVELS: [(&str, &str); 6] = [
        ("AMBER+STRICT", "amber+strict"),
        ("AMBER", "amber"),
        ("RED", "red"),
        ("GREEN", "green"),
        ("CLEAR", "clear"),
        ("WHITE", "clear"),
    ];
    let rest = &text[colon + 1..];
    let blank = usize::from(rest.starts_with(' '));
    let (written, level) = LEVELS.iter().find(|(written, _)| {
        rest[blank..].get(..written.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(written))
    })?;
    let end = colon + 1 + blank + written.len();
    finds.add("tlp", level.to_string(), start, end);
    Some(end)
}

/// `T1059`: a technique's id without a sub-technique's.
pub fn is_technique(id: &str) -> bool {
    id.len() == 5 && id.starts_with('T') && digits(&id[1..]) == 4
}

fn attack(finds: &mut Finds, run: &str, start: usize) -> bool {
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

fn asn(finds: &mut Finds, run: &str, start: usize) -> bool {
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

    fn kinds(run: &str) -> Vec<(&'static str, String)> {
        let mut finds = Finds::default();
        read(&mut finds, run, 0, run.len());
        finds.found.into_iter().map(|found| (found.kind, found.value)).collect()
    }

    #[test]
    fn each_by_its_own_form() {
        assert_eq!(kinds("cve-2021-44228"), [("cve", "CVE-2021-44228".to_string())]);
        assert_eq!(kinds("CVE-2021-44"), []);
        assert_eq!(kinds("GHSA-jfh8-c2jp-5v3q"), [("ghsa", "GHSA-jfh8-c2jp-5v3q".to_string())]);
        assert_eq!(kinds("T1059.001"), [("attack_id", "T1059.001".to_string())]);
        assert_eq!(kinds("AS14061"), [("asn", "AS14061".to_string())]);
        assert_eq!(kinds("FG-IR-24-015"), [("advisory", "FG-IR-24-015".to_string())]);
        assert_eq!(kinds("KB5005565"), [("advisory", "KB5005565".to_string())]);
        assert_eq!(kinds("ASCII"), []);
    }
}
