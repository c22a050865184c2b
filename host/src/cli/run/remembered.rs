//! A run that remembers: of a feed only what is new or changed is read, and a brief is made where its article, a plugin
//! or the configuration changed.
//!
//! Articles are committed with their page's cursor before their briefs are made, and a brief is recorded when its files
//! are written. A run that was killed is continued by the next one: what waits for a brief gets it, what was committed
//! is not read again.

use super::Run;
use super::files::Files;
use super::output::Writer;
use super::sources::{Source, SourcePage};
use crate::model::{Brief, BriefLink};
use crate::pipeline::{Entry, ReadEntry, ordered, read};
use crate::store::{Kept, Outcome, Page, Store, StoreError, StoredArticle, Unread};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Entries that are read and committed together: enough to keep the workers busy, few enough to be held.
const TOGETHER: usize = 64;

/// How often a page that could not be had is asked for: two days of hourly runs.
const ATTEMPTS: u32 = 48;

/// A run with what it remembers.
pub struct Remembered<'r, 'a> {
    pub run: &'r Run<'a>,
    pub store: &'r Store,
    /// What briefs depend on beside their articles.
    pub fingerprint: String,
    /// The document readers; another one may read what this one could not.
    pub readers: String,
}

/// What is kept of an entry that is to be tried again.
#[derive(Serialize, Deserialize)]
struct Waiting {
    entry: Entry,
    /// The readers that failed or refused it; none where it was the page that could not be had.
    readers: Option<String>,
}

/// A brief that was made, or why not.
enum Made {
    /// It is as it was, and nobody asked for its files.
    Current,
    /// Its marking is above what this run shows.
    Withheld,
    Brief(Box<MadeBrief>),
}

struct MadeBrief {
    brief: Brief,
    files: Files,
    /// It is another than the one that the store has.
    new: bool,
    /// The brief of what stood there before.
    before: Option<Brief>,
}

impl Remembered<'_, '_> {
    /// Works through the sources.
    ///
    /// # Errors
    /// The store or a file cannot be written.
    pub fn work(&self, sources: &[Source], writer: &mut Writer) -> anyhow::Result<()> {
        let begun = self.store.begin_run()?;
        let mut worked = Ok(());
        // Servers are asked while earlier feeds are worked on; only the first page of each is held.
        let poll = |source| -> Result<_, StoreError> {
            let cursor = self.cursor(source)?;
            let mut pages = self.run.read_source(source, cursor);
            let first = self.run.analyst.times.measure("gather", || pages.next());
            Ok((source, first.into_iter().chain(pages)))
        };
        ordered(self.run.jobs, sources.iter(), poll, |polled| {
            if worked.is_ok() {
                worked =
                    polled.map_err(anyhow::Error::from).and_then(|(source, pages)| self.source(source, pages, writer));
            }
        });
        worked?;
        Ok(self.store.end_run(begun, &writer.summary.json().to_string())?)
    }

    fn cursor(&self, source: &Source) -> Result<Option<String>, StoreError> {
        match source {
            Source::Feed(name, _) if !self.run.args.force => self.store.cursor(name),
            _ => Ok(None),
        }
    }

    fn source(
        &self,
        source: &Source,
        pages: impl Iterator<Item = SourcePage>,
        writer: &mut Writer,
    ) -> anyhow::Result<()> {
        let (name, force) = (source.name(), self.run.args.force);
        if source.is_feed() && !force {
            self.briefs(self.store.without_brief(&name, &self.fingerprint)?, false, writer)?;
        }
        let mut again = if source.is_feed() { self.to_try_again(&name)? } else { Vec::new() };
        for mut page in pages {
            self.run.tell(&mut page);
            let mut entries = page.entries();
            let listed: BTreeSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
            again.retain(|entry| !listed.contains(entry.key.as_str()));
            if source.is_feed() && !force {
                let items: Vec<_> = entries.iter().map(|e| (e.key.as_str(), e.stamp.as_str())).collect();
                let mut unseen = self.store.unseen(&name, &items)?.into_iter();
                let before = entries.len();
                entries.retain(|_| unseen.next().unwrap_or(true));
                writer.summary.known += before - entries.len();
            }
            self.entries(source, &name, &page, entries, writer)?;
        }
        if !again.is_empty() {
            self.entries(source, &name, &SourcePage::default(), again, writer)?;
        }
        if source.is_feed() && force {
            // No brief was made with this fingerprint.
            self.briefs(self.store.without_brief(&name, "")?, false, writer)?;
        }
        Ok(())
    }

    /// What could not be read before and may come right.
    fn to_try_again(&self, feed: &str) -> Result<Vec<Entry>, StoreError> {
        let due = |unread: &Unread, waiting: &Waiting| match &waiting.readers {
            Some(failed) => *failed != self.readers,
            None => unread.again && unread.attempts < ATTEMPTS,
        };
        let unread = self.store.unread(feed)?.into_iter();
        let waiting = unread.filter_map(|u| serde_json::from_slice(&u.payload).ok().map(|w: Waiting| (u, w)));
        Ok(waiting.filter(|(unread, waiting)| due(unread, waiting)).map(|(_, waiting)| waiting.entry).collect())
    }

    /// Reads a page's entries, commits them, the cursor with the last of them, and makes their briefs.
    fn entries(
        &self,
        source: &Source,
        name: &str,
        page: &SourcePage,
        entries: Vec<Entry>,
        writer: &mut Writer,
    ) -> anyhow::Result<()> {
        self.run.progress.inc_length(entries.len() as u64);
        let pages = self.run.source_pages(source);
        let mut entries = entries.into_iter().peekable();
        loop {
            let together: Vec<Entry> = entries.by_ref().take(TOGETHER).collect();
            let last = entries.peek().is_none();
            let cursor = page.cursor.as_deref().filter(|_| last);
            let (mut articles, mut unread) = (Vec::new(), Vec::new());
            let work = |entry: Entry| {
                let read = self.run.analyst.times.measure("read", || read(entry.clone(), &self.run.readers, &pages));
                (entry, read)
            };
            ordered(self.run.jobs, together.into_iter(), work, |(entry, read)| {
                self.run.progress.inc(1);
                self.take_read(entry, read, &mut articles, &mut unread);
            });
            let page = Page { feed: name, title: page.title.as_deref(), cursor, articles: &articles, unread: &unread };
            let outcomes = self.run.analyst.times.measure("store", || self.store.commit_page(&page))?;
            let mut ids = Vec::new();
            for (outcome, stored) in outcomes.into_iter().zip(&articles) {
                let (count, id) = match outcome {
                    Outcome::New => (&mut writer.summary.new, stored.kept.article.id.clone()),
                    Outcome::Revised { .. } => (&mut writer.summary.changed, stored.kept.article.id.clone()),
                    Outcome::Joined { with } => (&mut writer.summary.joined, with),
                    // Where it only follows, the story's lead has the brief.
                    Outcome::Unchanged { id } => (&mut writer.summary.known, self.store.story(&id)?.lead),
                };
                *count += 1;
                ids.push(id);
            }
            if !(source.is_feed() && self.run.args.force) {
                self.briefs(ids, !source.is_feed(), writer)?;
            }
            if last {
                return Ok(());
            }
        }
    }

    /// Sorts what reading an entry brought into articles and what is to be tried again.
    fn take_read(
        &self,
        entry: Entry,
        mut read: ReadEntry,
        articles: &mut Vec<StoredArticle>,
        unread: &mut Vec<Unread>,
    ) {
        // Without its page and without a text of the feed's own there is nothing to keep yet.
        if read.missing.is_some() {
            read.articles.retain(|article| !article.content.text.trim().is_empty());
        }
        self.run.tell_read(&read, read.articles.is_empty());
        let several = read.articles.len() > 1;
        for (number, article) in std::mem::take(&mut read.articles).into_iter().enumerate() {
            let key = if number == 0 { entry.key.clone() } else { format!("{}#{}", entry.key, number + 1) };
            let shared_url = entry.shared_url || several;
            let kept = Kept { article, reading_notes: read.notes.clone(), reading_failures: read.failures.clone() };
            articles.push(StoredArticle { key, stamp: entry.stamp.clone(), shared_url, kept });
        }
        let other_readers = |code: &String, message: &String| {
            let readers = Some(self.readers.clone());
            (code.clone(), message.clone(), false, readers)
        };
        let why = match (&read.missing, read.failures.first(), &read.unread) {
            (Some(missing), ..) => Some((missing.code.clone(), missing.message.clone(), missing.again, None)),
            (None, Some(failure), _) => Some(other_readers(&failure.code, &failure.message)),
            (None, None, Some(unread)) => Some(other_readers(&unread.code, &unread.message)),
            (None, None, None) => None,
        };
        if let Some((code, message, again, readers)) = why {
            let (key, stamp, url) = (entry.key.clone(), entry.stamp.clone(), entry.url.clone());
            // An entry came out of JSON or is as plain: this cannot fail.
            let payload = serde_json::to_vec(&Waiting { entry, readers }).unwrap_or_default();
            unread.push(Unread { key, stamp, url, payload, code, message, again, attempts: 0 });
        }
    }

    /// Makes and writes the briefs of these articles: those that need one, with `all` the others' files as well.
    fn briefs(&self, ids: Vec<String>, all: bool, writer: &mut Writer) -> anyhow::Result<()> {
        let mut own = BTreeSet::new();
        let ids: Vec<String> = ids.into_iter().filter(|id| own.insert(id.clone())).collect();
        let mut written = Ok(());
        ordered(
            self.run.jobs,
            ids.into_iter(),
            |id| self.make(&id, all),
            |made| {
                if written.is_ok() {
                    written = made.and_then(|made| self.write(made, writer));
                }
            },
        );
        written
    }

    fn make(&self, id: &str, all: bool) -> anyhow::Result<Made> {
        let force = self.run.args.force;
        let new = force || self.store.needs_brief(id, &self.fingerprint)?;
        if !new && !all {
            return Ok(Made::Current);
        }
        let kept = self.store.kept(id)?.ok_or_else(|| StoreError::NoArticle { id: id.to_owned() })?;
        if !self.run.shows(kept.article.tlp) {
            return Ok(Made::Withheld);
        }
        let made = if force { None } else { self.store.brief_made_with(id, &self.fingerprint)? };
        let mut brief =
            made.unwrap_or_else(|| self.run.analyst.brief(kept.article, kept.reading_notes, kept.reading_failures));
        if !self.run.shows(brief.tlp) {
            return Ok(Made::Withheld);
        }
        let story = self.store.story(id)?;
        let others = story.links.into_iter().filter(|link| link.article != story.lead && link.tlp <= brief.tlp);
        brief.links = others.map(|link| BriefLink { source: link.source, title: link.title, url: link.url }).collect();
        brief.changes = self.store.changes(id)?;
        let before = if new { self.store.brief_before(id)? } else { None };
        let files = self.run.renderer.files(&brief)?;
        Ok(Made::Brief(Box::new(MadeBrief { brief, files, new, before })))
    }

    fn write(&self, made: Made, writer: &mut Writer) -> anyhow::Result<()> {
        let made = match made {
            Made::Current => return Ok(()),
            Made::Withheld => {
                self.run.withheld();
                return Ok(());
            }
            Made::Brief(made) => *made,
        };
        let first = writer.is_first(&made.brief.article);
        if !first && !made.new {
            writer.summary.duplicates += 1;
            return Ok(());
        }
        writer.take(&made.brief, &made.files)?;
        if first {
            writer.count(&made.brief);
        }
        if made.new {
            if let Some(before) = &made.before {
                writer.remove(before, &made.brief)?;
            }
            self.run.analyst.times.measure("store", || self.store.record_brief(&self.fingerprint, &made.brief))?;
        }
        Ok(())
    }
}
