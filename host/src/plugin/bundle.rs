//! The bundle: every plugin that ships, in one file inside the command: its component, its manifest, and machine code
//! that the build has prepared. Read in place, nothing is copied.
//!
//! `HUNTSMITH-BUNDLE` and a format number in 32 bytes, the index's length in 8 (little endian), the index as JSON, then
//! the contents, each at a multiple of [`ALIGNMENT`].

use super::manifest::Manifest;
use serde::{Deserialize, Serialize};

/// Contents begin at multiples of this: a page.
const ALIGNMENT: usize = 4096;
const HEAD: &[u8; 32] = b"HUNTSMITH-BUNDLE 1\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Why bytes are no bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the built-in plugins cannot be read: {message}\n\nhint: build huntsmith again with `cargo xtask build`")]
pub struct BundleError {
    pub message: String,
}

/// A plugin in a bundle.
#[derive(Debug, Clone)]
pub struct Bundled<'a> {
    pub manifest: Manifest,
    /// SHA-256 of the component, lower-case hex, as the build found it.
    pub digest: String,
    pub component: &'a [u8],
    pub prepared: Option<PreparedCode<'a>>,
}

/// Machine code and the key that it is valid under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreparedCode<'a> {
    pub key: &'a str,
    pub code: &'a [u8],
}

#[derive(Serialize, Deserialize)]
struct Entry<'a> {
    manifest: Manifest,
    digest: String,
    component: [usize; 2],
    #[serde(borrow)]
    prepared: Option<Prepared<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Prepared<'a> {
    key: &'a str,
    code: [usize; 2],
}

/// Reads a bundle; an empty one holds nothing.
pub fn parse(bytes: &[u8]) -> Result<Vec<Bundled<'_>>, BundleError> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let refuse = |message: &str| BundleError { message: message.to_owned() };
    let rest = bytes.strip_prefix(HEAD).ok_or_else(|| refuse("it is of another version"))?;
    let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(|| refuse("it ends too early"))?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| refuse("its index is too long"))?;
    let index = rest.get(..length).ok_or_else(|| refuse("it ends too early"))?;
    let entries: Vec<Entry> = serde_json::from_slice(index).map_err(|error| refuse(&error.to_string()))?;
    let content = |[start, length]: [usize; 2]| {
        start.checked_add(length).and_then(|end| bytes.get(start..end)).ok_or_else(|| refuse("it ends too early"))
    };
    entries
        .into_iter()
        .map(|entry| {
            let prepared = match entry.prepared {
                Some(Prepared { key, code }) => Some(PreparedCode { key, code: content(code)? }),
                None => None,
            };
            Ok(Bundled {
                manifest: entry.manifest,
                digest: entry.digest,
                component: content(entry.component)?,
                prepared,
            })
        })
        .collect()
}

/// Writes a bundle, by the plugins' names.
pub fn write(plugins: &[Bundled<'_>]) -> Result<Vec<u8>, BundleError> {
    let mut plugins: Vec<&Bundled> = plugins.iter().collect();
    plugins.sort_by(|a, b| a.manifest.name.cmp(&b.manifest.name));
    // The places depend on the index's length, and the index holds the places: count from the end of a head that is
    // long enough for any places.
    let room: usize = plugins
        .iter()
        .map(|plugin| Ok(serde_json::to_vec(&plugin.manifest).map_err(said)?.len() + 512))
        .sum::<Result<usize, BundleError>>()?;
    let mut at = (HEAD.len() + 8 + room).next_multiple_of(ALIGNMENT);
    let mut place = |content: &[u8]| {
        let start = at;
        at = (at + content.len()).next_multiple_of(ALIGNMENT);
        [start, content.len()]
    };
    let entries: Vec<Entry> = plugins
        .iter()
        .map(|plugin| Entry {
            manifest: plugin.manifest.clone(),
            digest: plugin.digest.clone(),
            component: place(plugin.component),
            prepared: plugin.prepared.map(|prepared| Prepared { key: prepared.key, code: place(prepared.code) }),
        })
        .collect();
    let index = serde_json::to_vec(&entries).map_err(said)?;
    if index.len() > room {
        return Err(BundleError { message: "its index does not fit: a key is too long".to_owned() });
    }
    let mut bytes = HEAD.to_vec();
    bytes.extend_from_slice(&(index.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&index);
    for (plugin, entry) in plugins.iter().zip(&entries) {
        bytes.resize(entry.component[0], 0);
        bytes.extend_from_slice(plugin.component);
        if let (Some(prepared), Some(placed)) = (plugin.prepared, &entry.prepared) {
            bytes.resize(placed.code[0], 0);
            bytes.extend_from_slice(prepared.code);
        }
    }
    Ok(bytes)
}

fn said(error: serde_json::Error) -> BundleError {
    BundleError { message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str) -> Manifest {
        let text = format!("name = \"{name}\"\nversion = \"1.2.3\"\nworld = \"ioc-extractor\"\ncontract = \"0.1.0\"\n");
        Manifest::from_toml(&text).unwrap()
    }

    fn sample() -> Vec<u8> {
        let with = Bundled {
            manifest: manifest("b-second"),
            digest: "00".repeat(32),
            component: b"component of b",
            prepared: Some(PreparedCode { key: "key of b", code: &[7; 5000] }),
        };
        let without = Bundled {
            manifest: manifest("a-first"),
            digest: "11".repeat(32),
            component: b"component of a",
            prepared: None,
        };
        write(&[with, without]).unwrap()
    }

    #[test]
    fn what_goes_in_comes_out_by_name_and_aligned() {
        let bytes = sample();
        let plugins = parse(&bytes).unwrap();
        let names: Vec<&str> = plugins.iter().map(|plugin| plugin.manifest.name.as_str()).collect();
        assert_eq!(names, ["a-first", "b-second"]);
        assert_eq!(plugins[0].component, b"component of a");
        assert_eq!(plugins[0].prepared, None);
        let prepared = plugins[1].prepared.unwrap();
        assert_eq!((prepared.key, prepared.code), ("key of b", &[7u8; 5000][..]));
        assert_eq!((prepared.code.as_ptr() as usize - bytes.as_ptr() as usize) % ALIGNMENT, 0);
    }

    #[test]
    fn an_empty_bundle_holds_nothing_and_a_cut_one_is_refused() {
        assert!(parse(b"").unwrap().is_empty());
        let bytes = sample();
        for length in [1, 31, 39, 60, bytes.len() - 1] {
            assert!(parse(&bytes[..length]).is_err(), "{length}");
        }
    }
}
