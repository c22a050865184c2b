//! What stood at an address over time, the runs that were, and taking out what is too old.

use super::address::canonical_url;
use super::articles::lead_anew;
use super::briefs::drop_brief;
use super::search::tlp;
use super::{Store, StoreError, now};
use crate::failpoint::fail_point;
use crate::model::Tlp;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Serialize, Serializer};
use std::time::Duration;

/// One revision of what stands at an address.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Revision {
    pub article: String,
    /// From 1.
    pub number: u32,
    pub title: String,
    pub source: String,
    pub feed: String,
    pub published: Option<String>,
    pub tlp: Tlp,
    /// When this text was first seen there.
    #[serde(serialize_with = "as_text")]
    pub seen: Timestamp,
    /// When its brief was made.
    #[serde(serialize_with = "as_text_if_any")]
    pub briefed: Option<Timestamp>,
}

fn as_text<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(time)
}

fn as_text_if_any<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(to)
}

/// A run of huntsmith.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub id: i64,
    pub started: Timestamp,
    /// None for a run that is under way or was killed.
    pub ended: Option<Timestamp>,
    /// The run's own summary, JSON.
    pub summary: Option<String>,
}

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Articles whose newest revision was first seen longer ago go, with their briefs. Their items stay known, so
    /// that no feed brings them back as new.
    pub age: Option<Duration>,
    /// Bytes of articles and briefs as they are stored; the oldest articles over that go, as if they were too old.
    pub bytes: Option<u64>,
    /// Revisions of one address, the newest included; at least 1.
    pub revisions: u32,
    /// Runs.
    pub runs: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { age: None, bytes: None, revisions: 10, runs: 1_000 }
    }
}

/// What [`Store::collect`] took out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    pub revisions: u64,
    pub addresses: u64,
    pub briefs: u64,
    /// By how much the file became smaller; 0 where it was only looked what would go.
    pub bytes: u64,
}

/// How much is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub addresses: u64,
    pub revisions: u64,
    pub briefs: u64,
    pub bytes: u64,
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl Store {
    /// What stood at `url`, oldest first; empty where nothing did. Addresses that differ in what does not change the
    /// page are one.
    pub fn history(&self, url: &str) -> Result<Vec<Revision>, StoreError> {
        let address = canonical_url(url).unwrap_or_else(|| url.to_owned());
        self.read("reading a history", |t| {
            let mut find = t.prepare_cached(
                "SELECT r.article, r.number, r.title, r.source, r.feed, r.published, r.tlp, r.seen, b.made
                 FROM addresses a JOIN revisions r ON r.address = a.id LEFT JOIN briefs b ON b.article = r.article
                 WHERE a.address = ?1 OR a.address LIKE 'item:%' AND r.url = ?2 ORDER BY a.address, r.number",
            )?;
            let rows = find.query_map([address.as_str(), url], |row| {
                Ok(Revision {
                    article: row.get(0)?,
                    number: row.get(1)?,
                    title: row.get(2)?,
                    source: row.get(3)?,
                    feed: row.get(4)?,
                    published: row.get(5)?,
                    tlp: tlp(row.get(6)?),
                    seen: time(row.get(7)?),
                    briefed: row.get::<_, Option<i64>>(8)?.map(time),
                })
            })?;
            rows.collect()
        })
    }

    /// Notes that a run begins.
    pub fn begin_run(&self) -> Result<i64, StoreError> {
        self.write("beginning a run", |t| {
            t.prepare_cached("INSERT INTO runs (started) VALUES (?1)")?.execute([now()])?;
            fail_point("store.run.before-commit");
            Ok(t.last_insert_rowid())
        })
        .inspect(|_| fail_point("store.run.after-commit"))
    }

    /// Notes that a run ended, with its own summary as JSON.
    pub fn end_run(&self, run: i64, summary: &str) -> Result<(), StoreError> {
        self.write("ending a run", |t| {
            let sql = "UPDATE runs SET ended = ?2, summary = ?3 WHERE id = ?1";
            t.prepare_cached(sql)?.execute(params![run, now(), summary])?;
            fail_point("store.run.before-end");
            Ok(())
        })
        .inspect(|()| fail_point("store.run.after-end"))
    }

    /// The last runs, newest first.
    pub fn runs(&self, limit: u32) -> Result<Vec<Run>, StoreError> {
        self.read("reading runs", |t| {
            let mut find =
                t.prepare_cached("SELECT id, started, ended, summary FROM runs ORDER BY id DESC LIMIT ?1")?;
            let rows = find.query_map([limit], |row| {
                let ended = row.get::<_, Option<i64>>(2)?.map(time);
                Ok(Run { id: row.get(0)?, started: time(row.get(1)?), ended, summary: row.get(3)? })
            })?;
            rows.collect()
        })
    }

    /// How much is stored.
    pub fn size(&self) -> Result<Size, StoreError> {
        self.read("counting", size)
    }

    /// Takes out what `retention` does not keep, and gives the space back.
    pub fn collect(&self, retention: &Retention) -> Result<Collected, StoreError> {
        let before = self.size()?;
        self.write("collecting", |t| {
            take_out(t, retention)?;
            t.execute("INSERT INTO brief_words (brief_words) VALUES ('optimize')", ())?;
            fail_point("store.collect.before-commit");
            Ok(())
        })?;
        fail_point("store.collect.after-commit");
        let connection = self.connection();
        let shrunk = connection
            .execute_batch("VACUUM; PRAGMA optimize;")
            .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())));
        shrunk.map_err(|e| StoreError::of(&self.path, "giving space back", e))?;
        drop(connection);
        Ok(difference(before, self.size()?))
    }

    /// What [`Store::collect`] would take out; nothing is changed.
    pub fn collectable(&self, retention: &Retention) -> Result<Collected, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let looked = transaction.and_then(|t| {
            let before = size(&t)?;
            take_out(&t, retention)?;
            let after = size(&t)?;
            t.rollback()?;
            Ok(Collected { bytes: 0, ..difference(before, after) })
        });
        looked.map_err(|e| StoreError::of(&self.path, "looking for what is old", e))
    }
}

fn size(t: &Transaction<'_>) -> rusqlite::Result<Size> {
    let count = |sql: &str| t.query_row(sql, (), |row| row.get::<_, i64>(0)).map(|n| n as u64);
    Ok(Size {
        addresses: count("SELECT count(*) FROM addresses")?,
        revisions: count("SELECT count(*) FROM revisions")?,
        briefs: count("SELECT count(*) FROM briefs")?,
        bytes: count("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
    })
}

fn difference(before: Size, after: Size) -> Collected {
    Collected {
        revisions: before.revisions - after.revisions,
        addresses: before.addresses - after.addresses,
        briefs: before.briefs - after.briefs,
        bytes: before.bytes.saturating_sub(after.bytes),
    }
}

/// From when on articles are kept: those before it are over the age or the bytes.
fn horizon(t: &Transaction<'_>, retention: &Retention) -> rusqlite::Result<Option<i64>> {
    let by_age = retention.age.map(|age| now().saturating_sub(age.as_secs().try_into().unwrap_or(i64::MAX)));
    let Some(most) = retention.bytes else { return Ok(by_age) };
    let mut find = t.prepare(
        "SELECT max(r.seen) AS last, sum(length(r.body) + coalesce(length(b.body), 0))
         FROM revisions r LEFT JOIN briefs b ON b.article = r.article GROUP BY r.address ORDER BY last DESC",
    )?;
    let mut rows = find.query(())?;
    let mut held = 0_u64;
    while let Some(row) = rows.next()? {
        held += row.get::<_, i64>(1)? as u64;
        if held > most {
            let full: i64 = row.get(0)?;
            return Ok(Some(by_age.map_or(full + 1, |age| age.max(full + 1))));
        }
    }
    Ok(by_age)
}

fn take_out(t: &Transaction<'_>, retention: &Retention) -> rusqlite::Result<()> {
    let horizon = horizon(t, retention)?;
    let mut old = t.prepare(
        "SELECT r.id, r.article FROM revisions r
         JOIN (SELECT address, max(number) AS number, max(seen) AS seen FROM revisions GROUP BY address) n
             ON n.address = r.address
         WHERE n.seen < ?1 OR r.number <= n.number - ?2",
    )?;
    let rows = old.query_map(params![horizon, retention.revisions.max(1)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let old: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
    for (revision, article) in old {
        t.prepare_cached("DELETE FROM revisions WHERE id = ?1")?.execute([revision])?;
        let still: Option<i64> = t
            .prepare_cached("SELECT 1 FROM revisions WHERE article = ?1")?
            .query_row([&article], |row| row.get(0))
            .optional()?;
        if still.is_none() {
            drop_brief(t, &article)?;
            t.prepare_cached("DELETE FROM waiting WHERE article = ?1")?.execute([&article])?;
        }
    }
    let mut orphans = t.prepare(
        "SELECT a.id FROM addresses a WHERE a.lead IS NOT NULL
             AND EXISTS (SELECT 1 FROM revisions WHERE address = a.id)
             AND NOT EXISTS (SELECT 1 FROM revisions WHERE address = a.lead)
         ORDER BY a.id",
    )?;
    let orphans = orphans.query_map((), |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    t.execute("DELETE FROM addresses WHERE id NOT IN (SELECT address FROM revisions)", ())?;
    // A story whose lead went lives on: the first place that is left leads it.
    for place in orphans {
        lead_anew(t, place)?;
    }
    t.execute("DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?1", [retention.runs]).map(drop)
}
