//! Correlations of Sigma, which are the plan's own.

use crate::reference;
use crate::yaml::quoted;
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::{Correlation, Hunt, Node, Operator, Source, Value};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::in_units;

/// Kinds that the specification's schema has.
const KINDS: [&str; 7] =
    ["event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile"];

/// Appends `correlation:`.
///
/// # Errors
/// A kind or a condition that Sigma does not have.
pub fn correlation(query: &mut Query, hunt: &Hunt, correlated: &Correlation, at: At) -> Result<(), Refusal> {
    let invalid = |what: &str| at.refuse(Code::InvalidPlan, what, "the correlation reads what is not there");
    let kind = KINDS.into_iter().find(|kind| *kind == correlated.kind);
    let reason = "Sigma has no such correlation";
    let kind = kind.ok_or_else(|| at.refuse(Code::UnsupportedCorrelation, &correlated.kind, reason))?;
    quoted(query.word("name: "), &reference(hunt, &correlated.name), at)?;
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
    for input in &inputs {
        quoted(query.word("    - "), input, at)?.word("\n");
    }
    query.word(if correlated.by.is_empty() { "" } else { "  group-by:\n" });
    let mut aliases = Vec::new();
    for key in &correlated.by {
        let first =
            key.fields.first().filter(|_| key.fields.len() == inputs.len()).ok_or_else(|| invalid(&key.name))?;
        let same = key.fields.iter().all(|field| field == first);
        quoted(query.word("    - "), if same { first } else { &key.name }, at)?.word("\n");
        if !same {
            aliases.push(key);
        }
    }
    let (count, unit) = in_units(correlated.span_seconds);
    query.word("  timespan: ").count(count, unit).word("\n");
    query.word(if aliases.is_empty() { "" } else { "  aliases:\n" });
    for key in aliases {
        quoted(query.word("    "), &key.name, at)?.word(":\n");
        for (field, input) in key.fields.iter().zip(&inputs) {
            quoted(query.word("      "), input, at)?.word(": ");
            quoted(query, field, at)?.word("\n");
        }
    }
    condition(query, correlated, at)
}

fn condition(query: &mut Query, correlated: &Correlation, at: At) -> Result<(), Refusal> {
    let temporal = correlated.kind.starts_with("temporal");
    let Some(predicate) = correlated.condition.as_ref().filter(|_| !temporal) else {
        let missing = || at.refuse(Code::InvalidPlan, &correlated.kind, "the correlation needs a condition");
        return if temporal { Ok(()) } else { Err(missing()) };
    };
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
        query.word(match test.operator {
            Operator::Less => "    lt: ",
            Operator::LessOrEqual => "    lte: ",
            Operator::Greater => "    gt: ",
            Operator::GreaterOrEqual => "    gte: ",
            Operator::Equals => "    eq: ",
            _ => return Err(refuse()),
        });
        let origin = huntsmith_sdk::query::text::Origin { at, value: 0, piece: None };
        query.integer(*number, origin).word("\n");
    }
    if let Some(field) = correlated.fields.first() {
        quoted(query.word("    field: "), field, at)?.word("\n");
    }
    Ok(())
}
