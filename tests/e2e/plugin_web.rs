//! Installing over https: from a server with a certificate of an authority of the operator's own, signed, whole and in
//! time, or not at all.

use crate::operator::Home;
use crate::serve::{Said, Server};
use huntsmith_tests::{huntsmith, root, run};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What stands at each path.
type Pages = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

fn serve(pages: &Pages) -> Server {
    let pages = pages.clone();
    Server::start_encrypted(move |asked| match asked.path.as_str() {
        "/failing" => Said::status(500),
        "/slow" => {
            std::thread::sleep(Duration::from_secs(4));
            Said::status(200)
        }
        "/cut" => {
            let mut said = Said::ok("application/wasm", pages.lock().unwrap()["/acme.wasm"].clone());
            said.sent = said.body.len() / 2;
            said
        }
        path => match pages.lock().unwrap().get(path) {
            Some(bytes) => Said::ok("application/wasm", bytes.clone()),
            None => Said::status(404),
        },
    })
}

#[test]
fn a_plugin_comes_over_https_signed_whole_and_in_time_or_not_at_all() {
    let home = Home::new();
    let pages = Pages::default();
    let server = serve(&pages);
    // Puts the component that lies here there, with its signature if it has one.
    let put = |signed: bool| {
        let file = |name: &str| std::fs::read(home.path().join(name)).unwrap();
        let mut pages = pages.lock().unwrap();
        pages.clear();
        pages.insert("/acme.wasm".into(), file("acme.wasm"));
        if signed {
            pages.insert("/acme.wasm.minisig".into(), file("acme.wasm.minisig"));
        }
    };
    let address = server.url("/acme.wasm");
    home.feed("acme.wasm", "1.0.0", &["feed"]);
    put(false);

    // An address inside is not public, and an authority that nobody named is not trusted.
    home.refused(&["install", &address, "--grant", "all"], "a loopback address");
    let inside = "[fetch]\nprivate-hosts = [\"127.0.0.1\"]\nattempts = 1\ntotal-seconds = 3\n";
    home.configure("feed-*", false, inside);
    home.refused(&["install", &address, "--grant", "all"], "certificate");
    let authority = root().join("tests/fixtures/tls/authority.pem");
    home.configure("feed-*", false, &format!("{inside}ca-files = [{authority:?}]\n"));

    home.refused(&["install", &address, "--grant", "all"], "is not signed");
    home.fine(&["sign", "acme.wasm", "--key", "team.key"]);
    put(true);
    for (path, says) in [
        ("/nothing", "there is nothing at this address"),
        ("/failing", "500"),
        ("/cut", "the response is broken"),
        ("/slow", "no answer in time"),
    ] {
        home.refused(&["install", &server.url(path), "--grant", "all"], says);
        assert!(home.shelf().is_empty(), "{path}");
    }
    home.refused(&["install", &address, "--yes"], "asks for what it was not granted: network: feed");
    let ran = home.fine(&["install", &address, "--grant", "all"]);
    assert!(ran.out.contains("feed-acme@1.0.0 installed") && ran.out.contains("signed by `team`"), "{}", ran.out);
    assert!(home.fine(&["update"]).out.contains("is installed already"));

    // A run takes what is here and asks nobody.
    let before = server.asked().len();
    assert!(home.fine(&["list"]).out.contains("feed-acme@1.0.0"));
    let mut command = huntsmith(["extract", "--jsonl", "-"]);
    command.current_dir(home.path()).env("HUNTSMITH_PLUGIN_DIR", home.path().join("shelf"));
    assert_eq!(run(command).code, 0);
    assert_eq!(server.asked().len(), before);

    // The very bytes of the lock come again; others of the same version do not.
    std::fs::remove_dir_all(home.path().join("shelf")).unwrap();
    home.fine(&["install", "--locked"]);
    home.feed("acme.wasm", "1.0.0", &[]);
    home.fine(&["sign", "acme.wasm", "--key", "team.key"]);
    put(true);
    home.refused(&["update", "--yes"], "a version's bytes never change");

    // Its key is followed by another: what the new one signed comes, what the old one signed stops.
    home.feed("acme.wasm", "1.1.0", &["feed"]);
    home.fine(&["sign", "acme.wasm", "--key", "other.key"]);
    put(true);
    home.refused(&["update", "--yes"], "which is not among yours");
    let public = std::fs::read_to_string(home.path().join("other.key.pub")).unwrap();
    let successor = format!("[trust.keys.next]\nkey = {:?}\nnames = [\"feed-acme\"]\n", public.lines().nth(1).unwrap());
    home.configure("feed-*", true, &format!("{successor}{inside}ca-files = [{authority:?}]\n"));
    home.refused(&["list"], "was signed by the key");
    assert!(home.fine(&["update", "--yes"]).out.contains("feed-acme@1.1.0 updated"));
    assert!(home.fine(&["list"]).out.contains("feed-acme@1.1.0"));
}
