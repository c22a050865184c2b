//! What can go wrong with ATT&CK knowledge, each with a stable code and what to do about it.

use std::path::PathBuf;

/// An error of the ATT&CK knowledge base.
#[derive(Debug, thiserror::Error)]
pub enum AttackError {
    #[error("`{id}` is not an ATT&CK technique id")]
    BadId { id: String },
    #[error("ATT&CK {version} has no technique {id}")]
    UnknownTechnique { id: String, version: String },
    #[error("{file}, line {line}: {message}")]
    BadData { file: &'static str, line: usize, message: String },
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("the bundle has {size} bytes, more than {limit}")]
    TooLarge { size: u64, limit: u64 },
    #[error("the bundle is not JSON of the form of STIX: {message}")]
    BadJson { message: String },
    #[error("this is not a STIX bundle: {message}")]
    NotABundle { message: String },
    #[error("this bundle is not Enterprise ATT&CK: {message}")]
    ForeignBundle { message: String },
    #[error("this bundle is not whole: {message}")]
    IncompleteBundle { message: String },
}

impl AttackError {
    /// Stable; for machines.
    pub fn code(&self) -> &'static str {
        match self {
            AttackError::BadId { .. } => "attack-bad-id",
            AttackError::UnknownTechnique { .. } => "attack-unknown-technique",
            AttackError::BadData { .. } => "attack-bad-data",
            AttackError::Io { .. } => "attack-io",
            AttackError::TooLarge { .. } => "attack-too-large",
            AttackError::BadJson { .. } => "attack-bad-json",
            AttackError::NotABundle { .. } => "attack-not-a-bundle",
            AttackError::ForeignBundle { .. } => "attack-foreign-bundle",
            AttackError::IncompleteBundle { .. } => "attack-incomplete-bundle",
        }
    }

    /// What to do next, for a person.
    pub fn hint(&self) -> &'static str {
        match self {
            AttackError::BadId { .. } => "write it as T1059 or T1059.001",
            AttackError::UnknownTechnique { .. } => {
                "check the id, or load a newer ATT&CK: huntsmith attack update BUNDLE.json"
            }
            AttackError::BadData { .. } => "load ATT&CK again: huntsmith attack update BUNDLE.json",
            AttackError::Io { .. } => "check that the path exists and may be read or written",
            AttackError::TooLarge { .. } | AttackError::BadJson { .. } | AttackError::NotABundle { .. } => {
                "use enterprise-attack.json as MITRE publishes it; the data in use is unchanged"
            }
            AttackError::ForeignBundle { .. } => {
                "huntsmith maps to Enterprise ATT&CK: use enterprise-attack.json; the data in use is unchanged"
            }
            AttackError::IncompleteBundle { .. } => {
                "use the whole collection, not one object or a part of it; the data in use is unchanged"
            }
        }
    }
}
