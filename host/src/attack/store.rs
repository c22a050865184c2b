//! Where an operator's own ATT&CK lies: reading it at the start, replacing it whole on an update.

use super::{AttackError, BUNDLE_LIMIT, Files, Knowledge, compact, from_bundle};
use std::borrow::Cow;
use std::path::Path;

/// The folder inside the operator's data folder.
const FOLDER: &str = "attack";

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> AttackError + '_ {
    move |source| AttackError::Io { path: path.to_owned(), source }
}

/// The ATT&CK of the operator's data folder where there is one, else the one that ships.
///
/// # Errors
/// [`AttackError::Io`] and [`AttackError::BadData`], where the operator's files are damaged: they are never passed
/// over in silence.
pub fn load(data_dir: &Path) -> Result<Cow<'static, Knowledge>, AttackError> {
    let folder = data_dir.join(FOLDER);
    if folder.is_dir() { read(&folder).map(Cow::Owned) } else { Ok(Cow::Borrowed(Knowledge::shipped())) }
}

/// The ATT&CK of a folder of compact files.
fn read(folder: &Path) -> Result<Knowledge, AttackError> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(io(&path))
    };
    let (techniques, revoked) = (read(compact::TECHNIQUES)?, read(compact::REVOKED)?);
    let (groups, matrix, procedures) = (read(compact::GROUPS)?, read(compact::MATRIX)?, read(compact::PROCEDURES)?);
    Knowledge::from_files(&Files {
        techniques: &techniques,
        revoked: &revoked,
        groups: &groups,
        matrix: Some(&matrix),
        procedures: Some(&procedures),
    })
}

/// Replaces the operator's ATT&CK by that of a bundle. The new files are written beside the old ones, read back,
/// and put in their place by renaming, so that a failure at any point leaves what was there.
///
/// # Errors
/// Any of [`AttackError`]; the data in use is unchanged then.
pub fn update(data_dir: &Path, bundle: &Path) -> Result<Knowledge, AttackError> {
    let size = std::fs::metadata(bundle).map_err(io(bundle))?.len();
    if size > BUNDLE_LIMIT {
        return Err(AttackError::TooLarge { size, limit: BUNDLE_LIMIT });
    }
    let knowledge = from_bundle(&std::fs::read(bundle).map_err(io(bundle))?)?;
    std::fs::create_dir_all(data_dir).map_err(io(data_dir))?;
    let staged = tempfile::Builder::new().prefix(".attack-").tempdir_in(data_dir).map_err(io(data_dir))?;
    let fresh = staged.path().join("new");
    std::fs::create_dir(&fresh).map_err(io(&fresh))?;
    for (name, bytes) in compact::write(&knowledge) {
        let path = fresh.join(name);
        std::fs::write(&path, bytes).map_err(io(&path))?;
    }
    let notice = fresh.join("NOTICE");
    std::fs::write(&notice, format!("{}\n", super::NOTICE)).map_err(io(&notice))?;
    let knowledge = read(&fresh)?;
    replace(&fresh, &data_dir.join(FOLDER), &staged.path().join("old"))?;
    Ok(knowledge)
}

/// Puts `fresh` where `current` is; what was there goes to `old`. Where the system can, in one step.
fn replace(fresh: &Path, current: &Path, old: &Path) -> Result<(), AttackError> {
    if !current.exists() {
        return std::fs::rename(fresh, current).map_err(io(current));
    }
    if exchange(fresh, current) {
        return Ok(());
    }
    std::fs::rename(current, old).map_err(io(current))?;
    std::fs::rename(fresh, current).map_err(|source| {
        // Best effort: the first error is the one to report.
        let _ = std::fs::rename(old, current);
        AttackError::Io { path: current.to_owned(), source }
    })
}

/// Swaps two folders in one step; false where the system or the file system cannot.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}
