//! Prepared code on disk. Only this user can write there; a file is used only if its digest is the one that was noted
//! beside it; anything else is prepared anew.

use super::engine::sha256;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Prepared components that are kept; over that the oldest go.
const KEPT: usize = 256;

/// A folder of prepared code.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Opens a folder, making it where it is missing.
    ///
    /// # Errors
    /// The folder cannot be made, is somebody else's, or others may write to it.
    pub fn open(folder: PathBuf) -> Result<Self, String> {
        let fail = |what: &str| format!("{}: {what}", folder.display());
        make(&folder).map_err(|error| fail(&error.to_string()))?;
        let facts = fs::symlink_metadata(&folder).map_err(|error| fail(&error.to_string()))?;
        if !facts.is_dir() {
            return Err(fail("not a folder"));
        }
        check_owner(&folder, &facts).map_err(|error| fail(&error))?;
        Ok(Self { folder })
    }

    /// Where a user's prepared code lies: `huntsmith/prepared` in the XDG cache folder.
    pub fn default_folder() -> Option<PathBuf> {
        Some(crate::folders::cache()?.join("prepared"))
    }

    fn code(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.cwasm"))
    }

    fn digest(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.sha256"))
    }

    /// The file of a key's code, if it is there and is what was stored. A damaged one is removed.
    pub fn find(&self, key: &str) -> Option<PathBuf> {
        let path = self.code(key);
        let bytes = fs::read(&path).ok()?;
        let noted = fs::read_to_string(self.digest(key)).unwrap_or_default();
        if noted == sha256(&bytes) {
            return Some(path);
        }
        tracing::warn!(path = %path.display(), "prepared code is damaged and is made anew");
        self.remove(key);
        None
    }

    /// Removes a key's code: it is damaged, or the engine refuses it.
    pub fn remove(&self, key: &str) {
        // What is not there need not go; what cannot go is found damaged again.
        let _ = fs::remove_file(self.code(key));
        let _ = fs::remove_file(self.digest(key));
    }

    /// Stores a key's code and answers where it lies.
    pub fn store(&self, key: &str, code: &[u8]) -> std::io::Result<PathBuf> {
        self.prune();
        // The digest first: code without it would be found damaged by a reader in between.
        write(&self.folder, &self.digest(key), sha256(code).as_bytes())?;
        write(&self.folder, &self.code(key), code)?;
        Ok(self.code(key))
    }

    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut files: Vec<(std::time::SystemTime, String)> = entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let key = name.strip_suffix(".cwasm")?.to_owned();
                Some((entry.metadata().ok()?.modified().ok()?, key))
            })
            .collect();
        files.sort();
        let over = files.len().saturating_sub(KEPT - 1);
        files.iter().take(over).for_each(|(_, key)| self.remove(key));
    }
}

/// Writes under a temporary name and renames, so that a reader sees all of it or nothing.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

#[cfg(unix)]
fn check_owner(folder: &Path, facts: &fs::Metadata) -> Result<(), String> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    if facts.uid() != rustix::process::geteuid().as_raw() {
        return Err("it belongs to another user".into());
    }
    if facts.mode() & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn make(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn check_owner(_: &Path, _: &fs::Metadata) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_is_not_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("prepared")).unwrap();
        assert_eq!(cache.find("k"), None);
        let path = cache.store("k", b"code").unwrap();
        assert_eq!(cache.find("k"), Some(path.clone()));
        fs::write(&path, b"other").unwrap();
        assert_eq!(cache.find("k"), None);
        assert!(!path.exists());
    }

    #[test]
    #[cfg(unix)]
    fn others_cannot_look_in() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prepared");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        Cache::open(path.clone()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("prepared")).unwrap();
        for number in 0..KEPT + 3 {
            cache.store(&format!("{number:04}"), b"code").unwrap();
        }
        let count = fs::read_dir(folder.path().join("prepared")).unwrap().count();
        assert_eq!(count, 2 * KEPT);
    }
}
