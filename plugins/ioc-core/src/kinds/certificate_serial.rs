//! Serial numbers of certificates (RFC 5280, section 4.1.2.2): up to 20 octets in hexadecimal that a label announces.

use super::labelled::Label;
use crate::cues::Cues;
use crate::found::Finds;

pub const LABEL: Label = Label { read, ..Label::of("certificate_serial", &["serial"]) };

/// Whether a digest is one, by what its label or the header of its column says: 16 octets are as long as an MD5.
pub fn is_meant(digest: &str, said: Cues) -> bool {
    digest == "md5" && said.has(Cues::SERIAL)
}

/// `serial number: 00:AB:…` or 16 and more hexadecimal digits. Returns where they end.
fn read(label: &Label, finds: &mut Finds, text: &str, _: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = end;
    let rest = &text[at..];
    let skipped = rest.trim_start_matches([' ', '\t']);
    if skipped.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("number")) {
        at += rest.len() - skipped.len() + 6;
    }
    let rest = text[at..].trim_start_matches([' ', ':', '\t', '#', '|', '=']);
    let hex = text.len() - rest.len() + if rest.starts_with("0x") { 2 } else { 0 };
    if hex - end < 18 {
        at = hex;
    }
    while at < bytes.len() && at - end < 16 && matches!(bytes[at], b' ' | b':' | b'\t' | b'#' | b'|' | b'=') {
        at += 1;
    }
    let length = bytes[at..].iter().take(96).take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b' ')).count();
    let run = text[at..at + length].trim_end_matches([' ', ':']);
    let digits: String = run.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_lowercase();
    let parted = run.contains([':', ' ']);
    let pairs = !parted || run.split([':', ' ']).all(|pair| pair.len() == 2);
    // Below 8 octets it would be any number.
    if !(16..=40).contains(&digits.len()) || !pairs || bytes.get(at + run.len()).is_some_and(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    finds.add(label.kind, digits, at, at + run.len());
    Some(at + run.len())
}

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;
    use super::is_meant;
    use crate::cues;

    #[test]
    fn in_one_run_or_in_pairs() {
        assert_eq!(
            announced("serial number: 7e748cdde5b67111bfe43346900e043d"),
            Some(("certificate_serial", "7e748cdde5b67111bfe43346900e043d".to_string()))
        );
        assert_eq!(
            announced("Serial: 03:a1:5c:77:90:be:12:fd, issued"),
            Some(("certificate_serial", "03a15c7790be12fd".to_string()))
        );
        assert_eq!(announced("serial number: 12345"), None);
        assert!(is_meant("md5", cues::read("Serial number")) && !is_meant("sha1", cues::read("Serial number")));
    }
}
