//! Hunts as KQL for Microsoft Defender XDR's advanced hunting: one statement a hunt.

mod table;

use huntsmith_kql::Product;
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::refusal::{At, Code};

/// Advanced hunting.
pub struct Defender;

const PRODUCT: Product = Product {
    sources: table::SOURCES,
    time: "Timestamp",
    values: 4_000,
    note: "Microsoft Defender XDR, advanced hunting.",
};

impl Emitter for Defender {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        Options::parse(&target.mapping, &[]).map_err(|refusal| vec![refusal])?;
        if target.form != "query" {
            return Err(vec![At::HUNT.refuse(Code::InvalidOptions, &target.form, "the dialect has queries only")]);
        }
        huntsmith_kql::emit(&PRODUCT, hunt)
    }
}

huntsmith_sdk::export_emitter!(Defender);
