//! Holds what a component imports and exports against its manifest's world, by name, before anything of it runs. Types
//! are compared later, by the linker and the trial instance.

use super::error::{Code, Fault};
use crate::plugin::component::imports_and_exports;
use crate::plugin::contract;
use crate::plugin::manifest::{Manifest, World};
use wasmparser::Parser;

/// Interfaces that a component of a world may import. Those with types only come as imports too.
fn allowed(world: World) -> &'static [&'static str] {
    match world {
        World::FeedSource => &[
            "huntsmith:host/common",
            "huntsmith:host/log",
            "huntsmith:host/data",
            "huntsmith:host/http",
            "huntsmith:article/types",
        ],
        World::DocumentReader | World::IocExtractor | World::TechniqueClassifier => {
            &["huntsmith:host/common", "huntsmith:host/log", "huntsmith:host/data", "huntsmith:article/types"]
        }
        World::QueryEmitter => {
            &["huntsmith:host/common", "huntsmith:host/log", "huntsmith:host/data", "huntsmith:hunt/plan"]
        }
    }
}

/// The interface that a component of a world exports, beside `init`.
fn exported(world: World) -> &'static str {
    match world {
        World::FeedSource => "huntsmith:feed/feed",
        World::DocumentReader => "huntsmith:article/reader",
        World::IocExtractor => "huntsmith:article/extractor",
        World::TechniqueClassifier => "huntsmith:article/classifier",
        World::QueryEmitter => "huntsmith:hunt/emitter",
    }
}

/// Whether this host speaks the version of an interface's package; if not, which side is too old.
fn check_version(what: &str, version: &str) -> Result<(), Fault> {
    let package = what.split_once('/').map_or(what, |(package, _)| package);
    contract::speaks(package, version).map_err(|misfit| Fault::new(Code::ContractVersion, misfit.to_string()))
}

/// Checks the names of a component's imports and exports against its manifest.
pub(crate) fn check<'a>(
    manifest: &Manifest,
    imports: impl IntoIterator<Item = &'a str>,
    exports: impl IntoIterator<Item = &'a str>,
) -> Result<(), Fault> {
    check_version(manifest.world.package(), &manifest.contract)?;
    let wanted = exported(manifest.world);
    let mut has_init = false;
    let mut has_world = false;
    let mut seen = Vec::new();
    for export in exports {
        let (name, version) = export.rsplit_once('@').unwrap_or((export, ""));
        has_init |= export == "init";
        if name == wanted {
            check_version(name, version)?;
            has_world = true;
        }
        if seen.len() < 8 {
            seen.push(shown(export));
        }
    }
    if !has_world {
        let seen = if seen.is_empty() { "nothing".to_owned() } else { seen.join(", ") };
        let message = format!("a {} exports `{wanted}`; this component exports {seen}", manifest.world);
        return Err(Fault::new(Code::WrongWorld, message));
    }
    if !has_init {
        return Err(Fault::new(Code::WrongWorld, "the component does not export `init`"));
    }
    for import in imports {
        let (name, version) = import.rsplit_once('@').unwrap_or((import, ""));
        if !allowed(manifest.world).contains(&name) {
            return Err(Fault::new(
                Code::UnknownImport,
                format!("the component imports `{}`, which {} does not have", shown(import), manifest.world),
            ));
        }
        check_version(name, version)?;
    }
    Ok(())
}

/// A hostile component's name, fit for a message.
fn shown(name: &str) -> String {
    super::log::clean(&name[..name.floor_char_boundary(120)])
}

/// The names of a component's own imports and exports, read from its bytes.
pub(crate) fn names(component: &[u8]) -> Result<(Vec<String>, Vec<String>), Fault> {
    if !Parser::is_component(component) {
        return Err(Fault::new(
            Code::MalformedComponent,
            if Parser::is_core_wasm(component) {
                "the bytes are a core module, not a component"
            } else {
                "the bytes are not WebAssembly"
            },
        ));
    }
    imports_and_exports(component)
        .map_err(|error| Fault::new(Code::MalformedComponent, format!("the bytes are not a component: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(world: World, contract: &str) -> Manifest {
        serde_json::from_value(serde_json::json!({
            "name": "test", "version": "1.0.0", "world": world, "contract": contract,
        }))
        .unwrap()
    }

    fn code(world: World, contract: &str, imports: &[&str], exports: &[&str]) -> Result<(), (Code, String)> {
        check(&manifest(world, contract), imports.iter().copied(), exports.iter().copied())
            .map_err(|fault| (fault.code, fault.message))
    }

    const EXTRACTOR: &[&str] = &["init", "huntsmith:article/extractor@0.1.0"];

    #[test]
    fn a_world_has_its_imports_and_no_other() {
        let log = &["huntsmith:host/log@0.1.0"];
        let http = &["huntsmith:host/http@0.1.0"];
        assert_eq!(code(World::IocExtractor, "0.1.0", log, EXTRACTOR), Ok(()));
        assert_eq!(code(World::IocExtractor, "0.1.0", http, EXTRACTOR).unwrap_err().0, Code::UnknownImport);
        assert_eq!(
            code(World::IocExtractor, "0.1.0", &["wasi:clocks/wall-clock@0.2.0"], EXTRACTOR).unwrap_err().0,
            Code::UnknownImport
        );
    }

    #[test]
    fn the_message_says_which_side_is_too_old() {
        let (code_, message) = code(World::IocExtractor, "0.2.0", &[], EXTRACTOR).unwrap_err();
        assert_eq!(code_, Code::ContractVersion);
        assert!(message.ends_with("; update huntsmith"), "{message}");
        let (_, message) = code(World::IocExtractor, "0.0.9", &[], EXTRACTOR).unwrap_err();
        assert!(message.ends_with("; update the plugin"), "{message}");
        let newer = &["huntsmith:host/log@0.1.7"];
        assert_eq!(code(World::IocExtractor, "0.1.0", newer, EXTRACTOR).unwrap_err().0, Code::ContractVersion);
    }

    #[test]
    fn another_world_is_named() {
        let (code_, message) = code(World::QueryEmitter, "0.1.0", &[], EXTRACTOR).unwrap_err();
        assert_eq!(code_, Code::WrongWorld);
        assert!(message.contains("huntsmith:article/extractor@0.1.0"), "{message}");
        assert_eq!(code(World::IocExtractor, "0.1.0", &[], &EXTRACTOR[1..]).unwrap_err().0, Code::WrongWorld);
    }
}
