//! A new indicator kind and a new dialect, built outside the workspace, run end to end; nothing in `host/` knows of them.

use huntsmith_tests::{briefs, huntsmith, root, run};
use std::path::{Path, PathBuf};

/// Builds an example the way its author would.
fn built(name: &str, folder: &Path) -> PathBuf {
    let component = folder.join(format!("{name}.wasm"));
    let mut command = huntsmith(["plugin", "build", "--quiet"]);
    command.arg(root().join("examples/plugins").join(name)).arg("--output").arg(&component);
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    component
}

#[test]
fn a_kind_and_a_dialect_that_the_host_has_never_heard_of() {
    let home = tempfile::tempdir().unwrap();
    let extractor = built("ioc-usb-serial", home.path());
    let emitter = built("emit-lantern", home.path());
    let article = home.path().join("report.txt");
    let text = "Indicators of compromise\n\nThe drop had USB serial 4c530001230412. USB serial unknown.\nC2 server: evil-domain[.]com and it's 'quoted'\n";
    std::fs::write(&article, text).unwrap();
    let out = home.path().join("out");
    let mut command = huntsmith(["run", "--dialect", "lantern", "--dialect", "splunk"]);
    command.arg(&article).arg("--plugin").arg(&extractor).arg("--plugin").arg(&emitter).arg("--out").arg(&out);
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let brief = &briefs(&out)[0];
    let serial =
        brief["indicators"].as_array().unwrap().iter().find(|i| i["kind"] == "usb_serial").expect("the new kind");
    assert_eq!(serial["value"], "4C530001230412");
    assert_eq!(serial["plugin"]["name"], "ioc-usb-serial");
    let rejected = brief["rejections"].as_array().unwrap().iter().any(|r| r["reason"] == "not-a-serial");
    assert!(rejected, "{}", brief["rejections"]);

    let emissions: Vec<_> =
        brief["hunts"].as_array().unwrap().iter().flat_map(|h| h["emissions"].as_array().unwrap()).collect();
    let said: String = emissions
        .iter()
        .filter(|e| e["dialect"] == "lantern")
        .flat_map(|e| e["artifacts"].as_array().into_iter().flatten())
        .filter_map(|a| a["text"].as_str())
        .collect();
    assert!(said.contains("find devices since 2592000s where serial is '4C530001230412'"), "{said}");
    assert!(said.contains("name ends '.evil-domain.com'"), "{said}");
    // The other dialect has no such events, and says so instead of leaving the condition out.
    let refused = emissions
        .iter()
        .filter(|e| e["dialect"] == "splunk")
        .flat_map(|e| e["refusals"].as_array().into_iter().flatten())
        .any(|r| r["code"] == "unsupported-class" && r["what"] == "device_attached");
    assert!(refused, "{emissions:?}");
}
