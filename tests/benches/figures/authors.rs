//! What a plugin's author waits for: from `plugin new` to a passing check in each language, and how many hunts a second a
//! dialect from the template says in a warm instance.

use crate::times::shown;
use huntsmith::data::Data;
use huntsmith::model::{CallContext, Hunt, Target};
use huntsmith::plugin::component::read_manifest;
use huntsmith::plugin::manifest::Lifecycle;
use huntsmith::sandbox::{Sandbox, Settings};
use huntsmith_tests::{binary, huntsmith, run};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a dialect is measured.
const MEASURED: Duration = Duration::from_secs(3);

/// Language, kind, seconds that are wanted from the second project on, hunts a second that are wanted.
const LANGUAGES: [(&str, &str, Option<f64>, Option<f64>); 4] = [
    ("rust", "emitter", Some(60.0), Some(5_000.0)),
    ("python", "emitter", Some(15.0), Some(1_000.0)),
    ("js", "emitter", Some(15.0), None),
    ("c", "classifier", None, None),
];

/// A line for each language, and one more for each dialect; a language whose tool is missing says so.
pub fn languages() {
    let home = tempfile::tempdir().expect("a folder");
    for (lang, kind, seconds, rate) in LANGUAGES {
        let measured = project("first", kind, lang, home.path())
            .and_then(|first| Ok((first, project("second", kind, lang, home.path())?)));
        let (first, second) = match measured {
            Ok(times) => times,
            Err(why) => {
                eprintln!("no figure for {lang}: {why}");
                continue;
            }
        };
        println!(
            "{lang}: `plugin new` to a passing check, 3 commands | {} | first project: {} | {}",
            shown(second),
            shown(first),
            wanted(seconds, second.as_secs_f64(), "s")
        );
        if kind == "emitter" {
            let said = hunts_per_second(&home.path().join(format!("second-{lang}")));
            println!("{lang}: warm, a hunt a call | {said:.0} hunts/s | | {}", wanted(rate, said, "hunts/s"));
        }
    }
}

/// The last two columns.
fn wanted(wanted: Option<f64>, is: f64, unit: &str) -> String {
    wanted.map_or_else(|| " | ".into(), |wanted| format!("wanted: {wanted:.0} {unit} | {:.2}", is / wanted))
}

/// Makes, builds and checks a plugin; how long it took.
fn project(name: &str, kind: &str, lang: &str, home: &Path) -> Result<Duration, String> {
    let name = format!("{name}-{lang}");
    let component = format!("{name}.wasm");
    let started = Instant::now();
    for words in
        [&["new", &name, "--kind", kind, "--lang", lang][..], &["build", &name, "--quiet"], &["check", &component]]
    {
        let mut command = huntsmith(["plugin"]);
        command.args(words).current_dir(home);
        command.env("XDG_CACHE_HOME", home.join("cache")).env("CARGO_TARGET_DIR", home.join("target"));
        let ran = run(command);
        if ran.code != 0 {
            return Err(format!("`huntsmith plugin {}`: {}{}", words.join(" "), ran.out, ran.err));
        }
    }
    Ok(started.elapsed())
}

/// The project's own case, said over and over.
fn hunts_per_second(project: &Path) -> f64 {
    let component = std::fs::read(project.with_extension("wasm")).expect("it was built");
    let case = std::fs::read(project.join("cases/process.json")).expect("the template has it");
    let hunt: Hunt = serde_json::from_slice(&case).expect("it is a hunt");
    let mut manifest = read_manifest(&component).expect("it has a manifest");
    manifest.lifecycle = Lifecycle::Warm { max_calls: u32::MAX };
    let settings = Settings { jobs: 1, prepare_exe: Some(binary()), ..Default::default() };
    let sandbox = Sandbox::new(settings).expect("the sandbox opens");
    let plugin = sandbox.load(&component, manifest, &Data::shipped()).expect("the plugin loads");
    let (context, target) = (CallContext::default(), Target::default());
    let started = Instant::now();
    let mut said = 0.0;
    while started.elapsed() < MEASURED {
        let answer = plugin.emit(&context, std::slice::from_ref(&hunt), &target).expect("the call is answered");
        assert!(answer.value[0].is_ok(), "the case is refused");
        said += 1.0;
    }
    said / started.elapsed().as_secs_f64()
}
