//! Preparing a component: pre-initialise it with its data and compile it. That is hostile work (a small component can
//! take gigabytes and minutes to compile), so it runs in a child process with limits, and only bytes come back.

mod child;
mod protocol;
mod snapshot;

pub use child::prepare_child_main;
#[cfg(test)]
pub(crate) use child::prepare_here;

use super::engine::Making;
use super::error::{Code, Fault, Logged};
use super::log::LogLine;
use crate::plugin::manifest::Manifest;
use protocol::{Answer, Request};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The hidden subcommand under which the binary is its own preparing child.
pub const CHILD_COMMAND: &str = "__prepare";

/// Names the binary to start as the child, where the running program is not huntsmith itself.
pub const EXE_VARIABLE: &str = "HUNTSMITH_PREPARE_EXE";

/// The most machine code that a child may hand back, in bytes.
const CODE_BYTES: u64 = 1 << 30;

/// What preparing one component may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrepareLimits {
    /// Wall time of everything.
    pub time: Duration,
    /// Wall time of the guest's `init` alone.
    pub init: Duration,
    /// Private writable memory of the child: the compiler's heap and the guest's memories.
    pub memory_mib: u64,
}

impl Default for PrepareLimits {
    fn default() -> Self {
        Self { time: Duration::from_secs(60), init: Duration::from_secs(20), memory_mib: 2_048 }
    }
}

impl PrepareLimits {
    /// The defaults, with `HUNTSMITH_PREPARE_SECONDS` and `HUNTSMITH_PREPARE_MEMORY_MIB` in their places where they are
    /// numbers over 0: for plugins and machines that need more.
    pub fn from_environment() -> Self {
        let number = |name| std::env::var(name).ok()?.parse().ok().filter(|number: &u64| *number > 0);
        let limits = Self::default();
        let time = number("HUNTSMITH_PREPARE_SECONDS").map_or(limits.time, Duration::from_secs);
        let memory_mib = number("HUNTSMITH_PREPARE_MEMORY_MIB").unwrap_or(limits.memory_mib);
        Self { time, memory_mib, init: limits.init.max(time / 3) }
    }
}

/// How and where children run.
#[derive(Debug, Clone)]
pub(crate) struct Preparer {
    pub exe: Option<PathBuf>,
    pub limits: PrepareLimits,
    /// Threads that one child compiles with.
    pub threads: usize,
    pub making: Making,
}

impl Preparer {
    fn exe(&self) -> Result<PathBuf, Fault> {
        if let Some(exe) = &self.exe {
            return Ok(exe.clone());
        }
        if let Some(exe) = std::env::var_os(EXE_VARIABLE) {
            return Ok(exe.into());
        }
        std::env::current_exe().map_err(|error| {
            Fault::new(Code::PrepareFailed, format!("the program does not know its own path: {error}"))
        })
    }

    /// Prepares a component. The log is the plugin's, from `init`; it comes with failures too.
    pub fn prepare(
        &self,
        component: &[u8],
        manifest: &Manifest,
        data: &[(String, Option<Vec<u8>>)],
        compatibility: &str,
    ) -> Result<(Vec<u8>, Vec<LogLine>), Logged> {
        let without_log = |fault| (fault, Vec::new());
        let request = Request {
            making: self.making,
            parallel: self.threads > 1,
            manifest: manifest.clone(),
            digest: super::engine::sha256(component),
            init_ms: self.limits.init.as_millis() as u64,
            memory_bytes: self.limits.memory_mib << 20,
            cpu_seconds: self.limits.time.as_secs().saturating_mul(self.threads.max(1) as u64) + 1,
        };
        let exe = self.exe().map_err(without_log)?;
        let answer = self.run(&exe, &request, component, data).map_err(without_log)?;
        if let Some((code, message)) = answer.fault {
            let code = Code::parse(&code).unwrap_or(Code::PrepareFailed);
            return Err((Fault::new(code, message), answer.log));
        }
        if answer.compatibility != compatibility {
            let message = format!("{} makes code for another engine than this one", exe.display());
            return Err((Fault::new(Code::PrepareFailed, message), answer.log));
        }
        Ok((answer.code, answer.log))
    }

    fn run(
        &self,
        exe: &Path,
        request: &Request,
        component: &[u8],
        data: &[(String, Option<Vec<u8>>)],
    ) -> Result<Answer, Fault> {
        let began = Instant::now();
        let failed = |what: &str, error: std::io::Error| Fault::new(Code::PrepareFailed, format!("{what}: {error}"));
        let mut child = Command::new(exe)
            .arg(CHILD_COMMAND)
            .env_clear()
            .env("RAYON_NUM_THREADS", self.threads.max(1).to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&format!("{} cannot be started to prepare plugins", exe.display()), error))?;
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Fault::new(Code::Internal, "the preparing child has no pipes"));
        };
        let (send, done) = mpsc::channel();
        let outcome = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A child that ends early closes the pipe: its exit says why.
                let _ = protocol::write_request(&mut stdin, request, component, data).and_then(|()| stdin.flush());
            });
            let answer = scope.spawn(move || {
                let mut bytes = Vec::new();
                let read = stdout.take(CODE_BYTES).read_to_end(&mut bytes);
                // The receiver is gone only when nobody waits any more.
                let _ = send.send(());
                read.map(|_| bytes)
            });
            let complaint = scope.spawn(move || tail(stderr));
            let in_time = done.recv_timeout(self.limits.time).is_ok();
            let status = end(&mut child, in_time.then(|| self.limits.time.saturating_sub(began.elapsed())));
            (status, answer.join(), complaint.join().unwrap_or_default())
        });
        let (status, answer, complaint) = outcome;
        let status = status.map_err(|error| failed("the preparing child is lost", error))?;
        match (status, answer) {
            (Some(status), Ok(Ok(bytes))) if status.success() => protocol::read_answer(&bytes)
                .map_err(|error| failed(&format!("{} is no preparing child of this version", exe.display()), error)),
            (Some(status), _) => Err(self.died(status, &complaint)),
            (None, _) => Err(self.timeout()),
        }
    }

    fn timeout(&self) -> Fault {
        let seconds = self.limits.time.as_secs_f64();
        Fault::new(Code::PrepareTimeout, format!("preparing the component took longer than {seconds} seconds"))
    }

    /// What it means that a child ended by itself.
    fn died(&self, status: ExitStatus, complaint: &str) -> Fault {
        // Rust's words for a refused allocation, then glibc's and wasmtime's.
        let starved = ["memory allocation of", "Cannot allocate memory", "out of memory"];
        if starved.iter().any(|words| complaint.contains(words)) {
            let message = format!("preparing the component took more than {} MiB", self.limits.memory_mib);
            return Fault::new(Code::PrepareMemory, message);
        }
        if is_cpu_limit(status) {
            return self.timeout();
        }
        let last = complaint.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        let message = format!("preparing the component ended with {status}: {}", super::log::clean(last));
        Fault::new(Code::PrepareFailed, message)
    }
}

#[cfg(unix)]
fn is_cpu_limit(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(unix))]
fn is_cpu_limit(_: ExitStatus) -> bool {
    false
}

/// The last 4 KiB of what the child complains.
fn tail(mut stderr: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4_096];
    while let Ok(count @ 1..) = stderr.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..count]);
        let over = kept.len().saturating_sub(4_096);
        kept.drain(..over);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Waits for a child that has closed its output, at most `patience`; without patience, or after it, kills it and answers
/// none.
fn end(child: &mut Child, patience: Option<Duration>) -> std::io::Result<Option<ExitStatus>> {
    if let Some(patience) = patience {
        let until = Instant::now() + patience;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            if Instant::now() >= until {
                break;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
