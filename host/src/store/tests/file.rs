//! The file itself: whose it is, which form it has, what is said when it cannot be used.

use super::*;
use crate::store::{StoreError, schema};
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt;

fn refused(path: &std::path::Path) -> StoreError {
    match Store::open(path) {
        Ok(_) => panic!("it was opened"),
        Err(error) => {
            assert!(error.to_string().contains(&path.display().to_string()), "{error}");
            assert!(!error.hint().is_empty());
            error
        }
    }
}

#[test]
fn a_store_is_private_and_keeps_what_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/store.db");
    let first = article("a", "https://example.org/1", "One", &text(1, 50));
    {
        let store = Store::open(&path).unwrap();
        assert_eq!(put(&store, "feed", &first), Outcome::New);
        for file in ["store.db", "store.db-wal"] {
            let mode = std::fs::metadata(path.with_file_name(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }
    let store = Store::open(&path).unwrap();
    assert_eq!(store.kept(&first.id).unwrap().map(|kept| kept.article), Some(first));
    assert_eq!(store.kept("nobody").unwrap(), None);
}

#[test]
fn what_is_not_ours_or_from_the_future_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, "a text file that is long enough to be looked at as a database's header, surely").unwrap();
    assert_eq!(refused(&path).code(), "store-foreign");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("a text file"));

    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    assert_eq!(refused(&other).code(), "store-foreign");

    let newer = folder.path().join("newer.db");
    drop(Store::open(&newer).unwrap());
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = refused(&newer);
    assert_eq!(error.code(), "store-too-new");
    assert!(error.to_string().contains("99"), "{error}");

    assert_eq!(refused(folder.path()).code(), "store-open", "a folder");
}

#[test]
fn a_damaged_file_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    {
        let store = Store::open(&path).unwrap();
        for n in 0..50 {
            put(&store, "feed", &article("a", &format!("https://example.org/{n}"), "x", &text(n, 400)));
        }
    }
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[4096..length].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let outcome = Store::open(&path).and_then(|store| store.history("https://example.org/7").map(drop));
    assert_eq!(outcome.unwrap_err().code(), "store-damaged");
}

#[test]
fn an_older_form_becomes_the_newest_in_whole_steps() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Store::open(&path).unwrap());
    let mut connection = Connection::open(&path).unwrap();
    let version = |connection: &Connection| {
        connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap()
    };
    let bad = [schema::STEPS[0], "CREATE TABLE second (x); CREATE TABLE second (x);"];
    assert!(schema::migrate(&mut connection, "store", &bad).is_err());
    assert_eq!(version(&connection), 1, "half a step is no step");
    let good = [schema::STEPS[0], "CREATE TABLE second (x);", "INSERT INTO second VALUES (7);"];
    schema::migrate(&mut connection, "store", &good).unwrap();
    schema::migrate(&mut connection, "store", &good).unwrap();
    assert_eq!(version(&connection), 3);
    let values: i64 = connection.query_row("SELECT sum(x) FROM second", (), |row| row.get(0)).unwrap();
    assert_eq!(values, 7, "each step is done once");
}

#[test]
fn several_writers_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Store::open(&path).unwrap());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let store = Store::open(path).unwrap();
                for n in 0..25 {
                    let url = format!("https://example.org/{thread}/{n}");
                    put(&store, "feed", &article("a", &url, "x", &text(thread * 100 + n, 60)));
                }
            });
        }
    });
    assert_eq!(Store::open(&path).unwrap().size().unwrap().revisions, 100);
}

#[test]
fn runs_are_remembered_the_killed_ones_too() {
    let store = Store::in_memory().unwrap();
    let killed = store.begin_run().unwrap();
    let ended = store.begin_run().unwrap();
    store.end_run(ended, "{\"articles\":3}").unwrap();
    let runs = store.runs(10).unwrap();
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [ended, killed]);
    assert_eq!(runs[0].summary.as_deref(), Some("{\"articles\":3}"));
    assert!(runs[0].ended.is_some() && runs[1].ended.is_none());
}
