//! Plugins in the sandbox: fresh against warm instances, instantiating alone, sandboxed against native.

use crate::times::Times;
use huntsmith::data::Data;
use huntsmith::model::{Article, CallContext, Content, Document, Hunt};
use huntsmith::pipeline::{About, article_id, plan};
use huntsmith::plugin::manifest::Lifecycle;
use huntsmith::plugin::{World, component::read_manifest};
use huntsmith::sandbox::{Plugin, Sandbox, Settings};
use huntsmith_tests::{binary, root};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Calls of one plugin for each figure.
const CALLS: usize = 400;

/// Calls of each plugin where all take turns.
const ROUNDS: usize = 33;

/// Instances of all plugins together.
const ROOM: u32 = 256;

/// What each reader and feed reads, by its name: the sample, else the fixtures of its format.
const INPUTS: [(&str, &str, &str); 11] = [
    ("feed-folder", "tests/fixtures/sources/reports.mbox", "application/mbox"),
    ("feed-kev", "examples/sample/kev.json", "application/json"),
    ("feed-misp", "tests/fixtures/sources/event.json", "application/json"),
    ("feed-osv", "tests/fixtures/sources/advisories.json", "application/json"),
    ("feed-page", "tests/fixtures/sources/sitemap.xml", "application/xml"),
    ("feed-rss", "examples/sample/feed.xml", "application/rss+xml"),
    ("feed-taxii", "tests/fixtures/sources/bundle.json", "application/json"),
    ("read-html", "examples/sample/pages", "text/html"),
    ("read-mail", "tests/fixtures/sources/report.eml", "message/rfc822"),
    ("read-pdf", "tests/fixtures/sources/report.pdf", "application/pdf"),
    ("read-text", "plugins/read-text/tests/texts/report.md", "text/markdown"),
];

/// Every bundled plugin, and its input.
pub struct Bench {
    fresh: Vec<Plugin>,
    warm: Vec<Plugin>,
    advisories: Vec<Article>,
    documents: BTreeMap<&'static str, Vec<Document>>,
    hunts: Vec<Hunt>,
}

impl Bench {
    pub fn open() -> Self {
        // Room for every plugin's warm instance at once, else the reference is not warm.
        let settings = Settings { jobs: 1, instances: ROOM, prepare_exe: Some(binary()), ..Default::default() };
        let sandbox = Sandbox::new(settings).expect("the sandbox opens");
        let data = Data::shipped();
        let (mut fresh, mut warm) = (Vec::new(), Vec::new());
        let mut components: Vec<_> = std::fs::read_dir(root().join("target/plugins"))
            .expect("`cargo xtask build` came before")
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "wasm"))
            .collect();
        components.sort();
        for path in components {
            let component = std::fs::read(&path).expect("the component can be read");
            let manifest = read_manifest(&component).expect("it has a manifest");
            let mut reused = manifest.clone();
            reused.lifecycle = Lifecycle::Warm { max_calls: u32::MAX };
            fresh.push(sandbox.load(&component, manifest, &data).expect("the plugin loads"));
            warm.push(sandbox.load(&component, reused, &data).expect("the plugin loads warm"));
        }
        let documents: BTreeMap<_, _> =
            INPUTS.iter().map(|(name, path, media_type)| (*name, documents(path, media_type))).collect();
        let reader = fresh.iter().find(|p| p.id().name == "read-html").expect("it is bundled");
        let advisories = documents["read-html"].iter().map(|page| {
            let reading = reader.read(&CallContext::default(), page).expect("the page can be read").value;
            let content = reading.contents.into_iter().next().expect("a page is one content");
            Article { id: article_id("bench", "", &content), content, ..Default::default() }
        });
        let advisories = advisories.collect();
        Self { fresh, warm, advisories, documents, hunts: hunts() }
    }

    /// The articles' texts.
    pub fn texts(&self) -> Vec<&str> {
        self.advisories.iter().map(|article| article.content.text.as_str()).collect()
    }

    fn extractor(&self) -> &Plugin {
        self.fresh.iter().find(|plugin| plugin.id().name == "ioc-core").expect("it is bundled")
    }

    /// Indicators of every article, each in a fresh instance.
    pub fn extract_all(&self) {
        let (ctx, plugin) = (CallContext::default(), self.extractor());
        for article in &self.advisories {
            plugin.extract(&ctx, article).map(drop).expect("it extracts");
        }
    }

    /// One call of a plugin with the `index`-th of the real inputs.
    fn call(&self, plugin: &Plugin, index: usize) {
        let ctx = CallContext::default();
        let article = &self.advisories[index % self.advisories.len()];
        match plugin.manifest().world {
            World::DocumentReader => plugin.read(&ctx, self.document(plugin, index)).map(drop).expect("it reads"),
            World::IocExtractor => plugin.extract(&ctx, article).map(drop).expect("it extracts"),
            World::TechniqueClassifier => plugin.classify(&ctx, article, &[], &[]).map(drop).expect("it classifies"),
            World::QueryEmitter => {
                plugin.emit(&ctx, &self.hunts, &Default::default()).map(drop).expect("it emits");
            }
            World::FeedSource => {
                plugin.poll(&ctx, Some(self.document(plugin, index)), None, None).map(drop).expect("it polls");
            }
        }
    }

    fn document(&self, plugin: &Plugin, index: usize) -> &Document {
        let name = plugin.id().name.as_str();
        let documents = self.documents.get(name).unwrap_or_else(|| panic!("{name} has no input: add one to INPUTS"));
        &documents[index % documents.len()]
    }

    pub fn fresh_and_warm(&self) {
        for (fresh, warm) in self.fresh.iter().zip(&self.warm) {
            // Turn by turn, so that both see the same machine.
            let mut of_warm = Vec::with_capacity(CALLS);
            let times = Times::of(CALLS, |index| {
                let started = Instant::now();
                self.call(warm, index);
                of_warm.push(started.elapsed());
            });
            drop(times);
            of_warm.sort();
            let times = Times::of(CALLS, |index| self.call(fresh, index));
            times.row(&format!("{}: fresh instance, real input", fresh.id().name), "warm instance", &Times(of_warm));
        }
        let rotate = |plugins: &[Plugin]| {
            Times::of(ROUNDS * plugins.len(), |index| self.call(&plugins[index % plugins.len()], index / plugins.len()))
        };
        drop(rotate(&self.warm));
        rotate(&self.fresh).row(
            "all plugins in turn: fresh instance, real input",
            "warm instance",
            &rotate(&self.warm),
        );
    }

    pub fn instantiate(&self) {
        let extractor = |plugins: &[Plugin]| plugins.iter().position(|p| p.id().name == "ioc-core").expect("bundled");
        let at = extractor(&self.fresh);
        let short = text("The C2 server is evil-domain[.]com.");
        let ctx = CallContext::default();
        let short_text =
            |plugin: &Plugin| Times::of(CALLS, |_| plugin.extract(&ctx, &short).map(drop).expect("it extracts"));
        let (fresh, warm) = (short_text(&self.fresh[at]), short_text(&self.warm[at]));
        fresh.row("ioc-core: fresh instance, short text", "warm instance", &warm);
        for plugin in &self.fresh {
            // After the real calls above: a slot in which a guest has run takes longer to be put back.
            let times = (0..CALLS).map(|_| plugin.instantiate_only().expect("it instantiates"));
            let (mut made, mut put_back): (Vec<_>, Vec<_>) = times.unzip();
            made.sort();
            put_back.sort();
            let name = &plugin.id().name;
            Times(made).row(&format!("{name}: instantiate only"), "fresh instance, short text", &fresh);
            Times(put_back).row(&format!("{name}: its memory put back"), "fresh instance, short text", &fresh);
        }
    }

    pub fn native_and_sandboxed(&self) {
        use huntsmith_sdk::{classifier::Classifier as _, extractor::Extractor as _};
        // What ships, under the names that guests know it by.
        let folder = tempfile::tempdir().expect("a folder");
        for name in self.fresh.iter().flat_map(|plugin| &plugin.manifest().data) {
            let bytes = Data::shipped().read(name).expect("it ships");
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
            std::fs::write(path, bytes).expect("it can be written");
        }
        // SAFETY: nothing else of this process reads the environment at this time.
        unsafe { std::env::set_var("HUNTSMITH_DATA", folder.path()) };
        ioc_core::IocCore::init().expect("the tables can be read");
        attack_stated::AttackStated::init().expect("the names can be read");
        attack_model::AttackModel::init().expect("the model is whole");
        let ctx = huntsmith_sdk::common::Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
        self.against_native("ioc-core", |article| {
            drop(ioc_core::IocCore::extract(&ctx, article).expect("it extracts"));
        });
        self.against_native("attack-stated", |article| {
            drop(attack_stated::AttackStated::classify(&ctx, article, &[], &[]).expect("it classifies"));
        });
        self.against_native("attack-model", |article| {
            drop(attack_model::AttackModel::classify(&ctx, article, &[], &[]).expect("it classifies"));
        });
    }

    /// A plugin in the sandbox, fresh for each article, against its own code native.
    fn against_native(&self, name: &str, call: impl Fn(&huntsmith_sdk::article::Article)) {
        let plugin = self.fresh.iter().find(|p| p.id().name == name).expect("bundled");
        let articles: Vec<_> = self.advisories.iter().map(|a| native(&a.content)).collect();
        let count = articles.len();
        let native = Times::of(CALLS, |i| call(&articles[i % count]));
        let sandboxed = Times::of(CALLS, |i| self.call(plugin, i));
        sandboxed.row(&format!("{name}: sandboxed, fresh for each article"), "the same code native", &native);
        let bytes: usize = (0..CALLS).map(|i| self.advisories[i % count].content.text.len()).sum();
        let rate = |times: &Times| bytes as f64 / 1e6 / times.0.iter().sum::<Duration>().as_secs_f64();
        println!(
            "{name}: article text, one core | {:.1} MB/s | | native: {:.1} MB/s | {:.2}",
            rate(&sandboxed),
            rate(&native),
            rate(&native) / rate(&sandboxed)
        );
    }
}

/// A file, or a folder's files in the order of their names.
fn documents(path: &str, media_type: &str) -> Vec<Document> {
    let path = root().join(path);
    let mut files = vec![path.clone()];
    if path.is_dir() {
        files = std::fs::read_dir(path).expect("it is there").flatten().map(|entry| entry.path()).collect();
        files.sort();
    }
    let document = |file: &PathBuf| Document {
        name: file.file_name().map(|name| name.to_string_lossy().into_owned()),
        media_type: media_type.into(),
        base_url: None,
        bytes: std::fs::read(file).expect("it can be read"),
    };
    files.iter().map(document).collect()
}

/// A hunt over addresses, as an indicator list gives one.
fn hunts() -> Vec<Hunt> {
    let kinds = std::fs::read_to_string(root().join("data/kinds.toml")).expect("it ships");
    let kinds = huntsmith::kinds::Kinds::parse(&kinds).expect("it is well-formed");
    let about = About {
        key: "bench".into(),
        title: "Bench".into(),
        url: String::new(),
        tlp: Default::default(),
        window: huntsmith::model::Window::LastSeconds(86_400),
    };
    let indicators: Vec<_> = (0..20).map(|i| indicator(format!("203.0.113.{i}"))).collect();
    plan(&kinds, &about, &indicators, &[]).hunts.into_iter().map(|planned| planned.traced.hunt).collect()
}

fn text(text: &str) -> Article {
    let content = Content { text: text.into(), ..Default::default() };
    Article { id: article_id("bench", "", &content), content, ..Default::default() }
}

fn indicator(value: String) -> huntsmith::model::Indicator {
    huntsmith::model::Indicator {
        kind: "ipv4".into(),
        value,
        parts: vec![],
        spans: vec![],
        defanged: true,
        role: "attacker".into(),
        confidence: 90,
        reasons: vec![],
        properties: vec![],
        plugin: None,
    }
}

/// The article as a guest sees it.
fn native(content: &Content) -> huntsmith_sdk::article::Article {
    use huntsmith_sdk::article as guest;
    let span = |s: huntsmith::model::Span| guest::Span { start: s.start, end: s.end };
    let blocks = content.blocks.iter().map(|b| guest::Block {
        span: span(b.span),
        kind: b.kind.clone(),
        level: b.level,
        heading: b.heading,
        cell: b.cell.map(|c| guest::Cell { table: c.table, row: c.row, column: c.column, header: c.header }),
        language: b.language.clone(),
        properties: vec![],
    });
    let links =
        content.links.iter().map(|l| guest::Link { span: span(l.span), target: l.target.clone(), properties: vec![] });
    guest::Article {
        id: String::new(),
        source: "bench".into(),
        url: String::new(),
        content: guest::Content {
            title: content.title.clone(),
            published: None,
            language: None,
            text: content.text.clone(),
            blocks: blocks.collect(),
            links: links.collect(),
            properties: vec![],
        },
        facts: vec![],
        properties: vec![],
    }
}
