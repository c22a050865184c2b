//! Similarity digests of ssdeep: `blocksize:hash:hash` (Kornblum 2006).

use crate::found::Finds;

/// An ssdeep digest whose block size is `text[start..colon]`. Returns where it ends.
pub fn read(finds: &mut Finds, text: &str, start: usize, colon: usize) -> Option<usize> {
    let size: u64 = text[start..colon].parse().ok()?;
    // Block sizes are three times a power of two.
    if !size.is_multiple_of(3) || !(size / 3).is_power_of_two() {
        return None;
    }
    let bytes = text.as_bytes();
    let piece = |from: usize| {
        bytes[from..].iter().take(65).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).count()
    };
    let first = piece(colon + 1);
    let middle = colon + 1 + first;
    if !(6..=64).contains(&first) || bytes.get(middle) != Some(&b':') {
        return None;
    }
    let second = piece(middle + 1);
    let end = middle + 1 + second;
    // A time of day or a port is no digest: real ones mix cases.
    let mixed = text[colon..middle].bytes().any(|b| b.is_ascii_uppercase())
        && text[colon..middle].bytes().any(|b| b.is_ascii_lowercase());
    if !(3..=64).contains(&second) || !mixed {
        return None;
    }
    finds.add("ssdeep", text[start..end].to_string(), start, end);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_its_form() {
        let mut finds = Finds::default();
        let text = "1536:yB+A8bMtMeRlbIzvDqZL4QzNxVDm+5gt+M2hDDDvNZ3YZ7sU:N8yMei4QpBVgt+J/v+7sU rest";
        assert!(read(&mut finds, text, 0, 4).is_some());
        assert!(finds.found[0].value.ends_with("/v+7sU"));
        assert!(read(&mut finds, "12:30:45 on Monday", 0, 2).is_none());
    }
}
