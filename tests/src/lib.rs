//! What the end-to-end tests share: the command as it was built, run in a folder and with a cache of its own.

pub mod site;

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The repository's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the tests lie in the repository")
}

/// The command that `cargo xtask build` made; `HUNTSMITH_BIN` names another.
pub fn binary() -> PathBuf {
    let path = match std::env::var_os("HUNTSMITH_BIN") {
        Some(path) => PathBuf::from(path),
        None => target().join("release/huntsmith"),
    };
    assert!(path.is_file(), "{} is missing: run `cargo xtask build` first", path.display());
    path
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A component that `cargo xtask build` made.
pub fn component(name: &str) -> PathBuf {
    root().join("target/plugins").join(format!("{name}.wasm"))
}

/// The command with the words, in the repository's folder. What it would remember in the user's own folder it remembers
/// in one that no other command has.
pub fn huntsmith<S: AsRef<std::ffi::OsStr>>(words: impl IntoIterator<Item = S>) -> Command {
    static COMMANDS: AtomicUsize = AtomicUsize::new(0);
    let own = format!("huntsmith-tests-{}-{}", std::process::id(), COMMANDS.fetch_add(1, Ordering::Relaxed));
    let mut command = Command::new(binary());
    command.args(words).current_dir(root()).env("XDG_STATE_HOME", std::env::temp_dir().join(own));
    command
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs a command to its end; it must exit by itself.
pub fn run(mut command: Command) -> Ran {
    ran(command.stdin(Stdio::null()).output().expect("the command starts"))
}

/// Runs a command with text on its standard input.
pub fn run_with(mut command: Command, input: &str) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the command ends");
    // A command that stops reading early is a result, not a failure of the test.
    let _ = writer.join();
    ran(output)
}

fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ran {
        code: output.status.code().expect("the command was not killed"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// The JSON lines of a text.
pub fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

/// The files of a folder by their relative paths, with their bytes.
pub fn files(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, files: &mut std::collections::BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                let name = path.strip_prefix(root).expect("below the root").display().to_string();
                files.insert(name, std::fs::read(&path).expect("the file can be read"));
            }
        }
    }
    let mut found = std::collections::BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// The briefs that a run wrote, as JSON, by file name.
pub fn briefs(folder: &Path) -> Vec<Value> {
    files(folder)
        .into_iter()
        .filter(|(name, _)| name.ends_with(".json"))
        .map(|(name, bytes)| serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{name}: {e}")))
        .collect()
}

/// The Markdown of the briefs that a run wrote, by file name; their playbooks lie in a folder below.
pub fn markdown(folder: &Path) -> std::collections::BTreeMap<String, String> {
    let briefs = files(folder).into_iter().filter(|(name, _)| name.ends_with(".md") && !name.contains('/'));
    briefs.map(|(name, bytes)| (name, String::from_utf8(bytes).expect("Markdown is UTF-8"))).collect()
}

/// Texts of a JSON array's member.
pub fn texts<'a>(values: &'a Value, member: &str) -> Vec<&'a str> {
    values.as_array().into_iter().flatten().filter_map(|value| value[member].as_str()).collect()
}
