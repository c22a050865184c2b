//! Identities of rules: the same hunt has the same everywhere, so that a second deployment changes a rule and adds none.

use uuid::Uuid;

/// The namespace of this project's rules: version 5 of its address' name in the namespace of URLs.
const PROJECT: &str = "urn:huntsmith:rule";

/// A rule's UUID (version 5), from a hunt's id and the part of it that the rule says.
pub fn rule_id(hunt: &str, part: &str) -> String {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, PROJECT.as_bytes());
    Uuid::new_v5(&namespace, format!("{hunt}/{part}").as_bytes()).hyphenated().to_string()
}
