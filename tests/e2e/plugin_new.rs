//! From `plugin new` to a passing `plugin check` in three commands; then the same dialect with faults in it, each of
//! which the suite finds.

use huntsmith_tests::{Ran, huntsmith, run};
use std::path::Path;

/// `huntsmith plugin` with words, in a folder.
pub fn plugin(words: &[&str], folder: &Path) -> Ran {
    let mut command = huntsmith(["plugin"]);
    command.args(words).current_dir(folder).env("HUNTSMITH_PREPARE_SECONDS", "600");
    run(command)
}

fn edit(file: &Path, changes: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(file).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    std::fs::write(file, text).unwrap();
}

#[test]
fn a_new_dialect_passes_and_its_faults_are_found() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    for words in [
        &["new", "emit-moon", "--kind", "emitter", "--lang", "rust"][..],
        &["build", "emit-moon", "--quiet"],
        &["check", "emit-moon.wasm"],
    ] {
        let ran = plugin(words, folder);
        assert_eq!(ran.code, 0, "{words:?}\n{}{}", ran.out, ran.err);
    }
    let case = plugin(&["call", "emit-moon.wasm", "emit", "--input", "emit-moon/cases/process.json"], folder);
    assert!(case.out.contains("arguments holds 'it''s -enc'"), "{}{}", case.out, case.err);
    let wrong = plugin(&["call", "emit-moon.wasm", "read", "--input", "emit-moon/cases/process.json"], folder);
    assert!(wrong.code == 2 && wrong.err.contains("it has `emit`"), "{}", wrong.err);

    // What is expected is there from the template; another answer is a difference, and --update takes it.
    let cases =
        |more: &[&str]| plugin(&[&["test", "emit-moon.wasm", "--cases", "emit-moon/cases"][..], more].concat(), folder);
    let ran = cases(&[]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let expected = folder.join("emit-moon/cases/process.json.expected");
    edit(&expected, &[("-w hidden", "-w shown")]);
    let ran = cases(&[]);
    assert!(ran.code == 1 && ran.out.contains("-w shown") && ran.out.contains("-w hidden"), "{}", ran.out);
    assert_eq!(cases(&["--update"]).code, 0);
    assert_eq!(cases(&[]).code, 0);

    edit(
        &folder.join("emit-moon/src/lib.rs"),
        &[
            ("escapes: &[('\\'', \"''\")]", "escapes: &[]"),
            ("Compare::EndsWith => \" ends \"", "Compare::EndsWith => \" holds \""),
            ("At::stage(0).refuse(Code::UnsupportedStage", "At::stage(0).refuse(Code::UnsupportedClass"),
            ("target.form != \"query\"", "target.form == \"never\""),
        ],
    );
    assert_eq!(plugin(&["build", "emit-moon", "--quiet"], folder).code, 0);
    let ran = plugin(&["check", "emit-moon.wasm", "--json"], folder);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let failing = |name: &str| {
        let check = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap();
        check["failures"][0]["code"].as_str().unwrap_or("nothing").to_owned()
    };
    assert_eq!(failing("injection"), "quote-not-escaped");
    assert_eq!(failing("meanings"), "same-query");
    assert_eq!(failing("stages"), "wrong-code");
    assert_eq!(failing("options"), "option-ignored");
}

#[test]
fn what_cannot_be_made_says_why() {
    let home = tempfile::tempdir().unwrap();
    let ran = plugin(&["new", "Bad Name", "--kind", "emitter"], home.path());
    assert!(ran.code == 2 && ran.err.contains("is no name for a plugin"), "{}", ran.err);
    let ran = plugin(&["new", "read-x", "--kind", "reader", "--lang", "python"], home.path());
    assert!(
        ran.code == 2 && ran.err.contains("hint: there are") && ran.err.contains("emitter in python"),
        "{}",
        ran.err
    );
    std::fs::write(home.path().join("plugin.toml"), "world = \"query-emitter\"\n").unwrap();
    let ran = plugin(&["build", "."], home.path());
    assert!(ran.code == 2, "{}", ran.err);
    // A tool that is missing is named with the command that gets it.
    for (lang, install) in [
        ("python", "python3 -m pip install componentize-py=="),
        ("js", "npm install --global @bytecodealliance/jco@"),
        ("c", "python3 -m pip install ziglang=="),
    ] {
        let name = format!("attack-{lang}");
        assert_eq!(plugin(&["new", &name, "--kind", "classifier", "--lang", lang], home.path()).code, 0);
        let mut command = huntsmith(["plugin", "build", &name]);
        command.current_dir(home.path()).env("PATH", "/nonexistent");
        let ran = run(command);
        assert!(ran.code == 2 && ran.err.contains(install), "{}", ran.err);
    }
}
