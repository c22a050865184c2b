//! TLS client fingerprints that carry their own form (JA4, FoxIO's technical details).

use crate::found::Finds;

/// `t13d1516h2_8daaf6152771_e5627efa2ab1`. Returns whether it was one.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    let bytes = run.as_bytes();
    let lower_hex = |part: &[u8]| part.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let fits = bytes.len() == 36
        && matches!(bytes[0], b't' | b'q' | b'd')
        && matches!(bytes[3], b'd' | b'i')
        && bytes[1..3].iter().chain(&bytes[4..8]).all(|b| b.is_ascii_digit() || *b == b's')
        && bytes[10] == b'_'
        && bytes[23] == b'_'
        && lower_hex(&bytes[11..23])
        && lower_hex(&bytes[24..]);
    if fits {
        finds.add("ja4", run.to_string(), start, end);
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_its_form() {
        let mut finds = Finds::default();
        assert!(read(&mut finds, "t13d1516h2_8daaf6152771_e5627efa2ab1", 0, 36));
        assert!(!read(&mut finds, "t13d1516h2_8daaf6152771_e5627efa2abX", 0, 36));
    }
}
