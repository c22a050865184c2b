//! What huntsmith remembers: one SQLite file with the articles and their revisions, the feeds' cursors, the briefs
//! and what is searched in them, and the runs.
//!
//! Everything that belongs together moves in one transaction, so that a kill at any moment leaves the state before or
//! after a step and nothing between. Nothing of a clock or a row's number reaches a brief.

mod address;
mod articles;
mod briefs;
mod error;
mod schema;
mod search;
mod similar;
#[cfg(test)]
mod tests;
mod upkeep;

pub use address::canonical_url;
pub use articles::{Kept, Link, Outcome, Page, StoredArticle, Story, Unread};
pub use briefs::fingerprint;
pub use error::StoreError;
pub use search::{Hit, Match};
pub use upkeep::{Collected, Retention, Revision, Run, Size};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// How long another process's transaction is waited for.
const BUSY: Duration = Duration::from_secs(10);

/// The largest body that is read back, decompressed; far above what a run may put in.
const MOST_BODY: usize = 1 << 30;

/// The store's name in the folder in which huntsmith remembers.
const FILE: &str = "store.db";

/// Locked by the run that is under way.
const LOCK: &str = "lock";

/// The store. One connection, shared by the pipeline's threads.
pub struct Store {
    connection: Mutex<Connection>,
    /// For messages.
    path: String,
}

impl Store {
    /// Opens the store of a state folder; see [`Store::open`].
    pub fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        Self::open(&folder.join(FILE))
    }

    /// Whether something is remembered in this folder.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Keeps other runs out of a state folder, which is made if it is not there, until what is returned is dropped or
    /// the process ends, however it ends. Two runs at once would do the same work.
    ///
    /// # Errors
    /// Another run is under way, or the folder cannot be used.
    pub fn lock(folder: &Path) -> Result<std::fs::File, StoreError> {
        let path = folder.join(LOCK);
        let shown = path.display().to_string();
        let failed = |e: std::io::Error| StoreError::Open { path: shown.clone(), cause: e.to_string() };
        make(folder).map_err(failed)?;
        let file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::Busy { path: shown }),
            Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Opens the store at `path`, made if it is not there (for this user alone), and brings it to the newest form.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let shown = path.display().to_string();
        let failed = |e: std::io::Error| StoreError::Open { path: shown.clone(), cause: e.to_string() };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make(folder).map_err(failed)?;
        }
        // SQLite gives its side files the mode of this one.
        std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(failed)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|e| StoreError::of(&shown, "opening", e))?;
        Self::prepare(connection, shown)
    }

    /// A store that ends with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        let shown = "in memory".to_owned();
        let connection = Connection::open_in_memory().map_err(|e| StoreError::of(&shown, "opening", e))?;
        Self::prepare(connection, shown)
    }

    fn prepare(mut connection: Connection, path: String) -> Result<Self, StoreError> {
        let settings = |connection: &Connection| {
            connection.busy_timeout(BUSY)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // Safe against a kill; a power cut may cost the last transactions, whole ones, which the next run repeats.
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            connection.pragma_update(None, "trusted_schema", false)?;
            // 16 MiB: the inner pages of 100,000 articles' indexes stay in memory, so that one more costs the same.
            connection.pragma_update(None, "cache_size", -16_384)?;
            connection.set_prepared_statement_cache_capacity(64);
            Ok(())
        };
        settings(&connection).map_err(|e| StoreError::of(&path, "opening", e))?;
        schema::migrate(&mut connection, &path, &schema::STEPS)?;
        Ok(Store { connection: Mutex::new(connection), path })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked in here had its transaction rolled back when it was dropped.
        self.connection.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Does `work` in one transaction and keeps all of it or nothing.
    fn write<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let done = connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        });
        done.map_err(|e| StoreError::of(&self.path, what, e))
    }

    /// Reads one consistent state.
    fn read<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let done = connection.transaction().and_then(|transaction| work(&transaction));
        done.map_err(|e| StoreError::of(&self.path, what, e))
    }
}

fn make(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Seconds since 1970.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// JSON, compressed.
fn pack<T: Serialize>(value: &T) -> rusqlite::Result<Vec<u8>> {
    let json = serde_json::to_vec(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
    zstd::bulk::compress(&json, 3).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))
}

fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> rusqlite::Result<T> {
    let damaged = |e: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, e)
    };
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten().unwrap_or(0);
    if size as usize > MOST_BODY {
        return Err(damaged("a body is larger than any that is written".into()));
    }
    let json = zstd::bulk::decompress(bytes, size as usize).map_err(|e| damaged(e.into()))?;
    serde_json::from_slice(&json).map_err(|e| damaged(e.into()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
