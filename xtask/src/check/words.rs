//! No vendor, dialect, format or indicator pattern in the host: what `words.toml` lists does not stand in its source.

use super::Violation;
use super::source::Source;
use anyhow::{Context, Result};

const LIST: &str = include_str!("words.toml");

/// Words of one kind, and why they may not stand there.
#[derive(Debug, Default)]
pub struct Group {
    reason: String,
    /// In any case, also as a part of an identifier.
    words: Vec<String>,
    /// As they stand, with no letter or digit beside them.
    paths: Vec<String>,
    /// Whole contents of a string.
    literals: Vec<String>,
    /// Folders and files of `host/src` where they may.
    exceptions: Vec<String>,
}

/// The list that the repository keeps.
pub fn groups() -> Result<Vec<Group>> {
    let table: toml::Table = LIST.parse().context("words.toml")?;
    let groups = table.get("group").and_then(|value| value.as_array()).context("words.toml has no groups")?;
    groups.iter().map(|group| read(group).context("words.toml: a group is not one")).collect()
}

fn read(group: &toml::Value) -> Option<Group> {
    let list = |key: &str| -> Option<Vec<String>> {
        match group.get(key) {
            None => Some(Vec::new()),
            Some(list) => list.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect(),
        }
    };
    let mut exceptions = Vec::new();
    for exception in group.get("exceptions").and_then(|value| value.as_array()).into_iter().flatten() {
        // One without a reason is none.
        exception.get("reason")?.as_str()?;
        exceptions.push(exception.get("path")?.as_str()?.to_owned());
    }
    Some(Group {
        reason: group.get("reason")?.as_str()?.to_owned(),
        words: list("words")?,
        paths: list("paths")?,
        literals: list("literals")?,
        exceptions,
    })
}

/// Holds one file of the host against the list. `path` is relative to `host/src`.
pub fn scan(path: &str, text: &str, groups: &[Group]) -> Vec<Violation> {
    let source = Source::parse(text);
    let mut found = Vec::new();
    for group in
        groups.iter().filter(|group| !group.exceptions.iter().any(|allowed| path.starts_with(allowed.as_str())))
    {
        let mut report = |at: usize, word: &str| {
            found.push(Violation::at(&format!("host/src/{path}"), text, at, format!("`{word}` is {}", group.reason)));
        };
        for word in &group.words {
            whole_words(&source.code, word).into_iter().for_each(|at| report(at, word));
        }
        for word in &group.paths {
            let code = &source.code;
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
            code.match_indices(word.as_str())
                .filter(|(at, _)| edge(code[..*at].chars().next_back()) && edge(code[at + word.len()..].chars().next()))
                .for_each(|(at, _)| report(at, word));
        }
        for (at, literal) in &source.strings {
            if group.literals.contains(literal) {
                report(*at, literal);
            }
        }
    }
    found
}

/// Where a word stands, in any case, with an edge of a word on both sides: what is no letter or digit, or a change from
/// small to capital letters.
fn whole_words(code: &str, word: &str) -> Vec<usize> {
    let lower = code.to_ascii_lowercase();
    let bytes = code.as_bytes();
    let edge = |before: u8, after: u8| {
        !before.is_ascii_alphanumeric()
            || !after.is_ascii_alphanumeric()
            || (before.is_ascii_lowercase() || before.is_ascii_digit()) && after.is_ascii_uppercase()
    };
    lower
        .match_indices(&word.to_ascii_lowercase())
        .map(|(at, _)| (at, at + word.len()))
        .filter(|&(start, _)| start == 0 || edge(bytes[start - 1], bytes[start]))
        .filter(|&(_, end)| end == bytes.len() || edge(bytes[end - 1], bytes[end]))
        .map(|(start, _)| start)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(path: &str, text: &str) -> Vec<usize> {
        scan(path, text, &groups().unwrap()).into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn words_are_caught_in_code_strings_and_identifiers() {
        assert_eq!(caught("pipeline/x.rs", "fn a() {}\nlet splunk_table = 1;\n"), [2]);
        assert_eq!(caught("pipeline/x.rs", "struct KqlWriter;"), [1]);
        assert_eq!(caught("pipeline/x.rs", "let a = \"text/html\";"), [1]);
        assert_eq!(caught("pipeline/x.rs", "let a = \"| tstats count\";"), [1]);
        assert_eq!(caught("pipeline/x.rs", "if kind == \"sha256\" {}"), [1]);
        assert_eq!(caught("model/x.rs", "let r = Regex::new(pattern);"), [1]);
        assert_eq!(caught("sandbox/x.rs", "use wasmtime_wasi::WasiCtx;").len(), 2);
    }

    #[test]
    fn comments_tests_and_other_words_are_left_alone() {
        for text in [
            "// Splunk cannot do that\n/* nor KQL */",
            "#[cfg(test)]\nmod tests { const X: &str = \"splunk\"; }",
            "let atomic = AtomicUsize::new(0); let split = 1; let explain = 2; enum Value { Regex(String) }",
            "let text = \"the sha256 of the whole\";",
            "fn wrex() {}",
        ] {
            assert!(caught("pipeline/x.rs", text).is_empty(), "{text}");
        }
        assert!(caught("report/html.rs", "let a = \"text/html\";").is_empty());
        assert_eq!(caught("report/html.rs", "let a = \"splunk\";"), [1]);
    }
}
