//! Articles on their way in: one page of a feed with its cursor in one transaction, revisions at an address, and
//! stories: one report that several places print.

use super::address::address_of;
use super::similar::Shape;
use super::{Store, StoreError, hex, now, pack, unpack};
use crate::failpoint::fail_point;
use crate::model::{Article, CallFailure, Note, Tlp};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// At most so many places are compared word by word with a new text, those with the most bands in common first.
const MOST_COMPARED: usize = 16;

/// What one poll of a feed brought, as the pipeline hands it over.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page<'a> {
    /// The feed's name in the configuration.
    pub feed: &'a str,
    /// Its own title, where it states one.
    pub title: Option<&'a str>,
    /// For the next poll; none leaves the old one.
    pub cursor: Option<&'a str>,
    pub articles: &'a [StoredArticle],
    pub unread: &'a [Unread],
}

/// An article with its place in the feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredArticle {
    /// The item's key.
    pub key: String,
    /// What changes when the item does: its `updated`, or a digest of it.
    pub stamp: String,
    /// Other articles have the same address, so that it is kept under its place in the feed.
    pub shared_url: bool,
    pub kept: Kept,
}

/// An article with what was said when it was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    #[serde(flatten)]
    pub article: Article,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reading_notes: Vec<Note>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reading_failures: Vec<CallFailure>,
}

/// An item of which no article came, or not the one that its address promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub key: String,
    pub stamp: String,
    /// Empty where it has none.
    pub url: String,
    /// Whatever the pipeline needs to try again.
    pub payload: Vec<u8>,
    /// The error's code and message.
    pub code: String,
    pub message: String,
    /// It may come right later; else it is kept as turned away.
    pub again: bool,
    /// How often it was tried; counted by the store.
    pub attempts: u32,
}

/// What became of an article of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing stood at its address before.
    New,
    /// Something else stood there; the article's id with that.
    Revised { before: String },
    /// The same stood there; the id that it was given then.
    Unchanged { id: String },
    /// The same report stands elsewhere; the id of that article, whose brief now has this link as well.
    Joined { with: String },
}

/// A report and all places that print it.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The article that has the brief: the first that was seen.
    pub lead: String,
    /// In order of their addresses, the lead's own included.
    pub links: Vec<Link>,
}

/// One place that prints a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub article: String,
    pub url: String,
    pub source: String,
    pub title: String,
    pub tlp: Tlp,
    /// Share of the five-word runs that both texts have; 1 for the lead itself.
    pub similarity: f64,
}

impl Store {
    /// The cursor of the last page that was stored of `feed`.
    pub fn cursor(&self, feed: &str) -> Result<Option<String>, StoreError> {
        self.read("reading a cursor", |t| {
            let sql = "SELECT cursor FROM feeds WHERE name = ?1";
            Ok(t.prepare_cached(sql)?.query_row([feed], |row| row.get(0)).optional()?.flatten())
        })
    }

    /// Which of these items, given as key and stamp, were not seen before or have changed since.
    pub fn unseen(&self, feed: &str, items: &[(&str, &str)]) -> Result<Vec<bool>, StoreError> {
        self.read("looking items up", |t| {
            let mut find = t.prepare_cached("SELECT stamp = ?3 FROM items WHERE feed = ?1 AND key = ?2")?;
            let mut unseen = |(key, stamp): &(&str, &str)| {
                Ok(!find.query_row([feed, key, stamp], |row| row.get(0)).optional()?.unwrap_or(false))
            };
            items.iter().map(&mut unseen).collect()
        })
    }

    /// Stores a page: its articles, its cursor and what could not be read, all of it or nothing. One outcome an
    /// article, in order.
    pub fn commit_page(&self, page: &Page<'_>) -> Result<Vec<Outcome>, StoreError> {
        // Reading a text for its shape is the dear part: before the lock.
        let shapes: Vec<_> = page.articles.iter().map(|a| Shape::of(&a.kept.article.content.text)).collect();
        let outcomes = self.write("storing a page", |t| {
            t.prepare_cached(
                "INSERT INTO feeds (name, title, cursor, polled) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET
                     title = coalesce(?2, title), cursor = coalesce(?3, cursor), polled = ?4",
            )?
            .execute(params![page.feed, page.title, page.cursor, now()])?;
            let stored = page.articles.iter().zip(&shapes);
            let outcomes =
                stored.map(|(stored, shape)| put(t, page.feed, stored, shape)).collect::<Result<Vec<_>, _>>()?;
            let still: BTreeSet<_> = page.unread.iter().map(|unread| unread.key.as_str()).collect();
            let mut read = t.prepare_cached("DELETE FROM unread WHERE feed = ?1 AND key = ?2")?;
            for stored in page.articles.iter().filter(|stored| !still.contains(stored.key.as_str())) {
                read.execute([page.feed, &stored.key])?;
            }
            for unread in page.unread {
                put_unread(t, page.feed, unread)?;
            }
            fail_point("store.page.before-commit");
            Ok(outcomes)
        })?;
        fail_point("store.page.after-commit");
        Ok(outcomes)
    }

    /// The items of `feed` that are to be tried again, by key.
    pub fn to_try_again(&self, feed: &str) -> Result<Vec<Unread>, StoreError> {
        self.list_unread("WHERE u.feed = ?1 AND u.again", feed)
    }

    /// Every item of `feed` of which there is no article, with the reason, by key.
    pub fn unread(&self, feed: &str) -> Result<Vec<Unread>, StoreError> {
        self.list_unread("WHERE u.feed = ?1", feed)
    }

    fn list_unread(&self, which: &str, feed: &str) -> Result<Vec<Unread>, StoreError> {
        self.read("reading unread items", |t| {
            let sql = format!(
                "SELECT u.key, coalesce(i.stamp, ''), u.url, u.payload, u.code, u.message, u.again, u.attempts
                 FROM unread u LEFT JOIN items i USING (feed, key) {which} ORDER BY u.key"
            );
            let mut find = t.prepare_cached(&sql)?;
            let rows = find.query_map([feed], |row| {
                Ok(Unread {
                    key: row.get(0)?,
                    stamp: row.get(1)?,
                    url: row.get(2)?,
                    payload: row.get(3)?,
                    code: row.get(4)?,
                    message: row.get(5)?,
                    again: row.get(6)?,
                    attempts: row.get(7)?,
                })
            })?;
            rows.collect()
        })
    }

    /// The article with this id, as it was stored.
    pub fn kept(&self, id: &str) -> Result<Option<Kept>, StoreError> {
        self.read("reading an article", |t| {
            let sql = "SELECT body FROM revisions WHERE article = ?1 ORDER BY id DESC LIMIT 1";
            let body: Option<Vec<u8>> = t.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
            body.map(|body| unpack(&body)).transpose()
        })
    }

    /// The report that the article with this id prints, and everyone else who does.
    pub fn story(&self, id: &str) -> Result<Story, StoreError> {
        let found = self.read("reading a story", |t| {
            let sql = "SELECT coalesce(a.lead, a.id) FROM revisions r JOIN addresses a ON a.id = r.address
                       WHERE r.article = ?1 ORDER BY r.id DESC LIMIT 1";
            let lead: Option<i64> = t.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
            let Some(lead) = lead else { return Ok(None) };
            let mut find = t.prepare_cached(
                "SELECT r.article, r.url, r.source, r.title, coalesce(a.similarity, 1.0), a.id = ?1, r.tlp
                 FROM addresses a JOIN revisions r ON r.address = a.id
                 WHERE (a.id = ?1 OR a.lead = ?1)
                   AND r.number = (SELECT max(number) FROM revisions WHERE address = a.id)
                 ORDER BY a.address",
            )?;
            let (mut links, mut leading) = (Vec::new(), String::new());
            let mut rows = find.query([lead])?;
            while let Some(row) = rows.next()? {
                let article: String = row.get(0)?;
                if row.get(5)? {
                    leading.clone_from(&article);
                }
                let (url, source, title) = (row.get(1)?, row.get(2)?, row.get(3)?);
                let tlp = super::search::tlp(row.get(6)?);
                links.push(Link { article, url, source, title, tlp, similarity: row.get(4)? });
            }
            Ok(Some(Story { lead: leading, links }))
        })?;
        found.ok_or_else(|| StoreError::NoArticle { id: id.into() })
    }
}

fn put_unread(t: &Transaction<'_>, feed: &str, unread: &Unread) -> rusqlite::Result<()> {
    t.prepare_cached("INSERT INTO items (feed, key, stamp) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET stamp = ?3")?
        .execute([feed, &unread.key, &unread.stamp])?;
    t.prepare_cached(
        "INSERT INTO unread (feed, key, url, payload, code, message, again, attempts, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8)
         ON CONFLICT DO UPDATE SET
             url = ?3, payload = ?4, code = ?5, message = ?6, again = ?7, attempts = attempts + 1",
    )?
    .execute(params![
        feed,
        unread.key,
        unread.url,
        unread.payload,
        unread.code,
        unread.message,
        unread.again,
        now()
    ])?;
    Ok(())
}

fn put(t: &Transaction<'_>, feed: &str, stored: &StoredArticle, shape: &Shape) -> rusqlite::Result<Outcome> {
    let article = &stored.kept.article;
    t.prepare_cached("INSERT INTO items (feed, key, stamp) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET stamp = ?3")?
        .execute([feed, &stored.key, &stored.stamp])?;

    let address = match stored.shared_url {
        true => address_of("", feed, &stored.key),
        false => address_of(&article.url, feed, &stored.key),
    };
    let content = content_digest(article)?;
    let known: Option<(i64, i64, String, String)> = t
        .prepare_cached(
            "SELECT a.id, r.number, r.article, r.content FROM addresses a JOIN revisions r ON r.address = a.id
             WHERE a.address = ?1 ORDER BY r.number DESC LIMIT 1",
        )?
        .query_row([&address], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let (place, number) = match &known {
        Some((_, _, id, same)) if *same == content => return Ok(Outcome::Unchanged { id: id.clone() }),
        Some((place, number, ..)) => (*place, number + 1),
        None => {
            t.prepare_cached("INSERT INTO addresses (address) VALUES (?1)")?.execute([&address])?;
            (t.last_insert_rowid(), 1)
        }
    };
    t.prepare_cached(
        "INSERT INTO revisions
             (address, number, article, content, feed, source, url, title, published, tlp, seen, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        place,
        number,
        article.id,
        content,
        feed,
        article.source,
        article.url,
        article.content.title.as_deref().unwrap_or_default(),
        article.content.published,
        article.tlp as i64,
        now(),
        pack(&stored.kept)?
    ])?;
    // What waited was the text before this one.
    if let Some((_, _, before, _)) = &known {
        t.prepare_cached("DELETE FROM waiting WHERE article = ?1")?.execute([before])?;
    }
    if let Some(with) = join(t, place, known.is_some(), shape, article.tlp)? {
        return Ok(Outcome::Joined { with });
    }
    wait(t, place)?;
    Ok(known.map_or(Outcome::New, |(_, _, before, _)| Outcome::Revised { before }))
}

/// What a reader of the article would call a change: title, text and stated facts. Where blocks begin is the
/// document reader's view, which a new version of it may change.
fn content_digest(article: &Article) -> rusqlite::Result<String> {
    let parts = (&article.content.title, &article.content.text, &article.facts);
    let json = serde_json::to_vec(&parts).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
    Ok(hex(&Sha256::digest(json)))
}

/// Finds the place that printed this report first, and makes `place` one of its links; the lead article's id. A place
/// that leads a story stays its lead when its text changes, and one that only followed is looked at anew.
fn join(t: &Transaction<'_>, place: i64, known: bool, shape: &Shape, tlp: Tlp) -> rusqlite::Result<Option<String>> {
    let bands = shape.bands();
    let followed: Option<i64> =
        t.prepare_cached("SELECT lead FROM addresses WHERE id = ?1")?.query_row([place], |row| row.get(0))?;
    let leads: bool = known
        && t.prepare_cached("SELECT EXISTS (SELECT 1 FROM addresses WHERE lead = ?1)")?
            .query_row([place], |row| row.get(0))?;
    let found = if leads { None } else { same_report(t, place, shape, &bands, tlp)? };
    t.prepare_cached("UPDATE addresses SET lead = ?2, similarity = ?3 WHERE id = ?1")?.execute(params![
        place,
        found.as_ref().map(|(lead, ..)| lead),
        found.as_ref().map(|(_, similarity, _)| similarity)
    ])?;
    t.prepare_cached("DELETE FROM bands WHERE address = ?1")?.execute([place])?;
    if found.is_none() {
        let mut insert = t.prepare_cached("INSERT OR IGNORE INTO bands (hash, address) VALUES (?1, ?2)")?;
        for band in bands {
            insert.execute([band, place])?;
        }
    }
    for lead in followed.iter().chain(found.as_ref().map(|(lead, ..)| lead)) {
        relink(t, *lead)?;
    }
    Ok(found.map(|(_, _, article)| article))
}

/// The lead whose newest text is the same report: its address, the similarity, its article. What is marked higher than
/// `tlp` leads nothing of it: a text that stands in the open has a brief that can be shown.
fn same_report(
    t: &Transaction<'_>,
    place: i64,
    shape: &Shape,
    bands: &[i64],
    tlp: Tlp,
) -> rusqlite::Result<Option<(i64, f64, String)>> {
    let mut shared = std::collections::BTreeMap::<i64, usize>::new();
    let mut find =
        t.prepare_cached("SELECT address FROM bands WHERE hash = ?1 AND address <> ?2 ORDER BY address LIMIT 256")?;
    for band in bands {
        for address in find.query_map([*band, place], |row| row.get(0))? {
            *shared.entry(address?).or_default() += 1;
        }
    }
    let mut candidates: Vec<_> = shared.into_iter().collect();
    candidates.sort_by_key(|(address, bands)| (std::cmp::Reverse(*bands), *address));
    let mut newest =
        t.prepare_cached("SELECT article, body FROM revisions WHERE address = ?1 ORDER BY number DESC LIMIT 1")?;
    for (lead, _) in candidates.into_iter().take(MOST_COMPARED) {
        let (id, body): (String, Vec<u8>) = newest.query_row([lead], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let article: Article = unpack(&body)?;
        if article.tlp > tlp {
            continue;
        }
        if let Some(similarity) = shape.same_report(&Shape::of(&article.content.text)) {
            return Ok(Some((lead, similarity, id)));
        }
    }
    Ok(None)
}

/// Writes down which places follow `lead`, so that its brief is known to be out of date.
fn relink(t: &Transaction<'_>, lead: i64) -> rusqlite::Result<()> {
    let mut find = t.prepare_cached("SELECT address FROM addresses WHERE lead = ?1 ORDER BY address")?;
    let followers = find.query_map([lead], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let links = if followers.is_empty() { String::new() } else { hex(&Sha256::digest(followers.join("\n"))) };
    let changed = t
        .prepare_cached("UPDATE addresses SET links = ?2 WHERE id = ?1 AND links <> ?2")?
        .execute(params![lead, links])?;
    if changed > 0 {
        wait(t, lead)?;
    }
    Ok(())
}

/// Has the newest article at `place` wait for a brief.
fn wait(t: &Transaction<'_>, place: i64) -> rusqlite::Result<()> {
    t.prepare_cached(
        "INSERT OR IGNORE INTO waiting (feed, article)
         SELECT feed, article FROM revisions WHERE address = ?1 ORDER BY number DESC LIMIT 1",
    )?
    .execute([place])
    .map(drop)
}

/// Finds a new story for a place whose lead is gone, or makes it a lead itself.
pub(super) fn lead_anew(t: &Transaction<'_>, place: i64) -> rusqlite::Result<()> {
    let sql = "SELECT body FROM revisions WHERE address = ?1 ORDER BY number DESC LIMIT 1";
    let body: Vec<u8> = t.prepare_cached(sql)?.query_row([place], |row| row.get(0))?;
    let article: Article = unpack(&body)?;
    if join(t, place, true, &Shape::of(&article.content.text), article.tlp)?.is_none() {
        wait(t, place)?;
    }
    Ok(())
}
