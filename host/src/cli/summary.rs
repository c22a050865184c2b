//! The table at the end of a run.

use crate::model::{Brief, Severity};
use crate::report::{counted, plain, shortened};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// Rows that are shown one by one.
const ROWS: usize = 40;

/// What a run did, in numbers.
#[derive(Debug, Default)]
pub struct Summary {
    rows: Vec<Row>,
    totals: Counts,
    articles: usize,
    pub duplicates: usize,
    /// Of a run that remembers: what became of the entries.
    pub new: usize,
    pub changed: usize,
    pub joined: usize,
    pub known: usize,
    /// Pages that could not be had.
    pub missing: usize,
    /// Briefs that may not be shown.
    pub withheld: usize,
    pub notes: usize,
    /// Inputs, plugins and calls that failed.
    pub failed: usize,
    pub worst: Option<Severity>,
    stages: Vec<(&'static str, Duration)>,
}

/// What is counted of each brief.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    indicators: usize,
    techniques: usize,
    hunts: usize,
    queries: usize,
    turned_away: usize,
}

/// One brief.
#[derive(Debug)]
pub struct Row {
    severity: Severity,
    title: String,
    file: String,
    counts: Counts,
    notes: usize,
    failed: usize,
}

impl Row {
    /// The row of a brief and its file.
    pub fn new(brief: &Brief, file: String) -> Self {
        let artifacts =
            |hunt: &crate::model::BriefHunt| hunt.emissions.iter().map(|e| e.artifacts.len()).sum::<usize>();
        Self {
            severity: brief.severity,
            title: plain(&brief.title),
            file,
            counts: Counts {
                indicators: brief.indicators.iter().filter(|i| crate::report::is_high_fidelity(i)).count(),
                techniques: brief.techniques.iter().filter(|t| t.is_likely()).count(),
                hunts: brief.hunts.len(),
                queries: brief.hunts.iter().map(artifacts).sum(),
                turned_away: brief.rejections.len(),
            },
            notes: brief.notes.len(),
            failed: brief.failures.len(),
        }
    }
}

impl Summary {
    /// Counts a brief.
    pub fn add(&mut self, row: Row) {
        let (totals, counts) = (&mut self.totals, row.counts);
        totals.indicators += counts.indicators;
        totals.techniques += counts.techniques;
        totals.hunts += counts.hunts;
        totals.queries += counts.queries;
        totals.turned_away += counts.turned_away;
        self.articles += 1;
        self.notes += row.notes;
        self.failed += row.failed;
        self.worst = self.worst.max(Some(row.severity));
        if self.rows.len() < ROWS {
            self.rows.push(row);
        }
    }

    /// Notes how long a stage took.
    pub fn stage(&mut self, name: &'static str, took: Duration) {
        self.stages.push((name, took));
    }

    /// The table, and what else there is to say of the run.
    pub fn table(&self, out: &Path) -> String {
        let mut text = String::new();
        if self.articles == 0 {
            text.push_str(if self.failed > 0 { "no brief was written\n" } else { "no brief was due\n" });
        } else {
            self.briefs(&mut text);
        }
        let stages: Vec<String> =
            self.stages.iter().map(|(name, took)| format!("{name} {:.2} s", took.as_secs_f64())).collect();
        let (duplicates, notes) = (counted(self.duplicates, "duplicate"), counted(self.notes, "note"));
        let _ = writeln!(text, "\n{duplicates}, {notes}, {} failed · {}", self.failed, stages.join(", "));
        let counts = self.counts().into_iter().filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts.map(|(name, count)| format!("{count} {name}")).collect();
        if !counts.is_empty() {
            let _ = writeln!(text, "{}", counts.join(", "));
        }
        if self.articles > 0 {
            let _ = writeln!(text, "briefs in {}", out.display());
        }
        text
    }

    fn briefs(&self, text: &mut String) {
        let head = ["severity", "indicators", "techniques", "hunts", "queries", "turned away"];
        let _ = writeln!(
            text,
            "{:<8}  {:<52}  {:>10}  {:>10}  {:>5}  {:>7}  {:>11}",
            head[0], "article", head[1], head[2], head[3], head[4], head[5]
        );
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by(|a, b| (b.severity, &a.file).cmp(&(a.severity, &b.file)));
        let line = |text: &mut String, severity: &str, title: &str, c: &Counts| {
            let title = shortened(title, 51);
            let pad = 52usize.saturating_sub(title.chars().count());
            let _ = writeln!(
                text,
                "{severity:<8}  {title}{:pad$}  {:>10}  {:>10}  {:>5}  {:>7}  {:>11}",
                "", c.indicators, c.techniques, c.hunts, c.queries, c.turned_away
            );
        };
        for row in rows {
            line(text, row.severity.as_str(), &row.title, &row.counts);
        }
        if self.articles > self.rows.len() {
            let _ = writeln!(text, "          … and {} more", self.articles - self.rows.len());
        }
        line(text, "total", &counted(self.articles, "article"), &self.totals);
    }

    fn counts(&self) -> [(&'static str, usize); 6] {
        [
            ("new", self.new),
            ("changed", self.changed),
            ("printed elsewhere too", self.joined),
            ("known already", self.known),
            ("pages missing", self.missing),
            ("withheld by `--max-tlp`", self.withheld),
        ]
    }

    /// What the store notes of the run.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "briefs": self.articles,
            "new": self.new,
            "changed": self.changed,
            "joined": self.joined,
            "known": self.known,
            "missing": self.missing,
            "withheld": self.withheld,
            "failed": self.failed,
        })
    }
}
