//! Data by name: what ships in `data/` is in the binary, and a file of the operator's takes a shipped file's place.

mod update;

pub use crate::sandbox::DataSource;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
pub use update::Newer;

/// Bytes that a file of the operator's may have.
const MAXIMUM_BYTES: u64 = 64 << 20;

/// Why there are no bytes.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    #[error("there is no data named `{name}`\n\nhint: {hint}")]
    Unknown { name: String, hint: String },
    #[error("{}: {message}\n\nhint: mend it or take it away; the shipped file is used where there is none", path.display())]
    Unreadable { path: PathBuf, message: String },
    #[error("{}: {message}\n\nhint: nothing was changed; `huntsmith data list` names what ships, and a file has the shipped one's form", path.display())]
    Refused { path: PathBuf, message: String },
}

impl DataError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            DataError::Unknown { .. } => "data-unknown",
            DataError::Unreadable { .. } => "data-unreadable",
            DataError::Refused { .. } => "data-refused",
        }
    }
}

/// Name, file and bytes of everything that ships; files are looked for beside the list that uses this.
macro_rules! shipped {
    ($($name:literal => $file:literal,)*) => {
        &[$(Shipped { name: $name, file: $file, bytes: include_bytes!($file) },)*]
    };
}

struct Shipped {
    name: &'static str,
    /// Also where the operator's own is looked for, below their data folder.
    file: &'static str,
    bytes: &'static [u8],
}

/// The list lies with the data.
const SHIPPED: &[Shipped] = include!("../../data/shipped.rs");

/// What ships, with the operator's folder before it. Clones share what they know.
#[derive(Debug, Clone, Default)]
pub struct Data {
    folder: Option<PathBuf>,
    /// Of what was asked for already.
    digests: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Data {
    /// What ships; a file of the same path below `folder` takes its place, and any other file there is data under its
    /// path (`team/tools.txt`).
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, digests: Arc::default() }
    }

    /// What ships and nothing else: what the build prepares bundled plugins with.
    pub fn shipped() -> Self {
        Self::default()
    }

    /// Every name that ships, in order.
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<_> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        names.sort_unstable();
        names
    }

    /// The bytes of the data named `name`.
    pub fn read(&self, name: &str) -> Result<Cow<'static, [u8]>, DataError> {
        if !is_name(name) {
            return Err(DataError::Unknown { name: name.to_owned(), hint: "no such name is possible".to_owned() });
        }
        let shipped = SHIPPED.iter().find(|shipped| shipped.name == name);
        let file = shipped.map_or(name, |shipped| shipped.file);
        match (self.operators(file), shipped) {
            (Some(own), _) => own.map(Cow::Owned),
            (None, Some(shipped)) => Ok(Cow::Borrowed(shipped.bytes)),
            (None, None) => Err(DataError::Unknown {
                name: name.to_owned(),
                hint: match &self.folder {
                    Some(folder) => format!("put it at {}, or mend the name", folder.join(name).display()),
                    None => "name a data folder that holds it (`--data-dir`), or mend the name".to_owned(),
                },
            }),
        }
    }

    /// Whether the operator's folder has a file in this one's place.
    pub fn is_operators(&self, name: &str) -> bool {
        let file = SHIPPED.iter().find(|shipped| shipped.name == name).map_or(name, |shipped| shipped.file);
        self.folder.as_ref().is_some_and(|folder| folder.join(file).is_file())
    }

    /// Lower-case hex SHA-256 of the same bytes: part of the key that prepared code is kept under.
    pub fn digest(&self, name: &str) -> Result<String, DataError> {
        if let Some(known) = self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(known.clone());
        }
        let digest = crate::plugin::component::digest(&self.read(name)?);
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), digest.clone());
        Ok(digest)
    }

    fn operators(&self, file: &str) -> Option<Result<Vec<u8>, DataError>> {
        let path = self.folder.as_ref()?.join(file);
        let known = std::fs::metadata(&path).ok()?;
        let refuse = |message: String| DataError::Unreadable { path: path.clone(), message };
        if known.len() > MAXIMUM_BYTES {
            return Some(Err(refuse(format!("it has {} bytes, more than {MAXIMUM_BYTES}", known.len()))));
        }
        Some(std::fs::read(&path).map_err(|error| refuse(error.to_string())))
    }
}

/// For plugins' `data.read`. What cannot be read is not there; [`Data::read`] says why.
impl DataSource for Data {
    fn read(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        Data::read(self, name).ok()
    }

    fn digest(&self, name: &str) -> Option<String> {
        Data::digest(self, name).ok()
    }
}

/// A relative path of lower-case names: nothing outside the folder can be meant.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operators_file_takes_the_shipped_ones_place_and_changes_the_digest() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("attack")).unwrap();
        std::fs::write(folder.path().join("attack/revoked.json"), b"{}").unwrap();
        std::fs::write(folder.path().join("mine.txt"), b"own").unwrap();
        let data = Data::new(Some(folder.path().to_owned()));
        assert_eq!(&*data.read("attack-revoked").unwrap(), b"{}");
        assert_eq!(&*data.read("mine.txt").unwrap(), b"own");
        let digests = |name| (data.digest(name).unwrap(), Data::shipped().digest(name).unwrap());
        assert!(digests("attack-revoked").0 != digests("attack-revoked").1);
        assert!(digests("kinds").0 == digests("kinds").1);
    }

    #[test]
    fn names_are_unique_and_nothing_outside_can_be_named() {
        let names = Data::names();
        let mut unique = names.clone();
        unique.dedup();
        assert_eq!(names, unique);
        assert!(names.iter().all(|name| is_name(name)));
        for name in ["../kinds.toml", "/etc/hostname", "a//b", "", ".hidden", "A"] {
            assert!(matches!(Data::new(Some("/".into())).read(name), Err(DataError::Unknown { .. })), "{name}");
        }
    }
}
