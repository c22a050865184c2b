//! Markings of the Traffic Light Protocol (FIRST, TLP 2.0).

use crate::found::Finds;

/// `TLP:AMBER+STRICT`, for a label `TLP` that ends at `colon`. Returns where it ends.
pub fn read(finds: &mut Finds, text: &str, start: usize, colon: usize) -> Option<usize> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn level(text: &str) -> Option<String> {
        let mut finds = Finds::default();
        read(&mut finds, text, 0, 3);
        finds.found.pop().map(|found| found.value)
    }

    #[test]
    fn levels_of_both_versions() {
        assert_eq!(level("TLP:AMBER+STRICT").as_deref(), Some("amber+strict"));
        assert_eq!(level("TLP: WHITE").as_deref(), Some("clear"));
        assert_eq!(level("TLP:BLUE"), None);
    }
}
