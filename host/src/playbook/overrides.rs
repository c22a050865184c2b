//! A user's own rows: a TOML file with a table for each technique, or Markdown in the form that huntsmith writes, with
//! only the rows that are to change. `*` stands for all techniques.

use super::{Origin, Piece, ROWS, Row};
use crate::attack::{AttackError, Knowledge, TechniqueId};
use std::collections::BTreeMap;

/// A file of overrides may have this many bytes.
const LIMIT: usize = 4 << 20;
/// In place of an id: every technique.
const ALL: &str = "*";

/// Rows by technique.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    all: BTreeMap<String, String>,
    own: BTreeMap<TechniqueId, BTreeMap<String, String>>,
}

/// Why a file of overrides cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OverrideError {
    #[error("the file has more than {LIMIT} bytes")]
    TooLarge,
    #[error("the file cannot be read as TOML: {0}")]
    Malformed(#[from] toml::de::Error),
    #[error("line {line}: {message}")]
    BadMarkdown { line: usize, message: &'static str },
    #[error(transparent)]
    Technique(#[from] AttackError),
    #[error("{technique}: a playbook has no row `{row}`")]
    UnknownRow { technique: String, row: String, nearest: &'static str },
    #[error("{technique}: the row `{row}` is given twice")]
    Twice { technique: String, row: String },
}

impl OverrideError {
    /// Stable; for machines.
    pub fn code(&self) -> &'static str {
        match self {
            OverrideError::TooLarge => "override-too-large",
            OverrideError::Malformed(_) => "override-malformed",
            OverrideError::BadMarkdown { .. } => "override-bad-markdown",
            OverrideError::Technique(error) => error.code(),
            OverrideError::UnknownRow { .. } => "override-unknown-row",
            OverrideError::Twice { .. } => "override-row-twice",
        }
    }

    /// What to do next, for a person.
    pub fn hint(&self) -> String {
        match self {
            OverrideError::TooLarge => "keep only the rows that are to change".into(),
            OverrideError::Malformed(_) => {
                format!("a table for each technique: [\"T1059.001\"], then \"{}\" = \"…\"", ROWS[7])
            }
            OverrideError::BadMarkdown { .. } => {
                "write `# Name - T1059001`, then the table, as `huntsmith playbook T1059.001` prints it".into()
            }
            OverrideError::Technique(error) => error.hint().into(),
            OverrideError::UnknownRow { nearest, .. } => format!("did you mean `{nearest}`?"),
            OverrideError::Twice { .. } => "leave one of them out".into(),
        }
    }
}

impl Overrides {
    /// Reads TOML, or Markdown where the first line that is not empty is a Markdown title.
    ///
    /// # Errors
    /// [`OverrideError`]: another form, an unknown technique, an unknown row with the nearest one that there is.
    pub fn parse(text: &str, knowledge: &Knowledge) -> Result<Self, OverrideError> {
        if text.len() > LIMIT {
            return Err(OverrideError::TooLarge);
        }
        let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        if first.starts_with("# ") && text.lines().any(|line| line.trim_start().starts_with('|')) {
            return Self::markdown(text, knowledge);
        }
        let mut overrides = Self::default();
        let tables: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(text)?;
        for (technique, rows) in &tables {
            for (row, text) in rows {
                overrides.add(technique, row, text, knowledge)?;
            }
        }
        Ok(overrides)
    }

    /// Takes the rows of another file in.
    ///
    /// # Errors
    /// [`OverrideError::Twice`]: both have the same row of the same technique.
    pub fn join(&mut self, other: Self) -> Result<(), OverrideError> {
        join_rows(&mut self.all, other.all, || ALL.to_owned())?;
        for (id, rows) in other.own {
            join_rows(self.own.entry(id).or_default(), rows, || id.to_string())?;
        }
        Ok(())
    }

    fn markdown(text: &str, knowledge: &Knowledge) -> Result<Self, OverrideError> {
        let mut overrides = Self::default();
        let mut technique: Option<String> = None;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            let bad = |message| OverrideError::BadMarkdown { line: at + 1, message };
            if let Some(title) = line.strip_prefix("# ") {
                let id = title.rsplit_once(" - ").map_or(title, |(_, id)| id).trim();
                technique = Some(dotted(id));
            } else if line.starts_with('|') {
                let id = technique.as_ref().ok_or_else(|| bad("a table before any title"))?;
                let [row, value] = cells(line)
                    .try_into()
                    .map_err(|_| bad("a row that has not two columns (a pipe inside a value is written \\|)"))?;
                let is_head = row == "Column Name" || row.chars().all(|c| matches!(c, '-' | ':'));
                if !is_head {
                    overrides.add(id, &row, &value.replace("<br>", "\n").replace("<br/>", "\n"), knowledge)?;
                }
            }
        }
        Ok(overrides)
    }

    fn add(&mut self, technique: &str, row: &str, text: &str, knowledge: &Knowledge) -> Result<(), OverrideError> {
        let Some(&known) = ROWS.iter().find(|known| known.eq_ignore_ascii_case(row.trim())) else {
            let (technique, row) = (technique.to_owned(), row.to_owned());
            return Err(OverrideError::UnknownRow { technique, nearest: nearest(&row), row });
        };
        let rows = match technique {
            ALL => &mut self.all,
            id => self.own.entry(knowledge.resolve(id)?.id).or_default(),
        };
        match rows.insert(known.to_owned(), text.trim().to_owned()) {
            None => Ok(()),
            Some(_) => Err(OverrideError::Twice { technique: technique.to_owned(), row: known.to_owned() }),
        }
    }

    /// Puts the user's rows in place of those of a technique; its own ones before those for all.
    pub(super) fn apply(&self, id: TechniqueId, rows: &mut [Row]) {
        let own = self.own.get(&id);
        for row in rows {
            let text = own.and_then(|own| own.get(&row.name)).or_else(|| self.all.get(&row.name));
            if let Some(text) = text {
                row.text.clone_from(text);
                row.pieces = vec![Piece { origin: Origin::User, text: text.clone() }];
            }
        }
    }
}

fn join_rows(
    rows: &mut BTreeMap<String, String>,
    others: BTreeMap<String, String>,
    technique: impl Fn() -> String,
) -> Result<(), OverrideError> {
    for (row, text) in others {
        if rows.contains_key(&row) {
            return Err(OverrideError::Twice { technique: technique(), row });
        }
        rows.insert(row, text);
    }
    Ok(())
}

/// The id in a title, which has no dot: `T1059001` is `T1059.001`.
fn dotted(id: &str) -> String {
    match (id.get(..5), id.get(5..)) {
        (Some(technique), Some(sub)) if sub.len() == 3 => format!("{technique}.{sub}"),
        _ => id.to_owned(),
    }
}

/// The cells of a table's line; `\|` is a pipe inside one.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut letters = line.trim_start_matches('|').chars().peekable();
    while let Some(letter) = letters.next() {
        let last = cells.len() - 1;
        match letter {
            '\\' if letters.peek() == Some(&'|') => {
                letters.next();
                cells[last].push('|');
            }
            '|' => cells.push(String::new()),
            _ => cells[last].push(letter),
        }
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// The row whose name is nearest to a wrong one: one that has it as a part, else the most alike, its beginning first.
fn nearest(wrong: &str) -> &'static str {
    let wrong = wrong.trim().to_lowercase();
    let alike = |row: &str| {
        let row = row.to_lowercase();
        strsim::jaro_winkler(&wrong, &row) + if row.contains(&wrong) { 1.0 } else { 0.0 }
    };
    ROWS.into_iter().max_by(|one, other| alike(one).total_cmp(&alike(other))).unwrap_or(ROWS[0])
}
