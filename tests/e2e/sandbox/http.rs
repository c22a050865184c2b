//! The network as a feed sees it: only through the client, within the call's limits, and not on the guest's clock.

use super::guest::{CALLS_AS_ERROR, component, extractor, manifest};
use super::{article, bench};
use huntsmith::model::{
    BodyReader, CallContext, HttpAllowance, HttpClient, HttpError, HttpRequest, HttpResponse, PluginId, Tlp,
};
use huntsmith::plugin::manifest::World;
use huntsmith::sandbox::Plugin;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Fetches an address until that fails, reads each body to the first error or the end, and answers the tag of the error
/// as the page's title: `a` for not-granted and so on in the contract's order.
fn feed() -> Vec<u8> {
    let wat = r#"(module
        (import "huntsmith:host/http@0.1.0" "fetch" (func $fetch (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
        (import "huntsmith:host/http@0.1.0" "[method]body.read" (func $read (param i32 i32 i32)))
        (import "huntsmith:host/http@0.1.0" "[resource-drop]body" (func $drop (param i32)))
        (memory (export "memory") 2)
        (global $next (mut i32) (i32.const 65536))
        (data (i32.const 1024) "GEThttps://a.example/")
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (local $at i32)
            ;; What was read is not kept: the same place serves again.
            (if (i32.gt_u (i32.add (global.get $next) (local.get 3)) (i32.const 130000)) (then (global.set $next (i32.const 65536))))
            (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
            (global.set $next (i32.add (local.get $at) (local.get 3)))
            (local.get $at))
        (func (export "init") (result i32) (i32.const 16))
        (func $say (param $tag i32)
            (i32.store8 (i32.const 700) (i32.add (local.get $tag) (i32.const 97)))
            (i32.store (i32.const 68) (i32.const 1)) (i32.store (i32.const 72) (i32.const 700)) (i32.store (i32.const 76) (i32.const 1)))
        (func (export "huntsmith:feed/feed@0.1.0#poll") (param i32) (result i32)
            (block $done (loop $again
                (call $fetch (i32.const 1024) (i32.const 3) (i32.const 1027) (i32.const 18) (i32.const 0) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 304))
                (if (i32.load8_u (i32.const 304)) (then (call $say (i32.load8_u (i32.const 312))) (br $done)))
                (block $end (loop $more
                    (call $read (i32.load (i32.const 332)) (i32.const 1000) (i32.const 400))
                    (if (i32.load8_u (i32.const 400)) (then (call $say (i32.load8_u (i32.const 408))) (br $done)))
                    (br_if $more (i32.load (i32.const 412)))))
                (call $drop (i32.load (i32.const 332)))
                (br $again)))
            (i32.const 64)))"#;
    component(World::FeedSource, wat)
}

/// Answers bodies of so many bytes, each request after so long.
struct Slow {
    bytes: usize,
    wait: Duration,
}

struct Body(usize);

impl BodyReader for Body {
    fn read(&mut self, max: usize, _: HttpAllowance) -> Result<Vec<u8>, HttpError> {
        let count = max.min(self.0);
        self.0 -= count;
        Ok(vec![b'x'; count])
    }
}

impl HttpClient for Slow {
    fn max_tlp(&self) -> Tlp {
        Tlp::Green
    }

    fn fetch(&self, plugin: &PluginId, request: HttpRequest, _: HttpAllowance) -> Result<HttpResponse, HttpError> {
        assert_eq!(
            (plugin.name.as_str(), request.method.as_str(), request.url.as_str()),
            ("tried", "GET", "https://a.example/")
        );
        std::thread::sleep(self.wait);
        Ok(HttpResponse { status: 200, url: request.url, headers: Vec::new(), body: Box::new(Body(self.bytes)) })
    }
}

fn plugin(limits: serde_json::Value) -> Plugin {
    let bench = bench();
    bench
        .load(&feed(), manifest(World::FeedSource, json!({ "limits": limits })))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn said(plugin: &Plugin, client: Option<Slow>) -> String {
    let client = client.map(|client| Arc::new(client) as Arc<dyn HttpClient>);
    let called = plugin.poll(&CallContext::default(), None, None, client).unwrap_or_else(|error| panic!("{error}"));
    called.value.title.unwrap()
}

#[test]
fn with_a_network_nothing_is_read_that_is_marked_above_the_grant() {
    let plugin = plugin(json!({"http-calls": 1}));
    let poll = |tlp, client: Option<Slow>| {
        let ctx = CallContext { tlp, ..CallContext::default() };
        plugin.poll(&ctx, None, None, client.map(|client| Arc::new(client) as Arc<dyn HttpClient>))
    };
    // The client of these tests allows green at most.
    let client = || Some(Slow { bytes: 10, wait: Duration::ZERO });
    assert!(poll(Tlp::Green, client()).is_ok());
    for tlp in [Tlp::Amber, Tlp::AmberStrict, Tlp::Red] {
        let refused = poll(tlp, client()).unwrap_err();
        assert_eq!(refused.code.as_str(), "marking");
        assert!(refused.message.contains("TLP:green") && refused.hint.contains("max-tlp"), "{refused}");
        assert!(poll(tlp, None).is_ok(), "without the network there is nothing to fear");
    }
}

/// The marked text could be told in a later call that has the network: what held it goes.
#[test]
fn an_instance_that_read_a_marked_text_is_not_used_again() {
    let bench = bench();
    let counting = extractor("", "", CALLS_AS_ERROR);
    let said = |more: serde_json::Value, tlps: [Tlp; 3]| {
        let mut fields = json!({"lifecycle": {"kind": "warm", "max-calls": 9}});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let plugin = bench.extractor(&counting, fields);
        tlps.map(|tlp| {
            let ctx = CallContext { tlp, ..CallContext::default() };
            plugin.extract(&ctx, &article("text")).unwrap_err().message
        })
    };
    let networked = || json!({"capabilities": {"http": ["a.example"]}});
    assert_eq!(said(networked(), [Tlp::Clear; 3]), ["a", "b", "c"]);
    assert_eq!(said(networked(), [Tlp::Clear, Tlp::Green, Tlp::Clear]), ["a", "b", "a"]);
    assert_eq!(said(json!({}), [Tlp::Clear, Tlp::Red, Tlp::Clear]), ["a", "b", "c"], "it has nobody to tell");
}

const LIMIT_REACHED: &str = "g";
const FAILED: &str = "i";

#[test]
fn calls_and_bytes_run_out() {
    let quick = || Some(Slow { bytes: 2_500, wait: Duration::ZERO });
    assert_eq!(said(&plugin(json!({"http-calls": 3})), quick()), LIMIT_REACHED);
    assert_eq!(said(&plugin(json!({"http-bytes": 10_000, "http-calls": 1000})), quick()), LIMIT_REACHED);
    assert_eq!(said(&plugin(json!({})), None), FAILED);
}

#[test]
fn waiting_counts_as_network_time_and_not_as_work() {
    let began = Instant::now();
    let plugin = plugin(json!({"deadline-ms": 100, "http-ms": 600, "http-calls": 1000}));
    assert_eq!(said(&plugin, Some(Slow { bytes: 10, wait: Duration::from_millis(150) })), LIMIT_REACHED);
    assert!(began.elapsed() >= Duration::from_millis(450));
}
