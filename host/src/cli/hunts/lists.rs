//! Lists of indicators in files: what form a file has, and its values with their kinds and lines.

use super::detect;
use super::{Bare, ListRecord};
use crate::kinds::{Kind, Kinds};
use crate::model::Document;
use crate::pipeline::{Analyst, InputFailure, Inputs, Poll, candidates, is_unsupported, read_file};
use crate::sandbox::Plugin;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

/// Bytes of one file.
const FILE_BYTES: u64 = 64 << 20;
/// Bytes of one value: longer ones are refused with their line.
const VALUE_BYTES: usize = 8 << 10;
/// Values of one file.
const VALUES: usize = 1_000_000;

/// Names of a column, or member, that holds values, and of one that holds their kinds.
const VALUE_NAMES: [&str; 6] = ["value", "indicator", "indicator_value", "ioc", "ioc_value", "observable"];
const KIND_NAMES: [&str; 6] = ["kind", "type", "indicator_type", "ioc_type", "observable_type", "indicator_kind"];

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// One value a line; lines that begin with `#` are comments.
    Lines,
    /// Columns, with or without a head.
    Csv,
    /// One JSON object a line, `{"kind","value"}`.
    Ndjson,
    /// What a feed plugin reads.
    Feed,
}

/// A value as a file has it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub value: String,
    /// As the file names it; empty: it does not.
    pub kind: String,
    /// From 1; 0: the file has no lines of values.
    pub line: u64,
}

/// Reads files of lists.
pub struct Reader<'a> {
    pub analyst: &'a Analyst,
    pub feeds: &'a [Plugin],
    pub form: Option<Form>,
    /// The kind of every value.
    pub kind: Option<&'a str>,
}

/// A local file needs no network.
struct Offline;

impl Inputs for Offline {
    fn fetch(&self, url: &str) -> Result<Document, InputFailure> {
        Err(failure(url, "network-not-granted", "a list is a file".into(), "save it first"))
    }

    fn http(&self, _: &Plugin) -> Option<std::sync::Arc<dyn crate::model::HttpClient>> {
        None
    }
}

impl Reader<'_> {
    /// The list of a file.
    ///
    /// # Errors
    /// It cannot be read, or is of none of the forms.
    pub fn read(&self, path: &Path) -> Result<ListRecord, InputFailure> {
        let id = path.display().to_string();
        let document = read_file(path, FILE_BYTES)?;
        let mut refused = Vec::new();
        let listed = match self.form.unwrap_or_else(|| form_of(path, &document.bytes)) {
            Form::Feed => self.feed(&document, &id)?,
            form => {
                let text = std::str::from_utf8(&document.bytes).map_err(|error| {
                    let message = format!("byte {} is not UTF-8", error.valid_up_to());
                    failure(&id, "not-utf8", message, "convert the file to UTF-8")
                })?;
                let text = text.trim_start_matches('\u{feff}');
                match form {
                    Form::Csv => csv_values(text, &id, &mut refused)?,
                    Form::Ndjson => json_values(text, &mut refused),
                    _ => lines(text),
                }
            }
        };
        if listed.len() > VALUES {
            let message = format!("it has {} values, more than {VALUES}", listed.len());
            return Err(failure(&id, "too-many-values", message, "split the file"));
        }
        let indicators = self.kinds(listed, &mut refused);
        Ok(ListRecord { id: id.into(), indicators, refused })
    }

    /// The facts that a feed plugin finds in a file.
    fn feed(&self, document: &Document, id: &str) -> Result<Vec<Listed>, InputFailure> {
        let hint = "`--list-form` says that it is another form of list; `huntsmith plugin list` shows the feeds";
        for feed in candidates(self.feeds, document) {
            let poll = Poll::new(feed, Default::default(), Some(Cow::Borrowed(document)), None, Offline.http(feed));
            match poll.collect::<Result<Vec<_>, _>>() {
                Ok(pages) => {
                    let facts = pages.into_iter().flat_map(|page| page.items).flat_map(|item| item.facts);
                    let known = |kind: &str| self.analyst.kinds.kinds.get(kind).is_some_and(|kind| kind.listed);
                    let listed = facts.filter(|fact| known(&fact.kind));
                    return Ok(listed.map(|fact| Listed { value: fact.value, kind: fact.kind, line: 0 }).collect());
                }
                Err(error) if is_unsupported(&error) => {}
                Err(error) => {
                    let message = format!("{}: {}", error.plugin, error.message);
                    return Err(failure(id, &error.report_code(), message, hint));
                }
            }
        }
        Err(failure(id, "unknown-form", "no feed plugin reads this file".into(), hint))
    }

    /// Each value with its kind: the operator's, the file's, or what the extractors tell.
    fn kinds(&self, listed: Vec<Listed>, refused: &mut Vec<Value>) -> Vec<Bare> {
        let mut indicators: Vec<Option<Bare>> = Vec::with_capacity(listed.len());
        let mut unknown: Vec<(usize, Listed, Option<String>)> = Vec::new();
        let mut seen = BTreeSet::new();
        for one in listed {
            let mut named = match self.kind {
                Some(kind) => vec![kind.to_owned()],
                None => kinds_named(&self.analyst.kinds, &one.kind, &one.value),
            };
            if one.value.len() > VALUE_BYTES {
                let start: String = one.value.chars().take(60).collect();
                refused.push(refusal(&start, &one, "value-too-long", &format!("it has more than {VALUE_BYTES} bytes")));
            } else if !seen.insert((named.clone(), one.value.clone())) {
                continue;
            } else if named.len() == 1 {
                indicators.push(named.pop().map(|kind| Bare { kind, value: one.value }));
            } else {
                unknown.push((indicators.len(), one, named.into_iter().next()));
                indicators.push(None);
            }
        }
        let values: Vec<&str> = unknown.iter().map(|(_, one, _)| one.value.as_str()).collect();
        let told = detect::kinds(self.analyst, &values);
        for ((place, one, likely), told) in unknown.into_iter().zip(told) {
            let bare = told.or_else(|| likely.map(|kind| Bare { kind, value: one.value.clone() }));
            if bare.is_none() {
                let reason = "no extractor takes it for an indicator: name its kind with `--kind`";
                refused.push(refusal(&one.value, &one, "unknown-kind", reason));
            }
            indicators[place] = bare;
        }
        indicators.into_iter().flatten().collect()
    }
}

fn refusal(value: &str, one: &Listed, code: &str, reason: &str) -> Value {
    json!({"value": value, "kind": one.kind, "code": code, "reason": reason, "line": one.line})
}

fn failure(input: &str, code: &str, message: String, hint: &str) -> InputFailure {
    InputFailure { input: input.to_owned(), code: code.into(), message, hint: hint.into() }
}

/// The kinds that go by a word of ours, of MISP's, of STIX's, or by a name for people, and that the value has the form of.
fn kinds_named(kinds: &Kinds, word: &str, value: &str) -> Vec<String> {
    let word = word.trim();
    let plain = word.to_ascii_lowercase();
    if kinds.kinds.contains_key(plain.as_str()) {
        return vec![plain];
    }
    let by = |known: &dyn Fn(&Kind) -> &str| -> Vec<String> {
        let same = |kind: &Kind| !word.is_empty() && known(kind).eq_ignore_ascii_case(word);
        let fits = |(name, kind): &(&String, &Kind)| {
            kind.group.is_some() && same(kind) && kind.value.value(name, value, &[]).is_ok()
        };
        kinds.kinds.iter().filter(fits).map(|(name, _)| name.clone()).collect()
    };
    let found = [by(&|kind| &kind.misp), by(&|kind| &kind.stix), by(&|kind| &kind.name)];
    found.into_iter().find(|names| !names.is_empty()).unwrap_or_default()
}

/// By what a file begins with, else by its name.
fn form_of(path: &Path, bytes: &[u8]) -> Form {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let extension = path.extension().map(|end| end.to_ascii_lowercase());
    let is = |ends: &[&str]| extension.as_ref().is_some_and(|end| ends.iter().any(|known| end == known));
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match text.first() {
        Some(b'{') if is_value(first) => Form::Ndjson,
        Some(b'{' | b'[' | b'<') if !is(&["txt", "csv", "tsv"]) => Form::Feed,
        _ if is(&["csv", "tsv"]) => Form::Csv,
        _ if columns(&String::from_utf8_lossy(first)).is_some() => Form::Csv,
        _ => Form::Lines,
    }
}

fn is_value(line: &[u8]) -> bool {
    serde_json::from_slice::<Value>(line).is_ok_and(|value| member(&value, &VALUE_NAMES).is_some())
}

fn member<'a>(value: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| value.get(*name)?.as_str())
}

fn lines(text: &str) -> Vec<Listed> {
    let line = |(index, line): (usize, &str)| {
        let value = line.trim();
        let comment = value.is_empty() || value.starts_with('#') || value.starts_with("//");
        (!comment).then(|| Listed { value: value.to_owned(), kind: String::new(), line: index as u64 + 1 })
    };
    text.lines().enumerate().filter_map(line).collect()
}

fn json_values(text: &str, refused: &mut Vec<Value>) -> Vec<Listed> {
    let mut listed = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = index as u64 + 1;
        let mut refuse = |reason: String| {
            refused
                .push(json!({"value": null, "kind": "", "code": "malformed-line", "reason": reason, "line": number}));
        };
        match serde_json::from_str::<Value>(line) {
            Ok(object) => match member(&object, &VALUE_NAMES) {
                Some(value) => {
                    let kind = member(&object, &KIND_NAMES).unwrap_or_default().to_owned();
                    listed.push(Listed { value: value.trim().to_owned(), kind, line: number });
                }
                None => refuse("there is no `value`".into()),
            },
            Err(error) => refuse(error.to_string()),
        }
    }
    listed
}

/// The delimiter, and the columns of values and kinds, where a first line is a head.
fn columns(first: &str) -> Option<(u8, usize, Option<usize>)> {
    let find = |names: &[&str], cells: &[String]| cells.iter().position(|cell| names.contains(&cell.as_str()));
    b",;\t".iter().find_map(|delimiter| {
        let cells: Vec<String> = first
            .split(*delimiter as char)
            .map(|cell| cell.trim().trim_matches('"').to_ascii_lowercase().replace([' ', '-'], "_"))
            .collect();
        Some((*delimiter, find(&VALUE_NAMES, &cells)?, find(&KIND_NAMES, &cells)))
    })
}

/// Without a head, the first column holds the values.
fn csv_values(text: &str, id: &str, refused: &mut Vec<Value>) -> Result<Vec<Listed>, InputFailure> {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let head = columns(first);
    let guess = || b";\t".iter().copied().find(|delimiter| first.contains(*delimiter as char)).unwrap_or(b',');
    let (delimiter, value, kind) = head.unwrap_or_else(|| (guess(), 0, None));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(head.is_some())
        .comment(Some(b'#'))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut listed = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            failure(id, "malformed-csv", error.to_string(), "`--list-form lines` takes each line for one value")
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        match record.get(value).filter(|cell| !cell.is_empty()) {
            Some(cell) => {
                let kind = kind.and_then(|kind| record.get(kind)).unwrap_or_default().to_owned();
                listed.push(Listed { value: cell.to_owned(), kind, line });
            }
            None => {
                let reason = format!("there is no value in column {}", value + 1);
                refused.push(json!({"value": "", "kind": "", "code": "empty-value", "reason": reason, "line": line}));
            }
        }
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(listed: &[Listed]) -> Vec<(&str, &str, u64)> {
        listed.iter().map(|one| (one.value.as_str(), one.kind.as_str(), one.line)).collect()
    }

    #[test]
    fn a_file_tells_its_form() {
        let form = |name: &str, text: &str| form_of(Path::new(name), text.as_bytes());
        assert_eq!(form("a.txt", "evil.example\n192.0.2.1\n"), Form::Lines);
        assert_eq!(form("a.txt", "\u{feff}type,value\nip-dst,192.0.2.1\n"), Form::Csv);
        assert_eq!(form("a.csv", "192.0.2.1,bad\n"), Form::Csv);
        assert_eq!(form("a", "{\"kind\":\"x\",\"value\":\"y\"}\n"), Form::Ndjson);
        assert_eq!(form("a.json", "{\n \"type\": \"bundle\"\n}"), Form::Feed);
    }

    #[test]
    fn columns_are_found_by_their_names_and_lines_are_kept() {
        let mut refused = Vec::new();
        let text =
            "# export\nuuid,Type,Value,comment\n1,ip-dst,192.0.2.1,\"a, b\"\n2,domain,,x\n3,domain,evil.example,\n";
        let listed = csv_values(text, "f", &mut refused).unwrap();
        assert_eq!(values(&listed), [("192.0.2.1", "ip-dst", 3), ("evil.example", "domain", 5)]);
        assert_eq!((refused.len(), &refused[0]["line"]), (1, &json!(4)));
        assert_eq!(values(&csv_values("192.0.2.1;x\n", "f", &mut refused).unwrap()), [("192.0.2.1", "", 1)]);
    }

    #[test]
    fn comments_and_empty_lines_hold_no_value_and_bad_lines_are_refused() {
        assert_eq!(values(&lines("# a\n\nevil.example  \n// b\n")), [("evil.example", "", 3)]);
        let mut refused = Vec::new();
        let listed =
            json_values("{\"value\":\"a\"}\n{\nnope\n{\"type\":\"domain\",\"indicator\":\"b\"}\n{}\n", &mut refused);
        assert_eq!(values(&listed), [("a", "", 1), ("b", "domain", 4)]);
        let lines: Vec<_> = refused.iter().map(|refusal| refusal["line"].as_u64().unwrap()).collect();
        assert_eq!(lines, [2, 3, 5]);
    }

    #[test]
    fn kinds_go_by_our_words_and_by_other_formats_words() {
        let kinds = Kinds::parse(include_str!("../../../../data/kinds.toml")).unwrap();
        for (word, value, expected) in [
            ("sha256", "", vec!["sha256"]),
            ("ip-dst", "192.0.2.1", vec!["ipv4", "ipv6"]),
            ("ip-dst", "192.0.2.0/24", vec!["cidr"]),
            ("domain-name:value", "evil.example", vec!["domain"]),
            ("filename", "evil.exe", vec!["file_name", "file_path"]),
            ("shoe size", "44", vec![]),
            ("", "evil.example", vec![]),
        ] {
            assert_eq!(kinds_named(&kinds, word, value), expected, "{word}");
        }
    }
}
