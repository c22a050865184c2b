//! Vendors' own numbers, by the forms that their bulletins use.

use super::identifier::digits;
use crate::found::Finds;

/// A run that may be one. Returns whether it was.
pub fn read(finds: &mut Finds, run: &str, start: usize, end: usize) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_groups() {
        for run in ["FG-IR-24-015", "KB5005565", "MS17-010", "VMSA-2021-0028", "cisco-sa-20180328-smi2"] {
            assert!(read(&mut Finds::default(), run, 0, run.len()), "{run}");
        }
        for run in ["KB12", "MS1-10", "VMSA-21-28"] {
            assert!(!read(&mut Finds::default(), run, 0, run.len()), "{run}");
        }
    }
}
