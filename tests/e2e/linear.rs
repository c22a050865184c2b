//! Hostile text costs no more than its length: twice the input costs at most 2.1 times the fuel, counted in the sandbox, so
//! that no clock and no load of the machine is in the figure.

use huntsmith::data::Data;
use huntsmith::model::{Article, CallContext, Content};
use huntsmith::plugin::component::read_manifest;
use huntsmith::sandbox::{Plugin, Sandbox, Settings};
use huntsmith_tests::{binary, component};

/// Bytes of the shorter text.
const SIZE: usize = 128 << 10;

fn counted(name: &str) -> Plugin {
    let bytes = std::fs::read(component(name)).expect("`cargo xtask build` came before");
    let mut manifest = read_manifest(&bytes).unwrap();
    manifest.limits.deadline_ms = 60_000;
    manifest.limits.memory_mib = 1_024;
    let settings = Settings { prepare_exe: Some(binary()), deterministic_fuel: true, jobs: 1, ..Default::default() };
    Sandbox::new(settings).unwrap().load(&bytes, manifest, &Data::shipped()).unwrap()
}

fn text(unit: &str, bytes: usize) -> Article {
    let content = Content { text: unit.repeat(bytes / unit.len()), ..Default::default() };
    Article { id: "0".repeat(64), content, ..Default::default() }
}

/// What broke extractors of this kind elsewhere, and every anchor of ours in a row.
const UNITS: [&str; 24] = [
    "a.",
    "[",
    "0",
    "deadbeef",
    "@",
    "a@",
    "hxxp",
    "http://",
    "://",
    "[.]",
    "[dot] ",
    "1.",
    "1:",
    "%41",
    "\\",
    "C:\\a ",
    "/",
    "a.com ",
    "a@a.com ",
    "HKLM\\a ",
    "CVE-2020-",
    "AS1 ",
    "-",
    "\n",
];

#[test]
fn twice_the_text_costs_twice_the_fuel() {
    let plugin = counted("ioc-core");
    let fuel = |article: &Article| {
        let called = plugin.extract(&CallContext::default(), article).unwrap_or_else(|e| panic!("{e}"));
        called.fuel.expect("the engine counts")
    };
    let mut worse = Vec::new();
    for unit in UNITS {
        let (once, twice) = (fuel(&text(unit, SIZE)), fuel(&text(unit, 2 * SIZE)));
        let ratio = twice as f64 / once as f64;
        if ratio > 2.1 {
            worse.push(format!("{unit:?}: {ratio:.2}"));
        }
    }
    assert!(worse.is_empty(), "{worse:?}");
}
