//! A plugin's own cases: files of a folder, each with what is expected of it beside it (`NAME.expected`).

use super::call::{CallFault, Given, call};
use crate::sandbox::Plugin;
use std::path::{Path, PathBuf};

/// The folder of cases in a plugin's folder.
pub const FOLDER: &str = "cases";
/// What is put after a case's file name.
const EXPECTED: &str = ".expected";

/// How a case went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Same,
    /// What is expected was written anew.
    Updated,
    /// There is nothing expected yet.
    New {
        answer: String,
    },
    Differs {
        expected: String,
        answer: String,
    },
}

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    pub path: PathBuf,
    pub outcome: Outcome,
}

/// Why cases cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    #[error("{}: {error}\n\nhint: put inputs there, one file each", path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("{} holds no case\n\nhint: put inputs there, one file each", folder.display())]
    Empty { folder: PathBuf },
    #[error("{}: {fault}", path.display())]
    Input { path: PathBuf, fault: CallFault },
}

impl CasesError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            CasesError::File { .. } => "file",
            CasesError::Empty { .. } => "no-cases",
            CasesError::Input { .. } => "input-unreadable",
        }
    }
}

/// Tries every case of a folder, by name. With `update`, what the plugin answers is what is expected from now on. A call
/// that fails is an answer too: its code and message.
pub fn run(plugin: &Plugin, folder: &Path, update: bool) -> Result<Vec<Case>, CasesError> {
    let file = |path: &Path| {
        let path = path.to_owned();
        move |error| CasesError::File { path, error }
    };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(file(folder))?;
    paths.retain(|path| path.is_file() && !path.to_string_lossy().ends_with(EXPECTED));
    paths.sort();
    if paths.is_empty() {
        return Err(CasesError::Empty { folder: folder.to_owned() });
    }
    let mut cases = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path).map_err(file(&path))?;
        let answer = match call(plugin, &path, bytes, &Given::default()) {
            Ok(answer) => answer.text,
            Err(CallFault::Call { error }) => format!("error {}: {}\n", error.report_code(), error.message),
            Err(fault) => return Err(CasesError::Input { path, fault }),
        };
        let mut expected = path.clone().into_os_string();
        expected.push(EXPECTED);
        let expected = PathBuf::from(expected);
        let known = match std::fs::read_to_string(&expected) {
            Ok(known) => Some(known),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(file(&expected)(error)),
        };
        let outcome = match known {
            Some(known) if known == answer => Outcome::Same,
            _ if update => {
                std::fs::write(&expected, &answer).map_err(file(&expected))?;
                Outcome::Updated
            }
            Some(expected) => Outcome::Differs { expected, answer },
            None => Outcome::New { answer },
        };
        cases.push(Case { path, outcome });
    }
    Ok(cases)
}

/// The lines that differ, each with `-` (expected) or `+` (answered) before it, between equal beginnings and ends.
pub fn difference(expected: &str, answer: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), answer.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = (old.len() - same).min(new.len() - same);
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let lines = |mark: &str, lines: &[&str]| lines.iter().map(|line| format!("{mark} {line}\n")).collect::<String>();
    lines("-", &old[same..old.len() - tail]) + &lines("+", &new[same..new.len() - tail])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_what_stands_between_equal_ends() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "- b\n+ x\n+ y\n");
        assert_eq!(difference("a\n", "a\na\n"), "+ a\n");
        assert_eq!(difference("a\n", "a\n"), "");
    }
}
