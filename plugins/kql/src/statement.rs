//! A hunt as one KQL statement: its searches joined by `union`, what they show, and the order.

use crate::compare::Kql;
use crate::pipeline::steps;
use crate::quote::STRING;
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Form, artifacts, bucketed, divide, form, is_stepped, queries};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::Formula;
use huntsmith_sdk::query::options::{Options, Tables};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::rule::rules;
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::table::Source;
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::{Window, in_units};

const COMMENT: Comment = Comment { open: "// ", close: "\n", forbidden: &[] };

/// What a dialect of KQL brings along.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    pub sources: &'static [Source],
    /// The column by which results are ordered.
    pub time: &'static str,
    /// How many values one query may compare with.
    pub values: usize,
    pub note: &'static str,
    /// A rule to deploy: what becomes of one query, under a rule's identity and title.
    pub rule: fn(&Hunt, &str, &str, Query) -> Result<Query, Refusal>,
    /// Columns that a rule's query must show beside the table's own; none: no rule can be made over the table.
    pub rule_columns: fn(&Source) -> Option<&'static [&'static str]>,
}

/// What the searches of a hunt have in common.
pub(crate) struct Reading<'a> {
    window: Window<'a>,
    tables: Tables<'a>,
}

/// Says a hunt.
///
/// # Errors
/// Every refusal of the hunt.
pub fn emit(product: &Product, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let options = Options::parse(&target.mapping, &["tables"])?;
    let reading = Reading { window: Window::of(&hunt.window)?, tables: options.tables("", product.sources)? };
    let asked = form(target)?;
    let resolved = resolve(hunt, product.sources, 0)?;
    let names = Names::of(hunt);
    let stepped = is_stepped(hunt);
    let parts = divide(hunt, resolved, product.values)?;
    let mut notes: Vec<String> = vec![product.note.into()];
    notes.extend(bucketed(hunt));
    let queries = queries(Some(&COMMENT), hunt, &parts, |query, part| {
        if stepped {
            steps(query, hunt, part, &reading, &names)
        } else {
            searches(query, product, part, &reading, asked)
        }
    })?;
    match asked {
        Form::Query => Ok(artifacts(hunt, "kql", &notes, queries)),
        Form::Rule => rules(hunt, "json", &notes, queries, |id, title, query| (product.rule)(hunt, id, title, query)),
    }
}

fn searches(
    query: &mut Query,
    product: &Product,
    part: &[Resolved<'_>],
    reading: &Reading<'_>,
    asked: Form,
) -> Result<(), Refusal> {
    let several = part.len() > 1;
    let ordered = part.iter().any(|one| !one.source.time.is_empty());
    if several {
        query.word("union\n");
    }
    for (index, one) in part.iter().enumerate() {
        query.word(if index == 0 { "" } else { ",\n" }).word(if several { "(\n" } else { "" });
        let line = if several { "\n    | " } else { "\n| " };
        query.word(if several { "    " } else { "" });
        rows(query, one, reading, line)?;
        query.word(line).word("project ");
        if several {
            query.word("SearchName = ").constant(&STRING, &one.search.name, At::search(one.index))?.word(", ");
        }
        query.join(one.source.show, ", ");
        if asked == Form::Rule {
            let reason = "a rule of this product needs columns that the table does not have";
            let columns = (product.rule_columns)(one.source);
            let refuse = || At::search(one.index).refuse(Code::UnsupportedClass, one.source.table, reason);
            for column in columns.ok_or_else(refuse)? {
                query.word(", ").word(column);
            }
        }
        query.word(if several { "\n)" } else { "" });
    }
    if ordered {
        query.word("\n| order by ").word(product.time).word(" desc");
    }
    Ok(())
}

/// The rows of one search: the table, the window, the class, the condition.
pub(crate) fn rows(
    query: &mut Query,
    one: &Resolved<'_>,
    reading: &Reading<'_>,
    line: &'static str,
) -> Result<(), Refusal> {
    query.name(reading.tables.name(one.source));
    if !one.source.time.is_empty() {
        query.word(line).word("where ").word(one.source.time);
        match reading.window {
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
