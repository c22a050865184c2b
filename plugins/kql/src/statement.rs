//! A hunt as one KQL statement: its searches joined by `union`, what they show, and the order.

use crate::compare::Kql;
use crate::pipeline::steps;
use crate::quote::STRING;
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::Formula;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::{Resolved, resolve, split};
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::table::Source;
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::{Window, in_units};

/// What a dialect of KQL brings along.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    pub sources: &'static [Source],
    /// The column by which results are ordered.
    pub time: &'static str,
    /// How many values one query may compare with.
    pub values: usize,
    pub note: &'static str,
}

/// Says a hunt.
///
/// # Errors
/// Every refusal of the hunt.
pub fn emit(product: &Product, hunt: &Hunt) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let window = Window::of(&hunt.window).map_err(|refusal| vec![refusal])?;
    let resolved = resolve(hunt, product.sources, 0)?;
    let names = Names::of(hunt);
    let stepped = !hunt.stages.is_empty() || !hunt.correlations.is_empty();
    let too_large =
        || vec![At::HUNT.refuse(Code::TooLarge, "values", "too many values for one query, and they cannot be divided")];
    let parts = split(resolved, product.values).ok_or_else(too_large)?;
    let many = parts.len() > 1;
    if many && stepped {
        return Err(too_large());
    }
    let mut notes: Vec<String> = vec![product.note.into()];
    if !hunt.correlations.is_empty() {
        notes.push("The correlation counts in windows that follow one another, not in a sliding one.".into());
    }
    let mut artifacts = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let mut query = head(hunt);
        if many {
            query.word("// Part ").count(index as u64 + 1, "\n");
        }
        if stepped {
            steps(&mut query, hunt, part, window, &names)
        } else {
            searches(&mut query, product, part, window)
        }
        .map_err(|refusal| vec![refusal])?;
        let (text, literals) = query.finish();
        artifacts.push(Artifact {
            name: if many { format!("{}_{}", hunt.id, index + 1) } else { hunt.id.clone() },
            media_type: "text/plain".into(),
            language: "kql".into(),
            text,
            notes: notes.clone(),
            literals,
            properties: Vec::new(),
        });
    }
    Ok(artifacts)
}

fn head(hunt: &Hunt) -> Query {
    let mut query = Query::default();
    query.word("// ").comment(&hunt.title, &[]).word("\n// ").comment(&hunt.id, &[]);
    query.word(", phase: ").comment(&hunt.phase, &[]).word(", confidence: ").comment(&hunt.confidence, &[]).word("\n");
    query
}

fn searches(query: &mut Query, product: &Product, part: &[Resolved<'_>], window: Window<'_>) -> Result<(), Refusal> {
    let several = part.len() > 1;
    let ordered = part.iter().any(|one| !one.source.time.is_empty());
    if several {
        query.word("union\n");
    }
    for (index, one) in part.iter().enumerate() {
        query.word(if index == 0 { "" } else { ",\n" }).word(if several { "(\n" } else { "" });
        let line = if several { "\n    | " } else { "\n| " };
        query.word(if several { "    " } else { "" });
        rows(query, one, window, line)?;
        query.word(line).word("project ");
        if several {
            query.word("SearchName = ").constant(&STRING, &one.search.name, At::search(one.index))?.word(", ");
        }
        query.join(one.source.show, ", ");
        query.word(if several { "\n)" } else { "" });
    }
    if ordered {
        query.word("\n| order by ").word(product.time).word(" desc");
    }
    query.word("\n");
    Ok(())
}

/// The rows of one search: the table, the window, the class, the condition.
pub(crate) fn rows(
    query: &mut Query,
    one: &Resolved<'_>,
    window: Window<'_>,
    line: &'static str,
) -> Result<(), Refusal> {
    query.word(one.source.table);
    if !one.source.time.is_empty() {
        query.word(line).word("where ").word(one.source.time);
        match window {
            Window::Last(seconds) => {
                let (count, unit) = in_units(seconds);
                query.word(" > ago(").count(count, unit).word(")");
            }
            Window::Between(from, to) => {
                query.word(" between (").word("todatetime(").constant(&STRING, from, At::HUNT)?;
                query.word(") .. todatetime(").constant(&STRING, to, At::HUNT)?.word("))");
            }
        }
    }
    if !one.source.only.is_empty() {
        query.word(line).word("where ").word(one.source.only);
    }
    let conjuncts = match &one.formula {
        Formula::All(children) => children.as_slice(),
        other => std::slice::from_ref(other),
    };
    for conjunct in conjuncts {
        query.word(line).word("where ");
        say(&Kql, query, conjunct)?;
    }
    Ok(())
}
