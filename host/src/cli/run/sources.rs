//! What a run reads: the inputs' words turned into sources, and each source into pages of entries.

use super::Run;
use super::outside::SourcePages;
use crate::cli::configured::{Configured, call_failure, files};
use crate::config::FeedConfig;
use crate::feeds;
use crate::model::{CallContext, FeedPage, HttpClient, Note};
use crate::pipeline::{Entry, Gathered, Input, InputFailure, Poll, gather, read_file, resolve};
use crate::sandbox::Plugin;
use std::borrow::Cow;
use std::iter::once;
use std::path::PathBuf;
use std::sync::Arc;

/// One thing that a run reads.
pub enum Source<'a> {
    Feed(&'a str, &'a FeedConfig),
    /// A file or an address that the operator named.
    Input(Input),
    /// A word that is neither.
    Nothing(InputFailure),
}

/// What a source brought in one go.
#[derive(Default)]
pub struct SourcePage {
    /// Of the feed, where it states one.
    pub title: Option<String>,
    /// To be stored with the page.
    pub cursor: Option<String>,
    pub gathered: Gathered,
}

/// The pages of a source, each made when it is asked for.
pub type SourceIter<'a> = Box<dyn Iterator<Item = SourcePage> + Send + 'a>;

impl Source<'_> {
    /// Under which name the store keeps it. The same for the same file whatever folder the command runs in.
    pub fn name(&self) -> String {
        match self {
            Source::Feed(name, _) => (*name).to_owned(),
            Source::Input(Input::Url(url)) => url.clone(),
            Source::Input(Input::File(path)) => {
                let path = path.canonicalize().unwrap_or_else(|_| path.clone());
                format!("file {}", path.display())
            }
            Source::Nothing(failure) => failure.input.clone(),
        }
    }

    /// Whether only what is new of it is wanted; what an operator names by hand is always wanted.
    pub fn is_feed(&self) -> bool {
        matches!(self, Source::Feed(..))
    }
}

impl<'a> Run<'a> {
    /// The sources, in the order of the command line.
    pub fn sources(&self) -> Vec<Source<'a>> {
        let mut sources = Vec::new();
        for word in &self.args.inputs {
            match (self.config.feeds.get(word), resolve(word)) {
                (Some(feed), _) => sources.push(Source::Feed(word, feed)),
                (None, Ok(inputs)) => sources.extend(inputs.into_iter().map(Source::Input)),
                (None, Err(mut failure)) => {
                    let known: Vec<&str> = self.config.feeds.keys().map(String::as_str).collect();
                    if let Some(name) = feeds::nearest(word, &known) {
                        failure.hint = format!("did you mean the feed `{name}`?");
                    }
                    sources.push(Source::Nothing(failure));
                }
            }
        }
        sources
    }

    /// Where the pages come from that the source's items name.
    pub fn source_pages(&self, source: &Source) -> SourcePages<'_> {
        match source {
            Source::Feed(_, feed) => self.outside.pages(Some(feed)),
            _ => self.outside.pages(None),
        }
    }

    /// What a source brings. A failure ends it; what came before stands.
    pub fn read_source<'s>(&'s self, source: &'s Source<'a>, cursor: Option<String>) -> SourceIter<'s> {
        let failed = |failure| Box::new(once(SourcePage::failed(failure)));
        match source {
            Source::Nothing(failure) => failed(failure.clone()),
            Source::Input(input) => Box::new(std::iter::once_with(move || self.read_input(input))),
            Source::Feed(name, feed) => match self.poll_feed(name, feed, cursor) {
                Ok(pages) => pages,
                Err(failure) => failed(failure),
            },
        }
    }

    /// A configured feed from where `cursor` left off; of a folder every file, the cursor going from one to the next.
    fn poll_feed<'s>(
        &'s self,
        name: &'s str,
        feed: &'s FeedConfig,
        cursor: Option<String>,
    ) -> Result<SourceIter<'s>, InputFailure> {
        let Configured { plugin, ctx, grant } = Configured::new(name, feed, self.config, &self.feeds)?;
        let page = move |page: Result<FeedPage, InputFailure>| match page {
            Ok(page) => SourcePage::of_feed(page, name, feed),
            Err(failure) => SourcePage::failed(failure),
        };
        Ok(match files(feed)? {
            None => {
                let http = Some(self.outside.fetcher(grant) as Arc<dyn HttpClient>);
                let pages = Poll::new(plugin, ctx, None, cursor, http);
                Box::new(pages.map(move |page| page.map_err(|error| call_failure(name, error))).map(page))
            }
            Some(files) => {
                let ctx = CallContext { tlp: feed.tlp, ..ctx };
                let (files, most, polled) = (files.into_iter(), self.args.max_input_mib << 20, None);
                Box::new(FolderPages { name, plugin, ctx, files, most, cursor, polled }.map(page))
            }
        })
    }

    fn read_input(&self, input: &Input) -> SourcePage {
        use crate::pipeline::Inputs as _;
        let (name, document) = match input {
            Input::File(path) => (path.display().to_string(), read_file(path, self.args.max_input_mib << 20)),
            Input::Url(url) => (url.clone(), self.outside.fetch(url)),
        };
        match document {
            Ok(document) => {
                let gathered = gather(document, &name, self.args.tlp, &self.feeds, self.outside);
                SourcePage { gathered, ..SourcePage::default() }
            }
            Err(failure) => SourcePage::failed(failure),
        }
    }
}

/// A folder's files handed to its plugin one after the other.
struct FolderPages<'a> {
    name: &'a str,
    plugin: &'a Plugin,
    ctx: CallContext,
    files: std::vec::IntoIter<PathBuf>,
    /// Bytes of the largest file.
    most: u64,
    cursor: Option<String>,
    /// The file that is being read.
    polled: Option<Poll<'a>>,
}

impl Iterator for FolderPages<'_> {
    type Item = Result<FeedPage, InputFailure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(page) = self.polled.as_mut().and_then(Iterator::next) {
                let page = page.map_err(|error| call_failure(self.name, error));
                self.cursor = page.as_ref().ok().and_then(|page| page.cursor.clone()).or(self.cursor.take());
                return Some(page);
            }
            match read_file(&self.files.next()?, self.most) {
                Ok(document) => {
                    let document = Some(Cow::Owned(document));
                    self.polled = Some(Poll::new(self.plugin, self.ctx.clone(), document, self.cursor.clone(), None));
                }
                Err(failure) => return Some(Err(failure)),
            }
        }
    }
}

impl SourcePage {
    fn failed(failure: InputFailure) -> Self {
        let gathered = Gathered { failures: vec![failure], ..Gathered::default() };
        Self { gathered, ..Self::default() }
    }

    fn of_feed(mut page: FeedPage, name: &str, feed: &FeedConfig) -> Self {
        let (title, cursor) = (page.title.clone(), page.cursor.take());
        let mut gathered = Gathered::default();
        gathered.add(page, name, feed.tlp);
        SourcePage { title, cursor, gathered }
    }

    /// Takes out what an operator should be told.
    pub fn told(&mut self) -> (Vec<Note>, Vec<InputFailure>) {
        (std::mem::take(&mut self.gathered.notes), std::mem::take(&mut self.gathered.failures))
    }

    /// Takes the entries out.
    pub fn entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.gathered.entries)
    }
}
