//! Detection rules: searches, what is counted of their events within a window, and when that is a signal.
//!
//! Source: Datadog, "API: create a detection rule". A rule counts within one of a few windows; its id is the product's own,
//! so that ours is one of its tags.

use crate::{FORM, Logs, searches as said};
use huntsmith_sdk::emitter::{Artifact, Hunt, Refusal};
use huntsmith_sdk::query::answer::{artifacts, divide};
use huntsmith_sdk::query::comment::one_line;
use huntsmith_sdk::query::formula::{Compare, Formula, Native, Scalar};
use huntsmith_sdk::query::grouped::alone;
use huntsmith_sdk::query::identity::rule_id;
use huntsmith_sdk::query::pipeline::pipeline;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::rule::{Json, Level, description, rules};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::steps::{Condition, Correlate, Events, Function, Pipeline, Step};
use huntsmith_sdk::query::text::Query;

/// The windows within which a rule counts, in seconds.
const WINDOWS: [u32; 11] = [60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

/// What the searches of a rule are called in its condition.
const CALLED: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

/// A rule for every query of a hunt: one event is a signal.
///
/// # Errors
/// None of its own.
pub fn searches(hunt: &Hunt, notes: &[String], queries: Vec<Query>) -> Result<Vec<Artifact>, Vec<Refusal>> {
    rules(hunt, "json", notes, queries, |id, title, query| {
        let mut condition = Query::default();
        condition.word("a > 0");
        let counted = Counted { query, by: Vec::new(), what: None };
        rule(hunt, (id, title), vec![counted], condition, 300)
    })
}

/// A rule for a hunt's correlation.
///
/// # Errors
/// What a rule cannot count.
pub fn correlation(
    hunt: &Hunt,
    resolved: Vec<Resolved<'_>>,
    logs: &Logs<'_>,
    notes: &[String],
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let part = divide(hunt, resolved, FORM.values)?.into_iter().next().unwrap_or_default();
    let names = Names::of(hunt);
    let title = one_line(&hunt.title, &[]);
    let query = pipeline(hunt, &part, &names, 0, Native::text("timestamp")).and_then(|pipeline| {
        let [(_, Step::Correlate(correlated))] = pipeline.steps.as_slice() else {
            let at = pipeline.steps.last().map_or(At::HUNT, |(at, _)| *at);
            let reason = "a detection rule counts events; it cannot work on what it counted";
            return Err(at.refuse(Code::UnsupportedStage, "stages", reason));
        };
        if !WINDOWS.contains(&correlated.span) {
            return Err(correlated
                .refuse("a detection rule counts within 1, 5, 10, 15 or 30 minutes, or 1, 2, 3, 6, 12 or 24 hours"));
        }
        let (counted, condition) = counted(correlated, &pipeline, logs)?;
        rule(hunt, (&rule_id(&hunt.id, ""), &title), counted, condition, correlated.span)
    })?;
    Ok(artifacts(hunt, "json", notes, vec![query]))
}

/// A search, and what is counted of it.
struct Counted<'a> {
    query: Query,
    by: Vec<Native<'a>>,
    /// How, and of which attribute; none: the events.
    what: Option<(&'static str, Native<'a>)>,
}

fn counted<'a>(
    correlated: &Correlate<'a>,
    pipeline: &Pipeline<'a>,
    logs: &Logs<'_>,
) -> Result<(Vec<Counted<'a>>, Query), Refusal> {
    let keys =
        |events: &Events<'a>| events.fields.iter().take(correlated.keys.len()).map(|(_, native)| *native).collect();
    let search = |events: &Events<'a>, what| {
        let mut query = Query::default();
        said(&mut query, std::slice::from_ref(events.one), logs)?;
        Ok(Counted { query, by: keys(events), what })
    };
    let mut condition = Query::default();
    match &correlated.condition {
        Condition::Value(function, field, formula) => {
            let events = alone(pipeline)?;
            let attribute = events.fields.get(correlated.keys.len()).map(|(_, native)| *native);
            let what = match (function, field.and(attribute)) {
                (Function::Count, _) => None,
                (Function::Distinct, Some(native)) => Some(("cardinality", native)),
                (Function::Sum, Some(native)) => Some(("sum", native)),
                _ => return Err(correlated.refuse("a detection rule has no such function over events")),
            };
            compared(&mut condition, formula, correlated)?;
            Ok((vec![search(events, what)?], condition))
        }
        Condition::Together if pipeline.events.len() <= CALLED.len() => {
            let all = pipeline.events.iter().map(|events| search(events, None)).collect::<Result<Vec<_>, Refusal>>()?;
            if all.iter().any(|one| one.by != all[0].by) {
                return Err(correlated.refuse("the searches carry a key in different attributes"));
            }
            for (index, called) in CALLED.iter().enumerate().take(all.len()) {
                condition.word(if index == 0 { "" } else { " && " }).word(called).word(" > 0");
            }
            Ok((all, condition))
        }
        _ => Err(correlated.refuse("a detection rule counts events in no order, of ten searches at most")),
    }
}

/// Appends what the count is compared with.
fn compared(query: &mut Query, condition: &Formula<'_>, correlated: &Correlate<'_>) -> Result<(), Refusal> {
    let refuse = || correlated.refuse("a detection rule asks whether a count is greater than a number");
    let bounds = condition.bounds(correlated.value).ok_or_else(refuse)?;
    let [(compare @ (Compare::Greater | Compare::GreaterOrEqual), operand)] = bounds.as_slice() else {
        return Err(refuse());
    };
    query.word(if *compare == Compare::Greater { "a > " } else { "a >= " });
    match operand.value {
        Scalar::Integer(number) => query.integer(number, operand.origin),
        _ => return Err(refuse()),
    };
    Ok(())
}

fn rule(
    hunt: &Hunt,
    (id, title): (&str, &str),
    counted: Vec<Counted<'_>>,
    condition: Query,
    span: u32,
) -> Result<Query, Refusal> {
    let status = match Level::of(hunt) {
        Level::Informational => "info",
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High => "high",
        Level::Critical => "critical",
    };
    let attribute = |native: &Native<'_>| format!("@{}", native.name);
    let mut json = Json::object();
    json.text("name", title)?.text("type", "log_detection")?.own("isEnabled", "false");
    json.text("message", &description(hunt))?;
    let tags =
        std::iter::once(format!("huntsmith:{id}")).chain(hunt.techniques.iter().map(|id| format!("technique:{id}")));
    let tags: Vec<String> = tags.collect();
    json.texts("tags", tags.iter().map(String::as_str))?;
    json.list("queries");
    for (called, one) in CALLED.iter().zip(counted) {
        let by: Vec<String> = one.by.iter().map(attribute).collect();
        json.item()
            .text("name", called)?
            .query("query", one.query)?
            .texts("groupByFields", by.iter().map(String::as_str))?;
        match one.what {
            None => json.text("aggregation", "count")?,
            Some(("cardinality", native)) => {
                json.text("aggregation", "cardinality")?;
                json.texts("distinctFields", [attribute(&native).as_str()].into_iter())?
            }
            Some((how, native)) => {
                json.text("aggregation", how)?.texts("metrics", [attribute(&native).as_str()].into_iter())?
            }
        };
        json.close();
    }
    json.end()
        .list("cases")
        .item()
        .text("name", "")?
        .text("status", status)?
        .query("condition", condition)?
        .close()
        .end();
    json.open("options").text("detectionMethod", "threshold")?.number("evaluationWindow", u64::from(span));
    json.number("keepAlive", 3_600).number("maxSignalDuration", 86_400).close();
    Ok(json.finish())
}
