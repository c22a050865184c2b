//! What parent and child say to each other: a JSON head, then the bytes that it announces. Both are the same binary, so
//! there is no version to negotiate; a stranger's output fails to parse.

use crate::plugin::manifest::Manifest;
use crate::sandbox::engine::Making;
use crate::sandbox::log::LogLine;
use serde::{Deserialize, Serialize};
use std::io::{Error, ErrorKind, Read, Result, Write};

/// Begins every message.
const MAGIC: [u8; 8] = *b"hs-prep1";

/// What to prepare, without the bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub making: Making,
    pub parallel: bool,
    pub manifest: Manifest,
    pub digest: String,
    pub init_ms: u64,
    pub memory_bytes: u64,
    pub cpu_seconds: u64,
}

#[derive(Serialize, Deserialize)]
struct RequestHead<R> {
    request: R,
    component: u64,
    data: Vec<(String, Option<u64>)>,
}

/// Declared data by name; none where the host does not have it.
pub(super) type Data = Vec<(String, Option<Vec<u8>>)>;

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    /// A code and a message.
    pub fault: Option<(String, String)>,
    pub log: Vec<LogLine>,
    pub compatibility: String,
    #[serde(skip)]
    pub code: Vec<u8>,
}

fn write_head(out: &mut impl Write, head: &impl Serialize) -> Result<()> {
    let json = serde_json::to_vec(head)?;
    out.write_all(&MAGIC)?;
    out.write_all(&(json.len() as u64).to_le_bytes())?;
    out.write_all(&json)
}

fn read_head<T: for<'a> Deserialize<'a>>(input: &mut impl Read) -> Result<T> {
    let mut magic = [0; 8];
    input.read_exact(&mut magic)?;
    if magic != MAGIC {
        return Err(Error::new(ErrorKind::InvalidData, "not a message of huntsmith's"));
    }
    let length = read_length(input)?;
    let json = read_bytes(input, length)?;
    Ok(serde_json::from_slice(&json)?)
}

fn read_length(input: &mut impl Read) -> Result<u64> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    Ok(u64::from_le_bytes(length))
}

/// Grows with what is there, not with what is announced.
fn read_bytes(input: &mut impl Read, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the message ends early"));
    }
    Ok(bytes)
}

pub(super) fn write_request(
    out: &mut impl Write,
    request: &Request,
    component: &[u8],
    data: &[(String, Option<Vec<u8>>)],
) -> Result<()> {
    let lengths = data.iter().map(|(name, bytes)| (name.clone(), bytes.as_ref().map(|bytes| bytes.len() as u64)));
    write_head(out, &RequestHead { request, component: component.len() as u64, data: lengths.collect() })?;
    out.write_all(component)?;
    for bytes in data.iter().filter_map(|(_, bytes)| bytes.as_ref()) {
        out.write_all(bytes)?;
    }
    Ok(())
}

/// Reads the request's head; what follows is read by [`read_blobs`], under the limits that the head names.
pub(super) fn read_request(input: &mut impl Read) -> Result<(Request, Blobs)> {
    let head: RequestHead<Request> = read_head(input)?;
    Ok((head.request, Blobs { component: head.component, data: head.data }))
}

/// Lengths of what follows a request's head.
pub(super) struct Blobs {
    component: u64,
    data: Vec<(String, Option<u64>)>,
}

pub(super) fn read_blobs(input: &mut impl Read, blobs: Blobs) -> Result<(Vec<u8>, Data)> {
    let component = read_bytes(input, blobs.component)?;
    let mut data = Vec::new();
    for (name, length) in blobs.data {
        let bytes = match length {
            Some(length) => Some(read_bytes(input, length)?),
            None => None,
        };
        data.push((name, bytes));
    }
    Ok((component, data))
}

pub(super) fn write_answer(out: &mut impl Write, answer: &Answer) -> Result<()> {
    write_head(out, answer)?;
    out.write_all(&(answer.code.len() as u64).to_le_bytes())?;
    out.write_all(&answer.code)?;
    out.flush()
}

pub(super) fn read_answer(mut bytes: &[u8]) -> Result<Answer> {
    let mut answer: Answer = read_head(&mut bytes)?;
    let length = read_length(&mut bytes)?;
    answer.code = read_bytes(&mut bytes, length)?;
    Ok(answer)
}
