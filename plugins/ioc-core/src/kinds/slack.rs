//! Slack: accounts by their names (up to 80 small letters, digits and signs: Slack's help pages, "Edit your profile") and
//! webhooks (Slack's developer documentation, "Sending messages using incoming webhooks").

use super::account::Segments;
use super::labelled::{self, Label};

pub const LABEL: Label = Label { longest: 1, read: labelled::account, ..Label::of("slack", &["slack"]) };

/// A name.
pub fn is_handle(name: &str) -> bool {
    name.len() <= 80 && !name.contains(char::is_uppercase)
}

/// The webhook in an address of the service.
pub fn of_address(first: &str, rest: &mut Segments<'_>) -> Option<String> {
    (first == "services").then(|| format!("services/{}", rest.collect::<Vec<_>>().join("/")))
}

#[cfg(test)]
mod tests {
    use super::super::account::accounts;
    use super::*;

    #[test]
    fn webhooks_and_names() {
        assert_eq!(accounts("https://hooks.slack.com/services/T0/B0/abc"), ["services/T0/B0/abc"]);
        assert_eq!(accounts("https://hooks.slack.com/docs/x"), [""; 0]);
        assert!(is_handle("ops-desk") && !is_handle("Ops"));
    }
}
