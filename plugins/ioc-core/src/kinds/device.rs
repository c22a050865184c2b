//! Hardware addresses (IEEE 802, EUI-48) and TLS client fingerprints that carry their own form (JA4, FoxIO's technical
//! details).

use crate::found::Finds;

/// Six pairs of hexadecimal digits parted by `:` or `-`, at `start`. Returns where they end.
pub fn read_mac(finds: &mut Finds, text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = bytes.get(start..start + 17)?;
    let separator = run[2];
    if !matches!(separator, b':' | b'-')
        || bytes.get(start + 17).is_some_and(|b| b.is_ascii_alphanumeric() || *b == separator)
    {
        return None;
    }
    for (at, byte) in run.iter().enumerate() {
        let fits = if at % 3 == 2 { *byte == separator } else { byte.is_ascii_hexdigit() };
        if !fits {
            return None;
        }
    }
    let value = text[start..start + 17].to_ascii_lowercase().replace('-', ":");
    // All the same: a mask, not a device.
    if value.bytes().filter(u8::is_ascii_hexdigit).all(|b| b == value.as_bytes()[0]) {
        return None;
    }
    finds.add("mac", value, start, start + 17);
    Some(start + 17)
}

/// `t13d1516h2_8daaf6152771_e5627efa2ab1`. Returns whether it was one.
pub fn read_ja4(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
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
    fn pairs_and_fingerprints() {
        let mut finds = Finds::default();
        assert_eq!(read_mac(&mut finds, "00-1A-2B-3c-4d-5e,", 0), Some(17));
        assert_eq!(finds.found[0].value, "00:1a:2b:3c:4d:5e");
        assert!(read_mac(&mut finds, "ff:ff:ff:ff:ff:ff", 0).is_none());
        assert!(read_ja4(&mut finds, "t13d1516h2_8daaf6152771_e5627efa2ab1", 0, 36));
    }
}
