//! Other tools and ours over one registry, by plain requests of the OCI distribution specification: they can read what we
//! publish, and we install what they push, with the media types that WebAssembly tools agree on (CNCF, "Wasm OCI Artifact
//! layout"), held here as `wkg` 0.16.1 wants them (`oci-wasm` 0.6.0: `WasmClient::pull`, `pull_manifest_and_config`, `push`); with
//! `wkg` itself it was tried by hand. And a tag that is gone.

use crate::operator::Home;
use crate::registry::{self, Answer, ask};
use huntsmith::plugin::component::digest;
use serde_json::{Value, json};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

fn manifest(port: u16, at: &str) -> Answer {
    ask(port, "GET", &format!("/v2/{at}"), &[("Accept", MANIFEST)], b"")
}

/// Uploads a blob in one piece; its digest.
fn push(port: u16, name: &str, blob: &[u8]) -> String {
    let digest = format!("sha256:{}", digest(blob));
    let begun = ask(port, "POST", &format!("/v2/{name}/blobs/uploads/"), &[], b"");
    assert_eq!(begun.status, 202);
    let place = begun.header("location").unwrap();
    let path = place.split_once("/v2/").map(|(_, rest)| format!("/v2/{rest}")).unwrap();
    let joint = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{joint}digest={digest}");
    let done = ask(port, "PUT", &path, &[("Content-Type", "application/octet-stream")], blob);
    assert_eq!(done.status, 201, "{}", String::from_utf8_lossy(&done.body));
    digest
}

#[test]
fn others_read_what_we_publish() {
    let home = Home::new();
    let registry = registry::start(home.path());
    let file = home.feed("acme.wasm", "1.0.0", &["feed"]);
    let component = std::fs::read(file).unwrap();
    home.fine(&["sign", "acme.wasm", "--key", "team.key"]);
    home.fine(&["publish", "acme.wasm", &format!("oci://127.0.0.1:{}/team/feed-acme:1.0.0", registry.port)]);

    let answer = manifest(registry.port, "team/feed-acme/manifests/1.0.0");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(MANIFEST)));
    let read: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((&read["schemaVersion"], &read["mediaType"]), (&json!(2), &json!(MANIFEST)));
    assert_eq!(read["config"]["mediaType"], CONFIG);
    let layers = read["layers"].as_array().unwrap();
    assert_eq!((layers.len(), &layers[0]["mediaType"]), (1, &json!(LAYER)));
    assert_eq!(layers[0]["digest"], format!("sha256:{}", digest(&component)));
    let blob = |of: &Value| {
        ask(registry.port, "GET", &format!("/v2/team/feed-acme/blobs/{}", of["digest"].as_str().unwrap()), &[], b"")
    };
    assert!(blob(&layers[0]).body == component);
    let config: Value = serde_json::from_slice(&blob(&read["config"]).body).unwrap();
    assert_eq!((&config["architecture"], &config["os"]), (&json!("wasm"), &json!("wasip2")));
    assert_eq!(config["layerDigests"], json!([layers[0]["digest"]]));
    let exports = config["component"]["exports"].as_array().unwrap();
    assert!(exports.contains(&json!("huntsmith:feed/feed@0.1.0")), "{config}");
}

#[test]
fn we_install_what_others_push_and_say_where_a_tag_is_gone() {
    let home = Home::new();
    let registry = registry::start(home.path());
    let port = registry.port;
    let component = std::fs::read(home.feed("acme.wasm", "1.0.0", &["feed"])).unwrap();
    // As another tool does it: another config, annotations of its own, no signature.
    let config = json!({"created": "2026-01-01T00:00:00Z", "author": null, "architecture": "wasm", "os": "wasip2",
        "layerDigests": [format!("sha256:{}", digest(&component))],
        "component": {"exports": ["huntsmith:feed/feed@0.1.0"], "imports": [], "target": null}});
    let config = config.to_string().into_bytes();
    let described = |media_type: &str, bytes: &[u8]| json!({"mediaType": media_type, "digest": push(port, "team/feed-acme", bytes), "size": bytes.len()});
    let written = json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": described(CONFIG, &config),
        "layers": [described(LAYER, &component)],
        "annotations": {"org.opencontainers.image.version": "1.0.0", "org.opencontainers.image.licenses": "MIT"}});
    let put = |tag: &str, written: &Value| {
        let path = format!("/v2/team/feed-acme/manifests/{tag}");
        let answer = ask(port, "PUT", &path, &[("Content-Type", MANIFEST)], written.to_string().as_bytes());
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        answer.header("docker-content-digest").unwrap().to_owned()
    };
    let pushed = put("1.0.0", &written);
    let address = format!("oci://127.0.0.1:{port}/team/feed-acme:1.0.0");
    home.refused(&["install", &address, "--grant", "all"], "is not signed");
    home.configure("feed-*", false, "");
    let path = home.path().join("huntsmith.toml");
    let trusting = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("[trust]\npolicy = \"warn\"\n{trusting}")).unwrap();
    let ran = home.fine(&["install", &address, "--grant", "all"]);
    assert!(
        ran.out.contains("feed-acme@1.0.0 installed") && ran.err.contains("is not signed"),
        "{}{}",
        ran.out,
        ran.err
    );

    // What is no component, or several, is told from one that is.
    let mut other = written.clone();
    other["layers"][0]["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar");
    put("image", &other);
    other = written.clone();
    other["layers"] = json!([written["layers"][0], written["layers"][0]]);
    put("two", &other);
    for (tag, says) in [("image", "its layer is application/vnd.oci.image.layer.v1.tar"), ("two", "it has 2 layers")] {
        home.refused(&["install", &format!("oci://127.0.0.1:{port}/team/feed-acme:{tag}"), "--grant", "all"], says);
    }

    // The tag is taken away: what is installed stays and runs, and nothing else comes.
    let gone = ask(port, "DELETE", &format!("/v2/team/feed-acme/manifests/{pushed}"), &[], b"");
    assert_eq!(gone.status, 202);
    home.refused(&["update", "--yes"], "the registry has no such plugin");
    assert!(home.fine(&["list"]).out.contains("feed-acme@1.0.0"));
    std::fs::remove_dir_all(home.path().join("shelf")).unwrap();
    home.refused(&["install", "--locked"], "the registry has no such plugin");
    assert!(home.shelf().is_empty());
}
