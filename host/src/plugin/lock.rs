//! `huntsmith.lock`: the plugins that are installed, each pinned to its bytes, with who signed it and what it was granted;
//! and the folder where their components lie by digest.

use super::component::digest;
use super::manifest::Capabilities;
use super::trust::Signer;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file's name where none is given: beside `huntsmith.toml`.
pub const FILE_NAME: &str = "huntsmith.lock";
/// Of the file's form.
const VERSION: u32 = 1;

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lock {
    pub version: u32,
    /// By name.
    #[serde(default, rename = "plugin")]
    pub plugins: Vec<Pinned>,
}

/// An installed plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Pinned {
    pub name: String,
    pub version: String,
    /// Where it came from, as it was named: a path, `https://…`, `oci://…`.
    pub source: String,
    /// SHA-256 of the component, lower-case hex.
    pub digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<Signer>,
    /// What the operator granted of what its manifest asks for.
    #[serde(default)]
    pub granted: Capabilities,
}

/// Why the lock or an installed component cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("{}: {message}\n\nhint: it is written by `huntsmith plugin install`; take it from version control", path.display())]
    Malformed { path: PathBuf, message: String },
    #[error("{}: its form is {found}, and this huntsmith knows {VERSION}\n\nhint: update huntsmith", path.display())]
    Version { path: PathBuf, found: u32 },
    #[error(
        "{plugin} is locked and its component is not here\n\nhint: `huntsmith plugin install --locked` gets it from {origin}"
    )]
    Missing { plugin: String, origin: String },
    #[error(
        "{plugin} is locked to sha256 {locked}, and its component here has {found}\n\nhint: somebody changed it; take it away \
         ({}) and run `huntsmith plugin install --locked`", path.display()
    )]
    Digest { plugin: String, locked: String, found: String, path: PathBuf },
    #[error(
        "{plugin} was signed by the key {id}, which is revoked\n\nhint: `huntsmith plugin update {name}`, or `huntsmith plugin remove {name}`"
    )]
    Revoked { plugin: String, name: String, id: String },
}

impl LockError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            LockError::File { .. } => "file",
            LockError::Malformed { .. } => "lock-malformed",
            LockError::Version { .. } => "lock-version",
            LockError::Missing { .. } => "not-installed",
            LockError::Digest { .. } => "lock-mismatch",
            LockError::Revoked { .. } => "key-revoked",
        }
    }
}

impl Lock {
    /// Reads the file; without one, nothing is installed.
    pub fn read(path: &Path) -> Result<Self, LockError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { version: VERSION, plugins: Vec::new() });
            }
            Err(error) => return Err(LockError::File { path: path.to_owned(), error }),
        };
        let malformed = |message: String| LockError::Malformed { path: path.to_owned(), message };
        let lock: Lock = toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if lock.version != VERSION {
            return Err(LockError::Version { path: path.to_owned(), found: lock.version });
        }
        for pinned in &lock.plugins {
            if pinned.digest.len() != 64 || !pinned.digest.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(malformed(format!("the digest of {} is none", pinned.name)));
            }
        }
        Ok(lock)
    }

    /// Writes the file whole: beside, then renamed. What was there before is there until then.
    pub fn write(&self, path: &Path) -> Result<(), LockError> {
        let head = "# Written by `huntsmith plugin`. Keep it in version control.\n\n";
        let text = toml::to_string(self)
            .map_err(|error| LockError::Malformed { path: path.to_owned(), message: error.to_string() })?;
        place(path, (head.to_owned() + &text).as_bytes(), "install.before-lock")
    }

    pub fn get(&self, name: &str) -> Option<&Pinned> {
        self.plugins.iter().find(|pinned| pinned.name == name)
    }

    /// Puts a plugin in, in the place of one of the same name.
    pub fn put(&mut self, pinned: Pinned) {
        self.plugins.retain(|known| known.name != pinned.name);
        self.plugins.push(pinned);
        self.plugins.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// Writes a file so that it is there whole or not at all, whenever the process or the machine stops.
fn place(path: &Path, bytes: &[u8], before: &'static str) -> Result<(), LockError> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        crate::failpoint::fail_point(before);
        file.persist(path).map_err(|error| error.error)?;
        std::fs::File::open(folder)?.sync_all()
    };
    write().map_err(|error| LockError::File { path: path.to_owned(), error })
}

/// Where components lie, by digest.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The given folder, else the user's data folder.
    pub fn open(folder: Option<&Path>) -> Self {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = || absolute("XDG_DATA_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/share")));
        let users = || base().unwrap_or_else(std::env::temp_dir).join("huntsmith/plugins");
        Self { folder: folder.map_or_else(users, Path::to_owned) }
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}.wasm"))
    }

    /// The component of a pinned plugin: the very bytes that were installed, or an error.
    pub fn get(&self, pinned: &Pinned) -> Result<Vec<u8>, LockError> {
        let path = self.path(&pinned.digest);
        let plugin = format!("{}@{}", pinned.name, pinned.version);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(LockError::Missing { plugin, origin: pinned.source.clone() });
            }
            Err(error) => return Err(LockError::File { path, error }),
        };
        let found = digest(&bytes);
        if found != pinned.digest {
            return Err(LockError::Digest { plugin, locked: pinned.digest.clone(), found, path });
        }
        Ok(bytes)
    }

    /// Puts a component there.
    pub fn put(&self, component: &[u8]) -> Result<String, LockError> {
        let digest = digest(component);
        place(&self.path(&digest), component, "install.before-component")?;
        Ok(digest)
    }

    /// Takes away what no plugin of the lock is any more.
    pub fn remove(&self, digest: &str) -> Result<(), LockError> {
        let path = self.path(digest);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(LockError::File { path, error }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned(name: &str, digest: String) -> Pinned {
        let granted = Capabilities { http: vec!["feed".into()], secrets: Vec::new() };
        let signer = Some(Signer { name: "team".into(), id: "0123456789ABCDEF".into() });
        Pinned { name: name.into(), version: "1.0.0".into(), source: "./x.wasm".into(), digest, signer, granted }
    }

    #[test]
    fn a_lock_reads_back_as_it_was_written_and_pins_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (path, shelf) = (folder.path().join(FILE_NAME), Shelf::open(Some(&folder.path().join("shelf"))));
        let mut lock = Lock::read(&path).unwrap();
        lock.put(pinned("b", shelf.put(b"bytes").unwrap()));
        lock.put(pinned("a", shelf.put(b"other").unwrap()));
        lock.write(&path).unwrap();
        assert_eq!(Lock::read(&path).unwrap(), lock);
        let b = lock.get("b").unwrap();
        assert_eq!(shelf.get(b).unwrap(), b"bytes");
        std::fs::write(shelf.path(&b.digest), b"Bytes").unwrap();
        assert_eq!(shelf.get(b).unwrap_err().code(), "lock-mismatch");
        shelf.remove(&b.digest).unwrap();
        assert_eq!(shelf.get(b).unwrap_err().code(), "not-installed");
    }

    #[test]
    fn a_lock_of_another_form_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        for (text, code) in [
            ("version = 2", "lock-version"),
            ("version = 1\nplugins = []", "lock-malformed"),
            ("version = 1\n[[plugin]]\nname='a'\nversion='1'\nsource=''\ndigest='../x'", "lock-malformed"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(Lock::read(&path).unwrap_err().code(), code, "{text}");
        }
    }
}
