//! The outermost sections of a WebAssembly binary, walked without looking into them: cheap and safe on any bytes.

use std::ops::Range;

/// What the eight bytes at the beginning say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// A core module.
    Module,
    Component,
}

/// `\0asm`, then version and layer (WebAssembly core specification 5.5.16; component model `Binary.md`, "Component
/// Definitions").
pub fn layer(bytes: &[u8]) -> Option<Layer> {
    match bytes.get(..8)? {
        [0, b'a', b's', b'm', 1, 0, 0, 0] => Some(Layer::Module),
        [0, b'a', b's', b'm', 0x0d, 0, 1, 0] => Some(Layer::Component),
        _ => None,
    }
}

/// One section: its id, where it begins, and where its content lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub id: u8,
    /// With id and length.
    pub whole: Range<usize>,
    pub content: Range<usize>,
}

impl Section {
    /// Name and content of a custom section.
    pub fn custom<'a>(&self, bytes: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
        if self.id != 0 {
            return None;
        }
        let content = &bytes[self.content.clone()];
        let (length, rest) = number(content)?;
        let name = std::str::from_utf8(rest.get(..length)?).ok()?;
        Some((name, &rest[length..]))
    }
}

/// The sections in order; `Err` with the place where the bytes end too early. Each section costs some nanoseconds, its
/// content is not read.
pub fn sections(bytes: &[u8]) -> Result<Vec<Section>, usize> {
    let mut found = Vec::new();
    let mut at = 8.min(bytes.len());
    while at < bytes.len() {
        let id = bytes[at];
        let rest = &bytes[at + 1..];
        let (length, after) = number(rest).ok_or(at)?;
        let start = at + 1 + (rest.len() - after.len());
        let end = start.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(at)?;
        found.push(Section { id, whole: at..end, content: start..end });
        at = end;
    }
    Ok(found)
}

/// An unsigned LEB128 of at most 32 bits, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return u32::try_from(value).ok().map(|value| (value as usize, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

    #[test]
    fn a_custom_section_is_found_by_name() {
        let bytes = [&HEAD[..], &[7, 1, 9], &[0, 4, 2, b'h', b'i', 42]].concat();
        let all = sections(&bytes).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[1].custom(&bytes), Some(("hi", &[42u8][..])));
        assert_eq!(all[1].whole, 11..17);
    }

    #[test]
    fn bytes_that_end_too_early_are_refused_with_the_place() {
        assert_eq!(sections(&[&HEAD[..], &[0, 4, 2]].concat()), Err(8));
        assert_eq!(sections(&[&HEAD[..], &[0, 0xff, 0xff, 0xff, 0xff, 0xff, 1]].concat()), Err(8));
        assert_eq!(layer(b"\0asm"), None);
        assert_eq!(layer(&HEAD), Some(Layer::Component));
    }
}
