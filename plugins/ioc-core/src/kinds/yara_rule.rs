//! Rules of YARA by their names: `rule Name {`, `rule Name : tags {` (YARA's documentation, "Writing YARA rules": letters,
//! digits and underscores, up to 128).

use super::labelled::{Label, floor_boundary};
use crate::found::Finds;

/// Modifiers and blanks before the label, in bytes.
const NEAR: usize = 40;

pub const LABEL: Label = Label { read, ..Label::of("yara_rule", &["rule"]) };

/// The name after a label that has its line to itself but for modifiers.
fn read(label: &Label, finds: &mut Finds, text: &str, label_start: usize, end: usize) -> Option<usize> {
    // No line that begins with more than modifiers has to be searched for its beginning.
    let near = floor_boundary(text, label_start.saturating_sub(NEAR));
    let line = text[near..label_start].rfind('\n').map_or(near, |at| near + at + 1);
    let before = text[line..label_start].trim();
    if !matches!(before, "" | "private" | "global" | "private global" | "global private") {
        return None;
    }
    let rest = &text[end..];
    let start = end + rest.len() - rest.trim_start_matches(' ').len();
    let length = text[start..].bytes().take(128).take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let stop = start + length;
    let after = text[stop..].trim_start();
    if length < 3 || start == end || !(after.starts_with('{') || after.starts_with(':')) {
        return None;
    }
    finds.add(label.kind, text[start..stop].to_string(), start, stop);
    Some(stop)
}

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;

    #[test]
    fn as_a_rule_is_written() {
        assert_eq!(announced("rule APT_Foo : bar {"), Some(("yara_rule", "APT_Foo".to_string())));
        assert_eq!(announced("private rule APT_Foo\n{"), Some(("yara_rule", "APT_Foo".to_string())));
        assert_eq!(announced("as a rule attackers { wait"), None);
    }
}
