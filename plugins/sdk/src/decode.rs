//! Bytes to text: byte-order marks, declared character sets, and what to do when the declaration is wrong.

use crate::common::{Note, Property};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Without a byte-order mark.
    pub text: String,
    /// The encoding's name in the WHATWG Encoding Standard.
    pub encoding: &'static str,
    /// `encoding_mended` where the declaration did not fit the bytes, `undecodable_bytes` where some fitted nothing.
    pub notes: Vec<Note>,
}

/// Decodes a document. `declared` is the character set of the transport (the media type's `charset`), `inside` that
/// which the document itself names. A byte-order mark is believed first. Bytes that are valid UTF-8 beyond ASCII are
/// read as UTF-8 whatever was declared: by chance that does not happen.
pub fn decode(bytes: &[u8], declared: Option<&str>, inside: Option<&str>) -> Decoded {
    let mut notes = Vec::new();
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return finish(encoding, &bytes[length..], notes);
    }
    if let Some(encoding) = wide(bytes) {
        return finish(encoding, bytes, notes);
    }
    let label = declared.or(inside);
    let encoding_of = |label: &str| Encoding::for_label(label.trim().as_bytes());
    let named = label.and_then(encoding_of);
    let valid = Encoding::utf8_valid_up_to(bytes) == bytes.len();
    if valid {
        let escapes = named.is_some_and(|e| e.name() == "ISO-2022-JP") && bytes.contains(&0x1b);
        if !escapes {
            let other = named.filter(|e| *e != UTF_8 && !bytes.is_ascii() && !e.name().starts_with("UTF-16"));
            if let Some(other) = other {
                notes.push(note("encoding_mended", format!("declared as {}, but the bytes are UTF-8", other.name())));
            }
            return finish(UTF_8, bytes, notes);
        }
    }
    let is_older = |encoding: &&'static Encoding| *encoding != UTF_8 && !encoding.name().starts_with("UTF-16");
    let encoding = match named {
        Some(encoding) if is_older(&encoding) => encoding,
        // The transport names what it names for every document; this one knows better.
        _ if let Some(own) = inside.and_then(encoding_of).filter(is_older) => {
            let what = printable(label.unwrap_or_default());
            notes.push(note(
                "encoding_mended",
                format!("declared as {what}, but the bytes are not: read as {}, which the document names", own.name()),
            ));
            own
        }
        // Declared as UTF-8, or not at all: a document with no whole multi-byte sequence is in an older encoding.
        _ if whole_sequences(bytes) == 0 => {
            let what = label.map_or("nothing declared".to_string(), |l| format!("declared as {}", printable(l)));
            notes.push(note("encoding_mended", format!("{what}, but the bytes are not UTF-8: read as windows-1252")));
            WINDOWS_1252
        }
        _ => UTF_8,
    };
    finish(encoding, bytes, notes)
}

fn finish(encoding: &'static Encoding, bytes: &[u8], mut notes: Vec<Note>) -> Decoded {
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    if malformed {
        let count = text.matches('\u{fffd}').count();
        notes.push(note("undecodable_bytes", format!("{count} places are not {} and read as U+FFFD", encoding.name())));
    }
    Decoded { text: text.into_owned(), encoding: encoding.name(), notes }
}

/// UTF-16 without a byte-order mark shows in zero bytes at every other place.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(256) & !1];
    if head.len() < 8 {
        return None;
    }
    let pairs = head.len() / 2;
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    match (zeros(0), zeros(1)) {
        (0, low) if low * 4 >= pairs * 3 => Some(UTF_16LE),
        (high, 0) if high * 4 >= pairs * 3 => Some(UTF_16BE),
        _ => None,
    }
}

/// Whole multi-byte UTF-8 sequences among bytes that are not all UTF-8.
fn whole_sequences(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while !bytes.is_empty() {
        let good = Encoding::utf8_valid_up_to(bytes);
        count += bytes[..good].iter().filter(|b| **b >= 0xc2).count();
        bytes = bytes.get(good + 1..).unwrap_or_default();
    }
    count
}

/// Whether the bytes are no text in any encoding: zero bytes that are not UTF-16's, or many control characters.
pub fn is_binary(bytes: &[u8]) -> bool {
    if Encoding::for_bom(bytes).is_some() || wide(bytes).is_some() {
        return false;
    }
    let head = &bytes[..bytes.len().min(8192)];
    let controls = head.iter().filter(|b| matches!(**b, 1..=8 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)).count();
    head.contains(&0) || controls * 20 > head.len()
}

/// The value of a parameter of a media type: `charset` of `text/html; charset="utf-8"`.
pub fn parameter<'a>(media_type: &'a str, name: &str) -> Option<&'a str> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches(['"', '\'']))
    })
}

fn printable(label: &str) -> String {
    label.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

fn note(code: &str, message: String) -> Note {
    Note { code: code.to_string(), message, properties: Vec::<Property>::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<&str>) -> (String, &'static str, Vec<String>) {
        let decoded = decode(bytes, declared, None);
        (decoded.text, decoded.encoding, decoded.notes.into_iter().map(|n| n.code).collect())
    }

    #[test]
    fn declarations_right_wrong_and_missing() {
        assert_eq!(read("né".as_bytes(), None), ("né".into(), "UTF-8", vec![]));
        assert_eq!(read(b"\xef\xbb\xbfx", Some("latin1")), ("x".into(), "UTF-8", vec![]));
        assert_eq!(read(b"n\xe9", Some("iso-8859-1")), ("né".into(), "windows-1252", vec![]));
        assert_eq!(read("né".as_bytes(), Some("iso-8859-1")), ("né".into(), "UTF-8", vec!["encoding_mended".into()]));
        assert_eq!(read(b"n\xe9", Some("utf-8")), ("né".into(), "windows-1252", vec!["encoding_mended".into()]));
        let decoded = decode(b"\xc0", Some("utf-8"), Some("windows-1251"));
        assert_eq!((decoded.text.as_str(), decoded.notes.len()), ("А", 1));
        assert_eq!(read(b"\xe2\x80\x94 \xff", None), ("— \u{fffd}".into(), "UTF-8", vec!["undecodable_bytes".into()]));
        assert_eq!(read(b"\xff\xfea\0b\0", None), ("ab".into(), "UTF-16LE", vec![]));
        assert_eq!(read(b"a\0b\0c\0d\0", None), ("abcd".into(), "UTF-16LE", vec![]));
    }

    #[test]
    fn binary_is_told_from_text() {
        assert!(is_binary(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
        assert!(!is_binary("plain, né\n".as_bytes()));
        assert!(!is_binary(b"\xff\xfea\0b\0"));
        assert!(!is_binary(b""));
    }

    #[test]
    fn media_type_parameters() {
        assert_eq!(parameter("text/html; a=b; Charset=\"UTF-8\"", "charset"), Some("UTF-8"));
        assert_eq!(parameter("text/html", "charset"), None);
    }
}
