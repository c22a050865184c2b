//! `ioc-core` in its sandbox against `ioc-finder`, a Python library that reads the same kinds, on the same texts in the
//! same run. It is installed into `target/peer`, every version pinned.

use crate::plugins::Bench;
use huntsmith_tests::root;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Rounds over all texts; the fastest counts, of both.
const ROUNDS: usize = 3;

/// Prints both speeds, or why there is no peer.
pub fn ioc_finder(bench: &Bench) {
    let texts = bench.texts();
    let ours = (0..ROUNDS).map(|_| {
        let started = Instant::now();
        bench.extract_all();
        started.elapsed()
    });
    let ours = ours.min().unwrap_or(Duration::MAX).as_secs_f64();
    match run(&texts) {
        Ok(theirs) => {
            let megabytes = texts.iter().map(|text| text.len()).sum::<usize>() as f64 / 1e6;
            let (our, their) = (megabytes / ours, megabytes / theirs);
            let name = "ioc-core: article text, sandboxed, fresh for each article";
            println!("{name} | {our:.1} MB/s | | ioc-finder: {their:.2} MB/s | {:.1}", our / their);
        }
        Err(why) => eprintln!("no figure against ioc-finder: {why}"),
    }
}

/// Seconds that the peer needs for all texts.
fn run(texts: &[&str]) -> Result<f64, String> {
    let here = root().join("tests/benches/figures");
    let python = installed(&here.join("peer-requirements.txt"))?;
    let mut child = Command::new(python)
        .arg(here.join("peer.py"))
        .arg(ROUNDS.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("python does not start: {e}"))?;
    let input = serde_json::to_vec(texts).map_err(|e| e.to_string())?;
    child.stdin.take().ok_or("no stdin")?.write_all(&input).map_err(|e| e.to_string())?;
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    let seconds = String::from_utf8_lossy(&output.stdout).trim().parse();
    seconds.map_err(|_| format!("it ended with {}", output.status))
}

/// The environment's Python, made where it is not there yet.
fn installed(requirements: &std::path::Path) -> Result<std::path::PathBuf, String> {
    let folder = root().join("target/peer");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    };
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(requirements))?;
    Ok(python)
}
