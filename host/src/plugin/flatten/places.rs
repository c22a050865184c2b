//! Where things stand: each index space of a component that is being written out, and every index in it carried over.

use super::FlattenError;
use std::collections::HashMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error as Reencoding, Reencode, ReencodeComponent};
use wasm_encoder::{Component, ComponentExportKind};
use wasmparser::{ComponentAlias, ComponentExternalKind, ComponentOuterAliasKind, ExternalKind};

/// What a component gives out: name, kind, and where it stands.
pub type Export<'a> = (&'a str, ComponentExportKind, u32);

/// The index spaces of a component.
#[derive(Debug, Clone, Copy)]
pub enum Space {
    Type,
    Func,
    Instance,
    Component,
    Module,
    CoreInstance,
    CoreFunc,
    CoreMemory,
    CoreTable,
    CoreGlobal,
    CoreTag,
}

const SPACES: usize = 11;

impl Space {
    /// Where what is imported, exported or passed on is counted.
    pub fn of(kind: ComponentExternalKind) -> Result<Self, FlattenError> {
        match kind {
            ComponentExternalKind::Func => Ok(Space::Func),
            ComponentExternalKind::Type => Ok(Space::Type),
            ComponentExternalKind::Instance => Ok(Space::Instance),
            ComponentExternalKind::Module => Err(FlattenError::Unexpected("a module that is passed on")),
            ComponentExternalKind::Component => Err(FlattenError::Unexpected("a component that is passed on")),
            ComponentExternalKind::Value => Err(FlattenError::Unexpected("a value")),
        }
    }

    fn of_core(kind: ExternalKind) -> Self {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => Space::CoreFunc,
            ExternalKind::Memory => Space::CoreMemory,
            ExternalKind::Table => Space::CoreTable,
            ExternalKind::Global => Space::CoreGlobal,
            ExternalKind::Tag => Space::CoreTag,
        }
    }

    /// Where what an alias names is counted.
    pub fn of_alias(alias: &ComponentAlias) -> Result<Self, FlattenError> {
        match alias {
            ComponentAlias::InstanceExport { kind, .. } => Space::of(*kind),
            ComponentAlias::CoreInstanceExport { kind, .. } => Ok(Space::of_core(*kind)),
            ComponentAlias::Outer { kind: ComponentOuterAliasKind::Type, .. } => Ok(Space::Type),
            ComponentAlias::Outer { .. } => Err(FlattenError::Unexpected("an alias of what is around it")),
        }
    }
}

/// One component that is being written out.
#[derive(Default)]
pub struct Frame<'a> {
    /// For each space: where what had an index stands now.
    pub places: [Vec<u32>; SPACES],
    /// Its components by their index; none: it holds no module and was written as it is.
    pub components: Vec<Option<&'a [u8]>>,
    /// What its imports are, by name and place; none: it is the outermost, whose imports stay.
    pub given: Option<HashMap<&'a str, u32>>,
    /// What it gave out, unless it is the outermost.
    pub exports: Vec<Export<'a>>,
}

impl Frame<'_> {
    /// Where it stands now. An index that there is not stays one that nobody has: validating says so.
    fn place(&self, space: Space, index: u32) -> u32 {
        self.places[space as usize].get(index as usize).copied().unwrap_or(u32::MAX)
    }
}

/// What is being written, and the component that is being read.
pub struct Flat<'a, R> {
    pub out: Component,
    /// How many there are of each space by now.
    counts: [u32; SPACES],
    /// How many types are around what is being written: indices inside are their own.
    depth: u32,
    pub frame: Frame<'a>,
    /// The outermost exports' new names.
    pub rename: R,
}

impl<R> Flat<'_, R> {
    /// Nothing is written yet.
    pub fn new(rename: R) -> Self {
        Self { out: Component::new(), counts: [0; SPACES], depth: 0, frame: Frame::default(), rename }
    }

    /// The next index of the frame stands for the next one of what is written.
    pub fn define(&mut self, space: Space) {
        let place = self.counts[space as usize];
        self.frame.places[space as usize].push(place);
        self.counts[space as usize] += 1;
    }

    /// Where it stands now, unless it is inside of a type.
    pub fn place(&self, space: Space, index: u32) -> u32 {
        if self.depth > 0 { index } else { self.frame.place(space, index) }
    }
}

impl<R> Reencode for Flat<'_, R> {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Reencoding> {
        Ok(self.place(Space::CoreFunc, index))
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, Reencoding> {
        Ok(self.place(Space::CoreMemory, index))
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Reencoding> {
        Ok(self.place(Space::CoreTable, index))
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Reencoding> {
        Ok(self.place(Space::CoreGlobal, index))
    }

    fn tag_index(&mut self, index: u32) -> Result<u32, Reencoding> {
        Ok(self.place(Space::CoreTag, index))
    }
}

impl<R> ReencodeComponent for Flat<'_, R> {
    fn component_type_index(&mut self, index: u32) -> u32 {
        self.place(Space::Type, index)
    }

    fn component_instance_index(&mut self, index: u32) -> u32 {
        self.place(Space::Instance, index)
    }

    fn component_func_index(&mut self, index: u32) -> u32 {
        self.place(Space::Func, index)
    }

    fn component_index(&mut self, index: u32) -> u32 {
        self.place(Space::Component, index)
    }

    fn module_index(&mut self, index: u32) -> u32 {
        self.place(Space::Module, index)
    }

    fn instance_index(&mut self, index: u32) -> u32 {
        self.place(Space::CoreInstance, index)
    }

    /// `count` steps out: as many as there are types around lead to the component.
    fn outer_component_type_index(&mut self, count: u32, index: u32) -> u32 {
        if count == self.depth { self.frame.place(Space::Type, index) } else { index }
    }

    fn push_depth(&mut self) {
        self.depth += 1;
    }

    fn pop_depth(&mut self) {
        self.depth -= 1;
    }
}
