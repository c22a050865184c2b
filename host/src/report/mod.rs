//! Reports: one file a format. Text from an article is hostile in all of them.

mod markdown;
pub(crate) mod text;

pub use markdown::{is_high_fidelity, write as markdown};
pub use text::{plain, plain_lines, sentence, shortened};

use crate::model::Brief;

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
