//! A hostile plugin dropped into a run: a clear error, exit code 3, and the same briefs as without it.

use huntsmith_tests::{huntsmith, run};

#[test]
fn a_run_goes_on_without_the_plugin_that_fails() {
    let home = tempfile::tempdir().unwrap();
    let endless = home.path().join("endless.wasm");
    let component = crate::sandbox::guest::extractor("", "", "(loop $for_ever (br $for_ever))");
    let manifest = crate::sandbox::guest::manifest(
        huntsmith::plugin::World::IocExtractor,
        serde_json::json!({"limits": {"deadline-ms": 200}}),
    );
    std::fs::write(&endless, huntsmith::plugin::component::adopt(&component, &manifest).unwrap()).unwrap();
    let garbage = home.path().join("garbage.wasm");
    std::fs::write(&garbage, b"\0asm nothing of the kind").unwrap();

    let article = home.path().join("report.txt");
    std::fs::write(&article, "Indicators of compromise\n\nC2 server: evil-domain[.]com\n").unwrap();
    let brief = |name: &str, plugins: &[&std::path::Path]| {
        let out = home.path().join(name);
        let mut command = huntsmith(["run"]);
        command.arg(&article).arg("--out").arg(&out);
        for plugin in plugins {
            command.arg("--plugin").arg(plugin);
        }
        (run(command), out)
    };
    let (alone, out) = brief("alone", &[]);
    assert_eq!(alone.code, 0, "{}", alone.err);
    let (with, beside) = brief("with", &[&endless]);
    assert_eq!(with.code, 3, "{}", with.err);
    assert!(with.err.contains("tried@1.2.3") && with.err.contains("hint:"), "{}", with.err);
    let markdown = |folder: &std::path::Path| {
        let text = huntsmith_tests::markdown(folder).into_values().next().unwrap();
        text.split("\n**Incomplete:**").next().unwrap().trim_end().to_owned()
    };
    assert_eq!(markdown(&out), markdown(&beside));

    let (broken, _) = brief("broken", &[&garbage]);
    assert!(matches!(broken.code, 2 | 3), "{}", broken.code);
    assert!(broken.err.contains("garbage.wasm") && broken.err.contains("hint:"), "{}", broken.err);
}
