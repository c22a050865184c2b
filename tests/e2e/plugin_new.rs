//! From `plugin new` to a passing `plugin check` in three commands; then the same dialect with faults in it, each of
//! which the suite finds.

use huntsmith_tests::{Ran, huntsmith, run};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

/// `huntsmith plugin` with words, in a folder.
pub fn plugin(words: &[&str], folder: &Path) -> Ran {
    let mut command = huntsmith(["plugin"]);
    command.args(words).current_dir(folder).env("HUNTSMITH_PREPARE_SECONDS", "600");
    run(command)
}

/// Changes a file; what is to be changed has to be there.
pub fn edit(file: &Path, changes: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(file).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    std::fs::write(file, text).unwrap();
}

/// `plugin dev`, with what it has printed so far in a file.
struct Watching {
    child: Child,
    printed: PathBuf,
}

impl Watching {
    fn start(words: &[&str], folder: &Path) -> Self {
        let printed = folder.join("dev.txt");
        let file = File::create(&printed).unwrap();
        let mut command = huntsmith(["plugin", "dev"]);
        command.args(words).current_dir(folder).env("HUNTSMITH_PREPARE_SECONDS", "600");
        let child = command.stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        Watching { child, printed }
    }

    /// Waits until it has printed this.
    fn until(&mut self, says: &str) {
        let began = Instant::now();
        loop {
            let printed = std::fs::read_to_string(&self.printed).unwrap();
            if printed.contains(says) {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: {printed}");
            assert!(began.elapsed() < Duration::from_secs(600), "{says}\n{printed}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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

    // Watched, it is built and tried at once, and again when a file changes; what it says of a hunt is shown.
    let mut watching = Watching::start(&["emit-moon", "--input", "emit-moon/cases/process.json"], folder);
    watching.until("1 cases, 0 of them not as expected");
    watching.until("waiting for a change");
    edit(
        &folder.join("emit-moon/src/lib.rs"),
        &[
            ("escapes: &[('\\'', \"''\")]", "escapes: &[]"),
            ("Compare::EndsWith => \" ends \"", "Compare::EndsWith => \" holds \""),
            ("At::stage(0).refuse(Code::UnsupportedStage", "At::stage(0).refuse(Code::UnsupportedClass"),
            ("target.form != \"query\"", "target.form == \"never\""),
        ],
    );
    watching.until("1 cases, 1 of them not as expected");
    watching.until("arguments holds 'it's -enc'");
    drop(watching);
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
