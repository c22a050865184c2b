//! Hostile plugins, one row each: the code that stops it, in bounded time and host memory, and a canary article that gives
//! the same result after it, in the same process.

use super::guest::{component, extractor, indicator, manifest};
use super::loading::{dear, odd};
use super::{Bench, article, bench_with, extract};
use huntsmith::model::{CallContext, Extraction};
use huntsmith::plugin::manifest::World;
use huntsmith::sandbox::{Code, Plugin, PrepareLimits};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TEXT: &str = "see evil.example é";

/// The longest that any of them may hold the host up: far over each limit, far under "for ever".
const PATIENCE: Duration = Duration::from_secs(60);

/// What the host's own memory may grow by for one of them. The guest's limit is 64 MiB, and a pool keeps some resident.
const HOST_MEMORY_MIB: u64 = 192;

pub struct Hostile {
    pub name: &'static str,
    pub component: Vec<u8>,
    pub world: World,
    pub manifest: Value,
    pub code: Code,
}

fn hostile(name: &'static str, code: Code, component: Vec<u8>) -> Hostile {
    Hostile { name, component, world: World::IocExtractor, manifest: json!({}), code }
}

impl Hostile {
    fn with(mut self, manifest: Value) -> Self {
        self.manifest = manifest;
        self
    }

    fn of(mut self, world: World) -> Self {
        self.world = world;
        self
    }

    /// Loads it and calls it: the code that it ends with.
    fn run(&self, bench: &Bench) -> Result<(), (Code, String)> {
        let plugin = bench
            .load(&self.component, manifest(self.world, self.manifest.clone()))
            .map_err(|error| (error.code, error.to_string()))?;
        let ctx = CallContext::default();
        match self.world {
            World::TechniqueClassifier => plugin.classify(&ctx, &article(TEXT), &[], &[]).map(drop),
            World::FeedSource => plugin.poll(&ctx, None, None, None).map(drop),
            _ => plugin.extract(&ctx, &article(TEXT)).map(drop),
        }
        .map_err(|error| (error.code, error.to_string()))
    }
}

/// Every one of them.
pub fn all() -> Vec<Hostile> {
    let call = |more: &str, body: &str| extractor(more, "", body);
    let init = |body: &str| extractor("", body, "");
    let grow = "(loop $more (drop (memory.grow (i32.const 16))) (br $more))";
    let grow_both = "(drop (memory.grow $a (i32.const 80))) (drop (memory.grow $b (i32.const 80)))";
    let deeper = "(func $deeper (param i32) (result i32) (i32.add (call $deeper (local.get 0)) (i32.const 1)))";
    let flood = "(drop (memory.grow (i32.const 1000)))
        (i32.store (i32.const 68) (i32.const 131072)) (i32.store (i32.const 72) (i32.const 1000000))";
    let records = format!(
        "{} (i32.store (i32.const 560) (i32.const 2048)) (i32.store (i32.const 564) (i32.const 200))",
        indicator(4, 16)
    );
    let good = call("", "");
    vec![
        hostile("endless loop", Code::Deadline, call("", "(loop $l (br $l))"))
            .with(json!({"limits": {"deadline-ms": 200}})),
        hostile("memory bomb", Code::Memory, call("", grow)).with(json!({"limits": {"memory-mib": 16}})),
        hostile("memory bomb over several memories", Code::Memory, call("(memory $a 1) (memory $b 1)", grow_both))
            .with(json!({"limits": {"memory-mib": 8}})),
        hostile("stack overflow", Code::StackOverflow, call(deeper, "(drop (call $deeper (i32.const 0)))")),
        hostile("trap", Code::Trap, call("", "(unreachable)")),
        hostile("output flood", Code::OutputTooLarge, call("", flood))
            .with(json!({"limits": {"output-bytes": 1_000_000, "memory-mib": 128}})),
        hostile("record flood", Code::Records, call("", &records)).with(json!({"limits": {"records": 100}})),
        hostile("span outside the text", Code::InvalidResult, call("", &indicator(4, 400))),
        hostile("span inside a character", Code::InvalidResult, call("", &indicator(18, 19))),
        hostile("invalid technique id", Code::InvalidResult, classifier("T99")).of(World::TechniqueClassifier),
        hostile("unknown import", Code::UnknownImport, odd(r#"(import "wasi:clocks/wall-clock@0.2.0" (instance))"#)),
        hostile("wrong world", Code::WrongWorld, good.clone()).of(World::QueryEmitter),
        hostile("wrong contract version", Code::ContractVersion, good.clone()).with(json!({"contract": "0.9.0"})),
        hostile("trap in init", Code::InitFailed, init("(unreachable)")),
        hostile("endless init", Code::InitFailed, init("(loop $l (br $l))")),
        hostile("memory bomb in init", Code::InitFailed, init(grow)),
        hostile("http in init", Code::InitFailed, http_in_init()).of(World::FeedSource),
        hostile("data after init", Code::Trap, call("", DATA_OR_TRAP)),
        hostile("garbage", Code::MalformedComponent, b"garbage, not wasm".to_vec()),
        hostile("empty", Code::MalformedComponent, Vec::new()),
        hostile("truncated", Code::MalformedComponent, good[..good.len() / 2].to_vec()),
        hostile("dear to compile", Code::PrepareMemory, dear(150_000)),
    ]
}

/// Reads data in a call; the answer must be an error, and then it traps.
const DATA_OR_TRAP: &str = "(call $read (i32.const 1024) (i32.const 5) (i32.const 128))
    (if (i32.load8_u (i32.const 128)) (then (unreachable)))";

/// A classifier that claims one technique with this id.
fn classifier(id: &str) -> Vec<u8> {
    let length = id.len();
    let wat = format!(
        r#"(module
            (memory (export "memory") 2)
            (global $next (mut i32) (i32.const 65536))
            (data (i32.const 1024) "{id}")
            (data (i32.const 1040) "stated")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (global.set $next (i32.add (local.get $at) (local.get 3)))
                (local.get $at))
            (func (export "init") (result i32) (i32.const 16))
            (func (export "huntsmith:article/classifier@0.1.0#classify") (param i32) (result i32)
                (i32.store (i32.const 68) (i32.const 512)) (i32.store (i32.const 72) (i32.const 1))
                (i32.store (i32.const 512) (i32.const 1024)) (i32.store (i32.const 516) (i32.const {length}))
                (i32.store (i32.const 520) (i32.const 1040)) (i32.store (i32.const 524) (i32.const 6))
                (i32.store8 (i32.const 528) (i32.const 50))
                (i32.store (i32.const 532) (i32.const 600)) (i32.store (i32.const 536) (i32.const 1))
                (i32.store (i32.const 600) (i32.const 4)) (i32.store (i32.const 604) (i32.const 16))
                (i32.const 64)))"#
    );
    component(World::TechniqueClassifier, &wat)
}

/// Asks the network in `init`, and traps as soon as the answer is an error.
fn http_in_init() -> Vec<u8> {
    let wat = r#"(module
        (import "huntsmith:host/http@0.1.0" "fetch" (func $fetch (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
        (memory (export "memory") 2)
        (global $next (mut i32) (i32.const 65536))
        (data (i32.const 1024) "GEThttps://a.example/")
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (local $at i32)
            (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
            (global.set $next (i32.add (local.get $at) (local.get 3)))
            (local.get $at))
        (func (export "init") (result i32)
            (call $fetch (i32.const 1024) (i32.const 3) (i32.const 1027) (i32.const 18) (i32.const 0) (i32.const 0)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 304))
            (if (i32.load8_u (i32.const 304)) (then (unreachable)))
            (i32.const 16))
        (func (export "huntsmith:feed/feed@0.1.0#poll") (param i32) (result i32) (i32.const 64)))"#;
    component(World::FeedSource, wat)
}

/// Resident memory of this process, in MiB.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says it");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024
}

#[test]
fn each_is_stopped_with_its_code_and_changes_nothing_for_the_next() {
    let bench = bench_with(|settings| {
        settings.prepare_limits =
            PrepareLimits { init: Duration::from_millis(500), memory_mib: 256, ..PrepareLimits::default() };
    });
    let canary: Plugin = bench.extractor(&extractor("", "", &indicator(4, 16)), json!({}));
    let sings = || -> Extraction { extract(&canary, TEXT).expect("the canary lives").value };
    let before = sings();
    assert_eq!(before.indicators.len(), 1);
    for hostile in all() {
        let (memory, began) = (resident_mib(), Instant::now());
        let (code, message) = hostile.run(&bench).expect_err(hostile.name);
        let grown = resident_mib().saturating_sub(memory);
        assert_eq!(code, hostile.code, "{}: {message}", hostile.name);
        assert!(message.contains("tried@1.2.3") && message.contains("hint:"), "{}: {message}", hostile.name);
        assert!(began.elapsed() < PATIENCE, "{}: {:?}", hostile.name, began.elapsed());
        assert!(grown < HOST_MEMORY_MIB, "{}: the host grew by {grown} MiB", hostile.name);
        assert_eq!(sings(), before, "after {}", hostile.name);
    }
}

#[test]
fn a_log_flood_fails_nothing_and_is_cut() {
    let flood = "(loop $more (call $log (i32.const 2) (i32.const 0) (i32.const 65536))
        (br_if $more (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100000))))";
    let bench = bench_with(|_| {});
    let plugin = bench.extractor(&extractor("", "", flood), json!({}));
    let called = extract(&plugin, TEXT).unwrap();
    assert!(called.log.len() <= 201, "{}", called.log.len());
}
