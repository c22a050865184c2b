//! Scheduled tasks by their names (MS-TSCH, section 2.3.11), named by the words beside them.

use super::labelled::Label;

pub const LABEL: Label = Label { with: Some("scheduled"), ..Label::of("scheduled_task", &["task", "tasks"]) };

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;

    #[test]
    fn the_word_alone_is_not_enough() {
        assert_eq!(
            announced("a scheduled task called `Updater Core` runs"),
            Some(("scheduled_task", "Updater Core".to_string()))
        );
        assert_eq!(announced("Task: \"Updater Core\""), Some(("scheduled_task", "Updater Core".to_string())));
        assert_eq!(announced("the task called `Updater Core` of the team"), None);
    }
}
