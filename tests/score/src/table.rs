//! Prints a score.

use crate::Score;
use std::fmt::Write;

/// A Markdown table by type, the largest first, and all types together.
pub fn markdown(score: &Score) -> String {
    let mut out = String::from("| type | expected | precision | recall | F1 |\n|---|---:|---:|---:|---:|\n");
    let mut rows: Vec<_> =
        score.by_type.iter().filter(|(_, count)| count.right + count.missing + count.superfluous > 0).collect();
    rows.sort_by_key(|(kind, count)| (std::cmp::Reverse(count.right + count.missing), kind.as_str()));
    for (kind, count) in
        rows.into_iter().map(|(kind, count)| (kind.as_str(), *count)).chain([("**all (micro)**", score.micro())])
    {
        let _ = writeln!(
            out,
            "| {kind} | {} | {:.4} | {:.4} | {:.4} |",
            count.right + count.missing,
            count.precision(),
            count.recall(),
            count.f1()
        );
    }
    out
}

/// Every mistake, one a line, with what the extractor says of it.
pub fn mistakes(score: &Score) -> String {
    score.mistakes.iter().fold(String::new(), |mut out, mistake| {
        let what = if mistake.superfluous { "superfluous" } else { "missing" };
        let why = mistake.reasons.join(" ");
        let _ = writeln!(out, "{what}\t{}\t{}\t{}\t{why}", mistake.kind, mistake.value, mistake.id);
        out
    })
}
