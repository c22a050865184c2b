//! The training run: cross-validated figures, the model, and the card that goes with it.

use crate::calibrate::{Calibration, PRECISION, calibrate};
use crate::cross::{assemble, classifications, out_of_fold};
use crate::data::{Procedure, Report, folds, read, reports};
use crate::examples::Examples;
use crate::fit::fit;
use crate::judge::{Judgement, LEVELS};
use crate::space::Space;
use anyhow::{Context, Result};
use attack_model::{TRUSTED, procedures};
use huntsmith_sdk::classifier::Classification;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

const FOLDS: usize = 5;
const REPORTS: &str = "tram_train_docs.jsonl";
const PROCEDURES: &str = "attack_procedures.jsonl";

/// Trains on the files of `folder` and writes `techniques.bin` and `CARD.md` into `out`.
pub fn train(folder: &Path, out: &Path) -> Result<()> {
    let space = Space::read(&crate::root().join("data"))?;
    let reports = reports(&folder.join(REPORTS))?;
    let procedures: Vec<Procedure> = read(&folder.join(PROCEDURES))?;
    let examples = Examples::of(&reports, &procedures, &space.revoked, FOLDS);
    let ids: Vec<BTreeSet<String>> =
        reports.iter().map(|r| space.current(&r.labels.iter().cloned().collect())).collect();
    let fold = folds(&reports, FOLDS);
    let found = out_of_fold(&examples, &reports, &procedures, &fold, FOLDS);
    let judged = classifications(&examples, &found, &reports, &fold, &ids);
    let annotated: BTreeSet<String> = ids.iter().flatten().cloned().collect();
    let mut judgement = Judgement::default();
    for (report, classification) in reports.iter().zip(&judged) {
        judgement.add(report, classification, &annotated, &space);
    }
    let all: Vec<usize> = (0..reports.len()).collect();
    let calibration = calibrate(&examples, &found, &reports, &all, &ids, None);
    let fitted = fit(&examples, &|_, _| false);
    let bytes = assemble(&examples, &fitted, &calibration, |class| calibration.reaches(class));
    std::fs::create_dir_all(out)?;
    std::fs::write(out.join("techniques.bin"), &bytes).with_context(|| out.display().to_string())?;
    let run = Run {
        examples: &examples,
        calibration: &calibration,
        judgement: &judgement,
        judged: &judged,
        ids: &ids,
        annotated: &annotated,
        bytes: &bytes,
    };
    let card = card(folder, &run)?;
    std::fs::write(out.join("CARD.md"), &card)?;
    print!("{}", figures(&judgement));
    println!("{} bytes, sha256 {}", bytes.len(), hex(&bytes));
    Ok(())
}

fn figures(judgement: &Judgement) -> String {
    LEVELS.iter().fold(String::new(), |mut text, level| {
        let _ = writeln!(text, "{level:<9} {}", judgement.figures(level));
        text
    })
}

/// What a training run leaves behind.
struct Run<'r> {
    examples: &'r Examples,
    calibration: &'r Calibration,
    judgement: &'r Judgement,
    judged: &'r [Classification],
    /// Each report's annotated techniques, and all of them.
    ids: &'r [BTreeSet<String>],
    annotated: &'r BTreeSet<String>,
    bytes: &'r [u8],
}

fn card(folder: &Path, run: &Run) -> Result<String> {
    let Run { examples, calibration, judgement, judged, ids, annotated, bytes } = *run;
    let mut card = String::new();
    let trained_on: Vec<&crate::examples::Class> = examples.classes.iter().filter(|c| c.in_reports).collect();
    writeln!(card, "# The technique model\n")?;
    writeln!(
        card,
        "Written by `cargo xtask train attack --data DIR`, which gives the same bytes for the same data.\n"
    )?;
    writeln!(card, "- `techniques.bin`: {} bytes, SHA-256 `{}`", bytes.len(), hex(bytes))?;
    writeln!(
        card,
        "- {} techniques: {} learnt from annotated reports and procedure sentences, {} from procedure sentences alone; techniques with fewer than ten examples count for their parent. {} of them are carried: the others' unseen procedure sentences are told from those of all techniques with a precision of {:.0} % nowhere, so nothing would ever be claimed",
        examples.classes.len(),
        trained_on.len(),
        examples.classes.len() - trained_on.len(),
        (0..examples.classes.len()).filter(|class| calibration.reaches(*class)).count(),
        100.0 * PRECISION
    )?;
    writeln!(
        card,
        "- one linear classifier a technique over hashed words, pairs of words, stems, shapes of values and the words of the sentences beside it; squared hinge loss, L2; weights in seven bits\n"
    )?;
    writeln!(card, "## Data\n\n| file | SHA-256 | what | licence |\n|---|---|---|---|")?;
    for (name, what, licence) in [
        (
            REPORTS,
            "120 reports annotated with 50 techniques (Center for Threat-Informed Defense, TRAM)",
            "annotations Apache-2.0; the texts belong to their publishers and are not shipped",
        ),
        (
            PROCEDURES,
            "15,594 procedure sentences of ATT&CK Enterprise v18.1",
            "© 2025 The MITRE Corporation, ATT&CK terms of use",
        ),
    ] {
        let bytes = std::fs::read(folder.join(name))?;
        writeln!(card, "| `{name}` | `{}` | {what} | {licence} |", hex(&bytes))?;
    }
    writeln!(
        card,
        "\nTRAM's bootstrap sentences are not used: they repeat spans of the reports that the model is judged on.\nProcedure sentences that cite a report of the fold that is held out are left out of that fold's training.\n"
    )?;
    writeln!(
        card,
        "## Figures\n\nFive-fold cross-validation over the 120 reports; reports that share text stay in one fold; thresholds and\ncalibration come from the other folds; every report is read by the plugin's own code. Only the annotated techniques\ncount. Intervals are 95 % bootstrap intervals over reports.\n"
    )?;
    writeln!(card, "| level | precision | recall | micro F1 | interval | macro F1 |\n|---|---|---|---|---|---|")?;
    for level in LEVELS {
        let f = judgement.figures(level);
        writeln!(
            card,
            "| {level} | {:.3} | {:.3} | {:.3} | {:.3}–{:.3} | {:.3} |",
            f.micro.precision(),
            f.micro.recall(),
            f.micro.f1(),
            f.interval().0,
            f.interval().1,
            f.means[2]
        )?;
    }
    writeln!(
        card,
        "\nTechniques beyond the annotated ones: {:.1} a report on average; nobody has annotated those, so nobody knows how\nmany are right.\n",
        judgement.outside as f64 / judged.len() as f64
    )?;
    writeln!(card, "### Calibration\n\n| confidence | claims | right |\n|---|---|---|")?;
    for low in (30..100).step_by(10) {
        let claims: Vec<bool> = judged
            .iter()
            .zip(ids)
            .flat_map(|(c, ids)| c.techniques.iter().filter(|t| annotated.contains(&t.id)).map(move |t| (t, ids)))
            .filter(|(t, _)| (low..low + 10).contains(&usize::from(t.confidence)))
            .map(|(t, ids)| ids.contains(&t.id))
            .collect();
        let right = claims.iter().filter(|right| **right).count();
        writeln!(
            card,
            "| {low}–{} | {} | {:.0} % |",
            low + 9,
            claims.len(),
            100.0 * right as f64 / claims.len().max(1) as f64
        )?;
    }
    writeln!(
        card,
        "\nThresholds: the log-odds of a short text {:.3}, of a long report {:.3}, of a sentence {:.3}.\n",
        calibration.general.document_thresholds[0],
        calibration.general.document_thresholds[1],
        calibration.general.sentence_threshold
    )?;
    let trusted: BTreeSet<&str> = procedures::ALL
        .iter()
        .zip(&examples.told)
        .filter(|(_, right)| **right >= TRUSTED)
        .map(|(p, _)| p.technique)
        .collect();
    writeln!(
        card,
        "## Procedures\n\nBeside the weights stand {} rows of words that define a technique, a tool or an object with a verb \
         (`src/procedures/`).\nHow often a row is right is measured on ATT&CK's procedure sentences: where it stands in one, the report that \
         the\nsentence cites shows the technique by ATT&CK. Rows that are right less often than {:.0} % count for nothing; {} \
         techniques\nhave others. In a report a row that is right by ATT&CK with log-odds x is right with log-odds {:.2} x + {:.2}.\n",
        procedures::COUNT,
        100.0 * TRUSTED,
        trusted.len(),
        calibration.general.worth[0],
        calibration.general.worth[1]
    )?;
    writeln!(
        card,
        "## Known weaknesses\n\n- English only; sentences of fewer than three words and tables that lost their rows say little.\n- The annotators of the reports looked for 50 techniques. For the others the model has never seen a report: their\n  confidence is the precision on unseen procedure sentences, at most 40, and they carry the reason `uncalibrated`; what a\n  procedure adds is measured on the 50 and taken over to the others.\n- Annotation is incomplete: a part of what counts as wrong above is right.\n- Techniques with few reports (see below) are found worse than the figures say.\n- Product text and advice are told from narrative by headings and wording; prose that mixes them can mislead it.\n"
    )?;
    writeln!(card, "## Examples by technique\n\n| technique | reports | sentences | procedures |\n|---|---|---|---|")?;
    for class in &examples.classes {
        writeln!(card, "| {} | {} | {} | {} |", class.id, class.reports, class.sentences, class.procedures)?;
    }
    Ok(card)
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reports that carry annotations; others cannot be scored.
pub fn annotated(reports: &[Report], space: &Space) -> BTreeSet<String> {
    space.current(&reports.iter().flat_map(|r| r.labels.iter().cloned()).collect())
}
