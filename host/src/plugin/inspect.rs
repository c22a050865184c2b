//! Everything that can be said of a component without running or compiling it.

use super::component::{ComponentError, check_world, digest, read_manifest, surface};
use super::manifest::Manifest;
use serde::Serialize;
use std::collections::BTreeMap;
use wasmparser::{Encoding, Parser, Payload};

/// What a component is and holds.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Inspection {
    /// SHA-256 of the whole, lower-case hex.
    pub digest: String,
    pub manifest: Manifest,
    /// Whether the component fits the world and contract that its manifest names; else why not.
    pub misfit: Option<String>,
    /// From the standard sections (the OCI annotations of the same names).
    pub metadata: Metadata,
    pub imports: Vec<String>,
    pub exports: Vec<String>,
    /// Packages of the contract among its imports and exports, with their versions.
    pub contracts: BTreeMap<String, String>,
    pub sizes: Sizes,
}

/// Who made it, of what, with which tools.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Metadata {
    pub name: Option<String>,
    pub version: Option<String>,
    pub description: Option<String>,
    pub licenses: Option<String>,
    pub authors: Option<String>,
    pub source: Option<String>,
    /// `language`, `processed-by`, `sdk`: names with versions.
    pub producers: BTreeMap<String, Vec<String>>,
}

/// In bytes, summed over all core modules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Sizes {
    pub component: u64,
    pub code: u64,
    pub functions: u32,
    pub data: u64,
    /// Names, producers and what else is never run.
    pub custom: u64,
    pub core_modules: u32,
    /// Least size of all memories together, when a call starts.
    pub memory: u64,
}

/// Reads a component.
pub fn inspect(component: &[u8]) -> Result<Inspection, ComponentError> {
    let manifest = read_manifest(component)?;
    let (imports, exports) = surface(component)?;
    let contracts = imports
        .iter()
        .chain(&exports)
        .filter_map(|name| {
            let (interface, version) = name.split_once('@')?;
            Some((interface.split_once('/')?.0.to_owned(), version.to_owned()))
        })
        .collect();
    Ok(Inspection {
        digest: digest(component),
        misfit: check_world(component, &manifest).err().map(|error| error.to_string()),
        metadata: metadata(component)?,
        manifest,
        imports,
        exports,
        contracts,
        sizes: sizes(component)?,
    })
}

fn metadata(component: &[u8]) -> Result<Metadata, ComponentError> {
    let payload = wasm_metadata::Payload::from_binary(component)
        .map_err(|error| ComponentError::Encoding { message: format!("{error:#}") })?;
    let known = payload.metadata();
    let mut producers = BTreeMap::new();
    for (field, tools) in known.producers.iter().flat_map(|producers| producers.iter()) {
        let tools = tools.iter().map(|(name, version)| format!("{name} {version}").trim_end().to_owned()).collect();
        producers.insert(field.clone(), tools);
    }
    Ok(Metadata {
        name: known.name.clone(),
        version: known.version.as_ref().map(ToString::to_string),
        description: known.description.as_ref().map(ToString::to_string),
        licenses: known.licenses.as_ref().map(ToString::to_string),
        authors: known.authors.as_ref().map(ToString::to_string),
        source: known.source.as_ref().map(ToString::to_string),
        producers,
    })
}

fn sizes(component: &[u8]) -> Result<Sizes, ComponentError> {
    const PAGE: u64 = 64 << 10;
    let malformed = |error: wasmparser::BinaryReaderError| ComponentError::Encoding { message: error.to_string() };
    let mut sizes = Sizes { component: component.len() as u64, ..Default::default() };
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(malformed)? {
            Payload::Version { encoding: Encoding::Module, .. } => sizes.core_modules += 1,
            Payload::CodeSectionStart { count, size, .. } => {
                sizes.code += u64::from(size);
                sizes.functions += count;
            }
            Payload::DataSection(section) => sizes.data += section.range().len() as u64,
            Payload::CustomSection(section) => sizes.custom += section.data().len() as u64,
            Payload::MemorySection(section) => {
                for memory in section {
                    sizes.memory = sizes.memory.saturating_add(memory.map_err(malformed)?.initial.saturating_mul(PAGE));
                }
            }
            _ => {}
        }
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use super::super::guests::component;
    use super::*;

    #[test]
    fn everything_is_said_without_running() {
        let bytes = component("looked-at");
        let it = inspect(&bytes).unwrap();
        assert_eq!((it.manifest.name.as_str(), it.misfit), ("looked-at", None));
        assert_eq!(it.digest, digest(&bytes));
        assert!(it.exports.contains(&"huntsmith:article/extractor@0.1.0".to_owned()), "{:?}", it.exports);
        assert_eq!(it.contracts.get("huntsmith:article").map(String::as_str), Some("0.1.0"));
        assert_eq!(it.sizes.component, bytes.len() as u64);
        assert!(it.sizes.code > 0 && it.sizes.data > 9 && it.sizes.memory == 64 << 10, "{:?}", it.sizes);
    }

    #[test]
    fn a_manifest_that_names_another_world_is_a_misfit() {
        let bytes = component("misfit");
        let from = b"\"world\":\"ioc-extractor\"";
        let at = bytes.windows(from.len()).rposition(|window| window == from).unwrap();
        let mut other = bytes.clone();
        // As long as the other name, so that no length changes.
        other[at..at + from.len()].copy_from_slice(b"\"world\":\"feed-source\"  ");
        assert!(inspect(&other).unwrap().misfit.unwrap().contains("feed-source"));
    }
}
