//! What is loaded, what is refused, and that preparing is bounded.

use super::guest::{extractor, indicator, manifest};
use super::{Data, bench, bench_with, extract};
use huntsmith::plugin::manifest::World;
use huntsmith::sandbox::{Code, PrepareLimits};
use serde_json::json;
use std::time::{Duration, Instant};

fn load_code(component: &[u8], world: World, more: serde_json::Value) -> (Code, String) {
    let error = bench().load(component, manifest(world, more)).unwrap_err();
    assert!(!error.hint.is_empty());
    (error.code, error.message)
}

/// Answers the first bytes of the data `words`, or of the error, as `init`'s error.
const READ: &str = "(call $read (i32.const 1053) (i32.const 5) (i32.const 128))
    (i32.store8 (i32.const 16) (i32.const 1))
    (i32.store (i32.const 20) (i32.load (i32.const 132)))
    (i32.store (i32.const 24) (i32.load (i32.const 136)))";

#[test]
fn bytes_that_are_no_component_are_refused() {
    let good = extractor("", "", "");
    assert_eq!(load_code(b"", World::IocExtractor, json!({})).0, Code::MalformedComponent);
    assert_eq!(load_code(b"garbage, not wasm", World::IocExtractor, json!({})).0, Code::MalformedComponent);
    assert_eq!(load_code(&good[..good.len() / 2], World::IocExtractor, json!({})).0, Code::MalformedComponent);
    let module = wat::parse_str("(module)").unwrap();
    assert_eq!(load_code(&module, World::IocExtractor, json!({})).0, Code::MalformedComponent);
}

#[test]
fn another_world_or_contract_is_refused() {
    let good = extractor("", "", "");
    assert_eq!(load_code(&good, World::QueryEmitter, json!({})).0, Code::WrongWorld);
    let (code, message) = load_code(&good, World::IocExtractor, json!({"contract": "0.9.0"}));
    assert_eq!(code, Code::ContractVersion);
    assert!(message.ends_with("; update huntsmith"), "{message}");
}

/// A component that exports the names of an extractor with other types, and imports what is written here.
pub fn odd(imports: &str) -> Vec<u8> {
    let wat = format!(
        r#"(component {imports}
            (core module $m (func (export "f") (result i32) (i32.const 0))
                (func (export "i") (result i32) (i32.const 16)) (memory (export "memory") 1))
            (core instance $i (instantiate $m))
            (func $extract (result (result)) (canon lift (core func $i "f")))
            (func $init (result (result (error string)))
                (canon lift (core func $i "i") (memory (core memory $i "memory"))))
            (instance $e (export "extract" (func $extract)))
            (export "huntsmith:article/extractor@0.1.0" (instance $e))
            (export "init" (func $init)))"#
    );
    wat::parse_str(wat).unwrap()
}

#[test]
fn an_import_outside_the_world_is_refused() {
    for foreign in ["huntsmith:host/http@0.1.0", "wasi:clocks/wall-clock@0.2.0", "surprise"] {
        let import = format!("(import {foreign:?} (instance))");
        let (code, message) = load_code(&odd(&import), World::IocExtractor, json!({}));
        assert_eq!(code, Code::UnknownImport);
        assert!(message.contains(foreign), "{message}");
    }
}

#[test]
fn a_changed_type_is_found_before_init_runs() {
    assert_eq!(load_code(&odd(""), World::IocExtractor, json!({})).0, Code::Incompatible);
    let changed = r#"(import "huntsmith:host/log@0.1.0" (instance (export "write" (func (param "message" string)))))"#;
    assert_eq!(load_code(&odd(changed), World::IocExtractor, json!({})).0, Code::Incompatible);
}

#[test]
fn init_may_fail_trap_and_run_for_ever() {
    let refuse = "(i32.store8 (i32.const 16) (i32.const 1)) (i32.store (i32.const 20) (i32.const 1024)) (i32.store (i32.const 24) (i32.const 12))";
    let (code, message) = load_code(&extractor("", refuse, ""), World::IocExtractor, json!({}));
    assert_eq!((code, message.as_str()), (Code::InitFailed, "`init` answered: evil.example"));
    assert_eq!(load_code(&extractor("", "(unreachable)", ""), World::IocExtractor, json!({})).0, Code::InitFailed);
    let began = Instant::now();
    let bench = bench_with(|settings| settings.prepare_limits.init = Duration::from_millis(200));
    let endless = extractor("", "(loop $for_ever (br $for_ever))", "");
    let error = bench.load(&endless, manifest(World::IocExtractor, json!({}))).unwrap_err();
    assert_eq!(error.code, Code::InitFailed);
    assert!(error.message.contains("200 ms"), "{}", error.message);
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn init_reads_declared_data_and_calls_do_not() {
    let bench = bench();
    let data = Data([("words".to_owned(), b"from the host".to_vec())].into());
    let init = |more| {
        let error =
            bench.sandbox.load(&extractor("", READ, ""), manifest(World::IocExtractor, more), &data).unwrap_err();
        (error.code, error.message)
    };
    assert_eq!(init(json!({"data": ["words"]})), (Code::InitFailed, "`init` answered: from the host".into()));
    assert_eq!(init(json!({})).1, "`init` answered: the manifest does not name the data `words`");
    let missing = bench.load(&extractor("", READ, ""), manifest(World::IocExtractor, json!({"data": ["words"]})));
    assert_eq!(missing.unwrap_err().message, "`init` answered: the host does not have the data `words`");

    // In a call: the tag of the answer must say error, else this traps.
    let late = "(call $read (i32.const 1053) (i32.const 5) (i32.const 128))
        (if (i32.eqz (i32.load8_u (i32.const 128))) (then (unreachable)))";
    let late = manifest_and_data(&extractor("", "", late));
    let plugin = bench.sandbox.load(&late.0, late.1, &data).unwrap();
    assert!(extract(&plugin, "x").is_ok());
}

fn manifest_and_data(component: &[u8]) -> (Vec<u8>, huntsmith::plugin::manifest::Manifest) {
    (component.to_vec(), manifest(World::IocExtractor, json!({"data": ["words"]})))
}

#[test]
fn what_init_left_in_memory_is_there_in_every_call() {
    let bench = bench();
    // `init` writes the indicator; `extract` only answers it.
    let plugin = bench.extractor(&extractor("", &indicator(4, 16), ""), json!({}));
    for _ in 0..3 {
        assert_eq!(extract(&plugin, "see evil.example").unwrap().value.indicators.len(), 1);
    }
}

#[test]
fn what_was_prepared_is_used_again_until_it_is_damaged() {
    let bench = bench();
    let component = extractor("", "", &indicator(4, 16));
    let manifest = || manifest(World::IocExtractor, json!({}));
    let unprepared = bench.sandbox.load_prepared(&component, manifest(), &Data::default()).unwrap_err();
    assert_eq!(unprepared.code, Code::NotPrepared);
    bench.load(&component, manifest()).unwrap();
    assert!(bench.sandbox.load_prepared(&component, manifest(), &Data::default()).is_ok());

    let folder = bench.folder.path().join("prepared");
    let code = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|end| end == "cwasm"))
        .unwrap();
    let mut bytes = std::fs::read(&code).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&code, bytes).unwrap();
    assert_eq!(
        bench.sandbox.load_prepared(&component, manifest(), &Data::default()).unwrap_err().code,
        Code::NotPrepared
    );
    assert!(extract(&bench.load(&component, manifest()).unwrap(), "see evil.example").is_ok());
}

#[test]
fn seeded_code_answers_for_its_key_only() {
    let builder = bench();
    let component = extractor("", "", &indicator(4, 16));
    let manifest = || manifest(World::IocExtractor, json!({}));
    let prepared = builder.sandbox.prepare(&component, &manifest(), &Data::default()).unwrap();
    let user = bench();
    user.sandbox.seed(&prepared.key, prepared.code.leak());
    let plugin = user.sandbox.load_prepared(&component, manifest(), &Data::default()).unwrap();
    assert_eq!(extract(&plugin, "see evil.example").unwrap().value.indicators.len(), 1);
    let other = extractor("", "", &indicator(4, 15));
    assert_eq!(user.sandbox.load_prepared(&other, manifest(), &Data::default()).unwrap_err().code, Code::NotPrepared);
}

/// A function of that many additions that nothing can fold: cheap to send, dear to compile.
pub fn dear(additions: usize) -> Vec<u8> {
    let sum = "(local.set 0 (i32.mul (i32.add (local.get 0) (local.get 1)) (i32.rotl (local.get 1) (local.get 0))))
               (local.set 1 (i32.xor (local.get 0) (local.get 1)))";
    let function =
        format!("(func (export \"dear\") (param i32 i32) (result i32) {} (local.get 0))", sum.repeat(additions));
    extractor(&function, "", "")
}

#[test]
fn preparing_is_bounded_in_memory_and_time() {
    let component = dear(150_000);
    let manifest = || manifest(World::IocExtractor, json!({}));
    let limits = |time, memory_mib| PrepareLimits { time, memory_mib, ..PrepareLimits::default() };
    let began = Instant::now();
    let bench = bench_with(|settings| settings.prepare_limits = limits(Duration::from_secs(60), 96));
    let error = bench.load(&component, manifest()).unwrap_err();
    assert_eq!(error.code, Code::PrepareMemory, "{}", error.message);
    let bench = bench_with(|settings| settings.prepare_limits = limits(Duration::from_millis(300), 4_096));
    let error = bench.load(&component, manifest()).unwrap_err();
    assert_eq!(error.code, Code::PrepareTimeout, "{}", error.message);
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_child_that_is_none_is_a_typed_error() {
    let good = extractor("", "", "");
    for (exe, says) in
        [("/bin/false", "ended with"), ("/bin/echo", "no preparing child"), ("/no/such/file", "cannot be started")]
    {
        let bench = bench_with(|settings| settings.prepare_exe = Some(exe.into()));
        let error = bench.load(&good, manifest(World::IocExtractor, json!({}))).unwrap_err();
        assert_eq!(error.code, Code::PrepareFailed);
        assert!(error.message.contains(says), "{}", error.message);
    }
}
