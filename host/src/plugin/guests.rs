//! For tests: the smallest guest that fits a world.

use super::contract;
use super::manifest::{Manifest, World};

/// A manifest with nothing but what has to be there.
pub(crate) fn manifest(name: &str) -> Manifest {
    let text = format!(
        "name = \"{name}\"\nversion = \"1.2.3\"\nworld = \"ioc-extractor\"\ncontract = \"0.1.0\"\nlicense = \"MIT\"\n\
         description = \"For tests\"\nauthors = [\"Somebody\"]\nsource = \"https://example.org/source\"\n"
    );
    Manifest::from_toml(&text).expect("it is minimal, not wrong")
}

/// A core module of the world `ioc-extractor`, with `more` among its definitions.
pub(crate) fn extractor(more: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            {more}
            (memory (export "memory") 1)
            (data (i32.const 8) "some data")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
            (func (export "init") (result i32) i32.const 0)
            (func (export "huntsmith:article/extractor@0.1.0#extract") (param i32) (result i32) i32.const 0))"#
    );
    let mut module = wat::parse_str(text).expect("the text is WebAssembly");
    let (resolve, world) = contract::world(World::IocExtractor, "0.1.0").expect("it is published");
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8)
        .expect("the world can be embedded");
    module
}

/// A plugin's component.
pub(crate) fn component(name: &str) -> Vec<u8> {
    super::component::componentize(&extractor(""), &manifest(name)).expect("the guest fits its world")
}
