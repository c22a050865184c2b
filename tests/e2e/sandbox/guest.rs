//! Small guests written as WebAssembly text, made into components the way `huntsmith plugin build` does it.

use huntsmith::plugin::manifest::{Manifest, World};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// A manifest with the defaults and these fields besides.
pub fn manifest(world: World, more: serde_json::Value) -> Manifest {
    let mut fields = serde_json::json!({"name": "tried", "version": "1.2.3", "world": world, "contract": "0.1.0"});
    if let (Some(fields), serde_json::Value::Object(more)) = (fields.as_object_mut(), more) {
        fields.extend(more);
    }
    serde_json::from_value(fields).unwrap()
}

/// Makes a component of a core module for a world of the contract.
pub fn component(world: World, wat: &str) -> Vec<u8> {
    let mut module = wat::parse_str(wat).unwrap();
    let mut resolve = Resolve::default();
    let root = huntsmith_tests::root().join("wit");
    let mut packages = Vec::new();
    for package in ["host", "article", "feed", "hunt"] {
        packages.push(resolve.push_dir(root.join(package).join("0.1.0")).unwrap().0);
    }
    let world =
        packages.iter().find_map(|package| resolve.select_world(&[*package], Some(world.as_str())).ok()).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

/// What every guest has: an allocator that only moves on, a log, data, and a result of `init` at 16.
///
/// `extract` answers the record at 64, which is empty and well as long as nobody writes there: tag, then pointer and
/// length of indicators (68), observations (76), relations (84) and rejections (92).
pub fn extractor(more: &str, init: &str, extract: &str) -> Vec<u8> {
    let wat = format!(
        r#"(module
            (import "huntsmith:host/log@0.1.0" "write" (func $log (param i32 i32 i32)))
            (import "huntsmith:host/data@0.1.0" "read" (func $read (param i32 i32 i32)))
            (memory (export "memory") 2)
            (global $next (mut i32) (i32.const 65536))
            (global $calls (mut i32) (i32.const 0))
            (data (i32.const 1024) "evil.example domain attacker words")
            {more}
            (func $give (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (global.set $next (i32.add (local.get $at) (local.get 3)))
                (block $fits (loop $more
                    (br_if $fits (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
                    (drop (memory.grow (i32.const 16)))
                    (br $more)))
                (local.get $at))
            (func (export "init") (result i32) {init} (i32.const 16))
            (func (export "huntsmith:article/extractor@0.1.0#extract") (param $article i32) (result i32)
                (local $n i32)
                (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
                {extract}
                (i32.const 64)))"#
    );
    component(World::IocExtractor, &wat)
}

/// Writes one indicator (`domain` `evil.example`, attacker, 80) with one span at 512 and 600, and says that there is one.
pub fn indicator(start: u32, end: u32) -> String {
    let words = [
        (512, 1037),
        (516, 6), // kind
        (520, 1024),
        (524, 12), // value
        (536, 600),
        (540, 1), // spans
        (548, 1044),
        (552, 8), // role
        (600, start),
        (604, end),
        (68, 512),
        (72, 1),
    ];
    let stores: String =
        words.iter().map(|(at, value)| format!("(i32.store (i32.const {at}) (i32.const {value}))")).collect();
    format!("{stores}(i32.store8 (i32.const 556) (i32.const 80))")
}

/// Says that the call failed with the plugin's code `words` and as message one letter, `a` for the first call.
pub const CALLS_AS_ERROR: &str = "
    (i32.store8 (i32.const 700) (i32.add (global.get $calls) (i32.const 96)))
    (i32.store8 (i32.const 64) (i32.const 1))
    (i32.store (i32.const 68) (i32.const 1053)) (i32.store (i32.const 72) (i32.const 5))
    (i32.store (i32.const 76) (i32.const 700)) (i32.store (i32.const 80) (i32.const 1))
    (i32.store (i32.const 84) (i32.const 0)) (i32.store (i32.const 88) (i32.const 0))";
