//! Trains the technique model and scores classifiers: `huntsmith-train train DIR`, `huntsmith-train score FILE`.

mod calibrate;
mod card;
mod cross;
mod data;
mod examples;
mod excerpts;
mod fit;
mod judge;
mod linear;
mod logistic;
mod metrics;
mod score;
mod space;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// The repository's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["train", folder] => card::train(Path::new(folder), &root().join("plugins/attack-model/model")),
        ["score", file] => score::score(Path::new(file)),
        _ => bail!(
            "usage: huntsmith-train train DIR | score FILE\n\nhint: DIR holds tram_train_docs.jsonl and attack_procedures.jsonl"
        ),
    }
}
