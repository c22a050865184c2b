//! Finding briefs again: by an indicator's value, by a technique, by words.

use super::{Store, StoreError, unpack};
use crate::model::{Article, Tlp};
use rusqlite::{Row, Transaction, params};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a snippet on each side of the word that was found.
const AROUND: usize = 80;

/// A brief that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    pub article: String,
    pub title: String,
    pub url: String,
    pub source: String,
    pub published: Option<String>,
    pub tlp: Tlp,
    /// It is the newest revision at its address.
    pub current: bool,
    /// Why it was found, strongest first; never empty.
    pub matches: Vec<Match>,
}

/// Why a brief was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Match {
    /// `part` is empty where the value itself was asked for, else the name of the part that was.
    Indicator {
        kind: String,
        value: String,
        part: String,
        role: String,
        confidence: u8,
    },
    Technique {
        id: String,
        name: String,
        confidence: u8,
    },
    /// Text around the first of the words; it is the article's, and as hostile.
    Text {
        snippet: String,
    },
}

impl Store {
    /// The briefs that name `query` as an indicator (its value or a part of it, refanged, in any case), as a technique
    /// (with its sub-techniques) or in their words (all of them), newest first within each kind of match; at most
    /// `limit`, and none with a marking above `most`.
    pub fn search(&self, query: &str, most: Tlp, limit: usize) -> Result<Vec<Hit>, StoreError> {
        let query = query.trim();
        if query.is_empty() {
            return Ok(Vec::new());
        }
        self.read("searching", |t| {
            let mut found = Found { hits: Vec::new(), places: BTreeMap::new(), limit };
            indicators(t, query, most, &mut found)?;
            techniques(t, query, most, &mut found)?;
            words(t, query, most, &mut found)?;
            Ok(found.hits)
        })
    }
}

/// Hits in the order of finding, one for each article.
struct Found {
    hits: Vec<Hit>,
    places: BTreeMap<String, usize>,
    limit: usize,
}

impl Found {
    fn add(&mut self, row: &Row<'_>, matched: Match) -> rusqlite::Result<()> {
        let article: String = row.get("article")?;
        match self.places.get(&article) {
            Some(place) => self.hits[*place].matches.push(matched),
            None if self.hits.len() < self.limit => {
                self.places.insert(article.clone(), self.hits.len());
                self.hits.push(Hit {
                    article,
                    title: row.get("title")?,
                    url: row.get("url")?,
                    source: row.get("source")?,
                    published: row.get("published")?,
                    tlp: tlp(row.get("tlp")?),
                    current: row.get("current")?,
                    matches: vec![matched],
                });
            }
            None => {}
        }
        Ok(())
    }
}

/// The marking with this number; one that is not known is the strictest.
pub(super) fn tlp(number: i64) -> Tlp {
    let all = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];
    all.into_iter().find(|tlp| *tlp as i64 == number).unwrap_or(Tlp::Red)
}

/// The columns of a hit, and the joins that they need; `b` is the brief.
const HIT: &str = "b.article, r.title, r.url, r.source, r.published, r.tlp,
    NOT EXISTS (SELECT 1 FROM revisions n WHERE n.address = r.address AND n.number > r.number) AS current";
const JOINS: &str = "JOIN revisions r ON r.id = (SELECT max(id) FROM revisions WHERE article = b.article)";

fn indicators(t: &Transaction<'_>, query: &str, most: Tlp, found: &mut Found) -> rusqlite::Result<()> {
    let sql = format!(
        "SELECT {HIT}, i.kind, i.whole, i.part, i.role, i.confidence
         FROM brief_indicators i JOIN briefs b ON b.id = i.brief {JOINS}
         WHERE i.value = ?1 AND r.tlp <= ?2
         ORDER BY i.part <> '', r.seen DESC, b.article, i.confidence DESC, i.kind, i.whole, i.part"
    );
    let mut find = t.prepare_cached(&sql)?;
    let mut rows = find.query(params![query.to_lowercase(), most as i64])?;
    let mut shown = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (kind, value, part) = (row.get("kind")?, row.get::<_, String>("whole")?, row.get("part")?);
        // The value itself comes first; that its parts are the same says nothing more.
        if !shown.insert((row.get::<_, String>("article")?, String::clone(&kind), value.clone())) {
            continue;
        }
        let matched =
            Match::Indicator { kind, value, part, role: row.get("role")?, confidence: row.get("confidence")? };
        found.add(row, matched)?;
    }
    Ok(())
}

fn techniques(t: &Transaction<'_>, query: &str, most: Tlp, found: &mut Found) -> rusqlite::Result<()> {
    let sql = format!(
        "SELECT {HIT}, x.technique, x.name, x.confidence
         FROM brief_techniques x JOIN briefs b ON b.id = x.brief {JOINS}
         WHERE (x.technique = ?1 OR (x.technique > ?1 || '.' AND x.technique < ?1 || '/')) AND r.tlp <= ?2
         ORDER BY r.seen DESC, b.article, x.technique"
    );
    let mut find = t.prepare_cached(&sql)?;
    let mut rows = find.query(params![query.to_uppercase(), most as i64])?;
    while let Some(row) = rows.next()? {
        let (id, name) = (row.get("technique")?, row.get("name")?);
        found.add(row, Match::Technique { id, name, confidence: row.get("confidence")? })?;
    }
    Ok(())
}

fn words(t: &Transaction<'_>, query: &str, most: Tlp, found: &mut Found) -> rusqlite::Result<()> {
    // Each word in quotes: none of them is an operator of the index's own language.
    let words = query.split(|c: char| c.is_whitespace() || c.is_control());
    let terms: Vec<_> = words.filter(|word| word.contains(char::is_alphanumeric)).collect();
    if terms.is_empty() {
        return Ok(());
    }
    let quoted: Vec<_> = terms.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
    let sql = format!(
        "SELECT {HIT}, r.body FROM brief_words w JOIN briefs b ON b.id = w.rowid {JOINS}
         WHERE w.brief_words MATCH ?1 AND r.tlp <= ?2
         ORDER BY bm25(w.brief_words, 4.0, 1.0), b.article LIMIT ?3"
    );
    let mut find = t.prepare_cached(&sql)?;
    // Those found already may come again.
    let wanted = found.limit.saturating_add(found.hits.len()).min(1_000_000) as i64;
    let mut rows = find.query(params![quoted.join(" "), most as i64, wanted])?;
    while let Some(row) = rows.next()? {
        if found.hits.len() >= found.limit && !found.places.contains_key(&row.get::<_, String>("article")?) {
            continue;
        }
        let article: Article = unpack(&row.get::<_, Vec<u8>>("body")?)?;
        found.add(row, Match::Text { snippet: snippet(&article.content.text, &terms) })?;
    }
    Ok(())
}

/// Text around the first place of one of `terms`, on one line; the text's beginning where none stands in it as
/// written.
fn snippet(text: &str, terms: &[&str]) -> String {
    let lower = text.to_lowercase();
    // Lower-casing may change lengths: the place is only good where it did not.
    let place = terms.iter().filter_map(|term| lower.find(&term.to_lowercase())).min();
    let place = place.filter(|_| lower.len() == text.len()).unwrap_or(0);
    let start = text.floor_char_boundary(place.saturating_sub(AROUND));
    let end = text.ceil_char_boundary((place + AROUND).min(text.len()));
    let middle = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    format!("{before}{middle}{after}")
}
