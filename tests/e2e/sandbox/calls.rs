//! Limits and results of calls.

use super::guest::{CALLS_AS_ERROR, extractor, indicator, manifest};
use super::{bench, bench_with, extract};
use huntsmith::plugin::manifest::World;
use huntsmith::sandbox::{Code, LogLevel};
use serde_json::json;
use std::time::{Duration, Instant};

const TEXT: &str = "see evil.example é";

/// The code that a guest with this body of `extract` ends with.
fn code_of(more: &str, body: &str, limits: serde_json::Value) -> (Code, String) {
    let bench = bench();
    let plugin = bench.extractor(&extractor(more, "", body), json!({ "limits": limits }));
    let error = extract(&plugin, TEXT).unwrap_err();
    assert_eq!(error.plugin.to_string(), "tried@1.2.3");
    assert!(!error.hint.is_empty());
    // The same again: nothing is left of the first.
    assert_eq!(extract(&plugin, TEXT).unwrap_err().code, error.code);
    (error.code, error.message)
}

#[test]
fn a_result_comes_back_whole_with_its_plugin() {
    let bench = bench();
    let plugin = bench.extractor(&extractor("", "", &indicator(4, 16)), json!({}));
    let called = extract(&plugin, TEXT).unwrap();
    let found = &called.value.indicators[0];
    assert_eq!(
        (found.kind.as_str(), found.value.as_str(), found.role.as_str()),
        ("domain", "evil.example", "attacker")
    );
    assert_eq!((found.confidence, found.spans[0].of(TEXT)), (80, "evil.example"));
    assert_eq!(found.plugin.as_ref(), Some(plugin.id()));
    assert!(called.log.is_empty());
    assert_eq!(called.fuel, None);
}

#[test]
fn an_endless_loop_meets_its_deadline() {
    let began = Instant::now();
    let (code, message) = code_of("", "(loop $for_ever (br $for_ever))", json!({"deadline-ms": 150}));
    assert_eq!(code, Code::Deadline, "{message}");
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn memory_is_summed_and_its_limit_is_an_error() {
    let grow = "(loop $more (drop (memory.grow (i32.const 16))) (br $more))";
    assert_eq!(code_of("", grow, json!({"memory-mib": 8})).0, Code::Memory);
    let two = "(memory $a 1) (memory $b 1)";
    let grow_both = "(drop (memory.grow $a (i32.const 80))) (drop (memory.grow $b (i32.const 80)))";
    assert_eq!(code_of(two, grow_both, json!({"memory-mib": 8})).0, Code::Memory);
    // What is there from the beginning counts as well, tables too: 8 MiB of memory, and 480 KiB of table.
    let load = |more| {
        let manifest = manifest(World::IocExtractor, json!({"limits": {"memory-mib": 8}}));
        bench().load(&extractor(more, "", ""), manifest).map(drop).map_err(|error| error.code)
    };
    assert_eq!(load("(memory $big 125)"), Ok(()));
    assert_eq!(load("(memory $big 125) (table 60000 funcref)"), Err(Code::InitFailed));
}

#[test]
fn recursion_and_unreachable_are_told_apart() {
    let endless = "(func $deeper (param i32) (result i32) (i32.add (call $deeper (local.get 0)) (i32.const 1)))";
    assert_eq!(code_of(endless, "(drop (call $deeper (i32.const 0)))", json!({})).0, Code::StackOverflow);
    assert_eq!(code_of("", "(unreachable)", json!({})).0, Code::Trap);
    assert_eq!(code_of("", "(drop (i32.load (i32.const -8)))", json!({})).0, Code::Trap);
}

#[test]
fn spans_must_lie_in_the_text_on_characters() {
    for (start, end) in [(4, 4), (16, 4), (4, 400), (0, 18), (18, 19), (u32::MAX, 3)] {
        let (code, message) = code_of("", &indicator(start, end), json!({}));
        assert_eq!(code, Code::InvalidResult, "{start}..{end}");
        assert!(message.starts_with("indicator 0 (domain `evil.example`)"), "{message}");
    }
}

#[test]
fn results_that_break_the_canonical_abi_are_invalid() {
    // A length beyond the memory; text that is not UTF-8; a tag that the result does not have.
    let long = format!("{} (i32.store (i32.const 524) (i32.const 0x7fffffff))", indicator(4, 16));
    let garbled = format!("{} (i32.store (i32.const 1024) (i32.const 0xffffffff))", indicator(4, 16));
    for body in [long.as_str(), garbled.as_str(), "(i32.store8 (i32.const 64) (i32.const 7))"] {
        assert_eq!(code_of("", body, json!({})).0, Code::InvalidResult, "{body}");
    }
    assert_eq!(
        code_of("", &format!("{} (i32.store8 (i32.const 556) (i32.const 101))", indicator(4, 16)), json!({})).0,
        Code::InvalidResult
    );
}

#[test]
fn output_and_records_have_limits() {
    // A list of a million indicators, all of zeroes, in memory that is there.
    let many = "(drop (memory.grow (i32.const 1000)))
        (i32.store (i32.const 68) (i32.const 131072)) (i32.store (i32.const 72) (i32.const 1000000))";
    assert_eq!(code_of("", many, json!({"output-bytes": 1000000, "memory-mib": 128})).0, Code::OutputTooLarge);
    // Two hundred empty reasons: the list is small, its count is over the limit.
    let some = format!(
        "{} (i32.store (i32.const 560) (i32.const 2048)) (i32.store (i32.const 564) (i32.const 200))",
        indicator(4, 16)
    );
    assert_eq!(code_of("", &some, json!({"records": 100})).0, Code::Records);
}

#[test]
fn input_over_the_limit_is_refused_before_the_call() {
    let bench = bench();
    let plugin = bench.extractor(&extractor("", "", "(unreachable)"), json!({"limits": {"input-bytes": 1000}}));
    assert_eq!(extract(&plugin, &"x".repeat(2_000)).unwrap_err().code, Code::InputTooLarge);
    assert_eq!(extract(&plugin, "x").unwrap_err().code, Code::Trap);
}

#[test]
fn a_log_flood_is_cut_and_fails_nothing() {
    let flood = "(loop $more
        (call $log (i32.const 2) (i32.const 0) (i32.const 65536))
        (br_if $more (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000000))))";
    let bench = bench();
    let plugin = bench.extractor(&extractor("", "", flood), json!({"limits": {"log-lines": 5, "deadline-ms": 5000}}));
    let called = extract(&plugin, TEXT).unwrap();
    assert_eq!(called.log.len(), 6);
    assert!(called.log.iter().all(|line| line.message.len() <= 4_096 && !line.message.contains(char::is_control)));
    assert_eq!(called.log[5].level, LogLevel::Warn);
    assert!(called.took < Duration::from_secs(3), "{:?}", called.took);
}

#[test]
fn a_fresh_instance_remembers_nothing_and_a_warm_one_a_bounded_number_of_calls() {
    let bench = bench();
    let counting = extractor("", "", CALLS_AS_ERROR);
    let said = |plugin: &_| {
        let error = extract(plugin, TEXT).unwrap_err();
        assert_eq!((error.code, error.plugin_code.as_deref()), (Code::Plugin, Some("words")));
        error.message
    };
    let fresh = bench.extractor(&counting, json!({}));
    assert_eq!([said(&fresh), said(&fresh)], ["a", "a"]);
    let warm = bench.extractor(&counting, json!({"lifecycle": {"kind": "warm", "max-calls": 2}}));
    assert_eq!([said(&warm), said(&warm), said(&warm)], ["a", "b", "a"]);
}

#[test]
fn a_warm_instance_that_trapped_is_gone() {
    let body = format!("(if (i32.eq (global.get $calls) (i32.const 2)) (then (unreachable))) {CALLS_AS_ERROR}");
    let bench = bench();
    let warm = bench.extractor(&extractor("", "", &body), json!({"lifecycle": {"kind": "warm", "max-calls": 9}}));
    let codes: Vec<Code> = (0..4).map(|_| extract(&warm, TEXT).unwrap_err().code).collect();
    assert_eq!(codes, [Code::Plugin, Code::Trap, Code::Plugin, Code::Trap]);
}

#[test]
fn more_threads_than_slots_wait_for_their_turn() {
    let bench = bench();
    let busy = "(loop $more
        (br_if $more (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 3000000))))";
    let fresh = bench.extractor(&extractor("", "", busy), json!({}));
    let warm = bench.extractor(&extractor("", "", busy), json!({"lifecycle": {"kind": "warm", "max-calls": 100}}));
    std::thread::scope(|scope| {
        for number in 0..80 {
            let plugin = if number % 2 == 0 { &fresh } else { &warm };
            scope.spawn(move || (0..3).for_each(|_| assert!(extract(plugin, TEXT).is_ok())));
        }
    });
}

#[test]
fn fuel_counts_the_same_work_the_same() {
    let bench = bench_with(|settings| settings.deterministic_fuel = true);
    let plugin = bench.extractor(&extractor("", "", &indicator(4, 16)), json!({}));
    let fuel = |text| extract(&plugin, text).unwrap().fuel.unwrap();
    assert_eq!(fuel(TEXT), fuel(TEXT));
    assert!(fuel(TEXT) > 0);
}
