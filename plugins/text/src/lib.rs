//! Sentences, sections and stance of English threat reports, shared by the classifier plugins: where a sentence ends,
//! whether it stands in advice or in a list of references, and whether its author says that something happened.

mod aside;
mod bytes;
mod layout;
mod section;
mod sentence;
mod stance;
mod table;
mod words;

pub use aside::{aside, edits_attack, tells_of_a_trial, tells_of_own_acts};
pub use bytes::{next_where, places, runs, starts};
pub use layout::{Layout, Unit, UnitKind};
pub use section::Section;
pub use sentence::sentences;
pub use stance::{Stance, names_attacker, narrates, stance, supposes, tells_of_acts};
pub use words::{Phrases, contains_phrase, is_alphanumeric, is_word_byte, word_bounded};

/// Half-open byte range into an article's text.
pub type Range = std::ops::Range<usize>;
