//! Scores the classifier plugins, as they are built, on annotated reports that somebody hands over.

use crate::data::reports;
use crate::judge::{Judgement, LEVELS};
use crate::space::Space;
use anyhow::{Result, bail};
use attack_model::model::Model;
use attack_stated::Knowledge;
use huntsmith_sdk::classifier::Classification;
use huntsmith_sdk::testing::article;
use std::path::Path;

/// Prints the figures of each plugin and of both together on `file`: NDJSON of `id`, `text`, `labels` and, for the
/// sentences' figures, `sentences` of `s`, `e` (characters) and `labels`.
pub fn score(file: &Path) -> Result<()> {
    let data = crate::root().join("data");
    let space = Space::read(&data)?;
    let reports = reports(file)?;
    let annotated = crate::card::annotated(&reports, &space);
    if annotated.is_empty() {
        bail!("{} holds no label\n\nhint: give every line a list `labels` of technique ids", file.display());
    }
    let model = Model::read(attack_model::MODEL).map_err(|e| anyhow::anyhow!("{e}"))?;
    let attack = |name: &str| std::fs::read(data.join("attack").join(name));
    let knowledge =
        Knowledge::parse(&attack("techniques.jsonl")?, &attack("revoked.json")?, &attack("groups_software.json")?)
            .map_err(|e| anyhow::anyhow!("{e}"))?;
    let mut judgements: [(&str, Judgement); 3] =
        ["inferred (attack-model)", "stated (attack-stated)", "both"].map(|name| (name, Judgement::default()));
    for report in &reports {
        let article = article(&report.text);
        let inferred = attack_model::conclude(&model, &attack_model::read(&model, &article.content));
        let stated = attack_stated::classify(&knowledge, &article);
        let mut both = Classification { techniques: inferred.techniques.clone(), actors: vec![], rejections: vec![] };
        both.techniques.extend(stated.techniques.iter().cloned());
        for ((_, judgement), found) in judgements.iter_mut().zip([&inferred, &stated, &both]) {
            judgement.add(report, found, &annotated, &space);
        }
    }
    println!("{} reports, {} annotated techniques; only these count", reports.len(), annotated.len());
    for (name, judgement) in &judgements {
        println!("\n{name}");
        for level in LEVELS {
            println!("  {level:<9} {}", judgement.figures(level));
        }
        println!("  techniques beyond the annotated ones: {}", judgement.outside);
    }
    Ok(())
}
