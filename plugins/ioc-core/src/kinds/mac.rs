//! Hardware addresses (IEEE 802, EUI-48).

use crate::found::Finds;

/// Six pairs of hexadecimal digits parted by `:` or `-`, at `start`. Returns where they end.
pub fn read(finds: &mut Finds, text: &str, start: usize) -> Option<usize> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let mut finds = Finds::default();
        assert_eq!(read(&mut finds, "00-1A-2B-3c-4d-5e,", 0), Some(17));
        assert_eq!(finds.found[0].value, "00:1a:2b:3c:4d:5e");
        assert!(read(&mut finds, "ff:ff:ff:ff:ff:ff", 0).is_none());
    }
}
