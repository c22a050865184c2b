//! `huntsmith plugin check`: what ships passes, what is hostile or faulty does not, each with its code.

use crate::sandbox::guest::manifest;
use crate::sandbox::{bench_with, hostile};
use huntsmith::attack::Knowledge;
use huntsmith::data::Data;
use huntsmith::kinds::Kinds;
use huntsmith::plugin::check::{Against, Report, check};
use huntsmith::plugin::manifest::{SECTION, World};
use huntsmith::sandbox::{Code, PrepareLimits};
use huntsmith_tests::{component, huntsmith, root, run};
use wit_component::ComponentEncoder;

/// The plugins that ship, by name.
fn bundled() -> Vec<String> {
    let folders = std::fs::read_dir(root().join("plugins")).unwrap().flatten();
    let mut names: Vec<String> = folders
        .filter(|folder| folder.path().join("plugin.toml").is_file())
        .map(|folder| folder.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_ships_holds_the_suite_of_its_kind() {
    let names = bundled();
    assert!(names.len() >= 13, "{names:?}");
    for name in names {
        let mut command = huntsmith(["plugin", "check"]);
        command.arg(component(&name)).env("HUNTSMITH_PREPARE_SECONDS", "600");
        let ran = run(command);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("determinism        ok") && ran.out.contains("growth             ok"), "{}", ran.out);
    }
}

/// A custom section with the manifest, put behind whatever the bytes are.
pub fn carrying(component: &[u8], manifest: &huntsmith::plugin::Manifest) -> Vec<u8> {
    let json = serde_json::to_vec(manifest).unwrap();
    let number = |mut value: usize| {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    };
    let content = [number(SECTION.len()), SECTION.as_bytes().to_vec(), json].concat();
    [component, &[0], &number(content.len()), &content].concat()
}

fn codes(report: &Report) -> Vec<String> {
    report.checks.iter().flat_map(|check| &check.failures).map(|failure| failure.code.clone()).collect()
}

#[test]
fn what_is_hostile_fails_with_its_code() {
    let bench = bench_with(|settings| {
        settings.deterministic_fuel = true;
        settings.jobs = 1;
        settings.prepare_limits =
            PrepareLimits { memory_mib: 256, init: std::time::Duration::from_millis(300), ..PrepareLimits::default() };
    });
    let data = Data::shipped();
    let kinds = String::from_utf8(data.read("kinds").unwrap().into_owned()).unwrap();
    for hostile in hostile::all() {
        // The component's own bytes may be cut anywhere; the manifest is then cut off with them.
        let mut fields = hostile.manifest.clone();
        if hostile.world == World::QueryEmitter {
            fields["dialect"] = serde_json::json!({"name": "none", "title": "None", "language": "none"});
        }
        let whole = carrying(&hostile.component, &manifest(hostile.world, fields));
        let against = Against {
            sandbox: &bench.sandbox,
            data: &data,
            kinds: Kinds::parse(&kinds).unwrap(),
            knowledge: Knowledge::shipped(),
            samples: Vec::new(),
        };
        let report = check(&whole, against);
        let found = codes(&report);
        let expected = match hostile.code {
            Code::MalformedComponent => &["not-a-component", "component-truncated", "malformed-component"][..],
            code => &[code.as_str()],
        };
        assert!(!report.passes, "{}", hostile.name);
        assert!(found.iter().any(|code| expected.contains(&code.as_str())), "{}: {found:?}", hostile.name);
    }
}

/// An encoder is linked into this test already, by the guests; a component without a manifest is one too.
#[test]
fn a_component_without_a_manifest_says_so_and_a_missing_file_is_usage() {
    let folder = tempfile::tempdir().unwrap();
    let bare = folder.path().join("bare.wasm");
    let module = wat::parse_str("(module)").unwrap();
    std::fs::write(&bare, ComponentEncoder::default().module(&module).unwrap().encode().unwrap()).unwrap();
    let mut command = huntsmith(["plugin", "check", "--json"]);
    command.arg(&bare);
    let ran = run(command);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["checks"][0]["failures"][0]["code"], "no-manifest");
    assert_eq!(report["passes"], false);
    let ran = run(huntsmith(["plugin", "check", "no/such/file.wasm"]));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("neither a file nor a plugin") && ran.err.contains("hint:"), "{}", ran.err);
}
