//! Rules of files and folders together: correlations and filters find the rules that they name, and each document
//! becomes a hunt.

use super::correlation::{Graph, slug};
use super::document::{self, Body, Broken, Document};
use super::error::{Code, Place, SigmaError};
use super::rule::{self, Filter};
use super::yaml::Yaml;
use crate::model::{Hunt, Property, Search, Tlp, Window};
use crate::pipeline::{PhaseTable, hunt_id, parallel};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Folders below one another that are gone into.
const FOLDERS: usize = 32;

/// Documents of files, in the files' order.
#[derive(Debug, Default)]
pub struct Collection {
    documents: Vec<Result<Document, Broken>>,
    /// Ids and names to documents.
    names: BTreeMap<String, Vec<usize>>,
    /// Which of the documents are filters.
    filters: Vec<usize>,
    /// YAML files of folders that hold nothing of Sigma's.
    pub skipped: Vec<String>,
}

/// What hunts made of rules carry beside what the rule says.
#[derive(Debug, Clone)]
pub struct Frame {
    pub phases: PhaseTable,
    /// How far back a hunt looks.
    pub window: Window,
}

impl Collection {
    /// Reads files, and all `.yml` and `.yaml` files below folders in the order of their names. Links in folders are not
    /// followed; folders whose name begins with a dot are passed over.
    pub fn open(paths: &[PathBuf], jobs: usize) -> Self {
        let mut files: Vec<Found> = Vec::new();
        for path in paths {
            if path.is_dir() {
                let licence = licence(path);
                walk(path, 0, &mut |path, listed| files.push(Found { path, listed, licence: licence.clone() }));
            } else {
                files.push(Found { path: path.clone(), listed: false, licence: None });
            }
        }
        let read = parallel(jobs, files, |file| {
            let shown = file.path.display().to_string();
            let mut documents = match read_file(&file.path) {
                Ok(bytes) => document::read(&shown, &bytes),
                Err(error) => vec![Err(unreadable(&shown, error))],
            };
            let stray = |document: &Result<Document, Broken>| matches!(document, Err(broken) if broken.error.code == Code::NotARule && broken.title.is_empty());
            let skipped = file.listed && documents.iter().all(stray);
            for document in documents.iter_mut().flatten() {
                document.about.license = document.about.license.take().or_else(|| file.licence.clone());
            }
            (shown, documents, skipped)
        });
        let mut collection = Self::default();
        for (path, documents, skipped) in read {
            if skipped {
                collection.skipped.push(path);
            } else {
                documents.into_iter().for_each(|document| collection.push(document));
            }
        }
        collection
    }

    /// The documents of one text.
    pub fn of_text(path: &str, text: &str) -> Self {
        let mut collection = Self::default();
        document::read(path, text.as_bytes()).into_iter().for_each(|document| collection.push(document));
        collection
    }

    /// The documents of a file whose YAML was read.
    pub fn of_yaml(path: &str, read: Vec<Result<Yaml, SigmaError>>) -> Self {
        let mut collection = Self::default();
        document::of_yaml(path, read).into_iter().for_each(|document| collection.push(document));
        collection
    }

    fn push(&mut self, document: Result<Document, Broken>) {
        if let Ok(document) = &document {
            let index = self.documents.len();
            for name in [&document.about.id, &document.about.name].into_iter().filter(|name| !name.is_empty()) {
                self.names.entry(name.clone()).or_default().push(index);
            }
            if matches!(document.body, Body::Filter { .. }) {
                self.filters.push(index);
            }
        }
        self.documents.push(document);
    }

    /// How many documents there are, broken ones counted.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Documents that could be read, with their places.
    pub fn documents(&self) -> impl Iterator<Item = (usize, &Document)> {
        self.documents.iter().enumerate().filter_map(|(index, document)| Some((index, document.as_ref().ok()?)))
    }

    /// A document that [`resolve`](Self::resolve) or [`documents`](Self::documents) gave.
    pub(super) fn document(&self, index: usize) -> &Document {
        self.documents[index].as_ref().expect("an index of a document that was read")
    }

    /// The document that a name or an id means, as seen from another: its own file comes first.
    pub(super) fn resolve(&self, name: &str, from: usize) -> Result<usize, String> {
        let known = self.names.get(name).map(Vec::as_slice).unwrap_or_default();
        let home = &self.document(from).path;
        match known {
            [one] => Ok(*one),
            [] => Err(format!("no rule here has the id or name `{name}`")),
            several => {
                let mut near = several.iter().filter(|index| self.document(**index).path == *home);
                match (near.next(), near.next()) {
                    (Some(one), None) => Ok(*one),
                    _ => Err(format!("{} rules have the id or name `{name}`", several.len())),
                }
            }
        }
    }

    /// The search of a rule, with the filters of the collection.
    pub(super) fn search(&self, index: usize, name: String) -> Result<Search, SigmaError> {
        rule::search(self.document(index), &self.filters(), name)
    }

    fn filters(&self) -> Vec<Filter<'_>> {
        self.filters.iter().filter_map(|index| Filter::of(self.document(*index)).ok().flatten()).collect()
    }

    /// Every document as a hunt, in order; see [`hunt`](Self::hunt).
    pub fn hunts<'a>(&'a self, frame: &'a Frame) -> impl Iterator<Item = Result<Entry<'a>, Broken>> + 'a {
        (0..self.len()).filter_map(|index| self.hunt(index, frame))
    }

    /// A document, by its place in order, as a hunt. None: it is a filter, which is no hunt of its own, and an error
    /// only where it is broken or names a rule that is not there.
    pub fn hunt(&self, index: usize, frame: &Frame) -> Option<Result<Entry<'_>, Broken>> {
        let document = match self.documents.get(index)? {
            Ok(document) => document,
            Err(broken) => return Some(Err(broken.clone())),
        };
        let (path, about) = (&document.path, &document.about);
        let broken = |error| Broken { path: path.clone(), id: about.id.clone(), title: about.title.clone(), error };
        match self.said(index, frame) {
            Ok(hunt) => Some(Ok(Entry { document, hunt: hunt? })),
            Err(error) => Some(Err(broken(error))),
        }
    }

    fn said(&self, index: usize, frame: &Frame) -> Result<Option<Hunt>, SigmaError> {
        let document = self.document(index);
        let mut graph = Graph::default();
        match &document.body {
            Body::Filter { filter, .. } => {
                let read = Filter::of(document)?;
                let names = read.as_ref().map(|filter| filter.names().to_vec()).unwrap_or_default();
                let place = Place::top(document.line);
                for name in names {
                    self.resolve(&name, index)
                        .map_err(|reason| place.key("filter", filter.line).error(Code::UnknownRule, reason))?;
                }
                return Ok(None);
            }
            Body::Correlation(_) => {
                graph.add(self, index)?;
            }
            Body::Rule { .. } => {
                graph.searches.push(rule::search(document, &self.filters(), slug(&document.about.title))?);
            }
        }
        Ok(Some(hunt(document, graph, frame)))
    }
}

/// A document and the hunt that it became.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub document: &'a Document,
    pub hunt: Hunt,
}

fn hunt(document: &Document, graph: Graph, frame: &Frame) -> Hunt {
    let about = &document.about;
    let key = if about.id.is_empty() { &about.title } else { &about.id };
    let techniques: Vec<String> = about.techniques().iter().map(ToString::to_string).collect();
    let tactics = about.tactics();
    let shown = frame.phases.of(techniques.first().map_or("", String::as_str), &tactics);
    let definition = match &document.body {
        Body::Rule { source, .. } => source.get("definition").and_then(Yaml::text),
        _ => None,
    };
    Hunt {
        id: hunt_id(key, "sigma"),
        title: about.title.clone(),
        description: about.description.clone(),
        author: about.author.clone(),
        license: about.license.clone(),
        level: about.level.clone(),
        status: about.status.clone(),
        source: Some(document.label()),
        phase: shown.first().map(|phase| (*phase).to_owned()).unwrap_or_default(),
        confidence: match about.status.as_deref() {
            Some("stable") => "High",
            Some("test") => "Medium",
            _ => "Low",
        }
        .into(),
        tlp: Tlp::Clear,
        techniques,
        searches: graph.searches,
        correlations: graph.correlations,
        stages: Vec::new(),
        window: frame.window.clone(),
        false_positives: about.false_positives.clone(),
        references: about.references.clone(),
        properties: definition
            .map(|value| Property { name: "logsource_definition".into(), value })
            .into_iter()
            .collect(),
    }
}

/// A file to read.
struct Found {
    path: PathBuf,
    /// Not named by the operator, but found in a folder.
    listed: bool,
    /// What its rules are licensed under where they do not say it themselves.
    licence: Option<String>,
}

/// What the licence in a folder of rules, or beside it, says: the line of its `LICENSE` about the rules, else its title.
fn licence(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let folders = [Some(folder.as_path()), folder.parent()];
    let names = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE"];
    let mut files = folders.into_iter().flatten().flat_map(|folder| names.map(|name| folder.join(name)));
    let text = read_file(&files.find(|file| file.is_file())?).ok()?;
    let text = String::from_utf8_lossy(&text);
    let lines =
        || text.lines().map(|line| line.trim_start_matches(['#', '-', '*', ' ']).trim()).filter(|l| !l.is_empty());
    let about_rules = |line: &&str| {
        let line = line.to_lowercase();
        line.contains("rules") && (line.contains("license") || line.contains("licence"))
    };
    let line = lines().find(about_rules).or_else(|| lines().next())?;
    Some(line.chars().take(240).collect())
}

fn walk(folder: &Path, depth: usize, take: &mut impl FnMut(PathBuf, bool)) {
    // A folder that cannot be listed is read like a file: that says why it cannot.
    let Ok(entries) = std::fs::read_dir(folder) else { return take(folder.to_owned(), false) };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let hidden = entry.file_name().as_encoded_bytes().first() == Some(&b'.');
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !hidden && depth < FOLDERS => walk(&path, depth + 1, take),
            Ok(kind) if kind.is_file() && path.extension().is_some_and(|end| end == "yml" || end == "yaml") => {
                take(path, true);
            }
            _ => {}
        }
    }
}

/// No more of a file than is read.
fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(document::FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &str, error: std::io::Error) -> Broken {
    let error = Place::top(0).error(Code::UnreadableFile, error.to_string());
    Broken { path: path.into(), id: String::new(), title: String::new(), error }
}
