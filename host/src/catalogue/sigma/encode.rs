//! The modifiers that change a value's text: UTF-16, Base64 at its three offsets, dashes of command lines.

use crate::model::Part;
use base64::Engine as _;
use rsigma_parser::Modifier;

/// What Windows takes for the dash before an option.
const DASHES: [&str; 5] = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"];

/// Spellings that one value may stand for.
const SPELLINGS: usize = 3_125;

/// The text in UTF-16: little endian, big endian, or little endian behind a byte order mark.
pub fn utf16(text: &str, modifier: Modifier) -> Vec<u8> {
    let little = text.encode_utf16().flat_map(u16::to_le_bytes);
    match modifier {
        Modifier::Utf16be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Modifier::Utf16 => [0xff, 0xfe].into_iter().chain(little).collect(),
        _ => little.collect(),
    }
}

/// What stands in a longer Base64 text for these bytes, for each of the three places where they may begin: the
/// characters that depend on nothing but them.
pub fn base64_offsets(bytes: &[u8]) -> impl Iterator<Item = String> {
    (0..3).map(move |before| {
        let mut whole = vec![b' '; before];
        whole.extend_from_slice(bytes);
        let text = base64::prelude::BASE64_STANDARD_NO_PAD.encode(&whole);
        let start = [0, 2, 3][before];
        let end = whole.len() * 8 / 6;
        text.get(start..end).unwrap_or_default().to_owned()
    })
}

/// Every spelling of a pattern whose options begin with a dash or a slash; none: too many.
pub fn windows_dashes(parts: &[Part]) -> Option<Vec<Vec<Part>>> {
    let mut spellings: Vec<Vec<Part>> = vec![Vec::new()];
    for part in parts {
        let Part::Literal(text) = part else {
            spellings.iter_mut().for_each(|spelling| spelling.push(part.clone()));
            continue;
        };
        let mut texts = vec![String::new()];
        let mut before = None;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let option = matches!(character, '-' | '/')
                && !before.is_some_and(is_word)
                && characters.peek().copied().is_some_and(is_word);
            if option {
                texts = texts.iter().flat_map(|text| DASHES.map(|dash| format!("{text}{dash}"))).collect();
            } else {
                texts.iter_mut().for_each(|text| text.push(character));
            }
            if texts.len() > SPELLINGS {
                return None;
            }
            before = Some(character);
        }
        spellings = spellings
            .iter()
            .flat_map(|spelling| {
                texts.iter().map(|text| {
                    let mut longer = spelling.clone();
                    longer.push(Part::Literal(text.clone()));
                    longer
                })
            })
            .collect();
        if spellings.len() > SPELLINGS {
            return None;
        }
    }
    Some(spellings)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
