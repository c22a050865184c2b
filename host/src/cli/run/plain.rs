//! A run that remembers nothing: every entry is read and has its brief, whatever was before.

use super::Run;
use super::files::Files;
use super::output::Writer;
use super::sources::Source;
use crate::model::Brief;
use crate::pipeline::{ReadEntry, ordered, read};

/// Works through the sources. Entries are gathered when a worker is free for them, so that what a run holds does not
/// grow with what it reads.
///
/// # Errors
/// A file cannot be written.
pub fn run(run: &Run, sources: &[Source], writer: &mut Writer) -> anyhow::Result<()> {
    let entries = sources.iter().flat_map(|source| {
        let mut pages = run.read_source(source, None);
        let next = move || run.analyst.times.measure("gather", || pages.next());
        std::iter::from_fn(next).flat_map(move |mut page| {
            run.tell(&mut page);
            page.entries().into_iter().map(move |entry| (source, entry))
        })
    });
    let work = |(source, entry)| {
        let read = run.analyst.times.measure("read", || read(entry, &run.readers, &run.source_pages(source)));
        made(run, read)
    };
    let mut written = Ok(());
    ordered(run.jobs, entries, work, |(read, made)| {
        run.progress.inc(1);
        run.tell_read(&read, made.is_empty());
        for made in made {
            match made {
                Made::Withheld => run.withheld(),
                Made::Brief(..) if written.is_err() => return,
                Made::Brief(brief, files) if writer.is_first(&brief.article) => {
                    written = files.and_then(|files| writer.take(&brief, &files));
                    writer.count(&brief);
                }
                Made::Brief(..) => writer.summary.duplicates += 1,
            }
        }
    });
    written
}

/// What was made of an article.
enum Made {
    /// Its marking is above what this run shows.
    Withheld,
    Brief(Box<Brief>, anyhow::Result<Files>),
}

/// The briefs of an entry with their files, and what else was said when it was read.
fn made(run: &Run, mut read: ReadEntry) -> (ReadEntry, Vec<Made>) {
    let articles = std::mem::take(&mut read.articles);
    let made = articles.into_iter().map(|article| {
        let brief = run.analyst.brief(article, read.notes.clone(), read.failures.clone());
        if !run.shows(brief.tlp) {
            return Made::Withheld;
        }
        let files = run.renderer.files(&brief);
        Made::Brief(Box::new(brief), files)
    });
    let made = made.collect();
    (read, made)
}
