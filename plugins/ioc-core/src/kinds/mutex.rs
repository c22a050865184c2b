//! Mutexes (Win32, "Object Names": up to 260 characters, `Global\\` or `Local\\` before them), named by the words beside them.

use super::labelled::Label;

pub const LABEL: Label = Label { longest: 1, ..Label::of("mutex", &["mutex", "mutexes", "mutant"]) };

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;

    #[test]
    fn quoted_or_announced() {
        assert_eq!(announced("creates the mutex \"Global\\Foo123\" so"), Some(("mutex", "Global\\Foo123".to_string())));
        assert_eq!(announced("Mutex: Rmc-8H3KQ2"), Some(("mutex", "Rmc-8H3KQ2".to_string())));
        assert_eq!(announced("a mutex so that it runs once"), None);
        assert_eq!(announced("the mutex \"only one of them\""), None);
    }
}
