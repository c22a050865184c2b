//! From a core module to a plugin's component: encode it, hold it against the contract, write metadata and manifest into
//! it; and read the manifest back without running anything.

use super::contract;
use super::manifest::{Manifest, SECTION, World};
use super::sections::{Layer, layer, sections};
use super::validate::ManifestError;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use wasm_encoder::{CustomSection, Encode, Section as _};
use wasm_metadata::{AddMetadata, AddMetadataField, Authors, Description, Licenses, Source, Version};
use wasmparser::{BinaryReaderError, Parser, Payload};

/// Bytes that a component may have. A Python guest has some 18 MB.
pub const MAXIMUM_COMPONENT: usize = 128 << 20;

/// Why bytes did not become a plugin's component, or are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComponentError {
    #[error(
        "not a WebAssembly component: {found}\n\nhint: `huntsmith plugin build` makes one from a crate or a core module"
    )]
    NotAComponent { found: &'static str },
    #[error("the component ends in the middle of a section, at byte {at} of {length}\n\nhint: fetch or build it again")]
    Truncated { at: usize, length: usize },
    #[error("the component has {bytes} bytes, more than {MAXIMUM_COMPONENT}")]
    TooLarge { bytes: usize },
    #[error("the component has no manifest\n\nhint: `huntsmith plugin build` writes one into it from plugin.toml")]
    NoManifest,
    #[error("the component has two manifests\n\nhint: build it again with `huntsmith plugin build`")]
    TwoManifests,
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// `imports` are `module::name`, sorted.
    #[error("the module imports what no huntsmith plugin may: {}\n\nhint: {hint}", imports.join(", "))]
    ForeignImport { imports: Vec<String>, hint: String },
    #[error(
        "the component does not export {missing}, so it is no {world}; it exports {exports}\n\nhint: `world` in plugin.toml, \
         the SDK's feature and the export macro have to agree"
    )]
    WrongWorld { world: World, missing: String, exports: String },
    #[error(
        "the component does not fit {world}: {message}\n\nhint: build it against that version of the contract in wit/"
    )]
    Contract { world: String, message: String },
    #[error(
        "the module cannot be made a component: {message}\n\nhint: it has to be built for wasm32-unknown-unknown, with the SDK's export macro"
    )]
    Encoding { message: String },
    #[error("metadata `{field}`: {message}\n\nhint: {hint}")]
    Metadata { field: &'static str, message: String, hint: &'static str },
}

impl ComponentError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ComponentError::NotAComponent { .. } => "not-a-component",
            ComponentError::Truncated { .. } => "component-truncated",
            ComponentError::TooLarge { .. } => "component-too-large",
            ComponentError::NoManifest => "no-manifest",
            ComponentError::TwoManifests => "two-manifests",
            ComponentError::Manifest(error) => error.code(),
            ComponentError::ForeignImport { .. } => "foreign-import",
            ComponentError::WrongWorld { .. } => "wrong-world",
            ComponentError::Contract { .. } => "contract-mismatch",
            ComponentError::Encoding { .. } => "encoding",
            ComponentError::Metadata { .. } => "metadata",
        }
    }
}

/// Makes a component of a core module that was built with the SDK (or `wit-bindgen` of any language).
///
/// # Errors
/// A module that imports something else, is of another world or contract, or a manifest that is none.
pub fn componentize(module: &[u8], manifest: &Manifest) -> Result<Vec<u8>, ComponentError> {
    manifest.validate()?;
    if layer(module) != Some(Layer::Module) {
        return Err(ComponentError::Encoding { message: "these bytes are not a core WebAssembly module".to_owned() });
    }
    check_module_imports(module, manifest)?;
    let component = wit_component::ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| ComponentError::Encoding { message: format!("{error:#}") })?;
    adopt(&component, manifest)
}

/// Makes a plugin of a component that another tool built: checks it and writes metadata and manifest into it.
pub fn adopt(component: &[u8], manifest: &Manifest) -> Result<Vec<u8>, ComponentError> {
    manifest.validate()?;
    let bare = without_manifest(component)?;
    check_world(&bare, manifest)?;
    let mut bytes = with_metadata(&bare, manifest)?;
    let json = serde_json::to_vec(manifest).map_err(|error| ComponentError::Encoding { message: error.to_string() })?;
    let section = CustomSection { name: SECTION.into(), data: json.into() };
    bytes.push(section.id());
    section.encode(&mut bytes);
    Ok(bytes)
}

/// The manifest in a component. Looks at the outermost sections only: nothing is run, nothing is compiled.
pub fn read_manifest(component: &[u8]) -> Result<Manifest, ComponentError> {
    let mut found = None;
    for section in outermost(component)? {
        if let Some((SECTION, json)) = section.custom(component) {
            if found.is_some() {
                return Err(ComponentError::TwoManifests);
            }
            found = Some(json);
        }
    }
    Ok(Manifest::from_json(found.ok_or(ComponentError::NoManifest)?)?)
}

/// Lower-case hex SHA-256.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Holds a component against the world and the contract that its manifest names.
pub fn check_world(component: &[u8], manifest: &Manifest) -> Result<(), ComponentError> {
    let (imports, exports) = surface(component)?;
    let version = &manifest.contract;
    let unknown = |known: Vec<&str>| ComponentError::Contract {
        world: format!("{}@{version}", manifest.world),
        message: format!("there are {}", known.join(", ")),
    };
    let allowed = contract::imports(manifest.world, version).map_err(unknown)?;
    let foreign: Vec<String> = imports.into_iter().filter(|name| !allowed.contains(name)).collect();
    if !foreign.is_empty() {
        return Err(foreign_import(foreign, manifest));
    }
    let (resolve, world) = contract::world(manifest.world, version).map_err(unknown)?;
    let wanted: Vec<String> = resolve.worlds[world].exports.keys().map(|key| resolve.name_world_key(key)).collect();
    if let Some(missing) = wanted.iter().find(|name| !exports.contains(name)) {
        return Err(ComponentError::WrongWorld {
            world: manifest.world,
            missing: missing.clone(),
            exports: if exports.is_empty() { "nothing".to_owned() } else { exports.join(", ") },
        });
    }
    wit_component::targets(&resolve, world, component).map_err(|error| ComponentError::Contract {
        world: contract::package(manifest.world, version).unwrap_or_default(),
        message: format!("{:#}", error.root_cause()),
    })
}

/// Names that a component imports and exports, in order.
pub fn surface(component: &[u8]) -> Result<(Vec<String>, Vec<String>), ComponentError> {
    outermost(component)?;
    imports_and_exports(component).map_err(|error| ComponentError::Encoding { message: error.to_string() })
}

/// The same of bytes whose size and kind are known to be sound.
pub(crate) fn imports_and_exports(component: &[u8]) -> Result<(Vec<String>, Vec<String>), BinaryReaderError> {
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut depth = 0usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    exports.push(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok((imports, exports))
}

fn outermost(component: &[u8]) -> Result<Vec<super::sections::Section>, ComponentError> {
    if component.len() > MAXIMUM_COMPONENT {
        return Err(ComponentError::TooLarge { bytes: component.len() });
    }
    match layer(component) {
        Some(Layer::Component) => {}
        Some(Layer::Module) => return Err(ComponentError::NotAComponent { found: "this is a core module" }),
        None if component.is_empty() => return Err(ComponentError::NotAComponent { found: "the file is empty" }),
        None => {
            return Err(ComponentError::NotAComponent { found: "the bytes at the beginning are not WebAssembly's" });
        }
    }
    sections(component).map_err(|at| ComponentError::Truncated { at, length: component.len() })
}

pub(crate) fn without_manifest(component: &[u8]) -> Result<Vec<u8>, ComponentError> {
    let mut bare = component[..8.min(component.len())].to_vec();
    for section in outermost(component)? {
        if !matches!(section.custom(component), Some((SECTION, _))) {
            bare.extend_from_slice(&component[section.whole]);
        }
    }
    Ok(bare)
}

/// Refuses a module that would need more than the world has, before encoding hides where it comes from.
fn check_module_imports(module: &[u8], manifest: &Manifest) -> Result<(), ComponentError> {
    let malformed = |error: wasmparser::BinaryReaderError| ComponentError::Encoding { message: error.to_string() };
    let allowed = contract::imports(manifest.world, &manifest.contract).unwrap_or_default();
    let mut foreign = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload.map_err(malformed)? {
            for import in section.into_imports() {
                let import = import.map_err(malformed)?;
                // Canonical names (`cm32p2|…`), and what the encoder itself makes for exported resources.
                let interface = import.module.strip_prefix("cm32p2|").unwrap_or(import.module);
                let own = interface.starts_with("[export]huntsmith:") || interface.starts_with("_ex_huntsmith:");
                if !own && !allowed.iter().any(|name| name == interface) {
                    foreign.insert(format!("{}::{}", import.module, import.name));
                }
            }
        }
    }
    if foreign.is_empty() { Ok(()) } else { Err(foreign_import(foreign.into_iter().collect(), manifest)) }
}

fn foreign_import(imports: Vec<String>, manifest: &Manifest) -> ComponentError {
    let any = |text: &str| imports.iter().any(|name| name.contains(text));
    let hint = if any("wbindgen") {
        "a dependency takes the target for a browser: find it with `cargo tree --target wasm32-unknown-unknown -i wasm-bindgen`"
            .to_owned()
    } else if any("wasi") {
        "build for wasm32-unknown-unknown, without WASI; for Python and JavaScript let the tool stub WASI out; in C leave \
         out what needs a system: files, printing, the clock"
            .to_owned()
    } else if any("huntsmith:") {
        format!("a {} of contract {} does not have it; only a feed-source has http", manifest.world, manifest.contract)
    } else {
        "a dependency expects a C library or an environment that the sandbox does not have".to_owned()
    };
    ComponentError::ForeignImport { imports, hint }
}

/// Writes the standard sections, as the OCI annotations of the same names define them.
fn with_metadata(component: &[u8], manifest: &Manifest) -> Result<Vec<u8>, ComponentError> {
    let mut add = AddMetadata::default();
    add.name = AddMetadataField::Set(manifest.name.clone());
    add.version = AddMetadataField::Set(Version::new(manifest.version.clone()));
    add.processed_by = vec![("huntsmith".to_owned(), env!("CARGO_PKG_VERSION").to_owned())];
    if !manifest.description.is_empty() {
        add.description = AddMetadataField::Set(Description::new(manifest.description.clone()));
    }
    if !manifest.authors.is_empty() {
        add.authors = AddMetadataField::Set(Authors::new(manifest.authors.join(", ")));
    }
    if !manifest.license.is_empty() {
        add.licenses =
            AddMetadataField::Set(Licenses::new(&manifest.license).map_err(|error| ComponentError::Metadata {
                field: "license",
                message: format!("`{}` is not an SPDX expression ({error})", manifest.license),
                hint: "as `Apache-2.0 OR MIT`",
            })?);
    }
    if !manifest.source.is_empty() {
        add.source =
            AddMetadataField::Set(Source::new(&manifest.source).map_err(|error| ComponentError::Metadata {
                field: "source",
                message: format!("`{}` is not an address ({error})", manifest.source),
                hint: "where the source code is kept, with `https://`",
            })?);
    }
    add.to_wasm(component).map_err(|error| ComponentError::Encoding { message: format!("{error:#}") })
}

#[cfg(test)]
mod tests {
    use super::super::guests::{component, extractor, manifest};
    use super::*;

    #[test]
    fn a_module_becomes_a_component_that_carries_its_manifest_and_metadata() {
        let manifest = manifest("small");
        let bytes = componentize(&extractor(""), &manifest).unwrap();
        assert_eq!(read_manifest(&bytes).unwrap(), manifest);
        check_world(&bytes, &manifest).unwrap();
        let payload = wasm_metadata::Payload::from_binary(&bytes).unwrap();
        let known = payload.metadata();
        assert_eq!(known.name.as_deref(), Some("small"));
        assert_eq!(known.licenses.as_ref().map(ToString::to_string).as_deref(), Some("MIT"));
        assert_eq!(known.source.as_ref().map(ToString::to_string).as_deref(), Some("https://example.org/source"));
        wasmparser::Validator::new().validate_all(&bytes).unwrap();
    }

    #[test]
    fn the_same_input_gives_the_same_bytes_and_a_new_manifest_takes_the_old_ones_place() {
        assert_eq!(component("same"), component("same"));
        let renamed = adopt(&component("before"), &manifest("after")).unwrap();
        assert_eq!(read_manifest(&renamed).unwrap().name, "after");
    }

    #[test]
    fn foreign_imports_are_named_with_what_to_do() {
        for (import, hint) in [
            ("(import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32 i32 i32) (result i32)))", "WASI"),
            ("(import \"__wbindgen_placeholder__\" \"__wbindgen_throw\" (func (param i32 i32)))", "wasm-bindgen"),
            ("(import \"env\" \"getenv\" (func (param i32) (result i32)))", "C library"),
            ("(import \"huntsmith:host/http@0.1.0\" \"fetch\" (func (param i32 i32)))", "only a feed-source"),
        ] {
            let error = componentize(&extractor(import), &manifest("greedy")).unwrap_err();
            assert_eq!(error.code(), "foreign-import");
            assert!(error.to_string().contains("::") && error.to_string().contains(hint), "{error}");
        }
    }

    #[test]
    fn another_world_is_refused_with_what_is_exported() {
        let mut other = manifest("other");
        other.world = World::TechniqueClassifier;
        let error = componentize(&extractor(""), &other).unwrap_err();
        assert_eq!(error.code(), "wrong-world");
        assert!(error.to_string().contains("huntsmith:article/extractor@0.1.0"), "{error}");
    }

    #[test]
    fn bytes_that_are_no_plugin_are_told_apart() {
        let plugin = component("whole");
        let bare = without_manifest(&plugin).unwrap();
        let twice = [&plugin[..], &plugin[bare.len()..]].concat();
        for (bytes, code) in [
            (&b""[..], "not-a-component"),
            (b"garbage garbage", "not-a-component"),
            (&extractor("")[..], "not-a-component"),
            (&bare[..], "no-manifest"),
            (&twice[..], "two-manifests"),
            (&plugin[..plugin.len() - 1], "component-truncated"),
        ] {
            assert_eq!(read_manifest(bytes).unwrap_err().code(), code);
        }
    }

    #[test]
    fn metadata_that_the_standard_sections_cannot_hold_is_refused() {
        let mut odd = manifest("odd");
        odd.license = "do what you like".into();
        assert_eq!(componentize(&extractor(""), &odd).unwrap_err().code(), "metadata");
    }
}
