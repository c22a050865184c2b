//! An advisory about packages, whichever database wrote it, and the item that it becomes: vulnerabilities and packages
//! as facts, and a page of Markdown, which is what both databases write their descriptions in.

use huntsmith_sdk::feed::{Document, Fact, Item, Property, property};
use huntsmith_sdk::stated::{is_cve, purl};
use huntsmith_sdk::{address, time};

/// Versions that are listed one by one in a fact; more are only counted.
const VERSIONS: usize = 100;

/// What both forms say.
#[derive(Debug, Default)]
pub struct Advisory {
    pub id: String,
    pub aliases: Vec<String>,
    pub url: String,
    pub summary: String,
    /// Markdown.
    pub details: String,
    pub published: String,
    pub modified: String,
    pub withdrawn: bool,
    /// The package was made to do harm.
    pub malicious: bool,
    /// A word (`high`), or a CVSS vector.
    pub severity: Vec<String>,
    pub affected: Vec<Affected>,
    pub references: Vec<String>,
    pub weaknesses: Vec<String>,
}

/// A package with the versions that the advisory is about.
#[derive(Debug, Default)]
pub struct Affected {
    pub ecosystem: String,
    pub name: String,
    /// The package URL, where the database states it itself.
    pub purl: Option<String>,
    /// Ranges in the form `>= 1.0.0, < 1.2.3`.
    pub ranges: Vec<String>,
    pub versions: Vec<String>,
    /// The first versions that are sound again.
    pub fixed: Vec<String>,
}

impl Affected {
    /// The package URL; where no type of package URL fits, the ecosystem and the name.
    fn value(&self) -> String {
        let stated = self.purl.clone().filter(|purl| purl.starts_with("pkg:"));
        stated
            .or_else(|| purl(&self.ecosystem, &self.name))
            .unwrap_or_else(|| format!("{}/{}", self.ecosystem, self.name))
    }

    fn fact(&self, advisory: &Advisory) -> Fact {
        let more = self.versions.len().saturating_sub(VERSIONS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let versions = format!("{}{more}", self.versions[..self.versions.len().min(VERSIONS)].join(", "));
        let named = [("ecosystem", &self.ecosystem), ("name", &self.name), ("versions", &versions)];
        let ranges = self.ranges.iter().map(|range| ("affected", range));
        let fixed = self.fixed.iter().map(|version| ("fixed", version));
        let all = named.into_iter().chain(ranges).chain(fixed);
        Fact {
            id: advisory.id.clone(),
            kind: if advisory.malicious { "package" } else { "affected-package" }.to_string(),
            value: self.value(),
            properties: all.filter_map(|(name, value)| property(name, value)).collect(),
        }
    }

    fn which_versions(&self) -> String {
        match (&self.ranges[..], &self.versions[..]) {
            ([], []) => "all versions".to_string(),
            ([], versions) if versions.len() > 20 => {
                format!("{} and {} more", versions[..20].join(", "), versions.len() - 20)
            }
            ([], versions) => versions.join(", "),
            (ranges, _) => ranges.join("; "),
        }
    }
}

impl Advisory {
    /// Makes an item.
    pub fn item(&self) -> Item {
        let title = match self.summary.trim() {
            "" => self.id.clone(),
            summary => format!("{}: {}", self.id, summary.split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        let category = if self.malicious { "malware" } else { "vulnerability" };
        let references = self.references.iter().filter(|url| address::is_web(url));
        let properties: Vec<Property> = [("category", category)]
            .into_iter()
            .chain(self.severity.iter().map(|severity| ("severity", severity.as_str())))
            .chain(self.weaknesses.iter().map(|weakness| ("weakness", weakness.as_str())))
            .chain(references.map(|url| ("reference", url.as_str())))
            .filter_map(|(name, value)| property(name, value))
            .collect();
        let url = Some(self.url.clone()).filter(|url| address::is_web(url));
        Item {
            key: self.id.clone(),
            title: Some(title),
            published: time::parse(&self.published),
            updated: time::parse(&self.modified),
            tlp: None,
            summary: None,
            body: Some(Document {
                name: None,
                media_type: "text/markdown; charset=utf-8".to_string(),
                base_url: url.clone(),
                bytes: self.markdown().into_bytes(),
            }),
            facts: self.facts(),
            properties,
            url,
        }
    }

    fn facts(&self) -> Vec<Fact> {
        let ids = std::iter::once(&self.id).chain(&self.aliases).filter_map(|id| {
            let kind = match id {
                id if is_cve(id) => "cve",
                id if id.starts_with("GHSA-") => "ghsa",
                _ => return None,
            };
            Some(Fact { id: self.id.clone(), kind: kind.to_string(), value: id.clone(), properties: Vec::new() })
        });
        let mut facts: Vec<Fact> = ids.collect();
        for affected in &self.affected {
            let fact = affected.fact(self);
            // One package may stand in several entries, with a range each.
            match facts.iter_mut().find(|known| known.kind == fact.kind && known.value == fact.value) {
                Some(known) => {
                    let new = fact.properties.into_iter().filter(|property| !known.properties.contains(property));
                    let new: Vec<Property> = new.collect();
                    known.properties.extend(new);
                }
                None => facts.push(fact),
            }
        }
        facts
    }

    /// The advisory for people and for extractors: only what it says itself.
    fn markdown(&self) -> String {
        let mut page = String::new();
        if !self.summary.trim().is_empty() {
            page.push_str(&format!("{}\n\n", self.summary.trim()));
        }
        let named: Vec<&str> = std::iter::once(&self.id).chain(&self.aliases).map(String::as_str).collect();
        page.push_str(&format!("Advisory: {}\n\n", named.join(", ")));
        if !self.details.trim().is_empty() {
            page.push_str(&format!("{}\n\n", self.details.replace("\r\n", "\n").trim()));
        }
        if self.affected.is_empty() {
            return page;
        }
        if self.malicious {
            page.push_str("## Indicators of compromise\n\n");
            for affected in &self.affected {
                page.push_str(&format!("- Malicious {} package: `{}`\n", affected.ecosystem, affected.name));
            }
            page.push('\n');
        }
        page.push_str("## Affected packages\n\n| Package | Ecosystem | Affected | Fixed |\n|---|---|---|---|\n");
        for affected in &self.affected {
            let cells =
                [affected.value(), affected.ecosystem.clone(), affected.which_versions(), affected.fixed.join(", ")];
            page.push_str(&format!("| {} |\n", cells.map(|cell| escape(&cell)).join(" | ")));
        }
        page
    }
}

/// A cell of a table: on one line, its bars escaped, and no mark of Markdown in it.
fn escape(cell: &str) -> String {
    let mut text = String::new();
    for c in cell.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' => text.extend(['\\', c]),
            c if c.is_control() => text.push(' '),
            c => text.push(c),
        }
    }
    text
}
