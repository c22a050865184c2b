//! A component that was built against a published contract goes on loading and answering as it did, for ever; one of a minor
//! that is not here says who is to be updated.

use crate::plugin_check::carrying;
use crate::sandbox::guest::manifest;
use huntsmith::plugin::manifest::World;
use huntsmith_tests::{huntsmith, root, run};
use serde_json::json;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

#[test]
fn old_components_answer_as_they_did() {
    let contracts = root().join("tests/fixtures/contract");
    let mut tried = 0;
    for version in std::fs::read_dir(contracts).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        for component in std::fs::read_dir(version.path()).unwrap().flatten().map(|entry| entry.path()) {
            if component.extension().is_none_or(|ending| ending != "wasm") {
                continue;
            }
            let mut command = huntsmith(["plugin", "test"]);
            command.arg(&component).arg("--cases").arg(component.with_extension(""));
            let ran = run(command);
            assert_eq!(ran.code, 0, "{}: {}{}", component.display(), ran.out, ran.err);
            tried += 1;
        }
    }
    assert!(tried >= 3, "{tried}");
}

/// A plugin of `huntsmith:hunt` 0.2, which only the host's own tests know.
fn of_the_next_minor() -> Vec<u8> {
    let next = root().join("tests/next-minor");
    let mut module = wat::parse_file(next.join("emitter.wat")).unwrap();
    let mut resolve = Resolve::default();
    resolve.push_dir(root().join("wit/host/0.1.0")).unwrap();
    let (package, _) = resolve.push_dir(next.join("hunt/0.2.0")).unwrap();
    let world = resolve.select_world(&[package], Some("query-emitter")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

#[test]
fn a_minor_that_is_not_here_says_who_is_to_be_updated() {
    let home = tempfile::tempdir().unwrap();
    let dialect = json!({"name": "next", "title": "Next", "language": "next"});
    let newer = "the plugin needs huntsmith:hunt 0.2, this host offers 0.1; update huntsmith";
    let older = "the plugin needs huntsmith:hunt 0.0.9, this host offers 0.1; update the plugin";
    // By its manifest, and by its code where the manifest says otherwise.
    for (contract, says) in [("0.2.0", newer), ("0.1.0", newer), ("0.0.9", older)] {
        let manifest = manifest(World::QueryEmitter, json!({"contract": contract, "dialect": dialect}));
        let file = home.path().join("next.wasm");
        std::fs::write(&file, carrying(&of_the_next_minor(), &manifest)).unwrap();
        for (words, code) in [
            (&["plugin", "check", "next.wasm"][..], 1),
            (&["plugin", "install", "next.wasm"], 2),
            (&["dialects", "--plugin", "next.wasm", "splunk"], 3),
        ] {
            let mut command = huntsmith(words);
            command.current_dir(home.path()).env("HUNTSMITH_PLUGIN_DIR", home.path().join("shelf"));
            let ran = run(command);
            let told = ran.out + &ran.err;
            assert!(ran.code == code && told.contains(says) && told.contains("hint:"), "{contract} {words:?}: {told}");
        }
        assert!(!home.path().join("huntsmith.lock").exists());
    }
}
