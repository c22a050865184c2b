//! A component that was built against a published contract goes on loading and answering as it did, for ever.

use huntsmith_tests::{huntsmith, root, run};

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
