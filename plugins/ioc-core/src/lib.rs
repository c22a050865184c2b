//! `ioc-core`: indicators and observations out of an article, each with a role, a confidence and its reasons, and a
//! ledger of everything that was turned away.
//!
//! The way of a text: [`refang`] takes the defanging out and keeps a map back, [`scan`] finds everything in one pass
//! with the grammars of [`kinds`], [`layout`] says where things stand, [`judge`] decides what they are.

pub mod codes;
pub mod cues;
pub mod found;
pub mod judge;
pub mod kinds;
pub mod known;
pub mod layout;
pub mod merge;
pub mod observe;
pub mod refang;
pub mod relate;
pub mod scan;
#[cfg(test)]
mod tests_support;

use huntsmith_sdk::extractor::{Article, Context, Extraction, Extractor, PluginError};

/// The plugin.
pub struct IocCore;

impl Extractor for IocCore {
    fn init() -> Result<(), String> {
        known::load()?;
        cues::prepare();
        Ok(())
    }

    fn extract(_ctx: &Context, article: &Article) -> Result<Extraction, PluginError> {
        Ok(extract(article))
    }
}

huntsmith_sdk::export_extractor!(IocCore);

/// Everything that the article names, judged. [`Extractor::init`] has to run before, once.
pub fn extract(article: &Article) -> Extraction {
    let refanged = refang::refang(&article.content.text);
    let mut finds = scan::scan(&refanged);
    for found in &mut finds.found {
        found.defanged |= refanged.touched(found.start, found.end);
    }
    let layout = layout::Layout::of(article);
    merge::assemble(article, &refanged, finds, &layout)
}
