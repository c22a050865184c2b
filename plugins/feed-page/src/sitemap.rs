//! Sitemaps (sitemaps.org 0.9, with Google's news extension): addresses with their last change, or other sitemaps.

use quick_xml::Reader;
use quick_xml::events::Event;

/// What a sitemap lists.
#[derive(Debug, Default, PartialEq)]
pub struct Sitemap {
    pub entries: Vec<Entry>,
    /// The entries are sitemaps themselves.
    pub is_index: bool,
    /// Why reading ended before the document did.
    pub broken: Option<String>,
}

/// An address of a sitemap.
#[derive(Debug, Default, PartialEq)]
pub struct Entry {
    pub url: String,
    pub changed: String,
    pub title: String,
    pub published: String,
}

/// Whether a document is a sitemap: by its root element.
pub fn is_sitemap(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => return matches!(element.local_name().as_ref(), b"urlset" | b"sitemapindex"),
            Ok(Event::Eof | Event::Empty(_)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Reads a sitemap as far as it can be read.
pub fn read(text: &str) -> Sitemap {
    let mut sitemap = Sitemap::default();
    let mut reader = Reader::from_str(text);
    let (mut entry, mut field, mut value) = (None, Vec::new(), String::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                field = element.local_name().as_ref().to_vec();
                value.clear();
                match &field[..] {
                    b"sitemapindex" => sitemap.is_index = true,
                    b"url" | b"sitemap" => entry = Some(Entry::default()),
                    _ => {}
                }
            }
            Ok(Event::Text(text)) => value.push_str(&String::from_utf8_lossy(text.as_ref())),
            Ok(Event::CData(text)) => value.push_str(&String::from_utf8_lossy(text.as_ref())),
            Ok(Event::GeneralRef(name)) => {
                value.push_str(&format!("&{};", String::from_utf8_lossy(name.as_ref())));
            }
            Ok(Event::End(element)) => {
                let name = element.local_name().as_ref().to_vec();
                if matches!(&name[..], b"url" | b"sitemap") {
                    sitemap.entries.extend(entry.take().filter(|entry: &Entry| !entry.url.is_empty()));
                } else if name == field
                    && let Some(entry) = &mut entry
                {
                    let said = htmlize::unescape(value.trim()).into_owned();
                    match &name[..] {
                        b"loc" if entry.url.is_empty() => entry.url = said,
                        b"lastmod" => entry.changed = said,
                        b"title" => entry.title = said,
                        b"publication_date" => entry.published = said,
                        _ => {}
                    }
                }
                value.clear();
            }
            Ok(Event::Eof) => return sitemap,
            Ok(_) => {}
            Err(cause) => {
                sitemap.broken = Some(cause.to_string());
                return sitemap;
            }
        }
    }
}
