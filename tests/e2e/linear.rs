//! Hostile text costs no more than its length, and a list no more than its values: twice the input costs at most 2.1 times
//! the fuel, counted in the sandbox, so that no clock and no load of the machine is in the figure.

use huntsmith::data::Data;
use huntsmith::model::{Article, CallContext, Content, Hunt, Target};
use huntsmith::plugin::component::read_manifest;
use huntsmith::sandbox::{Plugin, Sandbox, Settings};
use huntsmith_tests::{binary, component};
use serde_json::json;

/// Bytes of the shorter text.
const SIZE: usize = 128 << 10;
/// The same for the texts that grow to a megabyte.
const LARGE: usize = 512 << 10;

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

/// What is tried at its largest.
const LARGEST: [&str; 4] = ["a.", "[", "deadbeef", "@"];

/// What broke extractors of this kind elsewhere, and every anchor of ours in a row.
const UNITS: [&str; 58] = [
    "0",
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
    "(",
    "{",
    "]",
    " dot ",
    "a dot ",
    "a .com ",
    "(a .com",
    "1.2.\n",
    "\"",
    "'",
    "|",
    "\t",
    ",",
    ".",
    "_",
    "é",
    "“",
    "$",
    "~/",
    "$env:a\\",
    "\\\\a\\",
    "T1",
    "0x",
    "1A",
    "bc1",
    "pkg:",
    "mutex \"a",
    "service named ",
    "rule a ",
    "npm packages \"a\", ",
    "serial number 00:",
    "Mozilla/5.0 ",
    "cmd /c ",
    "evil[.]com, ",
    "9.9.9.9 and ",
    "a.exe drops ",
    "Indicators:\n\na.com\n",
    "a|a.com|1.2.3.4\n",
];

#[test]
fn twice_the_text_costs_twice_the_fuel() {
    let plugin = counted("ioc-core");
    let fuel = |article: &Article| {
        let called = plugin.extract(&CallContext::default(), article).unwrap_or_else(|e| panic!("{e}"));
        called.fuel.expect("the engine counts")
    };
    let mut wrong = Vec::new();
    let sized = LARGEST.iter().map(|unit| (unit, LARGE)).chain(UNITS.iter().map(|unit| (unit, SIZE)));
    for (unit, size) in sized {
        let (once, twice) = (fuel(&text(unit, size)), fuel(&text(unit, 2 * size)));
        let ratio = twice as f64 / once as f64;
        // Less than a unit of fuel for each byte, or none for the second half, would be a text that was not read.
        if once < size as u64 || !(1.5..=2.1).contains(&ratio) {
            wrong.push(format!("{unit:?}: {ratio:.2} of {once}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A search for any of so many names in as many queries as a dialect needs.
fn names(count: usize) -> Hunt {
    let values: Vec<_> = (0..count).map(|n| json!({"text": format!("host-{n}.example.net")})).collect();
    let test =
        json!({"field": "QueryName", "operator": "equals", "values": values, "all": false, "case_sensitive": false});
    let search = json!({"name": "names", "class": {"category": "dns_query"}, "fields": [],
        "predicate": {"nodes": [{"test": test}], "root": 0}});
    let hunt = json!({"id": "names", "title": "Names", "description": "", "phase": "c2", "confidence": "High",
        "tlp": "clear", "techniques": [], "searches": [search], "window": {"last-seconds": 86_400},
        "false_positives": [], "references": []});
    serde_json::from_value(hunt).unwrap()
}

#[test]
fn twice_the_list_costs_twice_the_fuel() {
    for name in ["emit-splunk", "emit-sentinel", "emit-eql", "emit-sql", "emit-lucene", "emit-suricata"] {
        let plugin = counted(name);
        let fuel = |count: usize| {
            let hunts = [names(count)];
            let called = plugin.emit(&CallContext::default(), &hunts, &Target::default()).unwrap();
            let literals =
                called.value[0].as_ref().unwrap().iter().map(|artifact| artifact.literals.len()).sum::<usize>();
            assert!(literals >= count, "{name}: {literals}");
            called.fuel.expect("the engine counts")
        };
        let ratio = fuel(20_000) as f64 / fuel(10_000) as f64;
        assert!(ratio <= 2.1, "{name}: {ratio:.2}");
    }
}
