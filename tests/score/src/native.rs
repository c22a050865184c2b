//! Runs `ioc-core` natively, without the sandbox: the same code, for measuring rules while they are written.

use crate::{Extracted, Rejected, Reported, Sample};
use huntsmith_sdk::extractor::{Extraction, Extractor, Indicator, Rejection};
use huntsmith_sdk::testing::article;
use std::path::Path;

/// Prepares the plugin with the lists of a data folder.
///
/// # Errors
/// A list is missing.
pub fn prepare(data: &Path) -> Result<(), String> {
    // SAFETY: called once, before any thread is started and before anything reads the environment.
    unsafe { std::env::set_var("HUNTSMITH_DATA", data) };
    ioc_core::IocCore::init()
}

/// What the plugin reports for each text.
pub fn extract(samples: &[Sample]) -> Vec<Extracted> {
    samples.iter().map(|sample| answer(&sample.id, ioc_core::extract(&article(&sample.text)))).collect()
}

fn answer(id: &str, extraction: Extraction) -> Extracted {
    let reported = |one: Indicator| Reported { kind: one.kind, value: one.value, reasons: one.reasons };
    let rejected = |one: Rejection| Rejected { kind: one.kind, value: one.value, reason: one.reason };
    Extracted {
        id: id.to_string(),
        indicators: extraction.indicators.into_iter().map(reported).collect(),
        rejected: extraction.rejections.into_iter().map(rejected).collect(),
    }
}
