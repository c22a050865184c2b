//! `huntsmith-fuzz [TARGET]... [--runs N] [--seconds S] [--seed N] [--from N] [--only N]`: mutated inputs for the
//! plugins' own code, natively, with checks of arithmetic on. Input N of a seed is always the same, so a finding is
//! repeated by `--seed` and `--only`. Without a target: each in turn.

mod mutate;
mod targets;

use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use targets::{TARGETS, Target};

/// An input that takes longer than this is a finding: none is larger than some kilobytes.
const HANG: Duration = Duration::from_secs(20);

/// Which inputs.
struct Plan {
    /// At most so many inputs of each target.
    runs: u64,
    /// At most this long for each target.
    time: Option<Duration>,
    seed: u64,
    from: u64,
    /// This input alone, shown before it runs.
    only: Option<u64>,
}

fn main() -> ExitCode {
    let (wanted, plan) = match read(std::env::args().skip(1)) {
        Ok(read) => read,
        Err(why) => {
            let known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            eprintln!("error: {why}\n\nhint: targets are {}", known.join(", "));
            return ExitCode::from(2);
        }
    };
    std::thread::spawn(move || watch(plan.seed));
    let mut failed = false;
    for target in wanted {
        failed |= !run(target, &plan);
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn read(mut words: impl Iterator<Item = String>) -> Result<(Vec<&'static Target>, Plan), String> {
    let mut wanted = Vec::new();
    let mut plan = Plan { runs: u64::MAX, time: None, seed: 1, from: 0, only: None };
    while let Some(word) = words.next() {
        if !word.starts_with("--") {
            wanted.push(TARGETS.iter().find(|target| target.name == word).ok_or(format!("no target `{word}`"))?);
            continue;
        }
        let number = words.next().and_then(|n| n.replace('_', "").parse().ok());
        let number: u64 = number.ok_or(format!("{word} needs a number"))?;
        match word.as_str() {
            "--runs" => plan.runs = number,
            "--seconds" => plan.time = Some(Duration::from_secs(number)),
            "--seed" => plan.seed = number,
            "--from" => plan.from = number,
            "--only" => (plan.from, plan.runs, plan.only) = (number, 1, Some(number)),
            _ => return Err(format!("no option `{word}`")),
        }
    }
    if wanted.is_empty() {
        wanted = TARGETS.iter().collect();
    }
    if plan.runs == u64::MAX && plan.time.is_none() {
        plan.runs = 100_000;
    }
    Ok((wanted, plan))
}

/// What is being run, for the watch: the target, and its input and one; 0 between targets.
static TARGET: Mutex<&str> = Mutex::new("");
static CURRENT: AtomicU64 = AtomicU64::new(0);

/// Runs a target. Whether nothing was found.
fn run(target: &Target, plan: &Plan) -> bool {
    (target.prepare)();
    let corpus = mutate::Corpus { seeds: (target.seeds)(), words: target.words, most: target.most_bytes };
    *TARGET.lock().expect("nothing panics while it is held") = target.name;
    let (begun, mut bytes, mut done, mut findings) = (Instant::now(), 0u64, 0u64, 0u64);
    let mut told = begun;
    if plan.only.is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    while done < plan.runs && plan.time.is_none_or(|time| begun.elapsed() < time) {
        let number = plan.from + done;
        CURRENT.store(number + 1, Ordering::Relaxed);
        let input = corpus.input(plan.seed, number);
        if plan.only.is_some() {
            eprintln!("{}: {:?}", target.name, String::from_utf8_lossy(&input));
        }
        bytes += input.len() as u64;
        done += 1;
        if let Err(panic) = std::panic::catch_unwind(AssertUnwindSafe(|| (target.check)(&input))) {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
            eprintln!(
                "FOUND {said}\n  repeat: {}\n  input: {:?}",
                repeat(target.name, plan.seed, number),
                String::from_utf8_lossy(&input)
            );
            findings += 1;
            if findings == 20 {
                break;
            }
        }
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            let _ = writeln!(std::io::stderr(), "{}: {done} inputs, at --from {number}", target.name);
        }
    }
    drop(std::panic::take_hook());
    CURRENT.store(0, Ordering::Relaxed);
    println!(
        "{}: {done} inputs from {} of seed {}, {} on average, {:.0} s: {findings} findings",
        target.name,
        plan.from,
        plan.seed,
        format_args!("{} bytes", bytes / done.max(1)),
        begun.elapsed().as_secs_f64(),
    );
    findings == 0
}

/// Ends the process where one input takes too long, and says which.
fn watch(seed: u64) {
    let mut last = 0;
    loop {
        std::thread::sleep(HANG);
        let now = CURRENT.load(Ordering::Relaxed);
        if now == last && now > 0 {
            let name = TARGET.lock().expect("nothing panics while it is held");
            eprintln!("FOUND an input that takes over {HANG:?}\n  repeat: {}", repeat(&name, seed, now - 1));
            std::process::exit(1);
        }
        last = now;
    }
}

fn repeat(target: &str, seed: u64, number: u64) -> String {
    format!("cargo xtask fuzz {target} --seed {seed} --only {number}")
}
