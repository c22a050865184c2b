//! From an entry to an article: the best document that there is of it goes through the reader whose manifest accepts it.

use super::gather::{Entry, InputFailure, call_failure, candidates, is_unsupported};
use super::normalise::Normalised;
use crate::model::{Article, CallContext, CallFailure, Content, Document, Note, Reading};
use crate::sandbox::Plugin;
use sha2::{Digest, Sha256};

/// How deep attachments of attachments are read.
const DEPTH: usize = 4;

/// Where the page behind an entry's address comes from.
pub trait Pages: Sync {
    /// The page; none: only what the feed carries is to be had, and that is how it should be.
    ///
    /// # Errors
    /// Why the page could not be had.
    fn page(&self, url: &str) -> Result<Option<Document>, NoPage>;
}

/// Why a page could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPage {
    pub code: String,
    pub message: String,
    /// Another run may have it.
    pub again: bool,
}

/// What reading an entry brought.
#[derive(Debug, Default)]
pub struct ReadEntry {
    pub articles: Vec<Article>,
    pub notes: Vec<Note>,
    pub failures: Vec<CallFailure>,
    /// Why the page behind the entry's address was not read, where it should have been.
    pub missing: Option<NoPage>,
    /// The document that no reader takes, where the entry is nothing but that document: there is no article then.
    pub unread: Option<InputFailure>,
}

/// Reads an entry: the feed's own body where it carries one, else the page, else the summary.
pub fn read(entry: Entry, readers: &[Plugin], pages: &dyn Pages) -> ReadEntry {
    let mut read = ReadEntry { notes: entry.notes.clone(), ..Default::default() };
    let mut document = entry.body.clone();
    if document.is_none() && !entry.url.is_empty() {
        match pages.page(&entry.url) {
            Ok(page) => document = page,
            Err(missing) => {
                read.notes
                    .push(note("page_not_read", format!("only what the feed carries was read: {}", missing.message)));
                read.missing = Some(missing);
            }
        }
    }
    read.of_documents(&entry, [document, entry.summary.clone()].into_iter().flatten(), readers);
    read
}

/// Reads a document that stands for itself.
pub fn read_document(document: Document, readers: &[Plugin]) -> ReadEntry {
    let mut read = ReadEntry::default();
    read.of_documents(&Entry::default(), std::iter::once(document), readers);
    read
}

impl ReadEntry {
    /// Takes the first of the documents that has a text.
    fn of_documents(&mut self, entry: &Entry, documents: impl Iterator<Item = Document>, readers: &[Plugin]) {
        let mut contents = Vec::new();
        for document in documents {
            contents = self.document(&document, readers, entry.tlp, 0);
            if contents.iter().any(|content| !content.text.trim().is_empty()) {
                break;
            }
        }
        // A feed's title or facts say something without a text; a mere file does not.
        let mere_document = entry.title.is_none() && entry.facts.is_empty();
        if contents.is_empty() && self.failures.is_empty() {
            if self.unread.is_some() && mere_document {
                return;
            }
            contents.push(Content::default());
        }
        self.unread = None;
        let several = contents.len() > 1;
        self.articles.extend(contents.into_iter().map(|content| article(entry, content, several)));
    }

    fn document(
        &mut self,
        document: &Document,
        readers: &[Plugin],
        tlp: crate::model::Tlp,
        depth: usize,
    ) -> Vec<Content> {
        let ctx = CallContext { tlp, ..Default::default() };
        let mut refused = None;
        for reader in candidates(readers, document) {
            match reader.read(&ctx, document) {
                Ok(called) => {
                    let Reading { mut contents, children, notes } = called.value;
                    self.notes.extend(notes);
                    for child in children {
                        if depth == DEPTH {
                            let name = child.name.as_deref().unwrap_or("an attachment");
                            self.notes
                                .push(note("too_deep", format!("{name} lies more than {DEPTH} attachments deep")));
                            continue;
                        }
                        contents.extend(self.document(&child, readers, tlp, depth + 1));
                    }
                    return contents;
                }
                Err(error) if is_unsupported(&error) => refused = Some(error.message),
                Err(error) => {
                    self.failures.push(call_failure("read", error));
                    return Vec::new();
                }
            }
        }
        let name = document.name.as_deref().unwrap_or("a document");
        let kind = if document.media_type.is_empty() { "of unknown type" } else { document.media_type.as_str() };
        let why = refused.map(|message| format!(": {message}")).unwrap_or_default();
        let message = format!("no reader takes {name} ({kind}){why}");
        self.notes.push(note("no_reader", message.clone()));
        self.unread = Some(InputFailure {
            input: name.to_owned(),
            code: "no-reader".into(),
            message,
            hint: "save it in a form that a reader takes (`huntsmith plugin list`), or install a reader for it".into(),
        });
        Vec::new()
    }
}

fn note(code: &str, message: String) -> Note {
    Note { code: code.into(), message, properties: Vec::new() }
}

fn article(entry: &Entry, content: Content, several: bool) -> Article {
    let mut content = content;
    // Of a mailbox or a document with attachments, each part has a title of its own.
    let title = if several {
        content.title.clone().or(entry.title.clone())
    } else {
        entry.title.clone().or(content.title.clone())
    };
    content.title = title.or_else(|| first_line(&content.text)).map(|title| Normalised::new(title).text);
    content.published = entry.published.clone().or(content.published.take());
    // A feed declares one language for all that it carries: the text itself knows better.
    let declared = || entry.properties.iter().find(|p| p.name == "language").map(|p| p.value.clone());
    content.language = content.language.or_else(declared).filter(|language| is_language(language));
    Article {
        id: article_id(&entry.source, &entry.url, &content),
        source: entry.source.clone(),
        url: entry.url.clone(),
        content,
        facts: entry.facts.clone(),
        properties: entry.properties.clone(),
        tlp: entry.tlp,
    }
}

/// Of the form of BCP 47: `de`, `pt-BR`.
fn is_language(text: &str) -> bool {
    let subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    text.len() <= 35 && text.split('-').all(subtag)
}

fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(crate::report::shortened(line, 120))
}

/// The article's id: SHA-256 over source, address, title and text, each with its length before it.
pub fn article_id(source: &str, url: &str, content: &Content) -> String {
    let mut hash = Sha256::new();
    for part in [source, url, content.title.as_deref().unwrap_or_default(), &content.text] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
