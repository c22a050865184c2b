//! What a font says about its codes: their text and their widths.

use lopdf::{Dictionary, Document, Encoding, Object};
use std::collections::BTreeMap;

/// A font of a page.
pub struct Font<'a> {
    encoding: Option<Encoding<'a>>,
    /// By character code, in thousandths of the font size.
    widths: BTreeMap<u32, f32>,
    default_width: f32,
    /// Codes are two bytes long (composite fonts; Identity and the like).
    wide: bool,
}

/// No CMap or font stream is larger, decompressed.
const LARGEST_STREAM: usize = 16 << 20;

impl<'a> Font<'a> {
    /// Reads a font's dictionary.
    pub fn read(document: &'a Document, font: &'a Dictionary) -> Font<'a> {
        let wide = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|subtype| subtype == b"Type0");
        let encoding = font.get_font_encoding_with_limit(document, LARGEST_STREAM).ok();
        let mut read =
            Font { encoding, widths: BTreeMap::new(), default_width: if wide { 1000.0 } else { 500.0 }, wide };
        if wide {
            read.composite_widths(document, font);
        } else {
            read.simple_widths(document, font);
        }
        read
    }

    fn simple_widths(&mut self, document: &Document, font: &Dictionary) {
        let name = font.get(b"BaseFont").and_then(Object::as_name).unwrap_or_default();
        if name.windows(4).any(|part| part == b"Mono" || part == b"Cour") {
            self.default_width = 600.0;
        }
        let first = font.get(b"FirstChar").ok().and_then(number).unwrap_or(0.0) as u32;
        let Some(widths) = font.get(b"Widths").ok().and_then(|w| follow(document, w).as_array().ok()) else { return };
        for (index, width) in widths.iter().take(256).enumerate() {
            if let Some(width) = number(follow(document, width)) {
                self.widths.insert(first + index as u32, width);
            }
        }
    }

    /// `W` is a list of `first [width …]` and `first last width` (ISO 32000, 9.7.4.3).
    fn composite_widths(&mut self, document: &Document, font: &Dictionary) {
        let descendant = || -> Option<&Dictionary> {
            let list = follow(document, font.get(b"DescendantFonts").ok()?).as_array().ok()?;
            follow(document, list.first()?).as_dict().ok()
        };
        let Some(descendant) = descendant() else { return };
        if let Some(width) = descendant.get(b"DW").ok().and_then(number) {
            self.default_width = width;
        }
        let Some(list) = descendant.get(b"W").ok().and_then(|w| follow(document, w).as_array().ok()) else { return };
        let mut at = 0;
        while at + 1 < list.len() && self.widths.len() < 65_536 {
            let Some(first) = number(&list[at]).map(|n| n as u32) else { return };
            let second = follow(document, &list[at + 1]);
            if let Ok(widths) = second.as_array() {
                for (index, width) in widths.iter().take(65_536).enumerate() {
                    if let Some(width) = number(width) {
                        self.widths.insert(first.saturating_add(index as u32), width);
                    }
                }
                at += 2;
            } else {
                let (Some(last), Some(width)) = (number(second), list.get(at + 2).and_then(number)) else { return };
                for code in first..=(last as u32).min(first.saturating_add(65_535)) {
                    self.widths.insert(code, width);
                }
                at += 3;
            }
        }
    }

    /// The text that codes stand for.
    pub fn text(&self, codes: &[u8]) -> String {
        match &self.encoding {
            Some(encoding) => Document::decode_text(encoding, codes).unwrap_or_default(),
            None if self.wide => String::new(),
            None => codes.iter().map(|code| char::from(*code)).collect(),
        }
    }

    /// Width of codes and how many there are, in thousandths of the font size; and the number of spaces among them.
    pub fn width(&self, codes: &[u8]) -> (f32, usize, usize) {
        let step = if self.wide { 2 } else { 1 };
        let mut width = 0.0;
        let mut spaces = 0;
        let mut count = 0;
        for code in codes.chunks(step) {
            let value = code.iter().fold(0u32, |value, byte| value << 8 | u32::from(*byte));
            width += self.widths.get(&value).copied().unwrap_or(self.default_width);
            spaces += usize::from(step == 1 && value == 32);
            count += 1;
        }
        (width, count, spaces)
    }
}

/// The object itself, where it is a reference.
pub fn follow<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).map_or(object, |(_, object)| object)
}

/// An integer or a real.
pub fn number(object: &Object) -> Option<f32> {
    match object {
        Object::Integer(value) => Some(*value as f32),
        Object::Real(value) => Some(*value),
        _ => None,
    }
}
