//! A component without components in it that hold code. A tool that answers an engine's imports with stubs nests the
//! guest beside them; preparing keeps the memory of modules at the outermost level only. Here both are written out at that
//! level, each where it was instantiated, and every index is carried over.

mod places;

use super::sections::sections;
use places::{Export, Flat, Frame, Space};
use wasm_encoder::reencode::{Error as Reencoding, ReencodeComponent as _};
use wasm_encoder::{
    CanonicalFunctionSection, ComponentAliasSection, ComponentExportSection, ComponentImportSection,
    ComponentInstanceSection, ComponentSection, ComponentSectionId as Id, ComponentTypeSection, InstanceSection,
    RawSection,
};
use wasmparser::{BinaryReader, BinaryReaderError, CanonicalFunction, ComponentInstance, FromReader, SectionLimited};

const CUSTOM: u8 = Id::CoreCustom as u8;
const MODULE: u8 = Id::CoreModule as u8;
const CORE_INSTANCES: u8 = Id::CoreInstance as u8;
const COMPONENT: u8 = Id::Component as u8;
const INSTANCES: u8 = Id::Instance as u8;
const ALIASES: u8 = Id::Alias as u8;
const TYPES: u8 = Id::Type as u8;
const CANONICALS: u8 = Id::CanonicalFunction as u8;
const IMPORTS: u8 = Id::Import as u8;
const EXPORTS: u8 = Id::Export as u8;

/// Why a component stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum FlattenError {
    #[error("it ends in the middle of a section, at byte {0}")]
    Truncated(usize),
    #[error(transparent)]
    Malformed(#[from] BinaryReaderError),
    #[error("it cannot be written out: {0}")]
    Reencoding(#[from] Reencoding),
    #[error("it has {0}, which is not expected here")]
    Unexpected(&'static str),
    #[error("a component in it wants `{0}`, and is not given it")]
    NotGiven(String),
}

/// Writes out every nested component that holds modules. `rename` gives the outermost exports their names; none: the export
/// is left out. Names and producers are not kept: what they name has moved.
pub fn flatten(component: &[u8], rename: impl Fn(&str) -> Option<String>) -> Result<Vec<u8>, FlattenError> {
    let mut flat = Flat::new(rename);
    flat.write(component)?;
    let flat = flat.out.finish();
    wasmparser::Validator::new().validate_all(&flat)?;
    Ok(flat)
}

impl<'a, R: Fn(&str) -> Option<String>> Flat<'a, R> {
    fn write(&mut self, component: &'a [u8]) -> Result<(), FlattenError> {
        for section in sections(component).map_err(FlattenError::Truncated)? {
            let (id, data) = (section.id, &component[section.content]);
            match id {
                CUSTOM => {}
                MODULE => {
                    self.out.section(&RawSection { id, data });
                    self.define(Space::Module);
                }
                COMPONENT if holds_modules(data)? => {
                    // It waits until it is instantiated.
                    self.frame.components.push(Some(data));
                    self.frame.places[Space::Component as usize].push(u32::MAX);
                }
                COMPONENT => {
                    self.out.section(&RawSection { id, data });
                    self.frame.components.push(None);
                    self.define(Space::Component);
                }
                CORE_INSTANCES => self.each(data, |flat, to: &mut InstanceSection, it| {
                    flat.parse_instance(to, it)?;
                    Ok(Space::CoreInstance)
                })?,
                TYPES => self.each(data, |flat, to: &mut ComponentTypeSection, it| {
                    flat.parse_component_type(to.ty(), it)?;
                    Ok(Space::Type)
                })?,
                CANONICALS => self.each(data, |flat, to: &mut CanonicalFunctionSection, it: CanonicalFunction| {
                    let lifts = matches!(it, CanonicalFunction::Lift { .. });
                    flat.parse_component_canonical(to, it)?;
                    Ok(if lifts { Space::Func } else { Space::CoreFunc })
                })?,
                ALIASES => self.each(data, |flat, to: &mut ComponentAliasSection, it| {
                    let space = Space::of_alias(&it)?;
                    to.alias(flat.component_alias(it)?);
                    Ok(space)
                })?,
                INSTANCES => self.instances(data)?,
                IMPORTS => self.imports(data)?,
                EXPORTS => self.exports(data)?,
                _ => return Err(FlattenError::Unexpected("a section of a kind that no guest needs")),
            }
        }
        Ok(())
    }

    /// A section whose items define one thing each, and may name the one before.
    fn each<T: FromReader<'a>, S: Default + ComponentSection>(
        &mut self,
        data: &'a [u8],
        write: impl Fn(&mut Self, &mut S, T) -> Result<Space, FlattenError>,
    ) -> Result<(), FlattenError> {
        let mut section = S::default();
        for item in SectionLimited::new(BinaryReader::new(data, 0))? {
            let space = write(self, &mut section, item?)?;
            self.define(space);
        }
        self.out.section(&section);
        Ok(())
    }

    fn instances(&mut self, data: &'a [u8]) -> Result<(), FlattenError> {
        for item in SectionLimited::new(BinaryReader::new(data, 0))? {
            let instance: ComponentInstance = item?;
            let mut section = ComponentInstanceSection::new();
            let inlined = match &instance {
                ComponentInstance::Instantiate { component_index, args } => {
                    let component = self.frame.components.get(*component_index as usize).copied().flatten();
                    component.map(|component| self.inlined(component, args)).transpose()?
                }
                ComponentInstance::FromExports(_) => None,
            };
            match inlined {
                Some(exports) => drop(section.export_items(exports)),
                None => self.parse_component_instance(&mut section, instance)?,
            }
            self.out.section(&section);
            self.define(Space::Instance);
        }
        Ok(())
    }

    /// Writes a component where it is instantiated; what it gives out.
    fn inlined(&mut self, component: &'a [u8], args: &[Argument<'a>]) -> Result<Vec<Export<'a>>, FlattenError> {
        let given = args.iter().map(|arg| Ok((arg.name, self.place(Space::of(arg.kind)?, arg.index))));
        let given = given.collect::<Result<_, FlattenError>>()?;
        let outer = std::mem::replace(&mut self.frame, Frame { given: Some(given), ..Frame::default() });
        self.write(component)?;
        Ok(std::mem::replace(&mut self.frame, outer).exports)
    }

    fn imports(&mut self, data: &'a [u8]) -> Result<(), FlattenError> {
        let mut section = ComponentImportSection::new();
        for item in SectionLimited::new(BinaryReader::new(data, 0))? {
            let import: wasmparser::ComponentImport = item?;
            let (name, space) = (import.name.name, Space::of(import.ty.kind())?);
            match &self.frame.given {
                None => {
                    section.import(name, self.component_type_ref(import.ty)?);
                    self.define(space);
                }
                Some(given) => {
                    let place = *given.get(name).ok_or_else(|| FlattenError::NotGiven(name.to_owned()))?;
                    self.frame.places[space as usize].push(place);
                }
            }
        }
        if !section.is_empty() {
            self.out.section(&section);
        }
        Ok(())
    }

    fn exports(&mut self, data: &'a [u8]) -> Result<(), FlattenError> {
        let mut section = ComponentExportSection::new();
        for item in SectionLimited::new(BinaryReader::new(data, 0))? {
            let export: wasmparser::ComponentExport = item?;
            let space = Space::of(export.kind)?;
            let place = self.place(space, export.index);
            if self.frame.given.is_some() {
                self.frame.exports.push((export.name.name, export.kind.into(), place));
            } else if let Some(name) = (self.rename)(export.name.name) {
                let ty = export.ty.map(|ty| self.component_type_ref(ty)).transpose()?;
                section.export(&name, export.kind.into(), place, ty);
                self.define(space);
                continue;
            }
            self.frame.places[space as usize].push(place);
        }
        if !section.is_empty() {
            self.out.section(&section);
        }
        Ok(())
    }
}

fn holds_modules(component: &[u8]) -> Result<bool, FlattenError> {
    for section in sections(component).map_err(FlattenError::Truncated)? {
        if section.id == MODULE || (section.id == COMPONENT && holds_modules(&component[section.content])?) {
            return Ok(true);
        }
    }
    Ok(false)
}

type Argument<'a> = wasmparser::ComponentInstantiationArg<'a>;

#[cfg(test)]
mod tests {
    use super::super::component::surface;
    use super::*;

    /// A guest beside the stub of what it imports, both around a module, as a tool composes them.
    const COMPOSED: &str = r#"(component
        (import "huntsmith:host/log" (instance $log (export "write" (func (param "n" u32)))))
        (component $stub
            (core module $trap (func (export "now") (result i32) unreachable))
            (core instance $trap (instantiate $trap))
            (type $t (func (result u32)))
            (func $now (type $t) (canon lift (core func $trap "now")))
            (instance $clock (export "now" (func $now)))
            (export "wasi:clocks/now" (instance $clock)))
        (component $guest
            (import "wasi:clocks/now" (instance $clock (export "now" (func (result u32)))))
            (import "log" (instance $log (export "write" (func (param "n" u32)))))
            (core func $now (canon lower (func $clock "now")))
            (core func $write (canon lower (func $log "write")))
            (core module $m
                (import "e" "now" (func $now (result i32)))
                (import "e" "write" (func $write (param i32)))
                (func (export "tell") i32.const 7 call $write)
                (func (export "ask") (result i32) call $now))
            (core instance $i (instantiate $m
                (with "e" (instance (export "now" (func $now)) (export "write" (func $write))))))
            (func $tell (canon lift (core func $i "tell")))
            (func $ask (result u32) (canon lift (core func $i "ask")))
            (export "prepare" (func $tell))
            (export "init" (func $ask)))
        (instance $s (instantiate $stub))
        (alias export $s "wasi:clocks/now" (instance $clock))
        (instance $g (instantiate $guest
            (with "wasi:clocks/now" (instance $clock)) (with "log" (instance $log))))
        (alias export $g "prepare" (func $prepare))
        (alias export $g "init" (func $init))
        (export "init" (func $init))
        (export "prepare" (func $prepare)))"#;

    fn renamed(name: &str) -> Option<String> {
        (name == "prepare").then(|| "init".to_owned())
    }

    #[test]
    fn a_composed_guest_stands_alone_and_does_what_it_did() {
        let composed = wat::parse_str(COMPOSED).unwrap();
        let flat = flatten(&composed, renamed).unwrap();
        assert_eq!(surface(&flat).unwrap(), (vec!["huntsmith:host/log".to_owned()], vec!["init".to_owned()]));
        let kinds: Vec<u8> = sections(&flat).unwrap().iter().map(|section| section.id).collect();
        assert_eq!(kinds.iter().filter(|id| **id == MODULE).count(), 2);
        assert!(!kinds.contains(&COMPONENT));

        let engine = wasmtime::Engine::default();
        let component = wasmtime::component::Component::new(&engine, &flat).unwrap();
        let mut linker = wasmtime::component::Linker::<Vec<u32>>::new(&engine);
        let mut log = linker.instance("huntsmith:host/log").unwrap();
        log.func_wrap("write", |mut store: wasmtime::StoreContextMut<'_, Vec<u32>>, (n,): (u32,)| {
            store.data_mut().push(n);
            Ok(())
        })
        .unwrap();
        let mut store = wasmtime::Store::new(&engine, Vec::new());
        let instance = linker.instantiate(&mut store, &component).unwrap();
        instance.get_typed_func::<(), ()>(&mut store, "init").unwrap().call(&mut store, ()).unwrap();
        assert_eq!(store.data(), &[7]);
    }

    #[test]
    fn a_flat_one_stays_and_what_cannot_be_taken_apart_says_why() {
        let plugin = super::super::guests::component("flat");
        let same = flatten(&plugin, |name| Some(name.to_owned())).unwrap();
        assert_eq!(surface(&same).unwrap(), surface(&plugin).unwrap());
        let said = |text: &str| {
            let bytes = wat::parse_str(text).unwrap();
            flatten(&bytes, |name| Some(name.to_owned())).unwrap_err().to_string()
        };
        let passed_on = "(component (core module $m) (export \"m\" (core module $m)))";
        assert!(said(passed_on).contains("a module that is passed on"));
        let bytes = wat::parse_str(COMPOSED).unwrap();
        assert!(matches!(flatten(&bytes[..bytes.len() - 1], renamed), Err(FlattenError::Truncated(_))));
    }
}
