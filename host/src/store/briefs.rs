//! Which articles need a brief, the briefs that were made, and what changed between two revisions.

use super::{Store, StoreError, hex, now, pack, unpack};
use crate::failpoint::fail_point;
use crate::model::{Article, Brief, Changes, PluginId};
use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What a brief depends on besides its article: the plugins that are asked, by digest, and the configuration. Two
/// that are equal make the same brief of the same article.
pub fn fingerprint(plugins: &[PluginId], configuration: &str) -> String {
    let mut digests: Vec<_> = plugins.iter().map(|p| format!("{}@{} {}", p.name, p.version, p.digest)).collect();
    digests.sort();
    digests.dedup();
    hex(&Sha256::digest(format!("{}\n\n{configuration}", digests.join("\n"))))
}

/// Compares two revisions line by line; a line that only moved is no change.
fn changes_between(before: &Article, after: &Article) -> Changes {
    let lines = |article: &Article| -> Vec<String> {
        article.content.text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let only_in = |one: &[String], other: &[String]| {
        let mut left = BTreeMap::<&str, usize>::new();
        other.iter().for_each(|line| *left.entry(line).or_default() += 1);
        let gone = |line: &&String| match left.get_mut(line.as_str()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        one.iter().filter(gone).cloned().collect()
    };
    let (old, new) = (lines(before), lines(after));
    let title = before.content.title.clone().filter(|_| before.content.title != after.content.title);
    Changes { title_before: title, added: only_in(&new, &old), removed: only_in(&old, &new) }
}

impl Store {
    /// Whether the article needs a brief: there is none, or it was made with other plugins, another configuration, or
    /// for fewer links. An article that only repeats another's report needs none.
    pub fn needs_brief(&self, id: &str, fingerprint: &str) -> Result<bool, StoreError> {
        let found = self.read("looking a brief up", |t| {
            t.prepare_cached(
                "SELECT a.lead IS NULL AND (b.fingerprint IS NOT ?2 OR b.links IS NOT a.links)
                 FROM revisions r JOIN addresses a ON a.id = r.address LEFT JOIN briefs b ON b.article = r.article
                 WHERE r.article = ?1 ORDER BY r.id DESC LIMIT 1",
            )?
            .query_row([id, fingerprint], |row| row.get(0))
            .optional()
        })?;
        found.ok_or_else(|| StoreError::NoArticle { id: id.into() })
    }

    /// The articles of `feed` that need a brief with this fingerprint, by id: those that wait for their first one,
    /// also from a run that was killed, and those whose brief was made differently. What it costs grows with what it
    /// finds, not with what is stored.
    pub fn without_brief(&self, feed: &str, fingerprint: &str) -> Result<Vec<String>, StoreError> {
        self.read("looking for work", |t| {
            let mut find = t.prepare_cached(
                "SELECT article FROM waiting WHERE feed = ?1
                 UNION
                 SELECT b.article FROM briefs b WHERE b.feed = ?1 AND (b.fingerprint < ?2 OR b.fingerprint > ?2)
                     AND EXISTS (
                         SELECT 1 FROM revisions r JOIN addresses a ON a.id = r.address
                         WHERE r.article = b.article AND a.lead IS NULL
                             AND r.number = (SELECT max(number) FROM revisions WHERE address = a.id))
                 ORDER BY 1",
            )?;
            let rows = find.query_map([feed, fingerprint], |row| row.get(0))?;
            rows.collect()
        })
    }

    /// Keeps an article's brief and what is searched in it. Call it when the brief's files are written: a kill before
    /// this makes the next run write the same files again.
    pub fn record_brief(&self, fingerprint: &str, brief: &Brief) -> Result<(), StoreError> {
        let known = self.write("storing a brief", |t| {
            let place: Option<(String, String)> = t
                .prepare_cached(
                    "SELECT r.feed, a.links FROM revisions r JOIN addresses a ON a.id = r.address
                     WHERE r.article = ?1 ORDER BY r.id DESC LIMIT 1",
                )?
                .query_row([&brief.article], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((feed, links)) = place else { return Ok(false) };
            drop_brief(t, &brief.article)?;
            t.prepare_cached(
                "INSERT INTO briefs (article, feed, fingerprint, links, made, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![brief.article, feed, fingerprint, links, now(), pack(brief)?])?;
            index(t, t.last_insert_rowid(), brief)?;
            t.prepare_cached("DELETE FROM waiting WHERE article = ?1")?.execute([&brief.article])?;
            fail_point("store.brief.before-commit");
            Ok(true)
        })?;
        fail_point("store.brief.after-commit");
        if known { Ok(()) } else { Err(StoreError::NoArticle { id: brief.article.clone() }) }
    }

    /// The brief of the article with this id, if it was made with this fingerprint: only its links may have changed.
    pub fn brief_made_with(&self, id: &str, fingerprint: &str) -> Result<Option<Brief>, StoreError> {
        let sql = "SELECT body FROM briefs WHERE article = ?1 AND fingerprint = ?2";
        self.one_brief(sql, &[id, fingerprint])
    }

    /// The last brief of what stood at the article's address before it.
    pub fn brief_before(&self, id: &str) -> Result<Option<Brief>, StoreError> {
        let sql = "SELECT b.body FROM revisions r
                   JOIN revisions p ON p.address = r.address AND p.number < r.number AND p.article <> r.article
                   JOIN briefs b ON b.article = p.article
                   WHERE r.id = (SELECT max(id) FROM revisions WHERE article = ?1) ORDER BY p.number DESC LIMIT 1";
        self.one_brief(sql, &[id])
    }

    fn one_brief(&self, sql: &str, parameters: &[&str]) -> Result<Option<Brief>, StoreError> {
        self.read("reading a brief", |t| {
            let mut find = t.prepare_cached(sql)?;
            let body: Option<Vec<u8>> =
                find.query_row(rusqlite::params_from_iter(parameters), |row| row.get(0)).optional()?;
            body.map(|body| unpack(&body)).transpose()
        })
    }

    /// The brief of the article with this id.
    pub fn brief(&self, id: &str) -> Result<Option<Brief>, StoreError> {
        self.one_brief("SELECT body FROM briefs WHERE article = ?1", &[id])
    }

    /// What changed since the revision before this one; none for a first revision.
    pub fn changes(&self, id: &str) -> Result<Option<Changes>, StoreError> {
        self.read("comparing revisions", |t| {
            let mut find = t.prepare_cached(
                "SELECT r.body, p.body FROM revisions r
                 JOIN revisions p ON p.address = r.address
                     AND p.number = (SELECT max(number) FROM revisions WHERE address = r.address AND number < r.number)
                 WHERE r.article = ?1 ORDER BY r.id DESC LIMIT 1",
            )?;
            let bodies: Option<(Vec<u8>, Vec<u8>)> =
                find.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((after, before)) = bodies else { return Ok(None) };
            Ok(Some(changes_between(&unpack(&before)?, &unpack(&after)?)))
        })
    }
}

/// Takes an article's brief out, with everything that is searched in it.
pub(super) fn drop_brief(t: &Transaction<'_>, article: &str) -> rusqlite::Result<()> {
    t.prepare_cached("DELETE FROM brief_words WHERE rowid IN (SELECT id FROM briefs WHERE article = ?1)")?
        .execute([article])?;
    t.prepare_cached("DELETE FROM briefs WHERE article = ?1")?.execute([article])?;
    Ok(())
}

fn index(t: &Transaction<'_>, id: i64, brief: &Brief) -> rusqlite::Result<()> {
    t.prepare_cached("INSERT INTO brief_words (rowid, title, text) VALUES (?1, ?2, ?3)")?.execute(params![
        id,
        brief.title,
        brief.text
    ])?;
    let mut indicator = t.prepare_cached(
        "INSERT OR IGNORE INTO brief_indicators (value, kind, part, brief, whole, role, confidence)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for found in &brief.indicators {
        let own = [("", found.value.as_str())];
        let parts = found.parts.iter().map(|part| (part.name.as_str(), part.value.as_str()));
        for (part, value) in own.into_iter().chain(parts).filter(|(_, value)| !value.is_empty()) {
            let row = params![value.to_lowercase(), found.kind, part, id, found.value, found.role, found.confidence];
            indicator.execute(row)?;
        }
    }
    let mut technique = t.prepare_cached(
        "INSERT OR IGNORE INTO brief_techniques (technique, brief, name, confidence) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for found in &brief.techniques {
        technique.execute(params![found.technique.id, id, found.name, found.technique.confidence])?;
    }
    Ok(())
}
