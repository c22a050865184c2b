//! A run that remembers nothing: every entry is read and has its brief, whatever was before.

use super::Run;
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
        briefs(run, read)
    };
    let mut written = Ok(());
    ordered(run.jobs, entries, work, |(read, briefs)| {
        run.progress.inc(1);
        run.tell_read(&read, briefs.is_empty());
        for brief in briefs {
            if !run.shows(brief.tlp) {
                run.withheld();
            } else if written.is_err() {
                return;
            } else if writer.is_first(&brief.article) {
                written = writer.take(&brief);
                writer.count(&brief);
            } else {
                writer.summary.duplicates += 1;
            }
        }
    });
    written
}

/// The briefs of an entry, and what else was said when it was read.
fn briefs(run: &Run, mut read: ReadEntry) -> (ReadEntry, Vec<Brief>) {
    let articles = std::mem::take(&mut read.articles);
    let brief = |article| run.analyst.brief(article, read.notes.clone(), read.failures.clone());
    let briefs = articles.into_iter().map(brief).collect();
    (read, briefs)
}
