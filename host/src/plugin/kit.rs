//! What the command carries for plugin authors: the contract, the SDK's sources and the examples, packed by the build.

/// Packed by `build.rs`: for each file the length of its path, the path, the length of its bytes, the bytes.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kit.bin"));

/// A file, by its path in the repository.
#[derive(Debug, Clone, Copy)]
pub struct File {
    pub path: &'static str,
    pub bytes: &'static [u8],
}

impl File {
    /// Its text; every file of the kit is one.
    pub fn text(&self) -> &'static str {
        std::str::from_utf8(self.bytes).expect("the kit holds texts; a test says so")
    }
}

/// Every file, in the order of their paths below each of the kit's folders.
pub fn files() -> impl Iterator<Item = File> {
    let mut rest = PACKED;
    std::iter::from_fn(move || {
        let path = std::str::from_utf8(part(&mut rest)?).expect("paths are UTF-8");
        Some(File { path, bytes: part(&mut rest)? })
    })
}

fn part(rest: &mut &'static [u8]) -> Option<&'static [u8]> {
    let (length, after) = rest.split_first_chunk()?;
    let (part, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = after;
    Some(part)
}

/// The file at a path.
pub fn file(path: &str) -> Option<File> {
    files().find(|file| file.path == path)
}

/// The files below a folder, each with its path in it.
pub fn below(folder: &str) -> impl Iterator<Item = (&'static str, File)> {
    files().filter_map(move |file| Some((file.path.strip_prefix(folder)?.strip_prefix('/')?, file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kit_holds_texts_and_nothing_that_building_left() {
        let paths: Vec<&str> = files().map(|file| file.path).collect();
        for wanted in ["plugins/sdk/src/lib.rs", "wit/hunt/0.1.0/hunt.wit", "wit/VOCABULARY.md", "Cargo.toml"] {
            assert!(paths.contains(&wanted), "{wanted}");
        }
        assert!(files().all(|file| !file.text().is_empty() && !file.path.contains("/target/")));
        assert!(PACKED.len() < 1 << 20, "the kit has {} bytes: what was packed by mistake?", PACKED.len());
    }
}
