//! Blogs without a feed: posts out of the page that lists them, or out of a sitemap. The pages themselves are fetched by
//! the host and read by a reader.

pub mod index;
pub mod sitemap;

use huntsmith_sdk::address;
use huntsmith_sdk::decode::{decode, parameter};
use huntsmith_sdk::feed::fetch::{self, Validators, error};
use huntsmith_sdk::feed::{self, Context, Cursor, Document, Feed, Item, Note, Page, PluginError, note};
use huntsmith_sdk::seen::{self, Seen};
use huntsmith_sdk::time;
use index::{Post, Selectors};
use serde::Deserialize;
use sitemap::{Entry, Sitemap};
use std::collections::BTreeSet;

/// Posts that the first poll gives, where the operator says nothing.
const FIRST: usize = 50;
/// Sitemaps of an index of sitemaps that are read, newest first.
const SITEMAPS: usize = 20;

/// The feed plugin for pages.
pub struct FeedPage;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    url: Option<String>,
    item: Option<String>,
    link: Option<String>,
    title: Option<String>,
    date: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    first: Option<usize>,
    secret: Option<String>,
}

impl Feed for FeedPage {
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError> {
        let options: Options = feed::options(ctx)?;
        let selectors = Selectors::new(
            options.item.as_deref(),
            options.link.as_deref(),
            options.title.as_deref(),
            options.date.as_deref(),
        )?;
        let is_first = cursor.is_none();
        let mut cursor: Cursor = feed::cursor(cursor.as_deref());
        let (bytes, media_type, place) = match input {
            Some(document) => (document.bytes, document.media_type, document.base_url.or(options.url.clone())),
            None => {
                let url = feed::address(options.url.clone())?;
                let secret = options.secret.as_deref();
                let Some(answer) = fetch::get(&url, "text/html, application/xml;q=0.9", &cursor.validators, secret)?
                else {
                    return Ok(feed::page(Vec::new(), &cursor, Vec::new()));
                };
                cursor.validators = Validators::of(&answer);
                let place = if answer.url.is_empty() { url } else { answer.url.clone() };
                let media_type = answer.header("content-type").unwrap_or_default().to_string();
                (answer.bytes, media_type, Some(place))
            }
        };
        let decoded = decode(&bytes, parameter(&media_type, "charset"), None);
        let place = place.unwrap_or_default();
        let mut notes = decoded.notes;
        let posts = if sitemap::is_sitemap(&decoded.text) {
            let read = sitemap::read(&decoded.text);
            // Only a configured feed has an address, and with it the network.
            let follow = options.url.is_some();
            sitemap_posts(read, follow, options.secret.as_deref(), &mut notes)
        } else if options.url.is_none() {
            return Err(error("unsupported", "this is no sitemap; an index page needs a feed with its selectors"));
        } else {
            selectors.posts(&decoded.text, &place)
        };
        if posts.is_empty() {
            let what =
                "no post was found: do the selectors still fit the page? `huntsmith feeds test` shows what they find";
            notes.push(note("no_post", what));
        }
        let first = if is_first { options.first.unwrap_or(FIRST) } else { usize::MAX };
        let items = items(posts, &options, first, &mut cursor, &mut notes);
        Ok(feed::page(items, &cursor, notes))
    }
}

/// The posts of a sitemap and of those that it names, newest first.
fn sitemap_posts(read: Sitemap, follow: bool, secret: Option<&str>, notes: &mut Vec<Note>) -> Vec<Post> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut take = |read: Sitemap, notes: &mut Vec<Note>| {
        notes.extend(read.broken.map(|cause| note("truncated", format!("the sitemap's XML is broken: {cause}"))));
        entries.extend(read.entries);
    };
    if read.is_index {
        let mut sitemaps = read.entries;
        sitemaps.sort_by(|a, b| b.changed.cmp(&a.changed));
        if !follow || sitemaps.len() > SITEMAPS {
            let count = if follow { sitemaps.len() - SITEMAPS } else { sitemaps.len() };
            notes.push(note("older_skipped", format!("{count} sitemaps of this index were not read")));
        }
        for sitemap in sitemaps.iter().take(if follow { SITEMAPS } else { 0 }) {
            // One that is missing costs no other.
            match fetch::get(&sitemap.url, "application/xml", &Validators::default(), secret) {
                Ok(answer) => {
                    let answer = answer.unwrap_or_default();
                    take(sitemap::read(&decode(&answer.bytes, None, None).text), notes);
                }
                Err(cause) => notes.push(note("entry_skipped", cause.message)),
            }
        }
    } else {
        take(read, notes);
    }
    entries.sort_by(|a, b| b.changed.cmp(&a.changed));
    let post = |entry: Entry| {
        let date = if entry.published.is_empty() { entry.changed } else { entry.published };
        Post { url: entry.url, title: entry.title, date }
    };
    entries.into_iter().map(post).collect()
}

/// The posts that are wanted and new, each once; the first poll gives `first` of them and takes the others as known.
fn items(posts: Vec<Post>, options: &Options, first: usize, cursor: &mut Cursor, notes: &mut Vec<Note>) -> Vec<Item> {
    let mut seen = Seen::from_text(&cursor.seen);
    let mut urls = BTreeSet::new();
    let mut items = Vec::new();
    let (mut older, mut undated) = (0, 0);
    let wanted = |post: &Post| {
        let named = |words: &[String]| words.iter().any(|word| post.url.contains(word.as_str()));
        address::is_web(&post.url)
            && (options.include.is_empty() || named(&options.include))
            && !named(&options.exclude)
    };
    for post in posts.into_iter().filter(wanted).take(seen::MOST) {
        if !urls.insert(post.url.clone()) {
            continue;
        }
        let published = time::parse(&post.date);
        if !seen.is_new(&format!("{} {} {published:?}", post.url, post.title)) {
            continue;
        }
        if items.len() == first {
            older += 1;
            continue;
        }
        undated += usize::from(published.is_none());
        items.push(Item {
            key: post.url.clone(),
            url: Some(post.url),
            title: Some(post.title).filter(|title| !title.is_empty()),
            published,
            updated: None,
            tlp: None,
            summary: None,
            body: None,
            facts: Vec::new(),
            properties: Vec::new(),
        });
    }
    if older > 0 {
        notes.push(note(
            "older_skipped",
            format!("{older} older posts are not read: the option `first` says how many are"),
        ));
    }
    if undated > 0 {
        notes.push(note("no_date", format!("{undated} posts without a date that can be read")));
    }
    cursor.seen = seen.into_text();
    items
}

huntsmith_sdk::export_feed!(FeedPage);

#[cfg(test)]
mod tests;
