//! A response's body on its way in: decompressed as it streams, capped on the wire and after decompression, kept in
//! memory while it is small and in a file when it is not.

use super::error::FetchError;
use super::grant::show;
use crate::model::{BodyReader, HttpAllowance, HttpError};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Cursor, Read, Seek, Write};
use std::path::PathBuf;
use tempfile::NamedTempFile;
use url::Url;

/// Bodies up to this size stay in memory, so that a run's memory is bounded by its jobs and not by what servers send.
const IN_MEMORY: usize = 1 << 20;

/// The largest window that a Zstandard decoder for HTTP must offer: 8 MB (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// How large a body may become, and on whose account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// After decompression.
    pub bytes: u64,
    /// `bytes` is what is left of the calling plugin's limit, not the client's own cap.
    pub by_caller: bool,
    /// Before decompression.
    pub wire: u64,
}

impl Caps {
    fn exceeded(&self, url: &Url) -> FetchError {
        match self.by_caller {
            true => FetchError::LimitReached { url: show(url), limit: "bytes" },
            false => FetchError::TooLarge { url: show(url), cap: self.bytes, form: "decompressed" },
        }
    }
}

/// A body that has arrived in full, or is in the cache.
pub(super) struct Body {
    pub store: Store,
    pub length: u64,
    /// Lower-case hex SHA-256 of the decompressed bytes.
    pub digest: String,
}

pub(super) enum Store {
    Memory(Vec<u8>),
    /// Not yet named: it goes away with its handle.
    Spooled(NamedTempFile),
    Cached(File),
}

impl Body {
    /// All of it.
    pub(super) fn into_bytes(self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.length as usize);
        let mut file = match self.store {
            Store::Memory(bytes) => return Ok(bytes),
            Store::Spooled(file) => file.into_file(),
            Store::Cached(file) => file,
        };
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// For a plugin to read piece by piece.
    pub(super) fn into_reader(self) -> std::io::Result<Box<dyn BodyReader>> {
        let mut file = match self.store {
            Store::Memory(bytes) => return Ok(Box::new(Pieces(Cursor::new(bytes)))),
            Store::Spooled(file) => file.into_file(),
            Store::Cached(file) => file,
        };
        file.rewind()?;
        Ok(Box::new(Pieces(file)))
    }
}

/// A body that has arrived, read piece by piece. It waits for nobody, so that the allowance's time is never used up;
/// its bytes are counted by the caller.
struct Pieces<R>(R);

impl<R: Read + Send> BodyReader for Pieces<R> {
    fn read(&mut self, max: usize, _allowance: HttpAllowance) -> Result<Vec<u8>, HttpError> {
        let mut piece = Vec::new();
        let taken = self.0.by_ref().take(max.min(crate::model::BODY_READ_MAX) as u64).read_to_end(&mut piece);
        taken.map_err(|e| HttpError::Failed(format!("the body cannot be read back: {e}")))?;
        Ok(piece)
    }
}

/// Reads the whole body of `response`. `folder` is where large ones are spooled; none: the system's own.
pub(super) async fn receive(
    response: &mut reqwest::Response,
    url: &Url,
    caps: Caps,
    folder: Option<PathBuf>,
) -> Result<Body, FetchError> {
    let broken = |cause: String| FetchError::Broken { url: show(url), cause };
    let encoding = encoding_of(response).map_err(broken)?;
    let too_large = || FetchError::TooLarge { url: show(url), cap: caps.wire, form: "compressed" };
    match response.content_length() {
        Some(length) if length > caps.bytes && encoding == Encoding::Identity => return Err(caps.exceeded(url)),
        Some(length) if length > caps.wire => return Err(too_large()),
        _ => {}
    }
    let mut decoder = None;
    let (mut wire, mut spool) = (0, Some(Spool::new(caps.bytes, folder)));
    while let Some(chunk) = response.chunk().await.map_err(|e| super::exchange::from_reqwest(e, url))? {
        wire += chunk.len() as u64;
        if wire > caps.wire {
            return Err(too_large());
        }
        // Made when the first byte is there: an empty body is not a broken archive.
        let decoder = match &mut decoder {
            Some(decoder) => decoder,
            none => {
                let spool = spool.take().expect("taken once, with the first chunk");
                none.insert(Decoder::new(encoding, spool).map_err(|e| broken(e.to_string()))?)
            }
        };
        let written = decoder.write(&chunk);
        written.map_err(|error| decoder.spool().explain(error, url, caps))?;
    }
    let spool = match (decoder, spool) {
        (Some(mut decoder), _) => {
            let ended = decoder.end();
            ended.map_err(|error| decoder.spool().explain(error, url, caps))?;
            decoder.into_spool()
        }
        (None, spool) => spool.expect("no chunk took it"),
    };
    Ok(spool.finish())
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Identity,
    Gzip,
    Brotli,
    Zstd,
}

/// What requests ask for.
pub(super) const ACCEPT_ENCODING: &str = "gzip, br, zstd";

/// One encoding or none: several at once are nobody's honest answer.
fn encoding_of(response: &reqwest::Response) -> Result<Encoding, String> {
    let values = response.headers().get_all(reqwest::header::CONTENT_ENCODING);
    let words: Vec<String> = values
        .iter()
        .flat_map(|value| {
            String::from_utf8_lossy(value.as_bytes())
                .to_ascii_lowercase()
                .split(',')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty() && word != "identity")
        .collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(Encoding::Identity),
        ["gzip" | "x-gzip"] => Ok(Encoding::Gzip),
        ["br"] => Ok(Encoding::Brotli),
        ["zstd"] => Ok(Encoding::Zstd),
        _ => Err(format!("it is encoded as {}, which was not asked for", words.join(", "))),
    }
}

/// Compressed bytes in, decompressed ones into the spool.
enum Decoder {
    Identity(Spool),
    Gzip(Box<flate2::write::MultiGzDecoder<Spool>>),
    Brotli(Box<brotli_decompressor::DecompressorWriter<Spool>>),
    Zstd(Box<zstd::stream::zio::Writer<Spool, zstd::stream::raw::Decoder<'static>>>),
}

impl Decoder {
    fn new(encoding: Encoding, spool: Spool) -> std::io::Result<Self> {
        Ok(match encoding {
            Encoding::Identity => Decoder::Identity(spool),
            Encoding::Gzip => Decoder::Gzip(Box::new(flate2::write::MultiGzDecoder::new(spool))),
            Encoding::Brotli => {
                Decoder::Brotli(Box::new(brotli_decompressor::DecompressorWriter::new(spool, 32 << 10)))
            }
            Encoding::Zstd => {
                let mut raw = zstd::stream::raw::Decoder::new()?;
                raw.set_parameter(zstd::stream::raw::DParameter::WindowLogMax(ZSTD_WINDOW_LOG))?;
                Decoder::Zstd(Box::new(zstd::stream::zio::Writer::new(spool, raw)))
            }
        })
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Decoder::Identity(spool) => spool.write_all(bytes),
            Decoder::Gzip(gzip) => gzip.write_all(bytes),
            Decoder::Brotli(brotli) => brotli.write_all(bytes),
            Decoder::Zstd(zstd) => zstd.write_all(bytes),
        }
    }

    /// Writes out what is left; an error where the compressed stream is not at its end.
    fn end(&mut self) -> std::io::Result<()> {
        match self {
            Decoder::Identity(_) => Ok(()),
            Decoder::Gzip(gzip) => gzip.try_finish(),
            Decoder::Brotli(brotli) => brotli.close(),
            Decoder::Zstd(zstd) => zstd.finish(),
        }
    }

    fn spool(&self) -> &Spool {
        match self {
            Decoder::Identity(spool) => spool,
            Decoder::Gzip(gzip) => gzip.get_ref(),
            Decoder::Brotli(brotli) => brotli.get_ref(),
            Decoder::Zstd(zstd) => zstd.writer(),
        }
    }

    /// After [`Decoder::end`].
    fn into_spool(mut self) -> Spool {
        let taken = match &mut self {
            Decoder::Identity(spool) => spool,
            Decoder::Gzip(gzip) => gzip.get_mut(),
            Decoder::Brotli(brotli) => brotli.get_mut(),
            Decoder::Zstd(zstd) => zstd.writer_mut(),
        };
        std::mem::replace(taken, Spool::new(0, None))
    }
}

/// Where decompressed bytes go.
struct Spool {
    cap: u64,
    length: u64,
    hash: Sha256,
    store: Store,
    folder: Option<PathBuf>,
    trouble: Option<Trouble>,
}

/// Why the spool refused bytes; decoders hand its errors on as their own.
enum Trouble {
    Full,
    Disk(String),
}

impl Spool {
    fn new(cap: u64, folder: Option<PathBuf>) -> Self {
        Self { cap, length: 0, hash: Sha256::new(), store: Store::Memory(Vec::new()), folder, trouble: None }
    }

    fn keep(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if let Store::Memory(held) = &mut self.store {
            if held.len() + bytes.len() <= IN_MEMORY {
                held.extend_from_slice(bytes);
                return Ok(());
            }
            let mut file = match &self.folder {
                Some(folder) => NamedTempFile::new_in(folder)?,
                None => NamedTempFile::new()?,
            };
            file.write_all(held)?;
            self.store = Store::Spooled(file);
        }
        match &mut self.store {
            Store::Spooled(file) => file.write_all(bytes),
            Store::Memory(_) | Store::Cached(_) => unreachable!("a spool that left memory is in its own file"),
        }
    }

    fn explain(&self, error: std::io::Error, url: &Url, caps: Caps) -> FetchError {
        match &self.trouble {
            Some(Trouble::Full) => caps.exceeded(url),
            Some(Trouble::Disk(cause)) => {
                let folder = self.folder.clone().unwrap_or_else(std::env::temp_dir);
                FetchError::Cache { path: folder.display().to_string(), cause: cause.clone() }
            }
            None => FetchError::Broken { url: show(url), cause: format!("it cannot be decompressed: {error}") },
        }
    }

    fn finish(self) -> Body {
        let digest = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Body { store: self.store, length: self.length, digest }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.length + bytes.len() as u64 > self.cap {
            self.trouble = Some(Trouble::Full);
            return Err(std::io::Error::other("the cap is reached"));
        }
        self.keep(bytes).inspect_err(|e| self.trouble = Some(Trouble::Disk(e.to_string())))?;
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
