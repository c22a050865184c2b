//! Figures of hunts: said in every dialect through the sandbox, a whole set of Sigma rules against pySigma, and a long list
//! of indicators. `cargo xtask bench [--sigma DIR]`; without a checkout the rules are those of `data/hunts` and the tests.

use huntsmith::catalogue::sigma::{Collection, Frame};
use huntsmith::data::Data;
use huntsmith::kinds::Kinds;
use huntsmith::model::{CallContext, Hunt, Indicator, Span, Target, Tlp, Window};
use huntsmith::pipeline::{About, PhaseTable, plan};
use huntsmith::plugin::component::read_manifest;
use huntsmith::sandbox::{Plugin, Sandbox, Settings};
use huntsmith_tests::{binary, huntsmith, root};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Hunts that go into the sandbox together, as `huntsmith convert` does.
const BATCH: usize = 64;
/// How long each dialect is measured.
const MEASURED: Duration = Duration::from_secs(3);

fn main() {
    let mut words = std::env::args();
    let sigma = words.find(|word| word == "--sigma").and_then(|_| words.next()).map(PathBuf::from);
    let rules = match sigma {
        Some(folder) => vec![folder.canonicalize().expect("--sigma names a folder")],
        None => vec![root().join("data/hunts"), root().join("tests/fixtures/sigma")],
    };
    let emitters = emitters();
    let (few, many) = (list(1_000), list(10_000));
    let mut hunts = rule_hunts(&rules);
    hunts.extend(list(20));
    println!("figure | hunts/s on one core | hunts said | one by one | ratio");
    println!("---|---|---|---|---");
    emitters.iter().for_each(|emitter| pace(emitter, &hunts));
    println!("\nfigure | median | queries | reference | ratio");
    println!("---|---|---|---|---");
    emitters.iter().for_each(|emitter| long_list(emitter, &few, &many));
    against_pysigma(&rules);
}

/// Every dialect, by name.
fn emitters() -> Vec<Plugin> {
    let settings = Settings { jobs: 1, prepare_exe: Some(binary()), ..Default::default() };
    let sandbox = Sandbox::new(settings).expect("the sandbox opens");
    let folder = std::fs::read_dir(root().join("target/plugins")).expect("`cargo xtask build` came before");
    let mut files: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "wasm"));
    files.sort();
    let load = |path: PathBuf| {
        let component = std::fs::read(path).expect("the component can be read");
        let manifest = read_manifest(&component).expect("it has a manifest");
        manifest.dialect.is_some().then(|| sandbox.load(&component, manifest, &Data::shipped()).expect("it loads"))
    };
    files.into_iter().filter_map(load).collect()
}

fn name(emitter: &Plugin) -> String {
    emitter.manifest().dialect.as_ref().map(|dialect| dialect.name.clone()).unwrap_or_default()
}

fn rule_hunts(rules: &[PathBuf]) -> Vec<Hunt> {
    let frame = Frame { phases: PhaseTable::shipped(), window: Window::LastSeconds(86_400) };
    Collection::open(rules, 1).hunts(&frame).filter_map(Result::ok).map(|entry| entry.hunt).collect()
}

/// The hunts of a list of so many addresses, names and digests.
fn list(values: u64) -> Vec<Hunt> {
    let value = |index: u64| match index % 3 {
        0 => ("ipv4", format!("198.{}.{}.{}", 18 + index / 65_536, index / 256 % 256, index % 256)),
        1 => ("domain", format!("host-{index}.example.net")),
        _ => ("sha256", format!("{index:064x}")),
    };
    let indicator = |(kind, value): (&str, String)| Indicator {
        kind: kind.into(),
        value,
        parts: Vec::new(),
        spans: vec![Span { start: 0, end: 0 }],
        defanged: false,
        role: "attacker".into(),
        confidence: 100,
        reasons: Vec::new(),
        properties: Vec::new(),
        plugin: None,
    };
    let indicators: Vec<Indicator> = (0..values).map(|index| indicator(value(index))).collect();
    let kinds = String::from_utf8(Data::shipped().read("kinds").expect("it ships").into_owned()).expect("it is text");
    let kinds = Kinds::parse(&kinds).expect("it is tested");
    let (title, url, tlp) = (String::new(), String::new(), Tlp::Clear);
    let about = About { key: values.to_string(), title, url, tlp, window: Window::LastSeconds(86_400) };
    plan(&kinds, &about, &indicators, &[]).hunts.into_iter().map(|planned| planned.traced.hunt).collect()
}

/// Texts that came back, and refusals.
fn emit(emitter: &Plugin, hunts: &[Hunt]) -> (usize, usize) {
    let called = emitter.emit(&CallContext::default(), hunts, &Target::default()).expect("the call is answered");
    let texts = called.value.iter().filter_map(|said| said.as_ref().ok()).map(Vec::len).sum();
    (texts, called.value.iter().filter(|said| said.is_err()).count())
}

/// Hunts a second, of those that the dialect says.
fn pace(emitter: &Plugin, hunts: &[Hunt]) {
    let said: Vec<Hunt> =
        hunts.iter().filter(|hunt| emit(emitter, std::slice::from_ref(hunt)).1 == 0).cloned().collect();
    let rate = |batch: usize| {
        let started = Instant::now();
        let mut done = 0;
        for hunts in said.chunks(batch).cycle() {
            emit(emitter, hunts);
            done += hunts.len();
            if started.elapsed() > MEASURED {
                break;
            }
        }
        done as f64 / started.elapsed().as_secs_f64()
    };
    if said.is_empty() {
        println!("{} | — | 0 of {} | — | —", name(emitter), hunts.len());
        return;
    }
    let (together, alone) = (rate(BATCH), rate(1));
    println!(
        "{} | {together:.0} | {} of {} | {alone:.0} | {:.2}",
        name(emitter),
        said.len(),
        hunts.len(),
        together / alone
    );
}

/// A list of 10,000 values against one of 1,000: ten times the time is linear.
fn long_list(emitter: &Plugin, few: &[Hunt], many: &[Hunt]) {
    let median = |hunts: &[Hunt]| {
        let mut times: Vec<(Duration, usize)> = (0..5)
            .map(|_| {
                let started = Instant::now();
                let texts = hunts.chunks(1).map(|hunt| emit(emitter, hunt).0).sum();
                (started.elapsed(), texts)
            })
            .collect();
        times.sort();
        times[2]
    };
    let ((short, short_texts), (long, long_texts)) = (median(few), median(many));
    println!(
        "{}, a list of 10,000 values | {:.1} ms | {long_texts} | 1,000 values: {:.1} ms, {short_texts} queries | {:.1}",
        name(emitter),
        long.as_secs_f64() * 1e3,
        short.as_secs_f64() * 1e3,
        long.as_secs_f64() / short.as_secs_f64()
    );
}

/// The whole set read and said, as one process each on one core.
fn against_pysigma(rules: &[PathBuf]) {
    let rules: Vec<PathBuf> = rules.iter().filter(|folder| folder.is_dir()).cloned().collect();
    let Some(python) = pysigma() else {
        println!("Sigma rules read and said | not measured: pySigma cannot be installed here | | |");
        return;
    };
    let (mut theirs, mut their_rules, mut their_said) = (0.0, 0, 0);
    for folder in &rules {
        let output = Command::new(&python).arg(root().join("tests/benches/pysigma.py")).arg(folder).output();
        let output = output.expect("python starts");
        let told: Value = serde_json::from_slice(&output.stdout).expect("the script prints JSON");
        theirs += told["seconds"].as_f64().unwrap_or_default();
        their_rules += told["rules"].as_u64().unwrap_or_default();
        their_said += told["said"].as_u64().unwrap_or_default();
    }
    let mut command = huntsmith(["convert", "--to", "splunk", "--jsonl", "--jobs", "1"]);
    let started = Instant::now();
    let output = command.args(&rules).stderr(Stdio::null()).output().expect("the command starts");
    let ours = started.elapsed().as_secs_f64();
    let lines: Vec<Value> =
        output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let said = lines.iter().filter(|line| line["query"].is_string()).count();
    println!(
        "Sigma rules read and said (CIM) | {ours:.2} s | {said} of {} | pySigma: {theirs:.2} s, {their_said} of {their_rules} | {:.1} times as fast",
        lines.len(),
        theirs / ours
    );
}

/// Python with pySigma, installed once below `target/`; none: it cannot be had.
fn pysigma() -> Option<PathBuf> {
    let folder = root().join("target/bench/venv");
    let python = folder.join("bin/python");
    let wanted = root().join("tests/benches/pysigma.txt");
    let installed = folder.join("pysigma.txt");
    let read = |path: &Path| std::fs::read(path).ok();
    if python.is_file() && read(&installed) == read(&wanted) {
        return Some(python);
    }
    let ran = |command: &mut Command| command.status().is_ok_and(|status| status.success()).then_some(());
    ran(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    ran(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(&wanted))?;
    std::fs::copy(&wanted, &installed).ok()?;
    Some(python)
}
