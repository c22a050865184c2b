//! From what the operator names (files, folders, addresses) to entries: feeds are polled, single documents are taken as
//! they are. Which plugin an input belongs to is said by the plugins' manifests.

use crate::model::{CallContext, CallFailure, Document, Fact, FeedPage, HttpClient, Item, Note, Property, Tlp};
use crate::plugin::Accepts;
use crate::sandbox::{CallError, Plugin};
use crate::store::canonical_url;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pages of one feed in one run; a feed that never ends is broken.
const PAGES: usize = 1_000;

/// One article to be, before anything of it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The item's key in its feed; the input itself where it is one article.
    pub key: String,
    /// Changes when the feed says something else of it.
    pub stamp: String,
    /// Another entry of the same page has this address too, so that it does not tell them apart.
    pub shared_url: bool,
    /// The feed's or publisher's name, for people.
    pub source: String,
    pub url: String,
    pub title: Option<String>,
    pub published: Option<String>,
    pub tlp: Tlp,
    pub summary: Option<Document>,
    pub body: Option<Document>,
    pub facts: Vec<Fact>,
    pub properties: Vec<Property>,
    pub notes: Vec<Note>,
}

/// What a run reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    File(PathBuf),
    Url(String),
}

/// An input of which nothing, or not all, could be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InputFailure {
    /// As the operator named it.
    pub input: String,
    pub code: String,
    pub message: String,
    pub hint: String,
}

/// What gathering brought.
#[derive(Debug, Default)]
pub struct Gathered {
    pub entries: Vec<Entry>,
    pub notes: Vec<Note>,
    pub failures: Vec<InputFailure>,
}

/// What gathering needs of the outside: addresses that the operator named, and the network for feeds.
pub trait Inputs: Sync {
    /// The document behind an address.
    ///
    /// # Errors
    /// Code, message and hint.
    fn fetch(&self, url: &str) -> Result<Document, InputFailure>;

    /// The client that a feed plugin may use; none: it may not.
    fn http(&self, plugin: &Plugin) -> Option<Arc<dyn HttpClient>>;
}

/// Turns an input's words into files and addresses; folders are walked in the order of their names.
///
/// # Errors
/// There is no such file, or a folder cannot be listed.
pub fn resolve(input: &str) -> Result<Vec<Input>, InputFailure> {
    if input.starts_with("https://") || input.starts_with("http://") {
        return Ok(vec![Input::Url(input.to_owned())]);
    }
    let path = Path::new(input);
    let fail = |code: &str, message: String, hint: &str| InputFailure {
        input: input.to_owned(),
        code: code.into(),
        message,
        hint: hint.into(),
    };
    let metadata = std::fs::metadata(path).map_err(|e| {
        fail(
            "missing-input",
            format!("{input}: {e}"),
            "an input is a file, a folder, an http(s) address or a configured feed",
        )
    })?;
    if !metadata.is_dir() {
        return Ok(vec![Input::File(path.to_owned())]);
    }
    let mut files = Vec::new();
    walk(path, &mut files, 0)
        .map_err(|e| fail("unreadable-folder", format!("{input}: {e}"), "check the folder's permissions"))?;
    if files.is_empty() {
        return Err(fail(
            "empty-folder",
            format!("{input}: no file in this folder"),
            "name a folder with saved articles or feeds",
        ));
    }
    Ok(files.into_iter().map(Input::File).collect())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>, depth: usize) -> std::io::Result<()> {
    const DEPTH: usize = 16;
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        // Links are not followed: they may lead out of the folder, or round in a circle.
        let kind = entry.file_type()?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && depth < DEPTH && !hidden {
            walk(&entry.path(), files, depth + 1)?;
        } else if kind.is_file() && !hidden {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Reads a file that the operator named.
///
/// # Errors
/// It cannot be read, is empty, or is larger than `most` bytes.
pub fn read_file(path: &Path, most: u64) -> Result<Document, InputFailure> {
    let input = path.display().to_string();
    let fail = |code: &str, message: String, hint: &str| InputFailure {
        input: input.clone(),
        code: code.into(),
        message,
        hint: hint.into(),
    };
    let unreadable =
        |e: std::io::Error| fail("unreadable-input", format!("{input}: {e}"), "check the path and its permissions");
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > most {
        let message = format!("{input}: {size} bytes, more than the cap of {most}");
        return Err(fail("input-too-large", message, "split the file, or raise `--max-input-mib`"));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    if bytes.is_empty() {
        return Err(fail("empty-input", format!("{input}: the file is empty"), "was it saved completely?"));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Document { name, media_type: String::new(), base_url: None, bytes })
}

/// Gathers the entries of one document: by the feeds whose manifests accept it, else as one article. `tlp` is the least
/// marking of what is in it.
pub fn gather(document: Document, input: &str, tlp: Tlp, feeds: &[Plugin], inputs: &dyn Inputs) -> Gathered {
    let mut gathered = Gathered::default();
    for feed in candidates(feeds, &document) {
        let http = inputs.http(feed);
        let pages: Result<Vec<_>, _> =
            Poll::new(feed, CallContext { tlp, ..Default::default() }, Some(Cow::Borrowed(&document)), None, http)
                .collect();
        match pages {
            Ok(pages) => {
                for page in pages {
                    gathered.add(page, input, tlp);
                }
                return gathered;
            }
            Err(error) if is_unsupported(&error) => {}
            Err(error) => {
                gathered.failures.push(input_failure(input, &error));
                return gathered;
            }
        }
    }
    let url = document.base_url.clone().unwrap_or_default();
    let source = host_of(&url).unwrap_or_else(|| document.name.clone().unwrap_or_else(|| "file".into()));
    let stamp = digest([document.bytes.as_slice()]);
    let key = input.to_owned();
    gathered.entries.push(Entry { key, stamp, source, url, tlp, body: Some(document), ..Default::default() });
    gathered
}

/// Whether a plugin said that an input is not of its kind, so that the next one is asked.
pub fn is_unsupported(error: &CallError) -> bool {
    error.plugin_code.as_deref() == Some("unsupported")
}

/// Polls a feed until nothing more is waiting: page by page, each asked for when the one before was taken, so that a
/// feed of many pages is never held as a whole. An error ends it; what came before it stands.
pub struct Poll<'a> {
    pub feed: &'a Plugin,
    pub ctx: CallContext,
    /// What the operator named, already read.
    pub input: Option<Cow<'a, Document>>,
    pub http: Option<Arc<dyn HttpClient>>,
    cursor: Option<String>,
    pages: usize,
    more: bool,
}

impl<'a> Poll<'a> {
    /// From where `cursor` left off.
    pub fn new(
        feed: &'a Plugin,
        ctx: CallContext,
        input: Option<Cow<'a, Document>>,
        cursor: Option<String>,
        http: Option<Arc<dyn HttpClient>>,
    ) -> Self {
        Self { feed, ctx, input, http, cursor, pages: 0, more: true }
    }
}

impl Iterator for Poll<'_> {
    type Item = Result<FeedPage, CallError>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.more || self.pages == PAGES {
            return None;
        }
        self.pages += 1;
        let page = self.feed.poll(&self.ctx, self.input.as_deref(), self.cursor.as_deref(), self.http.clone());
        self.more = page.as_ref().is_ok_and(|called| called.value.more);
        Some(page.map(|called| {
            self.cursor = called.value.cursor.clone().or(self.cursor.take());
            called.value
        }))
    }
}

impl Gathered {
    /// Takes a feed's page over. `least` is the feed's own marking: no entry of it has a lower one.
    pub fn add(&mut self, page: FeedPage, input: &str, least: Tlp) {
        self.notes.extend(page.notes);
        let mut at_address = BTreeMap::<_, usize>::new();
        for url in page.items.iter().filter_map(|item| canonical_url(item.url.as_deref()?)) {
            *at_address.entry(url).or_default() += 1;
        }
        for item in page.items {
            let mut entry = entry(item, page.title.as_deref(), input);
            entry.shared_url = canonical_url(&entry.url).is_some_and(|url| at_address[&url] > 1);
            entry.tlp = entry.tlp.max(least);
            self.entries.push(entry);
        }
    }
}

/// SHA-256 over parts, each with its length before it; lower-case hex.
fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of everything that a feed says of an item.
fn stamp(item: &Item) -> String {
    let texts = [&item.url, &item.title, &item.published, &item.updated];
    let mut parts: Vec<&[u8]> = texts.iter().map(|text| text.as_deref().unwrap_or_default().as_bytes()).collect();
    parts.push(item.tlp.map_or("", Tlp::as_str).as_bytes());
    for document in [&item.summary, &item.body] {
        parts.push(document.as_ref().map_or(&[], |document| &document.bytes));
    }
    fn properties(all: &[Property]) -> impl Iterator<Item = &[u8]> {
        all.iter().flat_map(|p| [p.name.as_bytes(), p.value.as_bytes()])
    }
    for fact in &item.facts {
        parts.extend([fact.id.as_bytes(), fact.kind.as_bytes(), fact.value.as_bytes()]);
        parts.extend(properties(&fact.properties));
    }
    parts.extend(properties(&item.properties));
    digest(parts)
}

fn entry(item: Item, feed_title: Option<&str>, input: &str) -> Entry {
    let stamp = stamp(&item);
    let url = item.url.unwrap_or_default();
    let source = feed_title.map(str::to_owned).or_else(|| host_of(&url)).unwrap_or_else(|| file_name(input));
    Entry {
        key: item.key,
        stamp,
        shared_url: false,
        source,
        url,
        title: item.title,
        published: item.published.or(item.updated),
        tlp: item.tlp.unwrap_or_default(),
        summary: item.summary,
        body: item.body,
        facts: item.facts,
        properties: item.properties,
        notes: Vec::new(),
    }
}

fn file_name(input: &str) -> String {
    Path::new(input).file_name().map_or_else(|| input.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn host_of(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_owned)
}

fn input_failure(input: &str, error: &CallError) -> InputFailure {
    InputFailure {
        input: input.to_owned(),
        code: error.report_code(),
        message: format!("{}: {}", error.plugin, error.message),
        hint: error.hint.clone(),
    }
}

/// What a failed call means for a brief.
pub fn call_failure(stage: &str, error: CallError) -> CallFailure {
    CallFailure {
        code: error.report_code(),
        plugin: error.plugin,
        stage: stage.into(),
        message: error.message,
        hint: error.hint,
    }
}

/// The plugins whose manifests accept a document, best match first: by its first bytes, then by its declared type, then
/// by its name's ending; those that take anything come last.
pub fn candidates<'a>(plugins: &'a [Plugin], document: &Document) -> Vec<&'a Plugin> {
    let mut ranked: Vec<(u32, &Plugin)> = plugins
        .iter()
        .map(|plugin| (rank(&plugin.manifest().accepts, document), plugin))
        .filter(|(rank, _)| *rank > 0)
        .collect();
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    ranked.into_iter().map(|(_, plugin)| plugin).collect()
}

fn rank(accepts: &Accepts, document: &Document) -> u32 {
    let media_type = document.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let by_type = |wanted: &String| match wanted.strip_suffix('*') {
        Some(prefix) => media_type.starts_with(prefix),
        None => *wanted == media_type,
    };
    let extension =
        document.name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    let bytes = document.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&document.bytes).trim_ascii_start();
    let by_magic =
        |magic: &String| bytes.get(..magic.len()).is_some_and(|start| start.eq_ignore_ascii_case(magic.as_bytes()));
    u32::from(accepts.magic.iter().any(by_magic)) * 8
        + u32::from(accepts.media_types.iter().any(by_type)) * 4
        + u32::from(extension.is_some_and(|e| accepts.extensions.contains(&e))) * 2
        + u32::from(accepts.fallback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_that_is_not_there_says_so() {
        let failure = resolve("no/such/file").unwrap_err();
        assert_eq!(failure.code, "missing-input");
    }

    #[test]
    fn a_folder_is_walked_in_the_order_of_names_without_links_and_hidden_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["c.txt", "a.txt", ".hidden", "b/x.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let files = resolve(folder.path().to_str().unwrap()).unwrap();
        let names: Vec<_> = files
            .iter()
            .map(|f| match f {
                Input::File(path) => path.strip_prefix(folder.path()).unwrap().display().to_string(),
                Input::Url(url) => url.clone(),
            })
            .collect();
        assert_eq!(names, ["a.txt", "b/x.txt", "c.txt"]);
    }

    #[test]
    fn first_bytes_say_more_than_a_name() {
        let accepts = |magic: &str, extension: &str| Accepts {
            magic: vec![magic.into()],
            extensions: vec![extension.into()],
            ..Default::default()
        };
        let document = Document {
            name: Some("page.txt".into()),
            media_type: String::new(),
            base_url: None,
            bytes: b"\xef\xbb\xbf \n<!DOCTYPE x>".to_vec(),
        };
        assert!(rank(&accepts("<!doctype", "html"), &document) > rank(&accepts("#", "txt"), &document));
        assert_eq!(rank(&accepts("{", "json"), &document), 0);
    }

    #[test]
    fn an_empty_file_and_one_over_the_cap_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        std::fs::write(&file, "").unwrap();
        assert_eq!(read_file(&file, 10).unwrap_err().code, "empty-input");
        std::fs::write(&file, "12345678901").unwrap();
        assert_eq!(read_file(&file, 10).unwrap_err().code, "input-too-large");
    }
}
