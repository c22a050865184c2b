//! Plugins in JavaScript and in C: from `plugin new` to a passing check in three commands, and what they answer in a run.
//! The tools come from `cargo xtask setup --tools`, which puts them into `target/tools`; `cargo xtask test` names the place.

use crate::feeds::served;
use crate::plugin_new::plugin;
use huntsmith_tests::{briefs, huntsmith, run};
use std::path::Path;

/// A new project, built, checked and tried on its cases.
fn passes(name: &str, kind: &str, lang: &str, folder: &Path) {
    let (component, cases) = (format!("{name}.wasm"), format!("{name}/cases"));
    for words in [
        &["new", name, "--kind", kind, "--lang", lang][..],
        &["build", name, "--quiet"],
        &["check", &component],
        &["test", &component, "--cases", &cases],
    ] {
        let ran = plugin(words, folder);
        assert_eq!(ran.code, 0, "{words:?}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn a_new_feed_in_javascript_passes_and_is_given_its_secret_by_the_host() {
    const ANSWER: &str = r#"{"vendor": "Harbour", "reports": [{"id": "1", "link": "https://harbour.example/1",
        "title": "What we saw", "published": "2026-03-01T09:30:00Z", "text": "C2 server: evil-domain[.]com"}]}"#;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    passes("feed-harbour", "feed", "js", folder);

    let (port, server) = served(ANSWER, "authorization: bearer open sesame\r\n", 1);
    let feed = format!(
        "[feeds.harbour]\nplugin = \"feed-harbour\"\nurl = \"http://127.0.0.1:{port}/reports\"\nsecrets = [\"vendor-key\"]\n\
         allow-http = true\nprivate-hosts = [\"127.0.0.1\"]\nports = [{port}]\n\
         [fetch.secrets.vendor-key]\nenv = \"HARBOUR_KEY\"\nhosts = [\"127.0.0.1\"]\nprefix = \"Bearer \"\n"
    );
    std::fs::write(folder.join("huntsmith.toml"), feed).unwrap();
    let mut command = huntsmith(["run", "harbour", "--out", "out", "--plugin", "feed-harbour.wasm", "-v"]);
    command.current_dir(folder).env("HARBOUR_KEY", "open sesame");
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(server.join().unwrap(), 1, "the host sends the secret");
    let briefs = briefs(&folder.join("out"));
    assert_eq!(briefs.len(), 1);
    assert_eq!(briefs[0]["indicators"][0]["value"], "evil-domain.com");
    assert!(!briefs[0].to_string().contains("sesame") && !ran.err.contains("sesame"));
}

#[test]
fn a_program_that_the_engine_does_not_take_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    assert_eq!(plugin(&["new", "attack-x", "--kind", "classifier", "--lang", "js"], folder).code, 0);
    let program = folder.join("attack-x/plugin.js");
    std::fs::write(&program, "export const something = {};\n").unwrap();
    let ran = plugin(&["build", "attack-x"], folder);
    assert!(ran.code == 2 && ran.err.contains("classifier") && ran.err.contains("hint:"), "{}", ran.err);
    assert!(!folder.join("attack-x/.huntsmith-entry.mjs").exists());

    // What would ask WASI for the time ends the call.
    let text = "export const classifier = { classify() { return Date.now(); } };\n";
    std::fs::write(&program, text).unwrap();
    assert_eq!(plugin(&["build", "attack-x", "--quiet"], folder).code, 0);
    let ran = plugin(&["call", "attack-x.wasm", "classify", "--input", "attack-x/cases/mail.txt"], folder);
    assert!(ran.code == 3 && ran.err.contains("trap"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_new_extractor_in_c_passes_and_its_kind_is_hunted() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    passes("ioc-badge", "extractor", "c", folder);
    assert!(folder.join("ioc-badge/bindings/ioc_extractor.h").is_file());
    std::fs::write(folder.join("a.txt"), "APT-X\n\nThey left a drive with USB serial 4c530001230412 there.\n").unwrap();
    let mut command = huntsmith(["run", "a.txt", "--out", "out", "--offline", "--plugin", "ioc-badge.wasm"]);
    command.current_dir(folder);
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found = briefs(&folder.join("out"));
    assert_eq!(found[0]["indicators"][0]["kind"], "usb_serial");
    assert!(found[0]["hunts"].to_string().contains("4C530001230412"), "{}", found[0]["hunts"]);

    // A library call that needs the system is named, with what to do.
    let program = folder.join("ioc-badge/plugin.c");
    let text = std::fs::read_to_string(&program)
        .unwrap()
        .replace("(void)err;\n    return true;", "puts(\"x\");\n    return true;");
    std::fs::write(&program, format!("#include <stdio.h>\n{text}")).unwrap();
    let ran = plugin(&["build", "ioc-badge"], folder);
    assert!(ran.code == 2 && ran.err.contains("wasi_snapshot_preview1::fd_write"), "{}", ran.err);
}
