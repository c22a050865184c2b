//! Rules to deploy, beside the briefs: a file for each rule of a hunt under `DIALECT/HUNT.ENDING`. Ids of hunts stay the
//! same from run to run, so that a second run shows what changed and adds nothing twice.

use super::output::{remove_file, write_file};
use super::told;
use crate::model::{Brief, CallFailure, Emission, Hunt, Target};
use crate::pipeline::{Analyst, emit};
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rules of a brief's hunts, as every emitter says them.
#[derive(Default)]
pub struct Said {
    /// The article's id.
    article: String,
    rules: Vec<Rule>,
    failures: Vec<CallFailure>,
}

/// A hunt's rules in one dialect.
struct Rule {
    hunt: String,
    /// The article's, not the catalogue's.
    own: bool,
    emission: Emission,
}

/// Says the rules of a brief's hunts in every dialect.
pub fn say(analyst: &Analyst, brief: &Brief) -> Said {
    let target = Target { form: "rule".into(), mapping: analyst.target.mapping.clone() };
    let hunts: Vec<Hunt> = brief.hunts.iter().map(|hunt| hunt.traced.hunt.clone()).collect();
    let mut said = Said { article: brief.article.clone(), ..Said::default() };
    for emitter in &analyst.emitters {
        let emissions = emit(emitter, &hunts, &target, &mut said.failures);
        let each = brief.hunts.iter().zip(emissions);
        said.rules.extend(each.map(|(of, emission)| Rule {
            hunt: of.traced.hunt.id.clone(),
            own: of.because.is_empty(),
            emission,
        }));
    }
    said
}

/// Writes the rules of briefs; without a folder nothing.
pub struct Rules<'a> {
    folder: Option<&'a Path>,
    analyst: &'a Analyst,
    shelves: BTreeMap<String, Shelf>,
    /// The article of each hunt that was written, but for the catalogue's.
    articles: BTreeMap<String, String>,
    /// For each dialect and code of refusal, how many hunts have no rule.
    refused: BTreeMap<(String, String), usize>,
}

impl<'a> Rules<'a> {
    pub fn new(folder: Option<&'a Path>, analyst: &'a Analyst) -> Self {
        Self { folder, analyst, shelves: BTreeMap::new(), articles: BTreeMap::new(), refused: BTreeMap::new() }
    }

    /// Writes the rules of a brief's hunts, and takes away what an earlier run had of them besides.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&mut self, said: &Said) -> anyhow::Result<()> {
        let Some(folder) = self.folder else { return Ok(()) };
        for Rule { hunt, own, emission } in &said.rules {
            if *own
                && self.articles.insert(hunt.clone(), said.article.clone()).is_some_and(|other| other != said.article)
            {
                let message = format!("the rules of {hunt} take the place of another article's");
                let hint = "give articles an address, or a title or date of their own";
                anstream::eprintln!("warning: {}", told(&message, hint));
            }
            if let Some(refusal) = emission.refusals.first() {
                *self.refused.entry((emission.dialect.clone(), refusal.code.clone())).or_default() += 1;
            }
            shelf(&mut self.shelves, folder, &emission.dialect).replace(hunt, emission)?;
        }
        for failure in &said.failures {
            anstream::eprintln!("warning: {}", told(&failure.message, &failure.hint));
        }
        Ok(())
    }

    /// Takes away the rules of the hunts that a brief had and another in its place has not. Those of the catalogue stay:
    /// other briefs have them too.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn remove(&mut self, before: &Brief, now: &Brief) -> anyhow::Result<()> {
        let Some(folder) = self.folder else { return Ok(()) };
        let kept: BTreeSet<&str> = now.hunts.iter().map(|hunt| hunt.traced.hunt.id.as_str()).collect();
        let own = before.hunts.iter().filter(|hunt| hunt.because.is_empty());
        for hunt in own.map(|hunt| &hunt.traced.hunt).filter(|hunt| !kept.contains(hunt.id.as_str())) {
            for dialect in self.analyst.emitters.iter().filter_map(|emitter| emitter.manifest().dialect.as_ref()) {
                shelf(&mut self.shelves, folder, &dialect.name).clear(&hunt.id, &BTreeSet::new())?;
            }
        }
        Ok(())
    }

    /// Says on stderr how many hunts have no rule in which dialect.
    pub fn tell(&self) {
        for ((dialect, code), hunts) in &self.refused {
            anstream::eprintln!("note: {}", told(&format!("{dialect} has no rule for {hunts} hunts: {code}"), ""));
        }
    }
}

/// The rules of one dialect.
struct Shelf {
    folder: PathBuf,
    /// Files that are there.
    names: BTreeSet<String>,
}

fn shelf<'s>(shelves: &'s mut BTreeMap<String, Shelf>, folder: &Path, dialect: &str) -> &'s mut Shelf {
    shelves.entry(dialect.to_owned()).or_insert_with(|| {
        let folder = folder.join(dialect);
        let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        Shelf { names: files.map(|file| file.file_name().to_string_lossy().into_owned()).collect(), folder }
    })
}

impl Shelf {
    /// Writes a hunt's rules in place of those that were there.
    fn replace(&mut self, hunt: &str, said: &Emission) -> anyhow::Result<()> {
        let mut written = BTreeSet::new();
        for artifact in &said.artifacts {
            // A plugin named it.
            let name = format!("{}.{}", artifact.name, artifact.language);
            anyhow::ensure!(
                is_rule_of(hunt, &name) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)),
                "{} names a rule of the hunt {} `{}`, which is no name of a file for it",
                said.plugin,
                hunt,
                crate::report::plain(&name)
            );
            let folder = &self.folder;
            std::fs::create_dir_all(folder).with_context(|| format!("cannot use the folder {}", folder.display()))?;
            write_file(&folder.join(&name), &artifact.text)?;
            written.insert(name);
        }
        self.clear(hunt, &written)?;
        self.names.extend(written);
        Ok(())
    }

    /// Removes the rules of a hunt but those that are kept: one that was divided into more parts before leaves some.
    fn clear(&mut self, hunt: &str, kept: &BTreeSet<String>) -> anyhow::Result<()> {
        let begin = self.names.range(hunt.to_owned()..).take_while(|name| name.starts_with(hunt));
        let gone: Vec<String> = begin.filter(|name| is_rule_of(hunt, name) && !kept.contains(*name)).cloned().collect();
        for name in gone {
            remove_file(&self.folder.join(&name))?;
            self.names.remove(&name);
        }
        Ok(())
    }
}

/// Whether a file is a hunt's rule, `HUNT.ENDING`, or a part of it, `HUNT_1.ENDING`.
fn is_rule_of(hunt: &str, name: &str) -> bool {
    let Some((stem, _)) = name.split_once('.') else { return false };
    match stem.strip_prefix(hunt) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('_').is_some_and(|part| part.chars().all(|c| c.is_ascii_digit())),
        None => false,
    }
}
