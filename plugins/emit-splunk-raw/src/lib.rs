//! Hunts as Splunk searches over raw events, with the fields' own names as the add-ons for Windows and Sysmon extract
//! them; what the table does not name goes by its own name.

mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::form;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::search::resolve_open;
use huntsmith_sdk::query::window::Window;
use huntsmith_spl::{Frame, Reading};

/// Splunk's indexes.
pub struct SplunkRaw;

impl Emitter for SplunkRaw {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["index"])?;
        let indexes = huntsmith_spl::indexes(&options)?;
        let reading = Reading::Events { indexes: &indexes };
        let asked = form(target)?;
        let frame = Frame { window: Window::of(&hunt.window)?, reading, version: 0 };
        let resolved = resolve_open(hunt, table::SOURCES, &table::OPEN)?;
        let notes =
            ["Reads every index unless the option `index` names one. Fields are those of the add-ons for Windows \
                      and Sysmon, or the log's own."
                .to_owned()];
        huntsmith_spl::emit(hunt, frame, resolved, &notes, asked)
    }
}

huntsmith_sdk::export_emitter!(SplunkRaw);
