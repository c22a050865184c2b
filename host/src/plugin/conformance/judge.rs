//! Judging an emitter's answer to one hunt: all of it is said, with its literals recorded, or it is refused with a code that
//! can be the reason.

use super::coverage::Told;
use super::plans::MARK;
use super::trial::Failure;
use super::vocabulary::refusal_codes;
use crate::model::{Artifact, Hunt, Literal, Node, Refusal, Value};

/// Said with its literals, or refused with a code of the contract that can be the reason: one of `codes`, each without
/// its `unsupported-`, or `too-large`.
pub(super) fn judge(name: &str, hunt: &Hunt, told: &Told, codes: &[&str]) -> Vec<Failure> {
    match told {
        Err(error) => vec![Failure::of(name, error)],
        Ok(Ok(artifacts)) => unrecorded(name, hunt, artifacts),
        Ok(Err(refusals)) => refusals.iter().filter_map(|refusal| wrong_code(name, refusal, codes)).collect(),
    }
}

fn wrong_code(name: &str, refusal: &Refusal, codes: &[&str]) -> Option<Failure> {
    let (code, what) = (&refusal.code, &refusal.what);
    let known = refusal_codes();
    if !known.contains(&code.as_str()) {
        let message = format!("refused as `{code}` ({what}), which is no code of the contract");
        return Some(Failure::new("unknown-refusal-code", name, message, &format!("one of {}", known.join(", "))));
    }
    let fits = code == "too-large" || code.strip_prefix("unsupported-").is_some_and(|it| codes.contains(&it));
    let message = || format!("refused as `{code}` ({what}), which cannot be the reason here: {}", refusal.reason);
    let hint = || format!("here it can be too-large or unsupported-{}", codes.join(", unsupported-"));
    (!fits).then(|| Failure::new("wrong-code", name, message(), &hint()))
}

/// What of the plan's own texts stands in a query and is recorded as no literal.
fn unrecorded(name: &str, hunt: &Hunt, artifacts: &[Artifact]) -> Vec<Failure> {
    let hint = "`Query::literal` of the SDK records them; by hand: the byte range with quotes and escapes";
    let mut failures = Vec::new();
    for artifact in artifacts {
        for (at, _) in artifact.text.match_indices(MARK) {
            let inside = |it: &Literal| (it.start as usize) <= at && at + MARK.len() <= it.end as usize;
            if !artifact.literals.iter().any(inside) {
                let message =
                    format!("a value of the plan stands at byte {at} of `{}` and no literal covers it", artifact.name);
                failures.push(Failure::new("literal-not-recorded", name, message, hint));
                break;
            }
        }
    }
    for (place, value, said) in texts_of(hunt) {
        let recorded = |it: &Literal| {
            it.place.part == "search" && (it.place.index, it.place.node, it.value) == (place.0, Some(place.1), value)
        };
        if !artifacts.iter().flat_map(|artifact| &artifact.literals).any(recorded) {
            let message = format!("no literal stands for {said} (search {}, node {}, value {value})", place.0, place.1);
            failures.push(Failure::new("condition-left-out", name, message, "say every condition, or refuse the hunt"));
        }
    }
    failures
}

/// The values of a hunt's tests and keywords that a query must hold a literal of: search and node, index, and the value.
fn texts_of(hunt: &Hunt) -> Vec<((u32, u32), u32, String)> {
    let mut found = Vec::new();
    for (search, it) in hunt.searches.iter().enumerate() {
        for (node, it) in it.predicate.nodes.iter().enumerate() {
            let values = match it {
                Node::Test(test) => &test.values,
                Node::Keywords(keywords) => &keywords.values,
                _ => continue,
            };
            for (index, value) in values.iter().enumerate() {
                if matches!(
                    value,
                    Value::Text(_) | Value::Pattern(_) | Value::Regex(_) | Value::Path(_) | Value::Url(_)
                ) || matches!(value, Value::Domain(_) | Value::Digest(_) | Value::Registry(_) | Value::Address(_))
                {
                    let said = serde_json::to_string(value).unwrap_or_default();
                    found.push(((search as u32, node as u32), index as u32, said));
                }
            }
        }
    }
    found
}
