//! Batch input and output: one JSON object a line in, one out, in the same order, through the same plugins and sandbox
//! as `run`. A line that cannot be read is answered with an error of its own and stops nothing.

use super::host::Host;
use super::{FINE, PARTIAL};
use crate::model::{Article, Document};
use crate::pipeline::{candidates, ordered, read_document};
use crate::plugin::World;
use crate::sandbox::Plugin;
use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Longest line, in bytes.
const LINE: u64 = 64 << 20;

/// Where batch input comes from.
#[derive(Debug, clap::Args)]
pub struct BatchArgs {
    /// NDJSON, one object a line; `-` for standard input
    #[arg(long, value_name = "FILE|-", conflicts_with = "files", required_unless_present = "files")]
    pub jsonl: Option<String>,
    /// Files, each one input whose id is its path as given: plain text as it stands, other documents as their readers
    /// read them, with the text that spans are of in the answer
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

impl BatchArgs {
    /// The readers of documents; none where there are no files to read.
    ///
    /// # Errors
    /// One failed without which, as the configuration has it, nothing is to be done.
    pub fn readers(&self, host: &mut Host) -> anyhow::Result<Vec<Plugin>> {
        if self.files.is_empty() { Ok(Vec::new()) } else { host.load(World::DocumentReader) }
    }
}

/// A text to work on.
#[derive(Debug, Deserialize)]
pub struct TextRecord {
    pub id: Value,
    pub text: String,
    /// The document that the text was read out of; the text stands in there then.
    #[serde(skip)]
    pub read: Option<Article>,
}

/// One input, or what is wrong with it.
pub type Input<T> = Result<T, Refused>;

/// An input that could not be read.
#[derive(Debug)]
pub struct Refused {
    id: Value,
    code: Cow<'static, str>,
    pub message: String,
}

impl Refused {
    /// A line that is not of its form.
    pub fn line(number: u64, reason: impl std::fmt::Display) -> Self {
        Self { id: Value::Null, code: "malformed-line".into(), message: format!("line {number}: {reason}") }
    }

    fn answer(self) -> Value {
        json!({"id": self.id, "error": {"code": self.code, "message": self.message}})
    }
}

/// Answers to one input: the line, and whether something of it failed.
pub struct Answer {
    pub line: Value,
    pub partial: bool,
}

/// Works through inputs in parallel and writes the answers in their order.
///
/// # Errors
/// Standard output or the input file cannot be used.
pub fn work<T: Send>(
    jobs: usize,
    inputs: Box<dyn Iterator<Item = Input<T>> + Send>,
    answer: impl Fn(T) -> Answer + Sync,
) -> anyhow::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut partial = false;
    let mut failed = None;
    let work = |input: Input<T>| match input {
        Ok(input) => answer(input),
        Err(refused) => Answer { line: refused.answer(), partial: true },
    };
    let line = |input| {
        let Answer { line, partial } = work(input);
        (serde_json::to_string(&line).unwrap_or_else(|e| format!("{{\"error\":\"{e}\"}}")), partial)
    };
    ordered(jobs, inputs, line, |(line, some)| {
        partial |= some;
        if failed.is_none() {
            failed = writeln!(out, "{line}").err();
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    out.flush()?;
    Ok(ExitCode::from(if partial { PARTIAL } else { FINE }))
}

/// The lines of `--jsonl` as records.
///
/// # Errors
/// The file cannot be opened.
pub fn records<T: DeserializeOwned + Send + 'static>(
    jsonl: &str,
) -> anyhow::Result<Box<dyn Iterator<Item = Input<T>> + Send>> {
    Ok(Box::new(numbered(jsonl)?.map(|line| line.and_then(|(number, line)| parse(number, &line)))))
}

/// The lines of a file, or of standard input for `-`, with their numbers from 1.
///
/// # Errors
/// The file cannot be opened.
pub fn numbered(path: &str) -> anyhow::Result<impl Iterator<Item = Input<(u64, Vec<u8>)>> + Send + use<>> {
    let source: Box<dyn Read + Send> = match path {
        "-" => Box::new(std::io::stdin()),
        path => Box::new(std::fs::File::open(path).with_context(|| {
            format!("cannot open {path}\n\nhint: name a file of JSON lines, or `-` for standard input")
        })?),
    };
    Ok(Lines { source: BufReader::with_capacity(1 << 20, source), number: 0, done: false })
}

/// The texts of `--jsonl` or of files, which `readers` read where they are no plain text.
///
/// # Errors
/// The file of `--jsonl` cannot be opened.
pub fn texts(
    args: &BatchArgs,
    readers: Vec<Plugin>,
) -> anyhow::Result<Box<dyn Iterator<Item = Input<TextRecord>> + Send>> {
    if let Some(jsonl) = &args.jsonl {
        return records(jsonl);
    }
    Ok(Box::new(args.files.clone().into_iter().flat_map(move |path| file(&path, &readers))))
}

/// What a file holds: of a mailbox or a document with attachments, each part by itself.
fn file(path: &Path, readers: &[Plugin]) -> Vec<Input<TextRecord>> {
    let id = path.display().to_string();
    let refuse = |code: String, message| Err(Refused { id: id.clone().into(), code: code.into(), message });
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return vec![refuse("unreadable-input".into(), error.to_string())],
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut document = Document { name, media_type: String::new(), base_url: None, bytes };
    if candidates(readers, &document).first().is_none_or(|reader| reader.manifest().accepts.fallback) {
        match String::from_utf8(document.bytes) {
            Ok(text) => return vec![Ok(TextRecord { id: id.into(), text, read: None })],
            Err(error) => document.bytes = error.into_bytes(),
        }
    }
    let read = read_document(document, readers);
    let failed = read.failures.into_iter().map(|failure| (failure.code, failure.message, failure.hint));
    let unread = read.unread.into_iter().map(|unread| (unread.code, unread.message, unread.hint));
    let refused = failed.chain(unread).map(|(code, message, hint)| refuse(code, format!("{message}; {hint}")));
    let named = |number: usize| if number == 0 { id.clone() } else { format!("{id}#{}", number + 1) };
    let articles = read.articles.into_iter().enumerate();
    let read = articles
        .map(|(number, article)| Ok(TextRecord { id: named(number).into(), text: String::new(), read: Some(article) }));
    read.chain(refused).collect()
}

fn parse<T: DeserializeOwned>(number: u64, line: &[u8]) -> Input<T> {
    let refuse = |id: Value, message| Refused { id, code: "malformed-line".into(), message };
    serde_json::from_slice(line).map_err(|error| {
        // The id is kept where the line has one, so that the caller can match the answer.
        let id = serde_json::from_slice::<Value>(line).ok().and_then(|v| v.get("id").cloned()).unwrap_or(Value::Null);
        refuse(id, format!("line {number}: {error}"))
    })
}

/// Lines with their numbers, from 1; empty ones are passed over.
struct Lines<R> {
    source: BufReader<R>,
    number: u64,
    done: bool,
}

impl<R: Read> Iterator for Lines<R> {
    type Item = Input<(u64, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let mut line = Vec::new();
            let read = (&mut self.source).take(LINE + 1).read_until(b'\n', &mut line);
            self.number += 1;
            let refuse =
                |code: &'static str, message| Some(Err(Refused { id: Value::Null, code: code.into(), message }));
            match read {
                Err(error) => {
                    // Nothing more comes of a source that fails.
                    self.done = true;
                    return refuse("unreadable-input", format!("line {}: {error}", self.number));
                }
                Ok(0) => return None,
                Ok(_) if line.len() as u64 > LINE => {
                    let mut rest = Vec::new();
                    while line.last() != Some(&b'\n') {
                        rest.clear();
                        match (&mut self.source).take(LINE).read_until(b'\n', &mut rest) {
                            Ok(0) | Err(_) => break,
                            Ok(_) => std::mem::swap(&mut line, &mut rest),
                        }
                    }
                    return refuse("line-too-long", format!("line {}: more than {LINE} bytes", self.number));
                }
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => return Some(Ok((self.number, line))),
            }
        }
        None
    }
}
