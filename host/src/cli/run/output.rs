//! What a run writes: the files of each brief, JSON lines, the summary's rows.

use super::files::{Files, PLAYBOOKS, playbooks_of};
use super::rules::Rules;
use super::{Args, told};
use crate::cli::summary::{Row, Summary};
use crate::config::{Config, OnError};
use crate::failpoint::fail_point;
use crate::model::Brief;
use crate::pipeline::{Analyst, StageTimes};
use crate::report::{self, Format};
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// Takes the briefs in their order.
pub struct Writer<'a> {
    pub args: &'a Args,
    times: &'a StageTimes,
    config: &'a Config,
    pub summary: Summary,
    pub rules: Rules<'a>,
    /// The beginnings of the ids of the articles that were written: enough to tell those of one run apart, and small
    /// beside what a run of any length holds.
    seen: BTreeSet<u64>,
}

impl<'a> Writer<'a> {
    pub fn new(args: &'a Args, analyst: &'a Analyst, config: &'a Config) -> Self {
        let rules = Rules::new(args.rules.as_deref(), analyst);
        Self { args, times: &analyst.times, config, summary: Summary::default(), rules, seen: BTreeSet::new() }
    }

    /// Whether no brief of this article was written in this run.
    pub fn is_first(&mut self, article: &str) -> bool {
        self.seen.insert(beginning(article))
    }

    /// Adds a brief to the summary.
    pub fn count(&mut self, brief: &Brief) {
        self.summary.add(Row::new(brief, format!("{}.md", report::file_stem(brief))));
    }

    /// Writes a brief's files and says what failed in making it.
    ///
    /// # Errors
    /// A file cannot be written, or a plugin failed without which, as the configuration has it, nothing is to be done.
    pub fn take(&mut self, brief: &Brief, files: &Files) -> anyhow::Result<()> {
        for failure in &brief.failures {
            let own = self.config.plugins.get(&failure.plugin.name);
            anyhow::ensure!(
                own.is_none_or(|own| own.on_error != OnError::Fail),
                "{} failed, and its configuration says `on-error = \"fail\"`: {}\n\nhint: {}",
                failure.plugin,
                failure.message,
                failure.hint
            );
            let message = format!("{} ({}): {}: {}", failure.plugin, failure.stage, brief.title, failure.message);
            anstream::eprintln!("warning: {}", told(&message, &failure.hint));
        }
        self.times.measure("write", || {
            self.write(files)?;
            self.rules.write(&files.rules)
        })
    }

    fn write(&self, files: &Files) -> anyhow::Result<()> {
        // Before the brief that links to it.
        let playbooks = self.args.out.join(playbooks_of(&files.stem));
        match files.playbooks.as_deref() {
            None => {}
            Some("") => remove_file(&playbooks)?,
            Some(text) => {
                std::fs::create_dir_all(self.args.out.join(PLAYBOOKS))
                    .context("cannot make the folder of the playbooks")?;
                write_file(&playbooks, text)?;
            }
        }
        for (ending, text) in &files.formats {
            write_file(&self.args.out.join(format!("{}.{ending}", files.stem)), text)?;
        }
        if let Some(json) = &files.json {
            writeln!(std::io::stdout().lock(), "{json}")?;
        }
        Ok(())
    }

    /// Removes the files of a brief whose place another took, and the rules of its hunts that this one has not.
    ///
    /// # Errors
    /// They are there and cannot be removed.
    pub fn remove(&mut self, brief: &Brief, now: &Brief) -> anyhow::Result<()> {
        self.rules.remove(brief, now)?;
        let stem = report::file_stem(brief);
        let briefs = Format::ALL.map(|format| format!("{stem}.{}", format.ending()));
        briefs.into_iter().chain([playbooks_of(&stem)]).try_for_each(|name| remove_file(&self.args.out.join(name)))
    }
}

/// Removes a file that may be there.
pub fn remove_file(path: &Path) -> anyhow::Result<()> {
    fail_point("output.before-remove");
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", path.display()));
        }
        _ => fail_point("output.after-remove"),
    }
    Ok(())
}

fn beginning(article: &str) -> u64 {
    article.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// A reader of the folder sees the old file or the new one, never a part.
pub fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        fail_point("output.before-write");
        let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        fail_point("output.before-rename");
        file.persist(path)?;
        fail_point("output.after-rename");
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// How the names of files begin that are being written.
const TEMPORARY: &str = ".huntsmith-";

/// Makes the folder, and takes out what a killed run left half written.
///
/// # Errors
/// The folder cannot be made or read.
pub fn prepare(folder: &Path) -> anyhow::Result<()> {
    let make = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let inner = folder.join(PLAYBOOKS);
        for folder in std::iter::once(folder).chain(inner.is_dir().then_some(inner.as_path())) {
            for file in std::fs::read_dir(folder)? {
                let file = file?;
                if file.file_name().to_string_lossy().starts_with(TEMPORARY) && is_old(&file.metadata()?) {
                    std::fs::remove_file(file.path())?;
                }
            }
        }
        Ok(())
    };
    make().with_context(|| format!("cannot use the folder {}\n\nhint: name another with `--out`", folder.display()))
}

/// Of no run that is still under way.
fn is_old(file: &std::fs::Metadata) -> bool {
    file.modified().ok().and_then(|at| at.elapsed().ok()).is_some_and(|age| age.as_secs() > 3_600)
}
