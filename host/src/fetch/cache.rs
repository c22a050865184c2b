//! Copies of what servers sent, for conditional requests and for runs without a network. A folder of our own, private
//! to its owner; a body has the name of its digest and is checked against it before it is used.

use super::body::{Body, Store};
use super::error::FetchError;
use super::exchange::{Answer, Validators};
use super::grant::show;
use crate::failpoint::fail_point;
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{DirBuilder, File};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;
use url::Url;

/// The form of the entries; another one is not read.
const VERSION: u32 = 1;

/// The cache in its folder. Several processes may share it: every file is written under a temporary name and renamed.
pub struct Cache {
    folder: PathBuf,
}

/// What is known of one copy; the entry's file.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    version: u32,
    url: String,
    /// The address that answered, after redirects.
    answered: String,
    status: u16,
    headers: Vec<(String, String)>,
    digest: String,
    length: u64,
}

/// A copy whose body was checked.
pub(super) struct Copy {
    entry: Entry,
    file: File,
}

/// What a copy is kept under: the address, and what else makes one answer differ from another.
pub(super) struct Key(String);

impl Key {
    /// `accept` is the request's header; `secret` the name of the secret that it carries.
    pub(super) fn new(url: &Url, accept: &str, secret: Option<&str>) -> Self {
        Key(hex(&Sha256::digest(format!("{}\n{accept}\n{}", show(url), secret.unwrap_or_default()))))
    }
}

/// What [`Cache::collect`] removed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Collected {
    pub files: u64,
    pub bytes: u64,
}

impl Cache {
    /// Opens the cache in `folder`, made if it is not there, for this user alone.
    pub fn open(folder: &Path) -> Result<Self, FetchError> {
        let failed = |e: std::io::Error| FetchError::Cache { path: folder.display().to_string(), cause: e.to_string() };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
        for part in ["entries", "bodies", "incoming"] {
            DirBuilder::new().recursive(true).mode(0o700).create(folder.join(part)).map_err(failed)?;
        }
        Ok(Cache { folder: folder.to_owned() })
    }

    /// Where bodies are written while they arrive.
    pub(super) fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    fn entry_path(&self, key: &Key) -> PathBuf {
        self.folder.join("entries").join(format!("{}.json", key.0))
    }

    fn body_path(&self, digest: &str) -> PathBuf {
        self.folder.join("bodies").join(digest)
    }

    /// The copy under `key`. A damaged one is as good as none, and is removed.
    pub(super) fn find(&self, key: &Key) -> Option<Copy> {
        let path = self.entry_path(key);
        let entry: Option<Entry> = serde_json::from_slice(&std::fs::read(&path).ok()?).ok();
        let found = entry.filter(|entry| entry.version == VERSION).and_then(|entry| {
            // Read from the entry's file, so a name that is no digest must not become a path.
            let plain = entry.digest.len() == 64 && entry.digest.bytes().all(|b| b.is_ascii_hexdigit());
            let mut file = plain.then(|| File::open(self.body_path(&entry.digest)).ok())??;
            (digest(&mut file).ok()? == (entry.length, entry.digest.clone())).then_some(Copy { entry, file })
        });
        if found.is_none() {
            tracing::warn!(entry = %path.display(), "a damaged copy in the page cache was removed");
            let _ = std::fs::remove_file(&path);
        }
        found
    }

    /// Keeps `answer`'s body and what is known of it; hands the answer back, to be read. A cache that cannot be
    /// written costs the next run a download and this one nothing.
    pub(super) fn keep(&self, key: &Key, url: &Url, mut answer: Answer) -> Answer {
        match self.write(key, url, &mut answer) {
            Ok(()) => {}
            Err(error) => tracing::warn!(cache = %self.folder.display(), %error, "the page cache was not written"),
        }
        answer
    }

    fn write(&self, key: &Key, url: &Url, answer: &mut Answer) -> std::io::Result<()> {
        let path = self.body_path(&answer.body.digest);
        fail_point("cache.before-body");
        match std::mem::replace(&mut answer.body.store, Store::Memory(Vec::new())) {
            Store::Memory(bytes) => {
                let written = self.put(&path, &bytes);
                answer.body.store = Store::Memory(bytes);
                written?;
            }
            Store::Spooled(file) => match file.persist(&path) {
                Ok(file) => answer.body.store = Store::Cached(file),
                Err(error) => {
                    answer.body.store = Store::Spooled(error.file);
                    return Err(error.error);
                }
            },
            cached @ Store::Cached(_) => answer.body.store = cached,
        }
        fail_point("cache.after-body");
        let entry = Entry {
            version: VERSION,
            url: show(url),
            answered: show(&answer.url),
            status: answer.status,
            headers: answer.headers.clone(),
            digest: answer.body.digest.clone(),
            length: answer.body.length,
        };
        fail_point("cache.before-entry");
        self.put(&self.entry_path(key), &serde_json::to_vec(&entry)?)?;
        fail_point("cache.after-entry");
        Ok(())
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = NamedTempFile::new_in(self.incoming())?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    }

    /// Removes entries that were not written for `age`, and bodies that no entry names; `only_look`: counts them.
    pub fn collect(&self, age: Duration, only_look: bool) -> Result<Collected, FetchError> {
        let failed =
            |e: std::io::Error| FetchError::Cache { path: self.folder.display().to_string(), cause: e.to_string() };
        self.collect_files(age, only_look).map_err(failed)
    }

    fn collect_files(&self, age: Duration, only_look: bool) -> std::io::Result<Collected> {
        let (now, mut collected) = (SystemTime::now(), Collected::default());
        let mut remove = |path: &Path, bytes: u64| {
            fail_point("cache.before-remove");
            // Another process may have been faster.
            if only_look || std::fs::remove_file(path).is_ok() {
                collected.files += 1;
                collected.bytes += bytes;
            }
        };
        let mut named = std::collections::BTreeSet::new();
        for (path, bytes, old) in files(&self.folder.join("entries"), now)? {
            let entry = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Entry>(&text).ok());
            match entry {
                Some(entry) if old < age => drop(named.insert(entry.digest)),
                _ => remove(&path, bytes),
            }
        }
        // A body is written before its entry: what is younger than an hour may belong to a fetch under way.
        for part in ["bodies", "incoming"] {
            for (path, bytes, old) in files(&self.folder.join(part), now)? {
                let kept = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| named.contains(name));
                if !kept && old > Duration::from_secs(3_600) {
                    remove(&path, bytes);
                }
            }
        }
        Ok(collected)
    }
}

/// Path, size and age of a folder's files.
fn files(folder: &Path, now: SystemTime) -> std::io::Result<Vec<(PathBuf, u64, Duration)>> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let Ok(facts) = file.metadata() else { continue };
        found.push((file.path(), facts.len(), now.duration_since(facts.modified()?).unwrap_or_default()));
    }
    Ok(found)
}

impl Copy {
    /// The address that answered.
    pub(super) fn answered(&self) -> &str {
        &self.entry.answered
    }

    /// What to ask the server with; none where it gave nothing to ask with.
    pub(super) fn validators(&self) -> Option<Validators> {
        let mut headers = HeaderMap::new();
        for (from, to) in [(ETAG, IF_NONE_MATCH), (LAST_MODIFIED, IF_MODIFIED_SINCE)] {
            let value = self.entry.headers.iter().find(|(name, _)| from == name.as_str()).map(|(_, value)| value);
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(to, value);
            }
        }
        (!headers.is_empty()).then(|| Validators { url: self.entry.answered.clone(), headers })
    }

    /// Whether a request with these conditions would be answered with 304 by a server that has this copy.
    pub(super) fn satisfies(&self, conditions: &HeaderMap) -> bool {
        let own = |name: HeaderName| {
            self.entry.headers.iter().find(|(n, _)| name == n.as_str()).map(|(_, value)| value.as_str())
        };
        let asked = |name: HeaderName| conditions.get(name).and_then(|value| value.to_str().ok());
        let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        match (asked(IF_NONE_MATCH), asked(IF_MODIFIED_SINCE)) {
            (Some(tags), _) => {
                own(ETAG).is_some_and(|tag| tags.split(',').any(|t| plain(t) == plain(tag) || t.trim() == "*"))
            }
            (None, Some(date)) => own(LAST_MODIFIED) == Some(date),
            (None, None) => false,
        }
    }

    /// The answer that the server gave when the copy was made.
    pub(super) fn into_answer(mut self, url: Url) -> Result<Answer, FetchError> {
        let failed = |e: std::io::Error| FetchError::Cache { path: self.entry.url.clone(), cause: e.to_string() };
        self.file.rewind().map_err(failed)?;
        let body = Body { store: Store::Cached(self.file), length: self.entry.length, digest: self.entry.digest };
        Ok(Answer { status: self.entry.status, url, headers: self.entry.headers, body })
    }
}

/// Length and SHA-256 of what is left in `file`.
fn digest(file: &mut File) -> std::io::Result<(u64, String)> {
    let (mut hash, mut length, mut buffer) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((length, hex(&hash.finalize()))),
            read => {
                hash.update(&buffer[..read]);
                length += read as u64;
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
