//! Reports: one file a format. Text from an article is hostile in all of them.

mod csv;
mod markdown;
mod misp;
mod navigator;
mod stix;
pub(crate) mod text;

pub use markdown::{is_high_fidelity, write as markdown};
pub use text::{counted, defanged, defanged_text, plain, plain_lines, sentence, shortened};

use crate::kinds::Kinds;
use crate::model::Brief;

/// A format in which a brief is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Format {
    /// For people
    Markdown,
    /// Everything; its schema is data/schema/brief-1.json
    Json,
    /// A STIX 2.1 bundle
    Stix,
    /// An event for MISP
    Misp,
    /// A layer for the ATT&CK Navigator
    Navigator,
    /// The indicators, one a line
    Csv,
}

impl Format {
    pub const ALL: [Format; 6] =
        [Format::Markdown, Format::Json, Format::Stix, Format::Misp, Format::Navigator, Format::Csv];

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Markdown => "md",
            Format::Json => "json",
            Format::Stix => "stix.json",
            Format::Misp => "misp.json",
            Format::Navigator => "layer.json",
            Format::Csv => "csv",
        }
    }

    /// A brief in this format. `attack` is the version of ATT&CK that its techniques are of, `playbooks` the path of the
    /// file with its playbooks, for a link: letters, digits, `-`, `/` and `.`.
    ///
    /// # Errors
    /// A value that the format cannot hold.
    pub fn write(self, brief: &Brief, kinds: &Kinds, attack: &str, playbooks: Option<&str>) -> anyhow::Result<String> {
        Ok(match self {
            Format::Markdown => markdown::write(brief, kinds, playbooks),
            Format::Json => json(brief)?,
            Format::Stix => serde_json::to_string_pretty(&stix::write(brief, kinds))?,
            Format::Misp => serde_json::to_string_pretty(&misp::write(brief, kinds))?,
            Format::Navigator => serde_json::to_string_pretty(&navigator::write(brief, attack))?,
            Format::Csv => csv::write(brief, kinds)?,
        })
    }
}

/// The brief's file name without an ending: date, title and the beginning of the article's id, in lower-case letters,
/// digits and `-`.
pub fn file_stem(brief: &Brief) -> String {
    let date = brief.published.as_deref().and_then(|p| p.get(..10)).filter(|d| is_date(d)).unwrap_or("undated");
    let mut slug = String::new();
    for c in brief.title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() >= 60 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    let id = brief.article.get(..8).unwrap_or_default();
    if slug.is_empty() { format!("{date}-{id}") } else { format!("{date}-{slug}-{id}") }
}

fn is_date(text: &str) -> bool {
    text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
}

/// The brief as JSON: one object, versioned; its schema is `data/schema/brief-1.json`.
///
/// # Errors
/// A value that JSON cannot hold.
pub fn json(brief: &Brief) -> serde_json::Result<String> {
    serde_json::to_string(brief)
}

/// The JSON schema of [`json`]'s objects, as `data/schema/brief-1.json` has it.
///
/// # Errors
/// A schema that JSON cannot hold.
pub fn json_schema() -> serde_json::Result<String> {
    let schema = schemars::schema_for!(Brief);
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

#[cfg(test)]
mod tests {
    /// `UPDATE=1 cargo test` writes the schema anew; a change to a published version needs a new number.
    #[test]
    fn the_published_schema_is_that_of_the_code() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/schema/brief-1.json");
        let now = super::json_schema().unwrap();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &now).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), now);
    }
}
