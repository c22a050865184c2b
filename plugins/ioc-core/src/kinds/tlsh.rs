//! Similarity digests of TLSH: `T1` and 70 hexadecimal digits (Trend Micro's specification, version 4).

use crate::found::Finds;

/// A run of 72 characters. Returns whether it was one.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    if run.len() != 72 || !run.starts_with("T1") || !run[2..].bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    finds.add("tlsh", format!("T1{}", run[2..].to_ascii_uppercase()), start, end);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_its_form() {
        let mut finds = Finds::default();
        let digest = format!("T1{}", "0A1B2C3D4E".repeat(7));
        assert!(read(&mut finds, &digest, 0, 72));
        assert!(!read(&mut finds, &digest[..71], 0, 71));
    }
}
