//! Sentences, sections and stance of English threat reports, shared by the classifier plugins: where a sentence ends,
//! whether it stands in advice or in a list of references, and whether its author says that something happened.

mod acts;
mod aside;
mod bytes;
mod denial;
mod layout;
mod phrases;
mod section;
mod sentence;
mod stance;
mod table;
mod told;
mod words;

pub use bytes::{next_where, places, runs, starts};
pub use layout::{Layout, Unit, UnitKind};
pub use phrases::{List, Phrases, Place, count};
pub use section::Section;
pub use sentence::sentences;
pub use stance::Stance;
pub use told::Told;
pub use words::{contains_phrase, is_alphanumeric, is_word_byte, word_bounded};

/// Half-open byte range into an article's text.
pub type Range = std::ops::Range<usize>;
