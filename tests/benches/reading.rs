//! HTML reading in the sandbox and native, in megabytes of markup a second on one core: `cargo xtask bench` runs this.

use huntsmith::data::Data;
use huntsmith::model::{CallContext, Document};
use huntsmith::plugin::component::read_manifest;
use huntsmith::sandbox::{Sandbox, Settings};
use huntsmith_sdk::reader::Reader;
use huntsmith_tests::{binary, component, root};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rounds over all pages; the fastest counts, of both, in turn so that both see the same machine.
const ROUNDS: usize = 20;
/// What is wanted: this, or native divided by the factor, whichever is lower.
const WANTED: f64 = 20.0;
const FACTOR: f64 = 1.6;

fn main() {
    let mut pages = Vec::new();
    for folder in ["examples/sample/pages", "plugins/read-html/tests/pages"] {
        pages.extend(saved(&root().join(folder)));
    }
    let bytes: usize = pages.iter().map(Vec::len).sum();
    let settings = Settings { jobs: 1, prepare_exe: Some(binary()), ..Default::default() };
    let sandbox = Sandbox::new(settings).expect("the sandbox opens");
    let built = std::fs::read(component("read-html")).expect("`cargo xtask build` came before");
    let manifest = read_manifest(&built).expect("it has a manifest");
    let plugin = sandbox.load(&built, manifest, &Data::shipped()).expect("the plugin loads");
    let context = CallContext::default();
    let native = huntsmith_sdk::common::Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
    let documents: Vec<Document> = pages.iter().map(|page| document(page)).collect();
    let guests: Vec<_> = pages.iter().map(|page| guest_document(page)).collect();
    let (mut in_sandbox, mut alone) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        in_sandbox = in_sandbox.min(timed(|| {
            documents.iter().for_each(|page| drop(plugin.read(&context, page).expect("it reads")));
        }));
        let own = guests.clone();
        alone = alone.min(timed(|| {
            own.into_iter().for_each(|page| drop(read_html::ReadHtml::read(&native, page).expect("it reads")));
        }));
    }
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    let (ours, native) = (rate(in_sandbox), rate(alone));
    let wanted = WANTED.min(native / FACTOR);
    let which = if wanted < WANTED { "native / 1.6" } else { "20 MB/s" };
    println!("figure | speed | | reference | ratio");
    println!("---|---|---|---|---");
    println!(
        "read-html: {} pages of {} KB, fresh instance a page | {ours:.1} MB/s | | native: {native:.1} MB/s | {:.2}",
        pages.len(),
        bytes / pages.len() / 1000,
        native / ours
    );
    let verdict = if ours >= wanted { "reached" } else { "missed" };
    println!("read-html: wanted {wanted:.1} MB/s ({which}, the lower one): {verdict}");
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn saved(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "html"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a page can be read")).collect()
}

fn document(page: &[u8]) -> Document {
    Document { name: None, media_type: "text/html".into(), base_url: None, bytes: page.to_vec() }
}

fn guest_document(page: &[u8]) -> huntsmith_sdk::article::Document {
    let Document { name, media_type, base_url, bytes } = document(page);
    huntsmith_sdk::article::Document { name, media_type, base_url, bytes }
}
