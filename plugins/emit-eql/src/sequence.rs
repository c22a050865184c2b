//! Correlations as sequences: events in their order, or so many of one kind, within a span and with the same keys.

use crate::{Eql, Shapes, events};
use huntsmith_sdk::emitter::plan::{Correlation, Node, Operator, Value};
use huntsmith_sdk::emitter::{Hunt, Refusal};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::{column, correlation};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::in_units;

/// How often an event may be asked for.
const MOST_RUNS: i64 = 100;

/// Appends a hunt's correlation.
///
/// # Errors
/// What a sequence cannot say.
pub fn say(query: &mut Query, hunt: &Hunt, resolved: &[Resolved<'_>]) -> Result<(), Refusal> {
    let Some((correlated, at, inputs)) = correlation(hunt)? else { return Ok(()) };
    let of = |index: usize| resolved.iter().filter(|one| one.index == index).collect::<Vec<_>>();
    let steps: Vec<(Vec<&Resolved<'_>>, i64)> = match correlated.kind.as_str() {
        "temporal_ordered" => inputs.iter().map(|index| (of(*index), 1)).collect(),
        "event_count" => vec![(inputs.iter().flat_map(|index| of(*index)).collect(), runs(correlated, at)?)],
        other => {
            let reason = "EQL says events in their order, and how many of one kind at least";
            return Err(at.refuse(Code::UnsupportedCorrelation, other, reason));
        }
    };
    if steps.iter().map(|(_, runs)| runs).sum::<i64>() < 2 {
        return Err(at.refuse(Code::UnsupportedCorrelation, &correlated.kind, "a sequence has two events at least"));
    }
    let (count, unit) = in_units(correlated.span_seconds);
    query.word("sequence with maxspan=").count(count, unit);
    for (part, runs) in steps {
        query.word("\n  [ ");
        events(query, &part)?;
        query.word(" ]");
        for (index, key) in correlated.by.iter().enumerate() {
            let fields = part.iter().map(|one| {
                let input = inputs.iter().position(|input| *input == one.index).unwrap_or_default();
                column(one, &key.fields[input], 0, at)
            });
            let mut fields = fields.collect::<Result<Vec<_>, _>>()?;
            fields.dedup();
            let [field] = fields.as_slice() else {
                let reason = "the searches carry this key in different fields, which one step of a sequence cannot say";
                return Err(at.refuse(Code::UnsupportedCorrelation, &key.name, reason));
            };
            query.word(if index == 0 { " by " } else { ", " });
            Eql.column(query, *field);
        }
        if runs > 1 {
            query.word(" with runs=").count(runs.unsigned_abs(), "");
        }
    }
    query.word("\n");
    Ok(())
}

/// How many events make a match: a condition that asks for at least so many.
fn runs(correlated: &Correlation, at: At) -> Result<i64, Refusal> {
    let refuse = || {
        let reason = "EQL counts up to at least a number from 1 to 100";
        at.refuse(Code::UnsupportedCorrelation, &correlated.kind, reason)
    };
    let predicate = correlated.condition.as_ref().ok_or_else(refuse)?;
    let Some(Node::Test(test)) = predicate.nodes.get(predicate.root as usize) else { return Err(refuse()) };
    let runs = match (test.operator, test.values.as_slice()) {
        (Operator::GreaterOrEqual, [Value::Integer(number)]) => *number,
        (Operator::Greater, [Value::Integer(number)]) => number.saturating_add(1),
        _ => return Err(refuse()),
    };
    if (1..=MOST_RUNS).contains(&runs) { Ok(runs) } else { Err(refuse()) }
}
