//! Mutexes (Win32, "Object Names": up to 260 characters, `Global\\` or `Local\\` before them), named by the words beside them.

use super::labelled::{self, Announced, Label};
use crate::found::Finds;

pub const LABEL: Label = Label { longest: 1, read, ..Label::of("mutex", &["mutex", "mutexes", "mutant"]) };

/// A name that begins with a name space is one without quotes.
fn read(label: &Label, finds: &mut Finds, text: &str, start: usize, end: usize) -> Option<usize> {
    let spaced = Announced::after(text, end).and_then(|announced| announced.word(text));
    match spaced.filter(|(from, to)| ["Global\\", "Local\\"].iter().any(|space| text[*from..*to].starts_with(space))) {
        Some((from, to)) => label.add(finds, text, from, to),
        None => labelled::name(label, finds, text, start, end),
    }
}

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;

    #[test]
    fn quoted_announced_or_in_a_name_space() {
        assert_eq!(announced("The mutex Global\\{B9-77} is"), Some(("mutex", "Global\\{B9-77}".to_string())));
        assert_eq!(announced("creates the mutex \"Global\\Foo123\" so"), Some(("mutex", "Global\\Foo123".to_string())));
        assert_eq!(announced("Mutex: Rmc-8H3KQ2"), Some(("mutex", "Rmc-8H3KQ2".to_string())));
        assert_eq!(announced("a mutex so that it runs once"), None);
        assert_eq!(announced("the mutex \"only one of them\""), None);
    }
}
