//! Stages and correlations in KQL: rows under the plan's names, then one operator a step.

use crate::compare::Kql;
use crate::quote::STRING;
use crate::statement::rows;
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::{Aggregate, Correlation, Hunt, Measure, Predicate, Stage};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Formula, Kind};
use huntsmith_sdk::query::lower::lower;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::{Columns, Names, TIME, carried, column, correlation};
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::{Window, in_units};
use huntsmith_sdk::tree::Tree;

const TIMESTAMP: Name<'static> = Name::native("Timestamp");

/// Appends the hunt's searches and every step after them.
///
/// # Errors
/// What KQL cannot say.
pub fn steps<'a>(
    query: &mut Query,
    hunt: &'a Hunt,
    part: &'a [Resolved<'a>],
    window: Window<'_>,
    names: &'a Names,
) -> Result<(), Refusal> {
    let mut columns = Columns::default();
    columns.add(TIME, TIMESTAMP, Kind::Text);
    if let Some((correlated, at, inputs)) = correlation(hunt)? {
        let part: Vec<&Resolved<'_>> = part.iter().filter(|one| inputs.contains(&one.index)).collect();
        events(query, &part, window, &mut |one| {
            let input = inputs.iter().position(|index| *index == one.index).unwrap_or_default();
            let mut fields = Vec::new();
            for key in &correlated.by {
                fields.push((names.get(&key.name, at)?, column(one, &key.fields[input], 0, at)?.name));
            }
            for field in &correlated.fields {
                fields.push((names.get(field, at)?, column(one, field, 0, at)?.name));
            }
            Ok(fields)
        })?;
        correlate(query, correlated, at, hunt, &inputs, names, &mut columns)?;
    } else {
        let needed = carried(hunt);
        let part: Vec<&Resolved<'_>> = part.iter().collect();
        events(query, &part, window, &mut |one| {
            needed.iter().map(|(field, at)| Ok((names.get(field, *at)?, column(one, field, 0, *at)?.name))).collect()
        })?;
        for (field, at) in &needed {
            let kind = column(part[0], field, 0, *at)?.kind;
            columns.add(field, names.get(field, *at)?, kind);
        }
    }
    for (index, stage) in hunt.stages.iter().enumerate() {
        step(query, stage, At::stage(index), names, &mut columns)?;
    }
    query.word("\n");
    Ok(())
}

type Carry<'c, 'a> = &'c mut dyn FnMut(&Resolved<'a>) -> Result<Vec<(Name<'a>, Name<'a>)>, Refusal>;

/// The events of every search, under the plan's names.
fn events<'a>(
    query: &mut Query,
    part: &[&Resolved<'a>],
    window: Window<'_>,
    carry: Carry<'_, 'a>,
) -> Result<(), Refusal> {
    let several = part.len() > 1;
    query.word(if several { "union\n" } else { "" });
    for (index, one) in part.iter().enumerate() {
        let at = At::search(one.index);
        if one.source.time.is_empty() {
            let reason = "the rows of this table have no time, which a later step needs";
            return Err(at.refuse(Code::UnsupportedStage, one.source.table, reason));
        }
        query.word(if index == 0 { "" } else { ",\n" }).word(if several { "(\n    " } else { "" });
        let line = if several { "\n    | " } else { "\n| " };
        rows(query, one, window, line)?;
        query.word(line).word("project Timestamp = ").word(one.source.time);
        query.word(", SearchName = ").constant(&STRING, &one.search.name, at)?;
        for (name, native) in carry(one)? {
            query.word(", ").name(name).word(" = ").name(native);
        }
        query.word(if several { "\n)" } else { "" });
    }
    Ok(())
}

fn step<'a>(
    query: &mut Query,
    stage: &'a Stage,
    at: At,
    names: &'a Names,
    columns: &mut Columns<'a>,
) -> Result<(), Refusal> {
    match stage {
        Stage::Aggregate(aggregate) => return summarize(query, aggregate, at, names, columns),
        Stage::Interval(interval) => {
            columns.get(TIME, at)?;
            query.word("\n| sort by ");
            for field in &interval.by {
                query.name(columns.get(field, at)?.name).word(" asc, ");
            }
            query.word("Timestamp asc\n| extend ");
            let name = names.get(&interval.name, at)?;
            query.name(name).word(" = iff(");
            for (index, field) in interval.by.iter().enumerate() {
                let key = columns.get(field, at)?.name;
                query.word(if index == 0 { "" } else { " and " }).name(key).word(" == prev(").name(key).word(")");
            }
            query.word(if interval.by.is_empty() { "isnotnull(prev(Timestamp))" } else { "" });
            query.word(", (Timestamp - prev(Timestamp)) / 1s, real(null))");
            columns.add(&interval.name, name, Kind::Real);
        }
        Stage::Derive(derive) => {
            let name = names.get(&derive.name, at)?;
            let field = |index: usize| {
                let missing = || at.refuse(Code::InvalidPlan, &derive.function, "the function needs another field");
                columns.get(derive.fields.get(index).ok_or_else(missing)?, at).map(|native| native.name)
            };
            query.word("\n| extend ").name(name).word(" = ");
            let kind = match derive.function.as_str() {
                "length" => {
                    query.word("strlen(tostring(").name(field(0)?).word("))");
                    Kind::Integer
                }
                "hour" => {
                    query.word("hourofday(").name(field(0)?).word(")");
                    Kind::Integer
                }
                "lower" => {
                    query.word("tolower(tostring(").name(field(0)?).word("))");
                    Kind::Text
                }
                "ratio" | "difference" => {
                    query.word("todouble(").name(field(0)?);
                    query.word(if derive.function == "ratio" { ") / todouble(" } else { ") - todouble(" });
                    query.name(field(1)?).word(")");
                    Kind::Real
                }
                other => return Err(at.refuse(Code::UnsupportedStage, other, "no such function here")),
            };
            columns.add(&derive.name, name, kind);
        }
        Stage::Keep(predicate) => {
            query.word("\n| where ");
            keep(query, predicate, at, columns)?;
        }
        Stage::Sort(keys) => {
            query.word("\n| sort by ");
            for (index, key) in keys.iter().enumerate() {
                query.word(if index == 0 { "" } else { ", " }).name(columns.get(&key.field, at)?.name);
                query.word(if key.descending { " desc" } else { " asc" });
            }
        }
        Stage::Limit(rows) => {
            query.word("\n| take ").count(u64::from(*rows), "");
        }
    }
    Ok(())
}

fn keep<'a>(query: &mut Query, predicate: &'a Predicate, at: At, columns: &Columns<'a>) -> Result<(), Refusal> {
    let tree = Tree::of(predicate, at)?;
    let formula: Formula<'_> =
        lower(&tree, at, &|field| columns.lookup(field)).map_err(|mut refused| refused.remove(0))?;
    say(&Kql, query, &formula)
}

fn summarize<'a>(
    query: &mut Query,
    aggregate: &'a Aggregate,
    at: At,
    names: &'a Names,
    columns: &mut Columns<'a>,
) -> Result<(), Refusal> {
    query.word("\n| summarize ");
    let mut kept: Vec<&str> = aggregate.by.iter().map(String::as_str).collect();
    let mut added = Vec::new();
    for (index, measure) in aggregate.measures.iter().enumerate() {
        let name = names.get(&measure.name, at)?;
        query.word(if index == 0 { "" } else { ", " }).name(name).word(" = ");
        function(query, measure, at, columns)?;
        let text = matches!(measure.function.as_str(), "values" | "minimum" | "maximum");
        added.push((measure.name.as_str(), name, if text { Kind::Text } else { Kind::Real }));
    }
    for (index, field) in aggregate.by.iter().enumerate() {
        query.word(if index == 0 { " by " } else { ", " }).name(columns.get(field, at)?.name);
    }
    if let Some(seconds) = aggregate.bucket_seconds.filter(|seconds| *seconds > 0) {
        query.word(if aggregate.by.is_empty() { " by " } else { ", " }).word("Timestamp = bin(Timestamp, ");
        let (count, unit) = in_units(seconds);
        query.count(count, unit).word(")");
        kept.push(TIME);
    }
    columns.keep(&kept);
    added.into_iter().for_each(|(field, name, kind)| columns.add(field, name, kind));
    Ok(())
}

fn function<'a>(query: &mut Query, measure: &'a Measure, at: At, columns: &Columns<'a>) -> Result<(), Refusal> {
    let conditional = measure.where_.is_some();
    let (plain, with_condition) = match measure.function.as_str() {
        "count" => ("count(", "countif("),
        "distinct" => ("count_distinct(", "count_distinctif("),
        "sum" => ("sum(", "sumif("),
        "minimum" => ("min(", "minif("),
        "maximum" => ("max(", "maxif("),
        "average" => ("avg(", "avgif("),
        "deviation" => ("stdev(", "stdevif("),
        "values" => ("make_set(", "make_set_if("),
        "percentile" if !conditional => ("percentile(", ""),
        other => {
            let reason = "KQL has no such function over a group here";
            return Err(at.refuse(Code::UnsupportedStage, other, reason));
        }
    };
    query.word(if conditional { with_condition } else { plain });
    let field = measure.field.as_ref().filter(|_| measure.function != "count");
    match field {
        Some(field) => {
            let native = columns.get(field, at)?;
            let number = matches!(measure.function.as_str(), "sum" | "average" | "deviation" | "percentile");
            let cast = number && native.kind == Kind::Text;
            query.word(if cast { "toreal(" } else { "" }).name(native.name).word(if cast { ")" } else { "" });
        }
        None if measure.function != "count" => {
            return Err(at.refuse(Code::InvalidPlan, &measure.function, "the function needs a field"));
        }
        None => {}
    }
    if measure.function == "percentile" {
        let share = measure.argument.filter(|share| (0.0..=100.0).contains(share));
        let share =
            share.ok_or_else(|| at.refuse(Code::InvalidPlan, "percentile", "it needs a share from 0 to 100"))?;
        query.word(", ").count(share.round() as u64, "");
    }
    if let Some(predicate) = &measure.where_ {
        query.word(if field.is_some() { ", " } else { "" });
        keep(query, predicate, at, columns)?;
    }
    query.word(")");
    Ok(())
}

/// Groups in windows of time that follow one another.
fn correlate<'a>(
    query: &mut Query,
    correlated: &'a Correlation,
    at: At,
    hunt: &Hunt,
    inputs: &[usize],
    names: &'a Names,
    columns: &mut Columns<'a>,
) -> Result<(), Refusal> {
    let value = names.get("value", at)?;
    let field = || {
        let missing = || at.refuse(Code::InvalidPlan, &correlated.kind, "the correlation needs a field");
        names.get(correlated.fields.first().ok_or_else(missing)?, at)
    };
    query.word("\n| summarize ");
    let temporal = match correlated.kind.as_str() {
        "event_count" => {
            query.name(value).word(" = count()");
            false
        }
        "value_count" => {
            query.name(value).word(" = count_distinct(").name(field()?).word(")");
            false
        }
        "value_sum" | "value_avg" | "value_median" => {
            query.name(value).word(match correlated.kind.as_str() {
                "value_sum" => " = sum(toreal(",
                "value_avg" => " = avg(toreal(",
                _ => " = percentile(toreal(",
            });
            query.name(field()?).word(if correlated.kind == "value_median" { "), 50)" } else { "))" });
            false
        }
        "temporal" => {
            query.name(value).word(" = count_distinct(SearchName)");
            true
        }
        "temporal_ordered" if inputs.len() == 2 => {
            query.word("EarlierTime = minif(Timestamp, SearchName == ");
            query.constant(&STRING, &hunt.searches[inputs[0]].name, at)?;
            query.word("), LaterTime = maxif(Timestamp, SearchName == ");
            query.constant(&STRING, &hunt.searches[inputs[1]].name, at)?.word(")");
            true
        }
        other => {
            let reason = "this correlation cannot be said as one statement here";
            return Err(at.refuse(Code::UnsupportedCorrelation, other, reason));
        }
    };
    query.word(", FirstSeen = min(Timestamp), LastSeen = max(Timestamp) by ");
    for key in &correlated.by {
        let name = names.get(&key.name, at)?;
        query.name(name).word(", ");
        columns.add(&key.name, name, Kind::Text);
    }
    let (count, unit) = in_units(correlated.span_seconds);
    query.word("Timestamp = bin(Timestamp, ").count(count, unit).word(")");
    columns.add("value", value, Kind::Real);
    if temporal {
        if correlated.kind == "temporal" {
            query.word("\n| where ").name(value).word(" == ").count(inputs.len() as u64, "");
        } else {
            query.word("\n| where EarlierTime <= LaterTime");
        }
        return Ok(());
    }
    let condition = correlated.condition.as_ref();
    let missing = || at.refuse(Code::InvalidPlan, &correlated.kind, "the correlation needs a condition");
    query.word("\n| where ");
    keep(query, condition.ok_or_else(missing)?, at, columns)
}
