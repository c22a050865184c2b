//! Where the pipeline gets the pages that items name: the network, or files that were saved beside a feed.

use super::client::{FetchKind, Fetcher};
use super::error::FetchError;
use super::grant::show;
use super::request::address;
use crate::model::Document;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The file's name beside a saved feed.
pub const PAGE_MAP: &str = "pages.json";

/// The largest page map that is read.
const MOST_MAP_BYTES: u64 = 16 << 20;

/// Gives pages by their address.
pub trait PageSource: Send + Sync {
    /// The page at `url`; none where this source does not have it and another may.
    fn page(&self, url: &str) -> Result<Option<Document>, FetchError>;
}

/// The network, under the fetcher's grant; it has every page or an error.
impl PageSource for Fetcher {
    fn page(&self, url: &str) -> Result<Option<Document>, FetchError> {
        self.get(url, FetchKind::Page).map(|fetched| Some(fetched.document))
    }
}

/// Sources that are asked in order.
impl PageSource for Vec<Box<dyn PageSource>> {
    fn page(&self, url: &str) -> Result<Option<Document>, FetchError> {
        for source in self {
            if let Some(page) = source.page(url)? {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }
}

/// Pages saved in a folder, found by a map from address to file. It reads nothing outside the folder.
#[derive(Debug, Clone)]
pub struct OfflinePages {
    folder: PathBuf,
    pages: BTreeMap<String, SavedPage>,
    cap: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedPage {
    /// Relative to the map, without `..`.
    file: String,
    #[serde(default)]
    media_type: String,
}

impl OfflinePages {
    /// Reads the map at `path`; its folder is that of the pages. `cap` is the most bytes of one page.
    pub fn open(path: &Path, cap: u64) -> Result<Self, FetchError> {
        let wrong = |reason: String| FetchError::PageMap { path: path.display().to_string(), reason };
        let text = read_capped(path, MOST_MAP_BYTES).map_err(&wrong)?;
        let raw: BTreeMap<String, SavedPage> = serde_json::from_slice(&text).map_err(|e| wrong(e.to_string()))?;
        let mut pages = BTreeMap::new();
        for (url, page) in raw {
            let inside = Path::new(&page.file).components().all(|part| matches!(part, Component::Normal(_)));
            if !inside || page.file.is_empty() || page.file.contains('\\') {
                return Err(wrong(format!("{url}: the file {:?} is not a relative path in this folder", page.file)));
            }
            pages.insert(show(&address(&url).map_err(|e| wrong(e.to_string()))?), page);
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().map_err(|e| wrong(e.to_string()))?;
        Ok(OfflinePages { folder, pages, cap })
    }

    /// The pages beside a saved feed, if it has a map there.
    pub fn beside(feed: &Path, cap: u64) -> Result<Option<Self>, FetchError> {
        let folder = if feed.is_dir() { Some(feed) } else { feed.parent() };
        let map = folder.unwrap_or(Path::new("")).join(PAGE_MAP);
        if map.is_file() { Self::open(&map, cap).map(Some) } else { Ok(None) }
    }

    /// How many pages the map names.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether the map names no page.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }
}

impl PageSource for OfflinePages {
    fn page(&self, url: &str) -> Result<Option<Document>, FetchError> {
        let Ok(address) = address(url) else { return Ok(None) };
        let url = show(&address);
        let Some(page) = self.pages.get(&url) else { return Ok(None) };
        let wrong = |reason: String| FetchError::PageFile { url: url.clone(), file: page.file.clone(), reason };
        // A link in the folder may lead out of it.
        let path = self.folder.join(&page.file).canonicalize().map_err(|e| wrong(e.to_string()))?;
        if !path.starts_with(&self.folder) {
            return Err(wrong("it is a link that leads out of the folder".into()));
        }
        let bytes = read_capped(&path, self.cap).map_err(wrong)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Some(Document { name, media_type: page.media_type.to_ascii_lowercase(), base_url: Some(url), bytes }))
    }
}

fn read_capped(path: &Path, cap: u64) -> Result<Vec<u8>, String> {
    if !path.is_file() {
        return Err("there is no such file".into());
    }
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    let mut bytes = Vec::new();
    file.take(cap.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > cap {
        return Err(format!("it is larger than {cap} bytes"));
    }
    Ok(bytes)
}
