//! Whether a place states that something happened, by its section and the author's stance.

use huntsmith_text::{Section, Stance, contains_phrase, names_attacker, stance};

/// Words by which a sentence inside advice tells of an attack all the same.
const ACTS: &[&str] = &[
    "used",
    "uses",
    "leveraged",
    "leverages",
    "exploited",
    "exploits",
    "observed",
    "deployed",
    "executed",
    "gained",
    "employed",
    "obtained",
    "stole",
    "established",
];

/// Why a technique named at byte `at` of `passage` (any case) in `section` is not stated; `None`: it is.
pub fn refusal(section: Section, passage: &str, at: usize, bare: bool) -> Option<&'static str> {
    if section == Section::References {
        return Some("reference-list");
    }
    if section == Section::Product {
        return Some("product-text");
    }
    let lower = passage.to_ascii_lowercase();
    let told = stance(&lower, at);
    if told == Stance::Negated {
        return Some("negated");
    }
    if bare {
        return (section == Section::Advice).then_some("advice-only");
    }
    let acts = names_attacker(&lower) && ACTS.iter().any(|verb| contains_phrase(&lower, verb).is_some());
    if told == Stance::Advice || section == Section::Advice && !acts {
        return Some("advice-only");
    }
    None
}
