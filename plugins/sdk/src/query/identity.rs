//! Identities of rules: the same hunt has the same everywhere, so that a second deployment changes a rule and adds none.

use uuid::Uuid;

/// The namespace of this project's rules: version 5 of its address' name in the namespace of URLs.
const PROJECT: &str = "urn:huntsmith:rule";

/// The number of a hunt's rule by its place in the hunt, for a product that numbers rules: from 3,000,000,000 on, above
/// those that are given out to others.
pub fn rule_number(hunt: &str, place: u32) -> u32 {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, PROJECT.as_bytes());
    let (high, _) = Uuid::new_v5(&namespace, format!("{hunt}/{place}").as_bytes()).as_u64_pair();
    3_000_000_000 + (high % 1_200_000_000) as u32
}

/// A rule's UUID (version 5), from a hunt's id and the part of it that the rule says.
pub fn rule_id(hunt: &str, part: &str) -> String {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, PROJECT.as_bytes());
    Uuid::new_v5(&namespace, format!("{hunt}/{part}").as_bytes()).hyphenated().to_string()
}
