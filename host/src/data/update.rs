//! Newer versions of what ships: found in a folder, held against the form of the shipped file, and put into the
//! operator's folder all or none.

use super::{DataError, MAXIMUM_BYTES, SHIPPED, Shipped};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Folders within folders that are looked into.
const DEPTH: usize = 4;

/// Files of a folder that can take the place of shipped ones, by the shipped file's path.
#[derive(Debug, Default)]
pub struct Newer {
    files: BTreeMap<&'static str, Vec<u8>>,
    /// Files that nothing ships under the name of.
    pub others: usize,
}

impl Newer {
    /// Looks for files that are named as shipped ones are: by their path, by their name alone, or by the name of the
    /// folder that holds them (`NAME/list.json` for `NAME.json`).
    ///
    /// # Errors
    /// The folder or a file cannot be read, there is nothing in it, or a file is not of the shipped one's form.
    pub fn find(folder: &Path) -> Result<Self, DataError> {
        let mut paths = Vec::new();
        walk(folder, DEPTH, &mut paths)?;
        paths.sort();
        let mut newer = Newer::default();
        for path in paths {
            match SHIPPED.iter().find(|shipped| is_called(shipped, folder, &path)) {
                Some(shipped) => {
                    let bytes = std::fs::read(&path).map_err(|error| refused(&path, error.to_string()))?;
                    check(shipped, &bytes).map_err(|message| refused(&path, message))?;
                    newer.files.insert(shipped.file, bytes);
                }
                None => newer.others += 1,
            }
        }
        if newer.files.is_empty() {
            return Err(refused(folder, "nothing in it is named like a file that ships".to_owned()));
        }
        Ok(newer)
    }

    /// The shipped files' paths, in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.files.keys().copied()
    }

    /// Writes them below `folder`: each beside the file that it replaces first, then all take their places.
    ///
    /// # Errors
    /// A file cannot be written; what is in place then is what was there before, or a whole new file.
    pub fn write(&self, folder: &Path) -> Result<(), DataError> {
        let beside = |file: &str| folder.join(format!("{file}.new"));
        for (file, bytes) in &self.files {
            let path = beside(file);
            let written =
                path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, bytes));
            written.map_err(|error| refused(&path, error.to_string()))?;
        }
        for file in self.files.keys() {
            let path = folder.join(file);
            std::fs::rename(beside(file), &path).map_err(|error| refused(&path, error.to_string()))?;
        }
        Ok(())
    }
}

fn refused(path: &Path, message: String) -> DataError {
    DataError::Refused { path: path.to_owned(), message }
}

fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), DataError> {
    let entries = std::fs::read_dir(folder).map_err(|error| refused(folder, error.to_string()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => walk(&path, depth - 1, paths)?,
            Ok(kind) if kind.is_file() => paths.push(path),
            _ => {}
        }
    }
    Ok(())
}

fn is_called(shipped: &Shipped, folder: &Path, path: &Path) -> bool {
    // ATT&CK is several files of one version: `attack update` replaces them together.
    if shipped.name.starts_with("attack") {
        return false;
    }
    let name = Path::new(shipped.file).file_name();
    let of_folder = path.parent().and_then(Path::file_name).zip(path.extension()).is_some_and(|(parent, ending)| {
        let called = format!("{}.{}", parent.to_string_lossy(), ending.to_string_lossy());
        name.is_some_and(|name| name == called.as_str())
    });
    path.strip_prefix(folder).is_ok_and(|below| below == Path::new(shipped.file))
        || path.file_name() == name
        || of_folder
}

/// Whether bytes have the form of the shipped file; else what is wrong with them.
fn check(shipped: &Shipped, bytes: &[u8]) -> Result<(), String> {
    if bytes.len() as u64 > MAXIMUM_BYTES {
        return Err(format!("it has {} bytes, more than {MAXIMUM_BYTES}", bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| format!("it is not UTF-8: {error}"))?;
    if shipped.file.ends_with(".toml") {
        return toml::from_str::<toml::Table>(text).map(drop).map_err(|error| error.to_string());
    }
    let new: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
    let old: Value = serde_json::from_slice(shipped.bytes).map_err(|error| error.to_string())?;
    same_form(&old, &new)
}

/// Every list that the old one has is a list in the new one, not empty, and of the same type of entry.
fn same_form(old: &Value, new: &Value) -> Result<(), String> {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return match (type_of(old), type_of(new)) {
            (old, new) if old == new => Ok(()),
            (old, new) => Err(format!("it is a {new}, and what ships is a {old}")),
        };
    };
    for (key, entries) in old {
        let Some(first) = entries.as_array().and_then(|entries| entries.first()) else { continue };
        match new.get(key).and_then(Value::as_array) {
            None => return Err(format!("it has no list `{key}`")),
            Some(entries) if entries.is_empty() => return Err(format!("its list `{key}` is empty")),
            Some(entries) => {
                if let Some(at) = entries.iter().position(|entry| type_of(entry) != type_of(first)) {
                    return Err(format!("entry {} of its list `{key}` is not a {}", at + 1, type_of(first)));
                }
            }
        }
    }
    Ok(())
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn files_are_known_by_path_name_or_folder_and_written_together() {
        let list = r#"{"name": "x", "list": ["a.example"]}"#;
        let from =
            folder(&[("google.json", list), ("lists/sinkholes/list.json", list), ("lists/unknown/list.json", list)]);
        let newer = Newer::find(from.path()).unwrap();
        let names: Vec<_> = newer.names().collect();
        assert_eq!(names, ["warninglists/google.json", "warninglists/sinkholes.json"]);
        assert_eq!(newer.others, 1);
        let to = tempfile::tempdir().unwrap();
        newer.write(to.path()).unwrap();
        assert_eq!(std::fs::read_to_string(to.path().join("warninglists/google.json")).unwrap(), list);
    }

    #[test]
    fn what_is_not_of_the_shipped_form_is_refused() {
        for (text, why) in [
            ("{", "not JSON"),
            (r#"{"name": "x"}"#, "no list `list`"),
            (r#"{"list": []}"#, "is empty"),
            (r#"{"list": ["a", 7]}"#, "entry 2"),
            ("[]", "it is a list"),
        ] {
            let from = folder(&[("google.json", text)]);
            let error = Newer::find(from.path()).unwrap_err().to_string();
            assert!(error.contains(why) && error.contains("hint:"), "{text}: {error}");
        }
        assert!(Newer::find(folder(&[("other.txt", "")]).path()).is_err());
    }
}
