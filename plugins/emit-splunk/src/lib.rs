//! Hunts as Splunk searches: `tstats` over the Common Information Model, one search a hunt.

mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{form, is_stepped};
use huntsmith_sdk::query::formula::{Atom, Native, Operand, Scalar, Subject};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::refusal::Code;
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::window::Window;
use huntsmith_spl::{Frame, Reading};

/// Splunk with the Common Information Model add-on.
pub struct Splunk;

/// The versions of the add-on whose fields differ; what 5.0.1 has, all have.
const VERSIONS: [&str; 3] = ["5.0.1", "6.4.0", "8.5.0"];

/// The one macro that a search uses, where it is there: the add-on's own.
const DROP: &str = "drop_dm_object_name";

impl Emitter for Splunk {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["cim", "macros", "summaries_only", "index"])?;
        let version = match options.choice("cim", &VERSIONS)? {
            "8.5.0" => table::CIM_85,
            "6.4.0" => table::CIM_64,
            _ => 501,
        };
        let macros = options.chosen("macros", &[DROP])?.unwrap_or_else(|| vec![DROP]);
        let summaries_only = options.flag("summaries_only")?;
        let indexes = huntsmith_spl::indexes(&options)?;
        let reading = Reading::Models { summaries_only, drop: macros.contains(&DROP), indexes: &indexes };
        let asked = form(target)?;
        let frame = Frame { window: Window::of(&hunt.window)?, reading, version };
        let resolved = resolve(hunt, table::SOURCES, version)?;
        if let Some(atom) = atoms_of(&resolved).find(|atom| atom.subject == Subject::Anywhere) {
            let reason = "data models hold fields, not the event's text: name the field that the words stand in";
            return Err(vec![atom.at.refuse(Code::UnsupportedOperator, "keywords", reason)]);
        }
        if let Some(atom) = atoms_of(&resolved).find(|atom| is_console_login(atom)) {
            let reason =
                "the add-on for AWS has sign-ins to the console in the model Authentication, without the call's name";
            return Err(vec![atom.at.refuse(Code::UnsupportedValue, CONSOLE_LOGIN, reason)]);
        }
        let mut notes = vec!["Needs the data models of the Common Information Model add-on.".to_owned()];
        if !macros.is_empty() {
            notes.push(format!("Uses the macros: {}.", macros.join(", ")));
        }
        if resolved.iter().any(|one| one.source.table == table::CHANGES) {
            notes.push("Finds the calls that the Splunk Add-on for AWS tags as changes.".into());
        }
        if is_stepped(hunt) {
            notes.push("Events are told apart by the second.".into());
        }
        huntsmith_spl::emit(hunt, frame, resolved, &notes, asked)
    }
}

fn atoms_of<'r, 'a>(resolved: &'r [Resolved<'a>]) -> impl Iterator<Item = &'r Atom<'a>> {
    resolved.iter().flat_map(|one| one.formula.atoms())
}

/// The call that is no change.
const CONSOLE_LOGIN: &str = "ConsoleLogin";

/// Whether a call is compared with one that the data set never has.
fn is_console_login(atom: &Atom<'_>) -> bool {
    let named = |operand: &Operand<'_>| matches!(&operand.value, Scalar::Text(text) if text.eq_ignore_ascii_case(CONSOLE_LOGIN));
    atom.subject == Subject::Column(Native::text(table::CALL)) && atom.operands.iter().any(named)
}

huntsmith_sdk::export_emitter!(Splunk);
