//! What an installed plugin reaches, capability by capability: what the manifest asks for, the operator granted when it was
//! installed, and the feed's configuration names. Each taken away by itself is refused, and nobody is asked.

use crate::operator::Home;
use crate::serve::{Said, Server};
use huntsmith_tests::{Ran, huntsmith, run};
use serde_json::json;

const HOSTS: &str = "allow-http = true\nprivate-hosts = [\"127.0.0.1\"]\n";
const SECRET: &str = "secrets = [\"token\"]\n";

/// An operator's desk with a server that gives a collection to who knows the token.
struct Desk {
    home: Home,
    server: Server,
}

impl Desk {
    fn new() -> Self {
        let server = Server::start(|asked| {
            let knows =
                asked.headers.iter().any(|(name, value)| name == "authorization" && value == "Bearer opensesame");
            match knows {
                true => Said::ok("application/taxii+json;version=2.1", json!({"objects": []}).to_string()),
                false => Said::status(401),
            }
        });
        Desk { home: Home::new(), server }
    }

    /// Polls the feed under a configuration.
    fn poll(&self, grants: &str, secrets: &str) -> Ran {
        let port = self.server.port;
        let bound = "[fetch]\nspacing-ms = 0\n[fetch.secrets.token]\nenv = \"ACME_TOKEN\"\nhosts = [\"127.0.0.1\"]\nprefix = \"Bearer \"\n";
        let feed = format!(
            "[feeds.acme]\nplugin = \"feed-acme\"\nurl = \"{}\"\noptions = {{ secret = \"token\" }}\n",
            self.server.url("/api/")
        );
        self.home.configure("feed-*", false, &format!("{bound}{feed}ports = [{port}]\n{grants}{secrets}"));
        let mut command = huntsmith(["run", "acme", "--no-state", "--out", "out"]);
        command.current_dir(self.home.path()).env("ACME_TOKEN", "opensesame");
        command.env("HUNTSMITH_PLUGIN_DIR", self.home.path().join("shelf")).env("HUNTSMITH_PREPARE_SECONDS", "600");
        run(command)
    }

    /// Refused with these words, and the server was not asked.
    fn refused(&self, grants: &str, secrets: &str, says: &str) {
        let before = self.server.asked().len();
        let ran = self.poll(grants, secrets);
        assert!(ran.code == 3 && ran.err.contains(says) && ran.err.contains("hint:"), "{says}: {}{}", ran.out, ran.err);
        assert!(!ran.err.contains("opensesame"));
        assert_eq!(self.server.asked().len(), before, "{says}");
    }

    /// Changes what the lock says was granted.
    fn grant(&self, line: &str, in_place_of: &str) {
        let path = self.home.path().join("huntsmith.lock");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(in_place_of), "{text}");
        std::fs::write(&path, text.replace(in_place_of, line)).unwrap();
    }
}

#[test]
fn each_capability_that_is_missing_is_refused_by_itself() {
    let desk = Desk::new();
    desk.home.adopted("feed-taxii", "acme.wasm", |manifest| {
        manifest.capabilities.http = vec!["feed".into()];
        manifest.capabilities.secrets = vec!["token".into()];
    });
    desk.home
        .refused(&["install", "acme.wasm", "--grant", "http:feed"], "asks for what it was not granted: secrets: token");
    desk.home.fine(&["install", "acme.wasm", "--grant", "http:feed", "--grant", "secret:token"]);
    let ran = desk.poll(HOSTS, SECRET);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(!desk.server.asked().is_empty());

    // What the configuration of the feed leaves out.
    desk.refused("allow-http = true\n", SECRET, "loopback");
    desk.refused("private-hosts = [\"127.0.0.1\"]\n", SECRET, "(scheme http) is not granted");
    desk.refused(HOSTS, "", "the secret token cannot be used here");

    // What was not granted when it was installed.
    desk.grant("secrets = []", "secrets = [\"token\"]");
    desk.refused(HOSTS, SECRET, "whose plugin does not ask for it, or was not granted it");
    desk.grant("secrets = [\"token\"]", "secrets = []");
    desk.grant("http = []", "http = [\"feed\"]");
    desk.refused(HOSTS, SECRET, "127.0.0.1");
    desk.grant("http = [\"feed\"]", "http = []");
    assert_eq!(desk.poll(HOSTS, SECRET).code, 0);
}
