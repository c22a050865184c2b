//! Hunts as Sigma: a rule for each search, and the correlations between them, in one file.
//!
//! Source: Sigma specification 2.1, "Sigma Rules", "Modifiers", "Correlation Rules".

mod correlation;
mod detection;
mod table;

use huntsmith_sdk::emitter::plan::{EventClass, Hunt};
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Refusal, Target};
use huntsmith_sdk::query::answer::{artifacts, divide, form};
use huntsmith_sdk::query::identity::rule_id;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::rule::Level;
use huntsmith_sdk::query::search::{Resolved, resolve_open};
use huntsmith_sdk::query::table::SIGMA;
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::yaml::{given, line, list};

/// Sigma's generic rules.
pub struct Sigma;

/// Sigma sets no limit; readers of YAML have some.
const VALUES: usize = 10_000;

impl Emitter for Sigma {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        Options::parse(&target.mapping, &[])?;
        // A rule is what Sigma is, whatever is asked for.
        form(target)?;
        if !hunt.stages.is_empty() {
            let reason = "Sigma finds and correlates events; it has no stages after that";
            return Err(At::stage(0).refuse(Code::UnsupportedStage, "stages", reason).into());
        }
        let parts = divide(hunt, resolve_open(hunt, &[], &SIGMA)?, VALUES)?;
        let queries = parts.iter().map(|part| rules(hunt, part)).collect::<Result<Vec<_>, _>>()?;
        Ok(artifacts(hunt, "yaml", &[], queries))
    }
}

fn rules(hunt: &Hunt, part: &[Resolved<'_>]) -> Result<Query, Refusal> {
    let mut query = Query::default();
    for (index, one) in part.iter().enumerate() {
        query.word(if index == 0 { "" } else { "---\n" });
        let several = hunt.searches.len() > 1;
        head(&mut query, hunt, several.then_some(&one.search.name))?;
        if !hunt.correlations.is_empty() {
            line(&mut query, "name: ", &reference(hunt, &one.search.name))?;
        }
        log_source(&mut query, &one.search.class)?;
        detection::detection(&mut query, one)?;
        tail(&mut query, hunt)?;
        given(&mut query, "license: ", hunt.license.as_deref())?;
        let tags: Vec<String> = hunt.techniques.iter().map(|id| format!("attack.{}", id.to_lowercase())).collect();
        list(&mut query, "tags:\n", &tags)?;
    }
    // Correlations have no licence and no tags.
    for (index, correlated) in hunt.correlations.iter().enumerate() {
        query.word("---\n");
        head(&mut query, hunt, Some(&correlated.name))?;
        correlation::correlation(&mut query, hunt, correlated, At::correlation(index))?;
        tail(&mut query, hunt)?;
    }
    Ok(query)
}

/// The name by which correlations refer to a rule.
fn reference(hunt: &Hunt, part: &str) -> String {
    format!("{}_{part}", hunt.id)
}

/// What names a rule. `part` is the search or correlation where a hunt has more than one.
fn head(query: &mut Query, hunt: &Hunt, part: Option<&String>) -> Result<(), Refusal> {
    let short: String = hunt.title.chars().take(200).collect();
    line(query, "title: ", &part.map_or(short.clone(), |part| format!("{short} ({part})")))?;
    line(query, "id: ", &rule_id(&hunt.id, part.map_or("", |part| part)))?;
    let status = hunt.status.as_deref().filter(|status| table::STATUSES.contains(status));
    line(query, "status: ", status.unwrap_or("experimental"))?;
    given(query, "description: ", Some(hunt.description.as_str()).filter(|text| !text.is_empty()))?;
    list(query, "references:\n", &hunt.references)?;
    given(query, "author: ", hunt.author.as_deref())
}

/// What a team needs to judge a rule.
fn tail(query: &mut Query, hunt: &Hunt) -> Result<(), Refusal> {
    list(query, "falsepositives:\n", &hunt.false_positives)?;
    line(query, "level: ", Level::of(hunt).as_str())
}

fn log_source(query: &mut Query, class: &EventClass) -> Result<(), Refusal> {
    query.word("logsource:\n");
    given(query, "  category: ", class.category.as_deref())?;
    given(query, "  product: ", class.product.as_deref())?;
    given(query, "  service: ", class.service.as_deref())
}

huntsmith_sdk::export_emitter!(Sigma);
