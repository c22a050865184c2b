//! Hunts as Sigma: a rule for each search, and the correlations between them, in one file.
//!
//! Source: Sigma specification 2.1, "Sigma Rules", "Modifiers", "Correlation Rules".

mod correlation;
mod detection;
mod yaml;

use huntsmith_sdk::emitter::plan::{EventClass, Hunt};
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Refusal, Target};
use huntsmith_sdk::query::answer::{artifacts, divide, form};
use huntsmith_sdk::query::identity::rule_id;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::{Resolved, resolve_open};
use huntsmith_sdk::query::table::SIGMA;
use huntsmith_sdk::query::text::Query;
use yaml::{entry, quoted};

/// Sigma's generic rules.
pub struct Sigma;

/// Sigma sets no limit; readers of YAML have some.
const VALUES: usize = 10_000;

impl Emitter for Sigma {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let one = |refusal| vec![refusal];
        Options::parse(&target.mapping, &[]).map_err(one)?;
        // A rule is what Sigma is, whatever is asked for.
        form(target)?;
        if !hunt.stages.is_empty() {
            let reason = "Sigma finds and correlates events; it has no stages after that";
            return Err(one(At::stage(0).refuse(Code::UnsupportedStage, "stages", reason)));
        }
        let parts = divide(hunt, resolve_open(hunt, &[], &SIGMA)?, VALUES)?;
        let said = |part: &Vec<Resolved<'_>>| rules(hunt, part);
        let queries = parts.iter().map(said).collect::<Result<Vec<_>, _>>().map_err(one)?;
        Ok(artifacts(hunt, "yaml", &[], queries))
    }
}

fn rules(hunt: &Hunt, part: &[Resolved<'_>]) -> Result<Query, Refusal> {
    let mut query = Query::default();
    for (index, one) in part.iter().enumerate() {
        query.word(if index == 0 { "" } else { "---\n" });
        let at = At::search(one.index);
        let several = hunt.searches.len() > 1;
        head(&mut query, hunt, several.then_some(one.search.name.as_str()), at)?;
        if !hunt.correlations.is_empty() {
            quoted(query.word("name: "), &reference(hunt, &one.search.name), at)?.word("\n");
        }
        log_source(&mut query, &one.search.class, at)?;
        detection::detection(&mut query, one)?;
        tail(&mut query, hunt, true)?;
    }
    for (index, correlated) in hunt.correlations.iter().enumerate() {
        let at = At::correlation(index);
        query.word("---\n");
        head(&mut query, hunt, Some(&correlated.name), at)?;
        correlation::correlation(&mut query, hunt, correlated, at)?;
        tail(&mut query, hunt, false)?;
    }
    Ok(query)
}

/// The name by which correlations refer to a rule.
fn reference(hunt: &Hunt, part: &str) -> String {
    format!("{}_{part}", hunt.id)
}

/// What names a rule. `part` is the search or correlation where a hunt has more than one.
fn head(query: &mut Query, hunt: &Hunt, part: Option<&str>, at: At) -> Result<(), Refusal> {
    let short = |text: &str| text.chars().take(200).collect::<String>();
    let title = match part {
        Some(part) => format!("{} ({part})", short(&hunt.title)),
        None => short(&hunt.title),
    };
    entry(query, "title: ", &title, at)?;
    entry(query, "id: ", &rule_id(&hunt.id, part.unwrap_or_default()), at)?;
    const STATUS: [&str; 5] = ["stable", "test", "experimental", "deprecated", "unsupported"];
    let status = hunt.status.as_deref().filter(|status| STATUS.contains(status)).unwrap_or("experimental");
    entry(query, "status: ", status, at)?;
    if !hunt.description.is_empty() {
        entry(query, "description: ", &hunt.description, at)?;
    }
    list(query, "references:\n", hunt.references.iter().map(String::as_str), at)?;
    if let Some(author) = &hunt.author {
        entry(query, "author: ", author, at)?;
    }
    Ok(())
}

/// What a team needs to judge a rule. Correlations have no licence and no tags.
fn tail(query: &mut Query, hunt: &Hunt, rule: bool) -> Result<(), Refusal> {
    list(query, "falsepositives:\n", hunt.false_positives.iter().map(String::as_str), At::HUNT)?;
    const LEVEL: [&str; 5] = ["informational", "low", "medium", "high", "critical"];
    let level = hunt.level.as_deref().filter(|level| LEVEL.contains(level)).unwrap_or("medium");
    entry(query, "level: ", level, At::HUNT)?;
    if rule {
        if let Some(license) = &hunt.license {
            entry(query, "license: ", license, At::HUNT)?;
        }
        let tags: Vec<String> = hunt.techniques.iter().map(|id| format!("attack.{}", id.to_lowercase())).collect();
        list(query, "tags:\n", tags.iter().map(String::as_str), At::HUNT)?;
    }
    Ok(())
}

fn list<'t>(query: &mut Query, key: &'static str, texts: impl Iterator<Item = &'t str>, at: At) -> Result<(), Refusal> {
    let mut seen: Vec<&str> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if seen.contains(&text) {
            continue;
        }
        query.word(if seen.is_empty() { key } else { "" }).word("  - ");
        quoted(query, text, at)?.word("\n");
        seen.push(text);
    }
    Ok(())
}

fn log_source(query: &mut Query, class: &EventClass, at: At) -> Result<(), Refusal> {
    query.word("logsource:\n");
    let parts = [("  category: ", &class.category), ("  product: ", &class.product), ("  service: ", &class.service)];
    for (key, part) in parts {
        if let Some(part) = part {
            entry(query, key, part, at)?;
        }
    }
    Ok(())
}

huntsmith_sdk::export_emitter!(Sigma);
