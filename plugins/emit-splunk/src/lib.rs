//! Hunts as Splunk searches: `tstats` over the Common Information Model, one search a hunt.

mod expression;
mod filter;
mod pipeline;
mod quote;
mod table;
mod tstats;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::formula::Subject;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::{resolve, split};
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::Window;
use tstats::Frame;

/// Splunk with the Common Information Model add-on.
pub struct Splunk;

/// How many values one search may compare with.
const VALUES: usize = 2_000;

/// The versions of the add-on whose fields differ; what 5.0.1 has, all have.
const VERSIONS: [&str; 3] = ["5.0.1", "6.4.0", "8.5.0"];

impl Emitter for Splunk {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        emit(hunt, target)
    }
}

fn emit(hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let one = |refusal| vec![refusal];
    let options = Options::parse(&target.mapping, &["cim", "summaries_only"]).map_err(one)?;
    let version = match options.choice("cim", &VERSIONS).map_err(one)? {
        "8.5.0" => table::CIM_85,
        "6.4.0" => table::CIM_64,
        _ => 501,
    };
    let summaries_only = options.flag("summaries_only").map_err(one)?;
    if target.form != "query" {
        return Err(vec![At::HUNT.refuse(Code::InvalidOptions, &target.form, "the dialect has queries only")]);
    }
    let frame = Frame { window: Window::of(&hunt.window).map_err(one)?, summaries_only };
    let resolved = resolve(hunt, table::SOURCES, version)?;
    let anywhere = resolved.iter().flat_map(|one| one.formula.atoms()).find(|atom| atom.subject == Subject::Anywhere);
    if let Some(atom) = anywhere {
        let reason = "data models hold fields, not the event's text: name the field that the words stand in";
        return Err(vec![atom.at.refuse(Code::UnsupportedOperator, "keywords", reason)]);
    }
    let names = Names::of(hunt);
    let stepped = !hunt.stages.is_empty() || !hunt.correlations.is_empty();
    let too_large =
        || vec![At::HUNT.refuse(Code::TooLarge, "values", "too many values for one query, and they cannot be divided")];
    let parts = split(resolved, VALUES).ok_or_else(too_large)?;
    let many = parts.len() > 1;
    if many && stepped {
        return Err(too_large());
    }
    let mut notes =
        vec!["Needs the Common Information Model add-on: its data models and drop_dm_object_name.".to_owned()];
    if stepped {
        notes.push("Events are told apart by the second.".into());
    }
    let mut artifacts = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let mut query = head(hunt);
        if many {
            query.word("``` part ").count(index as u64 + 1, " ```\n");
        }
        if stepped {
            pipeline::steps(&mut query, hunt, part, frame, version, &names).map_err(one)?;
        } else {
            tstats::hits(&mut query, frame, part).map_err(one)?;
        }
        let (text, literals) = query.finish();
        artifacts.push(Artifact {
            name: if many { format!("{}_{}", hunt.id, index + 1) } else { hunt.id.clone() },
            media_type: "text/plain".into(),
            language: "spl".into(),
            text,
            notes: notes.clone(),
            literals,
            properties: Vec::new(),
        });
    }
    Ok(artifacts)
}

/// Comment lines that say what the search is; three backticks would end them.
fn head(hunt: &Hunt) -> Query {
    let mut query = Query::default();
    query.word("``` ").comment(&hunt.title, &['`']).word(" ```\n``` ").comment(&hunt.id, &['`']);
    query.word(", phase: ").comment(&hunt.phase, &['`']).word(", confidence: ").comment(&hunt.confidence, &['`']);
    query.word(" ```\n");
    query
}

huntsmith_sdk::export_emitter!(Splunk);
