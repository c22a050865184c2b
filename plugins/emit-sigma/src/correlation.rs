//! Correlations of Sigma, which are the plan's own.

use crate::reference;
use crate::table::{KINDS, OPERATORS};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::{Correlation, Hunt, Node, Source, Value};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::text::{Origin, Query};
use huntsmith_sdk::query::window::in_units;
use huntsmith_sdk::query::yaml::{line, scalar};

/// Appends `correlation:`.
///
/// # Errors
/// A kind or a condition that Sigma does not have.
pub fn correlation(query: &mut Query, hunt: &Hunt, correlated: &Correlation, at: At) -> Result<(), Refusal> {
    let invalid = |what: &str| at.refuse(Code::InvalidPlan, what, "the correlation reads what is not there");
    let kind = KINDS.iter().find(|kind| **kind == correlated.kind);
    let reason = "Sigma has no such correlation";
    let kind = kind.ok_or_else(|| at.refuse(Code::UnsupportedCorrelation, &correlated.kind, reason))?;
    scalar(query.word("name: "), &reference(hunt, &correlated.name))?;
    query.word("\ncorrelation:\n  type: ").word(kind).word("\n  rules:\n");
    let mut inputs = Vec::new();
    for input in &correlated.inputs {
        let name = match input {
            Source::Search(index) => hunt.searches.get(*index as usize).map(|search| &search.name),
            Source::Correlation(index) => hunt.correlations.get(*index as usize).map(|earlier| &earlier.name),
        };
        inputs.push(reference(hunt, name.ok_or_else(|| invalid("input"))?));
    }
    if inputs.is_empty() || correlated.span_seconds == 0 {
        return Err(invalid("input"));
    }
    inputs.iter().try_for_each(|input| line(query, "    - ", input))?;
    query.word(if correlated.by.is_empty() { "" } else { "  group-by:\n" });
    let mut aliases = Vec::new();
    for key in &correlated.by {
        let first = key.fields.first().filter(|_| key.fields.len() == inputs.len());
        let first = first.ok_or_else(|| invalid(&key.name))?;
        let same = key.fields.iter().all(|field| field == first);
        line(query, "    - ", if same { first } else { &key.name })?;
        aliases.extend((!same).then_some(key));
    }
    let (count, unit) = in_units(correlated.span_seconds);
    query.word("  timespan: ").count(count, unit).word("\n");
    query.word(if aliases.is_empty() { "" } else { "  aliases:\n" });
    for key in aliases {
        scalar(query.word("    "), &key.name)?.word(":\n");
        for (field, input) in key.fields.iter().zip(&inputs) {
            line(scalar(query.word("      "), input)?, ": ", field)?;
        }
    }
    if correlated.kind.starts_with("temporal") { Ok(()) } else { condition(query, correlated, at) }
}

/// Appends `condition:`, numbers that must all hold.
fn condition(query: &mut Query, correlated: &Correlation, at: At) -> Result<(), Refusal> {
    let missing = || at.refuse(Code::InvalidPlan, &correlated.kind, "the correlation needs a condition");
    let predicate = correlated.condition.as_ref().ok_or_else(missing)?;
    let reason = "a correlation of Sigma compares its value with numbers, all of which must hold";
    let refuse = || at.refuse(Code::UnsupportedCorrelation, "condition", reason);
    let node = |index: u32| predicate.nodes.get(index as usize).ok_or_else(refuse);
    let tests = match node(predicate.root)? {
        Node::All(children) => children.iter().map(|child| node(*child)).collect::<Result<Vec<_>, _>>()?,
        test => vec![test],
    };
    query.word("  condition:\n");
    for test in tests {
        let Node::Test(test) = test else { return Err(refuse()) };
        let [Value::Integer(number)] = test.values.as_slice() else { return Err(refuse()) };
        let operator = OPERATORS.iter().find(|(operator, _)| *operator == test.operator);
        let (_, operator) = operator.ok_or_else(refuse)?;
        query.word(operator).integer(*number, Origin { at, value: 0, piece: None }).word("\n");
    }
    correlated.fields.first().map_or(Ok(()), |field| line(query, "    field: ", field))
}
