//! Hunts as KQL for Microsoft Sentinel: the normalised (ASIM) tables, and native ones for mail and cloud.

mod table;

use huntsmith_kql::Product;
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::refusal::{At, Code};

/// A Log Analytics workspace with Sentinel.
pub struct Sentinel;

const PRODUCT: Product = Product {
    sources: table::SOURCES,
    time: "TimeGenerated",
    values: 4_000,
    note: "Microsoft Sentinel: reads the ASIM tables, which data connectors and ingestion-time parsers fill.",
};

impl Emitter for Sentinel {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        Options::parse(&target.mapping, &[]).map_err(|refusal| vec![refusal])?;
        if target.form != "query" {
            return Err(vec![At::HUNT.refuse(Code::InvalidOptions, &target.form, "the dialect has queries only")]);
        }
        huntsmith_kql::emit(&PRODUCT, hunt)
    }
}

huntsmith_sdk::export_emitter!(Sentinel);
