//! The block that is being written: its text, its links' places, and bringing both into NFC.

use crate::article::Cell;
use crate::common::Property;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A block whose text still grows.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) kind: &'static str,
    pub(super) level: u8,
    pub(super) cell: Option<Cell>,
    pub(super) language: Option<String>,
    pub(super) properties: Vec<Property>,
    pub(super) text: String,
    /// A space is due before the next character.
    pub(super) space: bool,
    /// Start, end and target of links, in `text`.
    pub(super) links: Vec<(usize, usize, String)>,
    pub(super) link: Option<(usize, String)>,
}

impl Open {
    pub(super) fn of(kind: &'static str, level: u8) -> Self {
        Open {
            kind,
            level,
            cell: None,
            language: None,
            properties: Vec::new(),
            text: String::new(),
            space: false,
            links: Vec::new(),
            link: None,
        }
    }

    pub(super) fn is_verbatim(&self) -> bool {
        matches!(self.kind, "code" | "preformatted")
    }

    pub(super) fn put_space(&mut self) {
        if self.space && !self.text.is_empty() && !self.text.ends_with(['\n', ' ']) {
            self.text.push(' ');
        }
        self.space = false;
    }

    /// NFC, with the links' places carried over. Pieces between the places are normalised one by one; where
    /// characters compose across a place, the whole wins and the places are moved to the next boundary.
    pub(super) fn normalise(&mut self) {
        if self.text.is_ascii() || is_nfc_quick(self.text.chars()) == IsNormalized::Yes {
            return;
        }
        let whole: String = self.text.nfc().collect();
        let mut places: Vec<usize> = self.links.iter().flat_map(|(start, end, _)| [*start, *end]).collect();
        places.sort_unstable();
        places.dedup();
        let mut moved = Vec::with_capacity(places.len());
        let (mut from, mut length) = (0, 0);
        for place in &places {
            length += self.text[from..*place].nfc().map(char::len_utf8).sum::<usize>();
            from = *place;
            let mut boundary = length.min(whole.len());
            while !whole.is_char_boundary(boundary) {
                boundary += 1;
            }
            moved.push(boundary);
        }
        let carry = |place: usize| places.binary_search(&place).map_or(place, |index| moved[index]);
        for (start, end, _) in &mut self.links {
            (*start, *end) = (carry(*start), carry(*end));
        }
        self.text = whole;
    }
}
