//! The database's form and how an older one becomes it.

use super::error::StoreError;
use rusqlite::{Connection, TransactionBehavior};

/// SQLite's own mark for whose file it is (`HUNT`).
const APPLICATION: i64 = 0x4855_4e54;

/// One step a version, in order; a published step never changes.
pub(super) const STEPS: [&str; 1] = [include_str!("schema/1.sql")];

/// Brings `connection` to the newest form, one transaction a step.
pub(super) fn migrate(connection: &mut Connection, path: &str, steps: &[&str]) -> Result<(), StoreError> {
    let failed = |e| StoreError::of(path, "its form", e);
    let number =
        |connection: &Connection, name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let owner = number(connection, "application_id").map_err(failed)?;
    let found = number(connection, "user_version").map_err(failed)?;
    let empty: bool =
        connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", (), |row| row.get(0)).map_err(failed)?;
    if owner != APPLICATION && !(empty && owner == 0 && found == 0) {
        return Err(StoreError::Foreign { path: path.into() });
    }
    let known = steps.len() as i64;
    if found > known {
        return Err(StoreError::TooNew { path: path.into(), found, known });
    }
    for (index, step) in steps.iter().enumerate().skip(found.max(0) as usize) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        // Another process may have been faster between the look above and this lock.
        if number(&transaction, "user_version").map_err(failed)? > index as i64 {
            continue;
        }
        transaction.execute_batch(step).map_err(failed)?;
        transaction.pragma_update(None, "user_version", index as i64 + 1).map_err(failed)?;
        transaction.pragma_update(None, "application_id", APPLICATION).map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    Ok(())
}
