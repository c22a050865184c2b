//! Installing: from files and a real registry, signed and not, granted and not; each thing that can be wrong is refused
//! with its own message, and nothing is half-installed.

use crate::operator::Home;
use crate::registry::{self, Trouble, trouble};

#[test]
fn a_file_is_installed_granted_used_and_removed() {
    let home = Home::new();
    home.feed("acme.wasm", "1.0.0", &["feed", "api.acme.example"]);
    home.refused(
        &["install", "acme.wasm", "--yes"],
        "asks for what it was not granted: network: feed, api.acme.example",
    );
    home.refused(
        &["install", "acme.wasm", "--grant", "http:elsewhere.example"],
        "no capability that a plugin here asks for",
    );
    home.refused(&["install", "nowhere.wasm"], "is no source of plugins");
    assert!(home.shelf().is_empty(), "{:?}", home.shelf());
    let ran = home.fine(&["install", "acme.wasm", "--grant", "http:feed", "--grant", "http:api.acme.example"]);
    assert!(ran.out.contains("feed-acme@1.0.0 installed") && ran.out.contains("not signed"), "{}", ran.out);
    assert!(home.fine(&["list"]).out.contains("feed-acme@1.0.0"));
    assert!(home.fine(&["verify"]).out.contains("granted: network: feed, api.acme.example"));

    // Other bytes on the shelf than in the lock: nothing runs.
    let installed = home.path().join("shelf").join(&home.shelf()[0]);
    let good = std::fs::read(&installed).unwrap();
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    std::fs::write(&installed, bad).unwrap();
    home.refused(&["list"], "is locked to sha256");
    assert_eq!(home.plugin(&["verify"]).code, 1);
    std::fs::remove_file(&installed).unwrap();
    home.refused(&["list"], "its component is not here");
    home.fine(&["install", "--locked"]);
    assert_eq!(std::fs::read(&installed).unwrap(), good);

    home.fine(&["remove", "feed-acme"]);
    assert!(home.shelf().is_empty() && !home.fine(&["list"]).out.contains("feed-acme"));
    home.refused(&["remove", "feed-acme"], "no plugin `feed-acme` is installed");

    // A folder is every component in it.
    std::fs::create_dir(home.path().join("folder")).unwrap();
    home.refused(&["install", "folder"], "no component here");
    home.feed("folder/acme.wasm", "2.0.0", &[]);
    assert!(home.fine(&["install", "folder"]).out.contains("feed-acme@2.0.0 installed"));
}

#[test]
fn at_a_terminal_what_is_new_is_shown_and_asked_about() {
    const ASKS: &str = "grant it? [y/N]";
    let home = Home::new();
    home.feed("acme.wasm", "1.0.0", &["feed"]);
    for answer in ["n\n", "\n", "perhaps\n", ""] {
        let ran = home.at_terminal(&["install", "acme.wasm"], answer);
        let shown = ran.out.contains("feed-acme@1.0.0 asks for network: feed; granted so far: nothing");
        assert!(ran.code == 2 && shown && ran.out.contains(ASKS), "{answer:?}: {}", ran.out);
        assert!(ran.out.contains("asks for what it was not granted: network: feed"), "{}", ran.out);
        assert!(home.shelf().is_empty() && !home.path().join("huntsmith.lock").exists());
    }
    let ran = home.at_terminal(&["install", "acme.wasm"], "y\n");
    assert!(ran.code == 0 && ran.out.contains("granted: network: feed"), "{}", ran.out);

    // Of an update what is new alone; what was granted is not asked about again.
    home.feed("acme.wasm", "1.1.0", &["feed"]);
    let ran = home.at_terminal(&["update"], "");
    assert!(ran.code == 0 && !ran.out.contains(ASKS), "{}", ran.out);
    home.feed("acme.wasm", "1.2.0", &["feed", "api.acme.example"]);
    let ran = home.at_terminal(&["update", "--yes"], "y\n");
    assert!(ran.code == 2 && !ran.out.contains(ASKS), "{}", ran.out);
    assert!(home.fine(&["list"]).out.contains("feed-acme@1.1.0"));
    let ran = home.at_terminal(&["update"], "yes\n");
    let shown = ran.out.contains("feed-acme@1.2.0 asks for network: api.acme.example; granted so far: network: feed");
    assert!(ran.code == 0 && shown && ran.out.contains("feed-acme@1.2.0 updated"), "{}", ran.out);
}

#[test]
fn a_kill_leaves_the_old_or_the_new_and_never_half() {
    let home = Home::new();
    home.feed("acme.wasm", "1.0.0", &[]);
    for place in ["install.before-component", "install.before-lock"] {
        let mut command = home.command(&["install", "acme.wasm"]);
        command.env("HUNTSMITH_FAIL_POINT", place);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), None, "{place} was not passed: {output:?}");
        assert!(!home.path().join("huntsmith.lock").exists());
        assert!(!home.fine(&["list"]).out.contains("feed-acme"), "{place}");
    }
    home.fine(&["install", "acme.wasm"]);
    home.feed("acme.wasm", "1.1.0", &[]);
    let mut command = home.command(&["update"]);
    command.env("HUNTSMITH_FAIL_POINT", "install.before-lock");
    assert_eq!(command.output().unwrap().status.code(), None);
    assert!(home.fine(&["list"]).out.contains("feed-acme@1.0.0"));
    assert!(home.fine(&["update"]).out.contains("feed-acme@1.1.0 updated"));
}

#[test]
fn a_registry_gives_what_was_signed_and_everything_else_is_refused() {
    let home = Home::new();
    let registry = registry::start(home.path());
    let at = |port: u16, tag: &str| format!("oci://127.0.0.1:{port}/team/feed-acme:{tag}");
    let address = at(registry.port, "1.0.0");
    let publish = |file: &str, to: &str| home.fine(&["publish", file, to]);

    home.feed("acme.wasm", "1.0.0", &["feed"]);
    home.refused(&["publish", "acme.wasm", &address], "has no signature beside it");
    home.fine(&["publish", "acme.wasm", &at(registry.port, "unsigned"), "--unsigned"]);
    home.refused(&["install", &at(registry.port, "unsigned"), "--grant", "all"], "is not signed");
    home.refused(&["install", &at(registry.port, "nothing")], "the registry has no such plugin");

    home.fine(&["sign", "acme.wasm", "--key", "team.key"]);
    assert_eq!(home.plugin(&["verify", "acme.wasm"]).code, 0);
    assert!(home.fine(&["inspect", "acme.wasm"]).out.contains("signed by     `team` ("));
    assert!(publish("acme.wasm", &address).out.contains("@sha256:"));
    for (name, what, says) in [
        ("failing", Trouble::Failing, "the registry failed"),
        ("silent", Trouble::Silent, "did not answer within"),
        ("slow", Trouble::Slow, "did not answer within"),
        ("cut", Trouble::Cut, "is not what its digest says"),
    ] {
        let bad = trouble(registry.port, what);
        home.refused(&["install", &at(bad, "1.0.0"), "--grant", "all"], says);
        assert!(home.shelf().is_empty(), "{name}");
    }

    // Signed by nobody we know, for names it may not sign, by a key that is revoked.
    home.fine(&["sign", "acme.wasm", "--key", "other.key"]);
    publish("acme.wasm", &at(registry.port, "other"));
    home.refused(&["install", &at(registry.port, "other"), "--grant", "all"], "which is not among yours");
    home.trust("ioc-*", false);
    home.refused(&["install", &address, "--grant", "all"], "may sign ioc-*, and not feed-acme@1.0.0");
    home.trust("feed-*", true);
    home.refused(&["install", &address, "--grant", "all"], "which is revoked");
    home.trust("feed-*", false);

    // Changed after signing: the manifest, then the code.
    home.fine(&["sign", "acme.wasm", "--key", "team.key"]);
    let signed = std::fs::read(home.path().join("acme.wasm")).unwrap();
    home.feed("acme.wasm", "1.0.0", &["feed", "evil.example"]);
    publish("acme.wasm", &at(registry.port, "manifest"));
    home.refused(
        &["install", &at(registry.port, "manifest"), "--grant", "all"],
        "the manifest of feed-acme@1.0.0 was changed",
    );
    assert!(
        home.fine(&["inspect", "acme.wasm"]).out.contains("signed by     the manifest of feed-acme@1.0.0 was changed")
    );
    let mut changed = signed.clone();
    let at_text = changed.windows(9).position(|bytes| bytes == b"feed-kev\0" || bytes == b"catalogue").unwrap();
    changed[at_text] ^= 0x20;
    std::fs::write(home.path().join("acme.wasm"), changed).unwrap();
    publish("acme.wasm", &at(registry.port, "code"));
    home.refused(
        &["install", &at(registry.port, "code"), "--grant", "all"],
        "the component of feed-acme@1.0.0 was changed",
    );

    let ran = home.fine(&["install", &address, "--grant", "all"]);
    assert!(ran.out.contains("signed by `team`"), "{}", ran.out);
    assert!(home.fine(&["inspect", "feed-acme"]).out.contains("signed by     `team` ("));
    assert!(home.fine(&["update", "--yes"]).out.contains("is installed already"));

    // The tag now points at other bytes of the same version.
    home.feed("acme.wasm", "1.0.0", &[]);
    home.fine(&["sign", "acme.wasm", "--key", "team.key"]);
    publish("acme.wasm", &address);
    home.refused(&["update", "--yes"], "a version's bytes never change");
    let installed = home.path().join("shelf").join(&home.shelf()[0]);
    let kept = std::fs::read(&installed).unwrap();
    std::fs::remove_file(&installed).unwrap();
    home.refused(&["install", "--locked"], "a version's bytes never change");
    std::fs::write(&installed, kept).unwrap();

    // A newer one that asks for more is not installed by --yes; an older one is not an update.
    home.feed("acme.wasm", "1.1.0", &["feed", "api.acme.example"]);
    home.fine(&["sign", "acme.wasm", "--key", "team.key"]);
    publish("acme.wasm", &address);
    home.refused(&["update", "--yes"], "asks for what it was not granted: network: api.acme.example");
    assert!(home.fine(&["update", "--grant", "http:api.acme.example"]).out.contains("feed-acme@1.1.0 updated"));
    home.feed("acme.wasm", "1.0.9", &[]);
    home.fine(&["sign", "acme.wasm", "--key", "team.key"]);
    publish("acme.wasm", &address);
    home.refused(&["update", "--yes"], "which is older than the 1.1.0");

    // A key that is revoked later stops what it signed from running.
    home.trust("feed-*", true);
    home.refused(&["list"], "was signed by the key");
    assert_eq!(home.plugin(&["verify"]).code, 1);
}
