//! `test`, `validate` and `bench`: all that has to hold, in an order in which the cheap comes first.

use crate::build::build;
use crate::check;
use crate::run::{cargo, program, root, run, step, succeeds, target};
use crate::setup;
use anyhow::{Result, bail};
use std::process::Command;

type Part = (&'static str, fn() -> Result<()>);

/// In the order in which they run. `validate` generates fewer hunts than by itself, for the time that it takes.
const PARTS: [Part; 11] = [
    ("fmt", fmt),
    ("check", invariants),
    ("deny", deny),
    ("guests", guests),
    ("fuzz", || fuzz(&["--runs".to_owned(), FUZZ_RUNS.to_owned()])),
    ("build", || build(&[]).map(drop)),
    ("host", host),
    ("benches", benches),
    ("docs", docs),
    ("examples", crate::examples::examples),
    ("validate", || validate(&["2000".to_owned()])),
];

/// Inputs of each target in the test run: a number and no time, so that two runs over the same sources agree.
const FUZZ_RUNS: &str = "300000";

/// Crates that need the command with its plugins, or its dependencies.
const HOST: [&str; 2] = ["huntsmith", "huntsmith-tests"];

/// Runs every part, or the named ones. All of them run even where one fails.
pub fn test(wanted: &[String]) -> Result<()> {
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|(part, _)| part != name)) {
        let known: Vec<&str> = PARTS.iter().map(|(part, _)| *part).collect();
        bail!("there is no part `{unknown}`\n\nhint: {}", known.join(", "));
    }
    lint_what_compiles()?;
    let mut failed = Vec::new();
    for (name, part) in PARTS {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        if let Err(error) = step(name, part) {
            eprintln!("error: {error:#}");
            failed.push(name);
            if name == "build" {
                // What is left would test something else than what stands in the sources.
                break;
            }
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn fmt() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))
}

fn invariants() -> Result<()> {
    check::check()
}

/// Licences, bans and sources; known vulnerabilities only where their data base can be had, since tests run offline.
fn deny() -> Result<()> {
    run(setup::deny()?.args(["check", "licenses", "bans", "sources"]))
}

/// Lets clippy's driver compile what the parts compile, warnings as errors: it is the compiler, and lints on the way. To
/// lint apart would have every dependency checked once more, which takes as long as all tests.
fn lint_what_compiles() -> Result<()> {
    if !succeeds(program("clippy-driver").arg("--version")) {
        bail!("clippy is not installed\n\nhint: rustup component add clippy");
    }
    // SAFETY: no other thread of this process runs.
    unsafe {
        std::env::set_var("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
        // In the form that `cargo clippy -- --deny warnings` hands on.
        std::env::set_var("CLIPPY_ARGS", "--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
    }
    Ok(())
}

/// Compiles, and so lints, what no other part does: the figures of README.
fn benches() -> Result<()> {
    run(cargo().args(["build", "--release", "--benches", "--package", "huntsmith-tests"]))
}

/// Tests of everything that is no host: the SDK, the plugins natively, the build tool.
fn guests() -> Result<()> {
    run(outside(&mut tests()))
}

/// Every crate but the host's.
fn outside(command: &mut Command) -> &mut Command {
    command.arg("--workspace");
    for name in HOST {
        command.args(["--exclude", name]);
    }
    command
}

/// Tests of the host, and the end-to-end tests with the command that was just built.
fn host() -> Result<()> {
    setup::registry()?;
    let mut command = tests();
    command.env("PATH", crate::examples::tools()?);
    for name in HOST {
        command.args(["--package", name]);
    }
    run(&mut command)
}

/// Examples in documentation. In the same two lots as the tests: all at once, features would add up differently and
/// wasmtime would be compiled again.
fn docs() -> Result<()> {
    run(outside(cargo().args(["test", "--release", "--doc"])))?;
    run(cargo().args(["test", "--release", "--doc", "--package", HOST[0], "--package", HOST[1]]))
}

/// nextest where it is installed, else cargo's own runner.
fn tests() -> Command {
    let mut command = cargo();
    if succeeds(cargo().args(["nextest", "--version"])) {
        // `--release` would be nextest's own option of another meaning in some versions.
        command.args(["nextest", "run", "--cargo-profile", "release", "--no-tests", "pass", "--no-fail-fast"]);
    } else {
        command.args(["test", "--release", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    }
    command
}

/// The vendors' own parsers over what huntsmith emits; `tests/validate/` gets its own tools.
pub fn validate(arguments: &[String]) -> Result<()> {
    let script = root().join("tests/validate/run");
    if !script.exists() {
        bail!("{} is not there", script.display());
    }
    run(program("sh").arg(script).args(arguments).env("HUNTSMITH_BIN", target().join("release/huntsmith")))
}

/// The figures of README; with names, those families of `tests/benches/figures` alone.
pub fn bench(arguments: &[String]) -> Result<()> {
    build(&[])?;
    let tools = crate::examples::tools()?;
    let named = arguments.first().is_some_and(|first| !first.starts_with('-'));
    let only: &[&str] = if named { &["--bench", "figures"] } else { &[] };
    run(cargo().env("PATH", tools).args(["bench", "--package", "huntsmith-tests"]).args(only).arg("--").args(arguments))
}

/// Scores the extractor (`ioc`) or the classifiers (`attack`) over a file of labelled texts.
pub fn score(arguments: &[String]) -> Result<()> {
    match arguments {
        [what, ..] if what == "ioc" => tool("huntsmith-score", arguments),
        [what, rest @ ..] if what == "attack" => {
            let mut words = vec!["score".to_owned()];
            words.extend_from_slice(rest);
            tool("huntsmith-train", &words)
        }
        _ => bail!("what is to be scored?\n\nhint: cargo xtask score ioc FILE, or cargo xtask score attack FILE"),
    }
}

/// Mutated inputs for the plugins' own code. In a profile of its own: what overflows is to be seen.
pub fn fuzz(arguments: &[String]) -> Result<()> {
    let words = ["run", "--quiet", "--profile", "fuzz", "--package", "huntsmith-fuzz", "--"];
    run(cargo().args(words).args(arguments))
}

/// Trains the technique model from a folder of labelled reports and procedures.
pub fn train(arguments: &[String]) -> Result<()> {
    match arguments {
        [what, option, folder] if what == "attack" && option == "--data" => {
            tool("huntsmith-train", &["train".to_owned(), folder.clone()])
        }
        _ => bail!("what is to be trained?\n\nhint: cargo xtask train attack --data DIR"),
    }
}

fn tool(package: &str, arguments: &[String]) -> Result<()> {
    run(cargo().args(["run", "--quiet", "--release", "--package", package, "--"]).args(arguments))
}
