//! Processes by their names where no file is named (Win32, `PROCESSENTRY32`), named by the words beside them.

use super::labelled::Label;

pub const LABEL: Label = Label::of("process_name", &["process", "processes"]);

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;

    #[test]
    fn quoted_or_announced() {
        assert_eq!(announced("a process named kworker-u8 that"), Some(("process_name", "kworker-u8".to_string())));
        assert_eq!(announced("a process that runs"), None);
    }
}
