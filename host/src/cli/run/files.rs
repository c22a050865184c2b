//! What a brief is written as, as texts: made by the worker that made the brief, so that the one thread that writes has
//! nothing left to compute.

use super::rules::{Said, say};
use crate::model::Brief;
use crate::pipeline::Analyst;
use crate::playbook::Playbooks;
use crate::report::{self, Format};

/// Below the folder of the briefs.
pub const PLAYBOOKS: &str = "playbooks";

/// The file with the playbooks of the brief of this name.
pub fn playbooks_of(stem: &str) -> String {
    format!("{PLAYBOOKS}/{stem}.md")
}

/// Makes the files of briefs.
pub struct Renderer<'a> {
    pub analyst: &'a Analyst,
    pub formats: &'a [Format],
    /// Whether briefs are printed as JSON lines too.
    pub json: bool,
    /// Whether rules to deploy are written.
    pub rules: bool,
    /// None where no playbooks are written.
    pub playbooks: Option<Playbooks<'a>>,
}

/// The files of one brief.
pub struct Files {
    /// Their name without an ending.
    pub stem: String,
    /// Endings and texts.
    pub formats: Vec<(&'static str, String)>,
    /// The playbooks of the brief's techniques, empty where it has none; none where no playbooks are written.
    pub playbooks: Option<String>,
    /// One line.
    pub json: Option<String>,
    pub rules: Said,
}

impl Renderer<'_> {
    /// The files of a brief.
    ///
    /// # Errors
    /// A value that a format cannot hold.
    pub fn files(&self, brief: &Brief) -> anyhow::Result<Files> {
        let rules = if self.rules { say(self.analyst, brief) } else { Said::default() };
        self.analyst.times.measure("render", || {
            let stem = report::file_stem(brief);
            let playbooks = self.playbooks.as_ref().map(|playbooks| playbooks.of(brief));
            let playbooks = playbooks.map(|of| if of.is_empty() { String::new() } else { of.markdown() });
            let link = playbooks.as_ref().filter(|text| !text.is_empty()).map(|_| playbooks_of(&stem));
            let attack = self.analyst.knowledge.as_ref().map_or("", |knowledge| knowledge.version());
            let text = |format: &Format| {
                Ok((format.ending(), format.write(brief, &self.analyst.kinds, attack, link.as_deref())?))
            };
            let formats = self.formats.iter().map(text).collect::<anyhow::Result<_>>()?;
            let json = self.json.then(|| report::json(brief)).transpose()?;
            Ok(Files { stem, formats, playbooks, json, rules })
        })
    }
}
