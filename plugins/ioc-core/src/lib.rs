//! Placeholder.
use huntsmith_sdk::extractor::*;

struct IocCore;

impl Extractor for IocCore {
    fn extract(_ctx: &Context, _article: &Article) -> Result<Extraction, PluginError> {
        Ok(Extraction { indicators: vec![], observations: vec![], relations: vec![], rejections: vec![] })
    }
}

huntsmith_sdk::export_extractor!(IocCore);
