//! Named pipes by the name after their prefix (Win32, "Pipe Names": `\\.\pipe\name`; MS-SMB2 for a remote host's), or by the
//! words beside them.

use super::labelled::{self, Label};
use crate::found::Finds;

pub const LABEL: Label =
    Label { longest: 1, with: Some("named"), read: announced, ..Label::of("named_pipe", &["pipe", "pipes"]) };

/// A name after a label; one with its prefix is read by that.
fn announced(label: &Label, finds: &mut Finds, text: &str, start: usize, end: usize) -> Option<usize> {
    let before = finds.found.len();
    let stop = labelled::name(label, finds, text, start, end)?;
    if finds.found[before].value.starts_with('\\') {
        finds.found.truncate(before);
        return None;
    }
    Some(stop)
}

/// Where the name begins behind the prefix at a position.
pub fn prefix(text: &str, at: usize) -> Option<usize> {
    const PREFIXES: [&str; 5] =
        ["\\\\.\\pipe\\", "\\\\?\\pipe\\", "\\pipe\\", "\\device\\namedpipe\\", "\\\\127.0.0.1\\pipe\\"];
    let rest = &text.as_bytes()[at..];
    PREFIXES
        .iter()
        .find(|prefix| rest.len() > prefix.len() && rest[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes()))
        .map(|prefix| at + prefix.len())
}

/// A pipe whose prefix is at `at`. Returns where it ends.
pub fn read(finds: &mut Finds, text: &str, at: usize) -> Option<usize> {
    let start = prefix(text, at)?;
    let own = |b: &u8| b.is_ascii_alphanumeric() || b"_-.\\{}%#$*".contains(b);
    let length = text.as_bytes()[start..].iter().take(128).take_while(|b| own(b)).count();
    let name = text[start..start + length].trim_end_matches(['.', '-', '*']);
    if name.is_empty() {
        return None;
    }
    finds.add("named_pipe", name.to_string(), at, start + name.len());
    Some(start + name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_prefix_or_label() {
        let mut finds = Finds::default();
        let text = "\\\\.\\pipe\\mojo.5688.88##.";
        assert_eq!(read(&mut finds, text, 0), Some(text.len() - 1));
        assert_eq!(finds.found[0].value, "mojo.5688.88##");
        assert_eq!(prefix("\\\\server\\share", 0), None);
        let named = labelled::announced("opens the named pipe \"evil_pipe\" and");
        assert_eq!(named, Some(("named_pipe", "evil_pipe".to_string())));
        assert_eq!(labelled::announced("the pipe \"burst\""), None);
    }
}
