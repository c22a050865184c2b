//! Why the store could not do what it was asked: stable codes and hints.

/// A failure of the store. Nothing of the operation that failed is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store {path} cannot be opened: {cause}")]
    Open { path: String, cause: String },
    #[error("{path} is not a store of huntsmith's")]
    Foreign { path: String },
    #[error("the store {path} has the form {found}, and this huntsmith knows {known} at most")]
    TooNew { path: String, found: i64, known: i64 },
    #[error("the store {path} is damaged: {cause}")]
    Damaged { path: String, cause: String },
    #[error("the store {path} is in use by another process")]
    Busy { path: String },
    #[error("the store {path}, {what}: {cause}")]
    Failed { path: String, what: &'static str, cause: String },
    #[error("the store has no article {id}")]
    NoArticle { id: String },
}

impl StoreError {
    /// A stable word for scripts and tests.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Open { .. } => "store-open",
            StoreError::Foreign { .. } => "store-foreign",
            StoreError::TooNew { .. } => "store-too-new",
            StoreError::Damaged { .. } => "store-damaged",
            StoreError::Busy { .. } => "store-busy",
            StoreError::Failed { .. } => "store-failed",
            StoreError::NoArticle { .. } => "no-article",
        }
    }

    /// What the operator can do, without the word `hint`.
    pub fn hint(&self) -> String {
        match self {
            StoreError::Open { .. } => "check the folder's owner and that it can be written".into(),
            StoreError::Foreign { .. } => "name a file that huntsmith made, or one that does not exist yet".into(),
            StoreError::TooNew { .. } => "use the huntsmith that wrote it, or a newer one".into(),
            StoreError::Damaged { path, .. } => {
                format!(
                    "restore {path} from a backup, or move it away: a run makes a new one and reads the feeds again"
                )
            }
            StoreError::Busy { .. } => "wait for the other run to end".into(),
            StoreError::Failed { .. } => "check the free space; nothing of this step was kept, run again".into(),
            StoreError::NoArticle { .. } => "`huntsmith history URL` lists the articles that are there".into(),
        }
    }

    /// What a database error means for the store at `path`.
    pub(super) fn of(path: &str, what: &'static str, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let (path, cause) = (path.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
            Some(ErrorCode::NotADatabase) => StoreError::Foreign { path },
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, cause },
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                StoreError::Open { path, cause }
            }
            _ => StoreError::Failed { path, what, cause },
        }
    }
}
